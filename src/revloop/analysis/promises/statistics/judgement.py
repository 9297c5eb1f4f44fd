"""Whether marketing and sales mean the same by a qualified lead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from revloop.analysis.rates import Z95, Interval, Rate


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What became of the leads that were handed over."""

    accepted: int
    rejected: int
    expired: int
    """Neither accepted nor rejected in time."""
    pending: int = 0

    @property
    def rate(self) -> Rate:
        """Accepted, of those that are decided; what has expired was not accepted."""
        return Rate(self.accepted, self.accepted + self.rejected + self.expired)


@dataclass(frozen=True, slots=True)
class Rejections:
    """Rejected leads, by whether they met the criteria of the agreement."""

    met: int
    """All criteria held: a dispute about the definition, not about the lead."""
    not_met: int
    unknown: int
    """A criterion could not be judged: in neither the share nor what it is of."""

    @property
    def dispute_share(self) -> Rate:
        return Rate(self.met, self.met + self.not_met)


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement of two who judged the same leads without knowing of each other (Cohen 1960)."""

    observed: Fraction | None
    """The share on which they agree; None without any lead."""
    expected: Fraction | None
    """The share on which they would by chance, each with the same habits."""
    exact: Fraction | None
    """(observed − expected)/(1 − expected); None where chance alone would agree on all."""
    interval: Interval | None
    """95 %, with the variance of Fleiss, Cohen and Everitt (1969), within −1 and 1."""

    @property
    def value(self) -> float | None:
        return None if self.exact is None else float(self.exact)


def kappa(table: Sequence[Sequence[int]]) -> Kappa:
    """Cohen's kappa.

    Args:
        table: A square of counts: row by the verdict of the one, column by that of the other, in
            the same order. For two verdicts `[[both_qualify, marketing_only], [sales_only,
            both_reject]]`.

    Raises:
        ValueError: The table is no square, or has a count below 0.
    """
    size = range(len(table))
    if any(len(row) != len(table) or min(row) < 0 for row in table):
        raise ValueError("a square of counts is needed")
    n = sum(sum(row) for row in table)
    if not n:
        return Kappa(None, None, None, None)
    p = [[Fraction(count, n) for count in row] for row in table]
    rows = [sum(row, Fraction(0)) for row in p]
    columns = [sum((row[place] for row in p), Fraction(0)) for place in size]
    observed = sum((p[i][i] for i in size), Fraction(0))
    expected = sum((rows[i] * columns[i] for i in size), Fraction(0))
    if expected == 1:
        return Kappa(observed, expected, None, None)
    value = (observed - expected) / (1 - expected)
    left = 1 - value
    agreeing = sum(p[i][i] * (1 - (rows[i] + columns[i]) * left) ** 2 for i in size)
    differing = left**2 * sum(
        p[i][j] * (columns[i] + rows[j]) ** 2 for i in size for j in size if i != j
    )
    spread = agreeing + differing - (value - expected * left) ** 2
    error = math.sqrt(float(spread / (n * (1 - expected) ** 2)))
    low, high = float(value) - Z95 * error, float(value) + Z95 * error
    return Kappa(observed, expected, value, Interval(max(-1.0, low), min(1.0, high)))
