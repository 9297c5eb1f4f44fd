from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.rates import Interval, Rate, difference_interval, wilson


@st.composite
def rates(draw: st.DrawFn) -> Rate:
    n = draw(st.integers(1, 100_000))
    return Rate(draw(st.integers(0, n)), n)


def test_a_rate_is_its_two_counts() -> None:
    rate = Rate(3, 6)

    assert rate.exact == Fraction(1, 2)
    assert rate.value == 0.5
    assert rate.interval == pytest.approx((0.18761630648265054, 0.8123836935173494), abs=1e-15)


def test_nothing_counted_is_no_rate_and_never_zero() -> None:
    rate = Rate(0, 0)

    assert (rate.exact, rate.value, rate.interval) == (None, None, None)
    assert rate.is_small()


def test_more_cases_than_there_are_is_no_share() -> None:
    with pytest.raises(ValueError, match="7 of 6 is no share"):
        Rate(7, 6)
    with pytest.raises(ValueError, match="-1 of 6 is no share"):
        Rate(-1, 6)


def test_twenty_cases_are_enough_for_a_colour() -> None:
    assert Rate(10, 19).is_small()
    assert not Rate(10, 20).is_small()
    assert Rate(10, 20).is_small(min_n=30)


@given(rates())
def test_the_interval_holds_the_rate_and_stays_between_nothing_and_all(rate: Rate) -> None:
    assert rate.interval is not None
    assert rate.value is not None
    low, high = rate.interval

    assert 0 <= low <= rate.value <= high <= 1
    assert low < high
    assert (low == 0) == (rate.x == 0)
    assert (high == 1) == (rate.x == rate.n)


@given(rates())
def test_who_does_not_convert_has_the_mirrored_interval(rate: Rate) -> None:
    assert rate.interval is not None
    mirrored = Rate(rate.n - rate.x, rate.n).interval

    assert mirrored is not None
    assert mirrored == pytest.approx((1 - rate.interval.high, 1 - rate.interval.low), abs=1e-12)


@given(rates())
def test_the_bounds_are_where_the_score_test_just_rejects(rate: Rate) -> None:
    """|p − π| = z·√(π(1 − π)/n) at each bound that is not 0 or 1."""
    assert rate.interval is not None
    assert rate.value is not None
    for bound in set(rate.interval) - {0.0, 1.0}:
        margin = 1.959963984540054 * (bound * (1 - bound) / rate.n) ** 0.5
        assert abs(rate.value - bound) == pytest.approx(margin, rel=1e-6, abs=1e-12)


@given(st.lists(rates(), min_size=1, max_size=20))
def test_one_rate_and_many_have_the_same_intervals(given: list[Rate]) -> None:
    low, high = wilson([rate.x for rate in given], [rate.n for rate in given])

    for rate, *bounds in zip(given, low, high, strict=True):
        assert rate.interval == pytest.approx(bounds, abs=1e-15)


def test_many_rates_have_their_intervals_at_once() -> None:
    low, high = wilson([[3, 0], [0, 5]], [[6, 0], [10, 5]])

    assert np.isnan([low[0, 1], high[0, 1]]).all()
    assert (low[0, 0], high[0, 0]) == Rate(3, 6).interval
    assert low[1, 0] == 0
    assert high[1, 1] == 1


def test_a_difference_has_the_interval_of_newcombe() -> None:
    """56/70 against 48/80: Newcombe (1998), table II, method 10, example (a)."""
    found = difference_interval(Rate(56, 70), Rate(48, 80))

    assert found == pytest.approx(Interval(0.0524, 0.3339), abs=5e-5)


def test_a_difference_to_nothing_is_unknown() -> None:
    assert difference_interval(Rate(1, 2), Rate(0, 0)) is None
    assert difference_interval(Rate(0, 0), Rate(1, 2)) is None
