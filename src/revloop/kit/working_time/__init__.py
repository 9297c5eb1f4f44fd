"""Exact working time: how much of a calendar's open time has passed, and when a budget is used up.

opening_hours.py     hours as people write them
public_holidays.py   the holidays of a country
zone_offsets.py      when a zone changes its distance from UTC
instants.py          moments as whole microseconds
calendars.py         when somebody works
calendar_history.py  whose calendar counts, and since when
one_clock.py         the answers for one clock
columns/             the same answers for a million clocks at once
"""

from revloop.kit.working_time.calendar_history import CalendarHistory, Stretch
from revloop.kit.working_time.calendars import Calendar, always_open
from revloop.kit.working_time.one_clock import (
    ROUTING,
    Pause,
    business_days,
    close_of_business_day,
    due,
    elapsed,
    held,
    is_open,
    next_opening,
    responsible,
)
from revloop.kit.working_time.public_holidays import public_holidays

__all__ = [
    "ROUTING",
    "Calendar",
    "CalendarHistory",
    "Pause",
    "Stretch",
    "always_open",
    "business_days",
    "close_of_business_day",
    "due",
    "elapsed",
    "held",
    "is_open",
    "next_opening",
    "public_holidays",
    "responsible",
]
