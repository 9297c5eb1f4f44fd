from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.agreement.terms.clocks import Clock, ClockState, clock_elapsed, clock_state
from revloop.kit.working_time import Pause
from revloop.kit.working_time.calendars import Calendar

OFFICE = Calendar.from_hours(
    "UTC", {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
)
FRIDAY = datetime(2026, 6, 12, 9, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def after(minutes: float) -> datetime:
    return FRIDAY + timedelta(minutes=minutes)


def state(clock: Clock, as_of: datetime) -> ClockState:
    return clock_state(clock, HALF_AN_HOUR, OFFICE, as_of)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(29, ClockState.MET), (30, ClockState.MET), (31, ClockState.BREACHED)]
)
def test_an_answer_at_the_target_is_in_time(minutes: int, expected: ClockState) -> None:
    assert state(Clock(FRIDAY, stopped_at=after(minutes)), after(600)) is expected


def test_a_clock_that_runs_is_pending_until_its_time_is_over() -> None:
    assert state(Clock(FRIDAY), after(30)) is ClockState.OPEN_PENDING
    assert state(Clock(FRIDAY), after(31)) is ClockState.OPEN_BREACHED


def test_what_is_voided_only_when_its_time_is_over_was_not_answered() -> None:
    assert state(Clock(FRIDAY, voided_at=after(30)), after(600)) is ClockState.VOID
    assert state(Clock(FRIDAY, voided_at=after(31)), after(600)) is ClockState.BREACHED


def test_what_comes_first_ends_the_clock() -> None:
    answered = Clock(FRIDAY, stopped_at=after(5), voided_at=after(60))
    voided = Clock(FRIDAY, stopped_at=after(60), voided_at=after(5))

    assert state(answered, after(600)) is ClockState.MET
    assert state(voided, after(600)) is ClockState.VOID


def test_an_answer_that_is_still_to_come_is_not_known() -> None:
    clock = Clock(FRIDAY, stopped_at=after(40))

    assert state(clock, after(20)) is ClockState.OPEN_PENDING
    assert state(clock, after(39)) is ClockState.OPEN_BREACHED
    assert state(clock, after(40)) is ClockState.BREACHED


def test_the_weekend_does_not_break_a_promise() -> None:
    """Raised on Friday at 16:30, half an hour before closing; answered on Saturday or on Monday."""
    raised = after(450)
    saturday = Clock(raised, stopped_at=after(24 * 60))
    monday = Clock(raised, stopped_at=after(3 * 24 * 60 + 1))

    assert state(saturday, after(10_000)) is ClockState.MET
    assert state(monday, after(10_000)) is ClockState.BREACHED
    assert clock_elapsed(monday, OFFICE, after(10_000)) == timedelta(minutes=31)


def test_a_pause_stops_the_clock_for_no_longer_than_the_agreement_allows() -> None:
    paused = Clock(FRIDAY, after(60), pauses=(Pause(after(10), after(50), "asked back"),))

    assert state(paused, after(600)) is ClockState.MET
    limited = clock_state(
        paused,
        HALF_AN_HOUR,
        OFFICE,
        after(600),
        at_most={"asked back": timedelta(minutes=20)},
    )
    assert limited is ClockState.BREACHED


@given(
    st.none() | st.integers(0, 120),
    st.none() | st.integers(0, 120),
    st.integers(0, 120),
    st.integers(0, 60),
)
def test_what_is_decided_stays_decided(
    stopped: int | None, voided: int | None, as_of: int, later: int
) -> None:
    clock = Clock(
        FRIDAY,
        None if stopped is None else after(stopped),
        None if voided is None else after(voided),
    )
    before, then = state(clock, after(as_of)), state(clock, after(as_of + later))

    if before in {ClockState.MET, ClockState.BREACHED, ClockState.VOID}:
        assert then is before
    if before is ClockState.OPEN_BREACHED:
        assert then in {ClockState.OPEN_BREACHED, ClockState.BREACHED}
