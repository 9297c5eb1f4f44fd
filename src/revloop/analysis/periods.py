"""Periods as people write them: `2026-Q2`, `2026-05`, `2026`, or `2025-10..2026-03`.

A period is made of whole months of the company's own zone, because everything that is counted for a
reading is counted by the month in which its subject entered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from revloop.kit.errors import InvalidInput

_FORMS = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")
_A_YEAR, _A_QUARTER = 12, 3


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole months, from the first up to and with the last; months are numbered from year 0."""

    first: int
    last: int

    @classmethod
    def read(cls, text: str) -> Period:
        """A period from its written form.

        Raises:
            InvalidInput: `reading.period`, where it is none, or ends before it begins.
        """
        ends = [_months(part.strip(), text) for part in text.strip().split("..")]
        if len(ends) > 2 or ends[-1].last < ends[0].first:  # noqa: PLR2004 - from .. to
            raise _no_period(text)
        return cls(ends[0].first, ends[-1].last)

    @classmethod
    def of_month(cls, month: str) -> Period:
        """The one month `2026-05`."""
        return _months(month, month)

    @property
    def months(self) -> tuple[str, ...]:
        """Each month as `2026-05`."""
        return tuple(_month(each) for each in range(self.first, self.last + 1))

    @property
    def begins(self) -> date:
        """Its first day."""
        return _first_day(self.first)

    @property
    def ends(self) -> date:
        """The day after its last one."""
        return _first_day(self.last + 1)

    @property
    def before(self) -> Period:
        """As many months, just before."""
        length = self.last - self.first + 1
        return Period(self.first - length, self.first - 1)

    def __str__(self) -> str:
        length = self.last - self.first + 1
        year, month = divmod(self.first, _A_YEAR)
        if length == 1:
            return _month(self.first)
        if length == _A_QUARTER and month % _A_QUARTER == 0:
            return f"{year}-Q{month // _A_QUARTER + 1}"
        if length == _A_YEAR and month == 0:
            return str(year)
        return f"{_month(self.first)}..{_month(self.last)}"


def quarters(period: Period) -> Iterator[Period]:
    """The quarters of the calendar that a period touches."""
    for begin in range(period.first - period.first % _A_QUARTER, period.last + 1, _A_QUARTER):
        yield Period(begin, begin + _A_QUARTER - 1)


def latest_quarter(on: date) -> Period:
    """The last quarter of the calendar that is over on a day, or ends with it."""
    month = on.year * _A_YEAR + on.month - 1
    begin = month - month % _A_QUARTER
    tomorrow = on + timedelta(days=1)
    current = Period(begin, begin + _A_QUARTER - 1)
    ends = tomorrow.year * _A_YEAR + tomorrow.month - 1 > current.last
    return current if ends else current.before


def _months(text: str, whole: str) -> Period:
    found = _FORMS.fullmatch(text)
    if found is None:
        raise _no_period(whole)
    year = int(found["year"]) * _A_YEAR
    if found["quarter"]:
        begin = year + (int(found["quarter"]) - 1) * _A_QUARTER
        return Period(begin, begin + _A_QUARTER - 1)
    if found["month"]:
        return Period(year + int(found["month"]) - 1, year + int(found["month"]) - 1)
    return Period(year, year + _A_YEAR - 1)


def _first_day(number: int) -> date:
    year, month = divmod(number, _A_YEAR)
    return date(year, month + 1, 1)


def _month(number: int) -> str:
    year, month = divmod(number, _A_YEAR)
    return f"{year:04}-{month + 1:02}"


def _no_period(text: str) -> InvalidInput:
    return InvalidInput(
        "reading.period",
        f"{text[:60]!r} is no period",
        hint="write 2026-Q2, 2026-05, 2026, or 2025-10..2026-03",
    )
