from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from revloop.agreement.judging.scores import (
    Aged,
    Fit,
    Interest,
    decayed,
    fit_bounds,
    fit_known_share,
    fit_on_known,
    interest,
    verdict,
    with_account_share,
)

from ..contracts import contract_with
from .both_forms import Answer, Happened, ask, happened

ASKED = "2026-03-31T12:00:00"  # a Tuesday


# The arithmetic.

LEAD = (
    Aged(15, 2, 14),
    Aged(20, 28, 14),
    Aged(1, 1, 7),
    Aged(50, 0, 30),
    Aged(-30, 10, 0),
)


def test_half_of_the_points_are_left_after_each_half_life() -> None:
    assert decayed(20, 0, 14) == 20
    assert decayed(20, 14, 14) == 10
    assert decayed(20, 28, 14) == 5


def test_without_a_half_life_points_stay() -> None:
    assert decayed(-30, 10_000, 0) == -30


def test_points_of_a_thousand_years_ago_are_nothing() -> None:
    assert decayed(1_000, 365_000, 1) == 0


def test_interest_is_the_sum_of_what_is_left() -> None:
    # 15·2^(-2/14) + 20·2^(-28/14) + 1·2^(-1/7) + 50 - 30
    assert interest(LEAD) == pytest.approx(39.491578628222506, rel=1e-12)


def test_tomorrow_every_item_is_a_day_older() -> None:
    # 15·2^(-3/14) + 20·2^(-29/14) + 1·2^(-2/7) + 50·2^(-1/30) - 30
    assert interest(LEAD, days_later=1) == pytest.approx(37.3664018614777, rel=1e-12)


def test_points_that_do_not_decay_add_up_exactly() -> None:
    tenths = [Aged(Decimal("0.1"), 5, 0)] * 3

    assert sum([0.1] * 3) != 0.3  # what floats make of it
    assert interest(tenths) == 0.3


def test_interest_of_nothing_is_zero_and_kept_within_the_limits() -> None:
    assert interest([]) == 0
    assert interest([], clamp=(10, 100)) == 10


def test_fit_with_an_unknown_rule_lies_between_two_bounds() -> None:
    rules = [(30, True), (25, True), (25, None), (20, True)]

    assert fit_bounds(rules) == (Decimal(75), Decimal(100))
    assert fit_known_share(rules) == Fraction(3, 4)
    assert fit_on_known(rules) == 100


def test_an_unknown_rule_with_negative_points_lowers_the_lower_bound() -> None:
    rules = [(30, True), (-20, None), (10, None), (50, False)]

    assert fit_bounds(rules) == (Decimal(10), Decimal(40))


def test_of_known_rules_the_share_that_was_got_is_told_in_percent() -> None:
    # 30 of 80 points that the known rules could give; the unknown one is left out.
    assert fit_on_known([(30, True), (50, False), (20, None)]) == Fraction(75, 2)


def test_rules_that_could_give_nothing_have_no_share() -> None:
    assert fit_on_known([(30, None), (-10, False)]) is None


def test_a_threshold_is_reached_missed_or_open() -> None:
    assert verdict(60, 90, 60) is True
    assert verdict(30, 59, 60) is False
    assert verdict(30, 60, 60) is None


def test_the_account_adds_a_share_of_the_mean_of_the_five_warmest() -> None:
    # The five highest of 10, 20 … 60 are 60, 50, 40, 30, 20; their mean is 40.
    colleagues = [10, 20, 30, 40, 50, 60]

    assert with_account_share(30, colleagues, 0.25, (0, 100)) == 30 + 0.25 * 40


def test_without_colleagues_the_account_adds_nothing() -> None:
    assert with_account_share(30, [], 0.25, (0, 100)) == 30


# Interest, for one person and in tables.


def warmth(score: dict[str, Any], *events: Happened, account: str | None = "acme") -> Interest:
    """Ann's interest on 31 March 2026 at noon, UTC."""
    contract = contract_with(scores={"interest": {"threshold": 40, **score}})
    answer = ask(contract, events, ASKED, account=account).scores["interest"]
    assert isinstance(answer, Interest)
    return answer


VIEWS: dict[str, Any] = {"kind": "pricing_view", "points": 16, "half_life": "14 days"}


def viewed(at: str, person: str = "ann", **values: Any) -> Happened:
    return happened(at, person=person, kind="pricing_view", **values)


def test_a_touch_warms_at_once_and_cools_by_its_age() -> None:
    score = {"events": [VIEWS]}

    assert warmth(score, viewed(ASKED)).value == 16
    assert warmth(score, viewed("2026-03-17T12:00:00")).value == 8
    assert warmth(score, viewed("2026-03-31T12:00:00.000001")).value == 0


def test_other_kinds_machines_and_activities_do_not_warm() -> None:
    events = [
        happened(ASKED, kind="email_clicked"),
        viewed(ASKED, is_bot=True),
        happened(ASKED, "activity", kind="pricing_view"),
    ]

    assert warmth({"events": [VIEWS]}, *events).value == 0


@pytest.mark.parametrize("half_life", [{}, {"half_life": "0 days"}])
def test_points_without_half_life_stay(half_life: dict[str, str]) -> None:
    rule = {"kind": "pricing_view", "points": 7, **half_life}

    assert warmth({"events": [rule]}, viewed("2020-01-01")).value == 7


def test_one_per_day_takes_the_earliest_of_each_utc_day() -> None:
    score = {"events": [{**VIEWS, "at_most": "1 per day"}]}
    events = [
        viewed("2026-03-30T23:59:59.999999", id_="late"),
        viewed("2026-03-30T12:00:00", id_="noon"),
        viewed("2026-03-31T00:00:00", id_="midnight"),
    ]

    answer = warmth(score, *events)

    # Yesterday's is exactly a day old and today's half a day.
    assert answer.value == pytest.approx(16 * 2 ** (-1 / 14) + 16 * 2 ** (-0.5 / 14))
    assert [(item.event.id, item.capped) for item in answer.items] == [
        ("noon", False),
        ("late", True),
        ("midnight", False),
    ]


def test_two_per_seven_days_are_two_of_each_iso_week() -> None:
    rule = {"kind": "pricing_view", "points": 1, "at_most": "2 per 7 days"}
    # Sunday 29 March ends the week that began on Monday the 23rd.
    week_13 = [viewed(f"2026-03-{day}") for day in (23, 25, 29)]
    week_14 = [viewed("2026-03-30")]

    assert warmth({"events": [rule]}, *week_13).value == 2
    assert warmth({"events": [rule]}, *week_13, *week_14).value == 3


def test_a_cap_takes_the_lower_id_of_two_at_the_same_instant() -> None:
    score = {"events": [{**VIEWS, "at_most": "1 per day"}]}

    answer = warmth(score, viewed(ASKED, id_="b"), viewed(ASKED, id_="a"))

    assert [(item.event.id, item.capped) for item in answer.items] == [("a", False), ("b", True)]


def test_capped_touches_are_shown_and_give_nothing() -> None:
    score = {"events": [{**VIEWS, "at_most": "1 per day"}]}

    answer = warmth(score, viewed("2026-03-31T11:00:00"), viewed(ASKED))

    assert answer.items[1].points_now == 0
    assert answer.value == answer.items[0].points_now


def test_rules_of_the_same_kind_each_count_on_their_own() -> None:
    once = {"kind": "pricing_view", "points": 10, "at_most": "1 per 7 days"}
    each = {"kind": "pricing_view", "points": 1}
    events = [viewed("2026-03-30"), viewed("2026-03-31")]

    answer = warmth({"events": [once, each]}, *events)

    assert answer.value == 10 + 2
    assert [(item.rule, item.capped) for item in answer.items] == [
        (0, False),
        (0, True),
        (1, False),
        (1, False),
    ]


def test_an_unsubscribe_takes_points_but_never_below_the_limit() -> None:
    rules = [VIEWS, {"kind": "unsubscribe", "points": -30}]
    gone = happened(ASKED, kind="unsubscribe")

    assert warmth({"events": rules}, viewed(ASKED), gone).value == 0
    assert warmth({"events": rules, "clamp": [-50, 100]}, viewed(ASKED), gone).value == -14


def test_the_sum_is_limited_and_not_its_way() -> None:
    # A running limit would forget the 60 points above 100 before the 30 are taken.
    rules = [
        {"kind": "pricing_view", "points": 80},
        {"kind": "unsubscribe", "points": -30},
    ]
    events = [viewed("2026-03-01"), viewed("2026-03-02"), happened(ASKED, kind="unsubscribe")]

    assert warmth({"events": rules}, *events).value == 100


def test_points_with_decimals_add_up_exactly_to_the_threshold() -> None:
    score = {"threshold": 0.3, "events": [{"kind": "pricing_view", "points": 0.1}]}

    answer = warmth(score, *(viewed(ASKED) for _ in range(3)))

    assert answer.value == 0.3
    assert answer.verdict is True


# The account's share.

SHARED: dict[str, Any] = {"account_share": 0.25, "events": [{"kind": "pricing_view", "points": 60}]}


def test_a_colleague_adds_a_share_of_their_own_interest() -> None:
    answer = warmth(SHARED, viewed(ASKED), viewed(ASKED, "bo"))

    assert answer.own == 60
    assert answer.colleagues == {"bo": 60}
    assert answer.value == 60 + 0.25 * 60


def test_the_limits_hold_before_the_share_and_after_it() -> None:
    twice = [viewed(ASKED), viewed(ASKED)]
    colleague_twice = [viewed(ASKED, "bo"), viewed(ASKED, "bo")]

    # Bo's 120 count as 100, so Ann gets 25.
    assert warmth(SHARED, *colleague_twice).value == 25
    # Ann's 120 are 100 before the share is added and after it.
    assert warmth(SHARED, *twice, *colleague_twice).value == 100
    assert warmth(SHARED, *twice, *colleague_twice).own == 100


def test_only_the_five_warmest_colleagues_count() -> None:
    rules = [
        {"kind": "pricing_view", "points": 60},
        {"kind": "email_clicked", "points": 10},
    ]
    warm = [viewed(ASKED, f"warm{n}") for n in range(5)]
    cool = [happened(ASKED, kind="email_clicked", person="cool")]

    answer = warmth({"account_share": 0.25, "events": rules}, *warm, *cool)

    assert len(answer.colleagues) == 6
    assert answer.value == 0.25 * 60


def test_a_colleague_without_a_touch_that_counts_does_not_lower_the_mean() -> None:
    events = [
        viewed(ASKED, "bo"),
        happened(ASKED, kind="page_view", person="cy"),
        viewed(ASKED, "di", is_bot=True),
        viewed("2026-04-01", "ed"),
    ]

    assert warmth(SHARED, *events).value == 0.25 * 60


def test_a_colleague_whose_interest_is_zero_does_lower_the_mean() -> None:
    rules = [*SHARED["events"], {"kind": "unsubscribe", "points": -30}]
    events = [viewed(ASKED, "bo"), happened(ASKED, kind="unsubscribe", person="cy")]

    assert warmth({**SHARED, "events": rules}, *events).value == 0.25 * (60 + 0) / 2


def test_nobody_is_their_own_colleague_and_the_unnamed_are_nobodys() -> None:
    unnamed = happened(ASKED, person=None, kind="pricing_view")

    assert warmth(SHARED, viewed(ASKED), unnamed).value == 60


def test_people_of_other_accounts_are_no_colleagues() -> None:
    other = happened(ASKED, person="bo", account="other", kind="pricing_view")

    assert warmth(SHARED, other).value == 0


def test_without_an_account_there_are_no_colleagues() -> None:
    alone = happened(ASKED, account=None, kind="pricing_view")
    stranger = happened(ASKED, person="bo", account=None, kind="pricing_view")

    assert warmth(SHARED, alone, stranger, account=None).value == 60


def test_caps_hold_for_colleagues_too() -> None:
    rule = {"kind": "pricing_view", "points": 20, "at_most": "1 per day"}
    score = {"account_share": 0.5, "events": [rule]}

    assert warmth(score, viewed(ASKED, "bo"), viewed(ASKED, "bo")).value == 0.5 * 20


# Fit, for one person and in tables.

FIT = {
    "threshold": 60,
    "points": [
        {"points": 40, "when": "employees >= 200"},
        {"points": 30, "when": "seniority in ('c_level','vp')"},
        {"points": -20, "when": "is_customer"},
    ],
}


def fit(score: dict[str, Any] = FIT, **words: Any) -> tuple[Answer, Fit]:
    answer = ask(contract_with(scores={"fit": score}), [], ASKED, **words)
    result = answer.scores["fit"]
    assert isinstance(result, Fit)
    return answer, result


def test_with_everything_known_the_bounds_are_one() -> None:
    answer, result = fit(employees=500, seniority="vp", is_customer=True)

    assert result.lower == result.upper == Decimal(50)
    assert (answer.words["fit"], answer.words["fit_upper"]) == (50.0, 50.0)
    assert result.known_share == 1
    assert result.verdict is False


def test_what_is_unknown_opens_the_bounds() -> None:
    _, result = fit(employees=500)

    # 40 are sure; the seniority may add 30 and an open contract may take 20.
    assert (result.lower, result.upper) == (Decimal(20), Decimal(70))
    assert result.known_share == Fraction(1, 3)
    assert result.verdict is None


def test_more_knowledge_only_narrows_the_bounds() -> None:
    _, before = fit(employees=500)
    _, after = fit(employees=500, seniority="vp")

    assert before.lower <= after.lower <= after.upper <= before.upper


def test_each_rule_is_told_with_its_answer() -> None:
    _, result = fit(employees=100, seniority="vp")

    assert [(item.points, item.condition, item.holds) for item in result.items] == [
        (Decimal(40), "employees >= 200", False),
        (Decimal(30), "seniority in ('c_level','vp')", True),
        (Decimal(-20), "is_customer", None),
    ]
    assert result.on_known == Fraction(100 * 30, 40 + 30)


def test_decimal_points_of_fit_add_up_exactly() -> None:
    rules = [{"points": 0.1, "when": "employees > 1"}, {"points": 0.2, "when": "locations > 1"}]

    answer, result = fit({"threshold": 0.3, "points": rules}, employees=2, locations=2)

    assert result.lower == Decimal("0.3")
    assert answer.words["fit"] == 0.3
    assert result.verdict is True


def test_fit_reads_tier_persona_and_signals() -> None:
    contract = contract_with(
        ideal_customer={"tiers": {"A": "employees >= 200"}},
        personas={"champion": {"when": "title ilike '%marketing%'", "required": 1}},
        signals={"clicks": {"count": "touch", "where": "kind = 'email_clicked'"}},
        scores={
            "fit": {
                "threshold": 60,
                "points": [
                    {"points": 40, "when": "icp_tier = 'A'"},
                    {"points": 20, "when": "persona = 'champion'"},
                    {"points": 1, "when": "clicks >= 2"},
                ],
            }
        },
    )
    clicks = [happened(ASKED, kind="email_clicked") for _ in range(2)]

    answer = ask(contract, clicks, ASKED, employees=300, title="VP Marketing")

    assert answer.words["fit"] == 61
    assert ask(contract, clicks, ASKED, employees=300).words["fit_upper"] == 61
    assert ask(contract, clicks, ASKED, employees=300).words["fit"] == 41
