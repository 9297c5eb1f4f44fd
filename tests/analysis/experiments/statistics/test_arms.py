"""What was shown beside what was held back."""

from __future__ import annotations

import math

import pytest

from revloop.analysis.experiments.statistics.arms import TAU, Arm, effect


def test_a_share_is_told_from_an_amount() -> None:
    share, amount = Arm({1.0: 30, 0.0: 70}), Arm({0.0: 1, 3.0: 1})

    assert (share.n, share.mean, share.is_share) == (100, 0.3, True)
    assert share.variance == pytest.approx(0.3 * 0.7)
    # Of 0 and 3 the mean is 1.5, the squares 2.25 + 2.25, on one degree of freedom.
    assert (amount.mean, amount.variance, amount.is_share) == (1.5, 4.5, False)


def test_the_effect_on_a_share() -> None:
    """40 of 200 beside 30 of 200: 5 points more, a third more."""
    found = effect(Arm({1.0: 40, 0.0: 160}), Arm({1.0: 30, 0.0: 170}))

    assert found is not None
    assert found.difference == pytest.approx(0.05)
    assert found.ratio == pytest.approx(4 / 3)
    # Katz: 1/40 - 1/200 + 1/30 - 1/200; tau of the logarithm is 0.2.
    v, t = 1 / 40 - 1 / 200 + 1 / 30 - 1 / 200, 0.04
    width = math.sqrt(v * (v + t) / t * (2 * math.log(20) + math.log((v + t) / v)))
    assert found.ratio_between is not None
    assert found.ratio_between.low == pytest.approx(4 / 3 * math.exp(-width))
    assert found.ratio_between.high == pytest.approx(4 / 3 * math.exp(width))


def test_the_effect_on_an_amount_has_the_variance_of_each_arm() -> None:
    """100 of 0 and 100 of 4 beside 100 of 1 and 100 of 2: means 2 and 1.5; 4 and 1/4 by 200/199."""
    found = effect(Arm({0.0: 100, 4.0: 100}), Arm({1.0: 100, 2.0: 100}))

    assert found is not None
    assert found.difference == 0.5
    s1, s0 = 4 * 200 / 199, 0.25 * 200 / 199
    v, t = (s1 + s0) / 200, TAU**2 * (s1 + s0) / 2
    width = math.sqrt(v * (v + t) / t * (2 * math.log(20) + math.log((v + t) / v)))
    assert found.between is not None
    assert found.between.low == pytest.approx(0.5 - width)
    assert found.ratio == pytest.approx(4 / 3)


def test_where_nobody_who_went_without_did_it_there_is_no_ratio() -> None:
    found = effect(Arm({1.0: 10, 0.0: 190}), Arm({0.0: 200}))

    assert found is not None
    assert found.ratio is None
    assert found.ratio_between is None
    assert found.difference == 0.05


def test_an_arm_of_one_says_nothing() -> None:
    assert effect(Arm({1.0: 1}), Arm({0.0: 200})) is None
    assert effect(Arm({}), Arm({0.0: 200})) is None
    assert Arm({}).mean is None
