"""How each promise went month by month, as agreed then and as agreed now, and which week is news.

A version judges what began under it, so a new version breaks the series. Beside it stands the series
restated: the same facts, judged throughout by the version in force. Whether a week is news is asked of
that one, for a changed goal must not look like a changed team.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from revloop.analysis import weekly
from revloop.analysis.periods import Period
from revloop.analysis.promises.statistics.compliance import Compliance
from revloop.analysis.rates import Rate
from revloop.analysis.reading import Given, Sums, added, schema, within

_KEYS = ("promise", "version")
_COUNTS = ("kept", "broken", "still_open", "pending")
_A_YEAR = 12

MONTHS = schema(
    _KEYS,
    {
        "month": pa.string(),
        "x": pa.int64(),
        "n": pa.int64(),
        "value": pa.float64(),
        "low": pa.float64(),
        "high": pa.float64(),
        "goal": pa.float64(),
    },
)
WEEKS = schema(
    _KEYS,
    {
        "week": pa.string(),
        "x": pa.int64(),
        "n": pa.int64(),
        "value": pa.float64(),
        **weekly.LIMITS,
    },
)


def by_month(given: Given, sums: Sums, goals: Mapping[tuple[str, str], float | None]) -> pa.Table:
    """Each promise of `goals` month by month, in the year that ends with the period.

    Args:
        given: what is asked for.
        sums: counts by promise, version and month.
        goals: of each version and promise that is told, the share that must be kept.

    """
    table = given.everything(sums.name)
    if given.asked.period is not None:
        last = given.asked.period.last
        table = within(table, Period(last - _A_YEAR + 1, last))
    rows = [
        _month(row, goals[row["version"], row["promise"]])
        for row in added(table, (*_KEYS, "month"), _COUNTS).to_pylist()
        if (row["version"], row["promise"]) in goals and row["month"]
    ]
    return pa.Table.from_pylist(rows, schema=MONTHS)


def _month(row: Mapping[str, Any], goal: float | None) -> dict[str, Any]:
    rate = _rate(row)
    low, high = rate.interval or (None, None)
    return {
        "promise": row["promise"],
        "version": row["version"],
        "month": row["month"],
        "x": rate.x,
        "n": rate.n,
        "value": rate.value,
        "low": low,
        "high": high,
        "goal": goal,
    }


def by_week(given: Given, weeks: Sums) -> pa.Table:
    """The last quarter of weeks of each promise, restated, with its limits and what is a signal."""
    told: dict[tuple[str, str], dict[str, Rate]] = {}
    counted = added(given.everything(weeks.name), (*_KEYS, "week"), _COUNTS)
    for row in counted.to_pylist():
        if row["week"]:
            told.setdefault((row["promise"], row["version"]), {})[row["week"]] = _rate(row)
    rows = [
        {"promise": promise, "version": version, **week}
        for (promise, version), held in told.items()
        for week in _weeks(given, held)
    ]
    return pa.Table.from_pylist(rows, schema=WEEKS)


def _weeks(given: Given, held: Mapping[str, Rate]) -> Iterator[dict[str, Any]]:
    every = weekly.weeks_until(given, min(held))
    rates = [held.get(each, Rate(0, 0)) for each in every]
    first = weekly.shown(rates)
    limits = weekly.judged([rate.value for rate in rates], most=1.0)
    for week, rate, judged in zip(every[first:], rates[first:], limits, strict=True):
        yield {"week": week, "x": rate.x, "n": rate.n, "value": rate.value, **judged}


def _rate(row: Mapping[str, Any]) -> Rate:
    return Compliance(
        row["kept"], row["broken"] - row["still_open"], row["still_open"], row["pending"]
    ).rate
