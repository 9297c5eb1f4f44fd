"""Calendars of every kind, in zones that change their clocks in every way."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import product

from revloop.kit.working_time.calendars import Calendar

from .minute_grid import MinuteGrid, WallClocks

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
ALL_DAYS = (*WEEKDAYS, "sat", "sun")
SPLIT = ("09:00-12:30", "13:30-18:00")

KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "single shift": dict.fromkeys(WEEKDAYS, ("09:00-17:00",)),
    "split shift": dict.fromkeys(WEEKDAYS, SPLIT),
    "split shift and Saturday": {**dict.fromkeys(WEEKDAYS, SPLIT), "sat": ("10:00-14:00",)},
    "day and night": dict.fromkeys(ALL_DAYS, ("00:00-24:00",)),
    "night shift": dict.fromkeys(ALL_DAYS, ("00:00-06:00", "22:00-24:00")),
    "edges in the small hours": dict.fromkeys(ALL_DAYS, ("00:00-01:30", "02:15-02:45")),
}

CHANGES = {
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "Europe/London": (date(2026, 3, 29), date(2026, 10, 25)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),  # back for Ramadan
    "Pacific/Apia": (date(2011, 4, 2), date(2011, 12, 30)),  # the second day did not exist
    "America/Santiago": (date(2026, 4, 4), date(2026, 9, 6)),  # at midnight
    "America/St_Johns": (date(2010, 3, 14), date(2010, 11, 7)),  # at one minute past midnight
}

CASES = [(kind, zone, change) for kind, zone in product(KINDS, CHANGES) for change in CHANGES[zone]]
DAYS_BEFORE, DAYS_AFTER = 8, 22


@cache
def calendar(kind: str, zone: str) -> Calendar:
    return Calendar.from_hours(zone, KINDS[kind], holidays(zone))


def holidays(zone: str) -> frozenset[date]:
    return frozenset(change + timedelta(days=days) for change in CHANGES[zone] for days in (-3, 8))


def grid(kind: str, zone: str, change: date) -> MinuteGrid:
    return MinuteGrid(_clocks(zone, change), KINDS[kind], holidays(zone))


@cache
def _clocks(zone: str, change: date) -> WallClocks:
    return WallClocks(zone, change - timedelta(days=DAYS_BEFORE), DAYS_BEFORE + DAYS_AFTER)
