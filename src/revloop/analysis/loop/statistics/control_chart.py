"""Whether a week is news: the chart of single values and moving ranges (XmR).

Every series moves. Its limits say how far it moves by itself: the mean of a baseline, and 2.66
times the mean of the ranges between neighbours on both sides (Shewhart 1931, Wheeler 1993; 2.66 is
3/1.128, three standard deviations estimated from ranges of two). Inside the limits a week is not
discussed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

MIN_BASELINE = 8
"""Fewer weeks say too little of how far the series moves by itself."""

RUN = 8
"""So many weeks in a row on one side of the centre are a signal, too."""

_WIDTH = Fraction("2.66")


@dataclass(frozen=True, slots=True)
class Limits:
    """Exact for values that are; floats are taken for exactly what they are."""

    center: Fraction
    mean_range: Fraction

    @property
    def low(self) -> Fraction:
        return self.center - _WIDTH * self.mean_range

    @property
    def high(self) -> Fraction:
        return self.center + _WIDTH * self.mean_range


@dataclass(frozen=True, slots=True)
class Point:
    """One week of the series."""

    value: Fraction | None
    """None for a week that has none: it is left out, and no signal."""
    outside: bool
    """Beyond a limit; at the limit is inside."""
    run: bool
    """The eighth or a later week in a row on the same side of the centre."""

    @property
    def signal(self) -> bool:
        return self.outside or self.run


@dataclass(frozen=True, slots=True)
class Chart:
    limits: Limits | None
    """None where the baseline has fewer than 8 weeks with a value: then nothing is a signal."""
    baseline: tuple[Point, ...]
    points: tuple[Point, ...]
    """The weeks after the baseline. A run may begin in it."""


def control_chart(
    baseline: Sequence[float | Fraction | None], values: Sequence[float | Fraction | None]
) -> Chart:
    """The chart of a weekly series.

    Args:
        baseline: The weeks that say how far the series moves by itself, in their order. Ranges are
            between neighbours that have a value.
        values: The weeks after them.
    """
    every = [None if value is None else Fraction(value) for value in (*baseline, *values)]
    known = [value for value in every[: len(baseline)] if value is not None]
    limits = _limits(known) if len(known) >= MIN_BASELINE else None
    points = tuple(_points(every, limits))
    return Chart(limits, points[: len(baseline)], points[len(baseline) :])


def _limits(known: Sequence[Fraction]) -> Limits:
    ranges = [abs(after - before) for before, after in pairwise(known)]
    return Limits(sum(known, Fraction(0)) / len(known), sum(ranges, Fraction(0)) / len(ranges))


def _points(values: Iterable[Fraction | None], limits: Limits | None) -> Iterable[Point]:
    side, length = 0, 0
    for value in values:
        if value is None or limits is None:
            yield Point(value, outside=False, run=False)
            continue
        now = (value > limits.center) - (value < limits.center)
        # A week at the centre is on no side: it ends a run and begins none.
        length = length + 1 if now and now == side else 1
        side = now
        yield Point(value, not limits.low <= value <= limits.high, length >= RUN)
