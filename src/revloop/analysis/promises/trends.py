"""How each promise went month by month, as agreed then and as agreed now, and which week is news.

A version judges what began under it, so a new version breaks the series. Beside it stands the series
restated: the same facts, judged throughout by the version in force. Whether a week is news is asked of
that one, for a changed goal must not look like a changed team.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from revloop.analysis.loop.statistics.control_chart import Chart, Point, control_chart
from revloop.analysis.periods import Period
from revloop.analysis.promises.statistics.compliance import Compliance
from revloop.analysis.rates import Rate
from revloop.analysis.reading import Given, Sums, added, schema, within

_KEYS = ("promise", "version")
_COUNTS = ("kept", "broken", "still_open", "pending")
SHOWN = 13
"""A quarter of weeks is looked at; those before it say how far the series moves by itself."""
_BASELINE = 26
_A_WEEK = timedelta(days=7)
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
        "center": pa.float64(),
        "lower_limit": pa.float64(),
        "upper_limit": pa.float64(),
        "signal": pa.string(),
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
    """The last quarter of weeks of each promise, restated, with its limits and what is a signal.

    Only weeks that are over by the end of the period and by the moment. The limits come of the half
    year before them; where it has less than eight weeks with a case, there are none.
    """
    last = _last_week(given)
    told: dict[tuple[str, str], dict[str, Rate]] = {}
    counted = added(given.everything(weeks.name), (*_KEYS, "week"), _COUNTS)
    for row in counted.to_pylist():
        if row["week"] and row["week"] <= last.isoformat():
            told.setdefault((row["promise"], row["version"]), {})[row["week"]] = _rate(row)
    rows = [
        {"promise": promise, "version": version, **week}
        for (promise, version), held in told.items()
        for week in _weeks(held, last)
    ]
    return pa.Table.from_pylist(rows, schema=WEEKS)


def _last_week(given: Given) -> date:
    """The Monday of the newest week that is over."""
    end = given.setting.today
    if given.asked.period is not None:
        end = min(end, _day_after(given.asked.period))
    return end - timedelta(days=end.weekday()) - _A_WEEK


def _day_after(period: Period) -> date:
    year, month = divmod(period.last + 1, 12)
    return date(year, month + 1, 1)


def _weeks(held: Mapping[str, Rate], last: date) -> Iterator[dict[str, Any]]:
    first = max(date.fromisoformat(min(held)), last - (SHOWN + _BASELINE - 1) * _A_WEEK)
    every = [first + number * _A_WEEK for number in range((last - first).days // 7 + 1)]
    rates = [held.get(each.isoformat(), Rate(0, 0)) for each in every]
    before = max(len(every) - SHOWN, 0)
    values = [rate.value for rate in rates]
    chart = control_chart(values[:before], values[before:])
    yield from _drawn(every[before:], rates[before:], chart)


def _drawn(weeks: Sequence[date], rates: Sequence[Rate], chart: Chart) -> Iterable[dict[str, Any]]:
    limits = chart.limits
    for week, rate, point in zip(weeks, rates, chart.points, strict=True):
        yield {
            "week": week.isoformat(),
            "x": rate.x,
            "n": rate.n,
            "value": rate.value,
            "center": float(limits.center) if limits else None,
            "lower_limit": max(float(limits.low), 0.0) if limits else None,
            "upper_limit": min(float(limits.high), 1.0) if limits else None,
            "signal": _signal(point, chart),
        }


def _signal(point: Point, chart: Chart) -> str | None:
    """In words; None for a week that is no news."""
    if not point.signal or chart.limits is None or point.value is None:
        return None
    above = point.value > chart.limits.center
    if point.outside:
        return "above its limits" if above else "below its limits"
    return "eight weeks in a row above its mean" if above else "eight weeks in a row below its mean"


def _rate(row: Mapping[str, Any]) -> Rate:
    return Compliance(
        row["kept"], row["broken"] - row["still_open"], row["still_open"], row["pending"]
    ).rate
