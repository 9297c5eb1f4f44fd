from __future__ import annotations

from typing import Any

import pytest

from revloop.agreement.versions import (
    Discussion,
    Dispute,
    DisputeState,
    History,
    Ruling,
    Standing,
    Status,
    alerts,
    docket,
    governing,
    standing,
    status,
)
from revloop.kit.durations import Duration
from revloop.kit.errors import InvalidInput

from .company import (
    FIRST,
    FIRST_SIGNED,
    TIE_BREAK,
    WORKING_DAYS,
    both_sign,
    edition,
    ny,
    signature,
)

# Opened on Friday the 19th of June: five working days end on Friday the 26th, and three more on
# Wednesday the 1st of July.
OPENED = "2026-06-19 15:00"
DISCUSS_BY = "2026-06-26 18:00"
RULE_BY = "2026-07-01 18:00"
SECOND = edition("2.0.0", "2026-07-01 00:00", supersedes="1.0.0")
SIGNED = both_sign(SECOND, "2026-06-15 12:00")


def dispute(opened: str = OPENED, id_: str = "d1", **rows: Any) -> Dispute:
    return Dispute(id_, "stages.mql.enter", "sales", ny(opened), **rows)


def ruling(at: str, by: str = "executive", *, upholds: bool = True) -> Ruling:
    return Ruling(ny(at), by, upholds)


def stands(about: Dispute, at: str) -> Standing:
    found = standing(about, TIE_BREAK, WORKING_DAYS, ny(at))
    assert found is not None
    return found


def in_force(history: History, at: str) -> str | None:
    governs = governing(history.tenures, ny(at))
    return governs.version if governs else None


def disputed(*disputes: Dispute) -> History:
    return History((FIRST, SECOND), (*FIRST_SIGNED, *SIGNED), disputes)


def test_a_dispute_is_discussed_then_goes_to_the_ruler_and_is_then_overdue() -> None:
    walk = {
        OPENED: (DisputeState.OPEN, ny(DISCUSS_BY), False),
        "2026-06-26 17:59": (DisputeState.OPEN, ny(DISCUSS_BY), False),
        DISCUSS_BY: (DisputeState.ESCALATED, ny(RULE_BY), False),
        RULE_BY: (DisputeState.ESCALATED, ny(RULE_BY), False),
        "2026-07-01 18:01": (DisputeState.ESCALATED, ny(RULE_BY), True),
    }

    seen = {at: stands(dispute(), at) for at in walk}

    assert {at: (it.state, it.deadline, it.overdue) for at, it in seen.items()} == walk


def test_before_it_was_opened_there_is_no_dispute() -> None:
    assert standing(dispute(), TIE_BREAK, WORKING_DAYS, ny("2026-06-19 14:59")) is None


def test_leads_who_talked_and_still_disagree_have_until_the_deadline() -> None:
    talked = dispute(discussion=Discussion(ny("2026-06-22 10:00"), upholds=None))

    assert stands(talked, "2026-06-22 09:59").state is DisputeState.OPEN
    assert stands(talked, "2026-06-22 10:00").state is DisputeState.DISCUSSED
    assert stands(talked, DISCUSS_BY).state is DisputeState.ESCALATED


def test_leads_may_settle_it_themselves() -> None:
    settled = stands(
        dispute(discussion=Discussion(ny("2026-06-22 10:00"), upholds=False)), "2026-07-09 12:00"
    )

    assert settled.state is DisputeState.SETTLED
    assert settled.deadline is None
    assert not settled.overdue


def test_a_late_ruling_ends_a_dispute_all_the_same() -> None:
    ruled = dispute(ruling=ruling("2026-07-09 12:00"))

    assert stands(ruled, "2026-07-09 11:59").overdue
    assert stands(ruled, "2026-07-09 12:00").state is DisputeState.RULED
    assert not stands(ruled, "2026-07-09 12:00").overdue


def test_only_the_one_who_breaks_ties_can_rule() -> None:
    usurped = dispute(ruling=ruling("2026-06-22 12:00", by="marketing"))

    assert stands(usurped, "2026-06-23 12:00").state is DisputeState.OPEN


def test_where_nobody_breaks_ties_a_dispute_stays_with_the_leads() -> None:
    found = standing(dispute(), None, WORKING_DAYS, ny("2027-01-01 12:00"))

    assert found == Standing(dispute(), DisputeState.OPEN, None, overdue=False)


def test_overdue_rulings_come_first_and_ended_disputes_last() -> None:
    rows = [
        dispute("2026-06-18 12:00", "ended", ruling=ruling("2026-06-20 12:00")),
        dispute("2026-07-08 12:00", "fresh"),
        dispute("2026-06-30 12:00", "with the ruler"),
        dispute("2026-06-19 12:00", "overdue"),
        dispute("2026-06-17 12:00", "long overdue"),
        dispute("2026-07-20 12:00", "not opened yet"),
    ]

    listed = docket(rows, TIE_BREAK, WORKING_DAYS, ny("2026-07-09 12:00"))

    ids = [each.dispute.id for each in listed]
    assert ids == ["long overdue", "overdue", "with the ruler", "fresh", "ended"]


def test_a_dispute_cannot_end_before_it_was_opened() -> None:
    with pytest.raises(InvalidInput) as refused:
        dispute(ruling=ruling("2026-06-19 14:59"))

    assert refused.value.code == "dispute.ends_before_it_opens"


def test_a_dispute_opened_the_day_before_keeps_the_previous_version_in_force() -> None:
    history = disputed(dispute("2026-06-30 12:00", version="2.0.0"))

    (alert,) = alerts(history, ny("2026-07-02 12:00"))

    assert in_force(history, "2026-07-02 12:00") == "1.0.0"
    assert status(history, SECOND, ny("2026-07-02 12:00")) is Status.SIGNED
    assert alert.sentence == (
        "version 2.0.0 is disputed by sales since 2026-06-30 12:00-04:00 and waits for a ruling"
    )


@pytest.mark.parametrize("opened", ["2026-07-01 00:00", "2026-07-20 12:00"])
def test_a_dispute_about_a_version_in_force_does_not_take_it_back(opened: str) -> None:
    history = disputed(dispute(opened, version="2.0.0"))

    assert in_force(history, "2026-08-01 12:00") == "2.0.0"


def test_a_dispute_about_something_else_holds_no_version_up() -> None:
    history = disputed(dispute(), dispute(version="1.9.0"))

    assert in_force(history, "2026-07-01 00:00") == "2.0.0"


def test_a_ruling_for_a_signed_version_puts_it_in_force_however_late() -> None:
    history = disputed(
        dispute("2026-06-30 12:00", version="2.0.0", ruling=ruling("2026-08-03 12:00"))
    )

    assert in_force(history, "2026-08-03 11:59") == "1.0.0"
    assert in_force(history, "2026-08-03 12:00") == "2.0.0"


def test_a_dispute_ruled_on_before_the_day_delays_nothing() -> None:
    history = disputed(dispute(version="2.0.0", ruling=ruling("2026-06-24 12:00")))

    assert in_force(history, "2026-07-01 00:00") == "2.0.0"


def test_a_second_dispute_opened_while_the_first_is_open_holds_it_up_too() -> None:
    history = disputed(
        dispute("2026-07-10 12:00", "d2", version="2.0.0", ruling=ruling("2026-07-20 12:00")),
        dispute("2026-06-30 12:00", "d1", version="2.0.0", ruling=ruling("2026-07-13 12:00")),
    )

    assert in_force(history, "2026-07-14 12:00") == "1.0.0"
    assert in_force(history, "2026-07-20 12:00") == "2.0.0"


def test_a_version_that_was_ruled_against_never_takes_effect() -> None:
    against = ruling("2026-06-24 12:00", upholds=False)
    history = disputed(dispute(version="2.0.0", ruling=against))

    (alert,) = alerts(history, ny("2026-07-01 00:00"))

    assert in_force(history, "2027-01-01 00:00") == "1.0.0"
    assert alert.code == "version.dropped_after_dispute"
    assert "dropped by executive at 2026-06-24 12:00-04:00" in alert.sentence


def test_a_version_held_up_until_its_successor_took_effect_comes_too_late() -> None:
    third = edition("3.0.0", "2026-07-15 00:00")
    history = History(
        (FIRST, SECOND, third),
        (*FIRST_SIGNED, *SIGNED, *both_sign(third, "2026-07-01 12:00")),
        (dispute("2026-06-30 12:00", version="2.0.0", ruling=ruling("2026-08-03 12:00")),),
    )

    assert [each.edition.version for each in history.tenures] == ["1.0.0", "3.0.0"]


def test_a_ruling_stands_in_for_the_one_signature_that_is_missing() -> None:
    marketing, _ = SIGNED
    ruled = dispute(version="2.0.0", ruling=ruling("2026-06-22 12:00"))
    history = History((FIRST, SECOND), (*FIRST_SIGNED, marketing), (ruled,))

    assert status(history, SECOND, ny("2026-06-22 11:59")) is Status.PROPOSED
    assert status(history, SECOND, ny("2026-06-22 12:00")) is Status.SIGNED
    assert in_force(history, "2026-07-01 00:00") == "2.0.0"


def test_a_ruling_does_not_stand_in_for_both_sides() -> None:
    ruled = dispute(version="2.0.0", ruling=ruling("2026-06-22 12:00"))
    history = History((FIRST, SECOND), FIRST_SIGNED, (ruled,))

    assert in_force(history, "2026-07-01 00:00") == "1.0.0"


def test_a_ruling_is_also_the_rulers_own_signature() -> None:
    three = edition(
        "2.0.0", "2026-07-01 00:00", signatures_required=("marketing", "sales", "executive")
    )
    ruled = dispute(version="2.0.0", ruling=ruling("2026-06-22 12:00"))
    history = History((FIRST, three), (*FIRST_SIGNED, *both_sign(three, OPENED)), (ruled,))

    assert in_force(history, "2026-07-01 00:00") == "2.0.0"


def test_a_ruler_who_signs_after_ruling_does_not_move_the_notice() -> None:
    three = edition(
        "2.0.0", "2026-07-01 00:00", signatures_required=("marketing", "sales", "executive")
    )
    ruled = dispute(version="2.0.0", ruling=ruling("2026-06-22 12:00"))
    rows = (
        signature(three, "marketing", OPENED),
        signature(three, "executive", "2026-06-30 12:00"),
    )
    history = History((FIRST, three), (*FIRST_SIGNED, *rows), (ruled,))

    assert in_force(history, "2026-07-01 00:00") == "2.0.0"


def test_notice_runs_from_the_ruling_that_stood_in_for_a_signature() -> None:
    marketing, _ = SIGNED
    ruled = dispute(version="2.0.0", ruling=ruling("2026-06-25 12:00"))
    history = History((FIRST, SECOND), (*FIRST_SIGNED, marketing), (ruled,))

    (alert,) = alerts(history, ny("2026-07-01 00:00"))

    assert in_force(history, "2026-07-01 00:00") == "1.0.0"
    assert alert.sentence.endswith("the earliest possible is 2026-07-02 18:00-04:00")


def test_whoever_signs_after_the_ruling_does_not_move_the_notice() -> None:
    marketing, _ = SIGNED
    ruled = dispute(version="2.0.0", ruling=ruling("2026-06-22 12:00"))
    after = signature(SECOND, "sales", "2026-06-30 12:00")
    history = History((FIRST, SECOND), (*FIRST_SIGNED, marketing, after), (ruled,))

    assert in_force(history, "2026-07-01 00:00") == "2.0.0"


def test_leads_who_settle_a_dispute_have_not_signed_by_that() -> None:
    marketing, _ = SIGNED
    settled = dispute(version="2.0.0", discussion=Discussion(ny("2026-06-22 12:00"), upholds=True))
    history = History((FIRST, SECOND), (*FIRST_SIGNED, marketing), (settled,))

    assert in_force(history, "2026-07-01 00:00") == "1.0.0"


def test_a_proposed_version_cannot_appoint_its_own_judge() -> None:
    captured = TIE_BREAK.model_copy(update={"who": "sales"})
    second = edition("2.0.0", "2026-07-01 00:00", supersedes="1.0.0", tie_break=captured)
    ruled = dispute(version="2.0.0", ruling=ruling("2026-06-22 12:00", by="sales"))
    history = History(
        (FIRST, second), (*FIRST_SIGNED, signature(second, "sales", OPENED)), (ruled,)
    )

    assert in_force(history, "2026-07-01 00:00") == "1.0.0"


def test_discussion_may_be_granted_in_wall_time() -> None:
    quick = TIE_BREAK.model_copy(update={"discuss": Duration(48, "hour")})

    found = standing(dispute(), quick, WORKING_DAYS, ny(OPENED))

    assert found is not None
    assert found.deadline == ny("2026-06-21 15:00")
