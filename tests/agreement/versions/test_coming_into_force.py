from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from revloop.agreement.versions import (
    Alert,
    Edition,
    History,
    Signature,
    Status,
    alerts,
    governing,
    governs_clock,
    governs_decision,
    obstacles,
    status,
)
from revloop.kit.durations import Duration
from revloop.kit.errors import InvalidInput

from .company import FIRST, FIRST_SIGNED, NEVER_OPEN, both_sign, edition, ny, signature

SECOND = edition(
    "2.0.0", "2026-07-01 00:00", supersedes="1.0.0", proposed_at=ny("2026-06-15 09:00")
)
SECOND_SIGNED = both_sign(SECOND, "2026-06-19 15:00")
MOMENT = timedelta(microseconds=1)


def signed_history() -> History:
    return History((FIRST, SECOND), (*FIRST_SIGNED, *SECOND_SIGNED))


def in_force(history: History, at: str) -> str | None:
    governs = governing(history.tenures, ny(at))
    return governs.version if governs else None


def codes(found: tuple[Alert, ...]) -> list[str]:
    return [each.code for each in found]


def test_before_the_first_version_nothing_governs() -> None:
    history = signed_history()

    assert governing(history.tenures, FIRST.effective_from - MOMENT) is None
    assert governing((), FIRST.effective_from) is None


def test_a_version_governs_from_its_first_instant_until_before_that_of_the_next() -> None:
    tenures = signed_history().tenures

    assert governing(tenures, FIRST.effective_from) is FIRST
    assert governing(tenures, SECOND.effective_from - MOMENT) is FIRST
    assert governing(tenures, SECOND.effective_from) is SECOND


def test_instants_are_compared_as_instants_in_the_hour_that_autumn_repeats() -> None:
    second = edition("2.0.0", "2026-11-01 01:30", notice=Duration(0, "day"))
    history = History((FIRST, second), (*FIRST_SIGNED, *both_sign(second, "2026-10-01 12:00")))
    half_an_hour_later = ny("2026-11-01 01:00").replace(fold=1)

    assert governing(history.tenures, half_an_hour_later) is second


def test_a_decision_is_judged_by_its_moment_and_a_clock_by_its_start() -> None:
    tenures = signed_history().tenures
    started, stopped = ny("2026-06-30 23:50"), ny("2026-07-01 00:20")

    assert governs_clock(tenures, started) is FIRST
    assert governs_decision(tenures, stopped) is SECOND


def test_versions_built_by_hand_need_no_signature_and_may_have_two_numbers() -> None:
    in_any_order = tuple(
        Edition(version, datetime(2026, month, 1, tzinfo=UTC))
        for version, month in [("2.0", 7), ("1.0", 1), ("1.10", 5), ("1.9", 4)]
    )

    governed = History(in_any_order).tenures

    assert [each.edition.version for each in governed] == ["1.0", "1.9", "1.10", "2.0"]


def test_a_version_walks_from_draft_to_superseded() -> None:
    third = edition("3.0.0", "2026-10-01 00:00")
    history = History(
        (FIRST, SECOND, third),
        (*FIRST_SIGNED, *SECOND_SIGNED, *both_sign(third, "2026-09-01 12:00")),
    )
    walk = {
        "2026-06-14 12:00": Status.DRAFT,
        "2026-06-16 12:00": Status.PROPOSED,
        "2026-06-19 15:00": Status.SIGNED,
        "2026-07-01 00:00": Status.IN_FORCE,
        "2026-10-01 00:00": Status.SUPERSEDED,
    }

    assert {at: status(history, SECOND, ny(at)) for at in walk} == walk


def test_whoever_signs_begins_what_nobody_had_proposed() -> None:
    second = edition("2.0.0", "2026-07-01 00:00")
    history = History((second,), (signature(second, "sales", "2026-06-19 15:00"),))

    assert status(history, second, ny("2026-06-19 14:59")) is Status.DRAFT
    assert status(history, second, ny("2026-06-19 15:00")) is Status.PROPOSED


def test_without_a_signature_the_old_version_stays_and_an_alert_says_whose() -> None:
    history = History((FIRST, SECOND), (*FIRST_SIGNED, SECOND_SIGNED[0]))
    day = ny("2026-07-01 00:00")

    (missing, too_short) = alerts(history, day)

    assert in_force(history, "2026-07-02 12:00") == "1.0.0"
    assert status(history, SECOND, day) is Status.PROPOSED
    assert missing.sentence == "version 2.0.0 lacks the signature of sales"
    assert too_short.code == "version.notice_too_short"
    assert alerts(history, day - MOMENT) == ()


def test_what_remains_to_be_done_is_known_before_the_day() -> None:
    history = History((FIRST, SECOND), FIRST_SIGNED)

    in_time, late = (
        obstacles(history, SECOND, ny(at)) for at in ("2026-06-22 12:00", "2026-06-30 12:00")
    )

    assert codes(in_time) == ["version.signatures_missing"]
    assert in_time[0].sentence.endswith("the signature of marketing and sales")
    assert codes(late) == ["version.signatures_missing", "version.notice_too_short"]


def test_nobody_is_alarmed_by_a_draft_or_by_what_a_newer_version_replaced() -> None:
    draft = edition("1.5.0", "2026-05-01 00:00")
    forgotten = edition("1.6.0", "2026-05-15 00:00", proposed_at=ny("2026-05-01 00:00"))
    history = History((FIRST, draft, forgotten, SECOND), (*FIRST_SIGNED, *SECOND_SIGNED))

    assert {each.version for each in alerts(history, ny("2026-06-01 00:00"))} == {"1.6.0"}
    assert alerts(history, ny("2026-07-01 00:00")) == ()


def test_a_signature_under_another_text_does_not_count() -> None:
    other = signature(SECOND, "sales", "2026-06-18 12:00", hash="sha256:an earlier draft")
    history = History((FIRST, SECOND), (*FIRST_SIGNED, SECOND_SIGNED[0], other))

    alert = alerts(history, ny("2026-07-01 00:00"))[0]

    assert in_force(history, "2026-07-01 00:00") == "1.0.0"
    assert alert.code == "version.signed_text_differs"
    assert alert.sentence == "sales signed another text of version 2.0.0: sign this one"


def test_the_right_signature_heals_a_wrong_one() -> None:
    other = signature(SECOND, "sales", "2026-06-18 12:00", hash="sha256:an earlier draft")
    history = History((FIRST, SECOND), (*FIRST_SIGNED, other, *SECOND_SIGNED))

    assert in_force(history, "2026-07-01 00:00") == "2.0.0"


def test_a_signature_for_another_version_or_role_does_not_count() -> None:
    stray = (
        signature(SECOND, "finance", "2026-06-19 12:00"),
        Signature("1.9.0", "sales", "head of sales", SECOND.hash, ny("2026-06-19 12:00")),
        signature(SECOND, "sales", "2026-06-19 12:00", emergency=True),
    )
    history = History((FIRST, SECOND), (*FIRST_SIGNED, SECOND_SIGNED[0], *stray))

    assert in_force(history, "2026-07-01 00:00") == "1.0.0"


# Signed on Monday the 29th of June; open dates after it: 30 June, 1, 2, 6 and 7 July.
NOTICE_ENDS = "2026-07-07 18:00"


def test_notice_ends_at_the_close_of_its_last_working_day_and_skips_a_holiday() -> None:
    second = edition("2.0.0", NOTICE_ENDS)
    history = History((FIRST, second), (*FIRST_SIGNED, *both_sign(second, "2026-06-29 10:00")))

    assert in_force(history, NOTICE_ENDS) == "2.0.0"


def test_a_version_that_takes_effect_before_its_notice_ends_stays_out_and_says_when_it_could() -> (
    None
):
    second = edition("2.0.0", "2026-07-07 17:59")
    history = History((FIRST, second), (*FIRST_SIGNED, *both_sign(second, "2026-06-29 10:00")))

    (alert,) = alerts(history, ny("2026-08-01 00:00"))

    assert in_force(history, "2026-08-01 00:00") == "1.0.0"
    assert status(history, second, ny("2026-08-01 00:00")) is Status.SIGNED
    assert alert.code == "version.notice_too_short"
    assert alert.sentence == (
        "version 2.0.0 would take effect at 2026-07-07 17:59-04:00, before its notice of "
        "5 business days ends; the earliest possible is 2026-07-07 18:00-04:00"
    )


def test_the_later_of_two_signatures_starts_the_notice() -> None:
    second = edition("2.0.0", NOTICE_ENDS)
    late = signature(second, "sales", "2026-06-30 08:00")
    history = History(
        (FIRST, second), (*FIRST_SIGNED, signature(second, "marketing", "2026-06-01 10:00"), late)
    )

    assert in_force(history, "2026-07-08 00:00") == "1.0.0"


def test_signing_twice_does_not_start_the_notice_anew() -> None:
    again = signature(SECOND, "sales", "2026-06-30 10:00")
    history = History((FIRST, SECOND), (*FIRST_SIGNED, *SECOND_SIGNED, again))

    assert in_force(history, "2026-07-01 00:00") == "2.0.0"


@pytest.mark.parametrize("notice", [Duration(0, "day"), Duration(0, "day", working=True)])
def test_without_notice_the_last_signature_may_come_at_the_very_instant(notice: Duration) -> None:
    second = edition("2.0.0", "2026-07-01 00:00", notice=notice)
    in_time, late = (
        History((FIRST, second), (*FIRST_SIGNED, *both_sign(second, at)))
        for at in ("2026-07-01 00:00", "2026-07-01 00:01")
    )

    assert in_force(in_time, "2026-07-01 00:00") == "2.0.0"
    assert in_force(late, "2026-07-02 00:00") == "1.0.0"


def test_notice_in_days_runs_on_weekends_and_in_hours_while_the_calendar_is_open() -> None:
    # From Friday noon: three days end on Monday noon, nine working hours on Monday at three.
    for notice, earliest in [
        (Duration(3, "day"), "2026-06-22 12:00"),
        (Duration(9, "hour", working=True), "2026-06-22 12:00"),
    ]:
        kept, broken = (
            edition("2.0.0", effective, notice=notice)
            for effective in (earliest, "2026-06-22 11:59")
        )

        for second, governs in [(kept, "2.0.0"), (broken, "1.0.0")]:
            rows = (*FIRST_SIGNED, *both_sign(second, "2026-06-19 12:00"))
            assert in_force(History((FIRST, second), rows), "2026-06-23 00:00") == governs


def test_of_two_versions_for_the_same_instant_the_higher_one_governs() -> None:
    higher = edition("2.10.0", "2026-07-01 00:00")
    rows = (*FIRST_SIGNED, *SECOND_SIGNED, *both_sign(higher, "2026-06-19 15:00"))

    for editions in [(FIRST, SECOND, higher), (higher, SECOND, FIRST)]:
        history = History(editions, rows)

        assert [each.edition for each in history.tenures] == [FIRST, higher]
        assert status(history, SECOND, ny("2026-07-01 00:00")) is Status.SUPERSEDED


@pytest.mark.parametrize(
    "changes", [{"working_days": NEVER_OPEN}, {"notice": Duration(999_999, "week")}]
)
def test_a_notice_that_cannot_be_counted_stops_one_version_and_not_the_others(
    changes: dict[str, object],
) -> None:
    second = edition("2.0.0", "2026-07-01 00:00", **changes)
    history = History((FIRST, second), (*FIRST_SIGNED, *both_sign(second, "2026-06-19 15:00")))

    assert in_force(history, "2026-07-01 00:00") == "1.0.0"
    assert codes(alerts(history, ny("2026-07-01 00:00"))) == ["version.days_not_countable"]


def test_a_version_needs_an_instant_and_a_number() -> None:
    with pytest.raises(InvalidInput) as naive:
        Edition("1.0", datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(InvalidInput) as unnumbered:
        Edition("1.0-beta", datetime(2026, 1, 1, tzinfo=UTC))

    assert naive.value.code == "working_time.naive_instant"
    assert unnumbered.value.code == "version.not_understood"
