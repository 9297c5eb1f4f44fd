from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from revloop.analysis.loop.statistics.survival import (
    SurvivalCurve,
    kaplan_meier,
    kaplan_meier_by_segment,
)

from .stays import Stay, by_hand, counted, stays

TEN = [
    Stay(2, "converted"),
    Stay(3, "converted"),
    Stay(3, None),
    Stay(5, "converted"),
    Stay(8, "converted"),
    Stay(8, "converted"),
    Stay(9, None),
    Stay(12, "converted"),
    Stay(15, None),
    Stay(20, None),
]


def curve_of(given: list[Stay], *, exact: bool = False) -> SurvivalCurve:
    counts = counted(given, exact=exact)
    return kaplan_meier(counts.times, counts.every_exit, counts.censored, counts.entered)


def test_who_is_still_there_counts_for_as_long_as_it_was_seen() -> None:
    curve = curve_of(TEN)

    assert curve.median == 8
    assert curve.quantile(0.1) == 2
    assert curve.quantile(0.9) is None  # 32 of 105 outlast everything that was seen
    assert [curve.at(time) for time in (0, 1.9, 2, 2.9)] == [1, 1, 0.9, 0.9]


def test_an_exit_comes_before_a_censoring_at_the_same_time() -> None:
    curve = curve_of([Stay(5, "lost"), Stay(5, None)])

    assert curve.at_risk.tolist() == [2]
    assert curve.at(5) == 0.5


def test_a_median_of_exactly_one_half_is_reached_in_spite_of_rounding() -> None:
    """Of 24 leads one leaves each day: 12 of them outlast day 12, as floats a hair more."""
    curve = curve_of([Stay(day, "lost") for day in range(1, 25)])

    assert curve.survival[11] > 0.5
    assert curve.median == 12


def test_the_mean_up_to_a_horizon_is_the_area_below_the_curve() -> None:
    """2 + 0.9·1 + 0.8·2 + 24/35·3 + 16/35·4 + 32/105·3 = 93/10."""
    mean = curve_of(TEN, exact=True).mean_until(Fraction(15))

    assert mean is not None
    assert mean.exact == Fraction(93, 10)
    assert mean.value == 9.3


def test_the_error_of_a_mean_without_censoring_is_that_of_the_plain_mean() -> None:
    """Of n ended stays it is the population's standard deviation by √n."""
    ended = [1, 2, 4, 7, 7, 12]
    mean = curve_of([Stay(time, "lost") for time in ended]).mean_until(100)

    assert mean is not None
    assert mean.value == pytest.approx(np.mean(ended))
    assert mean.standard_error == pytest.approx(np.std(ended) / math.sqrt(len(ended)))


def test_no_mean_is_told_for_a_time_that_nobody_was_seen_for() -> None:
    assert curve_of(TEN).mean_until(20) is not None
    assert curve_of(TEN).mean_until(21) is None
    assert curve_of(TEN).at(21) is None
    assert curve_of([Stay(3, "lost")]).at(21) == 0


def test_where_nobody_was_seen_nothing_is_known() -> None:
    curve = kaplan_meier([1, 2], [0, 0], [0, 0])

    assert curve.at(0) is None
    assert curve.median is None
    assert curve.mean_until(1) is None
    assert kaplan_meier([], [], []).at(0) is None


def test_who_entered_late_is_not_at_risk_before() -> None:
    """One lead is seen from its tenth day on; two from the beginning, of which one left on day 4."""
    curve = curve_of([Stay(4, "lost"), Stay(20, "converted"), Stay(15, "lost", first_seen=10)])

    assert dict(zip(curve.times.tolist(), curve.at_risk.tolist(), strict=True)) == {
        4: 2,
        10: 1,
        15: 2,
        20: 1,
    }
    assert curve.at(4) == 0.5
    assert curve.at(15) == 0.25


def test_the_variance_is_zero_where_nobody_is_left() -> None:
    curve = curve_of([Stay(1, "lost"), Stay(2, "lost")])

    assert curve.variance.tolist() == [0.125, 0]


def test_the_interval_of_a_survival_is_that_of_the_log_log_scale() -> None:
    """S = 0.9, V = 0.009: 0.9^exp(±1.96·√0.009/(0.9·ln 0.9))."""
    curve = curve_of(TEN)
    width = 1.959963984540054 * math.sqrt(0.009) / (0.9 * math.log(0.9))

    found = curve.interval_at(2)

    assert found == pytest.approx((0.9 ** math.exp(-width), 0.9 ** math.exp(width)))
    assert curve.interval_at(1) is None  # S is 1, and the scale has no value there


def test_the_bounds_of_a_median_are_where_the_bounds_of_survival_reach_it() -> None:
    """The lower bound is 0.47 on day 2; the upper one is still 0.62 on day 12, the last exit."""
    curve = curve_of(TEN)

    low, high = curve.interval_at(2), curve.interval_at(12)

    assert low is not None
    assert high is not None
    assert (round(low.low, 2), round(high.high, 2)) == (0.47, 0.62)
    assert curve.quantile_interval(0.5) == (2, None)


@pytest.mark.parametrize(
    ("times", "exits", "censored", "entered"),
    [
        ([2, 1], [1, 1], [0, 0], None),
        ([1, 1], [1, 1], [0, 0], None),
        ([-1, 1], [1, 1], [0, 0], None),
        ([1, 2], [-1, 1], [0, 0], None),
        ([1, 2], [1, 0], [0, 0], [0, 1]),
        ([1, 2], [1, 0], [0, 0], [2, 0]),
    ],
)
def test_counts_that_cannot_be_are_refused(
    times: list[int], exits: list[int], censored: list[int], entered: list[int] | None
) -> None:
    with pytest.raises(ValueError, match=r"times ascend|at least 0|had begun"):
        kaplan_meier(times, exits, censored, entered)


@given(stays())
def test_survival_never_rises_and_stays_between_nothing_and_all(given: list[Stay]) -> None:
    curve = curve_of(given)
    low, high = curve.interval()
    told = ~np.isnan(low)

    assert (np.diff(curve.survival) <= 0).all()
    assert ((curve.survival >= 0) & (curve.survival <= 1)).all()
    assert (curve.variance >= 0).all()
    assert (low[told] <= curve.survival[told]).all()
    assert (curve.survival[told] <= high[told]).all()


@given(stays(censored=False))
def test_without_censoring_survival_is_the_share_that_lasts_longer(given: list[Stay]) -> None:
    curve = curve_of(given, exact=True)

    assert curve.survival.tolist() == [
        Fraction(sum(stay.ended > time for stay in given), len(given)) for time in curve.times
    ]


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:(divide|invalid value) encountered:RuntimeWarning")
@given(stays())
def test_survival_and_its_bounds_are_those_of_scipy(given: list[Stay]) -> None:
    curve = curve_of(given)
    censored = [stay.way is None for stay in given]
    data = CensoredData.right_censored([float(stay.ended) for stay in given], censored)
    theirs = ecdf(data).sf
    low, high = curve.interval()

    assert curve.survival == pytest.approx(theirs.probabilities, abs=1e-12)
    told = ~np.isnan(low)
    if told.any():
        bounds = theirs.confidence_interval(method="log-log")
        assert low[told] == pytest.approx(bounds.low.probabilities[told], abs=1e-9)
        assert high[told] == pytest.approx(bounds.high.probabilities[told], abs=1e-9)


@given(stays(late=True).filter(lambda given: all(risk for _, risk, *_ in by_hand(given))))
def test_arrays_agree_with_a_plain_loop(given: list[Stay]) -> None:
    exact = curve_of(given, exact=True)
    quick = curve_of(given)
    told = {time: (risk, survival) for time, risk, survival, _ in by_hand(given)}

    for curve in (exact, quick):
        left = curve.exits > 0
        assert curve.times[left].tolist() == sorted(told)
        assert curve.at_risk[left].tolist() == [told[time][0] for time in sorted(told)]
    left = exact.exits > 0
    assert exact.survival[left].tolist() == [told[time][1] for time in sorted(told)]
    assert quick.survival == pytest.approx(exact.survival.astype(float), abs=1e-12)
    assert quick.variance == pytest.approx(exact.variance.astype(float), abs=1e-12)


@given(st.lists(stays(late=True), min_size=1, max_size=4))
def test_many_segments_at_once_are_the_same_as_one_after_the_other(
    groups: list[list[Stay]],
) -> None:
    times = list(range(31))
    tables = [counted(group, times) for group in groups]
    at_once = kaplan_meier_by_segment(
        times,
        np.stack([table.every_exit for table in tables]),
        np.stack([table.censored for table in tables]),
        np.stack([table.entered for table in tables]),
    )

    for group, one in zip(groups, at_once, strict=True):
        alone = curve_of(group)
        assert one.median == alone.median
        assert one.known_until == alone.known_until
        mean, wanted = one.mean_until(10), alone.mean_until(10)
        assert (mean is None) == (wanted is None)
        if mean and wanted:
            assert mean.value == pytest.approx(wanted.value, abs=1e-12)
            assert mean.standard_error == pytest.approx(wanted.standard_error, abs=1e-12)
        assert [one.at(time) for time in times] == [alone.at(time) for time in times]


@given(stays(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(given: list[Stay], chance: object) -> None:
    shuffled = list(given)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert (curve_of(shuffled).survival == curve_of(given).survival).all()


@given(stays(), st.integers(1, 30))
def test_the_mean_up_to_a_horizon_is_no_longer_than_the_horizon(
    given: list[Stay], tau: int
) -> None:
    mean = curve_of(given, exact=True).mean_until(Fraction(tau))

    if mean is not None:
        assert mean.exact is not None
        assert 0 <= mean.exact <= tau
        assert mean.standard_error >= 0
