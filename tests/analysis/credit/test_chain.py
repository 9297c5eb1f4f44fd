"""The chain of a slice."""

from __future__ import annotations

import numpy as np
import pytest

from revloop.analysis.credit.chain import covariance


def test_what_journeys_known_by_their_steps_alone_give_to_the_variance() -> None:
    """Three folds of 2, 1 and 1 journeys that move an effect by 6, 1 and 1 in all; the mean is 2.

    Around it they move 6 − 4, 1 − 2 and 1 − 2: squares of 6 in all, and 3/2 of that is 9. That there
    are four journeys is chance, too: 4·2² = 16.
    """
    moves = np.array([[4.0], [2.0], [1.0], [1.0]])
    found = covariance(moves, np.array([1.0, 1, 1, 1]), np.zeros(4, int), np.array([0, 0, 1, 2]))

    assert found == pytest.approx(np.array([[25.0]]))


def test_a_fold_that_is_alone_in_its_month_counts_as_one_journey() -> None:
    moves = np.array([[3.0, 1.0], [0.0, 1.0]])
    found = covariance(moves, np.array([0.0, 5.0]), np.zeros(2, int), np.zeros(2, int))

    assert found == pytest.approx(np.array([[9.0, 6.0], [6.0, 4.0]]))
    nothing = covariance(np.zeros((0, 2)), np.zeros(0), np.zeros(0, int), np.zeros(0, int))
    assert not nothing.any()


def test_months_that_differ_are_no_chance() -> None:
    """In each month both folds do the same: only how many there are is left, 2·1² and 2·3²."""
    moves = np.array([[1.0], [1.0], [3.0], [3.0]])
    found = covariance(moves, np.ones(4), np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))

    assert found == pytest.approx(np.array([[2.0 + 18.0]]))
