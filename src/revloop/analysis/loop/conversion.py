"""Stage conversion: of those that entered a stage, how many entered the next one in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from revloop.analysis import phrases
from revloop.analysis.loop.stages import NEEDS, STAY_ROWS, STEPS, order, said
from revloop.analysis.rates import Rate
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

_MATURE = (
    "Only those who entered at least the horizon ago are in the rate; the younger ones are counted"
    " beside it."
)
_COUNTS = ("entered", "mature", "converted", "reached", "again", "backwards")


def conclude(given: Given) -> Found:
    sums = given.sums(STEPS.name)
    keys = ("stage", "later", "horizon")
    grouped = added(sums, (*given.asked.by, *keys), _COUNTS)
    places = order(given.setting)
    rows = sorted(
        grouped.to_pylist(), key=lambda row: (_cut(row, given.asked), places[row["stage"]])
    )
    told = [_row(row, given.asked) for row in rows]
    backwards = sum(row["backwards"] for row in rows)
    return Found(
        table=pa.Table.from_pylist(told, schema=schema(given.asked.by, _HELD)),
        sentence=_sentence(told, given.asked),
        headline=_headline(told, given.asked),
        excluded=(Excluded("entered the next stage before this one", backwards),)
        if backwards
        else (),
        notes=(_MATURE,),
    )


def _cut(row: dict[str, Any], asked: Asked) -> tuple[str, ...]:
    return tuple(row[cut] for cut in asked.by)


def _row(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
    rate = Rate(row["converted"], row["mature"])
    low, high = rate.interval or (None, None)
    return {
        **{cut: row[cut] for cut in asked.by},
        "stage": row["stage"],
        "later": row["later"],
        "horizon_days": row["horizon"],
        "entered": row["entered"],
        "n": rate.n,
        "x": rate.x,
        "rate": rate.value,
        "low": low,
        "high": high,
        "is_small": rate.is_small(),
        "young": row["entered"] - row["mature"],
        "reached": row["reached"],
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
    Column("reached", "entered the next stage at all, in time or not", "passes"),
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
    "reached": pa.int64(),
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
        return f"{phrases.counted(len(rows), 'rate')}, by {phrases.listed(list(asked.by))}."
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
    literature="Wilson, E. B. (1927), Probable inference, JASA 22",
    obeys=("stages", "lanes"),
    needs=NEEDS,
    columns=COLUMNS,
    sums=(STEPS,),
    conclude=conclude,
    rows=STAY_ROWS,
)
