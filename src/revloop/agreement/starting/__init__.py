"""A commented first agreement, written from a few answers or from facts, ready to argue about.

template.yaml  the file, with names for what differs
sections.py    the parts that facts can fill, as they are without facts
observed.py    what the facts show
from_data.py   the parts as the facts fill them; evidence.py their comments
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib.resources import files
from string import Template
from zoneinfo import ZoneInfo

from revloop.agreement.json_schema import ADDRESS
from revloop.agreement.starting import from_data
from revloop.agreement.starting.countries import closed_weekdays, country_of
from revloop.agreement.starting.naming import identifier, identifiers, on_one_line
from revloop.agreement.starting.observed import Observed
from revloop.agreement.starting.sections import Hours, Sections
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


def starting_file(
    answers: Answers, today: date, file: str = "FILE", observed: Observed | None = None
) -> str:
    """A commented agreement that passes its own check.

    Args:
        answers: What is known of the company.
        today: The agreement is to take effect two weeks later.
        file: The name of the file it will be written to, for the commands in its comments.
        observed: What the facts show; they fill what they can, with how many cases say so.

    Raises:
        InvalidInput: naming the answer that cannot be used, and the fix.
    """
    _check(answers)
    template = files("revloop.agreement.starting").joinpath("template.yaml")
    return Template(template.read_text(encoding="utf-8")).substitute(
        {
            **_values(answers, today, file),
            **_sections(answers, today + _DAYS_OF_NOTICE, observed).values(),
        }
    )


def usual_answers(observed: Observed, company: str) -> Answers:
    """The answers that the facts give; where they give none, the usual ones."""
    usual = Answers()
    timezone = observed.hours[0].timezone
    amounts = from_data.amounts(observed.money, usual.bookings, usual.average_deal)
    return replace(
        usual,
        company=company or usual.company,
        country=country_of(timezone) or usual.country,
        timezone=timezone,
        bookings=amounts[0],
        average_deal=amounts[1],
        sellers=tuple(filter(str.strip, observed.sellers)) or usual.sellers,
    )


def check_country(country: str) -> str:
    """The country as the calendar package knows it."""
    code = country.strip().upper()
    public_holidays(code, ())
    return code


def check_timezone(timezone: str) -> str:
    return Calendar.from_hours(timezone.strip(), {"mon": ["09:00-10:00"]}).timezone


def check_hours(hours: str) -> str:
    Calendar.from_hours("UTC", {"mon-fri": [hours.strip()]})
    return hours.strip()


def check_amount(text: str) -> Money:
    amount = Money.parse(text)
    if amount.minor <= 0:
        raise InvalidInput(
            "starting.no_amount",
            f"{amount} is nothing to plan with",
            hint="give an amount above 0: 30000 USD",
        )
    return amount


def check_sellers(sellers: Sequence[str]) -> Sequence[str]:
    if not any(seller.strip() for seller in sellers):
        raise InvalidInput(
            "starting.no_sellers", "somebody must take the leads", hint="name one: --seller ana"
        )
    return sellers


def _check(answers: Answers) -> None:
    check_country(answers.country)
    check_timezone(answers.timezone)
    check_hours(answers.hours)
    check_amount(str(answers.bookings))
    check_amount(str(answers.average_deal))
    check_sellers(answers.sellers)
    if answers.bookings.currency != answers.average_deal.currency:
        raise InvalidInput(
            "starting.two_currencies",
            f"{answers.bookings} and {answers.average_deal} are in two currencies",
            hint="give both in one",
        )
    if _mqls(answers) > _MOST_MQLS:
        raise InvalidInput(
            "starting.too_many_leads",
            f"{answers.bookings} in deals of {answers.average_deal} would take "
            f"{_mqls(answers):,} MQLs a month",
            hint="give what you sell in a quarter, and what one order is worth",
        )


_MOST_MQLS = 1_000_000


def _values(answers: Answers, today: date, file: str) -> dict[str, object]:
    effective = today + _DAYS_OF_NOTICE
    people = identifiers(answers.sellers, "seller")
    zone = ZoneInfo(check_timezone(answers.timezone))
    return {
        "schema": ADDRESS,
        "company": on_one_line(answers.company) or "your company",
        "file": on_one_line(file),
        "name": f"{(identifier(answers.company) or 'company').replace('_', '-')}-revenue",
        "effective_from": datetime.combine(effective, time(), zone).isoformat(),
        "review_by": effective + _REVIEWED_AFTER,
        "mqls": _mqls(answers),
        "weights": ", ".join(f"{person}: 1" for person in people),
        "sellers": ", ".join(people),
        "period": f"{effective.year}-Q{(effective.month - 1) // _MONTHS_A_QUARTER + 1}",
        "bookings": answers.bookings,
        "average_deal": answers.average_deal,
    }


def _sections(answers: Answers, effective: date, observed: Observed | None) -> Sections:
    years = (effective.year, effective.year + 1)
    office = Hours(
        "office",
        check_timezone(answers.timezone),
        {"mon-fri": [check_hours(answers.hours)]},
        closed_weekdays(check_country(answers.country), years),
    )
    plain = Sections(calendars=[office], countries=[check_country(answers.country)])
    return plain if observed is None else from_data.filled(plain, observed, years)


def _mqls(answers: Answers) -> int:
    """The MQLs a month that marketing's half of the bookings takes, rounded up."""
    won = Decimal(answers.bookings.minor) * _MARKETINGS_SHARE / answers.average_deal.minor
    return math.ceil(won / _MQL_TO_WON / _MONTHS_A_QUARTER)
