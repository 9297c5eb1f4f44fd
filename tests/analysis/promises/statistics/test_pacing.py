from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from revloop.analysis.promises.statistics.pacing import Lane, Pacing

JUNE = Pacing(goal=400, actual=150, weights=[1] * 21, days_elapsed=9)

weights = st.lists(st.integers(0, 5), min_size=1, max_size=31)


@st.composite
def pacings(draw: st.DrawFn) -> Pacing:
    days = draw(weights)
    return Pacing(
        draw(st.integers(1, 500)),
        draw(st.integers(0, 500)),
        days,
        draw(st.integers(0, len(days))),
    )


def test_nine_of_twenty_one_working_days_should_have_brought_nine_of_twenty_one() -> None:
    assert JUNE.expected == Fraction(400 * 9, 21)
    assert JUNE.attainment == Fraction(7, 8)
    assert JUNE.projection == 350
    assert JUNE.required == Fraction(250, 12)


def test_the_chance_is_the_tail_of_a_negative_binomial() -> None:
    assert JUNE.chance == pytest.approx(nbinom.sf(249, 150.5, 9 / 21), abs=1e-12)


def test_a_day_weighs_what_its_weekday_brings() -> None:
    week = Pacing(goal=100, actual=30, weights=[3, 2, 2, 2, 1, 0, 0], days_elapsed=1)

    assert week.expected == 30
    assert week.run_rate == 30
    assert week.required == Fraction(70, 4)


def test_before_the_first_day_nothing_can_be_projected() -> None:
    """Also where the only days that are over have no weight."""
    for start in (
        Pacing(goal=10, actual=0, weights=[1, 1], days_elapsed=0),
        Pacing(goal=10, actual=3, weights=[0, 1, 1], days_elapsed=1),
    ):
        assert start.expected == 0
        assert (start.attainment, start.projection, start.run_rate) == (None, None, None)
        assert start.chance is None
        assert start.required == Fraction(10 - start.actual, 2)


def test_after_the_last_day_it_is_decided() -> None:
    missed = Pacing(goal=10, actual=9, weights=[1, 1], days_elapsed=2)
    reached = Pacing(goal=10, actual=10, weights=[1, 1], days_elapsed=2)

    assert (missed.required, missed.chance) == (None, 0)
    assert (reached.required, reached.chance) == (None, 1)
    assert Pacing(goal=10, actual=9, weights=[0, 0], days_elapsed=1).elapsed_share is None


def test_a_goal_that_is_reached_early_is_certain() -> None:
    assert Pacing(goal=10, actual=12, weights=[1, 1], days_elapsed=1).chance == 1


def test_a_period_has_no_more_days_than_it_has() -> None:
    with pytest.raises(ValueError, match="3 of 2 days cannot be over"):
        Pacing(goal=10, actual=0, weights=[1, 1], days_elapsed=3)
    with pytest.raises(ValueError, match="a goal is above 0"):
        Pacing(goal=0, actual=0, weights=[1, 1], days_elapsed=1)


def test_the_chance_is_what_a_simulation_finds() -> None:
    """Draw the rate from its Gamma posterior, then Poisson arrivals of the days to come."""
    pacing = Pacing(goal=60, actual=20, weights=[1] * 20, days_elapsed=8)
    chance = np.random.default_rng(4)
    rates = chance.gamma(20.5, 1 / 8, 400_000)
    reached = (20 + chance.poisson(rates * 12) >= 60).mean()

    assert pacing.chance == pytest.approx(reached, abs=0.003)


@given(pacings())
def test_more_that_has_come_never_lowers_the_chance(pacing: Pacing) -> None:
    more = Pacing(pacing.goal, pacing.actual + 1, pacing.weights, pacing.days_elapsed)

    assert (pacing.chance is None) == (more.chance is None)
    if pacing.chance is not None and more.chance is not None:
        assert 0 <= pacing.chance <= more.chance + 1e-12 <= 1 + 1e-12


@given(pacings())
def test_what_is_required_reaches_the_goal_exactly(pacing: Pacing) -> None:
    remaining = sum(weight > 0 for weight in pacing.weights[pacing.days_elapsed :])

    if pacing.required is not None:
        assert pacing.actual + pacing.required * remaining == pacing.goal


@given(pacings())
def test_attainment_compares_the_projection_with_the_goal(pacing: Pacing) -> None:
    if pacing.projection is not None:
        assert pacing.attainment == pacing.projection / pacing.goal


def test_a_goal_by_value_counts_each_lane_by_what_it_is_worth() -> None:
    assert Lane(20, Fraction(12, 100), 30_000).value == 72_000
