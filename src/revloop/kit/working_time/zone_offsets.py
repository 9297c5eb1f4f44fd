"""When a time zone changes its distance from UTC.

Every question about local time is asked inside one span of constant offset. There a wall clock is a
sum, so neither skipped nor repeated hours need a rule of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean
from revloop.kit.working_time.instants import MICROSECOND, SECOND_US, year_of, year_start

# No zone has changed its clock twice within 166 hours since 1970, so a daily look misses nothing.
_LOOK_EVERY = 86_400


class OffsetSpan(NamedTuple):
    """From `begin` until before `end`, local time is UTC + `offset`; all in microseconds."""

    begin: int
    end: int
    offset: int


def time_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; InvalidInput `calendar.unknown_timezone` with the nearest name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        known = sorted(available_timezones())
        nearest = did_you_mean(str(name), known) or _same_city(str(name), known)
        raise InvalidInput(
            "calendar.unknown_timezone",
            f"{str(name)[:60]!r} is not the name of a time zone",
            hint=nearest or "use an IANA name such as Europe/Berlin or America/New_York",
            timezone=name,
        ) from None


def _same_city(name: str, known: list[str]) -> str:
    cities = {zone.rpartition("/")[2].lower(): zone for zone in known}
    city = cities.get(name.strip().replace(" ", "_").lower())
    return f"did you mean {city}?" if city else ""


def offset_spans(timezone: str, begin: int, end: int) -> Iterator[OffsetSpan]:
    """The spans of constant offset that cover [begin, end), not empty, cut to it, in order."""
    for year in range(year_of(begin), year_of(end - 1) + 1):
        for span in _spans_of_year(timezone, year):
            if span.begin < end and begin < span.end:
                yield OffsetSpan(max(span.begin, begin), min(span.end, end), span.offset)


@lru_cache(maxsize=8_192)
def _spans_of_year(timezone: str, year: int) -> tuple[OffsetSpan, ...]:
    first, last = (year_start(each) // SECOND_US for each in (year, year + 1))
    edges = [first, *_changes(time_zone(timezone), first, last), last]
    return tuple(
        OffsetSpan(begin * SECOND_US, end * SECOND_US, _offset(time_zone(timezone), begin))
        for begin, end in pairwise(edges)
    )


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[int]:
    """The seconds in (first, last) from which another offset holds."""
    for day in range(first, last, _LOOK_EVERY):
        left, right = day, min(day + _LOOK_EVERY, last - 1)
        while left < right and _offset(zone, left) != _offset(zone, right):
            left = _next_change(zone, left, right)
            yield left


def _next_change(zone: ZoneInfo, left: int, right: int) -> int:
    """Halve (left, right] until one second is left at which the offset of `left` ends."""
    before = _offset(zone, left)
    while right - left > 1:
        middle = (left + right) // 2
        left, right = (middle, right) if _offset(zone, middle) == before else (left, middle)
    return right


def _offset(zone: ZoneInfo, second: int) -> int:
    offset = datetime.fromtimestamp(second, zone).utcoffset() or timedelta()
    return offset // MICROSECOND
