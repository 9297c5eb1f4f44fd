from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from revloop.agreement.versions import (
    Edition,
    History,
    PeriodPart,
    calendar_for_clock,
    period_parts,
    series,
)
from revloop.kit.errors import InvalidInput
from revloop.kit.working_time.calendars import Calendar

from .company import FIRST, FIRST_SIGNED, NEVER_OPEN, WORKING_DAYS, both_sign, edition, ny

QUARTER = ny("2026-07-01 00:00"), ny("2026-10-01 00:00")
# Working days of the quarter: July 22 without the 3rd, August 21, September 21 without the 7th.
DAYS = 64


def parts(history: History) -> list[tuple[str | None, int, Fraction | None]]:
    found = period_parts(history, *QUARTER, WORKING_DAYS)
    return [(version(part.edition), part.working_days, part.share) for part in found]


def version(found: Edition | None) -> str | None:
    return found.version if found else None


def later(number: str, effective_from: str, **changes: object) -> History:
    """The first version, and a signed one in the quarter."""
    second = edition(number, effective_from, **changes)
    return History((FIRST, second), (*FIRST_SIGNED, *both_sign(second, "2026-06-01 12:00")))


def test_the_version_in_force_at_the_start_sets_the_goals_of_the_whole_period() -> None:
    assert parts(later("1.1.0", "2026-08-03 00:00")) == [("1.0.0", DAYS, Fraction(1))]


@pytest.mark.parametrize("amends", [False, True])
def test_a_version_that_takes_effect_as_the_period_starts_sets_its_goals(*, amends: bool) -> None:
    history = later("1.1.0", "2026-07-01 00:00", amends_period=amends)

    assert parts(history) == [("1.1.0", DAYS, Fraction(1))]


def test_a_signed_amendment_splits_the_period_by_working_days() -> None:
    history = later("1.1.0", "2026-08-03 00:00", amends_period=True)

    assert parts(history) == [("1.0.0", 22, Fraction(22, 64)), ("1.1.0", 42, Fraction(42, 64))]


@pytest.mark.parametrize(
    ("effective", "days"), [("2026-08-03 12:00", 22), ("2026-08-03 18:00", 23)]
)
def test_a_day_of_change_belongs_to_the_version_that_governs_at_its_close(
    effective: str, days: int
) -> None:
    before, after = parts(later("1.1.0", effective, amends_period=True))

    assert (before[1], after[1]) == (days, DAYS - days)


def test_an_amendment_that_is_not_in_force_changes_nothing() -> None:
    second = edition("1.1.0", "2026-08-03 00:00", amends_period=True)

    assert parts(History((FIRST, second), FIRST_SIGNED)) == [("1.0.0", DAYS, Fraction(1))]


def test_an_emergency_amends_a_period_only_once_all_have_signed_it_normally() -> None:
    fix = edition("1.0.1", "2026-08-03 00:00", emergency=True, amends_period=True)
    urgent = (*FIRST_SIGNED, *both_sign(fix, "2026-08-01 12:00", emergency=True))
    expired = History((FIRST, fix), urgent)
    confirmed = History((FIRST, fix), (*urgent, *both_sign(fix, "2026-08-10 20:00")))

    assert parts(expired) == [("1.0.0", DAYS, Fraction(1))]
    # July and the 3rd to the 7th and 10th of August under the first version.
    assert parts(confirmed) == [("1.0.0", 28, Fraction(28, 64)), ("1.0.1", 36, Fraction(36, 64))]


def test_an_emergency_at_the_start_of_a_period_does_not_set_its_goals() -> None:
    fix = edition("1.0.1", "2026-06-30 12:00", emergency=True)
    rows = (*FIRST_SIGNED, *both_sign(fix, "2026-06-30 12:00", emergency=True))

    assert parts(History((FIRST, fix), rows)) == [("1.0.0", DAYS, Fraction(1))]


def test_before_the_first_version_nobody_had_promised_anything() -> None:
    first = edition("1.0.0", "2026-08-03 00:00")
    history = History((first,), both_sign(first, "2026-06-01 12:00"))

    assert parts(history) == [(None, 22, Fraction(22, 64)), ("1.0.0", 42, Fraction(42, 64))]


def test_a_period_without_working_days_has_no_shares() -> None:
    history = History((FIRST,), FIRST_SIGNED)

    (part,) = period_parts(history, *QUARTER, NEVER_OPEN)

    assert part == PeriodPart(FIRST, *QUARTER, working_days=0, share=None)


def test_a_period_ends_after_it_starts() -> None:
    for reader in (
        lambda: period_parts(History(()), QUARTER[1], QUARTER[0], WORKING_DAYS),
        lambda: series((), QUARTER[0], QUARTER[0]),
    ):
        with pytest.raises(InvalidInput) as refused:
            reader()
        assert refused.value.code == "period.ends_before_it_starts"


def month(number: int) -> datetime:
    return datetime(2026, number, 1, tzinfo=UTC)


def test_a_series_breaks_where_the_major_version_changes_and_where_the_first_begins() -> None:
    history = History(
        tuple(
            Edition(number, month(begins))
            for number, begins in [("1.0", 2), ("1.1", 4), ("2.0", 7), ("2.1", 9)]
        )
    )

    segments = series(history.tenures, month(1), month(9))

    assert [
        (version(it.edition), it.begins.month, it.ends.month, it.breaks) for it in segments
    ] == [
        (None, 1, 2, False),
        ("1.0", 2, 4, True),
        ("1.1", 4, 7, False),
        ("2.0", 7, 9, True),
    ]


def test_a_series_inside_one_version_is_one_segment() -> None:
    (segment,) = series(History((FIRST,), FIRST_SIGNED).tenures, *QUARTER)

    assert (segment.edition, segment.begins, segment.ends) == (FIRST, *QUARTER)
    assert not segment.breaks


def with_holidays(*days: date) -> Calendar:
    return Calendar.from_hours("America/New_York", {"mon-fri": ["09:00-18:00"]}, days)


def test_a_holiday_added_later_reaches_a_running_clock_only_if_it_is_retroactive() -> None:
    labor_day, extra = date(2026, 9, 7), date(2026, 9, 8)
    started, now = with_holidays(labor_day), with_holidays(extra)

    assert calendar_for_clock(started, now, retroactive=False) == started
    assert calendar_for_clock(started, now, retroactive=True) == with_holidays(labor_day, extra)


def test_a_running_clock_keeps_its_hours_though_the_new_version_has_others() -> None:
    started = with_holidays()
    shorter = Calendar.from_hours("Europe/Berlin", {"mon": ["10:00-12:00"]}, [date(2026, 9, 8)])

    kept = calendar_for_clock(started, shorter, retroactive=True)

    assert (kept.timezone, kept.week) == (started.timezone, started.week)
