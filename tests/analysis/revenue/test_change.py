"""What changed the run rate: parts that add up, whatever the opportunities are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.analysis.revenue.change import Explained, explain
from revloop.analysis.revenue.factors import Period, measured
from revloop.analysis.revenue.pipeline import Deals, Seller
from revloop.analysis.revenue.statistics.ageing import Window
from revloop.analysis.revenue.statistics.equation import FACTORS

FIRST, SECOND = Window(0, 89), Window(90, 179)
SELLER = Seller("1", "East", "east", 0, 10_000, told=True)
Told = tuple[int, int, bool, int, str]
"""Opened, days until it ended, won, amount, segment."""

several = st.lists(
    st.tuples(
        st.integers(0, 150),
        st.integers(1, 60),
        st.booleans(),
        st.integers(0, 10**9),
        st.sampled_from(["small", "middle", "large"]),
    ),
    min_size=1,
    max_size=40,
)


def deals(told: list[Told]) -> Deals:
    opened = np.array([each[0] for each in told], np.int64)
    won = np.array([each[2] for each in told], np.bool_)
    return Deals(
        opened,
        opened + np.array([each[1] for each in told], np.int64),
        won,
        ~won,
        np.array([each[3] for each in told], np.int64),
        np.ones(len(told), np.bool_),
        np.ones(len(told), np.int64),
    )


def change(told: list[Told], first: Window = FIRST, second: Window = SECOND) -> Explained | None:
    whole = deals(told)
    names = np.array([each[4] for each in told])
    segments = {name: whole.those(names == name) for name in set(names.tolist())}
    ended = {name: (each.ended_in(first), each.ended_in(second)) for name, each in segments.items()}
    before, after = (_period(whole, each) for each in (first, second))
    return explain(before, after, ended)


def _period(told: Deals, window: Window) -> Period:
    return measured(told, [SELLER], window, by_age=False)


@settings(deadline=None)
@given(several)
def test_the_parts_add_up_to_the_change_exactly(told: list[Told]) -> None:
    found = change(told)
    if found is None:
        return
    parts = [Fraction(found.change.shapley[factor]) for factor in FACTORS]
    assert sum(parts) == found.change.delta
    for factor, segments in found.mixed.items():
        moved = sum((each.mix + each.rate for each in segments.values()), Fraction(0))
        assert moved == found.change.shapley[factor], factor
        mix, rate = found.mix(factor), found.rate(factor)
        assert mix is not None
        assert rate is not None
        assert mix + rate == found.change.shapley[factor]


@settings(deadline=None)
@given(several)
def test_swapping_the_periods_turns_every_sign(told: list[Told]) -> None:
    found, turned = change(told), change(told, SECOND, FIRST)

    assert (found is None) == (turned is None)
    if found is None or turned is None:
        return
    for factor in FACTORS:
        assert turned.change.shapley[factor] == -found.change.shapley[factor]
        mix, back = found.mix(factor), turned.mix(factor)
        assert mix is not None
        assert back == -mix


@settings(deadline=None)
@given(several)
def test_between_a_period_and_itself_nothing_changed(told: list[Told]) -> None:
    found = change(told, FIRST, FIRST)
    if found is None:
        return
    assert found.change.delta == 0
    for factor in FACTORS:
        assert found.change.shapley[factor] == 0
        assert found.mix(factor) == 0


def test_other_shares_of_segments_alone_are_all_mix() -> None:
    """Small deals of 100 and large ones of 1,000, two large ones of ten before, five after."""

    def quarter(begin: int, large: int) -> list[Told]:
        lost: list[Told] = [(begin, 30, False, 0, "small"), (begin, 30, False, 0, "large")]
        won: list[Told] = [(begin, 30, True, 1_000, "large")] * large
        return [*won, *[(begin, 30, True, 100, "small")] * (10 - large), *lost]

    found = change([*quarter(0, 2), *quarter(90, 5)])

    assert found is not None
    assert found.change.shapley["deal"] == found.change.delta > 0
    assert found.mix("deal") == found.change.delta
    assert found.rate("deal") == 0


def test_mix_and_rate_that_cancel_are_both_told() -> None:
    """The mean deal stays at 550: more small ones, and each segment sells for more."""

    def quarter(begin: int, counts: dict[str, tuple[int, int]]) -> list[Told]:
        won: list[Told] = [
            (begin, 30, True, amount, name)
            for name, (n, amount) in counts.items()
            for _ in range(n)
        ]
        return [*won, (begin, 30, False, 0, "small")]

    before = quarter(0, {"small": (2, 100), "large": (2, 1_000)})
    after = quarter(90, {"small": (3, 300), "large": (1, 1_300)})
    found = change([*before, *after])

    assert found is not None
    assert found.change.shapley["deal"] == 0
    mix = found.mix("deal")
    assert mix is not None
    assert mix < 0
    assert found.rate("deal") == -mix
