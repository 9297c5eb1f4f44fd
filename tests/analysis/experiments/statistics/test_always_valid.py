"""Differences that are looked at again and again."""

from __future__ import annotations

import math

import numpy as np
import pytest

from revloop.analysis.experiments.statistics.always_valid import (
    confidence_sequence,
    likelihood_ratio,
    looks,
)
from revloop.analysis.experiments.statistics.arms import Arm, effect
from revloop.analysis.rates import Rate


def test_where_nothing_varies_nothing_is_decided() -> None:
    assert likelihood_ratio(0.0, 0.0, 0.01) == 1
    assert confidence_sequence(0.0, 0.0, 0.01) is None
    [look] = looks([(Rate(0, 200), Rate(0, 200))], 0.0009)
    assert (look.p, look.interval, look.is_decided) == (1, None, False)


def test_a_difference_beyond_every_number_is_certain() -> None:
    assert likelihood_ratio(1.0, 1e-9, 1.0) == math.inf


def test_too_few_units_decide_nothing_however_large_the_difference() -> None:
    """50 of 99 against 5 of 99: p is far below 5 %, and one unit is lacking."""
    [few] = looks([(Rate(5, 99), Rate(50, 99))], 0.0009)
    [enough] = looks([(Rate(5, 100), Rate(50, 100))], 0.0009)

    assert few.p < 0.01
    assert not few.is_decided
    assert enough.is_decided


def test_an_empty_arm_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        looks([(Rate(0, 0), Rate(1, 2))], 0.0009)


def test_p_is_at_most_5_percent_exactly_where_the_interval_leaves_out_nothing() -> None:
    for difference in np.linspace(0.001, 0.2, 60).tolist():
        interval = confidence_sequence(difference, 0.0005, 0.0009)
        assert interval is not None
        assert (interval.low > 0) == (1 / likelihood_ratio(difference, 0.0005, 0.0009) < 0.05)


def test_who_looks_every_day_is_wrong_in_at_most_one_of_twenty_experiments() -> None:
    """Two arms that are the same, looked at after every 50 units from 100 to 3,000.

    500 experiments: with 5 % wrong ones 25 are expected and 40 come once in 500 times. An ordinary
    interval, looked at as often, is wrong in a third of them.
    """
    chance = np.random.default_rng(1)
    sizes = np.arange(100, 3_001, 50)
    wrong = ratio_wrong = naive = 0
    for _ in range(500):
        one, other = (chance.random(3_000).__lt__(0.1).cumsum()[sizes - 1] for _ in range(2))
        pairs = [
            (Rate(int(x), int(n)), Rate(int(y), int(n)))
            for x, y, n in zip(one, other, sizes, strict=True)
        ]
        found = looks(pairs, 0.0009)
        wrong += found[-1].p <= 0.05
        naive += any(abs(each.difference) > 1.96 * math.sqrt(each.variance) for each in found)
        ratio_wrong += any(not _holds_one(*pair) for pair in pairs)

    assert wrong < 40
    assert ratio_wrong < 40
    assert naive > 100


def _holds_one(shown: Rate, held_back: Rate) -> bool:
    found = effect(*(Arm({1.0: each.x, 0.0: each.n - each.x}) for each in (shown, held_back)))
    assert found is not None
    assert found.ratio_between is not None
    return found.ratio_between.low <= 1 <= found.ratio_between.high
