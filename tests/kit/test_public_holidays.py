from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from revloop.kit.errors import InvalidInput
from revloop.kit.working_time import business_days
from revloop.kit.working_time.calendars import Calendar
from revloop.kit.working_time.public_holidays import public_holidays


def test_the_holidays_of_germany_are_those_of_every_part_of_it() -> None:
    days = public_holidays("DE", (2026,))

    assert days[date(2026, 5, 1)] == "Labor Day"
    assert date(2026, 3, 8) not in days


def test_berlin_keeps_a_day_of_its_own() -> None:
    assert public_holidays("DE", (2026,), "BE")[date(2026, 3, 8)] == "Women's Day"


def test_holidays_come_in_order_for_all_years_asked_for() -> None:
    days = list(public_holidays("US", (2027, 2026)))

    assert days == sorted(days)
    assert {day.year for day in days} == {2026, 2027}


def test_a_holiday_moved_from_a_weekend_is_kept_on_the_day_it_moves_to() -> None:
    # 4 July 2026 is a Saturday.
    assert date(2026, 7, 3) in public_holidays("US", (2026,))


def test_a_calendar_takes_them_as_they_are() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = Calendar.from_hours(
        "Europe/Berlin", {"mon-fri": ["09:00-17:00"]}, public_holidays("DE", (2026,), "BE")
    )

    # Thursday before Easter to Tuesday after it: Good Friday and Easter Monday are closed.
    thursday = datetime(2026, 4, 2, 12, tzinfo=berlin)
    tuesday = datetime(2026, 4, 7, 12, tzinfo=berlin)
    assert business_days(calendar, thursday, tuesday) == 1


@pytest.mark.parametrize(
    ("country", "hint"), [("de", "did you mean DE?"), ("Atlantis", "ISO 3166")]
)
def test_an_unknown_country_is_named_with_a_way_out(country: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        public_holidays(country, (2026,))

    assert caught.value.code == "public_holidays.unknown_country"
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("country", "subdivision", "hint"),
    [
        ("DE", "be", "did you mean BE?"),
        ("DE", "Wonderland", "BB, BE"),
        ("AF", "BE", "leave it out"),
    ],
)
def test_an_unknown_subdivision_is_named_with_those_there_are(
    country: str, subdivision: str, hint: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        public_holidays(country, (2026,), subdivision)

    assert caught.value.code == "public_holidays.unknown_subdivision"
    assert hint in caught.value.hint
