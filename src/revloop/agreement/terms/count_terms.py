"""The state of a promise that counts: so many attempts within so many working days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Generic, TypeVar

from revloop.agreement.form import CountTerm
from revloop.agreement.terms.deadlines import deadline
from revloop.kit.working_time.calendars import Calendar

Moment = TypeVar("Moment", int, datetime)
"""Instants (in one zone, best UTC), or days numbered from any day."""


class CountState(StrEnum):
    MET = "met"
    PENDING = "pending"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class Counted(Generic[Moment]):
    """What a promise that counts asks of one lead, and what was done."""

    start: Moment
    window_end: Moment
    attempts: tuple[Moment, ...] = ()
    connected_at: Moment | None = None
    """When the lead was reached, if the promise holds only `unless: connected`."""


@dataclass(frozen=True, slots=True)
class Compliance:
    met: int
    of: int
    """Those met and those breached; what is pending is in neither."""

    @property
    def share(self) -> Fraction | None:
        """None where nothing has been decided yet."""
        return Fraction(self.met, self.of) if self.of else None


def window_end(term: CountTerm, calendar: Calendar, start: datetime) -> datetime:
    """When the window closes: for working days, at the close of the last of them."""
    return deadline(start, term.within, calendar)


def count_state(lead: Counted[Moment], at_least: int, as_of: Moment) -> CountState:
    """Met once the lead is reached or has had enough attempts inside the window, both ends included.

    Pending while the window is open, then breached. What comes after the window no longer counts,
    and what comes after `as_of` is not known yet.
    """
    until = min(lead.window_end, as_of)
    reached = lead.connected_at is not None and lead.start <= lead.connected_at <= until
    if reached or sum(lead.start <= attempt <= until for attempt in lead.attempts) >= at_least:
        return CountState.MET
    return CountState.PENDING if as_of < lead.window_end else CountState.BREACHED


def compliance(states: Iterable[CountState]) -> Compliance:
    """How many promises were kept, of those that are decided."""
    decided = [state for state in states if state is not CountState.PENDING]
    return Compliance(decided.count(CountState.MET), len(decided))
