"""Stage conversion: of those that entered a stage, how many entered the next one in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from revloop.analysis import phrases
from revloop.analysis.loop.durations import NEXT, groups, ways_out
from revloop.analysis.loop.passes import steps
from revloop.analysis.loop.stages import ENTRIES, NEEDS, STAY_ROWS, STAYS, STEPS, order, said
from revloop.analysis.rates import MIN_N, Rate
from revloop.analysis.reading import (
    Asked,
    Column,
    Excluded,
    Found,
    Given,
    Headline,
    Reading,
    added,
    schema,
)

_Estimate = tuple[float | None, float | None, float | None]
"""A value and the ends of its interval."""
_MATURE = (
    "Only those who entered at least the horizon ago are in the rate; the younger ones are counted"
    " beside it."
)
_INCIDENCE = (
    "The incidence beside it uses the younger ones, too, for as long as they have been there."
)
_COUNTS = ("entered", "mature", "converted", "reached", "implied", "again", "backwards")


def conclude(given: Given) -> Found:
    sums = given.sums(STEPS.name)
    keys = ("stage", "later", "horizon")
    grouped = added(sums, (*given.asked.by, *keys), _COUNTS)
    places = order(given.setting)
    rows = sorted(
        grouped.to_pylist(), key=lambda row: (_cut(row, given.asked), places[row["stage"]])
    )
    incidence = dict(_incidence(given, {row["stage"]: row["horizon"] for row in rows}))
    told = [_row(row, given.asked, incidence) for row in rows]
    backwards = sum(row["backwards"] for row in rows)
    return Found(
        table=pa.Table.from_pylist(told, schema=schema(given.asked.by, _HELD)),
        sentence=_sentence(told, given.asked),
        headline=_headline(told, given.asked),
        excluded=(Excluded("entered the next stage before this one", backwards),)
        if backwards
        else (),
        notes=(_MATURE, _INCIDENCE),
    )


def _cut(row: dict[str, Any], asked: Asked) -> tuple[str, ...]:
    return tuple(row[cut] for cut in asked.by)


def _incidence(
    given: Given, horizons: Mapping[str, int]
) -> Iterator[tuple[tuple[str, ...], _Estimate]]:
    """By cuts and stage: the share that goes on within the horizon, with its interval."""
    for cut, stage, rows in groups(given):
        found = ways_out(rows)
        if stage in horizons and found is not None and NEXT in found.left:
            between = found.curves.interval_at(NEXT, horizons[stage])
            low, high = (between.low, between.high) if between else (None, None)
            yield (*cut, stage), (found.curves.at(NEXT, horizons[stage]), low, high)


def _row(
    row: dict[str, Any],
    asked: Asked,
    incidences: Mapping[tuple[str, ...], _Estimate],
) -> dict[str, Any]:
    rate = Rate(row["converted"], row["mature"])
    incidence = incidences.get((*_cut(row, asked), row["stage"]), (None, None, None))
    return {
        **{cut: row[cut] for cut in asked.by},
        "stage": row["stage"],
        "later": row["later"],
        "horizon_days": row["horizon"],
        "entered": row["entered"],
        **rate.as_row,
        "is_small": rate.is_small(),
        "young": row["entered"] - row["mature"],
        **dict(zip(("incidence", "incidence_low", "incidence_high"), incidence, strict=True)),
        "reached": row["reached"],
        "implied": row["implied"],
        "again": row["again"],
    }


COLUMNS = (
    Column("stage", "the stage that was entered"),
    Column("later", "the stage after it"),
    Column("horizon_days", "the time within which the next stage counts", "days"),
    Column("entered", "passes that entered the stage", "passes"),
    Column("n", "of these, those that entered at least the horizon ago", "passes"),
    Column("x", "of these, those that entered the next stage within the horizon", "passes"),
    Column("rate", "x of n", "0 to 1"),
    Column("low", "lower end of the 95 % interval of the rate", "0 to 1"),
    Column("high", "upper end of the 95 % interval of the rate", "0 to 1"),
    Column("is_small", "n is below 20: no colour, no rank"),
    Column("young", "entered, but too lately to be counted", "passes"),
    Column("incidence", "the share that goes on within the horizon, the young ones used", "0 to 1"),
    Column("incidence_low", "lower end of its 95 % interval", "0 to 1"),
    Column("incidence_high", "upper end of its 95 % interval", "0 to 1"),
    Column("reached", "entered the next stage at all, in time or not", "passes"),
    Column("implied", "of those that entered, those that skipped it for a later stage", "passes"),
    Column("again", "of those that entered, those that had been put aside before", "passes"),
)
_HELD: Mapping[str, pa.DataType] = {
    "stage": pa.string(),
    "later": pa.string(),
    "horizon_days": pa.int64(),
    "entered": pa.int64(),
    "n": pa.int64(),
    "x": pa.int64(),
    "rate": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "is_small": pa.bool_(),
    "young": pa.int64(),
    **dict.fromkeys(("incidence", "incidence_low", "incidence_high"), pa.float64()),
    "reached": pa.int64(),
    "implied": pa.int64(),
    "again": pa.int64(),
}


def _headline(rows: list[dict[str, Any]], asked: Asked) -> Headline | None:
    """The step of which the smallest share goes on, where nothing is compared."""
    known = [row for row in rows if row["rate"] is not None and not row["is_small"]]
    if asked.by or not known:
        return None
    worst = min(known, key=lambda row: row["rate"])
    return Headline(worst["rate"], "0 to 1", worst["low"], worst["high"], worst["x"], worst["n"])


def _sentence(rows: list[dict[str, Any]], asked: Asked) -> str:
    known = [row for row in rows if row["rate"] is not None and not row["is_small"]]
    if not known:
        return "No stage has been entered by 20 leads long enough ago to say how many go on."
    if asked.by:
        return phrases.compared(len(rows), asked.by, "rate")
    worst = min(known, key=lambda row: row["rate"])
    told = phrases.rate(Rate(worst["x"], worst["n"]))
    return (
        f"The narrowest step is from {said(worst['stage'])} to {said(worst['later'])}:"
        f" {told} went on within {phrases.counted(worst['horizon_days'], 'day')}."
    )


READING = Reading(
    name="stage_conversion",
    title="Stage conversion",
    question="How many go on from each stage to the next?",
    meaning="Of the passes that entered a stage at least a horizon ago, the share that entered the"
    " next one within it.",
    unit="share, 0 to 1",
    grain="a pass of a lead through the loop",
    formula="x / n with n = passes with as_of − entered ≥ horizon, x = those of n with"
    " entered_next − entered ≤ horizon; interval of Wilson",
    literature="Wilson, E. B. (1927), Probable inference, JASA 22; Aalen, O. O. and Johansen, S."
    " (1978), Scandinavian Journal of Statistics 5",
    obeys=("stages", "lanes"),
    needs=NEEDS,
    columns=COLUMNS,
    sums=(STEPS, STAYS),
    conclude=conclude,
    rows=STAY_ROWS,
)


def conclude_ratio(given: Given) -> Found:
    by = given.asked.by
    counts: dict[tuple[str, ...], dict[str, int]] = {}
    for row in added(given.sums(ENTRIES.name), (*by, "stage"), ("n",)).to_pylist():
        counts.setdefault(tuple(row[cut] for cut in by), {})[row["stage"]] = row["n"]
    told = [
        {
            **dict(zip(by, cut, strict=True)),
            "stage": stage,
            "later": later,
            "entered": held.get(stage, 0),
            "entered_later": held.get(later, 0),
            "ratio": held.get(later, 0) / held[stage] if held.get(stage) else None,
            "is_small": held.get(stage, 0) < MIN_N,
        }
        for cut, held in sorted(counts.items())
        for stage, later in steps(given.setting)
    ]
    return Found(
        table=pa.Table.from_pylist(told, schema=schema(by, _RATIOS)),
        sentence=_ratio_sentence(told, given.asked),
        notes=(_NO_RATE,),
    )


def _ratio_sentence(rows: list[dict[str, Any]], asked: Asked) -> str:
    if asked.by:
        return phrases.compared(len(rows), asked.by, "ratio")
    known = [row for row in rows if row["ratio"] is not None]
    if not known:
        return "No stage was entered in this time."
    told = [
        f"{row['entered_later']:,} {said(row['later'])} on {row['entered']:,} {said(row['stage'])}"
        for row in known
    ]
    return f"Entered in this time, whoever they were: {'; '.join(told)}."


_NO_RATE = (
    "A ratio of two counts of one time, for steering volume. It is no conversion rate: those in the"
    " numerator are not among those in the denominator, so it may be above 1, and it moves with the"
    " volume of earlier months."
)
_RATIOS: Mapping[str, pa.DataType] = {
    "stage": pa.string(),
    "later": pa.string(),
    "entered": pa.int64(),
    "entered_later": pa.int64(),
    "ratio": pa.float64(),
    "is_small": pa.bool_(),
}
PERIOD_RATIO = Reading(
    name="period_ratio",
    title="Period ratio",
    question="How many entered each stage in this time, on those who entered the one before?",
    meaning="The passes that entered the later stage in the period, over those that entered the"
    " earlier stage in the same period.",
    unit="ratio, may be above 1",
    grain="a pass of a lead that entered a stage",
    formula="entered the later stage in the period / entered the stage in the period",
    literature="counts",
    obeys=("stages", "lanes"),
    needs=NEEDS,
    columns=(
        Column("stage", "the earlier stage"),
        Column("later", "the stage after it"),
        Column("entered", "passes that entered the earlier stage in the period", "passes"),
        Column("entered_later", "passes that entered the later one in the period", "passes"),
        Column("ratio", "the second over the first", "ratio"),
        Column("is_small", "fewer than 20 entered the earlier one"),
    ),
    sums=(ENTRIES,),
    conclude=conclude_ratio,
)
