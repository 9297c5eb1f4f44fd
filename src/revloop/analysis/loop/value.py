"""What the loop is worth: who becomes a customer because they can come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from revloop.analysis import phrases
from revloop.analysis.loop.durations import NEXT, WaysOut, groups, ways_out
from revloop.analysis.loop.measures import AWAY, NEW
from revloop.analysis.loop.passes import path, steps
from revloop.analysis.loop.stages import NEEDS, STAYS, TURN_ROWS, TURNS, said
from revloop.analysis.loop.stalled import STAYING
from revloop.analysis.loop.statistics.chains import chain, value_of_loop
from revloop.analysis.rates import MIN_N
from revloop.analysis.reading import Column, Found, Given, Headline, Reading, added, schema

CUSTOMER, ASIDE = "won", "put aside"
_DISQUALIFIED, _STAYS = "disqualified", "stays"
_ENDS = (CUSTOMER, _DISQUALIFIED, _STAYS)
_HORIZON = 365
"""Days: who has not moved in a year is taken to stay where they are."""
_DRAWS = 1_000
_SEED = 20_260_101
_BARELY = 1 - 1e-12
"""So that a draw in which nobody leaves a circle can be solved, too."""
Floats = NDArray[np.float64]
_HELD: Mapping[str, pa.DataType] = {
    "stage": pa.string(),
    "n": pa.int64(),
    "began": pa.int64(),
    "came_back": pa.int64(),
    "customers": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "without": pa.float64(),
    "uplift": pa.float64(),
    "uplift_low": pa.float64(),
    "uplift_high": pa.float64(),
    "visits": pa.float64(),
    "is_small": pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class _Going:
    """Where those in each state go within a year, and of how many that is known."""

    shares: Mapping[str, Mapping[str, float]]
    n: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the draws came to, for each state: the share of customers, with the loop and without."""

    states: Sequence[str]
    customers: Floats
    without: Floats

    def interval(self, state: str) -> tuple[float, float]:
        return _middle(self.customers[:, self.states.index(state)])

    def uplift(self, state: str) -> tuple[float | None, float | None]:
        place = self.states.index(state)
        once = self.without[:, place]
        if not (once > 0).all():
            return None, None
        return _middle(self.customers[:, place] / once - 1)


def conclude(given: Given) -> Found:
    by = given.asked.by
    stages = path(given.setting)
    if CUSTOMER not in stages:
        said_so = "No stage of the agreement is called won: where the loop ends is not known."
        return Found(pa.Table.from_pylist([], schema=schema(by, _HELD)), said_so)
    rows = [
        {**dict(zip(by, cut, strict=True)), **row}
        for cut, held, turning in _parts(given)
        for row in _states(given, stages, held, turning)
    ]
    one = rows[0] if rows and not by else None
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(one, len(rows), by),
        headline=Headline(one["customers"], "0 to 1", one["low"], one["high"], n=one["n"])
        if one
        else None,
        notes=(_MODEL,),
    )


_MODEL = (
    "A model: where a lead goes depends on where it is and on nothing before, so who comes back for the"
    " third time is taken for as good as who comes for the first. What was observed is in the yields."
)


def _parts(
    given: Given,
) -> Iterator[tuple[tuple[str, ...], dict[str, list[Any]], list[dict[str, Any]]]]:
    """For each value of the cuts: the rows of each stage, and those of who was put aside."""
    by = given.asked.by
    held: dict[tuple[str, ...], dict[str, list[Any]]] = {}
    for cut, stage, rows in groups(given):
        held.setdefault(cut, {})[stage] = rows
    table = added(given.sums(TURNS.name), (*by, "exit", "back_to", "hours"), ("n",))
    turning: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        turning.setdefault(tuple(row[cut] for cut in by), []).append(row)
    for cut in sorted(held):
        yield cut, held[cut], turning.get(cut, [])


def _states(
    given: Given,
    stages: Sequence[str],
    held: Mapping[str, list[Any]],
    turning: Sequence[Mapping[str, Any]],
) -> Iterator[dict[str, Any]]:
    going = _going(given, held, turning)
    if stages[0] not in going.shares:
        return
    exact = {
        state: {to: Fraction(share) for to, share in row.items()}
        for state, row in going.shares.items()
    }
    values = value_of_loop(exact, _ENDS, back=ASIDE, customer=CUSTOMER)
    visits = chain(exact, _ENDS).visits(stages[0]) or {}
    drawn = _drawn(going)
    for state in going.shares:
        value = values[state]
        low, high = drawn.interval(state)
        uplift = drawn.uplift(state)
        known = value.with_loop is not None
        yield {
            "stage": state,
            "n": going.n[state],
            "began": _sum(turning, back_to=state, is_new=True),
            "came_back": _sum(turning, back_to=state, is_new=False),
            "customers": _float(value.with_loop),
            "low": low if known else None,
            "high": high if known else None,
            "without": _float(value.without_loop),
            "uplift": _float(value.uplift),
            "uplift_low": uplift[0] if value.uplift is not None else None,
            "uplift_high": uplift[1] if value.uplift is not None else None,
            "visits": _float(visits.get(state)),
            "is_small": going.n[state] < MIN_N,
        }


def _going(
    given: Given, held: Mapping[str, list[Any]], turning: Sequence[Mapping[str, Any]]
) -> _Going:
    shares: dict[str, dict[str, float]] = {}
    counts: dict[str, int] = {}
    for stage, later in steps(given.setting):
        if stage == CUSTOMER:
            break
        if rows := held.get(stage):
            found = ways_out(rows)
            shares[stage] = _shares(found, {NEXT: later})
            counts[stage] = found.n if found else sum(row["n"] for row in rows)
    away = [
        {"hours": row["hours"], "cause": _whether(row["back_to"]), "n": row["n"]}
        for row in turning
        if row["exit"] not in {NEW, _DISQUALIFIED}
    ]
    reached = {to for row in shares.values() for to in row} - set(_ENDS)
    if away:
        found = ways_out(_one_a_time(away))
        # Who comes back to a stage that nobody was seen in goes nowhere from there.
        shares[ASIDE] = {
            to if to in shares or to in _ENDS else _STAYS: share
            for to, share in _shares(found, {}).items()
        }
        counts[ASIDE] = sum(row["n"] for row in away)
    for unseen in sorted(reached - shares.keys()):
        shares[unseen], counts[unseen] = {_STAYS: 1.0}, 0
    return _Going(shares, counts)


def _whether(back_to: str) -> str:
    return STAYING if back_to == AWAY else back_to


def _one_a_time(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Added up: whichever way they were put aside."""
    found: dict[tuple[int, str], int] = {}
    for row in rows:
        key = (row["hours"], row["cause"])
        found[key] = found.get(key, 0) + row["n"]
    return [{"hours": hours, "cause": cause, "n": n} for (hours, cause), n in found.items()]


def _shares(found: WaysOut | None, names: Mapping[str, str]) -> dict[str, float]:
    """Where they have gone within a year, or as long as anybody was seen; the rest stays."""
    shares: dict[str, float] = {}
    if found is not None:
        until = min(float(_HORIZON), float(found.curves.times[-1]))
        for way in found.left:
            to = names.get(way, way)
            to = ASIDE if to in _ASIDE else to
            shares[to] = shares.get(to, 0.0) + (found.curves.at(way, until) or 0.0)
    shares[_STAYS] = max(0.0, 1 - sum(shares.values()))
    return shares


_ASIDE = frozenset({"recycled", "lost", "expired", "rejected"})


def _drawn(going: _Going) -> _Drawn:
    """Each row drawn anew from as many as it was seen of, a thousand times."""
    states = list(going.shares)
    columns = [*states, *_ENDS]
    chance = np.random.Generator(np.random.PCG64(_SEED))
    rows = np.zeros((_DRAWS, len(states), len(columns)))
    for place, state in enumerate(states):
        shares = np.array([going.shares[state].get(to, 0.0) for to in columns])
        seen = max(going.n[state], 1)
        rows[:, place] = chance.multinomial(seen, shares / shares.sum(), _DRAWS) / seen
    customers = _solved(rows, len(states))
    if ASIDE in states:
        rows[:, states.index(ASIDE)] = 0.0
    return _Drawn(states, customers, _solved(rows, len(states)))


def _solved(rows: Floats, states: int) -> Floats:
    among = np.eye(states) - rows[:, :, :states] * _BARELY
    to_customer = rows[:, :, states : states + 1]
    return np.asarray(np.linalg.solve(among, to_customer)[:, :, 0], np.float64)


def _middle(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def _sum(rows: Sequence[Mapping[str, Any]], *, back_to: str, is_new: bool) -> int:
    return sum(
        row["n"] for row in rows if row["back_to"] == back_to and (row["exit"] == NEW) == is_new
    )


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _sentence(one: dict[str, Any] | None, rows: int, by: tuple[str, ...]) -> str:
    if by:
        return phrases.compared(rows, by, "stage")
    if one is None or one["customers"] is None:
        return "No lead has raised a hand in this time."
    begins = f"Of those who begin as a {said(one['stage'])}, {phrases.share(one['customers'])}"
    between = f" ({one['low'] * 100:.1f} to {phrases.share(one['high'])}; n {one['n']:,})"
    if not one["customers"]:
        return f"Nobody who began as a {said(one['stage'])} is seen to become a customer (n {one['n']:,})."
    if one["uplift"] is None:
        return f"{begins}{between} become customers; without coming back nobody would."
    more = ""
    if one["uplift_low"] is not None:
        more = f" ({one['uplift_low'] * 100:.1f} to {phrases.share(one['uplift_high'])})"
    return (
        f"{begins}{between} become customers; if nobody came back it would be"
        f" {phrases.share(one['without'])}: the loop makes {phrases.share(one['uplift'])}{more} more."
    )


READING = Reading(
    name="loop_value",
    title="What coming back is worth",
    question="How many become customers only because the loop brings them back?",
    meaning="The share of those in each stage who become customers, with the ways back as they are and"
    " without them; and how often a lead that raises a hand comes by each stage.",
    unit="share, 0 to 1",
    grain="a stage that a pass of a lead held; being put aside is one more",
    formula="N = (I − Q)⁻¹; P(customer) = N·b; Q and b are the incidences of each way out within a year,"
    " with those still there counted as long as they were seen; value of the loop = P with it / P"
    " without it − 1; intervals from 1,000 draws of every row",
    literature="Kemeny, J. G. and Snell, J. L. (1960), Finite Markov Chains; Aalen, O. O. and Johansen,"
    " S. (1978), Scandinavian Journal of Statistics 5",
    obeys=("stages", "lanes", "reasons"),
    needs=NEEDS,
    columns=(
        Column("stage", "the stage; put aside is recycled, lost, expired or rejected"),
        Column("n", "passes that held it", "passes"),
        Column("began", "leads that began here", "leads"),
        Column("came_back", "times that somebody came back to here", "passes"),
        Column("customers", "of those here, the share that becomes a customer", "0 to 1"),
        Column("low", "lower end of its 95 % interval", "0 to 1"),
        Column("high", "upper end of its 95 % interval", "0 to 1"),
        Column("without", "that share if nobody came back", "0 to 1"),
        Column("uplift", "value of the loop: the one by the other, less 1", "share"),
        Column("uplift_low", "lower end of its 95 % interval", "share"),
        Column("uplift_high", "upper end of its 95 % interval", "share"),
        Column("visits", "how often a lead that raises a hand comes by", "times"),
        Column("is_small", "n is below 20: no colour, no rank"),
    ),
    sums=(STAYS, TURNS),
    conclude=conclude,
    rows=TURN_ROWS,
)
