"""Clocks in columns: what starts, what it counts by, and when it stands still.

A row is a clock. Instants are numpy `datetime64[us]` in UTC and lengths `timedelta64[us]`; NaT
stands for what is not known: a clock that still runs, a pause that goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from revloop.kit.errors import InvalidInput
from revloop.kit.working_time.calendars import Calendar
from revloop.kit.working_time.columns.open_time import Integers, Truths
from revloop.kit.working_time.instants import END_OF_TIME

Instants = NDArray[np.datetime64]
Lengths = NDArray[np.timedelta64]

NOBODY = -1
"""The owner of a stretch that nobody holds; as an answer it means that routing is responsible."""
NAT = int(np.iinfo(np.int64).min)
"""How numpy writes NaT as an integer."""


@dataclass(frozen=True, eq=False)
class Stretches:
    """From `since` on, until the clock's next stretch, a calendar counts and an owner holds it.

    Flat columns in any order: the row of the clock, the number of the calendar and of the owner.
    """

    clock: NDArray[np.integer]
    since: Instants
    calendar: NDArray[np.integer]
    owner: NDArray[np.integer] | None = None


@dataclass(frozen=True, eq=False)
class Pauses:
    """Pauses of clocks in flat columns, in any order; NaT ends a pause that goes on.

    `reason` numbers the names in `reasons`; without it all pauses have the reason "".
    """

    clock: NDArray[np.integer]
    start: Instants
    end: Instants
    reason: NDArray[np.integer] | None = None
    reasons: Sequence[str] = ("",)


@dataclass(frozen=True, eq=False)
class Clocks:
    """Clocks that started, what they count by, and when they stood still."""

    calendars: Sequence[Calendar]
    counted_by: NDArray[np.integer] | Stretches
    """The number of each clock's calendar, or the stretches of clocks that change hands."""
    start: Instants
    pauses: Pauses | None = None
    at_most: Mapping[str, timedelta] = field(default_factory=dict)
    """The longest open time that the pauses of one reason may take out of one clock."""


@dataclass(frozen=True, eq=False)
class SortedStretches:
    """Stretches by clock and time, as integers; each clock has at least one."""

    clock: Integers
    since: Integers
    """Not before the start of the clock."""
    calendar: Integers
    owner: Integers
    order: Integers
    """Which row of the given columns each one is."""
    counts: Truths
    """False where the clock had already gone on to another stretch when it started."""
    holds_start: Truths

    def of(self, first: int, last: int) -> slice:
        """The stretches of the clocks from `first` until before `last`."""
        return slice(*np.searchsorted(self.clock, [first, last]))


@dataclass(frozen=True, eq=False)
class SortedPauses:
    """Pauses by clock, as integers."""

    clock: Integers
    begin: Integers
    end: Integers
    """NAT for a pause that goes on."""
    reason: Integers

    def between(self, first: int, last: int) -> SortedPauses:
        """The pauses of the clocks from `first` until before `last`, with rows from 0."""
        at = slice(*np.searchsorted(self.clock, [first, last]))
        return SortedPauses(self.clock[at] - first, self.begin[at], self.end[at], self.reason[at])


def sorted_stretches(
    given: Stretches, start: Integers, unknown: Truths, calendars: int
) -> SortedStretches:
    """Put stretches in order; InvalidInput where a clock starts before its first stretch."""
    clock = _rows(given.clock, start.size, "stretch")
    since = as_long_as(clock.size, microseconds(given.since))
    order = np.lexsort((since, clock))
    clock, since = clock[order], since[order]
    _refuse_gaps(clock, since, np.where(unknown, END_OF_TIME, start))
    begun = since <= start[clock]
    followed = np.append((clock[1:] == clock[:-1]) & begun[1:], [False])[: clock.size]
    owner = np.full(clock.size, NOBODY)
    if given.owner is not None:
        owner = as_long_as(clock.size, integers(given.owner))[order]
    return SortedStretches(
        clock=clock,
        since=np.maximum(since, start[clock]),
        calendar=as_long_as(order.size, numbered(given.calendar, calendars, "calendar"))[order],
        owner=owner,
        order=order,
        counts=~followed,
        holds_start=begun & ~followed,
    )


def sorted_pauses(given: Pauses, clocks: int) -> SortedPauses:
    """Put pauses in order; InvalidInput where one ends before it starts."""
    clock = _rows(given.clock, clocks, "pause")
    begin, end = (as_long_as(clock.size, microseconds(each)) for each in (given.start, given.end))
    wrong = np.flatnonzero((begin == NAT) | ((end < begin) & (end != NAT)))
    if wrong.size:
        row = int(wrong[0])
        raise in_row(row, "pause_ends_before_it_starts", "ends before it starts", what="pause")
    reason = np.zeros_like(clock)
    if given.reason is not None:
        reason = as_long_as(clock.size, numbered(given.reason, len(given.reasons), "reason"))
    order = np.argsort(clock, kind="stable")
    return SortedPauses(clock[order], begin[order], end[order], reason[order])


def microseconds(column: Instants | Lengths) -> Integers:
    """A column of instants or lengths as whole microseconds, NaT as NAT."""
    kind = np.asarray(column).dtype.kind
    unit = "timedelta64[us]" if kind == "m" else "datetime64[us]"
    return np.asarray(column).astype(unit, copy=False).view(np.int64)


def integers(column: NDArray[np.integer]) -> Integers:
    return np.asarray(column).astype(np.int64, copy=False)


def numbered(column: NDArray[np.integer], known: int, what: str) -> Integers:
    """Numbers that all lie in range(known); InvalidInput `working_time.unknown_number`."""
    numbers = integers(column)
    wrong = np.flatnonzero((numbers < 0) | (numbers >= known))
    if wrong.size:
        number = int(numbers[wrong[0]])
        raise InvalidInput(
            "working_time.unknown_number",
            f"row {wrong[0]} names {what} {number}, and there are {known}, counted from 0",
            hint=f"each number is a position in the list of {what}s",
            row=int(wrong[0]),
        )
    return numbers


def filled(values: Integers, other: Integers | int) -> tuple[Integers, Truths]:
    """The values with `other` in place of NAT, and where that was."""
    unknown = values == NAT
    return (np.where(unknown, other, values) if unknown.any() else values), unknown


def as_long_as(size: int, values: Integers) -> Integers:
    """The values, one for each of `size` rows; InvalidInput `working_time.columns_differ`."""
    if values.size == size:
        return values
    raise InvalidInput(
        "working_time.columns_differ",
        f"a column of {values.size} rows stands beside one of {size}",
        hint="give columns of one length, with one row for each clock, pause or stretch",
    )


def in_row(row: int, code: str, what_is_wrong: str, *, what: str = "clock") -> InvalidInput:
    return InvalidInput(
        f"working_time.{code}",
        f"the {what} in row {row} {what_is_wrong}",
        hint="mend or leave out the row; rows are counted from 0",
        row=row,
    )


def _rows(column: NDArray[np.integer], clocks: int, what: str) -> Integers:
    rows = integers(column)
    wrong = np.flatnonzero((rows < 0) | (rows >= clocks))
    if wrong.size:
        raise in_row(int(wrong[0]), "unknown_number", "belongs to no clock", what=what)
    return rows


def _refuse_gaps(clock: Integers, since: Integers, start: Integers) -> None:
    """Each clock needs one stretch for each of its moments."""
    earliest = np.full(start.size, np.iinfo(np.int64).max)
    np.minimum.at(earliest, clock, since)
    late = np.flatnonzero(earliest > start)
    if late.size:
        row = int(late[0])
        raise InvalidInput(
            "calendar_history.starts_late",
            f"the clock in row {row} starts before its first stretch",
            hint=f"begin with a stretch of owner {NOBODY} at its start: nobody held it",
            row=row,
        )
    twice = np.flatnonzero((clock[1:] == clock[:-1]) & (since[1:] == since[:-1]))
    if twice.size:
        row = int(clock[twice[0]])
        raise InvalidInput(
            "calendar_history.out_of_order",
            f"two stretches of the clock in row {row} begin at the same instant",
            hint="keep the one that counts",
            row=row,
        )
