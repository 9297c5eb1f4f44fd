"""Rates: so many of so many, never without an interval.

A rate is kept as its two counts. It is exact as a fraction, and has the interval of Wilson (1927),
which holds its coverage for few cases and near 0 and 1, where the textbook interval does not.
Where nothing was counted there is no rate: None, never 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution, for two-sided 95 % intervals."""

MIN_N = 20
"""Below so many cases a rate is shown without colour and without a rank."""

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """From the lower to the upper bound, both included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rate:
    """`x` of `n` cases; ValueError unless 0 <= x <= n."""

    x: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.x <= self.n:
            raise ValueError(f"{self.x} of {self.n} is no share")

    @property
    def exact(self) -> Fraction | None:
        """The share as a fraction; None where n is 0."""
        return Fraction(self.x, self.n) if self.n else None

    @property
    def value(self) -> float | None:
        """The share, between 0 and 1; None where n is 0."""
        return self.x / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of Wilson (1927); None where n is 0."""
        if not self.n:
            return None
        # As in `wilson`, without the arrays: a table of a page has thousands of rates.
        x, n, square = self.x, self.n, Z95 * Z95
        half = Z95 * math.sqrt(x * (n - x) / n + square / 4)
        low = (x + square / 2 - half) / (n + square) if x else 0.0
        high = (x + square / 2 + half) / (n + square) if x < n else 1.0
        return Interval(low, high)

    @property
    def as_row(self) -> dict[str, int | float | None]:
        """As a table tells it: `x`, `n`, `rate`, and `low` and `high` of its interval."""
        low, high = self.interval or (None, None)
        return {"x": self.x, "n": self.n, "rate": self.value, "low": low, "high": high}

    def is_small(self, min_n: int = MIN_N) -> bool:
        """Whether there are too few cases for a colour or a rank."""
        return self.n < min_n


def wilson(x: ArrayLike, n: ArrayLike, z: float = Z95) -> tuple[Floats, Floats]:
    """The score interval of Wilson (1927), for any number of rates at once.

        (x + z²/2 ± z·√(x(n − x)/n + z²/4)) / (n + z²)

    Args:
        x: Cases that count; any shape.
        n: All cases, of a shape that fits.
        z: The normal quantile; that of 95 % by default.

    Returns:
        Lower and upper bounds between 0 and 1; NaN where n is 0.
    """
    x, n = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(n, np.float64))
    known = n > 0
    cases = np.where(known, n, 1.0)
    # Not √(p(1 − p)/n): counts keep both ends exact, so that 0 of n begins at 0.
    half = z * np.sqrt(x * (cases - x) / cases + z * z / 4)
    middle, scale = x + z * z / 2, cases + z * z
    low = np.where(x == 0, 0.0, (middle - half) / scale)
    high = np.where(x == cases, 1.0, (middle + half) / scale)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def difference_interval(one: Rate, other: Rate) -> Interval | None:
    """The 95 % interval of one rate minus another, each of its own cases; None where one is empty.

    Newcombe (1998), method 10: with p, l, u of the first and q, m, v of the second,
    from d − √((p − l)² + (v − q)²) to d + √((u − p)² + (q − m)²), where d = p − q and the bounds
    are those of Wilson.
    """
    p, q, first, second = one.value, other.value, one.interval, other.interval
    if p is None or q is None or first is None or second is None:
        return None
    below = math.hypot(p - first.low, second.high - q)
    above = math.hypot(first.high - p, q - second.low)
    return Interval(p - q - below, p - q + above)
