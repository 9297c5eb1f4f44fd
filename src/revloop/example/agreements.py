"""What the three agreements of Acme say of clocks, lanes and hours, so far as the story needs it.

The agreements themselves are files in examples/agreements; a test holds this to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from revloop.example.moments import Flags, Ints, instant
from revloop.kit.working_time import Calendar

NO_VERSION = -1
"""Before the first agreement nothing is judged."""


@dataclass(frozen=True, slots=True)
class Version:
    name: str
    effective_from: str
    lanes: tuple[str, ...]
    promises: dict[str, timedelta]
    """Open time within which each clock has to stop."""
    same_inquiry_within: timedelta

    @property
    def begins(self) -> int:
        return instant(self.effective_from)


_LANES = ("existing_customer", "inbound_call", "demo_request", "low_value", "content", "other")
_CLOCKS = {
    "answer_5min": timedelta(minutes=5),
    "answer_1day": timedelta(hours=8),
    "answer_customer": timedelta(hours=2),
    "decide": timedelta(hours=16),
}
VERSIONS = (
    Version(
        "1.0.0",
        "2026-01-05T00:00:00-05:00",
        ("everybody",),
        {"answer": timedelta(hours=24)},
        timedelta(days=30),
    ),
    Version("2.0.0", "2026-04-01T00:00:00-04:00", _LANES, _CLOCKS, timedelta(days=14)),
    Version("2.1.0", "2026-07-01T00:00:00-04:00", _LANES, _CLOCKS, timedelta(days=14)),
)
CLOCK_OF_LANE = {
    "everybody": "answer",
    "existing_customer": "answer_customer",
    "inbound_call": "answer_5min",
    "demo_request": "answer_5min",
    "content": "answer_1day",
    "other": "answer_1day",
}
SILENCE = timedelta(hours=24)
"""Open time after which an offered lead that nobody answered is expired."""
PAUSE = "waiting_on_customer"

CALENDARS = ("us_east", "dach", "office")
_HOURS = {
    "us_east": ("America/New_York", ["09:00-18:00"]),
    "dach": ("Europe/Berlin", ["09:00-12:30", "13:30-18:00"]),
    "office": ("America/New_York", ["09:00-17:00"]),
}
HOLIDAYS = {
    "us_east": ("2026-05-25", "2026-07-03", "2026-09-07", "2026-11-26", "2026-12-25"),
    "dach": ("2026-05-01", "2026-05-14", "2026-10-03", "2026-12-25"),
    "office": ("2026-01-19", "2026-05-25"),
}
"""Those of all versions that name the calendar."""
_CLOSED_BEFORE = tuple(f"{year}-{day}" for year in range(2015, 2026) for day in ("01-01", "12-25"))
"""Days on which nobody worked before there was an agreement."""


def timezone(calendar: str) -> str:
    return _HOURS[calendar][0]


def hours(calendar: str) -> list[str]:
    return _HOURS[calendar][1]


def closed(calendar: str) -> tuple[str, ...]:
    return (*_CLOSED_BEFORE, *HOLIDAYS[calendar])


@cache
def calendars() -> tuple[Calendar, ...]:
    """The calendars, in the order of `CALENDARS`."""
    return tuple(
        Calendar.from_hours(
            timezone(name), {"mon-fri": hours(name)}, map(date.fromisoformat, closed(name))
        )
        for name in CALENDARS
    )


def version_at(at: Ints) -> Ints:
    """The number of the version in force at each instant, NO_VERSION before the first."""
    begins = np.array([version.begins for version in VERSIONS])
    return np.searchsorted(begins, at, "right") - 1


def has_lanes(version: Ints) -> Flags:
    """Whether the version in force sorts leads into lanes: the first agreement did not."""
    return version >= 1
