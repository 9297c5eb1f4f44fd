from __future__ import annotations

from datetime import UTC, datetime

from revloop.agreement.form import ClockTerm
from revloop.agreement.terms.deadlines import clock_due
from revloop.kit.working_time import Calendar, Pause

OFFICE = Calendar.from_hours("America/New_York", {"mon-fri": ["09:00-18:00"]})
SATURDAY_NOON = datetime(2026, 7, 11, 16, tzinfo=UTC)


def clock(within: str) -> ClockTerm:
    return ClockTerm.model_validate({"from": "routed", "to": "human_attempt", "within": within})


def test_five_minutes_of_a_clock_run_only_while_its_calendar_is_open() -> None:
    # Monday 09:05 in New York is 13:05 UTC.
    assert clock_due(SATURDAY_NOON, clock("5 minutes"), OFFICE) == datetime(
        2026, 7, 13, 13, 5, tzinfo=UTC
    )
    assert clock_due(SATURDAY_NOON, clock("5 business minutes"), OFFICE) == clock_due(
        SATURDAY_NOON, clock("5 minutes"), OFFICE
    )


def test_business_days_of_a_clock_end_with_the_close_of_the_last() -> None:
    assert clock_due(SATURDAY_NOON, clock("2 business days"), OFFICE) == datetime(
        2026, 7, 14, 22, tzinfo=UTC
    )


def test_a_pause_moves_the_deadline() -> None:
    monday = datetime(2026, 7, 13, 13, tzinfo=UTC)
    pause = Pause(monday, datetime(2026, 7, 13, 14, tzinfo=UTC))

    assert clock_due(monday, clock("30 minutes"), OFFICE, [pause]) == datetime(
        2026, 7, 13, 14, 30, tzinfo=UTC
    )
