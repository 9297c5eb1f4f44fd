from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from revloop.agreement.contract import Contract
from revloop.agreement.judging.lead import LeadJudged, StageJudged, Verdict, judge_lead
from revloop.agreement.judging.records import read_record
from revloop.agreement.judging.scores import Fit, Interest

from ..contracts import contract_with
from ..other_values import example

ROOT = Path(__file__).resolve().parents[3]
LEAD: dict[str, Any] = json.loads((ROOT / "examples" / "lead.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 7, 15, 12, tzinfo=UTC)
ACME = example("2.1.0")


def judged(record: dict[str, Any], contract: Contract = ACME) -> LeadJudged:
    return judge_lead(contract, read_record(contract, record, NOW))


def stage(found: LeadJudged, name: str) -> StageJudged:
    return next(each for each in found.stages if each.stage == name)


# The lead of the example, step by step.


def test_its_tier_is_unknown_while_its_locations_are() -> None:
    found = judged(LEAD)

    # 420 people in the US, SIC 7372: only the number of locations is missing for tier A.
    assert "icp_tier" not in found.words
    assert judged({**LEAD, "locations": 2}).words["icp_tier"] == "A"
    assert judged({**LEAD, "locations": 1}).words["icp_tier"] == "B"


def test_a_vp_of_finance_is_the_economic_buyer() -> None:
    assert judged(LEAD).words["persona"] == "economic_buyer"


def test_its_signals_are_counted_from_the_touches() -> None:
    words = judged(LEAD).words

    assert words["inbound_recent"] == 4  # the colleague's is not among them
    assert words["pricing_views"] == 2
    assert words["colleagues_active"] == 2
    assert words["attempts"] == 0  # `activities` is empty, so there were none


def test_its_fit_is_known_within_bounds() -> None:
    fit = judged(LEAD).scores["fit"]

    assert isinstance(fit, Fit)
    # 30 for a VP and 30 for a persona are sure; 40 for tier A and 20 for tier B may come.
    assert (int(fit.lower), int(fit.upper)) == (60, 120)
    assert fit.verdict is True  # 60 reach the threshold in any case


def test_its_interest_is_what_is_left_of_its_touches() -> None:
    interest = judged(LEAD).scores["interest"]

    assert isinstance(interest, Interest)
    # At 10:30 on 15 July: one pricing view of 14 July 16:05 (the second of that day is over the
    # cap), a webinar of 8 July 11:00, and this download.
    pricing = 15 * 2 ** -((18 * 60 + 25) / (60 * 24) / 14)
    webinar = 20 * 2 ** -((6 * 24 + 23.5) / 24 / 14)
    assert interest.own == pytest.approx(pricing + webinar + 10)
    # A quarter of the one colleague's: a webinar of 10 July 09:00.
    colleague = 20 * 2 ** -((5 * 24 + 1.5) / 24 / 14)
    assert interest.value == pytest.approx(interest.own + colleague / 4)
    assert interest.verdict is True


def test_its_lane_is_provisional_until_the_tier_is_known() -> None:
    lane = judged(LEAD).lane

    assert lane.lane == "content"
    assert lane.provisional
    assert lane.ask_for == ("locations",)
    assert list(lane.trace) == [
        "existing_customer",
        "inbound_call",
        "demo_request",
        "low_value",
        "content",
    ]


def test_it_enters_mql_by_fit_interest_and_an_inbound_touch() -> None:
    mql = stage(judged(LEAD), "mql")

    assert mql.verdict is Verdict.ENTERS
    assert mql.enter is not None
    by_lane, by_score = mql.enter.parts
    assert (by_lane.value, by_score.value) == (False, True)
    assert mql.never is not None
    assert mql.never.value is False


def test_the_other_stages_wait_for_a_deed_for_a_talk_or_for_data() -> None:
    verdicts = {each.stage: each.verdict for each in judged(LEAD).stages}

    assert verdicts == {
        "mql": Verdict.ENTERS,
        "sal": Verdict.BY_DEED,
        "sql": Verdict.STAYS_OUT,  # no two-way talk
        "opportunity": Verdict.STAYS_OUT,  # no amount
        "won": Verdict.BY_DEED,
        "live": Verdict.NEEDS_DATA,
    }
    assert stage(judged(LEAD), "live").missing == ("onboarding_completed",)
    assert stage(judged(LEAD), "sal").deed == "acceptance"


# What is not known.


def test_of_somebody_unknown_everything_needs_data_and_nothing_is_decided() -> None:
    found = judged({})

    # 40, 20, 30 and 30 may all come: nothing that is missing is held against them.
    assert found.words == {"fit": 0.0, "fit_upper": 120.0, "lane": "other"}
    assert found.lane.provisional
    assert found.lane.ask_for == (
        "is_customer",
        "kind",
        "wants_rep",
        "form",
        "sic",
        "employees",
        "country",
        "locations",
    )
    mql = stage(found, "mql")
    assert mql.verdict is Verdict.NEEDS_DATA
    assert mql.missing == ("fit", "interest", "inbound_recent")
    assert mql.ask_for == (
        "sic",
        "employees",
        "country",
        "locations",
        "seniority",
        "title",
        "touches",
    )
    assert mql.warnings == (
        "whether it is barred is not known: is_bot, is_competitor, country, consent_email missing",
    )


def test_a_stage_that_needs_data_names_the_words_of_the_record_behind_it() -> None:
    lead = {**LEAD, "seniority": None}

    mql = stage(judged(lead), "mql")

    # 30 for the persona are sure; 40 and 20 for tiers and 30 for seniority may come.
    assert mql.verdict is Verdict.NEEDS_DATA
    assert mql.missing == ("fit",)
    assert mql.ask_for == ("locations", "seniority")


def test_an_unknown_bar_only_warns() -> None:
    mql = stage(judged({**LEAD, "consent_email": None}), "mql")

    assert mql.verdict is Verdict.ENTERS
    assert mql.warnings == ("whether it is barred is not known: consent_email missing",)


def test_a_true_bar_decides() -> None:
    mql = stage(judged({**LEAD, "consent_email": "denied"}), "mql")

    assert mql.verdict is Verdict.BARRED
    assert mql.warnings == ()


def test_without_touches_what_rests_on_them_is_unknown_and_with_none_it_is_zero() -> None:
    unknown = judged({key: value for key, value in LEAD.items() if key != "touches"})
    none = judged({**LEAD, "touches": []})

    assert "interest" not in unknown.words
    assert "inbound_recent" not in unknown.words
    assert "interest" not in unknown.scores
    assert none.words["interest"] == 0
    assert none.words["inbound_recent"] == 0


def test_without_an_account_there_are_no_colleagues() -> None:
    alone = judged({key: value for key, value in LEAD.items() if key != "account"})
    interest = alone.scores["interest"]

    assert isinstance(interest, Interest)
    assert interest.value == interest.own
    assert "colleagues_active" not in alone.words


def test_an_amount_in_another_currency_is_named_as_what_is_missing() -> None:
    contract = contract_with(
        stages={"mql": {"owner": "marketing", "enter": "amount >= '1000 USD'"}},
    )

    mql = stage(judged({"amount": "5000 EUR"}, contract), "mql")

    assert mql.verdict is Verdict.NEEDS_DATA
    assert mql.ask_for == ("amount",)


# What the record says itself.


def test_a_lane_that_the_record_gives_is_taken_as_given() -> None:
    found = judged({**LEAD, "lane": "demo_request"})

    assert (found.lane.lane, found.lane.provisional, found.lane.trace) == (
        "demo_request",
        False,
        {},
    )
    mql = stage(found, "mql")
    assert mql.enter is not None
    assert mql.enter.parts[0].value is True


@pytest.mark.parametrize(("fit", "verdict"), [(59, Verdict.STAYS_OUT), (60, Verdict.ENTERS)])
def test_a_score_that_the_record_gives_is_exact(fit: int, verdict: Verdict) -> None:
    found = judged({**LEAD, "fit": fit})

    assert "fit" not in found.scores
    assert "fit_upper" not in found.words
    assert stage(found, "mql").verdict is verdict


def test_a_score_that_the_record_gives_within_bounds_stays_within_them() -> None:
    found = judged({**LEAD, "fit": 50, "fit_upper": 70})

    assert stage(found, "mql").verdict is Verdict.NEEDS_DATA
    assert stage(judged({**LEAD, "fit": 60, "fit_upper": 70}), "mql").verdict is Verdict.ENTERS


@pytest.mark.parametrize(
    ("word", "value"), [("icp_tier", "out"), ("persona", "champion"), ("attempts", 7)]
)
def test_any_derived_word_may_be_given(word: str, value: object) -> None:
    assert judged({**LEAD, word: value}).words[word] == value


def test_the_tier_that_the_record_gives_decides_the_lane() -> None:
    found = judged({**LEAD, "icp_tier": "out"})

    assert (found.lane.lane, found.lane.provisional) == ("low_value", False)


def test_the_moment_stays_as_it_was_given() -> None:
    record = read_record(ACME, LEAD, NOW)

    assert record.at.isoformat() == "2026-07-15T10:30:00-04:00"
    assert read_record(ACME, {}, NOW).at == NOW


# Lanes and stages together.


def test_a_stage_that_hangs_on_a_lane_that_is_not_sure_needs_what_would_make_it_sure() -> None:
    """A content download that may have been a demo request: the MQL is not refused."""
    words = {**LEAD, "interest": 0, "touches": None, "inbound_recent": 0, "employees": 420}
    unsure = judged({**{k: v for k, v in words.items() if k != "form"}, "locations": 3})

    mql = next(stage for stage in unsure.stages if stage.stage == "mql")

    assert unsure.lane.provisional
    assert mql.verdict is Verdict.NEEDS_DATA
    assert mql.ask_for == ("form",)


def test_an_existing_customer_is_not_asked_for_stages() -> None:
    found = judged({**LEAD, "is_customer": True})

    assert found.lane.lane == "existing_customer"
    assert {stage.verdict for stage in found.stages} == {Verdict.NOT_ASKED}


def test_a_stage_with_questions_needs_their_answers() -> None:
    talked = {**LEAD, "two_way_talks": 1, "locations": 3}

    without = next(each for each in judged(talked).stages if each.stage == "sql")
    answers = {"answers": ["need", "authority_path", "timing_months"]}
    answered = next(each for each in judged({**talked, **answers}).stages if each.stage == "sql")

    assert without.verdict is Verdict.NEEDS_DATA
    assert without.ask_for == ("need", "authority_path", "timing_months")
    assert answered.verdict is Verdict.ENTERS
