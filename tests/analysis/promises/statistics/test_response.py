from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.promises.statistics.first_responder import FirstResponder
from revloop.analysis.promises.statistics.response import (
    UNDEFINED,
    Ratio,
    Stratum,
    crude_ratio,
    drawn_ratio,
    mantel_haenszel,
    response_curve,
    risk_ratio,
)
from revloop.analysis.rates import Interval, Rate


@st.composite
def rates(draw: st.DrawFn, at_least: int = 0) -> Rate:
    n = draw(st.integers(1, 300))
    return Rate(draw(st.integers(min(at_least, n), n)), n)


strata = st.lists(st.builds(Stratum, rates(), rates()), min_size=1, max_size=5)

HEAT = [
    Stratum(Rate(40, 100), Rate(12, 40)),
    Stratum(Rate(12, 120), Rate(10, 140)),
    Stratum(Rate(2, 60), Rate(6, 240)),
]


def test_most_of_what_a_quick_answer_seems_to_do_was_the_heat_of_the_leads() -> None:
    assert crude_ratio(HEAT).exact == Fraction(81, 28)
    assert mantel_haenszel(HEAT).exact == Fraction(1478, 1091)


def test_the_interval_of_the_common_ratio_is_that_of_greenland_and_robins() -> None:
    """Sums over the three strata, written out: var of the logarithm = P/(R·S)."""
    p = (
        (52 * 100 * 40 - 40 * 12 * 140) / 140**2
        + (22 * 120 * 140 - 12 * 10 * 260) / 260**2
        + (8 * 60 * 240 - 2 * 6 * 300) / 300**2
    )
    r = 40 * 40 / 140 + 12 * 140 / 260 + 2 * 240 / 300
    s = 12 * 100 / 140 + 10 * 120 / 260 + 6 * 60 / 300
    width = 1.959963984540054 * math.sqrt(p / (r * s))

    found = mantel_haenszel(HEAT)

    assert found.interval == pytest.approx((r / s * math.exp(-width), r / s * math.exp(width)))


def test_a_ratio_of_two_rates_has_the_interval_of_katz() -> None:
    found = risk_ratio(Rate(30, 120), Rate(27, 300))

    assert found.value == pytest.approx(25 / 9)
    assert found.interval == pytest.approx((1.727671534967077, 4.466155300094752))


def test_nobody_converted_makes_a_ratio_of_zero_without_an_interval() -> None:
    assert risk_ratio(Rate(0, 100), Rate(27, 300)).exact == 0
    assert risk_ratio(Rate(0, 100), Rate(27, 300)).interval is None


def test_against_a_reference_that_converts_nobody_there_is_no_ratio() -> None:
    assert risk_ratio(Rate(5, 100), Rate(0, 300)) == UNDEFINED
    assert risk_ratio(Rate(0, 0), Rate(5, 300)) == UNDEFINED
    assert risk_ratio(Rate(5, 100), Rate(0, 0)) == UNDEFINED
    assert UNDEFINED.value is None


def test_half_a_case_is_added_only_for_a_place_in_a_drawing() -> None:
    assert drawn_ratio(Rate(0, 9), Rate(1, 19)) == pytest.approx(0.05 / 0.075)
    assert drawn_ratio(Rate(0, 0), Rate(1, 19)) is None


def test_the_reference_itself_has_a_ratio_of_one_unless_it_converts_nobody() -> None:
    buckets = [("quick", Rate(3, 10)), ("slow", Rate(1, 10)), ("never", Rate(0, 10))]

    to_slow = {each.name: each.ratio for each in response_curve(buckets, "slow")}
    to_never = [each.ratio for each in response_curve(buckets, "never")]

    assert to_slow["quick"].exact == 3
    assert to_slow["slow"] == Ratio(Fraction(1), Interval(1, 1))
    assert to_never == [UNDEFINED] * 3


def test_a_reference_must_be_one_of_the_buckets() -> None:
    with pytest.raises(ValueError, match="no bucket is called slow"):
        response_curve([("quick", Rate(3, 10))], "slow")


def test_a_stratum_of_one_kind_says_nothing() -> None:
    alone = Stratum(Rate(5, 10), Rate(0, 0))

    assert mantel_haenszel([*HEAT, alone]) == mantel_haenszel(HEAT)
    assert mantel_haenszel([alone]) == UNDEFINED
    assert mantel_haenszel([]) == UNDEFINED


def test_strata_in_which_no_exposed_converts_have_no_interval() -> None:
    found = mantel_haenszel([Stratum(Rate(0, 10), Rate(2, 10))])

    assert found == Ratio(Fraction(0), None)


@given(rates(), rates(at_least=1))
def test_one_stratum_alone_has_the_plain_ratio(exposed: Rate, unexposed: Rate) -> None:
    common = mantel_haenszel([Stratum(exposed, unexposed)])
    plain = risk_ratio(exposed, unexposed)

    assert common.exact == plain.exact
    assert (common.interval is None) == (plain.interval is None)
    if plain.interval:
        assert common.interval == pytest.approx(plain.interval, rel=1e-9)


@given(strata, st.randoms(use_true_random=False))
def test_the_order_of_the_strata_changes_nothing(every: list[Stratum], chance: object) -> None:
    shuffled = list(every)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert mantel_haenszel(shuffled) == mantel_haenszel(every)


@given(strata)
def test_the_common_ratio_lies_within_its_interval_and_between_the_strata(
    every: list[Stratum],
) -> None:
    common = mantel_haenszel(every)
    if common.exact is None:
        return
    plain = [risk_ratio(each.exposed, each.unexposed).exact for each in every]
    told = [ratio for ratio in plain if ratio is not None]
    if len(told) == len(plain):
        assert min(told) <= common.exact <= max(told)
    if common.interval:
        low, high = common.interval
        assert low <= float(common.exact) * (1 + 1e-12)
        assert float(common.exact) <= high * (1 + 1e-12)


@given(rates(at_least=1), rates(at_least=1))
def test_a_ratio_the_other_way_round_is_its_inverse(one: Rate, other: Rate) -> None:
    there, back = risk_ratio(one, other), risk_ratio(other, one)

    assert there.exact is not None
    assert back.exact == 1 / there.exact
    assert there.interval is not None
    assert back.interval == pytest.approx((1 / there.interval.high, 1 / there.interval.low))


def test_wins_whose_answer_is_unknown_make_bounds_and_no_guess() -> None:
    found = FirstResponder(first=Rate(18, 40), not_first=Rate(12, 60), unknown=Rate(10, 50))

    assert found.share_of_known_wins.exact == Fraction(18, 30)
    assert found.bounds == (Fraction(18, 40), Fraction(28, 40))
    assert found.unknown_share.exact == Fraction(50, 150)


def test_without_a_win_there_is_no_share_of_them() -> None:
    found = FirstResponder(Rate(0, 4), Rate(0, 6), Rate(0, 0))

    assert found.share_of_known_wins.exact is None
    assert found.bounds is None
    assert found.unknown_share.exact == 0
