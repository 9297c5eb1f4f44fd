"""A commented first agreement, written from a few answers, ready to argue about."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib.resources import files
from string import Template
from zoneinfo import ZoneInfo

from revloop.agreement.json_schema import ADDRESS
from revloop.kit.errors import InvalidInput
from revloop.kit.money import Money
from revloop.kit.working_time.calendars import Calendar
from revloop.kit.working_time.public_holidays import public_holidays

# The rates of the template from MQL to won: their product says how many MQLs a deal takes.
_MQL_TO_WON = Decimal("0.65") * Decimal("0.60") * Decimal("0.50") * Decimal("0.25")
_MARKETINGS_SHARE = Decimal("0.50")
_MONTHS_A_QUARTER = 3
_REVIEWED_AFTER = timedelta(days=100)
_DAYS_OF_NOTICE = timedelta(days=14)
"""Enough for five working days of notice over a holiday, and a day to sign."""


@dataclass(frozen=True)
class Answers:
    """What a first agreement must know of a company."""

    company: str = "Your company"
    country: str = "US"
    """Two letters; its public holidays are written into the calendar."""
    timezone: str = "America/New_York"
    hours: str = "09:00-17:00"
    bookings: Money = field(default_factory=lambda: Money(100_000_000, "USD"))
    """What the company wants to sell in a quarter."""
    average_deal: Money = field(default_factory=lambda: Money(3_000_000, "USD"))
    sellers: Sequence[str] = ("first_seller", "second_seller")


def starting_file(answers: Answers, today: date, file: str = "FILE") -> str:
    """A commented agreement that passes its own check.

    Args:
        answers: What is known of the company.
        today: The agreement is to take effect two weeks later.
        file: The name of the file it will be written to, for the commands in its comments.

    Raises:
        InvalidInput: naming the answer that cannot be used, and the fix.
    """
    _check(answers)
    template = files("revloop.agreement.starting").joinpath("template.yaml")
    return Template(template.read_text(encoding="utf-8")).substitute(_values(answers, today, file))


def _check(answers: Answers) -> None:
    if answers.bookings.currency != answers.average_deal.currency:
        raise InvalidInput(
            "starting.two_currencies",
            f"{answers.bookings} and {answers.average_deal} are in two currencies",
            hint="give both in one",
        )
    if answers.average_deal.minor <= 0 or answers.bookings.minor <= 0:
        raise InvalidInput(
            "starting.no_amount", "bookings and average deal must be more than nothing"
        )
    if not answers.sellers:
        raise InvalidInput("starting.no_sellers", "somebody must take the leads", hint="name one")
    Calendar.from_hours(answers.timezone, {"mon-fri": [answers.hours]})


def _values(answers: Answers, today: date, file: str) -> dict[str, object]:
    effective = today + _DAYS_OF_NOTICE
    people = [_identifier(name) for name in answers.sellers]
    zone = ZoneInfo(answers.timezone)
    return {
        "schema": ADDRESS,
        "company": " ".join(answers.company.split()),
        "file": file,
        "name": f"{_identifier(answers.company).replace('_', '-')}-revenue",
        "effective_from": datetime.combine(effective, time(), zone).isoformat(),
        "review_by": effective + _REVIEWED_AFTER,
        "country": answers.country.upper(),
        "timezone": answers.timezone,
        "hours": answers.hours,
        "holidays": _holidays(answers.country, effective),
        "mqls": _mqls(answers),
        "weights": ", ".join(f"{person}: 1" for person in people),
        "sellers": ", ".join(people),
        "period": f"{effective.year}-Q{(effective.month - 1) // _MONTHS_A_QUARTER + 1}",
        "bookings": answers.bookings,
        "average_deal": answers.average_deal,
    }


def _mqls(answers: Answers) -> int:
    """The MQLs a month that marketing's half of the bookings takes, rounded up."""
    won = Decimal(answers.bookings.minor) * _MARKETINGS_SHARE / answers.average_deal.minor
    return math.ceil(won / _MQL_TO_WON / _MONTHS_A_QUARTER)


def _holidays(country: str, effective: date) -> str:
    """The weekdays that are public holidays in this year and the next, one a line."""
    days = public_holidays(country, (effective.year, effective.year + 1))
    weekdays = {day: name for day, name in days.items() if day.isoweekday() <= _FRIDAY}
    lines = [f"\n      - {day}  # {name}" for day, name in sorted(weekdays.items())]
    return "".join(lines) or " []"


_FRIDAY = 5


def _identifier(name: str) -> str:
    text = re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")[:40]
    return text if text[:1].isalpha() else f"a_{text}".rstrip("_")
