"""Which factor changed the revenue by how much, from one period to the next.

Two answers whose parts add up to the whole change, and which both say 0 of a factor that did not
change and turn their signs when the periods are swapped:

- Shapley (1953): factors are changed one after the other, and each gets the mean of what its own
  step adds, over all 5! orders. It holds for factors of 0.
- LMDI, the logarithmic mean Divisia index (Ang 2005): L(R₁, R₀)·ln(k₁/k₀), where
  L(a, b) = (a − b)/ln(a/b) and L(a, a) = a. It needs every factor above 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial

from revloop.analysis.revenue.statistics.equation import DIVISOR, FACTORS, Factors, Number


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the revenue of a day, and the part of each factor in it."""

    before: Number
    after: Number
    shapley: Mapping[str, Number]
    """Exact where the factors are fractions."""
    lmdi: Mapping[str, float] | None
    """None as a whole where a factor is 0."""

    @property
    def delta(self) -> Number:
        return self.after - self.before


def decompose(before: Factors, after: Factors) -> Change | None:
    """The change between two periods, in parts.

    None where the revenue of one of them is not defined: a factor is not known, or the cycle is 0.
    """
    first, second = before.per_day, after.per_day
    if first is None or second is None:
        return None
    old, new = _as_multipliers(before), _as_multipliers(after)
    return Change(first, second, _shapley(old, new), _lmdi(old, new))


def _as_multipliers(found: Factors) -> dict[str, Number]:
    """The factors whose product is the revenue: the cycle inverted."""
    values: dict[str, Number] = {name: getattr(found, name) for name in FACTORS}
    cycle = values[DIVISOR]
    values[DIVISOR] = 1 / (Fraction(cycle) if isinstance(cycle, int) else cycle)
    return values


def _shapley(old: Mapping[str, Number], new: Mapping[str, Number]) -> dict[str, Number]:
    """The mean over all orders, by the subset that has changed before: it comes k!(4 − k)! times."""
    parts: dict[str, Number] = {}
    for name in FACTORS:
        others = [other for other in FACTORS if other != name]
        around: Number = 0
        for size in range(len(others) + 1):
            orders = factorial(size) * factorial(len(others) - size)
            share = Fraction(orders, factorial(len(FACTORS)))
            for changed in combinations(others, size):
                values = [new[each] if each in changed else old[each] for each in others]
                around += share * math.prod(values)
        parts[name] = (new[name] - old[name]) * around
    return parts


def _lmdi(old: Mapping[str, Number], new: Mapping[str, Number]) -> dict[str, float] | None:
    if not all([*old.values(), *new.values()]):
        return None
    mean = _logarithmic_mean(float(math.prod(new.values())), float(math.prod(old.values())))
    return {name: mean * math.log(float(new[name] / old[name])) for name in FACTORS}


def _logarithmic_mean(one: float, other: float) -> float:
    """(a − b)/ln(a/b), and a where they are equal.

    Where a is near b, ln(a/b) is taken as log1p((a − b)/b), which loses nothing there; where they
    are far apart, that would lose what a is.
    """
    if one == other:
        return one
    near = abs(one - other) < other / 2
    by = math.log1p((one - other) / other) if near else math.log(one / other)
    return (one - other) / by
