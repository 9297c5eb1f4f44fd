"""Whether lost opportunities are taken up again when they were to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from revloop.analysis.rates import Rate


class Revisit(StrEnum):
    NOT_DUE = "not_due"
    """The day of return is still to come."""
    PENDING = "pending"
    """It has come, and the grace is not over: neither kept nor broken."""
    ON_TIME = "on_time"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Revisits:
    """Lost opportunities whose day of return has come, by what was done."""

    on_time: int
    late: int
    never: int
    pending: int = 0

    @property
    def due(self) -> int:
        return self.on_time + self.late + self.never + self.pending

    @property
    def rate(self) -> Rate:
        """On time, of those that are decided."""
        return Rate(self.on_time, self.on_time + self.late + self.never)


def revisit(return_on: date, revisited: date | None, grace: timedelta, as_of: date) -> Revisit:
    """What became of one lost opportunity, as it was known on a day.

    In time is until the day of return and the grace after it, also before that day. What happened
    after `as_of` is not known.
    """
    known = revisited is not None and revisited <= as_of
    if return_on > as_of:
        return Revisit.NOT_DUE
    if known and revisited is not None:
        return Revisit.ON_TIME if revisited <= return_on + grace else Revisit.LATE
    return Revisit.PENDING if as_of <= return_on + grace else Revisit.NEVER


def revisits(every: Iterable[Revisit]) -> Revisits:
    """How many are what; those that are not due are left out."""
    found = list(every)
    kinds = (Revisit.ON_TIME, Revisit.LATE, Revisit.NEVER, Revisit.PENDING)
    return Revisits(*(found.count(kind) for kind in kinds))
