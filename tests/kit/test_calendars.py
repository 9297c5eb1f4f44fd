from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import pytest

from revloop.kit.errors import InvalidInput
from revloop.kit.working_time import due, elapsed, is_open, next_opening
from revloop.kit.working_time.calendars import Calendar, always_open
from revloop.kit.working_time.instants import DAY_US, from_microseconds, year_start
from revloop.kit.working_time.zone_offsets import offset_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR = timedelta(hours=1)
OFFICE = {"mon-fri": ["09:00-12:30", "13:30-18:00"], "sat": ["10:00-14:00"]}


def open_minutes(calendar: Calendar) -> list[int]:
    return [sum(closes - opens for opens, closes in windows) for windows in calendar.week]


def test_hours_are_read_as_the_agreement_writes_them() -> None:
    calendar = Calendar.from_hours("Europe/Berlin", OFFICE)

    morning, afternoon, saturday = (540, 750), (810, 1080), (600, 840)
    assert calendar.week == ((morning, afternoon),) * 5 + ((saturday,), ())


@pytest.mark.parametrize(
    ("key", "open_days"),
    [
        ("wed", "wed"),
        ("mon-fri", "mon tue wed thu fri"),
        ("sat-mon", "mon sat sun"),
        ("mon,wed", "mon wed"),
        ("mon-tue, fri", "mon tue fri"),
        ("sun-sat", "mon tue wed thu fri sat sun"),
    ],
)
def test_a_key_names_a_day_a_range_or_a_list(key: str, open_days: str) -> None:
    calendar = Calendar.from_hours("UTC", {key: ["09:00-10:00"]})

    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert [name for name, long in zip(names, open_minutes(calendar), strict=True) if long] == (
        open_days.split()
    )


def test_windows_may_come_in_any_order_and_touch() -> None:
    calendar = Calendar.from_hours("UTC", {"mon": ["12:00-15:00", "09:00-12:00"]})

    assert calendar.week[0] == ((540, 720), (720, 900))


@pytest.mark.parametrize(
    ("hours", "code", "hint"),
    [
        ({"mon": ["22:00-06:00"]}, "window_across_midnight", "22:00-24:00 on mon and 00:00-06:00"),
        ({"sun": ["22:00-06:00"]}, "window_across_midnight", "00:00-06:00 on mon"),
        ({"mon": ["22:00-00:00"]}, "window_across_midnight", "write 22:00-24:00 on mon"),
        ({"mon": ["09:00-09:00"]}, "window_empty", "leave it out"),
        ({"mon": ["9-17"]}, "window_unreadable", '"09:00-17:30"'),
        ({"mon": ["09:00-24:30"]}, "window_unreadable", "24:00 ends a day"),
        ({"mon": ["09:60-10:00"]}, "window_unreadable", "two digits"),
        ({"mon": "09:00-17:00"}, "windows_not_a_list", 'mon: ["09:00-17:00"]'),
        ({"mon": ["09:00-12:00", "11:00-13:00"]}, "windows_overlap", '"09:00-13:00"'),
        ({"mon-fri": ["09:00-12:00"], "fri": []}, "day_named_twice", "mon-thu and fri"),
        ({"monday": ["09:00-12:00"]}, "unknown_day", "did you mean mon?"),
        ({"mon-fry": ["09:00-12:00"]}, "unknown_day", "did you mean fri?"),
        ({"": ["09:00-12:00"]}, "unknown_day", "mon, tue"),
    ],
)
def test_a_mistake_in_the_hours_names_its_mending(
    hours: dict[str, Sequence[str]], code: str, hint: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        Calendar.from_hours("UTC", hours)

    assert caught.value.code == f"calendar.{code}"
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Berlni", "did you mean Europe/Berlin?"),
        ("New York", "did you mean America/New_York?"),
        ("America", "did you mean America/"),
        ("../etc/passwd", "IANA"),
        ("", "IANA"),
        ("x" * 5_000, "IANA"),
    ],
)
def test_an_unknown_time_zone_names_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        always_open(name)

    assert caught.value.code == "calendar.unknown_timezone"
    assert hint in caught.value.hint


@pytest.mark.parametrize("day", ["2026-12-25", datetime(2026, 12, 25, tzinfo=UTC), 20261225])
def test_a_holiday_is_a_date(day: object) -> None:
    with pytest.raises(InvalidInput, match="is not a date") as caught:
        Calendar.from_hours("UTC", OFFICE, holidays=[day])  # type: ignore[list-item]

    assert caught.value.code == "calendar.holiday_not_a_date"


def test_an_extra_opening_needs_a_zone_and_a_length() -> None:
    noon = datetime(2026, 12, 25, 12, tzinfo=UTC)

    with pytest.raises(InvalidInput, match="never open"):
        Calendar.from_hours("UTC", OFFICE, also_open=[(noon, noon)])
    with pytest.raises(InvalidInput, match="has no time zone"):
        Calendar.from_hours("UTC", OFFICE, also_open=[(noon.replace(tzinfo=None), noon)])


@pytest.mark.parametrize(
    ("monday", "code"),
    [
        (((540, 1441),), "window_outside_day"),
        (((-1, 540),), "window_outside_day"),
        (((600, 600),), "window_outside_day"),
        (((600, 700), (540, 600)), "windows_overlap"),
    ],
)
def test_a_calendar_made_by_hand_is_checked_too(
    monday: tuple[tuple[int, int], ...], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        Calendar("UTC", (monday, *((),) * 6))

    assert caught.value.code == f"calendar.{code}"


def test_a_week_has_seven_days() -> None:
    with pytest.raises(InvalidInput, match="seven days"):
        Calendar("UTC", ((),) * 6)


def test_equal_calendars_are_interchangeable() -> None:
    one = Calendar.from_hours("Europe/Berlin", OFFICE, [date(2026, 12, 25)])
    other = Calendar.from_hours("Europe/Berlin", OFFICE, [date(2026, 12, 25)])
    one.year(2026)

    assert one == other
    assert len({one, other}) == 1


def test_a_holiday_closes_its_local_date_only() -> None:
    # 25 December in Berlin begins and ends an hour before that of UTC.
    calendar = Calendar.from_hours(
        "Europe/Berlin", {"mon-sun": ["00:00-24:00"]}, [date(2026, 12, 25)]
    )

    begin, end = datetime(2026, 12, 24, 23, tzinfo=UTC), datetime(2026, 12, 25, 23, tzinfo=UTC)
    assert elapsed(calendar, begin, end) == timedelta()
    assert is_open(calendar, begin - timedelta(microseconds=1))
    assert is_open(calendar, end)


def test_an_extra_opening_opens_even_on_a_holiday() -> None:
    hotline = (datetime(2026, 12, 25, 10, tzinfo=UTC), datetime(2026, 12, 25, 11, tzinfo=UTC))
    closed = Calendar.from_hours("UTC", OFFICE, [date(2026, 12, 25)])
    calendar = Calendar.from_hours("UTC", OFFICE, [date(2026, 12, 25)], [hotline])
    begin, end = datetime(2026, 12, 25, tzinfo=UTC), datetime(2026, 12, 26, tzinfo=UTC)

    assert elapsed(closed, begin, end) == timedelta()
    assert elapsed(calendar, begin, end) == HOUR


def test_an_extra_opening_over_hours_that_are_open_anyway_counts_once() -> None:
    friday = datetime(2026, 6, 12, tzinfo=UTC)
    late = (friday + 17 * HOUR, friday + 20 * HOUR)
    calendar = Calendar.from_hours("UTC", OFFICE, also_open=[late])

    # 3.5 h before lunch, 4.5 h after it, and from 18:00 to 20:00.
    assert elapsed(calendar, friday, friday + 24 * HOUR) == 10 * HOUR


def test_an_extra_opening_may_pass_midnight_and_new_year() -> None:
    party = (datetime(2026, 12, 31, 20, tzinfo=UTC), datetime(2027, 1, 1, 3, tzinfo=UTC))
    calendar = Calendar.from_hours("UTC", {}, also_open=[party])

    assert elapsed(calendar, party[0] - HOUR, party[1] + HOUR) == 7 * HOUR
    assert due(calendar, party[0], 6 * HOUR) == datetime(2027, 1, 1, 2, tzinfo=UTC)


def test_a_skipped_hour_opens_when_the_wall_clock_has_passed_it() -> None:
    # 8 March 2026: after 01:59:59 the wall in New York shows 03:00:00, so 02:30 is never shown.
    calendar = Calendar.from_hours("America/New_York", {"sun": ["02:30-05:00"]})
    midnight = datetime(2026, 3, 8, 5, tzinfo=UTC)

    assert next_opening(calendar, midnight).isoformat() == "2026-03-08T03:00:00-04:00"
    assert elapsed(calendar, midnight, midnight + 10 * HOUR) == 2 * HOUR


def test_a_repeated_half_hour_counts_on_both_passes() -> None:
    # 5 April 2026: at 02:00 the wall on Lord Howe Island goes back to 01:30.
    calendar = Calendar.from_hours("Australia/Lord_Howe", {"sun": ["01:30-02:00"]})
    day = datetime(2026, 4, 4, 12, tzinfo=UTC)

    assert elapsed(calendar, day, day + 24 * HOUR) == HOUR


def test_a_date_that_a_country_skipped_has_no_hours() -> None:
    # Samoa went from Thursday 29 to Saturday 31 December 2011.
    calendar = Calendar.from_hours("Pacific/Apia", {"mon-sun": ["09:00-17:00"]})
    wednesday = datetime(2011, 12, 28, tzinfo=ZoneInfo("Pacific/Apia"))
    sunday = datetime(2012, 1, 1, tzinfo=ZoneInfo("Pacific/Apia"))

    # 28, 29 and 31 December.
    assert elapsed(calendar, wednesday, sunday) == 24 * HOUR


def test_an_offset_of_odd_seconds_moves_the_opening_by_them() -> None:
    # Until 7 January 1972, Monrovia was 44 minutes and 30 seconds behind UTC.
    calendar = Calendar.from_hours("Africa/Monrovia", {"mon-fri": ["09:00-17:00"]})

    thursday = next_opening(calendar, datetime(1972, 1, 6, tzinfo=UTC))
    monday = next_opening(calendar, datetime(1972, 1, 10, tzinfo=UTC))
    assert thursday.astimezone(UTC).isoformat() == "1972-01-06T09:44:30+00:00"
    assert monday.astimezone(UTC).isoformat() == "1972-01-10T09:00:00+00:00"


def test_a_calendar_in_utc_has_no_day_of_another_length() -> None:
    begin, end = year_start(2026), year_start(2027)

    assert list(offset_spans("UTC", begin, end)) == [(begin, end, 0)]


def test_the_changes_of_a_zone_are_found_to_the_second() -> None:
    spans = list(offset_spans("America/New_York", year_start(2026), year_start(2027)))

    changes = [from_microseconds(span.begin, UTC).isoformat() for span in spans[1:]]
    assert changes == ["2026-03-08T07:00:00+00:00", "2026-11-01T06:00:00+00:00"]


def test_no_zone_changes_its_clock_more_often_than_is_looked() -> None:
    # Zones of the years in which the most was changed, each looked at every hour instead of daily.
    for zone in ("Africa/Cairo", "Asia/Gaza", "America/Argentina/San_Luis", "Antarctica/Casey"):
        for year in (2008, 2010, 2014, 2023):
            begin, end = year_start(year), year_start(year + 1)
            hourly = [
                from_microseconds(hour, ZoneInfo(zone)).utcoffset()
                for hour in range(begin, end, DAY_US // 24)
            ]
            changes = sum(a != b for a, b in pairwise(hourly))
            assert len(list(offset_spans(zone, begin, end))) == changes + 1, (zone, year)


@pytest.mark.parametrize("year", [1970, 2026, 2100])
def test_every_zone_has_spans_that_cover_the_year(year: int) -> None:
    begin, end = year_start(year), year_start(year + 1)
    for zone in sorted(available_timezones())[:: 25 if year != 2026 else 5]:
        spans = list(offset_spans(zone, begin, end))

        assert [span.begin for span in spans] == [begin, *(span.end for span in spans[:-1])]
        assert spans[-1].end == end


def test_day_and_night_is_wall_time() -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)

    assert elapsed(always_open("Europe/Berlin"), begin, begin + 900 * 24 * HOUR) == 900 * 24 * HOUR
