"""Where the loop loses more than it used to: steps whose rate fell below its baseline.

Each step of a segment is compared with the same step of earlier cohorts: two samples of different
leads, one-sided, because a rate that rose is no leak. Many steps are looked at together, and by
chance alone some fall; the p-values of a family are adjusted so that of the steps flagged on a page
at most a share of q is expected to be a false alarm (Benjamini and Hochberg 1995).

A step is a leak if its adjusted p is at most q, it fell by at least the least drop that matters,
and it has at least 30 cases. What a leak costs is an association with its time, no effect.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from revloop.analysis.rates import Floats, Interval, Rate, difference_interval

MIN_N = 30
Q = 0.10
MIN_DROP = Fraction(2, 100)
"""Two percentage points."""

_ENOUGH_EXPECTED = 5
"""A smaller expected count makes the normal approximation too coarse (Cochran 1954)."""


class Method(StrEnum):
    Z = "z"
    """The pooled test of two proportions."""
    FISHER = "fisher"
    """The exact test (Fisher 1935), where an expected count is below 5."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a segment now and before."""

    name: str
    now: Rate
    """Of mature cases only."""
    baseline: Rate
    """Of other, earlier cases: none of those of `now`."""
    value: int | Fraction | None = None
    """Of one case that takes the step, in minor units; None where it is not known."""
    parent: str | None = None
    """The step that this one is a part of. Those with the same parent are one family."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a rate is below its baseline by more than chance."""

    method: Method
    z: float | None
    """None where all convert or none do, now and before."""
    p: float
    """The probability of a rate as low as this or lower, if nothing has changed."""


@dataclass(frozen=True, slots=True)
class CheckedStep:
    """A step with its test."""

    step: Step
    test: Comparison | None
    """None where now or before there are no cases."""
    p_adjusted: float | None
    """Within its family."""
    is_leak: bool
    shown: bool
    """It is a leak, or the step that it is a part of is one."""

    @property
    def drop(self) -> Fraction | None:
        """The baseline's rate less the rate of now; below 0 where it rose."""
        now, before = self.step.now.exact, self.step.baseline.exact
        return None if now is None or before is None else before - now

    @property
    def lost(self) -> Fraction | None:
        """Cases that did not take the step and would have at the rate of before; 0 if it rose."""
        return None if self.drop is None else max(Fraction(0), self.drop) * self.step.now.n

    @property
    def value_lost(self) -> Fraction | None:
        """What these are worth, in minor units; to be told of leaks only."""
        if self.lost is None or self.step.value is None:
            return None
        return self.lost * self.step.value

    @property
    def value_lost_interval(self) -> Interval | None:
        """95 % of the value lost, from the interval of the drop (Newcombe 1998).

        Its lower end is below 0 where the rate may as well have risen. None where it did rise.
        """
        drop = difference_interval(self.step.baseline, self.step.now)
        if drop is None or not self.value_lost or self.step.value is None:
            return None
        unit = float(self.step.now.n * self.step.value)
        return Interval(drop.low * unit, drop.high * unit)


def find_leaks(
    steps: Sequence[Step],
    *,
    q: float = Q,
    min_drop: Fraction = MIN_DROP,
    min_n: int = MIN_N,
) -> list[CheckedStep]:
    """Test every step within its family, those without a parent being one family.

    Args:
        steps: Each with a name of its own; a parent is one of them.
        q: The share of false alarms among the leaks that is borne.
        min_drop: The least drop of a rate that matters.
        min_n: The least number of cases now.

    Returns:
        The steps in their order. A part is shown if it is a leak in its own family, or if its
        parent is one.

    Raises:
        ValueError: Two steps of one name, or a parent that is no step.
    """
    names = {step.name for step in steps}
    if len(names) < len(steps):
        raise ValueError("each step needs a name of its own")
    if orphans := {step.parent for step in steps} - names - {None}:
        raise ValueError(f"no step is called {', '.join(sorted(map(str, orphans)))}")
    tests = [below_baseline(step.now, step.baseline) for step in steps]
    adjusted = _adjusted_in_families(steps, tests)
    leaks = {
        step.name
        for step, p in zip(steps, adjusted, strict=True)
        if p is not None and p <= q and step.now.n >= min_n and _fell(step, min_drop)
    }
    return [
        CheckedStep(step, test, p, step.name in leaks, bool(leaks & {step.name, step.parent}))
        for step, test, p in zip(steps, tests, adjusted, strict=True)
    ]


def ranked(checked: Iterable[CheckedStep]) -> list[CheckedStep]:
    """The leaks, the dearest first; behind them those whose value is not known, by cases lost."""
    leaks = [each for each in checked if each.is_leak]
    return sorted(
        leaks, key=lambda each: (each.value_lost is None, -(each.value_lost or each.lost or 0))
    )


def below_baseline(now: Rate, baseline: Rate) -> Comparison | None:
    """One-sided test of a rate against that of other cases; None where one of them has none.

    z = (p − p₀)/√(p̄(1 − p̄)(1/n + 1/n₀)), where p̄ is the rate of both together; p = Φ(z). Where one
    of the four expected counts is below 5, the exact probability of Fisher.
    """
    if not now.n or not baseline.n:
        return None
    x, n = now.x + baseline.x, now.n + baseline.n
    z = _z(now, baseline)
    if z is None or min(x, n - x) * min(now.n, baseline.n) < _ENOUGH_EXPECTED * n:
        return Comparison(Method.FISHER, z, fisher_below(now, baseline))
    return Comparison(Method.Z, z, math.erfc(-z / math.sqrt(2)) / 2)


def fisher_below(now: Rate, baseline: Rate) -> float:
    """The probability of at most so many of `now`, given how many convert together (Fisher 1935).

    Σ C(n, k)·C(n₀, K − k)/C(n + n₀, K) over all k <= x, where K convert in both.
    """
    from scipy.special import betaln

    def log_choose(n: int, k: Floats) -> Floats:
        result: Floats = -np.log1p(n) - betaln(n - k + 1, k + 1)
        return result

    both = now.x + baseline.x
    k = np.arange(max(0, both - baseline.n), now.x + 1, dtype=np.float64)
    every = log_choose(now.n + baseline.n, np.array([both], dtype=np.float64))
    terms = log_choose(now.n, k) + log_choose(baseline.n, both - k) - every
    return min(1.0, float(np.exp(terms).sum()))


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Adjusted p-values of a family: p₍ᵢ₎·m/i, made to rise with p from the top.

    Args:
        p: Any number of p-values; NaN is no test, stays NaN, and does not count.
    """
    given = np.asarray(p, dtype=np.float64)
    order = np.argsort(given, kind="stable")[: np.count_nonzero(~np.isnan(given))]
    scaled = given[order] * order.size / np.arange(1, order.size + 1)
    adjusted = np.full(given.shape, np.nan)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted


def _adjusted_in_families(
    steps: Sequence[Step], tests: Sequence[Comparison | None]
) -> list[float | None]:
    raw = np.array([np.nan if test is None else test.p for test in tests])
    parents = [step.parent for step in steps]
    adjusted = np.full(raw.shape, np.nan)
    for parent in dict.fromkeys(parents):
        family = [place for place, each in enumerate(parents) if each == parent]
        adjusted[family] = benjamini_hochberg(raw[family])
    return [None if np.isnan(p) else float(p) for p in adjusted]


def _z(now: Rate, baseline: Rate) -> float | None:
    p = Fraction(now.x + baseline.x, now.n + baseline.n)
    variance = p * (1 - p) * (Fraction(1, now.n) + Fraction(1, baseline.n))
    drop = Fraction(now.x, now.n) - Fraction(baseline.x, baseline.n)
    return float(drop) / math.sqrt(variance) if variance else None


def _fell(step: Step, by: Fraction) -> bool:
    now, before = step.now.exact, step.baseline.exact
    # As fractions: 0.30 − 0.28 of floats is a hair less than two points.
    return now is not None and before is not None and before - now >= by
