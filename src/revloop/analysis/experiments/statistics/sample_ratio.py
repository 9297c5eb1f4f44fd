"""Whether the lot fell as planned: the check of the sample ratio, before any result is looked at.

An arm that has too many or too few units was not filled by the lot alone: something that goes with
the result may have decided, too. Fabijan et al. (2019), Diagnosing sample ratio mismatch, KDD.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

ALARM = 0.001
"""Below this chance a result is hidden until somebody knows why."""


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """How the units of the arms fit the plan."""

    chi2: Fraction
    df: int
    p: float
    """The chance of a split at least as far from the plan, if the lot alone decides."""

    @property
    def is_alarm(self) -> bool:
        return self.p < ALARM


def sample_ratio(observed: Sequence[int], split: Sequence[Fraction | float]) -> SampleRatio | None:
    """Pearson's test (1900) of the units of each arm against the planned shares.

        Σ (observed - expected)² / expected, on one degree of freedom less than there are arms

    The shares are scaled to add up to 1. None where nobody was assigned, or there is one arm alone.

    Raises:
        ValueError: Not every arm has a planned share above 0.
    """
    shares = [Fraction(str(share)) for share in split]
    if len(shares) != len(observed) or any(share <= 0 for share in shares):
        raise ValueError("every arm needs a planned share above 0")
    total, whole = sum(observed), sum(shares)
    if not total or len(shares) == 1:
        return None
    expected = [total * share / whole for share in shares]
    chi2 = sum(
        ((n - wanted) ** 2 / wanted for n, wanted in zip(observed, expected, strict=True)),
        Fraction(0),
    )
    from scipy.special import chdtrc

    df = len(shares) - 1
    return SampleRatio(chi2, df, float(chdtrc(df, float(chi2))))
