"""Did both sides keep their promises? Each one with its goal, as the agreement of its time says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from revloop.agreement.contract import Contract
from revloop.agreement.explain.promises import promised
from revloop.agreement.form import AnyPromise, PacePromise
from revloop.analysis import phrases
from revloop.analysis.cuts import CUTS
from revloop.analysis.loop.stages import ENTRIES
from revloop.analysis.needs import Need
from revloop.analysis.periods import Period
from revloop.analysis.promises import clocks, shares, trends
from revloop.analysis.promises.judging import MARKETING, SALES
from revloop.analysis.promises.pace import Paced, paced
from revloop.analysis.promises.statistics.compliance import Compliance
from revloop.analysis.reading import (
    Column,
    Excluded,
    Found,
    Given,
    Headline,
    Reading,
    Rows,
    Sums,
    added,
    schema,
)
from revloop.kit.money import Money

PROMISES = Sums("promises", shares.promise_sums, CUTS)
RESTATED = Sums("promises_restated", shares.restated_sums, CUTS)
WEEKS = Sums("promise_weeks", shares.restated_weeks, CUTS)
CLOCK_ROWS = Rows(
    "clock_rows",
    clocks.clock_rows,
    ("begin", "clock"),
    columns=(
        Column("promise", "the promise"),
        Column("state", "what became of it"),
        Column("begin", "began"),
        Column("due", "was due"),
        Column("late_minutes", "late by", "minutes of working time"),
        Column("owner_user_id", "owner"),
        Column("source", "source"),
        Column("version", "version of the agreement"),
    ),
    filters=("promise", "state", "side", "version"),
)
KEPT, AT_RISK, BROKEN, UNKNOWN = "kept", "risk", "broken", "unknown"
_JUDGED = (
    "A clock that still runs over its time counts as broken. Each is judged by the version that was in"
    " force when it began."
)
_FOLLOWED = (
    "Where no fact tells of clocks, they follow from leads, hand-overs, attempts and decisions by what"
    " the agreement says of beginning and end."
)
_COUNTS = ("kept", "broken", "still_open", "pending", "void", "at_risk")
_KEYS = ("promise", "version", "side", "kind")


@dataclass(frozen=True, slots=True)
class Agreed:
    """A promise as a version says it."""

    version: str
    name: str
    side: str
    promise: AnyPromise

    @property
    def sentence(self) -> str:
        return promised(self.name, self.promise, self.side).sentence

    @property
    def goal(self) -> float | None:
        """The share that must be kept; None for a pace."""
        goal = getattr(self.promise, "goal", None)
        return None if goal is None else float(goal)


def agreed(contract: Contract) -> Iterator[Agreed]:
    """Every promise of a version, those of sales first."""
    promises = contract.form.promises
    for side, named in (
        (SALES, promises.sales_to_marketing),
        (MARKETING, promises.marketing_to_sales),
    ):
        for name, promise in named.items():
            yield Agreed(contract.version, name, side, promise)


def conclude(given: Given) -> Found:
    by = given.asked.by
    said = {
        (each.version, each.name): each
        for tenure in given.setting.tenures
        for each in agreed(tenure.contract)
    }
    goals = {key: each.goal for key, each in said.items()}
    sums = given.sums(PROMISES.name)
    rows = [
        _row(row, said[row["version"], row["promise"]], by)
        for row in added(sums, (*by, *_KEYS), _COUNTS).to_pylist()
        if (row["version"], row["promise"]) in said
    ]
    rows += [] if by else [_pace_row(each) for each in _paces(given)]
    rows.sort(key=lambda row: _order(row, list(said), by))
    versions = sorted({row["version"] for row in rows})
    void = sum(row["void"] for row in rows)
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(rows, given),
        headline=_headline(rows, by),
        excluded=(Excluded("were voided in time, for a reason of the agreement", void),)
        if void
        else (),
        notes=_notes(versions),
        more={
            "trend": trends.by_month(given, PROMISES, goals),
            "restated": trends.by_month(given, RESTATED, goals),
            "weeks": trends.by_week(given, WEEKS),
        },
    )


def _row(row: Mapping[str, Any], said: Agreed, by: tuple[str, ...]) -> dict[str, Any]:
    found = Compliance(
        row["kept"],
        row["broken"] - row["still_open"],
        row["still_open"],
        row["pending"],
        row["void"],
    )
    rate = found.rate
    low, high = rate.interval or (None, None)
    bounds = found.bounds
    return {
        **{cut: row[cut] for cut in by},
        "promise": said.name,
        "side": said.side,
        "kind": row["kind"],
        "version": said.version,
        "sentence": said.sentence,
        "goal": said.goal,
        "x": rate.x,
        "n": rate.n,
        "value": rate.value,
        "low": low,
        "high": high,
        "lowest": float(bounds[0]) if bounds else None,
        "highest": float(bounds[1]) if bounds else None,
        "still_open": row["still_open"],
        "pending": row["pending"],
        "at_risk": row["at_risk"],
        "void": row["void"],
        "chance": None,
        "unit": None,
        "state": _state(rate.value, high, said.goal),
    }


def _state(value: float | None, high: float | None, goal: float | None) -> str:
    """Kept at the goal; at risk where the goal lies within the interval; else broken."""
    if value is None or goal is None:
        return UNKNOWN
    if value >= goal:
        return KEPT
    return AT_RISK if high is not None and high >= goal else BROKEN


def _paces(given: Given) -> Iterator[tuple[Agreed, Paced]]:
    period = given.asked.period or _known(given)
    if period is None:
        return
    entries = added(given.everything(ENTRIES.name), ("stage", "month"), ("n",)).to_pylist()
    came = {row["month"]: row["n"] for row in entries if row["stage"] == "mql"}
    for tenure in given.setting.tenures:
        for each in agreed(tenure.contract):
            if isinstance(each.promise, PacePromise):
                found = paced(each.promise.pace, tenure, given.setting, period, came)
                if found is not None:
                    yield each, found


def _known(given: Given) -> Period | None:
    months = sorted(filter(None, given.everything(ENTRIES.name)["month"].unique().to_pylist()))
    if not months:
        return None
    return Period(Period.of_month(months[0]).first, Period.of_month(months[-1]).last)


def _pace_row(found: tuple[Agreed, Paced]) -> dict[str, Any]:
    said, pace = found
    value = pace.attainment
    state = UNKNOWN if value is None else KEPT if value >= 1 else AT_RISK
    if value is not None and value < _ON_TRACK:
        state = BROKEN
    return {
        "promise": said.name,
        "side": said.side,
        "kind": "pace",
        "version": said.version,
        "sentence": said.sentence,
        "goal": 1.0,
        "x": pace.actual,
        "n": round(pace.expected),
        "value": value,
        "low": None,
        "high": None,
        "lowest": None,
        "highest": None,
        "still_open": 0,
        "pending": 0,
        "at_risk": 0,
        "void": 0,
        "chance": pace.chance,
        "unit": _unit(said.promise),
        "state": state,
    }


def _unit(promise: AnyPromise) -> str | None:
    goal = promise.pace.goal if isinstance(promise, PacePromise) else None
    return goal.currency if isinstance(goal, Money) else None


_ON_TRACK = 0.9
"""Of what should have come: ahead from 1 on, on track from here on, else behind."""


def _order(
    row: Mapping[str, Any], said: list[tuple[str, str]], by: tuple[str, ...]
) -> tuple[Any, ...]:
    """The version in force first, each side's promises in the order of its file."""
    place = said.index((row["version"], row["promise"]))
    newest = [version for version, _ in reversed(said)]
    return (newest.index(row["version"]), place, *(row[cut] for cut in by))


def _notes(versions: list[str]) -> tuple[str, ...]:
    notes = [_JUDGED, _FOLLOWED]
    if len(versions) > 1:
        notes.append(
            f"Versions {phrases.listed(versions)} govern a part of this time each: their numbers are"
            " not added."
        )
    return tuple(notes)


def _current(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the newest version."""
    return [row for row in rows if row["version"] == rows[0]["version"]] if rows else []


def _sentence(rows: list[dict[str, Any]], given: Given) -> str:
    if not given.setting.tenures:
        return "Nothing was agreed in this time, so nothing is judged."
    if given.asked.by:
        return phrases.compared(len(rows), given.asked.by, "promise")
    told = []
    for side in (MARKETING, SALES):
        own = [row for row in _current(rows) if row["side"] == side and row["state"] != UNKNOWN]
        kept = sum(row["state"] == KEPT for row in own)
        if own:
            told.append(
                f"{side.capitalize()} kept {kept} of {phrases.counted(len(own), 'promise')}"
            )
    return ". ".join(told) + "." if told else "No promise had a case in this time."


def _headline(rows: list[dict[str, Any]], by: tuple[str, ...]) -> Headline | None:
    own = [row for row in _current(rows) if row["state"] != UNKNOWN]
    if by or not own:
        return None
    kept = sum(row["state"] == KEPT for row in own)
    return Headline(kept / len(own), "0 to 1", x=kept, n=len(own))


_HELD: Mapping[str, pa.DataType] = {
    "promise": pa.string(),
    "side": pa.string(),
    "kind": pa.string(),
    "version": pa.string(),
    "sentence": pa.string(),
    "goal": pa.float64(),
    "x": pa.int64(),
    "n": pa.int64(),
    "value": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "lowest": pa.float64(),
    "highest": pa.float64(),
    "still_open": pa.int64(),
    "pending": pa.int64(),
    "at_risk": pa.int64(),
    "void": pa.int64(),
    "chance": pa.float64(),
    "unit": pa.string(),
    "state": pa.string(),
}
NEEDS = (
    Need("inquiry", ("at",), "leads, with the time they came in"),
    Need(
        "clock_event",
        ("promise",),
        "the clocks of promises, or what was tried to reach leads, or what was decided of them",
        (
            Need("activity", ("direction",), "attempts to reach somebody"),
            Need("qualification_decision", ("verdict",), "decisions about leads"),
            Need("lifecycle_transition", ("to_state",), "the history of stages"),
        ),
    ),
)
READING = Reading(
    name="promises",
    title="Promises",
    question="Did both sides keep their promises?",
    meaning="Of the cases of each promise that are decided, the share that was kept.",
    unit="share, 0 to 1",
    grain="a clock, an offer, a refusal, a return or a lead, as the promise says",
    formula="met / (met + breached + open breaches); for a pace what came / what should have come;"
    " interval of Wilson; lowest and highest if all that are pending are broken, or kept",
    literature="Wilson, E. B. (1927), JASA 22",
    obeys=("promises", "calendars", "pauses", "lanes", "goals"),
    needs=NEEDS,
    columns=(
        Column("promise", "its name in the agreement"),
        Column("side", "who promised it"),
        Column("kind", "clock, count, share or pace"),
        Column("version", "the version of the agreement that judges it"),
        Column("sentence", "what was promised"),
        Column("goal", "the share that must be kept", "0 to 1"),
        Column("x", "kept; of a pace, what came", "cases"),
        Column("n", "decided; of a pace, what should have come", "cases"),
        Column("value", "x of n", "0 to 1"),
        Column("low", "lower end of its 95 % interval", "0 to 1"),
        Column("high", "upper end of its 95 % interval", "0 to 1"),
        Column("lowest", "if all that are pending are broken", "0 to 1"),
        Column("highest", "if all that are pending are kept", "0 to 1"),
        Column("still_open", "broken, and not ended yet", "cases"),
        Column("pending", "not decided yet", "cases"),
        Column("at_risk", "of these, those whose time is nearly over", "cases"),
        Column("void", "voided in time", "cases"),
        Column(
            "chance", "of a pace, the chance that the goal of its last month is reached", "0 to 1"
        ),
        Column("unit", "of a pace that is paid in money, the currency of x and n"),
        Column("state", "kept, risk, broken or unknown"),
    ),
    sums=(PROMISES, RESTATED, WEEKS, ENTRIES),
    conclude=conclude,
    rows=CLOCK_ROWS,
)
