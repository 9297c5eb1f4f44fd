from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from revloop.agreement.judging.events import Event
from revloop.agreement.judging.signals import signals_of

from ..contracts import contract_with
from .both_forms import Happened, ask, happened

ASKED = "2026-03-31T12:00:00"


def value_of(signal: dict[str, Any], *events: Happened, account: str | None = "acme") -> Any:
    """The signal, asked for Ann on 31 March 2026 at noon, UTC."""
    contract = contract_with(signals={"it": signal})
    return ask(contract, events, ASKED, account=account).words["it"]


def test_an_event_exactly_at_the_start_of_the_window_is_outside() -> None:
    last_week = {"count": "touch", "within": "7 days"}

    at_the_start = happened("2026-03-24T12:00:00")
    just_after = happened("2026-03-24T12:00:00.000001")

    assert value_of(last_week, at_the_start) == 0
    assert value_of(last_week, just_after) == 1


def test_an_event_at_the_moment_of_asking_counts_and_a_later_one_does_not() -> None:
    ever = {"count": "touch"}

    assert value_of(ever, happened(ASKED)) == 1
    assert value_of(ever, happened("2026-03-31T12:00:00.000001")) == 0


def test_a_day_has_24_hours_when_the_clocks_change() -> None:
    # Berlin went to summer time on 29 March 2026; 24 h before noon UTC is noon UTC.
    one_day = {"count": "touch", "within": "1 day"}
    contract = contract_with(signals={"it": one_day})
    touch = happened("2026-03-28T12:00:00.000001")

    assert ask(contract, [touch], "2026-03-29T12:00:00").words["it"] == 1
    assert ask(contract, [touch], "2026-03-29T12:00:00.000001").words["it"] == 0


def test_somebody_without_events_has_a_count_of_zero() -> None:
    assert value_of({"count": "touch"}) == 0
    assert value_of({"count_distinct": "day", "of": "touch"}) == 0


def test_a_sum_of_nothing_is_zero() -> None:
    assert value_of({"sum": "duration_seconds", "of": "activity"}) == 0.0


@pytest.mark.parametrize("measure", ["first", "last", "days_since"])
def test_of_nothing_there_is_no_first_no_last_and_no_time_since(measure: str) -> None:
    assert value_of({measure: "touch"}) is None


def test_a_machine_is_nobody() -> None:
    ever = {"count": "touch"}

    assert value_of(ever, happened("2026-03-30", is_bot=True)) == 0
    assert value_of(ever, happened("2026-03-30", is_bot=False)) == 1
    assert value_of(ever, happened("2026-03-30", is_bot=None)) == 1


def test_only_events_whose_condition_is_true_count() -> None:
    inbound = {"count": "touch", "where": "direction = 'in'"}

    assert value_of(inbound, happened("2026-03-30", direction="in")) == 1
    assert value_of(inbound, happened("2026-03-30", direction="out")) == 0
    assert value_of(inbound, happened("2026-03-30", direction=None)) == 0


def test_a_denied_condition_does_not_turn_the_unknown_into_true() -> None:
    by_hand = {"count": "activity", "where": "not automated"}

    assert value_of(by_hand, happened("2026-03-30", "activity", automated=None)) == 0
    assert value_of(by_hand, happened("2026-03-30", "activity", automated=False)) == 1


def test_touches_and_activities_are_counted_apart() -> None:
    events = [happened("2026-03-30", "activity"), happened("2026-03-30", "touch")]

    assert value_of({"count": "activity"}, *events) == 1
    assert value_of({"count": "touch"}, *events) == 1


def test_different_values_are_counted_once_and_unknown_ones_not_at_all() -> None:
    campaigns = ["spring", "spring", "fall", None]
    events = [happened("2026-03-30", campaign=campaign) for campaign in campaigns]

    assert value_of({"count_distinct": "campaign", "of": "touch"}, *events) == 2


def test_days_are_days_of_utc() -> None:
    days = {"count_distinct": "day", "of": "touch"}
    evening, midnight = happened("2026-03-29T23:59:59.999999"), happened("2026-03-30T00:00:00")
    noon = happened("2026-03-30T12:00:00")

    assert value_of(days, evening, midnight, noon) == 2


def test_a_day_before_1970_is_a_day_of_its_own() -> None:
    days = {"count_distinct": "day", "of": "touch"}

    before, after = happened("1969-12-31T23:00:00"), happened("1970-01-01T01:00:00")

    assert value_of(days, before, after) == 2


def test_a_sum_leaves_unknown_values_out() -> None:
    calls = [
        happened("2026-03-30", "activity", duration_seconds=seconds)
        for seconds in (60.0, None, 0.5)
    ]

    assert value_of({"sum": "duration_seconds", "of": "activity"}, *calls) == 60.5


def test_first_and_last_are_the_instants_within_the_window() -> None:
    events = [happened(day) for day in ("2026-03-01", "2026-03-20", "2026-03-25")]

    first = value_of({"first": "touch", "within": "14 days"}, *events)
    last = value_of({"last": "touch"}, *events)

    assert first == datetime(2026, 3, 20, tzinfo=UTC)
    assert last == datetime(2026, 3, 25, tzinfo=UTC)


def test_the_days_since_the_last_one_are_a_fraction() -> None:
    events = [happened("2026-03-10"), happened("2026-03-30T06:00:00")]

    # From 30 March 06:00 to 31 March 12:00 are 30 hours.
    assert value_of({"days_since": "touch"}, *events) == 30 / 24


def test_over_an_account_everybody_there_counts() -> None:
    active = {"count_distinct": "person", "of": "touch", "over": "account"}
    events = [
        happened("2026-03-30", person="ann"),
        happened("2026-03-30", person="bo"),
        happened("2026-03-30", person=None),
        happened("2026-03-30", person="cy", account="other"),
    ]

    assert value_of(active, *events) == 2
    assert value_of({"count": "touch", "over": "account"}, *events) == 3


def test_without_an_account_its_signals_are_unknown_and_ones_own_are_not() -> None:
    touch = happened("2026-03-30", account=None)

    assert value_of({"count": "touch", "over": "account"}, touch, account=None) is None
    assert value_of({"count": "touch"}, touch, account=None) == 1


def test_an_account_where_nothing_happened_counts_zero() -> None:
    assert value_of({"count": "touch", "over": "account"}) == 0
    assert value_of({"last": "touch", "over": "account"}) is None


def test_signals_with_different_windows_do_not_disturb_one_another() -> None:
    contract = contract_with(
        signals={
            "lately": {"count": "touch", "within": "7 days"},
            "ever": {"count": "touch"},
            "of_late_inbound": {"count": "touch", "within": "30 days", "where": "direction='in'"},
        }
    )
    events = [
        happened("2025-01-01", direction="in"),
        happened("2026-03-10", direction="in"),
        happened("2026-03-30", direction="out"),
    ]

    answers = ask(contract, events, ASKED).words

    assert (answers["lately"], answers["ever"], answers["of_late_inbound"]) == (1, 3, 1)


def test_an_event_before_the_widest_window_is_seen_by_none() -> None:
    contract = contract_with(
        signals={
            "week": {"count": "touch", "within": "7 days"},
            "month": {"count": "touch", "within": "30 days"},
        }
    )

    answers = ask(contract, [happened("2026-02-01"), happened("2026-03-10")], ASKED).words

    assert (answers["week"], answers["month"]) == (0, 1)


def test_a_day_on_which_the_clocks_change_is_not_twenty_four_hours_by_the_wall() -> None:
    new_york = ZoneInfo("America/New_York")
    contract = contract_with(signals={"quiet_days": {"days_since": "touch"}})
    touch = Event(datetime(2026, 3, 7, 12, tzinfo=new_york), "1", "touch", "p", {})

    asked = signals_of(contract, [touch], datetime(2026, 3, 8, 12, tzinfo=new_york))

    assert asked["quiet_days"] == 23 / 24
