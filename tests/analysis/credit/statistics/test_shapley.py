from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.analysis.credit.statistics.shapley import by_coalitions, by_rate, rates, shapley

from .journeys import NAMES, real_paths

journeys = st.lists(
    st.tuples(st.lists(st.sampled_from(NAMES), max_size=6), st.integers(0, 9), st.integers(0, 9)),
    max_size=8,
)
Journeys = list[tuple[list[str], int, int]]


def coalitions(names: list[str]) -> list[set[str]]:
    return [
        {name for place, name in enumerate(names) if number >> place & 1}
        for number in range(1 << len(names))
    ]


def test_a_journey_is_shared_equally_among_its_channels() -> None:
    """However often each of them was touched."""
    assert shapley([["ads", "mail", "ads"], ["mail"], []], [5, 3, 8]) == {
        "ads": Fraction(5, 2),
        "mail": Fraction(11, 2),
    }


def test_a_rate_knows_the_journeys_that_did_not_convert() -> None:
    """v(ads) = 0, v(mail) = 1/2, v(both) = 3/8: ads come first or second, and add 0 or −1/8.

    φ(ads) = −1/16 and φ(mail) = 7/16 add up to 3/8, and scaled by 8 journeys to 3 conversions.
    """
    found = by_rate([["ads"], ["mail"], ["mail", "ads"]], [0, 2, 1], [2, 4, 2])

    assert found == pytest.approx({"ads": -0.5, "mail": 3.5})
    assert by_rate([[]], [1], [1]) == {}
    assert by_rate([["ads"]], [0], [0]) == {"ads": 0}


def test_what_one_more_journey_does_to_the_values_of_rates() -> None:
    """Two by ads of which one converts: v is 1/2.

    Another that does brings (1 − 1/2)/2 by each small part of it, and one that does not takes as much.
    """
    found = rates(np.array([0.0, 1.0]), np.array([0.0, 2.0]))

    assert found.values == pytest.approx([0.5])
    assert found.of_won[1] == pytest.approx([0.25])
    assert found.of_lost[1] == pytest.approx([-0.25])


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=7, max_size=7))
def test_one_more_journey_of_a_set_moves_values_as_counting_it_does(
    counts: list[tuple[int, int]],
) -> None:
    """Of all seven sets of three channels."""
    won = np.array([0.0, *(each for each, _ in counts)])
    went = won + np.array([0.0, *(each for _, each in counts)])
    found, step = rates(won, went), 1e-6

    assert (won @ found.of_won + (went - won) @ found.of_lost) == pytest.approx(
        np.zeros(3), abs=1e-12
    )
    for place in range(1, 8):
        more = step * (np.arange(8) == place)
        converts = rates(won + more, went + more).values - rates(won - more, went - more).values
        does_not = rates(won, went + more).values - rates(won, went - more).values
        assert found.of_won[place] == pytest.approx(converts / (2 * step), abs=1e-7)
        assert found.of_lost[place] == pytest.approx(does_not / (2 * step), abs=1e-7)


def test_games_that_cannot_be_played_are_refused() -> None:
    many = [f"channel {number}" for number in range(17)]

    with pytest.raises(ValueError, match="17 channels are more than 16"):
        by_rate([many], [1], [1])
    with pytest.raises(ValueError, match="more than 16"):
        by_coalitions([0.0] * (1 << 17))
    no_games: list[Any] = [[], [0, 1, 2], [[0, 1]]]
    for values in no_games:
        with pytest.raises(ValueError, match="2ⁿ sets"):
            by_coalitions(values)
    with pytest.raises(ValueError, match="shorter"):
        shapley([["ads"], ["mail"]], [1])


@given(st.lists(st.fractions(-9, 9, max_denominator=9), min_size=8, max_size=8))
def test_a_value_is_the_mean_of_what_is_added_in_every_order(values: list[Fraction]) -> None:
    wanted = [Fraction(0)] * 3
    for order in permutations(range(3)):
        inside = 0
        for player in order:
            wanted[player] += (values[inside | 1 << player] - values[inside]) / 6
            inside |= 1 << player

    assert by_coalitions(values).tolist() == wanted
    floats = [float(value) for value in values]
    assert by_coalitions(floats) == pytest.approx([float(each) for each in wanted], abs=1e-12)


@given(journeys)
def test_the_closed_form_is_the_value_over_all_coalitions(given: Journeys) -> None:
    names = sorted({channel for channels, _, _ in given for channel in channels})
    inside = [
        sum(
            (Fraction(worth) for channels, worth, _ in given if set(channels) <= those), Fraction(0)
        )
        for those in coalitions(names)
    ]

    found = shapley([channels for channels, _, _ in given], [worth for _, worth, _ in given])

    assert list(found.values()) == by_coalitions(inside).tolist()
    assert list(found) == names
    assert sum(found.values()) == sum(worth for channels, worth, _ in given if channels)


@settings(max_examples=50)
@given(journeys)
def test_the_rates_are_those_of_the_journeys_inside_each_coalition(given: Journeys) -> None:
    told = [each for each in given if each[0]]
    names = sorted({channel for channels, _, _ in told for channel in channels})

    def rate(those: set[str]) -> Fraction:
        inside = [each for each in told if set(each[0]) <= those]
        went = sum(won + lost for _, won, lost in inside)
        return Fraction(sum(won for _, won, _ in inside), went) if went else Fraction(0)

    went = sum(won + lost for _, won, lost in told)
    wanted = by_coalitions([rate(those) for those in coalitions(names)]) * went

    found = by_rate(
        [channels for channels, _, _ in given],
        [won for _, won, _ in given],
        [won + lost for _, won, lost in given],
    )

    assert list(found) == names
    assert list(found.values()) == pytest.approx([float(each) for each in wanted], abs=1e-11)
    assert sum(found.values()) == pytest.approx(sum(won for _, won, _ in told), abs=1e-10)


@given(journeys, st.permutations(NAMES))
def test_channels_by_other_names_have_the_same_values(given: Journeys, names: list[str]) -> None:
    other = dict(zip(NAMES, names, strict=True))
    sets = [channels for channels, _, _ in given]
    renamed = [[other[channel] for channel in channels] for channels in sets]
    won, went = [won for _, won, _ in given], [won + lost for _, won, lost in given]

    exact, again = shapley(sets, won), shapley(renamed, won)
    rates, others = by_rate(sets, won, went), by_rate(renamed, won, went)

    assert {other[name]: value for name, value in exact.items()} == again
    assert {other[name]: value for name, value in rates.items()} == pytest.approx(others, abs=1e-11)


def test_real_journeys_are_shared_as_published() -> None:
    """Each path weighs as many as its conversions, shared equally among its distinct channels.

    Neither its value nor its journeys without conversion count, nor how often a channel was touched.
    """
    given = real_paths()
    found = shapley([path for path, _, _ in given], [won for _, won, _ in given])

    assert round(float(found["alpha"]), 2) == 7627.94
    assert sum(found.values()) == 19785


def test_twelve_real_channels_are_few_enough_for_rates() -> None:
    given = real_paths()
    found = by_rate(
        [path for path, _, _ in given],
        [won for _, won, _ in given],
        [won + lost for _, won, lost in given],
    )

    assert len(found) == 12
    assert sum(found.values()) == pytest.approx(19785)
