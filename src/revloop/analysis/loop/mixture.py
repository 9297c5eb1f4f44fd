"""Other leads, or other rates: what changed the conversion of each step from one period to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from revloop.analysis import phrases
from revloop.analysis.loop.stages import NEEDS, STAY_ROWS, STEPS, said
from revloop.analysis.loop.statistics.leaks import Q, benjamini_hochberg
from revloop.analysis.loop.statistics.mix import MixChange, errors, mix_and_rate
from revloop.analysis.periods import Period, latest_quarter
from revloop.analysis.rates import MIN_N, Z95, Rate
from revloop.analysis.reading import Column, Found, Given, Headline, Reading, added, within

MIX, RATES, BOTH, CHANCE = "mix", "rates", "both", "chance"
"""What a change is made of, as far as it is more than chance."""
_USUAL = ("source", "segment")
"""What the leads are parted by, where nobody says by what."""

_TABLE: tuple[tuple[Column, pa.DataType], ...] = (
    (Column("parted_by", "the cut that makes the parts"), pa.string()),
    (Column("stage", "the stage that was entered"), pa.string()),
    (Column("later", "the stage after it"), pa.string()),
    (Column("x_before", "went on within the horizon, in the period before", "passes"), pa.int64()),
    (Column("n_before", "entered, at least the horizon ago", "passes"), pa.int64()),
    (Column("rate_before", "x of n", "0 to 1"), pa.float64()),
    (Column("x", "went on within the horizon, in the period", "passes"), pa.int64()),
    (Column("n", "entered, at least the horizon ago", "passes"), pa.int64()),
    (Column("rate", "x of n", "0 to 1"), pa.float64()),
    (Column("delta", "the change of the rate", "0 to 1"), pa.float64()),
    (Column("mix", "of it, because the parts have other shares", "0 to 1"), pa.float64()),
    (Column("mix_low", "lower end of its 95 % interval", "0 to 1"), pa.float64()),
    (Column("mix_high", "upper end of its 95 % interval", "0 to 1"), pa.float64()),
    (Column("mix_p", "its p-value, adjusted for all that is compared here"), pa.float64()),
    (Column("rates", "of it, because the rates of the parts changed", "0 to 1"), pa.float64()),
    (Column("rates_low", "lower end of its 95 % interval", "0 to 1"), pa.float64()),
    (Column("rates_high", "upper end of its 95 % interval", "0 to 1"), pa.float64()),
    (Column("rates_p", "its p-value, adjusted for all that is compared here"), pa.float64()),
    (Column("says", "mix, rates, both, or chance where neither is more than that"), pa.string()),
    (Column("is_small", "fewer than 20 in one of the periods: no colour, no rank"), pa.bool_()),
)
_PARTS: tuple[tuple[Column, pa.DataType], ...] = (
    (Column("parted_by", "the cut that makes the parts"), pa.string()),
    (Column("part", "its value"), pa.string()),
    (Column("stage", "the stage that was entered"), pa.string()),
    (Column("later", "the stage after it"), pa.string()),
    (Column("x_before", "went on, in the period before", "passes"), pa.int64()),
    (Column("n_before", "entered, in the period before", "passes"), pa.int64()),
    (Column("share_before", "of all that entered", "0 to 1"), pa.float64()),
    (Column("x", "went on", "passes"), pa.int64()),
    (Column("n", "entered", "passes"), pa.int64()),
    (Column("share", "of all that entered", "0 to 1"), pa.float64()),
    (Column("mix", "what its other share did", "0 to 1"), pa.float64()),
    (Column("rates", "what its other rate did", "0 to 1"), pa.float64()),
)


def conclude(given: Given) -> Found:
    later = given.asked.period or latest_quarter(given.setting.today)
    cuts = given.asked.by or _USUAL
    found = [each for cut in cuts for each in _by(given, cut, later)]
    rows = _judged([_row(*each) for each in found])
    told = [row for row in rows if not row["is_small"]]
    chosen = _most(told)
    return Found(
        table=pa.Table.from_pylist(rows, schema=_schema(_TABLE)),
        sentence=_sentence(chosen, later, found),
        headline=_headline(chosen),
        notes=_NOTES,
        more={
            "parts": pa.Table.from_pylist(
                [part for each in found for part in _parts(*each)], schema=_schema(_PARTS)
            )
        },
    )


def _schema(columns: Sequence[tuple[Column, pa.DataType]]) -> pa.Schema:
    return pa.schema([(column.name, holds) for column, holds in columns])


_Compared = tuple[str, str, str, MixChange]


def _by(given: Given, cut: str, later: Period) -> list[_Compared]:
    """Each step with its change in parts of a cut; steps that nobody took in a period are left out."""
    from revloop.analysis.loop.passes import steps  # noqa: PLC0415 - Ibis comes with it

    table = given.everything(STEPS.name)
    periods = [
        added(within(table, period), (cut, "stage"), ("converted", "mature")).to_pylist()
        for period in (later.before, later)
    ]
    told = []
    for stage, after in steps(given.setting):
        rates = [
            {
                row[cut]: Rate(row["converted"], row["mature"])
                for row in rows
                if row["stage"] == stage
            }
            for rows in periods
        ]
        names = sorted(rates[0] | rates[1])
        nobody = Rate(0, 0)
        change = (
            mix_and_rate({n: (rates[0].get(n, nobody), rates[1].get(n, nobody)) for n in names})
            if names
            else None
        )
        if change is not None:
            told.append((cut, stage, after, change))
    return told


def _row(cut: str, stage: str, later: str, change: MixChange) -> dict[str, Any]:
    spread = errors(change)
    mix, rate = float(change.mix), float(change.rate)
    return {
        "parted_by": cut,
        "stage": stage,
        "later": later,
        "x_before": change.before.x,
        "n_before": change.before.n,
        "rate_before": change.before.value,
        "x": change.after.x,
        "n": change.after.n,
        "rate": change.after.value,
        "delta": float(change.delta),
        "mix": mix,
        "mix_low": mix - Z95 * spread.mix,
        "mix_high": mix + Z95 * spread.mix,
        "mix_p": _p(mix, spread.mix),
        "rates": rate,
        "rates_low": rate - Z95 * spread.rate,
        "rates_high": rate + Z95 * spread.rate,
        "rates_p": _p(rate, spread.rate),
        "is_small": min(change.before.n, change.after.n) < MIN_N,
    }


def _p(value: float, error: float) -> float:
    """Two-sided, under the normal distribution."""
    from scipy.stats import norm

    if not error:
        return 0.0 if value else 1.0
    return float(2 * norm.sf(abs(value) / error))


def _judged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With p-values adjusted over all that is compared, and what each change is made of."""
    family = [row[name] for row in rows for name in ("mix_p", "rates_p")]
    adjusted = iter(benjamini_hochberg(family).tolist() if family else [])
    for row in rows:
        row["mix_p"], row["rates_p"] = next(adjusted), next(adjusted)
        mixed, moved = row["mix_p"] <= Q, row["rates_p"] <= Q
        row["says"] = BOTH if mixed and moved else MIX if mixed else RATES if moved else CHANCE
    return rows


def _parts(cut: str, stage: str, later: str, change: MixChange) -> list[dict[str, Any]]:
    return [
        {
            "parted_by": cut,
            "part": name,
            "stage": stage,
            "later": later,
            "x_before": part.before.x,
            "n_before": part.before.n,
            "share_before": part.before.n / change.before.n,
            "x": part.after.x,
            "n": part.after.n,
            "share": part.after.n / change.after.n,
            "mix": float(part.mix),
            "rates": float(part.rate),
        }
        for name, part in sorted(change.parts.items())
    ]


def _most(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The step with the greatest part of a change that is more than chance, by what explains it.

    Parted by another cut, what is mix looks like other rates: so of a step that cut is told by which
    it is mix, if there is one.
    """

    def weight(row: Mapping[str, Any]) -> tuple[float, float]:
        mixed = abs(row["mix"]) if row["says"] in {MIX, BOTH} else 0.0
        moved = abs(row["rates"]) if row["says"] in {RATES, BOTH} else 0.0
        return max(mixed, moved), abs(row["delta"])

    told = []
    for stage in {row["stage"]: None for row in rows}:
        of_step = [row for row in rows if row["stage"] == stage]
        mixed = [row for row in of_step if row["says"] in {MIX, BOTH}]
        told.append(max(mixed or of_step, key=weight))
    return max(told, key=weight, default=None)


def _headline(row: Mapping[str, Any] | None) -> Headline | None:
    if row is None:
        return None
    return Headline(
        row["mix"], "0 to 1", row["mix_low"], row["mix_high"], None, row["n_before"] + row["n"]
    )


def _sentence(row: Mapping[str, Any] | None, later: Period, found: Sequence[_Compared]) -> str:
    earlier = later.before
    if row is None:
        return f"No step was taken by 20 leads in both {earlier} and {later}."
    step = f"from {said(row['stage'])} to {said(row['later'])}"
    before = phrases.rate(Rate(row["x_before"], row["n_before"]))
    now = phrases.rate(Rate(row["x"], row["n"]))
    parts = (
        f"Between {earlier} and {later} conversion {step} went from {before} to {now}. Parted by"
        f" {row['parted_by']}, {_points(row['mix'])} of it is mix and {_points(row['rates'])} other"
        " rates"
    )
    match row["says"]:
        case "mix":
            grown = _grown(row, found)
            return f"{parts}: the mix changed ({grown}), the rates no more than by chance."
        case "both":
            return f"{parts}: both changed."
        case "rates":
            return f"{parts}: the rates changed, the mix no more than by chance."
    return f"{parts}: no more than chance."


def _grown(row: Mapping[str, Any], found: Sequence[_Compared]) -> str:
    """The part whose share changed most."""
    [change] = [
        each for cut, stage, _, each in found if (cut, stage) == (row["parted_by"], row["stage"])
    ]
    shares = {
        name: (part.before.n / change.before.n, part.after.n / change.after.n)
        for name, part in change.parts.items()
    }
    name = max(shares, key=lambda each: abs(shares[each][1] - shares[each][0]))
    first, second = shares[name]
    return f"{name} from {phrases.share(first)} to {phrases.share(second)} of them"


def _points(value: float) -> str:
    sign = "\N{MINUS SIGN}" if value < 0 else "+"
    return f"{sign}{abs(value) * 100:.1f} points"


_NOTES = (
    (
        "Mix is what would have changed with the same rates in every part, other rates what would have"
        " changed with the same shares."
    ),
    "What is mix by one cut is other rates by another one: a change that is mix by any cut is mix.",
    "Only those who entered at least the horizon ago are in the rates.",
    (
        "Each is more than chance at a false discovery rate of 10 % over all steps and cuts compared here"
        " (Benjamini and Hochberg)."
    ),
)

READING = Reading(
    name="mix",
    title="Mix and rates",
    question="Did we convert worse, or did we get other leads?",
    meaning="The change of each step's conversion between a period and the one before, in what other"
    " shares of the parts did and what other rates within them did.",
    unit="share, 0 to 1",
    grain="a pass of a lead through the loop",
    formula="mix = Σ (w1 − w0)(r̄ − R̄), rates = Σ (r1 − r0) w̄, w the share and r the rate of a part;"
    " intervals by the delta method",
    literature="Kitagawa, E. M. (1955), Components of a difference between two rates, JASA 50;"
    " Benjamini, Y. and Hochberg, Y. (1995), JRSS B 57",
    obeys=("stages", "lanes"),
    needs=NEEDS,
    columns=tuple(column for column, _ in _TABLE),
    sums=(STEPS,),
    conclude=conclude,
    rows=STAY_ROWS,
)
