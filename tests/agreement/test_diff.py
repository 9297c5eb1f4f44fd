from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.check import check
from revloop.agreement.contract import Contract
from revloop.agreement.diff import Change, ChangeClass, Diff, diff

from .contracts import contract_with
from .other_spellings import respelt
from .other_values import Edit, agreed, contract_of, every_edit, example, example_values, with_edits

MAJOR, MINOR, PATCH = ChangeClass.MAJOR, ChangeClass.MINOR, ChangeClass.PATCH
ACME = (
    Path(__file__).resolve().parents[2] / "examples" / "agreements" / "acme-revenue-2.1.0.yaml"
).read_text(encoding="utf-8")
EXAMPLE = example("2.1.0")


def edited(*edits: tuple[str, str], version: str = "3.0.0") -> Contract:
    """Acme's agreement with each first text replaced by the second; it must stand there once."""
    text = ACME
    for old, new in [*edits, ('version: "2.1.0"', f'version: "{version}"')]:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return check(text.encode()).required()


def the_change(old: str, new: str) -> Change:
    (change,) = diff(EXAMPLE, edited((old, new))).changes
    return change


# What the classes say, with the sentence that a reader gets.


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '  live: {owner: success, enter: "onboarding_completed"}\n',
            "",
            "The stage live is gone: a lead enters it when onboarding is complete.",
        ),
        (
            "(fit >= 60 and",
            "(fit >= 70 and",
            (
                "The stage mql, enter, before: the fit score is at least 60; now: the fit score is at "
                "least 70."
            ),
        ),
        (
            "or consent_email = 'denied'\"",
            "or consent_email = 'denied' or is_competitor\"",
            "The stage mql, never: now also: the company is a competitor.",
        ),
        (
            "answers: [need, authority_path, timing_months]",
            "answers: [need, budget]",
            "The stage sql, answers: now also budget; no longer authority path and timing months.",
        ),
        (
            "{after: 24 business hours, becomes",
            "{after: 16 business hours, becomes",
            "The stage sal, silence, after: 24 working hours becomes 16 working hours.",
        ),
        (
            "and locations >= 2",
            "and locations >= 3",
            (
                "The tier A, before: the number of locations is at least 2; now: the number of "
                "locations is at least 3."
            ),
        ),
        (
            "'US','CA','DE','AT','CH','GB')",
            "'US','CA','DE','AT','CH')",
            "The tier B: the country may no longer be GB.",
        ),
        (
            "where: \"kind = 'pricing_view'\", within: 14 days",
            "where: \"kind = 'pricing_view'\", within: 7 days",
            "The signal pricing_views, within: 14 days becomes 7 days.",
        ),
        (
            "  - {id: low_value,",
            "  - {id: low_worth,",
            None,
        ),
        (
            "      - {points: 20, when: \"icp_tier = 'B'\"}",
            "      - {points: 25, when: \"icp_tier = 'B'\"}",
            "The score fit, points when the tier is B, points: 20 becomes 25.",
        ),
        (
            "      - {kind: email_clicked, points: 3, half_life: 7 days}\n",
            "",
            "The score interest, points for email clicked is gone: 3 points.",
        ),
        (
            "account_share: 0.25",
            "account_share: 0.5",
            "The score interest, account share: 25 % becomes 50 %.",
        ),
        (
            "  - {id: other,",
            (
                "  - {id: partners, when: \"channel = 'partner'\", route: territory, "
                "clock: answer_1day}\n  - {id: other,"
            ),
            "The lane partners is new: the channel is partner; goes to the owner of the territory.",
        ),
        (
            "route: live_queue, clock: answer_5min",
            "route: live_queue, clock: answer_customer",
            "The lane inbound_call, clock: answer_5min becomes answer_customer.",
        ),
        (
            "within: 5 minutes}",
            "within: 10 minutes}",
            "Sales' promise answer_5min, within: 5 minutes becomes 10 minutes.",
        ),
        (
            "{of: attempts, at_least: 6,",
            "{of: attempts, at_least: 8,",
            "Sales' promise persist, at least: 6 becomes 8.",
        ),
        (
            '{mon-fri: ["09:00-18:00"]}',
            '{mon-fri: ["08:00-18:00"]}',
            "The calendar us_east, hours, mon-fri: now also 08:00-18:00; no longer 09:00-18:00.",
        ),
        (
            "  legal_hold: {at_most: 400 business hours}\n",
            "",
            "The pause legal_hold is gone: for at most 400 working hours.",
        ),
        (
            "not_now: {return_after: 90 days,",
            "not_now: {return_after: 60 days,",
            "The reason not_now, return after: 90 days becomes 60 days.",
        ),
        (
            "[spam, competitor, student,",
            "[spam, competitor,",
            "Reasons, disqualify: no longer student.",
        ),
        (
            "primary: w_shaped",
            "primary: first",
            "Attribution, primary: w shaped becomes first.",
        ),
        (
            "primary: w_shaped",
            "primary: hubspot:w_shaped",
            "Attribution, primary: w shaped becomes hubspot:w_shaped.",
        ),
        (
            "also: [first, last,",
            "also: [first,",
            "Attribution, also: no longer last.",
        ),
    ],
)
def test_what_a_lead_is_and_how_it_is_timed_is_major(old: str, new: str, says: str | None) -> None:
    changes = diff(EXAMPLE, edited((old, new))).changes

    assert {change.change_class for change in changes} == {MAJOR}
    if says is not None:
        assert [change.says for change in changes] == [says]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "calendar: owner\n      goal: 0.90",
            "calendar: owner\n      goal: 0.92",
            "Sales' promise answer_5min, goal: 90 % becomes 92 %.",
        ),
        (
            "per: month, goal: 112,",
            "per: month, goal: 120,",
            "Marketing's promise volume, goal: 112 becomes 120.",
        ),
        (
            "goal: 252000 USD",
            "goal: 270000.50 USD",
            "Marketing's promise value, goal: 252,000 USD becomes 270,000.50 USD.",
        ),
        (
            "{at: 0.8, to: owner}, {at: 1.0, to: manager}",
            "{at: 0.5, to: owner}, {at: 1.0, to: manager}",
            (
                "Sales' promise answer_5min, who is told: now also the owner at 50 % of the time; no "
                "longer the owner at 80 % of the time."
            ),
        ),
        (
            "      reassign_at: 1.0",
            "      reassign_at: 2",
            (
                "Sales' promise answer_5min, when somebody else gets the lead: at the deadline becomes "
                "at 2 times the time."
            ),
        ),
        (
            "bookings: 1080000 USD",
            "bookings: 1200000 USD",
            "Goals, bookings: 1,080,000 USD becomes 1,200,000 USD.",
        ),
        (
            "{lead_mql: 0.20,",
            "{lead_mql: 0.25,",
            "The plan's rate from lead to MQL: 20 % becomes 25 %.",
        ),
        (
            "payout: [[0.70, 0.50], ",
            "payout: [[0.70, 0.60], ",
            (
                "Incentives, payout: 50 % at 70 %, 100 % at 100 % and 150 % at 125 % becomes 60 % at "
                "70 %, 100 % at 100 % and 150 % at 125 %."
            ),
        ),
        (
            "below: 0.85,",
            "below: 0.80,",
            "Incentives, gate, below: 85 % becomes 80 %.",
        ),
        ("{ana: 3,", "{ana: 4,", "The turns of ana: 3 becomes 4."),
        (
            "capacity: {open_leads: 25}",
            "capacity: {open_leads: 30}",
            "Routing, capacity, open leads: 25 becomes 30.",
        ),
        (
            "match: [account_owner, territory,",
            "match: [territory, account_owner,",
            "Routing, match: the order is now territory, account owner, language and working now.",
        ),
        (
            "approver: [sales, marketing_pricing]",
            "approver: [sales]",
            "The discount up to 30 %, approver: no longer marketing pricing.",
        ),
        (
            "margin_floor: {share: 0.35,",
            "margin_floor: {share: 0.30,",
            "Pricing, margin floor: 35 % becomes 30 %.",
        ),
        (
            "brand_floor: 0.25,",
            "brand_floor: 0.30,",
            "Budget, brand floor: 25 % becomes 30 %.",
        ),
        (
            "holidays: [2026-07-03, ",
            "holidays: [2026-07-03, 2026-10-12, ",
            "The calendar us_east, holidays: now also 12 October 2026.",
        ),
        (
            "{owner: success, enter",
            "{owner: both, enter",
            "The stage live, owner: success becomes both.",
        ),
        (
            "weekly: {weekday: mon, minutes: 30,",
            "weekly: {weekday: mon, minutes: 45,",
            "The weekly meeting, minutes: 30 becomes 45.",
        ),
        (
            "review_by: 2026-10-09",
            "review_by: 2026-12-18",
            "Review by: 9 October 2026 becomes 18 December 2026.",
        ),
        (
            "budget: {brand_floor: 0.25, move_at_most_per_quarter: 0.15}\n",
            "",
            "The section budget is gone.",
        ),
        (
            "calendars:\n",
            'calendars:\n  uk: {timezone: Europe/London, hours: {mon-fri: ["09:00-17:30"]}}\n',
            "The calendar uk is new: Mon to Fri 09:00-17:30, Europe/London.",
        ),
    ],
)
def test_goals_people_and_dates_are_minor(old: str, new: str, says: str) -> None:
    change = the_change(old, new)

    assert (change.says, change.change_class) == (says, MINOR)


def test_a_new_optional_section_is_minor() -> None:
    without = edited(("diagnosis: {survey_every: 90 days, at_least_respondents: 5}\n", ""))

    (change,) = diff(without, EXAMPLE).changes

    assert (change.says, change.change_class) == ("A new section: diagnosis.", MINOR)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "means: one person raising a hand once,",
            "means: somebody raising a hand,",
            (
                "The word inquiry, means: one person raising a hand once becomes somebody raising a "
                "hand."
            ),
        ),
        (
            "an inquiry that marketing may offer to sales",
            "an inquiry that is good enough for marketing to offer it to sales",
            (
                "The word mql, means reads differently: “an inquiry that is good enough for marketing "
                "to offer it to sales” (before: “an inquiry that marketing may offer to sales”)."
            ),
        ),
        (
            "also_called: [lead, hand-raiser]",
            "also_called: [lead, enquiry]",
            "The word inquiry, also called: now also enquiry; no longer hand-raiser.",
        ),
        (
            "    - customers are live within 30 days\n",
            "",
            "Fundamentals, why we win: no longer “customers are live within 30 days”.",
        ),
        (
            "only signals are discussed, and each leaves with an owner",
            "signals only",
            (
                "The weekly meeting, rule reads differently: “signals only” (before: “only signals are "
                "discussed, and each leaves with an owner”)."
            ),
        ),
    ],
)
def test_wording_is_a_patch(old: str, new: str, says: str) -> None:
    change = the_change(old, new)

    assert (change.says, change.change_class) == (says, PATCH)


# Versions.


def of_version(version: str, *edits: tuple[str, str]) -> Diff:
    return diff(EXAMPLE, edited(*edits, version=version))


CLOCK = ("within: 5 minutes}", "within: 10 minutes}")
GOAL = ("per: month, goal: 112,", "per: month, goal: 120,")
MEANING = ("an MQL that a seller has taken on", "an MQL that a seller works on")


@pytest.mark.parametrize(
    ("edits", "smallest"),
    [
        ([CLOCK, GOAL, MEANING], "3.0.0"),
        ([GOAL, MEANING], "2.2.0"),
        ([MEANING], "2.1.1"),
    ],
)
def test_the_largest_change_decides_the_smallest_version(
    edits: list[tuple[str, str]], smallest: str
) -> None:
    assert of_version(smallest, *edits).problems == ()


@pytest.mark.parametrize(
    ("version", "edit", "code", "smallest"),
    [
        ("2.2.0", CLOCK, "diff.version_too_small", "3.0.0"),
        ("2.1.1", CLOCK, "diff.version_too_small", "3.0.0"),
        ("2.1.1", GOAL, "diff.version_too_small", "2.2.0"),
        ("2.0.9", MEANING, "diff.version_not_rising", "2.1.1"),
    ],
)
def test_too_small_a_version_is_an_error_that_names_the_smallest_that_fits(
    version: str, edit: tuple[str, str], code: str, smallest: str
) -> None:
    (problem,) = of_version(version, edit).problems

    assert problem.code == code
    assert problem.hint == f'write version: "{smallest}" or higher'
    assert problem.path == ("version",)


def test_a_change_without_another_version_is_an_error() -> None:
    meaning = Edit(("vocabulary", "sal", "means"), "an MQL that a seller works on")
    changed = contract_of(with_edits(example_values(), meaning))

    (problem,) = diff(EXAMPLE, changed).problems

    assert problem.code == "diff.version_not_rising"
    assert problem.message == "the agreement changed, and its version goes from 2.1.0 to 2.1.0"


def test_a_higher_version_than_needed_is_fine() -> None:
    assert of_version("4.0.0", MEANING).problems == ()


def test_two_agreements_are_not_two_versions() -> None:
    other = edited(("agreement: acme-revenue", "agreement: other-revenue"), version="2.1.1")

    found = diff(EXAMPLE, other)

    assert [problem.code for problem in found.problems] == ["diff.other_agreement"]


# Both directions, and nothing at all.


def test_the_same_meaning_has_no_changes() -> None:
    written = respelt(example_values(), Random(7))  # noqa: S311

    found = diff(EXAMPLE, check(written.encode()).required())

    assert found.changes == ()
    assert found.needed is None
    assert found.problems == ()


def test_the_other_way_round_what_was_new_is_gone() -> None:
    older = example("2.0.0")

    there = [change.says for change in diff(older, EXAMPLE).changes]
    back = [change.says for change in diff(EXAMPLE, older).changes]

    assert "A new section: budget." in there
    assert "The section budget is gone." in back
    assert "The calendar us_east, holidays: no longer 25 May 2026." in there
    assert "The calendar us_east, holidays: now also 25 May 2026." in back
    assert "Sales' promise answer_5min, goal: 80 % becomes 90 %." in there
    assert "Sales' promise answer_5min, goal: 90 % becomes 80 %." in back
    assert len(there) == len(back)


def test_a_lane_at_the_top_is_one_change_and_not_six() -> None:
    first = (
        "  - {id: partners, when: \"channel = 'partner'\", route: territory, clock: answer_1day}\n"
    )
    change = the_change("  - {id: existing_customer,", first + "  - {id: existing_customer,")

    assert change.difference.path == ("lanes", "partners")


def test_lanes_that_change_places_are_one_change() -> None:
    values = example_values()
    values["lanes"][1], values["lanes"][2] = values["lanes"][2], values["lanes"][1]

    (change,) = diff(EXAMPLE, contract_of(values)).changes

    assert change.change_class is MAJOR
    assert change.says == (
        "Lanes: the order is now existing customer, demo request, inbound call, low value, "
        "content and other."
    )


def test_a_promise_of_another_kind_says_so() -> None:
    decide = "clock: {from: offered, to: decision, within: 16 business hours}, calendar: owner"

    change = the_change(decide, "share: {of: offered, with: acceptance}")

    assert change.says == "Sales' promise decide is now another kind of promise."


def test_two_rules_with_one_name_are_told_apart() -> None:
    once = {"kind": "pricing_view", "points": 5}
    both = [once, {"kind": "pricing_view", "points": 7}]
    before = contract_of(small(scores={"interest": {"threshold": 40, "events": both}}))
    after = contract_of(small(scores={"interest": {"threshold": 40, "events": [once, once]}}))

    (change,) = diff(before, after).changes

    assert change.says == "The score interest, points for pricing view (2), points: 7 becomes 5."


def small(**sections: Any) -> dict[str, Any]:
    smallest = contract_with().form.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {**smallest, **sections}


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_every_sentence_reads_as_one(version: str) -> None:
    for change in diff(example(version), EXAMPLE).changes:
        assert change.says[0].isupper()
        assert change.says.endswith(".")
        assert not change.says.endswith("..")
        assert ": :" not in change.says
        assert "Decimal" not in change.says
        assert "(" not in change.says or ")" in change.says


@pytest.mark.slow
def test_every_single_change_is_one_difference_with_one_sentence() -> None:
    for edit, changed in every_edit("2.1.0"):
        found = diff(EXAMPLE, changed)
        assert bool(found.changes) == (agreed(EXAMPLE) != agreed(changed)), edit.path
        for change in found.changes:
            assert change.says.endswith("."), change.says
            assert "Decimal" not in change.says


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10_000), max_size=4), st.lists(st.integers(0, 10_000), max_size=4))
def test_two_agreements_differ_if_and_only_if_their_hashes_do(
    ones: list[int], others: list[int]
) -> None:
    edits = [edit for edit, _ in every_edit("2.1.0")]
    before, after = (
        contract_of(with_edits(example_values(), *(edits[number % len(edits)] for number in some)))
        for some in (ones, others)
    )

    assert (diff(before, after).changes == ()) == (agreed(before) == agreed(after))
