from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.check import Checked, check
from revloop.agreement.explain import to_html
from revloop.agreement.starting import Answers, starting_file
from revloop.kit.errors import InvalidInput
from revloop.kit.money import Money

TODAY = date(2026, 7, 1)
ANSWERS = Answers(company="Acme", sellers=("ana", "bo"))


def checked(answers: Answers, today: date = TODAY, file: str = "agreement.yaml") -> Checked:
    return check(starting_file(answers, today, file).encode())


@pytest.mark.parametrize(
    ("country", "timezone", "currency"),
    [
        ("US", "America/New_York", "USD"),
        ("us", "America/Los_Angeles", "USD"),
        ("DE", "Europe/Berlin", "EUR"),
        ("GB", "Europe/London", "GBP"),
        ("NO", "Europe/Oslo", "NOK"),
        ("CH", "Europe/Zurich", "CHF"),
        ("FR", "Europe/Paris", "EUR"),
        ("BR", "America/Sao_Paulo", "BRL"),
        ("JP", "Asia/Tokyo", "JPY"),
        ("IN", "Asia/Kolkata", "INR"),
        ("NP", "Asia/Kathmandu", "NPR"),
        ("AU", "Australia/Sydney", "AUD"),
        ("NZ", "Pacific/Auckland", "NZD"),
        ("KW", "Asia/Kuwait", "KWD"),
        ("LB", "Asia/Beirut", "USD"),
        ("CL", "America/Santiago", "CLP"),
        ("KE", "Africa/Nairobi", "KES"),
        ("EG", "Africa/Cairo", "EGP"),
        ("IE", " Europe/Dublin ", "EUR"),
    ],
)
def test_it_passes_its_own_check_in_every_country(
    country: str, timezone: str, currency: str
) -> None:
    answers = replace(
        ANSWERS,
        country=country,
        timezone=timezone,
        bookings=Money.parse(f"1000000 {currency}"),
        average_deal=Money.parse(f"30000 {currency}"),
    )

    found = checked(answers)

    assert found.problems == ()
    form = found.required().form
    assert form.calendars["office"].timezone == timezone.strip()
    assert len(form.calendars["office"].holidays) >= 5
    assert all(day.isoweekday() <= 5 for day in form.calendars["office"].holidays)


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text(max_size=40), st.text(max_size=40))
def test_no_name_can_break_it(company: str, seller: str, file: str) -> None:
    answers = replace(ANSWERS, company=company, sellers=("ana", seller))

    found = checked(answers, file=file)

    assert found.problems == ()
    assert len(found.required().form.routing.weights) == (2 if seller.strip() else 1)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("company", "agreement"),
    [
        ("Acme", "acme-revenue"),
        ("Zoë & Müller GmbH", "zoe-muller-gmbh-revenue"),
        ("4Sale: “the” #1\nof all", "a-4sale-the-1-of-all-revenue"),
        ("日本", "company-revenue"),
        ("", "company-revenue"),
        ("\x00\x1b[31m\u2028$name ${name}", "a-31m-name-name-revenue"),
    ],
)
def test_the_name_of_the_company_names_the_agreement(company: str, agreement: str) -> None:
    name = checked(replace(ANSWERS, company=company)).required().form.agreement

    assert name == agreement


def test_people_of_one_name_are_told_apart() -> None:
    people = ("Ana", "ANA", "Ana 2", "Жанна", "日本", "null", "true", " ")

    routing = checked(replace(ANSWERS, sellers=people)).required().form.routing

    assert routing is not None
    assert list(routing.weights) == [
        "ana",
        "ana_2",
        "ana_2_2",
        "seller_1",
        "seller_2",
        "null_2",
        "true_2",
    ]
    assert set(routing.queues["sellers"].members) == set(routing.weights)


def test_it_takes_effect_in_two_weeks_at_midnight_where_the_sellers_work() -> None:
    answers = replace(ANSWERS, country="DE", timezone="Europe/Berlin")

    form = checked(answers, date(2026, 7, 1)).required().form

    # From 1 July 14 days on; Berlin has summer time then. 100 days later is 23 October.
    assert form.effective_from.isoformat() == "2026-07-15T00:00:00+02:00"
    assert form.review_by == date(2026, 10, 23)
    assert form.goals is not None
    assert form.goals.period == "2026-Q3"


def test_the_volume_is_what_the_bookings_take() -> None:
    answers = replace(ANSWERS, bookings=Money.parse("1170000 USD"))

    volume = checked(answers).required().form.promises.marketing_to_sales["volume"]

    # Half of 1,170,000 is 585,000: 19.5 deals of 30,000. Of an MQL become won
    # 0.65 * 0.60 * 0.50 * 0.25 = 0.04875, so 400 MQLs a quarter: 133.3 a month.
    assert volume.pace.goal == 134  # type: ignore[union-attr]


def test_the_last_day_of_the_year_starts_in_the_next() -> None:
    form = checked(ANSWERS, date(2026, 12, 31)).required().form

    assert form.goals is not None
    assert form.goals.period == "2027-Q1"
    assert {day.year for day in form.calendars["office"].holidays} == {2027, 2028}


def test_it_can_be_read_as_a_document_at_once() -> None:
    assert "Sales promises marketing" in to_html(checked(ANSWERS).required())


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"country": "XX"}, "public_holidays.unknown_country"),
        ({"country": ""}, "public_holidays.unknown_country"),
        ({"timezone": "Berlin"}, "calendar.unknown_timezone"),
        ({"timezone": "../../etc/passwd"}, "calendar.unknown_timezone"),
        ({"hours": "9-5"}, "calendar.window_unreadable"),
        ({"hours": "17:00-09:00"}, "calendar.window_across_midnight"),
        ({"bookings": Money.parse("0 USD")}, "starting.no_amount"),
        ({"average_deal": Money.parse("-5 USD")}, "starting.no_amount"),
        ({"average_deal": Money.parse("5 EUR")}, "starting.two_currencies"),
        ({"average_deal": Money.parse("0.01 USD")}, "starting.too_many_leads"),
        ({"sellers": ()}, "starting.no_sellers"),
        ({"sellers": ("", " ")}, "starting.no_sellers"),
    ],
)
def test_an_answer_that_cannot_be_used_says_how_to_mend_it(
    wrong: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        starting_file(replace(ANSWERS, **wrong), TODAY)  # type: ignore[arg-type]

    assert refused.value.code == code
    assert refused.value.hint
