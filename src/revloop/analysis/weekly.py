"""Series by week, and which week of them is news.

A week begins on a Monday of the company's zone. Only weeks that are over are shown; the last quarter
of them is looked at, and the half year before it says how far the series moves by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa

from revloop.analysis.loop.statistics.control_chart import Chart, Point, control_chart
from revloop.analysis.reading import Given

SHOWN = 13
BASELINE = 26
_A_WEEK = timedelta(days=7)

LIMITS: Mapping[str, pa.DataType] = {
    "center": pa.float64(),
    "lower_limit": pa.float64(),
    "upper_limit": pa.float64(),
    "signal": pa.string(),
}


def weeks_until(given: Given, first: str) -> list[str]:
    """The Mondays of the weeks that are over by the end of the period and by the moment.

    From the first one that is known, and no more than a chart needs.
    """
    end = given.setting.today
    if given.asked.period is not None:
        end = min(end, given.asked.period.ends)
    last = end - timedelta(days=end.weekday()) - _A_WEEK
    begin = max(date.fromisoformat(first), last - (SHOWN + BASELINE - 1) * _A_WEEK)
    return [
        (begin + number * _A_WEEK).isoformat() for number in range((last - begin).days // 7 + 1)
    ]


def shown(values: Sequence[Any]) -> int:
    """The place of the first value that is shown; those before it are the baseline."""
    return max(len(values) - SHOWN, 0)


def judged(
    values: Sequence[float | Fraction | int | None], *, most: float | None = None
) -> Iterator[dict[str, Any]]:
    """Centre, limits and signal of each value that is shown.

    No limit lies below 0 or above `most`, where nothing can be.
    """
    first = shown(values)
    chart = control_chart(values[:first], values[first:])
    limits = chart.limits
    for point in chart.points:
        upper = float(limits.high) if limits else None
        yield {
            "center": float(limits.center) if limits else None,
            "lower_limit": max(float(limits.low), 0.0) if limits else None,
            "upper_limit": upper if upper is None or most is None else min(upper, most),
            "signal": _signal(point, chart),
        }


def _signal(point: Point, chart: Chart) -> str | None:
    """In words; None for a week that is no news."""
    if not point.signal or chart.limits is None or point.value is None:
        return None
    above = point.value > chart.limits.center
    if point.outside:
        return "above its limits" if above else "below its limits"
    return "eight weeks in a row " + ("above its mean" if above else "below its mean")
