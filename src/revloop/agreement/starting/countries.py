"""Which country a time zone lies in, and when its people do not work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files

from revloop.kit.errors import InvalidInput
from revloop.kit.working_time.public_holidays import public_holidays

_FRIDAY = 5


@cache
def country_of(timezone: str) -> str | None:
    """The country of a zone, two letters; None for a zone of no country, such as UTC."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        columns = line.split("\t")
        if columns[2:3] == [timezone]:
            return columns[0]
    return None


def closed_weekdays(country: str | None, years: Iterable[int]) -> dict[date, str]:
    """The weekdays that are public holidays in these years; none where the country has no list."""
    if country is None:
        return {}
    try:
        days = public_holidays(country, years)
    except InvalidInput:
        return {}
    return {day: name for day, name in sorted(days.items()) if day.isoweekday() <= _FRIDAY}
