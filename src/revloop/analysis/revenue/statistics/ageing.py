"""Which way opportunities end, by their age, from those that were open in a period.

Of the opportunities of the last months many are still open, and those that have ended are the quick
ones. So everybody who was open on a day of the period is at risk on that day, at the age that they
have then; who was there before the period enters late, and who outlasts it is censored (period
analysis, Brenner and Gefeller 1996). The ways out compete (Aalen and Johansen 1978).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from revloop.analysis.loop.statistics.competing import CompetingExits, aalen_johansen
from revloop.analysis.loop.statistics.survival import SurvivalCurve, kaplan_meier
from revloop.analysis.rates import Z95, Interval, Rate

Whole = NDArray[np.int64]

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Ageing:
    """The ends of the opportunities of a period, by age in days."""

    ends: CompetingExits
    """By the ways that were told, as `won` and `lost`."""
    survival: SurvivalCurve
    """The share that is still open, by age."""
    counts: Mapping[str, Whole]
    """How many ended each way at each age."""

    def share(self, way: str) -> float | None:
        """Of those that end, the share that ends this way; None where nothing ends."""
        whole = self._whole
        return float(self.ends.incidence[way][-1]) / whole if whole > 0 else None

    def share_interval(self, way: str) -> Interval | None:
        """95 % bounds of that share: those of its incidence, by the share that ends at all.

        Where all or none end this way the incidence has no bounds, and they are Wilson's of the ends
        that were counted.
        """
        whole, share = self._whole, self.share(way)
        if share is None:
            return None
        if not _ROUNDING < share < 1 - _ROUNDING:
            ended = {each: int(n.sum()) for each, n in self.counts.items()}
            return Rate(ended[way], sum(ended.values())).interval
        found = self.ends.interval_at(way, self.ends.known_until)
        if found is None:
            return None
        return Interval(min(found.low / whole, 1.0), min(found.high / whole, 1.0))

    @property
    def _whole(self) -> float:
        """The share that ends at all."""
        return sum(float(shares[-1]) for shares in self.ends.incidence.values())

    def mean_age(self, way: str) -> float | None:
        """The mean age at which those end that end this way; None where none does.

            Σ t·(F(t) − F(t−)) / F

        over the ages t, where F is the incidence of this way. Without anybody who is still open it
        is their plain mean.
        """
        weights = self._weights(way)
        return None if weights is None else float(weights @ self._ages)

    def mean_age_interval(self, way: str) -> Interval | None:
        """95 % bounds of that mean: the spread of the ages, by the number of those ends."""
        weights, mean, n = self._weights(way), self.mean_age(way), int(self.counts[way].sum())
        if weights is None or mean is None or n <= 1:
            return None
        spread = float(weights @ (self._ages - mean) ** 2) * n / (n - 1)
        half = Z95 * math.sqrt(spread / n)
        return Interval(max(mean - half, 0.0), mean + half)

    @property
    def _ages(self) -> NDArray[np.float64]:
        return self.ends.times.astype(np.float64)

    def _weights(self, way: str) -> NDArray[np.float64] | None:
        shares = self.ends.incidence[way].astype(np.float64)
        if shares[-1] <= 0:
            return None
        weights: NDArray[np.float64] = np.diff(shares, prepend=0.0) / shares[-1]
        return weights


def ageing(
    opened: Whole, until: Whole, ways: Mapping[str, NDArray[np.bool_]], n: Whole, window: Window
) -> Ageing | None:
    """How opportunities end by age, of those that were open on a day of the window.

    Args:
        opened: The day on which each was opened.
        until: The day on which it ended; of one that is open any day after the window.
        ways: For each way out, which of them ended by it.
        n: How many each of them stands for.
        window: The days that were looked at.

    Returns:
        None where nobody was open; and where all who were at risk at some age ended at it while others
        were older: nothing then says how many come to be so old.
    """
    there = (opened <= window.last) & (until >= window.first)
    if not there.any():
        return None
    opened, until, n = opened[there], until[there], n[there]
    age = np.minimum(until, window.last) - opened
    before = window.first - 1 - opened
    size = int(age.max()) + 1
    over = until <= window.last
    ended = {
        way: _by_age(age, np.where(these[there] & over, n, 0), size) for way, these in ways.items()
    }
    left = np.bincount(age, weights=n, minlength=size).astype(np.int64) - sum(ended.values())
    late = before >= 0
    entered = _by_age(np.where(late, before, 0), np.where(late, n, 0), size)
    times = np.arange(size)
    curve = kaplan_meier(times, sum(ended.values()), left, entered)
    gone = np.flatnonzero(curve.survival <= 0)
    if gone.size and (curve.at_risk[gone[0] + 1 :] > 0).any():
        return None
    return Ageing(aalen_johansen(times, ended, left, entered), curve, ended)


def _by_age(age: Whole, n: Whole, size: int) -> Whole:
    return np.bincount(age, weights=n, minlength=size).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Window:
    """Days since 1970-01-01, from the first up to and with the last."""

    first: int
    last: int

    @property
    def days(self) -> int:
        return max(self.last - self.first + 1, 0)
