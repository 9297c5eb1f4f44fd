"""Instants as whole microseconds since 1970 in UTC, in which all working time is counted."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from revloop.kit.errors import InvalidInput

FIRST_YEAR, LAST_YEAR = 1970, 2100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
MICROSECOND = timedelta(microseconds=1)
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
DAY_US = 86_400 * SECOND_US
END_OF_TIME = 2**62
"""Later than every instant; room is left to add to it."""


def to_microseconds(at: datetime) -> int:
    """The instant of an aware datetime; InvalidInput `working_time.naive_instant` for a naive one.

    A wall time inside a repeated hour is the pass that its `fold` names, and one inside a skipped
    hour is read as Python reads it.
    """
    try:
        return (at - EPOCH) // MICROSECOND
    except TypeError:
        raise InvalidInput(
            "working_time.naive_instant",
            f"{at} does not say which instant it is: it has no time zone",
            hint="give it one, such as datetime(2026, 3, 6, 16, 50, tzinfo=ZoneInfo('UTC'))",
            at=at,
        ) from None


def from_microseconds(instant: int, zone: tzinfo) -> datetime:
    """The instant on the wall clock of a zone, with the offset that the zone then has.

    The offset is fixed on purpose: Python calls equal instants of two zones different if one of
    them lies in a repeated hour, but never those of fixed offsets.
    """
    local = (EPOCH + timedelta(microseconds=instant)).astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def in_utc(at: datetime) -> datetime:
    """The same instant in UTC.

    Two datetimes of one zone compare by what the wall clock shows, which repeats an hour in autumn;
    in UTC they compare as instants. A datetime without a zone is an InvalidInput.
    """
    return from_microseconds(to_microseconds(at), UTC)


def year_start(year: int) -> int:
    """The first instant of a year in UTC."""
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND


# One year more on either side, because a local date reaches into the neighbouring year of UTC.
_YEAR_STARTS = tuple(year_start(year) for year in range(FIRST_YEAR - 1, LAST_YEAR + 3))


def year_of(instant: int) -> int:
    """The year of an instant in UTC; InvalidInput where no calendar reaches."""
    position = bisect_right(_YEAR_STARTS, instant)
    if 0 < position < len(_YEAR_STARTS):
        return FIRST_YEAR - 2 + position
    raise InvalidInput(
        "working_time.out_of_range",
        f"calendars cover the years {FIRST_YEAR} to {LAST_YEAR}, and this instant lies outside",
        hint="leave the end empty for a clock that still runs, instead of a date far away",
        microseconds_since_1970=instant,
    )


def local_midnight(ordinal: int) -> int:
    """Midnight of a date (as `date.toordinal` counts it) on a wall clock without offset."""
    return (ordinal - EPOCH_ORDINAL) * DAY_US


def local_ordinal(wall: int) -> int:
    """The date (as `date.toordinal` counts it) of a wall clock without offset."""
    return wall // DAY_US + EPOCH_ORDINAL
