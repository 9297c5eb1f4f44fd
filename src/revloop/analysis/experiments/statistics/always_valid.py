"""Differences that may be looked at every day: always-valid p and confidence sequences.

Whoever looks at an ordinary interval each week and stops when it is clear of nothing is wrong far
more often than one time in twenty. The mixture sequential probability ratio test of Robbins (1970)
in the form of Johari, Pekelis and Walsh (2022), Always valid inference, Operations Research 70, holds
its promise over all looks together. Of an estimate δ with variance v, and effects that are held to be
normal around 0 with variance τ²:

    Λ = √(v / (v + τ²)) · exp(δ²τ² / (2v(v + τ²)))        p = the least of 1/Λ so far
    δ ± √(v(v + τ²)/τ² · (2·ln(1/a) + ln((v + τ²)/v)))    of all looks, a share of `a` is wrong

τ is fixed before the start, about the least effect of interest. The wrong τ costs width, never truth.
It holds for estimates that are about normal: 100 units in each arm at least.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from revloop.analysis.rates import Interval, Rate

ALPHA = 0.05
MIN_UNITS = 100
"""In each arm, before anything is said."""


def likelihood_ratio(estimate: float, variance: float, tau2: float) -> float:
    """Λ: how much likelier what was seen is with an effect than without; 1 where nothing varies.

    Infinite where it is beyond every number.
    """
    if variance <= 0:
        return 1.0
    wide = variance + tau2
    exponent = estimate * estimate * tau2 / (2 * variance * wide)
    try:
        return math.sqrt(variance / wide) * math.exp(exponent)
    except OverflowError:
        return math.inf


def confidence_sequence(
    estimate: float, variance: float, tau2: float, alpha: float = ALPHA
) -> Interval | None:
    """The interval that holds the effect at every look at once; None where nothing varies."""
    if variance <= 0:
        return None
    wide = variance + tau2
    width = math.sqrt(
        variance * wide / tau2 * (2 * math.log(1 / alpha) + math.log(wide / variance))
    )
    return Interval(estimate - width, estimate + width)


@dataclass(frozen=True, slots=True)
class Look:
    """A difference of two shares as it stood at one look."""

    difference: float
    variance: float
    likelihood_ratio: float
    p: float
    """Always valid: the least of all looks so far."""
    interval: Interval | None
    is_decided: bool
    """p is at most alpha, with enough units in both arms."""


def looks(pairs: Iterable[tuple[Rate, Rate]], tau2: float, alpha: float = ALPHA) -> list[Look]:
    """Look after look at the same two arms, of which the second may do better; shares of units.

    Raises:
        ValueError: An arm is empty.
    """
    found: list[Look] = []
    p = 1.0
    for one, other in pairs:
        if one.value is None or other.value is None:
            raise ValueError("an arm is empty")
        difference = other.value - one.value
        variance = sum(x * (n - x) / n**3 for x, n in ((one.x, one.n), (other.x, other.n)))
        ratio = likelihood_ratio(difference, variance, tau2)
        p = min(p, 1 / ratio)
        found.append(
            Look(
                difference,
                variance,
                ratio,
                p,
                confidence_sequence(difference, variance, tau2, alpha),
                is_decided=p <= alpha and min(one.n, other.n) >= MIN_UNITS,
            )
        )
    return found
