"""Working time of a million clocks at once; every answer is that of `one_clock`.

A row is a clock. Instants are numpy `datetime64[us]` in UTC and lengths `timedelta64[us]`; NaT
stands for what is not known (a clock that still runs, a pause that goes on) and stays NaT. Columns
of Arrow are turned into these and back by `arrow`.

The work is done on integers throughout, in blocks that fit the processor's cache.
"""

from __future__ import annotations

from datetime import UTC, timedelta

import numpy as np
from numpy.typing import NDArray

from revloop.kit.errors import InvalidInput
from revloop.kit.working_time import one_clock
from revloop.kit.working_time.columns.blocks import ClockBook
from revloop.kit.working_time.columns.clocks import (
    NAT,
    NOBODY,
    Clocks,
    Instants,
    Lengths,
    Pauses,
    SortedStretches,
    Stretches,
    as_long_as,
    filled,
    in_row,
    integers,
    microseconds,
)
from revloop.kit.working_time.columns.open_dates import OpenDatesTable
from revloop.kit.working_time.columns.open_time import Integers, Truths
from revloop.kit.working_time.instants import from_microseconds, to_microseconds, year_of

__all__ = [
    "NOBODY",
    "NOT_JUDGED",
    "Clocks",
    "Pauses",
    "Stretches",
    "close_of_business_day",
    "due",
    "elapsed",
    "held",
    "responsible",
]

NOT_JUDGED = -2
"""The answer of `responsible` where the start or the end is not known."""


def elapsed(clocks: Clocks, end: Instants) -> Lengths:
    """Open time of each clock until its end, without the pauses."""
    book = ClockBook(clocks, end)
    result = np.empty(book.size, np.int64)
    for block, until in book.blocks_with(book.ends):
        result[block.rows] = block.running(until)
    result[book.unknown] = NAT
    return result.view("timedelta64[us]")


def due(clocks: Clocks, budget: timedelta | Lengths) -> Instants:
    """The earliest instant at which each clock has used its budget; NaT if a pause never lets it.

    CalendarNeverOpens as in the scalar form.
    """
    book = ClockBook(clocks)
    budgets, unknown = filled(_for_each(book, microseconds(np.asarray(budget, "m8[us]"))), 0)
    _refuse_negative(budgets, "budget")
    unknown = unknown | book.unknown
    budgets = np.where(unknown, 0, budgets)
    result = np.empty(book.size, np.int64)
    for block, amounts in book.blocks_with(budgets):
        result[block.rows] = block.due(amounts)
    result[unknown] = NAT
    return result.view("datetime64[us]")


def close_of_business_day(clocks: Clocks, days: int | NDArray[np.integer]) -> Instants:
    """The close of the n-th open date after the start of each clock; pauses play no part.

    Clocks that changed hands are answered one by one by the scalar form.
    """
    book = ClockBook(clocks)
    terms = _for_each(book, integers(np.asarray(days)))
    _refuse_negative(terms, "number of days")
    result, known = _closes(book, terms)
    result = np.where(terms == 0, book.start, result)
    for row in np.flatnonzero(~known & ~book.unknown & (terms > 0)):
        start = from_microseconds(int(book.start[row]), UTC)
        close = one_clock.close_of_business_day(book.timetable(int(row)), start, int(terms[row]))
        result[row] = to_microseconds(close)
    result[book.unknown] = NAT
    return result.view("datetime64[us]")


def held(clocks: Clocks, end: Instants) -> Lengths:
    """The working time held in each stretch until the end of its clock, in the order given."""
    book = ClockBook(clocks, end)
    stretches = _stretches(book)
    shares = np.empty(stretches.clock.size, np.int64)
    for block, until in book.blocks_with(book.ends):
        shares[stretches.of(block.rows.start, block.rows.stop)] = block.shares(until)
    shares[book.unknown[stretches.clock]] = NAT
    result = np.empty_like(shares)
    result[stretches.order] = shares
    return result.view("timedelta64[us]")


def responsible(clocks: Clocks, due: Instants) -> Integers:
    """The number of the owner who held most working time of each clock until it was due.

    NOBODY where that is time without an owner, for which routing answers; NOT_JUDGED where nothing
    is due. Of equal shares the owner answers who came first.
    """
    book = ClockBook(clocks, due)
    stretches = _stretches(book)
    share = microseconds(held(clocks, due))[stretches.order]
    begun = stretches.since < book.ends[stretches.clock]
    took_part = np.flatnonzero(stretches.counts & (begun | stretches.holds_start))
    clock, owner = _largest_share(stretches, share, took_part)
    answer = np.full(book.size, NOT_JUDGED, np.int64)
    answer[clock] = owner
    answer[book.unknown] = NOT_JUDGED
    return answer


def _largest_share(
    stretches: SortedStretches, share: Integers, rows: Integers
) -> tuple[Integers, Integers]:
    """For each clock among the stretches in `rows`, the owner with the largest sum of shares."""
    by_owner = rows[np.lexsort((rows, stretches.owner[rows], stretches.clock[rows]))]
    clock, owner = stretches.clock[by_owner], stretches.owner[by_owner]
    apart = np.append(True, (clock[1:] != clock[:-1]) | (owner[1:] != owner[:-1]))[: clock.size]
    first = np.flatnonzero(apart)
    if not first.size:
        return clock, owner
    total = np.add.reduceat(share[by_owner], first)
    clock, owner, came = clock[first], owner[first], by_owner[first]
    ranked = np.lexsort((came, -total, clock))
    winners = ranked[np.unique(clock[ranked], return_index=True)[1]]
    return clock[winners], owner[winners]


def _closes(book: ClockBook, terms: Integers) -> tuple[Integers, Truths]:
    """The closes that the table of open dates knows, and where it does."""
    closes, known = np.zeros(book.size, np.int64), np.zeros(book.size, np.bool_)
    if isinstance(book.counted_by, SortedStretches) or not book.size:
        return closes, known
    first, last = year_of(int(book.start.min())), year_of(int(book.start.max()))
    # A year with fewer than 180 open dates is rare; what lies further is asked of the scalar form.
    table = OpenDatesTable(book.calendars, first, last + 1 + int(terms.max()) // 180)
    for block, term in book.blocks_with(terms):
        rows = block.rows
        calendar, start = book.counted_by[rows], book.start[rows]
        closes[rows], known[rows] = table.closes(calendar, start, term)
    return closes, known


def _for_each(book: ClockBook, values: Integers) -> Integers:
    return as_long_as(book.size, np.full(book.size, values) if values.ndim == 0 else values)


def _refuse_negative(values: Integers, what: str) -> None:
    if values.size and values.min() < 0:
        raise in_row(int(values.argmin()), "negative_budget", f"has a negative {what}")


def _stretches(book: ClockBook) -> SortedStretches:
    if isinstance(book.counted_by, SortedStretches):
        return book.counted_by
    raise InvalidInput(
        "working_time.without_stretches",
        "these clocks do not say who held them",
        hint="count them by Stretches with an owner for each",
    )
