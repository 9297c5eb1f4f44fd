"""Two arms of an experiment, the one that was shown something and the one it was held back from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from revloop.analysis.experiments.statistics.always_valid import (
    confidence_sequence,
    likelihood_ratio,
)
from revloop.analysis.rates import Interval

TAU = 0.1
"""Of a difference: a tenth of a standard deviation; 3 points of a share of 10 %."""
TAU_OF_RATIO = 0.2
"""Of the logarithm of a ratio: a fifth more."""
_TWO = 2


@dataclass(frozen=True, slots=True)
class Arm:
    """What was measured of the units of one arm: how many of them had each value."""

    values: Mapping[float, int]

    @property
    def n(self) -> int:
        return sum(self.values.values())

    @property
    def mean(self) -> float | None:
        """The share, where a value is 1 or 0; None where nothing was measured."""
        if not self.n:
            return None
        return math.fsum(value * n for value, n in self.values.items()) / self.n

    @property
    def variance(self) -> float | None:
        """Of the values: x(n - x)/n² of a share, else on n - 1 degrees of freedom; None below two."""
        mean, n = self.mean, self.n
        if mean is None or n < _TWO:
            return None
        squares = math.fsum(each * (value - mean) ** 2 for value, each in self.values.items())
        return squares / (n if self.is_share else n - 1)

    @property
    def is_share(self) -> bool:
        """Whether each unit did it or did not."""
        return set(self.values) <= {0.0, 1.0}


@dataclass(frozen=True, slots=True)
class Effect:
    """What the lot shows: how much better those do who were shown it."""

    difference: float
    between: Interval | None
    ratio: float | None
    """None where one of the two means is not above 0."""
    ratio_between: Interval | None
    p: float
    """Always valid, of the difference, at this look alone."""


def effect(shown: Arm, held_back: Arm) -> Effect | None:
    """The difference of two means and their ratio, with intervals that may be looked at every day.

    The variance of the difference is s₁²/n₁ + s₀²/n₀, each arm with its own (Welch 1947); that of the
    logarithm of the ratio s₁²/(n₁m₁²) + s₀²/(n₀m₀²), which of shares is that of Katz et al. (1978).
    None where an arm has fewer than two units.
    """
    one, other = (shown.mean, shown.variance), (held_back.mean, held_back.variance)
    if one[0] is None or other[0] is None or one[1] is None or other[1] is None:
        return None
    difference, variance = one[0] - other[0], one[1] / shown.n + other[1] / held_back.n
    tau2 = TAU**2 * (one[1] + other[1]) / 2
    ratio = ratio_between = None
    if one[0] > 0 and other[0] > 0:
        ratio = one[0] / other[0]
        of_log = one[1] / (shown.n * one[0] ** 2) + other[1] / (held_back.n * other[0] ** 2)
        logs = confidence_sequence(math.log(ratio), of_log, TAU_OF_RATIO**2)
        ratio_between = None if logs is None else Interval(math.exp(logs.low), math.exp(logs.high))
    return Effect(
        difference,
        confidence_sequence(difference, variance, tau2),
        ratio,
        ratio_between,
        min(1.0, 1 / likelihood_ratio(difference, variance, tau2)),
    )
