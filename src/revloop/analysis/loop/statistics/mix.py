"""Whether an overall rate changed because its parts did, or because they are other parts.

    mix of a segment    (w₁ − w₀)·(r̄ − R̄)
    rate of a segment   (r₁ − r₀)·w̄

where w is its share of the cases, r its rate, R the overall rate, 0 and 1 the two periods and a bar
the mean of both (Kitagawa 1955, Marshall and Edgeworth's weights). All of them add up to R₁ − R₀.

A segment without cases in one period has no rate there. It is given that of the other period: all
that it does is mix, for there is no change of its rate to be seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from revloop.analysis.rates import Rate


@dataclass(frozen=True, slots=True)
class Part:
    """What a segment did to the overall rate, in shares of 1."""

    before: Rate
    after: Rate
    mix: Fraction
    rate: Fraction


@dataclass(frozen=True, slots=True)
class MixChange:
    before: Rate
    after: Rate
    parts: Mapping[str, Part]

    @property
    def mix(self) -> Fraction:
        """The change that would have been with the same rates in each segment."""
        return sum((part.mix for part in self.parts.values()), Fraction(0))

    @property
    def rate(self) -> Fraction:
        """The change that would have been with the same shares of each segment."""
        return sum((part.rate for part in self.parts.values()), Fraction(0))

    @property
    def delta(self) -> Fraction:
        return self.mix + self.rate


class Errors(NamedTuple):
    """Standard errors of the two parts of a change."""

    mix: float
    rate: float


def errors(change: MixChange) -> Errors:
    """How far both parts may be off by chance, by the delta method.

        mix²   Σ over periods of (Σ w·c² − (Σ w·c)²) / n, with c = r̄ − R̄ of each segment,
               + Σ (w₁ − w₀)²·(p₁(1 − p₁)/n₁ + p₀(1 − p₀)/n₀) / 4
        rate²  Σ w̄²·(p₁(1 − p₁)/n₁ + p₀(1 − p₀)/n₀)

    The shares of a period are those of n cases drawn at random, and so are its rates. p is
    (x + 1)/(n + 2), so that a segment in which nobody or everybody converted is not held for certain.
    """
    overall = (_share(change.before) + _share(change.after)) / 2
    sizes = (change.before.n, change.after.n)
    away: list[float] = []
    shares: tuple[list[float], list[float]] = ([], [])
    rate = moved = 0.0
    for part in change.parts.values():
        first, second = part.before, part.after
        known = [_share(each) for each in (first, second) if each.n]
        away.append(sum(known) / len(known) - overall if known else 0.0)
        weights = (first.n / sizes[0], second.n / sizes[1])
        for each, weight in zip(shares, weights, strict=True):
            each.append(weight)
        if first.n and second.n:
            chance = _chance(first) + _chance(second)
            rate += (sum(weights) / 2) ** 2 * chance
            moved += (weights[1] - weights[0]) ** 2 * chance / 4
    mix = moved
    for size, each in zip(sizes, shares, strict=True):
        middle = sum(w * c for w, c in zip(each, away, strict=True))
        mix += (sum(w * c * c for w, c in zip(each, away, strict=True)) - middle**2) / size
    return Errors(math.sqrt(max(mix, 0.0)), math.sqrt(rate))


def _share(rate: Rate) -> float:
    return rate.x / rate.n


def _chance(rate: Rate) -> float:
    likely = (rate.x + 1) / (rate.n + 2)
    return likely * (1 - likely) / rate.n


def mix_and_rate(segments: Mapping[str, tuple[Rate, Rate]]) -> MixChange | None:
    """The change of an overall rate in parts; None where one of the periods has no cases.

    Args:
        segments: By name the rates before and after, each case in one segment only. One that
            appears or vanishes has a rate of no cases in the other period.
    """
    whole = [_together(rates) for rates in zip(*segments.values(), strict=True)]
    if not whole or not all(rate.n for rate in whole):
        return None
    overall = sum((Fraction(rate.x, rate.n) for rate in whole), Fraction(0)) / 2
    parts = {
        name: _part(before, after, (whole[0].n, whole[1].n), overall)
        for name, (before, after) in segments.items()
    }
    return MixChange(whole[0], whole[1], parts)


def _part(before: Rate, after: Rate, sizes: tuple[int, int], overall: Fraction) -> Part:
    first, second = before.exact, after.exact
    first, second = (
        second if first is None else first,
        first if second is None else second,
    )
    if first is None or second is None:
        return Part(before, after, Fraction(0), Fraction(0))
    old, new = Fraction(before.n, sizes[0]), Fraction(after.n, sizes[1])
    return Part(
        before,
        after,
        mix=(new - old) * ((first + second) / 2 - overall),
        rate=(second - first) * (old + new) / 2,
    )


def _together(rates: tuple[Rate, ...]) -> Rate:
    return Rate(sum(rate.x for rate in rates), sum(rate.n for rate in rates))
