from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.kit.errors import CalendarNeverOpens, InvalidInput
from revloop.kit.working_time import (
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
from revloop.kit.working_time.calendar_history import CalendarHistory, Stretch
from revloop.kit.working_time.calendars import Calendar, always_open

from .example_calendars import CASES, CHANGES, DAYS_AFTER, DAYS_BEFORE, KINDS, calendar, grid

if TYPE_CHECKING:
    from collections.abc import Callable

MICROSECOND, SECOND, MINUTE, HOUR, DAY = (
    timedelta(microseconds=1),
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
OFFICE = Calendar.from_hours("America/New_York", {"mon-fri": ["09:00-17:00"]}, [date(2026, 7, 3)])
BERLIN_OFFICE = Calendar.from_hours(
    "Europe/Berlin", {"mon-fri": ["09:00-12:30", "13:30-18:00"]}, [date(2026, 5, 1)]
)


def new_york(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK)


def berlin(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


# 12 June 2026 is a Friday.


def test_a_weekend_does_not_count_against_the_promise() -> None:
    # Ten minutes on Friday until 17:00, seven on Monday from 09:00.
    assert elapsed(OFFICE, new_york(12, 16, 50), new_york(15, 9, 7)) == 17 * MINUTE
    assert due(OFFICE, new_york(12, 16, 50), 15 * MINUTE) == new_york(15, 9, 5)


def test_a_holiday_does_not_count_either() -> None:
    # Half an hour on Thursday, none on Friday 3 July, an hour on Monday.
    asked, answered = new_york(2, 16, 30, month=7), new_york(6, 10, month=7)

    assert elapsed(OFFICE, asked, answered) == 90 * MINUTE


def test_a_lunch_break_does_not_count() -> None:
    # Until 12:30 and from 13:30.
    assert elapsed(BERLIN_OFFICE, berlin(12, 12), berlin(12, 14)) == HOUR


def test_what_is_raised_and_answered_on_a_saturday_took_no_working_time() -> None:
    assert elapsed(OFFICE, new_york(13, 11), new_york(13, 12)) == timedelta()


def test_a_budget_used_up_at_closing_is_due_at_closing() -> None:
    assert due(OFFICE, new_york(12, 16), HOUR) == new_york(12, 17)
    assert due(OFFICE, new_york(12, 16), HOUR + MICROSECOND) == new_york(15, 9) + MICROSECOND


def test_no_budget_is_due_at_once_even_on_a_sunday() -> None:
    assert due(OFFICE, new_york(14, 3), timedelta()) == new_york(14, 3)


def test_what_is_due_is_said_on_the_wall_clock_of_the_calendar() -> None:
    moment = due(BERLIN_OFFICE, new_york(12, 9), MINUTE)

    assert moment.isoformat() == "2026-06-12T15:01:00+02:00"


def test_a_day_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    always = always_open("America/New_York")

    assert elapsed(always, new_york(8, 0, month=3), new_york(9, 0, month=3)) == 23 * HOUR
    assert elapsed(always, new_york(1, 0, month=11), new_york(2, 0, month=11)) == 25 * HOUR


def test_a_clock_may_run_over_many_years() -> None:
    begin = datetime(2019, 6, 1, tzinfo=UTC)
    always = always_open("Europe/Berlin")

    assert elapsed(always, begin, begin + 5_000 * DAY) == 5_000 * DAY
    assert due(always, begin, 5_000 * DAY) == begin + 5_000 * DAY


# The definition, minute by minute.


@pytest.mark.parametrize(("kind", "zone", "change"), CASES)
def test_every_answer_is_that_of_looking_at_the_wall_clock_each_minute(
    kind: str, zone: str, change: date
) -> None:
    hours, by_minute = calendar(kind, zone), grid(kind, zone, change)
    chance = random.Random(f"{kind} {zone} {change}")  # noqa: S311 - a sample, not a secret
    length = (DAYS_BEFORE + DAYS_AFTER - 1) * 86_400 * 10**6

    for _ in range(25):
        start, end = (
            by_minute.clocks.begin + at * MICROSECOND
            for at in sorted(chance.randrange(length) for _ in range(2))
        )
        took = by_minute.elapsed(start, end)
        budget = took * chance.random()
        assert elapsed(hours, start, end) == took
        assert due(hours, start, budget).astimezone(UTC) == by_minute.due(start, budget)


@pytest.mark.parametrize(("kind", "zone", "change"), CASES)
def test_open_dates_are_those_on_which_the_wall_clock_shows_an_open_minute(
    kind: str, zone: str, change: date
) -> None:
    hours, closes = calendar(kind, zone), grid(kind, zone, change).closes()
    noon = datetime(change.year, change.month, change.day, 12, tzinfo=UTC)
    start = (noon - 4 * DAY).astimezone(ZoneInfo(zone))
    later = sorted(day for day in closes if day > start.date())

    for days in range(1, 9):
        close = close_of_business_day(hours, start, days).astimezone(UTC)
        assert close == closes[later[days - 1]]
    for days in range(12):
        end = (noon + (days - 4) * DAY).astimezone(ZoneInfo(zone))
        assert business_days(hours, start, end) == sum(day <= end.date() for day in later)


@pytest.mark.parametrize("zone", CHANGES)
def test_open_is_what_the_wall_clock_says(zone: str) -> None:
    for change in CHANGES[zone]:
        hours = calendar("edges in the small hours", zone)
        by_minute = grid("edges in the small hours", zone, change)
        first = by_minute.is_open.index(True)
        for number in range(DAYS_BEFORE * 1440 - 700, DAYS_BEFORE * 1440 + 900):
            at = by_minute.clocks.begin + number * MINUTE
            assert is_open(hours, at) == by_minute.is_open[number]
        assert next_opening(hours, by_minute.clocks.begin) == (
            by_minute.clocks.begin + first * MINUTE
        )


# Business days.


def test_a_term_in_business_days_goes_by_date_and_ends_with_the_day() -> None:
    friday_morning, friday_night = new_york(12, 8), new_york(12, 23)

    for start in (friday_morning, friday_night):
        assert close_of_business_day(OFFICE, start, 1) == new_york(15, 17)
        assert close_of_business_day(OFFICE, start, 6) == new_york(22, 17)
    assert close_of_business_day(OFFICE, friday_morning, 0) == friday_morning


def test_business_days_do_not_count_the_day_it_started() -> None:
    assert business_days(OFFICE, new_york(12, 8), new_york(12, 16)) == 0
    assert business_days(OFFICE, new_york(12, 8), new_york(14, 16)) == 0
    assert business_days(OFFICE, new_york(12, 8), new_york(15, 7)) == 1
    assert business_days(OFFICE, new_york(1, 8, month=7), new_york(7, 8, month=7)) == 3


def test_the_last_day_of_the_year_closes_next_year_by_utc() -> None:
    always = always_open("America/New_York")

    close = close_of_business_day(always, new_york(30, 12, month=12), 1)
    assert close.isoformat() == "2027-01-01T00:00:00-05:00"


# Pauses.


def test_waiting_for_the_customer_stops_the_clock() -> None:
    waiting = [Pause(new_york(10, 10, 30), new_york(10, 11, 45))]

    assert elapsed(OFFICE, new_york(10, 10), new_york(10, 12), waiting) == 45 * MINUTE


def test_a_budget_used_up_when_the_pause_begins_is_due_then() -> None:
    waiting = [Pause(new_york(10, 10, 30), new_york(10, 11, 45))]

    assert due(OFFICE, new_york(10, 10), 30 * MINUTE, waiting) == new_york(10, 10, 30)
    assert due(OFFICE, new_york(10, 10), 31 * MINUTE, waiting) == new_york(10, 11, 46)


def test_pauses_that_overlap_count_once_whatever_their_reasons() -> None:
    pauses = [
        Pause(new_york(10, 10, 45), new_york(10, 11, 15), "legal_hold"),
        Pause(new_york(10, 10, 30), new_york(10, 11), "waiting_on_customer"),
    ]

    # Paused from 10:30 to 11:15.
    assert elapsed(OFFICE, new_york(10, 10), new_york(10, 12), pauses) == 75 * MINUTE
    assert due(OFFICE, new_york(10, 10), HOUR, pauses) == new_york(10, 11, 45)


def test_a_pause_before_the_start_or_after_the_end_changes_nothing() -> None:
    pauses = [
        Pause(new_york(9, 10), new_york(10, 10)),
        Pause(new_york(10, 12), new_york(10, 13)),
    ]

    assert elapsed(OFFICE, new_york(10, 10), new_york(10, 12), pauses) == 2 * HOUR


def test_a_pause_that_goes_on_stops_the_clock_until_now() -> None:
    waiting = [Pause(new_york(10, 11))]

    assert elapsed(OFFICE, new_york(10, 10), new_york(12, 12), waiting) == HOUR
    assert due(OFFICE, new_york(10, 10), HOUR, waiting) == new_york(10, 11)
    with pytest.raises(InvalidInput, match="paused without an end") as caught:
        due(OFFICE, new_york(10, 10), HOUR + SECOND, waiting)
    assert caught.value.code == "working_time.never_due"


def test_a_pause_longer_than_agreed_counts_from_there_on() -> None:
    waiting = [Pause(new_york(10, 10), new_york(10, 14), "waiting_on_customer")]
    at_most = {"waiting_on_customer": HOUR}

    # Paused from 10:00 to 11:00 only.
    assert elapsed(OFFICE, new_york(10, 9), new_york(10, 15), waiting, at_most=at_most) == 5 * HOUR
    assert due(OFFICE, new_york(10, 9), 2 * HOUR, waiting, at_most=at_most) == new_york(10, 12)


def test_an_agreed_maximum_is_shared_by_all_pauses_of_its_reason_earliest_first() -> None:
    waiting = [
        Pause(new_york(10, 14), new_york(10, 15), "waiting_on_customer"),
        Pause(new_york(10, 10), new_york(10, 11), "waiting_on_customer"),
        Pause(new_york(10, 12), new_york(10, 13), "legal_hold"),
    ]
    at_most = {"waiting_on_customer": 90 * MINUTE}

    # All of 10:00 to 11:00, half of 14:00 to 15:00, and the legal hold, which has no limit.
    took = elapsed(OFFICE, new_york(10, 9), new_york(10, 17), waiting, at_most=at_most)
    assert took == 8 * HOUR - 150 * MINUTE


def test_an_agreed_maximum_is_measured_in_working_time() -> None:
    # From Friday 16:00 to Monday 10:00 are two working hours: all of them are granted.
    waiting = [Pause(new_york(12, 16), new_york(15, 10), "waiting_on_customer")]
    at_most = {"waiting_on_customer": 2 * HOUR}

    start, end = new_york(12, 15), new_york(15, 11)
    assert elapsed(OFFICE, start, end, waiting, at_most=at_most) == 2 * HOUR


def test_an_agreed_maximum_ends_a_pause_that_goes_on() -> None:
    waiting = [Pause(new_york(10, 10), None, "waiting_on_customer")]
    at_most = {"waiting_on_customer": 4 * HOUR}

    # One hour before the pause, which ends at 14:00; one after it.
    assert due(OFFICE, new_york(10, 9), 2 * HOUR, waiting, at_most=at_most) == new_york(10, 15)


def test_time_before_the_clock_started_uses_up_no_maximum() -> None:
    waiting = [Pause(new_york(10, 9), new_york(10, 11), "waiting_on_customer")]
    at_most = {"waiting_on_customer": HOUR}

    took = elapsed(OFFICE, new_york(10, 10), new_york(10, 12), waiting, at_most=at_most)
    assert took == HOUR


# Calendars that change hands.

BOTH = CalendarHistory(
    (
        Stretch(berlin(12, 9), BERLIN_OFFICE, "anja"),
        Stretch(berlin(12, 17), OFFICE, "bo"),
    )
)


def test_time_counts_by_the_calendar_of_whoever_holds_the_lead() -> None:
    # Berlin from 16:30 to 17:00; then New York, where it is 11:00, until its 17:00.
    start, end = berlin(12, 16, 30), berlin(12, 23)
    anja, bo = 30 * MINUTE, 6 * HOUR

    assert elapsed(BOTH, start, end) == anja + bo
    assert held(BOTH, start, end) == {"anja": anja, "bo": bo}
    assert due(BOTH, start, HOUR) == new_york(12, 11, 30)
    assert due(BOTH, start, 30 * MINUTE) == berlin(12, 17)


def test_the_weekend_belongs_to_nobodys_working_time() -> None:
    assert not is_open(BOTH, berlin(13, 12))
    assert is_open(BOTH, berlin(12, 20))
    assert next_opening(BOTH, berlin(13, 12)) == new_york(15, 9)


def test_a_business_day_closes_when_the_last_who_held_it_goes_home() -> None:
    start = berlin(11, 9)
    history = CalendarHistory((Stretch(start, BERLIN_OFFICE, "anja"), BOTH.stretches[1]))

    # Friday begins in Berlin and ends in New York.
    assert close_of_business_day(history, start, 1) == new_york(12, 17)
    assert close_of_business_day(history, start, 2) == new_york(15, 17)
    assert business_days(history, start, berlin(15, 12)) == 2


def test_a_day_handed_over_to_a_closed_office_ends_with_the_handover() -> None:
    closed_on_friday = Calendar.from_hours("Europe/Berlin", {"mon-thu": ["09:00-17:00"]})
    history = CalendarHistory(
        (
            Stretch(berlin(11, 9), BERLIN_OFFICE, "anja"),
            Stretch(berlin(12, 11), closed_on_friday, "bo"),
        )
    )

    assert close_of_business_day(history, berlin(11, 9), 1) == berlin(12, 11)
    assert close_of_business_day(history, berlin(11, 9), 2) == berlin(15, 17)


def test_who_held_it_longest_answers_for_it_not_who_held_it_last() -> None:
    history = CalendarHistory(
        (Stretch(new_york(12, 9), OFFICE, "u1"), Stretch(new_york(12, 9, 25), OFFICE, "u2"))
    )
    start = new_york(12, 9)
    end = due(history, start, 30 * MINUTE)

    assert held(history, start, end) == {"u1": 25 * MINUTE, "u2": 5 * MINUTE}
    assert responsible(history, start, end) == "u1"


def test_equal_shares_fall_to_who_came_first() -> None:
    history = CalendarHistory(
        (Stretch(new_york(12, 9), OFFICE, "late"), Stretch(new_york(12, 10), OFFICE, "early"))
    )

    assert responsible(history, new_york(12, 9), new_york(12, 11)) == "late"
    # Nobody held any working time on Saturday: whoever had it then.
    assert responsible(history, new_york(13, 9), new_york(13, 11)) == "early"


def test_an_owner_who_got_it_back_answers_for_both_times() -> None:
    minutes = {"a": (0, 20), "b": (20, 50), "c": (50, 55), "a again": (55, 90)}
    history = CalendarHistory(
        tuple(
            Stretch(new_york(12, 9) + begin * MINUTE, OFFICE, name[0])
            for name, (begin, _) in minutes.items()
        )
    )

    assert held(history, new_york(12, 9), new_york(12, 10, 10)) == {
        "a": 35 * MINUTE,
        "b": 30 * MINUTE,
        "c": 5 * MINUTE,
    }
    assert responsible(history, new_york(12, 9), new_york(12, 10, 10)) == "a"


def test_time_that_nobody_held_is_held_by_routing() -> None:
    history = CalendarHistory(
        (Stretch(new_york(12, 9), OFFICE), Stretch(new_york(12, 11), OFFICE, "ana"))
    )

    assert held(history, new_york(12, 9), new_york(12, 12)) == {None: 2 * HOUR, "ana": HOUR}
    assert responsible(history, new_york(12, 9), new_york(12, 12)) == ROUTING


def test_a_paused_owner_holds_nothing() -> None:
    waiting = [Pause(berlin(12, 16, 45), berlin(12, 17, 15), "waiting_on_customer")]
    shares = held(BOTH, berlin(12, 16, 30), berlin(12, 18), waiting)

    assert shares == {"anja": 15 * MINUTE, "bo": 45 * MINUTE}


def test_a_history_speaks_for_every_moment_of_a_clock() -> None:
    with pytest.raises(InvalidInput, match="the first stretch begins later") as caught:
        elapsed(BOTH, berlin(12, 8), berlin(12, 10))

    assert caught.value.code == "calendar_history.starts_late"


def test_a_history_is_in_order_and_not_empty() -> None:
    with pytest.raises(InvalidInput, match="has no calendar"):
        CalendarHistory(())
    with pytest.raises(InvalidInput) as caught:
        CalendarHistory(BOTH.stretches[::-1])
    assert caught.value.code == "calendar_history.out_of_order"


# What cannot be answered.


def test_an_end_before_the_start_is_refused() -> None:
    for question in (elapsed, business_days):
        with pytest.raises(InvalidInput) as caught:
            question(OFFICE, new_york(12, 10), new_york(12, 9))
        assert caught.value.code == "working_time.ends_before_start"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        elapsed(OFFICE, datetime(2026, 6, 12, 9), new_york(12, 10))  # noqa: DTZ001 - the point

    assert caught.value.code == "working_time.naive_instant"


def test_a_moment_in_the_year_9999_is_not_taken_for_never() -> None:
    with pytest.raises(InvalidInput, match="1970 to 2100") as caught:
        elapsed(OFFICE, new_york(12, 9), datetime(9999, 12, 31, tzinfo=UTC))

    assert "leave the end empty" in caught.value.hint


def test_a_negative_budget_is_refused() -> None:
    with pytest.raises(InvalidInput, match="before they begin"):
        due(OFFICE, new_york(12, 9), -SECOND)
    with pytest.raises(InvalidInput, match="before they begin"):
        close_of_business_day(OFFICE, new_york(12, 9), -1)


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        Pause(new_york(12, 9), new_york(12, 8))

    assert caught.value.code == "working_time.pause_ends_before_it_starts"


def test_a_calendar_that_never_opens_is_said_so() -> None:
    never = Calendar.from_hours("Europe/Berlin", {})

    questions: list[Callable[[], datetime]] = [
        lambda: due(never, berlin(12, 9), SECOND),
        lambda: next_opening(never, berlin(12, 9)),
        lambda: close_of_business_day(never, berlin(12, 9), 1),
    ]
    for question in questions:
        with pytest.raises(CalendarNeverOpens) as caught:
            question()
        assert caught.value.code == "calendar.never_opens"
    assert elapsed(never, berlin(12, 9), berlin(13, 9)) == timedelta()


@pytest.mark.parametrize(("closed_days", "answers"), [(60, True), (61, False)])
def test_more_than_sixty_days_closed_is_never(closed_days: int, answers: bool) -> None:  # noqa: FBT001 - a column of the table
    closing = datetime(2026, 11, 20, tzinfo=UTC)
    opening = closing + closed_days * DAY
    calendar = Calendar.from_hours(
        "UTC", {}, also_open=[(closing - HOUR, closing), (opening, opening + 100 * DAY)]
    )
    questions: list[Callable[[], datetime]] = [
        lambda: due(calendar, closing - HOUR, HOUR + SECOND),
        lambda: next_opening(calendar, closing) + SECOND,
    ]

    for question in questions:
        if answers:
            assert question() == opening + SECOND
        else:
            with pytest.raises(CalendarNeverOpens):
                question()


# What holds for all calendars, clocks and pauses.

FIRST = datetime(2025, 12, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 400 * 86_400 * 10**6).map(lambda at: FIRST + at * MICROSECOND)
BUDGETS = st.integers(0, 200 * 3_600 * 10**6).map(lambda amount: amount * MICROSECOND)
CALENDARS = st.builds(calendar, st.sampled_from(sorted(KINDS)), st.sampled_from(sorted(CHANGES)))
LENGTHS = st.integers(0, 20 * 86_400 * 10**6).map(lambda amount: amount * MICROSECOND)
PAUSES = st.lists(
    st.builds(
        lambda begin, length, reason: Pause(begin, begin + length, reason),
        MOMENTS,
        LENGTHS,
        st.sampled_from(["waiting_on_customer", "legal_hold"]),
    ),
    max_size=4,
)
HISTORIES = st.lists(
    st.tuples(MOMENTS, CALENDARS, st.sampled_from(["ana", "bo", None])),
    max_size=4,
    unique_by=lambda stretch: stretch[0],
).map(
    lambda stretches: CalendarHistory(
        (
            Stretch(FIRST - DAY, calendar("single shift", "Europe/Berlin"), "first"),
            *(Stretch(*stretch) for stretch in sorted(stretches, key=lambda each: each[0])),
        )
    )
)
TIMETABLES = st.one_of(CALENDARS, HISTORIES)
AT_MOST = {"waiting_on_customer": 30 * HOUR}
properties = settings(max_examples=100, deadline=None, derandomize=True)


@properties
@given(TIMETABLES, st.tuples(MOMENTS, MOMENTS, MOMENTS).map(sorted), PAUSES)
def test_parts_add_up(
    timetable: Calendar | CalendarHistory, moments: list[datetime], pauses: list[Pause]
) -> None:
    a, b, c = moments

    whole = elapsed(timetable, a, c, pauses)
    assert whole == elapsed(timetable, a, b, pauses) + elapsed(timetable, b, c, pauses)


@properties
@given(TIMETABLES, MOMENTS, BUDGETS, PAUSES)
def test_a_clock_has_used_its_budget_when_it_is_due_and_no_moment_earlier(
    timetable: Calendar | CalendarHistory, start: datetime, budget: timedelta, pauses: list[Pause]
) -> None:
    moment = due(timetable, start, budget, pauses, at_most=AT_MOST).astimezone(UTC)

    assert elapsed(timetable, start, moment, pauses, at_most=AT_MOST) == budget
    if budget:
        earlier = elapsed(timetable, start, moment - MICROSECOND, pauses, at_most=AT_MOST)
        assert earlier == budget - MICROSECOND


@properties
@given(TIMETABLES, MOMENTS, st.tuples(BUDGETS, BUDGETS).map(sorted), PAUSES)
def test_more_budget_is_never_due_earlier(
    timetable: Calendar | CalendarHistory,
    start: datetime,
    budgets: list[timedelta],
    pauses: list[Pause],
) -> None:
    less, more = (due(timetable, start, budget, pauses).astimezone(UTC) for budget in budgets)

    assert less <= more


@properties
@given(TIMETABLES, MOMENTS, BUDGETS, PAUSES, PAUSES)
def test_pausing_never_makes_a_clock_due_earlier(
    timetable: Calendar | CalendarHistory,
    start: datetime,
    budget: timedelta,
    pauses: list[Pause],
    more: list[Pause],
) -> None:
    without = due(timetable, start, budget, pauses, at_most=AT_MOST).astimezone(UTC)
    paused = due(timetable, start, budget, [*pauses, *more], at_most=AT_MOST).astimezone(UTC)

    assert paused >= without


@properties
@given(HISTORIES, st.tuples(MOMENTS, MOMENTS).map(sorted), PAUSES)
def test_what_all_owners_held_is_what_the_clock_took(
    history: CalendarHistory, moments: list[datetime], pauses: list[Pause]
) -> None:
    start, end = moments
    shares = held(history, start, end, pauses, at_most=AT_MOST)

    assert sum(shares.values(), timedelta()) == elapsed(
        history, start, end, pauses, at_most=AT_MOST
    )


@properties
@given(st.sampled_from(sorted(CHANGES)), st.tuples(MOMENTS, MOMENTS).map(sorted))
def test_day_and_night_is_wall_time_in_every_zone(zone: str, moments: list[datetime]) -> None:
    start, end = moments

    assert elapsed(always_open(zone), start, end) == end - start


@properties
@given(CALENDARS, MOMENTS, st.integers(0, 30))
def test_as_many_business_days_have_passed_at_the_close_of_the_last(
    hours: Calendar, start: datetime, days: int
) -> None:
    close = close_of_business_day(hours, start, days)

    # A day that ends at midnight closes with the first moment of the next.
    assert business_days(hours, start, max(close - MICROSECOND, start)) == days
