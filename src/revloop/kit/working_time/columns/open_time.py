"""The open time of many calendars in three sorted columns, to be asked a block of clocks at a time.

Layout of a key, in 63 bits: the number of the calendar above, an amount of microseconds below. The
lower part is as wide as the years of the table need: 45 bits for one year, leaving room for 262,143
calendars, and 52 bits for the years 1970 to 2100, leaving room for 2,047. So one binary search over
one column of int64 answers for all calendars at once, without floats and without overflow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from revloop.kit.errors import InvalidInput
from revloop.kit.working_time.calendars import LONGEST_CLOSURE_US, Calendar, never_opens
from revloop.kit.working_time.instants import year_start

Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


class OpenTimeTable:
    """Open time of calendars, counted from the start of `first_year` in UTC."""

    def __init__(self, calendars: Sequence[Calendar], first_year: int, last_year: int) -> None:
        self.calendars = calendars
        self.first_year = first_year
        self.origin = year_start(first_year)
        self._build(last_year)

    def open_until(self, calendar: Integers, instant: Integers) -> Integers:
        """Open microseconds from the origin until each instant, by the calendar beside it."""
        asked = (calendar << self._bits) + (instant - self.origin)
        at = np.searchsorted(self._begins, asked, side="right") - 1
        in_span = np.minimum(asked - self._begins[at], self._lengths[at])
        result: Integers = (self._opened[at] & self._mask) + in_span
        return result

    def instant_when(self, calendar: Integers, target: Integers) -> Integers:
        """The earliest instants before which `target` microseconds, at least 1, were open."""
        asked = (calendar << self._bits) + target
        at = np.searchsorted(self._opened, asked, side="left") - 1
        return (self._begins[at] & self._mask) + self.origin + (asked - self._opened[at])

    def reach_further(self, wanting: Integers) -> None:
        """Cover twice as many years; CalendarNeverOpens if a wanting calendar stays closed.

        Every clock of the table starts at least a year before its end, so a calendar that is closed
        for its last sixty days is closed that long for the clock, too.
        """
        end = year_start(self.last_year + 1)
        for number in np.unique(wanting):
            last_close = self._last_closes[number]
            if end - last_close > LONGEST_CLOSURE_US:
                raise never_opens(int(last_close), self.calendars[number].zone)
        self._build(self.last_year + (self.last_year - self.first_year) + 1)

    def _build(self, last_year: int) -> None:
        self.last_year = last_year
        end = year_start(last_year + 1)
        self._bits = (end - self.origin).bit_length()
        self._mask = np.int64((1 << self._bits) - 1)
        if len(self.calendars) >= 1 << (63 - self._bits):
            raise _too_many(len(self.calendars))
        spans = [self._spans(calendar, last_year) for calendar in self.calendars]
        gaps = [_longest_gap(begins, ends, end) for begins, ends in spans]
        self.longest_closures = np.array(gaps, np.int64)
        self._last_closes = [int(ends[-1]) for _, ends in spans]
        self.totals = np.array([(ends - begins).sum() for begins, ends in spans], np.int64)
        self._begins = self._keyed([begins - self.origin for begins, _ in spans])
        self._opened = self._keyed([_opened_before(ends - begins) for begins, ends in spans])
        self._lengths = np.concatenate([ends - begins for begins, ends in spans])

    def _spans(self, calendar: Calendar, last_year: int) -> tuple[Integers, Integers]:
        years = [calendar.year(number) for number in range(self.first_year, last_year + 1)]
        # An empty span at the origin, so that a search always ends inside its own calendar.
        begins = [[self.origin], *(year.begins for year in years)]
        ends = [[self.origin], *(year.ends for year in years)]
        return (
            np.concatenate([np.array(each, np.int64) for each in begins]),
            np.concatenate([np.array(each, np.int64) for each in ends]),
        )

    def _keyed(self, columns: Sequence[Integers]) -> Integers:
        return np.concatenate([column + (i << self._bits) for i, column in enumerate(columns)])


def _opened_before(lengths: Integers) -> Integers:
    return np.cumsum(lengths) - lengths


def _longest_gap(begins: Integers, ends: Integers, until: int) -> int:
    return int((np.append(begins[1:], until) - ends).max())


def _too_many(count: int) -> InvalidInput:
    return InvalidInput(
        "working_time.too_many_calendars",
        f"{count} calendars over this many years do not fit into one table",
        hint="ask for fewer calendars or for a shorter time at once",
    )
