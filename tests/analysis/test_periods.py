"""Periods: how they are written, what they hold, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.periods import Period, latest_quarter, quarters
from revloop.kit.errors import InvalidInput


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026", "2026-01", "2026-12"),
        ("2026-Q2", "2026-04", "2026-06"),
        ("2026-05", "2026-05", "2026-05"),
        ("2025-10..2026-03", "2025-10", "2026-03"),
        ("2025-Q4..2026", "2025-10", "2026-12"),
    ],
)
def test_a_period_is_whole_months(written: str, first: str, last: str) -> None:
    months = Period.read(written).months
    assert (months[0], months[-1]) == (first, last)
    assert list(months) == sorted(set(months))


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-Q5", "Q2", "2026-05-01", "2026-03..2025-10", "2026..", "1..2..3", "26"],
)
def test_what_is_no_period_is_refused_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Period.read(text)
    assert refused.value.code == "reading.period"
    assert "2026-Q2" in refused.value.hint


MONTHS = st.integers(min_value=12 * 1970, max_value=12 * 2100)


@given(MONTHS, st.integers(min_value=0, max_value=60))
def test_what_is_written_is_read_again(first: int, more: int) -> None:
    period = Period(first, first + more)
    assert Period.read(str(period)) == period
    assert len(period.months) == more + 1


@given(MONTHS, st.integers(min_value=0, max_value=60))
def test_the_period_before_is_as_long_and_touches(first: int, more: int) -> None:
    period = Period(first, first + more)
    before = period.before
    assert before.last + 1 == period.first
    assert len(before.months) == len(period.months)


def test_quarters_are_those_of_the_calendar() -> None:
    found = [str(each) for each in quarters(Period.read("2025-11..2026-04"))]
    assert found == ["2025-Q4", "2026-Q1", "2026-Q2"]


@pytest.mark.parametrize(
    ("on", "quarter"),
    [
        (date(2026, 9, 30), "2026-Q3"),
        (date(2026, 9, 29), "2026-Q2"),
        (date(2026, 10, 1), "2026-Q3"),
        (date(2026, 1, 1), "2025-Q4"),
        (date(2025, 12, 31), "2025-Q4"),
    ],
)
def test_the_latest_quarter_is_over_or_ends_today(on: date, quarter: str) -> None:
    assert str(latest_quarter(on)) == quarter
