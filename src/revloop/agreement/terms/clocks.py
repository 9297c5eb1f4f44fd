"""The state of a promise with a time: answered within so much working time, or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from revloop.kit.working_time import Pause, elapsed
from revloop.kit.working_time.calendar_history import CalendarHistory
from revloop.kit.working_time.calendars import Calendar
from revloop.kit.working_time.one_clock import NO_MAXIMA


class ClockState(StrEnum):
    MET = "met"
    """Stopped in time; at the target is in time."""
    BREACHED = "breached"
    """Stopped too late, or voided only when its time was over."""
    OPEN_BREACHED = "open_breached"
    """Not stopped, and its time is over."""
    OPEN_PENDING = "open_pending"
    """Not stopped, and still in time."""
    VOID = "void"
    """Voided in time, for a reason that the agreement allows."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When the clock of one promise started, and what ended it."""

    start: datetime
    stopped_at: datetime | None = None
    voided_at: datetime | None = None
    """For a reason that the agreement allows: any other voids nothing."""
    pauses: tuple[Pause, ...] = ()

    def ended_at(self, as_of: datetime) -> datetime | None:
        """When it was stopped or voided, whichever came first; what comes later is not known."""
        ends = [end for end in (self.stopped_at, self.voided_at) if end is not None]
        known = [end for end in ends if end <= as_of]
        return min(known, default=None)


def clock_state(
    clock: Clock,
    target: timedelta,
    calendar: Calendar | CalendarHistory,
    as_of: datetime,
    *,
    at_most: Mapping[str, timedelta] = NO_MAXIMA,
) -> ClockState:
    """What became of a promise, as it was known at a moment.

    Args:
        clock: The clock of one promise.
        target: The working time within which it is kept, at the target included.
        calendar: Whose open hours count.
        as_of: The moment of asking, at or after the start.
        at_most: How much the pauses of each reason may take out.
    """
    ended = clock.ended_at(as_of)
    in_time = clock_elapsed(clock, calendar, as_of, at_most=at_most) <= target
    if ended is None:
        return ClockState.OPEN_PENDING if in_time else ClockState.OPEN_BREACHED
    if not in_time:
        return ClockState.BREACHED
    return ClockState.MET if ended == clock.stopped_at else ClockState.VOID


def clock_elapsed(
    clock: Clock,
    calendar: Calendar | CalendarHistory,
    as_of: datetime,
    *,
    at_most: Mapping[str, timedelta] = NO_MAXIMA,
) -> timedelta:
    """The working time from the start to the end, or to the moment of asking while it runs."""
    until = clock.ended_at(as_of) or as_of
    return elapsed(calendar, clock.start, until, clock.pauses, at_most=at_most)
