"""Working time that changes hands: whose calendar counts, and since when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from heapq import merge
from itertools import chain, groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from revloop.kit.errors import InvalidInput
from revloop.kit.working_time.calendars import Calendar, Span
from revloop.kit.working_time.instants import END_OF_TIME, from_microseconds, to_microseconds


@dataclass(frozen=True)
class Stretch:
    """From `since` on, until the next stretch, time counts by `calendar` and is held by `owner`."""

    since: datetime
    calendar: Calendar
    owner: str | None = None
    """None: nobody holds it, and the calendar is the one to count by meanwhile."""


class Part(NamedTuple):
    """The piece of a stretch that lies inside a question; in microseconds since 1970."""

    begin: int
    end: int
    stretch: Stretch

    def open_time(self) -> int:
        return self.stretch.calendar.open_between(self.begin, self.end)


@dataclass(frozen=True)
class CalendarHistory:
    """Stretches in order of time; the last one has no end.

    Open is what the calendar of the stretch at hand says is open: the union over time of each
    owner's calendar while they own it. An owner's absence does not stop the clock of a customer.
    """

    stretches: tuple[Stretch, ...]

    def __post_init__(self) -> None:
        if not self.stretches:
            raise InvalidInput(
                "calendar_history.empty",
                "a history without stretches has no calendar",
                hint="give at least one Stretch(since, calendar, owner)",
            )
        for earlier, later in pairwise(self.stretches):
            if to_microseconds(later.since) <= to_microseconds(earlier.since):
                raise InvalidInput(
                    "calendar_history.out_of_order",
                    f"the stretch since {later.since} follows one since {earlier.since}",
                    hint="put the stretches in order of time, with one for each moment",
                )

    @cached_property
    def _sinces(self) -> list[int]:
        return [to_microseconds(stretch.since) for stretch in self.stretches]

    def parts(self, begin: int, end: int) -> Iterator[Part]:
        """The stretches that meet [begin, end), cut to it; at least the one that holds `begin`."""
        at = self._position(begin)
        for stretch, until in zip(
            self.stretches[at:], chain(self._sinces[at + 1 :], [END_OF_TIME]), strict=True
        ):
            yield Part(begin, min(until, end), stretch)
            if until >= end:
                return
            begin = until

    def calendar_at(self, instant: int) -> Calendar:
        return self.stretches[self._position(instant)].calendar

    def date_at(self, instant: int) -> int:
        """The date of an instant on the wall of whoever holds it then."""
        return self.calendar_at(instant).date_at(instant)

    def open_between(self, begin: int, end: int) -> int:
        """Open microseconds in [begin, end)."""
        return sum(part.open_time() for part in self.parts(begin, end))

    def instant_after(self, begin: int, budget: int) -> int:
        """The earliest instant before which `budget`, at least 1, was open since `begin`."""
        for part in self.parts(begin, END_OF_TIME):
            begin, calendar = part.begin, part.stretch.calendar
            if part.end == END_OF_TIME:
                break
            available = calendar.open_between(begin, part.end)
            if budget <= available:
                break
            budget -= available
        return calendar.instant_after(begin, budget)

    def open_spans(self, begin: int, end: int) -> Iterator[Span]:
        """The open spans of [begin, end), cut to it, in order; one may touch the next."""
        for part in self.parts(begin, end):
            yield from part.stretch.calendar.open_spans(part.begin, part.end)

    def open_dates(self, first: int, last: int, since: int) -> Iterator[Span]:
        """Each date from `first` to `last` that is open after `since`, and its last closing.

        A date is open if anybody's stretch is open on that date of their own wall calendar.
        """
        dates = merge(*(_open_dates(part, first, last) for part in self.parts(since, END_OF_TIME)))
        for ordinal, same in groupby(dates, key=itemgetter(0)):
            yield ordinal, max(closes for _, closes in same)

    def _position(self, instant: int) -> int:
        position = bisect_right(self._sinces, instant) - 1
        if position < 0:
            moment = from_microseconds(instant, self.stretches[0].calendar.zone)
            raise InvalidInput(
                "calendar_history.starts_late",
                f"nothing is said about {moment}: the first stretch begins later",
                hint="begin with Stretch(since=start, calendar=..., owner=None): nobody held it",
                at=moment,
            )
        return position


def _open_dates(part: Part, first: int, last: int) -> Iterator[Span]:
    calendar = part.stretch.calendar
    reached = max(first, calendar.date_at(part.begin))
    return calendar.open_dates(reached, last, part.begin, part.end)
