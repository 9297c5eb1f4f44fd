from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.loop.statistics.control_chart import control_chart

EIGHT = [20, 22, 19, 21, 23, 20, 18, 22]

series = st.lists(st.integers(0, 100), min_size=8, max_size=20)


def test_a_week_inside_the_limits_is_not_discussed() -> None:
    """Center 165/8; ranges 2, 3, 2, 2, 3, 2, 4, mean 18/7; so from 13.785 to 27.465."""
    found = control_chart(EIGHT, [21, 11, 30])

    assert found.limits is not None
    assert (found.limits.low, found.limits.high) == (Fraction("13.785"), Fraction("27.465"))
    assert [point.outside for point in found.points] == [False, True, True]


def test_at_a_limit_is_inside() -> None:
    at_both = [Fraction("13.785"), Fraction("27.465")]

    assert not any(point.signal for point in control_chart(EIGHT, at_both).points)


def test_the_eighth_week_in_a_row_on_one_side_is_a_signal() -> None:
    found = control_chart(EIGHT, [21] * 9)

    # The run begins with the 22 of the baseline.
    assert [point.run for point in found.points] == [False] * 6 + [True] * 3
    assert not any(point.outside for point in found.points)


def test_a_week_at_the_centre_ends_a_run() -> None:
    flat = [10] * 4 + [12] * 4  # the centre is 11

    found = control_chart(flat, [12, 12, 12, 11, 12])

    assert not any(point.run for point in found.points)
    assert control_chart(flat, [12, 12, 12, 12]).points[-1].run


def test_seven_weeks_are_no_baseline() -> None:
    found = control_chart(EIGHT[:7], [1000])

    assert found.limits is None
    assert not found.points[0].signal


def test_a_week_without_a_value_is_left_out() -> None:
    with_gap = control_chart([*EIGHT[:4], None, *EIGHT[4:]], [21, None, 11])

    assert with_gap.limits == control_chart(EIGHT, []).limits
    assert [point.signal for point in with_gap.points] == [False, False, True]
    assert with_gap.points[1].value is None
    assert control_chart([*EIGHT[:7], None], [11]).limits is None


def test_where_nothing_moved_any_move_is_news() -> None:
    found = control_chart([10] * 8, [10, 10.5])

    assert [point.signal for point in found.points] == [False, True]


@given(series, st.integers(-50, 50), st.integers(1, 9))
def test_moving_or_scaling_a_series_moves_and_scales_its_limits(
    baseline: list[int], by: int, times: int
) -> None:
    plain = control_chart(baseline, baseline)
    other = control_chart(
        [value * times + by for value in baseline], [value * times + by for value in baseline]
    )

    assert plain.limits is not None
    assert other.limits is not None
    assert other.limits.low == plain.limits.low * times + by
    assert other.limits.high == plain.limits.high * times + by
    assert [p.signal for p in other.points] == [p.signal for p in plain.points]


@given(series, series)
def test_a_run_is_told_exactly_where_eight_in_a_row_are_on_one_side(
    baseline: list[int], values: list[int]
) -> None:
    found = control_chart(baseline, values)
    assert found.limits is not None
    every = [*baseline, *values]

    for place, point in enumerate([*found.baseline, *found.points]):
        last = every[max(0, place - 7) : place + 1]
        above = all(value > found.limits.center for value in last)
        below = all(value < found.limits.center for value in last)
        assert point.run == (len(last) == 8 and (above or below))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_week_of_no_number_is_refused(value: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        control_chart(EIGHT, [value])
