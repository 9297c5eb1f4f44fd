from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.promises.statistics.attempts import (
    Outcome,
    Tried,
    attempts_to_connect,
    falling,
    marginal_values,
    recommended,
)
from revloop.analysis.rates import Rate

CONNECTED, GIVEN_UP, OPEN = Outcome.CONNECTED, Outcome.GIVEN_UP, Outcome.OPEN

tries = st.lists(
    st.builds(Tried, st.integers(0, 12), st.sampled_from(Outcome), st.integers(0, 50)),
    max_size=20,
)


@st.composite
def rates(draw: st.DrawFn) -> Rate:
    n = draw(st.integers(1, 40))
    return Rate(draw(st.integers(0, n)), n)


def test_who_was_given_up_counts_for_the_attempts_that_they_had() -> None:
    """The first attempt reaches 10 of 100; 40 are given up; the second reaches 10 of 50."""
    found = attempts_to_connect(
        [
            Tried(1, CONNECTED, 10),
            Tried(1, GIVEN_UP, 40),
            Tried(2, CONNECTED, 10),
            Tried(2, OPEN, 40),
        ]
    )

    assert [each.hazard.exact for each in found.every] == [Fraction(1, 10), Fraction(1, 5)]
    assert [each.cumulative for each in found.every] == [Fraction(1, 10), Fraction(28, 100)]
    assert found.reached.exact == Fraction(20, 100)


def test_who_is_still_tried_is_neither_persistent_nor_given_up() -> None:
    found = attempts_to_connect([Tried(6, GIVEN_UP, 2), Tried(5, GIVEN_UP, 1), Tried(1, OPEN, 9)])

    assert found.persistence(6).exact == Fraction(2, 3)
    assert attempts_to_connect([Tried(1, OPEN, 9)]).persistence(6).exact is None


def test_a_lead_that_was_never_tried_was_given_up_all_the_same() -> None:
    found = attempts_to_connect([Tried(0, GIVEN_UP, 3), Tried(6, GIVEN_UP, 1)])

    assert found.persistence(6).exact == Fraction(1, 4)
    assert found.every[0].hazard.n == 1


def test_the_last_attempt_worth_its_cost_is_recommended() -> None:
    """Of 100, 40, 10: hazards 20 %, 5 %, 0 %. A connect is worth 30, an attempt costs 1.2."""
    found = attempts_to_connect(
        [
            Tried(1, CONNECTED, 20),
            Tried(1, GIVEN_UP, 40),
            Tried(2, CONNECTED, 2),
            Tried(2, GIVEN_UP, 28),
            Tried(3, GIVEN_UP, 10),
        ]
    )

    assert marginal_values(found, 30, Fraction(6, 5)) == [
        6 - Fraction(6, 5),
        Fraction(3, 2) - Fraction(6, 5),
        -Fraction(6, 5),
    ]
    assert recommended(found, 30, Fraction(6, 5)) == 2
    assert recommended(found, 30, Fraction(3, 2)) == 1  # worth exactly what it costs: not worth it
    assert recommended(found, 30, 7) == 0


def test_without_an_attempt_nothing_is_recommended() -> None:
    found = attempts_to_connect([])

    assert found.every == ()
    assert found.reached.exact is None
    assert recommended(found, 30, 1) is None


def test_a_hazard_that_rises_is_pooled_with_those_before_it() -> None:
    assert falling([Rate(1, 10), Rate(3, 10), Rate(1, 10)]) == [
        Fraction(1, 5),
        Fraction(1, 5),
        Fraction(1, 10),
    ]
    assert falling([]) == []


@given(tries)
def test_reaching_more_by_each_attempt_never_reaches_more_than_all(every: list[Tried]) -> None:
    found = attempts_to_connect(every)
    shares = [each.cumulative for each in found.every]

    assert all(0 <= share <= 1 for share in shares)
    assert all(before <= after for before, after in pairwise(shares))


@given(tries)
def test_if_nobody_was_given_up_the_plain_share_is_right(every: list[Tried]) -> None:
    """Everybody is tried until they are reached, and has at least one attempt."""
    all_reached = [Tried(max(each.attempts, 1), CONNECTED, each.leads) for each in every]
    found = attempts_to_connect(all_reached)

    assert (found.every[-1].cumulative if found.every else None) == found.reached.exact


@given(st.lists(rates(), max_size=8))
def test_smoothed_hazards_never_rise_and_keep_their_sum(given: list[Rate]) -> None:
    smooth = falling(given)

    assert all(before >= after for before, after in pairwise(smooth))
    assert sum(value * rate.n for value, rate in zip(smooth, given, strict=True)) == sum(
        rate.x for rate in given
    )


@given(st.lists(rates(), min_size=1, max_size=5))
def test_no_falling_rates_are_nearer_by_weighted_squares(given: list[Rate]) -> None:
    """Against every way to cut them into blocks whose pooled rates fall."""

    def distance(values: list[Fraction]) -> Fraction:
        pairs = zip(values, given, strict=True)
        return sum((rate.n * (v - Fraction(rate.x, rate.n)) ** 2 for v, rate in pairs), Fraction(0))

    rivals = []
    for cuts in range(2 ** (len(given) - 1)):
        blocks: list[list[Rate]] = [[given[0]]]
        for place, rate in enumerate(given[1:]):
            if cuts >> place & 1:
                blocks.append([rate])
            else:
                blocks[-1].append(rate)
        values = [
            Fraction(sum(rate.x for rate in block), sum(rate.n for rate in block))
            for block in blocks
            for _ in block
        ]
        if all(before >= after for before, after in pairwise(values)):
            rivals.append(distance(values))

    assert distance(falling(given)) == min(rivals)


@given(tries, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(every: list[Tried], chance: object) -> None:
    shuffled = list(every)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = attempts_to_connect(every), attempts_to_connect(shuffled)

    assert one.every == other.every
    assert one.persistence(3) == other.persistence(3)


@pytest.mark.parametrize("value", [0.5, Fraction(1, 2)])
def test_values_may_be_fractions_or_floats(value: Fraction | float) -> None:
    found = attempts_to_connect([Tried(1, CONNECTED, 1), Tried(1, GIVEN_UP, 1)])

    assert marginal_values(found, value, 0) == [0.25]
