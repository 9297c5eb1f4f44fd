"""Lengths of time: as people write them, and one form in which they are printed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.kit.durations import Duration
from revloop.kit.errors import InvalidInput

DURATIONS = st.one_of(
    st.builds(
        Duration, st.integers(0, 999_999), st.sampled_from(("minute", "hour", "day", "week"))
    ),
    st.builds(
        Duration,
        st.integers(0, 999_999),
        st.sampled_from(("minute", "hour", "day")),
        working=st.just(value=True),
    ),
)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("5 minutes", Duration(5, "minute")),
        ("1 minute", Duration(1, "minute")),
        ("1 minutes", Duration(1, "minute")),
        ("8 business hours", Duration(8, "hour", working=True)),
        ("5 working days", Duration(5, "day", working=True)),
        ("14 days", Duration(14, "day")),
        ("2 weeks", Duration(2, "week")),
        ("0 days", Duration(0, "day")),
        ("007 days", Duration(7, "day")),
        ("  5 \t business\n hours ", Duration(5, "hour", working=True)),
        ("999999 weeks", Duration(999_999, "week")),
    ],
)
def test_a_length_is_a_whole_number_and_a_unit(text: str, duration: Duration) -> None:
    assert Duration.parse(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "minutes",
        "5 mins",
        "5minutes",
        "five minutes",
        "1.5 hours",
        "-1 days",
        "1 month",
        "5 MINUTES",
        "5 calendar days",
        "5 days ago",
        "1000000 days",
        "٣ days",
        "5 minutess",
        "5 business",
        "5 s",
    ],
)
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Duration.parse(text)

    assert caught.value.code == "duration.not_understood"
    assert caught.value.message == f"{text!r} is not a length of time"
    assert "5 minutes, 8 business hours" in caught.value.hint


def test_working_weeks_are_refused_with_the_days_they_would_be() -> None:
    with pytest.raises(InvalidInput) as caught:
        Duration.parse("2 business weeks")

    assert caught.value.code == "duration.not_understood"
    assert caught.value.hint == "write 10 working days"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90 minutes", timedelta(minutes=90)),
        ("8 business hours", timedelta(hours=8)),
        ("2 days", timedelta(hours=48)),
        ("1 week", timedelta(days=7)),
    ],
)
def test_a_length_that_is_not_counted_by_date_has_seconds(text: str, length: timedelta) -> None:
    duration = Duration.parse(text)

    assert not duration.by_date
    assert duration.length == length


def test_working_days_are_counted_by_date_and_have_no_seconds() -> None:
    duration = Duration.parse("2 business days")

    assert duration.by_date
    with pytest.raises(ValueError, match="counted by date"):
        duration.length  # noqa: B018 - it raises


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1 days", "1 day"),
        ("2 day", "2 days"),
        ("0 hours", "0 hours"),
        ("1 working day", "1 business day"),
        ("8 working hours", "8 business hours"),
    ],
)
def test_a_length_is_printed_in_one_form(text: str, printed: str) -> None:
    assert str(Duration.parse(text)) == printed


@given(DURATIONS)
def test_what_is_printed_is_read_as_the_same(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_hint(text: str) -> None:
    read, refused = None, None
    try:
        read = Duration.parse(text)
    except InvalidInput as error:
        refused = error

    assert read is None or Duration.parse(str(read)) == read
    assert refused is None or refused.hint
