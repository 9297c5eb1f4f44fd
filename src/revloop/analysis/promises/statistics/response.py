"""What the time to the first answer goes along with: ratios of conversion, plain and by strata.

An association, never an effect: whoever looks hot is called first, and among those who were never
called are the ones that are no leads. Strata of equal heat take out what they describe.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from revloop.analysis.rates import Z95, Interval, Rate


@dataclass(frozen=True, slots=True)
class Ratio:
    """One rate by another; 1 where they are equal."""

    exact: Fraction | None
    """None where the reference converts nobody, or one of the two has no cases."""
    interval: Interval | None
    """95 %; None also where the ratio is 0."""

    @property
    def value(self) -> float | None:
        return None if self.exact is None else float(self.exact)


UNDEFINED = Ratio(None, None)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The leads that were first answered within some time, compared with those of another."""

    name: str
    rate: Rate
    ratio: Ratio
    """To the reference; of the reference itself 1, without doubt."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Leads that are alike, some of them exposed (answered quickly, say) and some not."""

    exposed: Rate
    unexposed: Rate


def response_curve(buckets: Sequence[tuple[str, Rate]], reference: str) -> list[Bucket]:
    """The conversion of each bucket, and its ratio to that of one of them.

    Raises:
        ValueError: No bucket is called like the reference.
    """
    named = dict(buckets)
    if reference not in named:
        raise ValueError(f"no bucket is called {reference}")
    against = named[reference]
    itself = Ratio(Fraction(1), Interval(1.0, 1.0)) if against.x else UNDEFINED
    return [
        Bucket(name, rate, itself if name == reference else risk_ratio(rate, against))
        for name, rate in buckets
    ]


def risk_ratio(exposed: Rate, unexposed: Rate) -> Ratio:
    """The ratio of two rates of different cases, with the interval of Katz et al. (1978).

    exp(ln RR ± z·√(1/a − 1/n₁ + 1/b − 1/n₀)), where a of n₁ and b of n₀ convert. It is 0 without an
    interval where nobody of the exposed converts.
    """
    if not exposed.n or not unexposed.x:
        return UNDEFINED
    ratio = Fraction(exposed.x * unexposed.n, exposed.n * unexposed.x)
    if not exposed.x:
        return Ratio(ratio, None)
    of_log = sum(Fraction(1, rate.x) - Fraction(1, rate.n) for rate in (exposed, unexposed))
    return Ratio(ratio, _around(ratio, float(of_log)))


def drawn_ratio(exposed: Rate, unexposed: Rate) -> float | None:
    """A ratio for the place of a mark in a drawing where one is 0; never a number to be told.

    Half a case is added to each of the four counts (Haldane 1956, Anscombe 1956).
    """
    if not exposed.n or not unexposed.n:
        return None
    return (exposed.x + 0.5) / (exposed.n + 1) / ((unexposed.x + 0.5) / (unexposed.n + 1))


def crude_ratio(strata: Iterable[Stratum]) -> Ratio:
    """The ratio when the strata are thrown together."""
    every = list(strata)
    return risk_ratio(
        _together(stratum.exposed for stratum in every),
        _together(stratum.unexposed for stratum in every),
    )


def mantel_haenszel(strata: Iterable[Stratum]) -> Ratio:
    """The common ratio of all strata (Mantel and Haenszel 1959; for ratios of risks Tarone 1981).

        Σ a·n₀/N ÷ Σ b·n₁/N

    where a of n₁ exposed and b of n₀ others convert, and N = n₁ + n₀. A stratum that has only one
    of the two adds nothing. The interval has the variance of the logarithm of
    Greenland and Robins (1985):

        Σ ((a + b)·n₁·n₀ − a·b·N)/N² ÷ (Σ a·n₀/N · Σ b·n₁/N)
    """
    above, below, spread = Fraction(0), Fraction(0), Fraction(0)
    for stratum in strata:
        a, n1, b, n0 = *_counts(stratum.exposed), *_counts(stratum.unexposed)
        total = n1 + n0
        if not total:
            continue
        above += Fraction(a * n0, total)
        below += Fraction(b * n1, total)
        spread += Fraction((a + b) * n1 * n0 - a * b * total, total * total)
    if not below:
        return UNDEFINED
    ratio = above / below
    return Ratio(ratio, _around(ratio, float(spread / (above * below))) if above else None)


def _counts(rate: Rate) -> tuple[int, int]:
    return rate.x, rate.n


def _together(rates: Iterable[Rate]) -> Rate:
    every = list(rates)
    return Rate(sum(rate.x for rate in every), sum(rate.n for rate in every))


def _around(ratio: Fraction, variance_of_log: float) -> Interval:
    width = math.exp(Z95 * math.sqrt(variance_of_log))
    return Interval(float(ratio) / width, float(ratio) * width)
