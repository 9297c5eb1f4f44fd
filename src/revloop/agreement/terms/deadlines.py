"""When a length of time that an agreement grants is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from revloop.agreement.form import ClockTerm
from revloop.kit.durations import Duration
from revloop.kit.errors import InvalidInput
from revloop.kit.working_time import (
    Calendar,
    CalendarHistory,
    Pause,
    close_of_business_day,
    due,
)
from revloop.kit.working_time.instants import in_utc


def clock_due(
    start: datetime,
    clock: ClockTerm,
    calendar: Calendar | CalendarHistory,
    pauses: Iterable[Pause] = (),
    *,
    at_most: Mapping[str, timedelta] = MappingProxyType({}),
) -> datetime:
    """The instant, in UTC, at which the clock of a promise is due.

    A clock runs only while its calendar is open, in minutes and hours as in business hours; working
    days are counted by date, and pauses do not move them.
    """
    within = clock.within
    if within.by_date:
        return in_utc(close_of_business_day(calendar, start, within.amount))
    return in_utc(due(calendar, start, within.length, pauses, at_most=at_most))


def deadline(start: datetime, granted: Duration, calendar: Calendar) -> datetime:
    """The instant, in UTC, at which a length of time that began at `start` is used up.

    This is for notices and windows; the clocks of promises run by `clock_due`.

    Working days are counted by date: the close of the n-th open date after the local date of the
    start. Working hours run while the calendar is open, all else runs day and night. Errors are
    CalendarNeverOpens, and InvalidInput where no calendar reaches that far.
    """
    begin = in_utc(start)
    if granted.by_date:
        return in_utc(close_of_business_day(calendar, begin, granted.amount))
    if granted.working:
        return in_utc(due(calendar, begin, granted.length))
    try:
        return begin + granted.length
    except OverflowError:
        raise InvalidInput(
            "deadline.out_of_range",
            f"{granted} after {begin.isoformat(' ', 'minutes')} is later than any calendar reaches",
            hint="grant a shorter time",
        ) from None
