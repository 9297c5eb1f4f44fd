"""Blocks of neighbouring clocks, small enough for the processor's cache, and how each one counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from functools import cached_property

import numpy as np

from revloop.kit.working_time.calendar_history import CalendarHistory, Stretch
from revloop.kit.working_time.calendars import LONGEST_CLOSURE_US, Calendar, refuse_long_closure
from revloop.kit.working_time.columns.clocks import (
    NAT,
    Clocks,
    Instants,
    SortedStretches,
    Stretches,
    as_long_as,
    filled,
    in_row,
    microseconds,
    numbered,
    sorted_pauses,
    sorted_stretches,
)
from revloop.kit.working_time.columns.open_time import Integers, OpenTimeTable, Truths
from revloop.kit.working_time.columns.pauses import Spans, cut, last_reached, union
from revloop.kit.working_time.instants import END_OF_TIME, LAST_YEAR, from_microseconds, year_of
from revloop.kit.working_time.one_clock import amount

_BLOCK = 1 << 15


class ClockBook:
    """All clocks of a question as integers, in order, with the open time of their calendars."""

    def __init__(self, clocks: Clocks, end: Instants | None = None) -> None:
        self.calendars = clocks.calendars
        self.start, self.ends, self.unknown = _starts_and_ends(clocks.start, end)
        self.size = self.start.size
        self.counted_by: Integers | SortedStretches
        if isinstance(clocks.counted_by, Stretches):
            self.counted_by = sorted_stretches(
                clocks.counted_by, self.start, self.unknown, len(self.calendars)
            )
        else:
            numbers = numbered(clocks.counted_by, len(self.calendars), "calendar")
            self.counted_by = as_long_as(self.size, numbers)
        self.pauses = sorted_pauses(clocks.pauses, self.size) if clocks.pauses else None
        self.allowances = _allowances(clocks)
        self._bounded = end is not None

    @cached_property
    def table(self) -> OpenTimeTable:
        latest = [int(self.start.max()), int(self.ends.max())]
        if isinstance(self.counted_by, SortedStretches):
            latest.append(int(self.counted_by.since.max()))
        if self.pauses and not self._bounded:
            latest.append(
                int(max(self.pauses.begin.max(initial=0), self.pauses.end.max(initial=0)))
            )
        # What is due lies after everything that is known: leave a year for it.
        last_year = year_of(max(latest)) + (0 if self._bounded else 1)
        first_year = year_of(int(self.start.min()))
        return OpenTimeTable(self.calendars, first_year, min(last_year, LAST_YEAR))

    def blocks_with(self, column: Integers) -> Iterator[tuple[Block, Integers]]:
        """Each block of clocks, with its part of a column."""
        for first in range(0, self.size, _BLOCK):
            rows = slice(first, min(first + _BLOCK, self.size))
            yield Block(self, rows), column[rows]

    def timetable(self, row: int) -> Calendar | CalendarHistory:
        """What one clock counts by, as the scalar form takes it."""
        counted_by = self.counted_by
        if not isinstance(counted_by, SortedStretches):
            return self.calendars[int(counted_by[row])]
        at = counted_by.of(row, row + 1)
        counts = counted_by.counts[at]
        sinces, numbers = counted_by.since[at][counts], counted_by.calendar[at][counts]
        return CalendarHistory(
            tuple(
                Stretch(from_microseconds(since, UTC), self.calendars[number])
                for since, number in zip(sinces.tolist(), numbers.tolist(), strict=True)
            )
        )


class Block:
    """Neighbouring clocks, what they count by, and their pauses."""

    def __init__(self, book: ClockBook, rows: slice) -> None:
        self.rows = rows
        self._book = book
        self._start = book.start[rows]
        self._pauses = book.pauses.between(rows.start, rows.stop) if book.pauses else None
        self._course: _Steady | _Changing
        if isinstance(book.counted_by, SortedStretches):
            self._course = _Changing(book.table, book.counted_by, rows)
        else:
            self._course = _Steady(book.table, book.counted_by[rows], self._start)

    def running(self, until: Integers) -> Integers:
        """Open time from the start of each clock until an instant, without its pauses."""
        total = self._course.open_time(None, until)
        standing = self._standing(until)
        return total if standing is None else total - standing.covered(_every(total), total)

    def shares(self, until: Integers) -> Integers:
        """The working time held in each stretch of the block until its clock ends."""
        total = self._course.open_time(None, until)
        row, begin, end = self._course.handed_over(total)
        standing = self._standing(until)
        if standing is None:
            return end - begin
        return (end - standing.covered(row, end)) - (begin - standing.covered(row, begin))

    def due(self, budget: Integers) -> Integers:
        """The earliest instant at which each clock has run for its budget; NAT for never."""
        target, never = self._open_time_needed(budget)
        running = (budget > 0) & ~never
        moment = np.where(budget > 0, self._moment(np.maximum(target, 1), running), self._start)
        self._refuse_long_closures(moment, running)
        moment[never] = NAT
        return moment

    def _open_time_needed(self, budget: Integers) -> tuple[Integers, Truths]:
        """The budget and the pauses before it is used up, and which clocks never use it up."""
        target, never = budget.copy(), np.zeros(budget.size, np.bool_)
        standing = self._standing()
        if standing is not None:
            met = standing.begin - standing.before() < budget[standing.group]
            np.add.at(target, standing.group[met], standing.lengths()[met])
            never[standing.group[met & standing.endless]] = True
        return target, never

    def _moment(self, target: Integers, wanted: Truths) -> Integers:
        table = self._book.table
        calendar, in_table = self._course.in_table(target)
        short = wanted & (in_table > table.totals[calendar])
        while short.any():
            table.reach_further(calendar[short])
            short = wanted & (in_table > table.totals[calendar])
        return table.instant_when(calendar, in_table)

    def _refuse_long_closures(self, moment: Integers, running: Truths) -> None:
        # Two calendars that hand over may together be closed twice as long as each of them.
        closed_long = self._course.longest_closures() > LONGEST_CLOSURE_US // 2
        took_long = moment - self._start > LONGEST_CLOSURE_US
        for row in np.flatnonzero(running & closed_long & took_long):
            timetable = self._book.timetable(self.rows.start + int(row))
            begin, end = int(self._start[row]), int(moment[row])
            zone = timetable.calendar_at(end).zone
            refuse_long_closure(begin, end, timetable.open_spans(begin, end), zone)

    def _standing(self, until: Integers | None = None) -> Spans | None:
        """When each clock stands still, in open time since its start."""
        pauses, allowances = self._pauses, self._book.allowances
        if pauses is None or not pauses.clock.size:
            return None
        row, start = pauses.clock, self._start[pauses.clock]
        latest = END_OF_TIME if until is None else until[row]
        goes_on = pauses.end == NAT
        resumes = np.where(goes_on, start if until is None else latest, pauses.end)
        begin = self._course.open_time(row, np.clip(pauses.begin, start, latest))
        end = self._course.open_time(row, np.clip(resumes, start, latest))
        if until is None:
            end[goes_on] = END_OF_TIME
        by_reason = union(row * allowances.size + pauses.reason, begin, end)
        granted = cut(by_reason, allowances[by_reason.group % allowances.size])
        return union(granted.group // allowances.size, granted.begin, granted.end)


class _Steady:
    """Each clock counts by one calendar."""

    def __init__(self, table: OpenTimeTable, calendar: Integers, start: Integers) -> None:
        self._table = table
        self._calendar = calendar
        self._opened = table.open_until(calendar, start)

    def open_time(self, row: Integers | None, instant: Integers) -> Integers:
        """Open time from the start of the clock in each row (None: all) until an instant."""
        if row is None:
            return self._table.open_until(self._calendar, instant) - self._opened
        return self._table.open_until(self._calendar[row], instant) - self._opened[row]

    def in_table(self, target: Integers) -> tuple[Integers, Integers]:
        """The calendar by which each clock reaches its target, and the target in its open time."""
        return self._calendar, self._opened + target

    def handed_over(self, total: Integers) -> tuple[Integers, Integers, Integers]:
        """Each clock is one stretch: its row, and its open time from the start to its total."""
        return _every(total), np.zeros_like(total), total

    def longest_closures(self) -> Integers:
        closures: Integers = self._table.longest_closures[self._calendar]
        return closures


class _Changing:
    """Each clock counts by one calendar after another."""

    def __init__(self, table: OpenTimeTable, stretches: SortedStretches, rows: slice) -> None:
        at, clocks = stretches.of(rows.start, rows.stop), np.arange(rows.stop - rows.start)
        self._table = table
        self._clock = stretches.clock[at] - rows.start
        self._since = stretches.since[at]
        self._calendar = stretches.calendar[at]
        self._first = np.searchsorted(self._clock, clocks)
        self._last = np.searchsorted(self._clock, clocks, side="right") - 1
        self._is_last = self._last[self._clock] == np.arange(self._clock.size)
        self._opened = table.open_until(self._calendar, self._since)
        self._before = self._open_time_before()

    def open_time(self, row: Integers | None, instant: Integers) -> Integers:
        """Open time from the start of the clock in each row (None: all) until an instant."""
        first, last = (
            (self._first, self._last) if row is None else (self._first[row], self._last[row])
        )
        at = last_reached(first, last, self._since, instant)
        opened = self._table.open_until(self._calendar[at], instant)
        open_time: Integers = self._before[at] + opened - self._opened[at]
        return open_time

    def in_table(self, target: Integers) -> tuple[Integers, Integers]:
        """The calendar by which each clock reaches its target, and the target in its open time."""
        at = last_reached(self._first, self._last, self._before, target - 1)
        return self._calendar[at], self._opened[at] + target - self._before[at]

    def handed_over(self, total: Integers) -> tuple[Integers, Integers, Integers]:
        """The clock of each stretch, and its open time in the clock's, cut at the clock's total."""
        begin = np.minimum(self._before, total[self._clock])
        end = np.where(self._is_last, total[self._clock], np.append(begin[1:], 0))
        return self._clock, begin, end

    def longest_closures(self) -> Integers:
        return np.full(self._first.size, self._table.longest_closures.max())

    def _open_time_before(self) -> Integers:
        """Open time of each clock before each of its stretches."""
        until = np.where(self._is_last, self._since, np.append(self._since[1:], 0))
        lengths = self._table.open_until(self._calendar, until) - self._opened
        total = np.cumsum(lengths) - lengths
        before: Integers = total - total[self._first[self._clock]]
        return before


def _every(column: Integers) -> Integers:
    return np.arange(column.size)


def _starts_and_ends(start: Instants, end: Instants | None) -> tuple[Integers, Integers, Truths]:
    """Starts and ends with something harmless in place of NaT, and where that was."""
    starts = microseconds(start)
    known = starts[starts != NAT]
    starts, unknown = filled(starts, int(known.min()) if known.size else 0)
    if end is None:
        return starts, starts, unknown
    ends, open_ended = filled(as_long_as(starts.size, microseconds(end)), starts)
    unknown = unknown | open_ended
    ends = np.where(unknown, starts, ends) if unknown.any() else ends
    backwards = ends < starts
    if backwards.any():
        raise in_row(int(backwards.argmax()), "ends_before_start", "ends before it starts")
    return starts, ends, unknown


def _allowances(clocks: Clocks) -> Integers:
    """The longest open time of each reason, in the order of their numbers."""
    names = clocks.pauses.reasons if clocks.pauses else ()
    limits = (clocks.at_most.get(name) for name in names)
    return np.array(
        [END_OF_TIME if each is None else min(amount(each), END_OF_TIME) for each in limits],
        np.int64,
    )
