from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.agreement.form import CountTerm
from revloop.agreement.terms.count_terms import (
    Compliance,
    Counted,
    CountState,
    compliance,
    count_state,
    window_end,
)
from revloop.kit.working_time.calendars import Calendar

SIX = (0, 1, 3, 4, 6, 8)
MONDAY = datetime(2026, 6, 1, 14, tzinfo=UTC)


def state(
    attempts: tuple[int, ...], as_of: int = 15, connected_at: int | None = None
) -> CountState:
    return count_state(Counted(0, 15, attempts, connected_at), at_least=6, as_of=as_of)


def test_enough_attempts_keep_the_promise_even_before_the_window_closes() -> None:
    assert state(SIX, as_of=7) is CountState.PENDING
    assert state(SIX, as_of=8) is CountState.MET


def test_too_few_attempts_break_it_once_the_window_has_closed() -> None:
    assert state((0, 1, 2), as_of=14) is CountState.PENDING
    assert state((0, 1, 2), as_of=15) is CountState.BREACHED


def test_whoever_was_reached_needs_no_more_attempts() -> None:
    assert state((0, 2), connected_at=2) is CountState.MET


def test_an_attempt_at_the_close_counts_and_one_after_it_does_not() -> None:
    assert state((0, 1, 2, 3, 4, 15), as_of=20) is CountState.MET
    assert state((0, 1, 2, 3, 4, 16), as_of=20) is CountState.BREACHED


def test_reaching_them_after_the_window_comes_too_late() -> None:
    assert state((0, 1), as_of=20, connected_at=16) is CountState.BREACHED


def test_attempts_before_the_start_belong_to_something_else() -> None:
    assert state((-2, -1, 0, 1, 2, 3)) is CountState.BREACHED


def test_what_happens_after_the_moment_of_asking_is_not_known_yet() -> None:
    assert state((0, 1, 2, 3, 4, 9), as_of=8, connected_at=9) is CountState.PENDING


def test_instants_are_counted_like_days() -> None:
    week = Calendar.from_hours("UTC", {"mon-fri": ["09:00-17:00"]})
    term = CountTerm.model_validate({"of": "attempts", "at_least": 2, "within": "5 business days"})

    closes = window_end(term, week, MONDAY)
    lead = Counted(MONDAY, closes, (MONDAY, closes))

    assert closes == datetime(2026, 6, 8, 17, tzinfo=UTC)
    assert count_state(lead, term.at_least, closes) is CountState.MET
    assert count_state(lead, term.at_least, closes - timedelta(minutes=1)) is CountState.PENDING


def test_compliance_leaves_out_what_is_pending() -> None:
    states = [
        CountState.MET,
        CountState.MET,
        CountState.BREACHED,
        CountState.PENDING,
        CountState.BREACHED,
    ]

    assert compliance(states) == Compliance(2, 4)
    assert compliance(states).share == Fraction(1, 2)


@pytest.mark.parametrize("states", [[], [CountState.PENDING]])
def test_where_nothing_is_decided_there_is_no_share(states: list[CountState]) -> None:
    assert compliance(states) == Compliance(0, 0)
    assert compliance(states).share is None


days = st.integers(-3, 20)


@given(
    attempts=st.lists(days, max_size=9).map(tuple),
    connected_at=st.none() | days,
    one=days,
    other=days,
)
def test_once_decided_a_promise_stays_decided(
    attempts: tuple[int, ...], connected_at: int | None, one: int, other: int
) -> None:
    earlier, later = sorted([one, other])
    before = state(attempts, earlier, connected_at)

    if before is not CountState.PENDING:
        assert state(attempts, later, connected_at) is before
