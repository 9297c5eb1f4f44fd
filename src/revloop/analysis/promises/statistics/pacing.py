"""Whether a goal of the period will be reached, from what has come until today.

A day has a weight: 1 for each working day, or what the same weekday brought of late. Weights of the
days that are over, by those of all days, are the elapsed share of the period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil


@dataclass(frozen=True, slots=True)
class Pacing:
    """A goal, what has come, and how much of the period is over.

    All are exact where the goal and the weights are integers or fractions.
    """

    goal: int | Fraction
    """Above 0."""
    actual: int
    weights: Sequence[int | Fraction]
    """One for each day of the period, none below 0, in their order."""
    days_elapsed: int
    """How many of the days are over, today included."""

    def __post_init__(self) -> None:
        if not 0 <= self.days_elapsed <= len(self.weights):
            raise ValueError(f"{self.days_elapsed} of {len(self.weights)} days cannot be over")
        if self.goal <= 0 or self.actual < 0 or any(weight < 0 for weight in self.weights):
            raise ValueError("a goal is above 0; what has come and the weights are not below it")

    @property
    def elapsed_share(self) -> Fraction | None:
        """The share of the period that is over, by weight; None where no day has any."""
        whole = self._weight(self.weights)
        return self._elapsed / whole if whole else None

    @property
    def expected(self) -> Fraction | None:
        """What should have come until today."""
        share = self.elapsed_share
        return None if share is None else share * self.goal

    @property
    def attainment(self) -> Fraction | None:
        """What has come, by what should have; None before the first day that has a weight."""
        return Fraction(self.actual) / self.expected if self.expected else None

    @property
    def projection(self) -> Fraction | None:
        """What will have come at the end, if it goes on like that; None as for attainment."""
        return Fraction(self.actual) / self.elapsed_share if self.elapsed_share else None

    @property
    def run_rate(self) -> Fraction | None:
        """What has come for each day with a weight that is over; None before the first."""
        days = _with_weight(self.weights[: self.days_elapsed])
        return Fraction(self.actual, days) if days else None

    @property
    def required(self) -> Fraction | None:
        """What must come on each remaining day that has a weight; below 0 once more has come.

        None where no such day remains.
        """
        days = _with_weight(self.weights[self.days_elapsed :])
        return (Fraction(self.goal) - self.actual) / days if days else None

    @property
    def chance(self) -> float | None:
        """The probability that the goal will be reached, if the days to come are like those gone.

        Arrivals are Poisson with an unknown rate; with Jeffreys' prior Gamma(½, 0) what is still to
        come is negative binomial with r = actual + ½ and p = elapsed/(elapsed + remaining), and
        P(X >= k) is the regularised incomplete beta function I_{1−p}(k, r). None before the first
        day that has a weight.
        """
        elapsed, remaining = self._elapsed, self._weight(self.weights[self.days_elapsed :])
        missing = ceil(Fraction(self.goal) - self.actual)
        if not elapsed:
            return None
        if missing <= 0 or not remaining:
            return float(missing <= 0)
        from scipy.special import betainc

        return float(betainc(missing, self.actual + 0.5, float(remaining / (elapsed + remaining))))

    @property
    def _elapsed(self) -> Fraction:
        return self._weight(self.weights[: self.days_elapsed])

    @staticmethod
    def _weight(weights: Sequence[int | Fraction]) -> Fraction:
        return sum((Fraction(weight) for weight in weights), Fraction(0))


@dataclass(frozen=True, slots=True)
class Lane:
    """Leads of one kind, and what one of them is worth by rates that are fixed for the period."""

    count: int
    won_share: Fraction
    """Of the leads of this lane, those that become customers."""
    deal: int | Fraction
    """The average value of a won deal, in minor units."""

    @property
    def value(self) -> Fraction:
        """Count times P(won) times the value of a deal, in minor units."""
        return self.count * self.won_share * self.deal


def _with_weight(weights: Sequence[int | Fraction]) -> int:
    return sum(weight > 0 for weight in weights)
