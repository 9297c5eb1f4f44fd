"""Which week is news: how many entered each stage, week by week, within what chance alone would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from revloop.analysis import phrases, weekly
from revloop.analysis.loop import charts
from revloop.analysis.loop.stages import ENTRIES, NEEDS, order, said
from revloop.analysis.reading import Column, Found, Given, Headline, Reading, added, schema

_HELD: Mapping[str, pa.DataType] = {
    "stage": pa.string(),
    "week": pa.string(),
    "n": pa.int64(),
    **weekly.LIMITS,
}


def conclude(given: Given) -> Found:
    by = given.asked.by
    series: dict[tuple[str, ...], dict[str, int]] = {}
    for row in added(given.everything(ENTRIES.name), (*by, "stage", "week"), ("n",)).to_pylist():
        if row["week"]:
            series.setdefault((*(row[cut] for cut in by), row["stage"]), {})[row["week"]] = row["n"]
    places = order(given.setting)
    first = min((week for held in series.values() for week in held), default="")
    rows = [
        {**dict(zip((*by, "stage"), key, strict=True)), **week}
        for key in sorted(series, key=lambda each: (each[:-1], places[each[-1]]))
        for week in _weeks(given, series[key], first)
    ]
    signals = [row for row in rows if row["signal"]]
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(rows, signals, by),
        headline=Headline(float(len(signals)), "weeks", n=len(rows)) if rows and not by else None,
        notes=(_NOISE,),
    )


def _weeks(given: Given, held: Mapping[str, int], first: str) -> Iterator[dict[str, Any]]:
    """A week in which nobody entered has none, which is a number like any other."""
    every = weekly.weeks_until(given, first)
    values = [held.get(week, 0) for week in every]
    begin = weekly.shown(values)
    # Where fewer than one comes in a week, each of them would be news.
    told = values if sum(values[:begin]) >= begin else [*([None] * begin), *values[begin:]]
    for week, n, judged in zip(every[begin:], values[begin:], weekly.judged(told), strict=True):
        yield {"week": week, "n": n, **judged}


_NOISE = (
    "Every series moves. A week within the limits is not discussed: they say how far this one moves by"
    " itself, as the half year before shows."
)


def _sentence(
    rows: list[dict[str, Any]], signals: list[dict[str, Any]], by: tuple[str, ...]
) -> str:
    if not rows or all(row["center"] is None for row in rows):
        return "There are fewer than eight weeks before this time: what is news cannot be said yet."
    if not signals:
        return "No week is news: every stage moved as it does by itself."
    if by:
        return phrases.compared(len(signals), by, "signal")
    last = max(signals, key=lambda row: str(row["week"]))
    return (
        f"{phrases.counted(len(signals), 'signal')} in {len({row['week'] for row in rows})} weeks; the"
        f" last: {said(last['stage'])}, entered by {last['n']:,} in the week of {last['week']},"
        f" {last['signal']} (mean {last['center']:,.1f})."
    )


READING = Reading(
    name="weekly",
    title="Week by week",
    question="Which week is news?",
    meaning="How many passes entered each stage in each week that is over, with the limits within"
    " which the series moves by itself.",
    unit="passes",
    grain="a pass of a lead that entered a stage",
    formula="centre = mean of the baseline; limits = centre ± 2.66 · mean of the ranges between"
    " neighbours; a signal lies outside, or is the eighth in a row on one side",
    literature="Shewhart, W. A. (1931); Wheeler, D. J. (1993), Understanding Variation",
    obeys=("stages", "lanes"),
    needs=NEEDS,
    columns=(
        Column("stage", "the stage that was entered"),
        Column("week", "the Monday of the week"),
        Column("n", "passes that entered it", "passes"),
        Column("center", "the mean of the half year before", "passes a week"),
        Column("lower_limit", "below it is a signal", "passes a week"),
        Column("upper_limit", "above it is a signal", "passes a week"),
        Column("signal", "what is news of it; nothing where it is noise"),
    ),
    sums=(ENTRIES,),
    conclude=conclude,
    chart=charts.weeks,
)
