"""Whether a promise was kept, from how many clocks are in which state.

A clock that still runs although its time is over has broken the promise; to count only the clocks
that were stopped would make a team look the better the more it leaves undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from revloop.analysis.rates import Rate


@dataclass(frozen=True, slots=True)
class Compliance:
    """Clocks by state."""

    met: int
    """Stopped in time; at the target is in time."""
    breached: int
    """Stopped too late, or voided only after they were due."""
    open_breached: int
    """Not stopped, and over their time."""
    pending: int = 0
    """Not stopped, and still in time."""
    void: int = 0
    """Voided before they were due, for a reason that the agreement allows."""

    @property
    def decided(self) -> int:
        return self.met + self.breached + self.open_breached

    @property
    def rate(self) -> Rate:
        """Met, of those that are decided."""
        return Rate(self.met, self.decided)

    @property
    def if_all_pending_breach(self) -> Rate:
        """The lowest that it can still become."""
        return Rate(self.met, self.decided + self.pending)

    @property
    def if_all_pending_meet(self) -> Rate:
        """The highest that it can still become."""
        return Rate(self.met + self.pending, self.decided + self.pending)

    @property
    def bounds(self) -> tuple[Fraction, Fraction] | None:
        """From all pending breach to all pending meet; None where there is neither."""
        low, high = self.if_all_pending_breach.exact, self.if_all_pending_meet.exact
        return None if low is None or high is None else (low, high)
