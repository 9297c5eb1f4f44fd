"""Intervals of a chain: they hold what is true as often as they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from revloop.analysis.credit import intervals
from revloop.analysis.credit.booked import booked
from revloop.analysis.credit.credit import Told, every_model
from revloop.analysis.credit.crediting import values
from revloop.analysis.rates import Floats

from .slices import Walked, given

NAMES = ("ads", "mail", "demo")
BEGIN = np.array([0.6, 0.3, 0.1])
ONWARD = np.array([[0.0, 0.3, 0.2], [0.25, 0.0, 0.35], [0.1, 0.2, 0.0]])
WINS = np.array([0.05, 0.1, 0.3])
"""After each channel; the rest ends for nothing."""
UNTOUCHED = 0.25
"""So many bookings nobody was touched for, by each that somebody was."""


def effects() -> Floats:
    """By what share fewer buy in this world without each channel, as its chain is known."""

    def converted(kept: Sequence[int]) -> float:
        within = np.eye(len(kept)) - ONWARD[np.ix_(kept, kept)]
        return float(BEGIN[list(kept)] @ np.linalg.solve(within, WINS[list(kept)]))

    whole = converted((0, 1, 2))
    rest = ((1, 2), (0, 2), (0, 1))
    return np.array([1 - converted(each) / whole for each in rest])


def world(number: int, seed: int) -> list[Walked]:
    """So many journeys, a third of the lost ones with an opportunity; what is booked varies much."""
    chance = np.random.default_rng(seed)
    told: list[Walked] = []
    for _ in range(number):
        path = [int(chance.choice(3, p=BEGIN))]
        while True:
            at = path[-1]
            ways = np.cumsum([*ONWARD[at], WINS[at]])
            to = int(np.searchsorted(ways, chance.random()))
            if to >= len(NAMES):
                break
            path.append(to)
        names = tuple(NAMES[each] for each in path)
        if to > len(NAMES):
            told.append(Walked(names, "lost" if chance.random() < 1 / 3 else ""))
            continue
        told.append(Walked(names, "won", int(chance.lognormal(10, 1))))
        if chance.random() < UNTOUCHED:
            told.append(Walked((), "won", int(chance.lognormal(10, 1))))
    return told


def markov(walked: Sequence[Walked], *by: str) -> Told:
    asked = given(walked, *by, model="markov")
    found = booked(asked)
    return every_model(asked, found, values(found, by))


def test_the_interval_of_a_chain_holds_the_true_share_in_19_of_20_worlds() -> None:
    """Of 150 worlds of 500 journeys: three shares each, of which 95 % lie within, give or take.

    What is booked without a touch is a fifth of all. With 450 that hang together by threes, chance
    alone moves the share within by some 2 points.
    """
    true = effects() / effects().sum() / (1 + UNTOUCHED)
    within, widths, shares = [], [], []
    for seed in range(150):
        told = markov(world(500, seed))
        places = [told.values.names.index((name,)) for name in NAMES]
        low, high = (ends[places] for ends in told.spans["markov"])
        within.append((low <= true) & (true <= high))
        widths.append(high - low)
        shares.append(told.credits[0].minor[places] / told.booked.total)

    assert 0.91 <= np.mean(within) <= 0.98
    # As wide as the shares of these worlds are apart: twice 1.96 standard deviations.
    apart = 3.92 * np.std(shares, axis=0)
    assert np.mean(widths, axis=0) == pytest.approx(apart, rel=0.15)


def test_an_interval_is_of_the_chain_too_not_of_the_money_alone() -> None:
    """Where all bookings are alike and all have touches, the linear model's money says nothing of it."""
    told = [
        Walked(each.path, each.outcome, 100 if each.outcome == "won" else 0)
        for each in world(500, 1)
        if each.path
    ]
    low, high = markov(told).spans["markov"]

    assert (high - low > 0.03).all()


def test_more_journeys_make_it_narrower() -> None:
    """Four times as many: half as wide."""
    few, many = (markov(world(each, 5)).spans["markov"] for each in (500, 2000))

    assert np.mean(many[1] - many[0]) == pytest.approx(np.mean(few[1] - few[0]) / 2, rel=0.25)


@pytest.mark.parametrize("by", [(), ("channel", "segment"), ("campaign",), ("segment",)])
def test_where_nothing_is_drawn_it_is_the_share(
    by: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each journey once, as it was: what `by_channel` says, but for its rounding to minor units."""

    def as_they_are(_: Any, of: intervals.Effects, times: Floats) -> Floats:
        return np.tile(np.maximum(of.size, 0), (len(times), 1))

    monkeypatch.setattr(intervals, "drawn", lambda journeys: np.ones((2, journeys)))
    monkeypatch.setattr(intervals, "_resampled", as_they_are)
    told = markov(world(60, 3), *by)
    [earned], (low, high) = told.credits, told.spans["markov"]

    assert low.tolist() == high.tolist()
    assert low * told.booked.total == pytest.approx(earned.minor, abs=3)


def test_one_booking_has_no_interval() -> None:
    told = markov([Walked(("ads",), "won", 100), Walked(("ads",), "lost")])

    assert told.spans["markov"] is None


def test_where_no_channel_has_an_effect_it_is_that_of_the_linear_model() -> None:
    """Nothing was won in the period, and yet there are bookings: of opportunities that are not known."""
    told = [Walked(("ads", "mail"), "won", 100), Walked(("mail",), "won", 300)]
    asked = given(told, model="markov")
    lost = {**asked.tables, "credit_journeys": asked.tables["credit_journeys"].slice(0, 0)}
    asked = type(asked)(asked.setting, asked.asked, lost)
    found = booked(asked)
    both = every_model(asked, found, values(found, ()))
    linear = every_model(
        type(asked)(asked.setting, given([], model="linear").asked, lost), found, values(found, ())
    )

    assert both.credits[0].minor.tolist() == linear.credits[0].minor.tolist()
    for ours, theirs in zip(both.spans["markov"], linear.spans["linear"], strict=True):
        assert ours == pytest.approx(theirs, abs=0.01)
