"""Instants in columns: whole microseconds since 1970 in UTC, as `kit.working_time` counts them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache

import numpy as np
from numpy.typing import NDArray

from revloop.kit.working_time.instants import to_microseconds
from revloop.kit.working_time.zone_offsets import offset_spans

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
NEVER = int(np.iinfo(np.int64).min)
"""How an instant that is not known, or not yet come, is written: numpy's NaT."""

LONGEST_STORY = 2**47
"""Longer than any story, four years: with it a number and an instant make one key in 64 bits."""

SATURDAY = 5
MONTHS_OF_QUARTER = 3
QUARTERS_OF_YEAR = 4
EPOCH_YEAR = 1970


def midnight(day: date) -> int:
    return to_microseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))


def instant(text: str) -> int:
    """An instant with an offset, such as an agreement writes it."""
    return to_microseconds(datetime.fromisoformat(text))


def known(at: Ints) -> Flags:
    return np.asarray(at != NEVER)


def until(end: int, at: Ints) -> Ints:
    """The instants up to an end; later ones have not come yet."""
    return np.where(at <= end, at, NEVER)


def whole_seconds(at: Ints) -> Ints:
    return np.where(known(at), at - at % SECOND, NEVER)


def days_since_epoch(at: Ints) -> Ints:
    """Dates in UTC."""
    return at // DAY


def quarter_of(at: Ints) -> Ints:
    """Quarters since 1970, in UTC."""
    return at.view("M8[us]").astype("M8[M]").astype(np.int64) // MONTHS_OF_QUARTER


def quarter_name(quarter: int) -> str:
    return f"{EPOCH_YEAR + quarter // QUARTERS_OF_YEAR}-Q{quarter % QUARTERS_OF_YEAR + 1}"


def quarter_begins(quarter: int) -> int:
    year, number = divmod(quarter, QUARTERS_OF_YEAR)
    return midnight(date(EPOCH_YEAR + year, number * MONTHS_OF_QUARTER + 1, 1))


def years_before(day: date, years: int) -> date:
    # 29 February begins a leap year's count on the 28th.
    return date(day.year - years, day.month, min(day.day, 28) if day.month == 2 else day.day)  # noqa: PLR2004


def year_numbers(begin: int, end: int) -> range:
    first, last = (int(str(np.datetime64(at, "us"))[:4]) for at in (begin, end))
    return range(first, last + 1)


def from_local(local: Ints, timezone: str) -> Ints:
    """Instants of readings of a wall clock; a reading that a clock skips is moved on."""
    if not local.size:
        return local
    begins, offsets = _offsets(timezone, int(local.min()) - DAY, int(local.max()) + DAY)
    guess = local - offsets[np.searchsorted(begins, local, "right") - 1]
    return np.asarray(local - offsets[np.searchsorted(begins, guess, "right") - 1])


def in_office_hours(chance: np.random.Generator, at: Ints, region: Ints) -> Ints:
    """Some time on the same day, or on the Monday after a weekend, at which both regions work.

    `region` is 0 where the day begins at 14:00 UTC, 1 where it begins at 8:00.
    """
    day = at // DAY
    weekday = (day + 3) % 7  # 1 January 1970 was a Thursday
    day += np.where(weekday >= SATURDAY, 7 - weekday, 0)
    opens = np.array([14 * HOUR, 8 * HOUR])[region]
    return np.asarray(day * DAY + opens + chance.integers(0, 7 * 3_600, at.size) * SECOND)


@cache
def _offsets(timezone: str, begin: int, end: int) -> tuple[Ints, Ints]:
    spans = list(offset_spans(timezone, begin, end))
    return _column(span.begin for span in spans), _column(span.offset for span in spans)


def _column(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)
