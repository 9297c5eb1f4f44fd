from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.check import Checked, check
from revloop.agreement.explain import to_html
from revloop.agreement.form import ClockPromise
from revloop.agreement.starting import Answers, starting_file, usual_answers
from revloop.agreement.starting.observed import (
    HoursSeen,
    Kept,
    LaneSeen,
    MoneySeen,
    Observed,
    ReasonSeen,
    Response,
    SourceSeen,
    StageSeen,
)
from revloop.kit.durations import Duration
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


# From what the facts show.

NOTHING = Response(0, 0, None, None, None, None)
OFFICE = HoursSeen("office", "Europe/Berlin", 3, 120, 110, {"mon-thu": ("08:30-17:00",)})
EMPTY = Observed(
    inquiries=0,
    stages=(),
    lanes=(),
    sources=(),
    hours=(replace(OFFICE, people=0, activities=0, inside=0, hours={}),),
    zone_from="the workspace",
    reasons=(),
    roles={},
    sellers={},
    money=MoneySeen({}),
    missing=("stages: nothing says when",),
)


def written(observed: Observed, company: str = "Acme") -> str:
    return starting_file(usual_answers(observed, company), TODAY, "a.yaml", observed)


def line(text: str, begins: str) -> str:
    """The line that begins like this, with the comments above it."""
    lines = [each.strip() for each in text.splitlines()]
    last = next(number for number, each in enumerate(lines) if each.startswith(begins))
    first = last
    while lines[first - 1].startswith("#"):
        first -= 1
    return "\n".join(lines[first : last + 1])


def answered(kept: Kept | None, *, inquiries: int = 1_204, never: int = 212) -> Response:
    times = (timedelta(hours=3, minutes=10), timedelta(hours=9), None)
    return Response(inquiries, inquiries - never, *times, kept)


def test_without_facts_it_is_the_usual_start_and_says_what_is_missing() -> None:
    text = written(EMPTY)

    found = check(text.encode())
    assert found.problems == ()
    usual = checked(
        replace(ANSWERS, country="DE", timezone="Europe/Berlin", sellers=Answers().sellers)
    ).required()
    assert found.required().hash == usual.hash
    assert "#   - stages: nothing says when\n" in text
    assert line(text, "answer_other:").startswith("# No inquiry in your data: a usual start.")


def test_a_promise_is_what_most_keep_with_the_evidence_beside_it() -> None:
    kept = Kept(Duration(10, "hour", working=True), 970, 1_204)
    lane = LaneSeen("other", "true", 1_204, answered(kept))

    text = written(replace(EMPTY, inquiries=1_204, lanes=(lane,)))

    assert line(text, "answer_other:") == (
        "# From 1,204 inquiries: median 3 h 10 min, 80 % within 9 h; 212 of 1,204 never answered.\n"
        "# 970 of 1,204 (80 %) were answered within 10 business hours.\n"
        "answer_other: {clock: {from: raised, to: human_attempt, within: 10 business hours},"
        " calendar: office, goal: 0.80}"
    )


@pytest.mark.parametrize(
    ("kept", "of", "goal"), [(90, 100, "0.80"), (79, 100, "0.75"), (3, 100, "0.05"), (1, 1, "0.80")]
)
def test_the_goal_is_no_more_than_is_kept_today(kept: int, of: int, goal: str) -> None:
    response = answered(Kept(Duration(5, "minute"), kept, of))
    lane = LaneSeen("other", "true", 1_204, response)

    form = check(written(replace(EMPTY, inquiries=1_204, lanes=(lane,))).encode()).required().form

    promise = form.promises.sales_to_marketing["answer_other"]
    assert isinstance(promise, ClockPromise)
    assert f"{promise.goal:.2f}" == goal


def test_of_few_inquiries_the_usual_promise_stays() -> None:
    lane = LaneSeen("other", "true", 7, answered(None, inquiries=7, never=0))

    text = written(replace(EMPTY, inquiries=7, lanes=(lane,)))

    assert line(text, "answer_other:") == (
        "# From 7 inquiries: median 3 h 10 min, 80 % within 9 h; all answered.\n"
        "# Too few to tell: a usual start.\n"
        "answer_other: {clock: {from: routed, to: human_attempt, within: 8 business hours},"
        " calendar: office, goal: 0.80}"
    )


def test_hot_lanes_of_the_facts_make_an_mql() -> None:
    lanes = (
        LaneSeen("inbound_call", "kind = 'inbound_call'", 5, NOTHING),
        LaneSeen("demo_request", "form in ('demo')", 15, NOTHING),
        LaneSeen("other", "true", 80, NOTHING),
    )

    text = written(replace(EMPTY, inquiries=100, lanes=lanes))

    form = check(text.encode()).required().form
    assert [lane.id for lane in form.lanes if lane.clock] == [
        "existing_customer",
        "inbound_call",
        "demo_request",
        "other",
    ]
    assert form.stages["mql"].enter is not None
    assert form.stages["mql"].enter.text.startswith("lane in ('inbound_call','demo_request') or")
    assert line(text, "- {id: demo_request").startswith("# 15 of 100 inquiries (15 %).")


def test_where_nobody_asks_for_a_demo_the_usual_lane_for_it_stays() -> None:
    lanes = (
        LaneSeen("inbound_call", "kind = 'inbound_call'", 5, NOTHING),
        LaneSeen("other", "true", 80, NOTHING),
    )

    form = check(written(replace(EMPTY, inquiries=85, lanes=lanes)).encode()).required().form

    assert [lane.id for lane in form.lanes][1:3] == ["inbound_call", "hand_raised"]
    assert form.stages["mql"].enter is not None
    assert form.stages["mql"].enter.text.startswith("lane in ('inbound_call','hand_raised') or")


def test_each_place_has_its_hours_and_promises_count_by_the_owner() -> None:
    places = (OFFICE, replace(OFFICE, name="tokyo", timezone="Asia/Tokyo"))

    text = written(replace(EMPTY, hours=places, zone_from="users"))

    form = check(text.encode()).required().form
    assert {name: each.timezone for name, each in form.calendars.items()} == {
        "office": "Europe/Berlin",
        "tokyo": "Asia/Tokyo",
    }
    assert form.calendars["tokyo"].hours == {"mon-thu": ("08:30-17:00",)}
    assert date(2026, 11, 3) in form.calendars["tokyo"].holidays  # Culture Day
    assert date(2026, 11, 3) not in form.calendars["office"].holidays
    clocks = [each for _, each in form.promises if isinstance(each, ClockPromise)]
    assert {each.calendar for each in clocks} == {"owner"}
    assert "110 of 120 (91 %) in these hours." in text


def test_reasons_in_use_replace_the_usual_ones() -> None:
    reasons = (
        ReasonSeen("disqualify", "Spam", 9),
        ReasonSeen("recycle", "Not now", 30, 88),
        ReasonSeen("disqualify", "not_now", 2),
        ReasonSeen("reject", "competitor", 3),
        ReasonSeen("reject", "too small", 4),
        ReasonSeen("lost", "price", 5, 0),
        ReasonSeen("lost", "true", 1),
        ReasonSeen("recycle", "日本", 1),
    )

    text = written(replace(EMPTY, reasons=reasons))

    form = check(text.encode()).required().form
    assert form.reasons.disqualify == ("spam", "competitor")
    assert {name: str(each.return_after) for name, each in form.reasons.recycle.items()} == {
        "not_now": "90 days",  # the median of 88, as people count
        "too_small": "90 days",
    }
    assert {name: str(each.return_after) for name, each in form.reasons.lost.items()} == {
        "price": "0 days",
        "true_reason": "90 days",
    }
    assert line(text, "not_now:").startswith(
        "# Given 32 times; the median of the returns noted is 88 days."
    )
    assert "nothing says whether for good: decide" in line(text, "too_small:")
    assert "Not taken over, as a name here has Latin letters: 日本 (1)." in text


def test_the_plan_is_in_the_money_that_opportunities_are_in() -> None:
    money = MoneySeen(
        {"JPY": 9, "USD": 1}, 7, Money.parse("1234567 JPY"), 4, Money.parse("98765 JPY")
    )

    goals = check(written(replace(EMPTY, money=money)).encode()).required().form.goals

    assert goals is not None
    assert goals.plan is not None
    assert (str(goals.bookings), str(goals.plan.average_deal)) == ("98800 JPY", "1230000 JPY")


def test_words_and_stages_of_the_source_are_shown() -> None:
    stages = (
        StageSeen("Marketing Qualified", "contact", 76, "mql"),
        StageSeen("Parked", "contact", 5),
        StageSeen("Offer", "opportunity", 40),
        StageSeen("live", "account", 3, "live"),
    )

    text = written(replace(EMPTY, stages=stages))

    form = check(text.encode()).required().form
    assert form.vocabulary["mql"].also_called == ("Marketing Qualified",)
    assert form.stages["live"].owner == "success"
    assert "#   contact      Parked               5   decide: one of these stages, one more" in text
    assert "#   opportunity  Offer                40  inside opportunity\n" in text
    assert "# Nothing in your data is called sal, sql, opportunity, won:" in text


def test_sellers_are_those_who_own_leads() -> None:
    text = written(replace(EMPTY, sellers={"Ana Kovač": 12, "Bo": 3}, roles={"sales": 2}))

    routing = check(text.encode()).required().form.routing
    assert routing is not None
    assert list(routing.weights) == ["ana_kovac", "bo"]
    assert "# Leads by their owner: Ana Kovač (12), Bo (3).\n" in text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200), st.integers(0, 10**6))
def test_no_word_of_a_source_can_break_it(name: str, other: str, count: int) -> None:
    observed = replace(
        EMPTY,
        inquiries=count,
        stages=(StageSeen(name, "inquiry", count, "sql"), StageSeen(other, "account", 1, other)),
        sources=(SourceSeen("kind", name, count, NOTHING), SourceSeen("form", other, 1, NOTHING)),
        reasons=tuple(
            ReasonSeen(verdict, reason, count, count)
            for verdict in ("disqualify", "recycle", "reject", "lost")
            for reason in (name, other)
        ),
        roles={name: count},
        sellers={name: count, other: 1},
        missing=(),
    )

    assert check(written(observed, name).encode()).errors == ()
