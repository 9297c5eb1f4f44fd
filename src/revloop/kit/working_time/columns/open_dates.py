"""The open dates of many calendars in sorted columns: which date is the n-th after an instant?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from revloop.kit.working_time.calendars import LONGEST_CLOSURE, Calendar
from revloop.kit.working_time.columns.open_time import Integers, Truths
from revloop.kit.working_time.instants import DAY_US, EPOCH_ORDINAL, LAST_YEAR, year_start
from revloop.kit.working_time.zone_offsets import OffsetSpan, offset_spans

_DATE_BITS = 22
"""Enough for every date that Python knows; the number of the calendar stands above."""


class OpenDatesTable:
    """Open dates of calendars and their last closings, from `first_year` to `last_year`."""

    def __init__(self, calendars: Sequence[Calendar], first_year: int, last_year: int) -> None:
        last_year = min(last_year, LAST_YEAR)
        years = range(first_year, last_year + 1)
        dates = [_dates_and_closes(calendar, years) for calendar in calendars]
        self._dates = np.concatenate(
            [days + (number << _DATE_BITS) for number, (days, _) in enumerate(dates)]
        )
        self._closes = np.concatenate([closes for _, closes in dates])
        self._ends = np.cumsum([days.size for days, _ in dates])
        first_day = date(first_year, 1, 1).toordinal()
        self._regular = np.array([_closes_briefly(days, first_day) for days, _ in dates])
        self._read_offsets(calendars, first_year, last_year)

    def closes(
        self, calendar: Integers, start: Integers, terms: Integers
    ) -> tuple[Integers, Truths]:
        """The close of the n-th open date after each start, and where this table knows it."""
        asked = (calendar << _DATE_BITS) + self._local_date(calendar, start)
        at = np.searchsorted(self._dates, asked, side="right") + terms - 1
        known = self._regular[calendar] & (at < self._ends[calendar])
        return self._closes[np.where(known, at, 0)], known

    def _local_date(self, calendar: Integers, instant: Integers) -> Integers:
        asked = (calendar << self._bits) + (instant - self._origin)
        at = np.searchsorted(self._offset_begins, asked, side="right") - 1
        return (instant + self._offsets[at]) // DAY_US + EPOCH_ORDINAL

    def _read_offsets(self, calendars: Sequence[Calendar], first_year: int, last_year: int) -> None:
        self._origin, end = year_start(first_year), year_start(last_year + 1)
        self._bits = (end - self._origin).bit_length()
        spans: list[tuple[int, OffsetSpan]] = [
            (number, span)
            for number, calendar in enumerate(calendars)
            for span in offset_spans(calendar.timezone, self._origin, end)
        ]
        self._offset_begins = np.array(
            [(number << self._bits) + span.begin - self._origin for number, span in spans], np.int64
        )
        self._offsets = np.array([span.offset for _, span in spans], np.int64)


def _dates_and_closes(calendar: Calendar, years: range) -> tuple[Integers, Integers]:
    dates = [day for number in years for day in calendar.dates(number)]
    ordinals, closes = [day[0] for day in dates], [day[2] for day in dates]
    return np.array(ordinals, np.int64), np.array(closes, np.int64)


def _closes_briefly(days: Integers, first_day: int) -> bool:
    """No closure for which the scalar form could refuse to answer."""
    return bool(days.size) and int(np.diff(days, prepend=first_day).max()) <= LONGEST_CLOSURE.days
