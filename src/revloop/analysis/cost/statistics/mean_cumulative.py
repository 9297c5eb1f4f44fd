"""What one of a group brings by an age, where not all have been there equally long.

The mean of each month of age is told by those who have been there for all of that month, so that
who came last week counts as not known yet and not as nothing (Nelson, W. (1988), Journal of Quality
Technology 20; Lawless, J. F. and Nadeau, C. (1995), Technometrics 37, from which the variance is).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from revloop.analysis.rates import Z95, Interval

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class MeanCumulative:
    """Means by month of age."""

    mean: Floats
    """What one of the group brings in each month; (months,)."""
    at_risk: Ints
    """Of how many that is known; (months,)."""
    influence: Floats
    """By how much each of the group moves each mean; (subjects, months)."""

    def horizon(self, fewest: int) -> int:
        """The months, from the first on, that are known of at least so many."""
        enough = self.at_risk >= fewest
        return int(enough.size if enough.all() else np.argmin(enough))

    def still_to_come(self, known_for: Ints, until: int) -> tuple[float, Interval]:
        """What these are expected to bring between now and an age, and its 95 % interval.

        Args:
            known_for: of each subject, the months that are over.
            until: the age in months, at most the horizon.

        """
        ahead = (known_for[:, None] <= np.arange(until)).sum(axis=0).astype(np.float64)
        value = float(ahead @ self.mean[:until])
        spread = Z95 * float(np.sqrt(((self.influence[:, :until] @ ahead) ** 2).sum()))
        return value, Interval(value - spread, value + spread)


def mean_cumulative(brought: Floats, known_for: Ints) -> MeanCumulative:
    """The means of a group.

    Args:
        brought: what each subject brought in each month of its age; (subjects, months).
        known_for: of each subject, the months that are over; what it brought later is left out.

    """
    seen = np.arange(brought.shape[1]) < known_for[:, None]
    at_risk = seen.sum(axis=0)
    of = np.maximum(at_risk, 1)
    mean = np.where(seen, brought, 0.0).sum(axis=0) / of
    return MeanCumulative(mean, at_risk, np.where(seen, brought - mean, 0.0) / of)
