"""Whether a mean changed because its parts did, or because they are other parts.

For a mean over segments, R = Σ w·r, with w the share of the cases of a segment and r its own mean:

    mix of a segment    (w₁ − w₀)·(r̄ − R̄)
    rate of a segment   (r₁ − r₀)·w̄

0 and 1 are the two periods and a bar is the mean of both (Kitagawa 1955). All of them add up to
R₁ − R₀. A segment without cases in one period is given its mean of the other: all that it does is mix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over so many cases."""

    sum: int
    n: int

    @property
    def mean(self) -> Fraction | None:
        return Fraction(self.sum, self.n) if self.n else None


@dataclass(frozen=True, slots=True)
class Share:
    """What a segment did to the mean of all, in its unit."""

    before: Total
    after: Total
    mix: Fraction
    rate: Fraction


def mixture(segments: Mapping[str, tuple[Total, Total]]) -> dict[str, Share] | None:
    """The change of a mean by segment; None where one of the periods has no cases."""
    first = _together([before for before, _ in segments.values()])
    second = _together([after for _, after in segments.values()])
    if first.mean is None or second.mean is None:
        return None
    overall = (first.mean + second.mean) / 2
    found = {}
    for name, (before, after) in segments.items():
        old, new = before.mean, after.mean
        old, new = (new if old is None else old), (old if new is None else new)
        if old is None or new is None:
            found[name] = Share(before, after, Fraction(0), Fraction(0))
            continue
        share_before, share_after = Fraction(before.n, first.n), Fraction(after.n, second.n)
        found[name] = Share(
            before,
            after,
            mix=(share_after - share_before) * ((old + new) / 2 - overall),
            rate=(new - old) * (share_before + share_after) / 2,
        )
    return found


def _together(totals: list[Total]) -> Total:
    return Total(sum(each.sum for each in totals), sum(each.n for each in totals))
