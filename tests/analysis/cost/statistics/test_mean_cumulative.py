"""What one of a group brings by an age: those who came late are not known yet, and not nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from revloop.analysis.cost.statistics.mean_cumulative import mean_cumulative


def test_who_came_late_counts_where_it_is_known() -> None:
    """Three brought 10 in their first month; of the second, two are known: 4 and 0."""
    found = mean_cumulative(
        np.array([[10.0, 4.0, 6.0], [10.0, 0.0, 9.0], [10.0, 7.0, 9.0]]), np.array([3, 2, 1])
    )

    assert found.mean.tolist() == [10.0, 2.0, 6.0]
    assert found.at_risk.tolist() == [3, 2, 1]
    assert (found.horizon(3), found.horizon(2), found.horizon(1)) == (1, 2, 3)


def test_what_is_to_come_is_what_others_brought_at_that_age() -> None:
    """One who has been here a month is still to bring what the second and third month bring."""
    found = mean_cumulative(np.array([[1.0, 4.0, 6.0], [1.0, 2.0, 0.0]]), np.array([3, 2]))

    value, _ = found.still_to_come(np.array([1, 3]), 3)

    assert value == 3.0 + 6.0


def test_where_everybody_is_known_the_interval_is_that_of_a_mean() -> None:
    brought = np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 5.0], [2.0, 2.0]])
    found = mean_cumulative(brought, np.full(4, 2))

    value, between = found.still_to_come(np.zeros(1, np.int64), 2)

    whole = brought.sum(axis=1)
    spread = stats.norm.ppf(0.975) * whole.std() / np.sqrt(4)
    assert value == pytest.approx(whole.mean())
    assert tuple(between) == pytest.approx((value - spread, value + spread))


@given(st.integers(1, 30), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_who_is_known_for_longer_than_asked_has_nothing_to_come(
    subjects: int, months: int, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    found = mean_cumulative(chance.random((subjects, months)), chance.integers(0, 9, subjects))

    value, between = found.still_to_come(np.full(3, months), months)

    assert (value, *between) == (0.0, 0.0, 0.0)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """400 groups of 240 who came evenly over a year and buy each month by chance: 95 % hold the mean."""
    chance = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        known = chance.integers(1, 13, 240)
        bought = chance.random((240, 12)) < 0.3
        worth = bought * chance.exponential(10.0, (240, 12))
        found = mean_cumulative(worth, known)
        until = found.horizon(20)
        _, between = found.still_to_come(np.zeros(1, np.int64), until)
        held += between.low <= 3.0 * until <= between.high

    assert 0.9 < held / 400 < 0.98
