from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path as File
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.analysis.credit.statistics import markov
from revloop.analysis.credit.statistics.exact_markov import exact
from revloop.analysis.credit.statistics.grams import Grams
from revloop.analysis.credit.statistics.markov import Chain, fit, fit_many

from .journeys import NAMES, Path, laid, paths, real_paths

EXAMPLE = File(__file__).resolve().parents[3] / "golden" / "attribution_markov.json"
orders = st.integers(1, 4)

LONG: list[Path] = [
    (("ads", "mail", "demo") * 100, 1, 0),
    (("ads",) * 300, 1, 3),
    (("mail",) * 299 + ("demo",), 2, 1),
]


def walked(found: Grams, order: int, channels: int, monkeypatch: pytest.MonkeyPatch) -> Chain:
    """As if the chain were too large for an inverse."""
    with monkeypatch.context() as patch:
        patch.setattr(markov, "_SMALL", 0)
        return fit(found, order, channels)


def test_without_the_only_way_nothing_is_left() -> None:
    """Half of those who come by mail to the demo convert, and of those who come by ads none."""
    found = fit(laid([(("mail", "demo"), 1, 1), (("ads",), 0, 2)]), 1, len(NAMES))

    assert found.p_conversion == 0.25
    assert found.removal_effects.tolist() == [0, 1, 1, 0]
    assert markov.credits(1, found.removal_effects) == pytest.approx([0, 0.5, 0.5, 0])


def test_a_higher_order_knows_by_which_way_they_came() -> None:
    """Who comes to the demo by mail converts, by ads never: only order 2 sees that.

    At order 1, half of those at the demo convert, and half of them came by ads.
    """
    told = laid([(("mail", "demo"), 1, 0), (("ads", "demo"), 0, 1)])

    assert fit(told, 1, 4).removal_effects == pytest.approx([0.5, 1, 0.5, 0])
    assert fit(told, 2, 4).removal_effects == pytest.approx([0, 1, 1, 0])


def test_the_states_are_the_last_channels_fewer_near_the_start() -> None:
    found = fit(laid([(("mail", "demo", "ads"), 1, 0)]), 2, len(NAMES))

    assert found.order == 2
    assert sorted(found.states.tolist()) == [[0, 0], [1, 2], [2, 3], [3, 0]]


def test_where_nothing_converts_there_is_nothing_to_share_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for told in (laid([(("mail", "demo"), 0, 3)]), laid([])):
        for found in (fit(told, 2, 4), walked(told, 2, 4, monkeypatch)):
            assert found.p_conversion == 0
            assert found.removal_effects.tolist() == [0, 0, 0, 0]
            assert markov.credits(0, found.removal_effects) is None

    nothing = exact([(("mail",), 0, 3)], 1)
    assert nothing.p_conversion == 0
    assert nothing.credits is None
    assert exact([], 1).p_conversion == 0


def test_what_is_no_chain_is_refused() -> None:
    told = laid([(("ads", "mail"), 1, 0)], longest=2)

    with pytest.raises(ValueError, match="at least one channel"):
        fit(told, 0, 4)
    with pytest.raises(ValueError, match="at least one channel"):
        exact([], 0)
    with pytest.raises(ValueError, match="order 3 is not from 0 to 2"):
        fit(told, 3, 4)
    with pytest.raises(ValueError, match="more than 2 channels"):
        fit(told, 1, 2)
    with pytest.raises(ValueError, match="take whole journeys"):
        fit(told.select(told.channel == 1), 1, 4)


@pytest.mark.parametrize("case", json.loads(EXAMPLE.read_text("utf-8"))["cases"])
def test_the_quick_chain_agrees_with_the_worked_example(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, order = case["expected_exact"], case["input"]["order"]
    names = sorted(wanted["removal_effect"])
    told = laid(
        [(each["path"], each["conversions"], each["nulls"]) for each in case["input"]["paths"]],
        names,
    )
    for found in (fit(told, order, len(names)), walked(told, order, len(names), monkeypatch)):
        shares = markov.credits(told.conversions, found.removal_effects)

        assert found.p_conversion == pytest.approx(float(Fraction(wanted["p_conversion"])), 1e-14)
        for got, key in ((found.removal_effects, "removal_effect"), (shares, "credit")):
            assert got == pytest.approx([float(Fraction(wanted[key][n])) for n in names], 1e-14)


@settings(max_examples=60)
@given(paths, orders, st.booleans())
def test_the_quick_chain_agrees_with_fractions(
    given: list[Path],
    order: int,
    collapse: bool,  # noqa: FBT001 - drawn
) -> None:
    wanted = exact(given, order, collapse=collapse)
    told = laid(given, collapse=collapse)

    with pytest.MonkeyPatch.context() as patch:
        for found in (fit(told, order, len(NAMES)), walked(told, order, len(NAMES), patch)):
            effects = dict(zip(NAMES, found.removal_effects.tolist(), strict=True))
            shares = markov.credits(told.conversions, found.removal_effects)

            assert found.p_conversion == pytest.approx(float(wanted.p_conversion), abs=1e-14)
            for name, effect in wanted.removal_effects.items():
                assert effects[name] == pytest.approx(float(effect), abs=1e-13)
            assert (shares is None) == (wanted.credits is None)
            if shares is not None and wanted.credits is not None:
                named = dict(zip(NAMES, shares.tolist(), strict=True))
                assert {n: named[n] for n in wanted.credits} == pytest.approx(
                    {n: float(share) for n, share in wanted.credits.items()}, abs=1e-11
                )


@given(paths, orders)
def test_with_nothing_removed_the_model_says_what_was_seen(given: list[Path], order: int) -> None:
    told = laid(given)
    rate = told.conversions / told.journeys if told.journeys else 0

    assert fit(told, order, len(NAMES)).p_conversion == pytest.approx(rate, abs=1e-12)
    assert exact(given, order).p_conversion == (
        Fraction(int(told.conversions), int(told.journeys)) if told.journeys else 0
    )


@given(paths, orders, st.randoms())
def test_the_order_of_journeys_and_how_they_are_counted_change_nothing(
    given: list[Path], order: int, random: Any
) -> None:
    one = fit(laid(given), order, len(NAMES))
    shuffled = random.sample(given, len(given))
    split = [
        part
        for path, won, lost in given
        for part in ((path, won // 2, lost), (path, won - won // 2, 0))
    ]

    for other in (shuffled, split):
        found = fit(laid(other), order, len(NAMES))

        assert found.p_conversion == one.p_conversion
        assert found.removal_effects.tolist() == one.removal_effects.tolist()
    parts = Grams.concatenate([laid([each]) for each in given])
    assert fit(parts, order, len(NAMES)).removal_effects == pytest.approx(one.removal_effects)


@given(paths, orders)
def test_a_channel_in_no_journey_has_no_effect(given: list[Path], order: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for found in (fit(laid(given), order, 4), walked(laid(given), order, 4, patch)):
            assert found.removal_effects[NAMES.index("search")] == 0
            assert ((found.removal_effects >= 0) & (found.removal_effects <= 1)).all()


@given(paths, orders, st.permutations(range(len(NAMES))))
def test_channels_by_other_numbers_have_the_same_effects(
    given: list[Path], order: int, places: list[int]
) -> None:
    one = fit(laid(given), order, len(NAMES)).removal_effects
    other = fit(laid(given, [NAMES[place] for place in places]), order, len(NAMES)).removal_effects

    assert other == pytest.approx(one[places], abs=1e-13)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_long_journeys_are_solved_whichever_way(
    order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two kinds of journeys that both go on for 300 touches do not settle in 300 rounds."""
    told, wanted = laid(LONG), exact(LONG, order)
    effects = [float(wanted.removal_effects.get(name, 0)) for name in NAMES]

    for found in (fit(told, order, 4), walked(told, order, 4, monkeypatch)):
        assert found.p_conversion == pytest.approx(0.5, rel=1e-12)
        assert found.removal_effects == pytest.approx(effects, rel=1e-10)
    monkeypatch.setattr(markov, "_ROUNDS", 0)
    assert walked(told, order, 4, monkeypatch).removal_effects == pytest.approx(effects, rel=1e-10)


@settings(max_examples=30)
@given(st.lists(paths, min_size=1, max_size=4), orders)
def test_resamples_are_fitted_as_each_of_them_would_be(
    samples: list[list[Path]], order: int
) -> None:
    """A step that a resample did not draw has count 0; one without conversions has zeros."""
    nothing: list[Path] = [(("mail", "ads"), 0, 1)]
    told = [laid(each) for each in [*samples, nothing]]
    every = Grams.concatenate(told)
    sample = np.repeat(np.arange(len(told)), [each.channel.size for each in told])
    drawn = sample == np.arange(len(told))[:, None]
    passes, won, lost = (np.where(drawn, n, 0) for n in (every.passes, every.won, every.lost))
    wanted = np.array([fit(each, order, 4).removal_effects for each in told])

    found = fit_many(every, passes, won, lost, order, 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markov, "_AT_ONCE", 1)
        one_by_one = fit_many(every, passes, won, lost, order, 4)
        patch.setattr(markov, "_SMALL", 0)
        by_walking = fit_many(every, passes, won, lost, order, 4)

    for got in (found, one_by_one, by_walking):
        assert got.shape == (len(told), 4)
        assert got == pytest.approx(wanted, abs=1e-13)
    assert found[-1].tolist() == [0, 0, 0, 0]


def test_no_resamples_have_no_effects() -> None:
    told = laid([(("ads",), 1, 1)])
    none = np.zeros((0, told.channel.size))

    assert fit_many(told, none, none, none, 1, 4).shape == (0, 4)


def test_real_journeys_are_credited_as_published() -> None:
    """Order 1 of the data of the R package ChannelAttribution."""
    given = real_paths()
    names = sorted({channel for path, _, _ in given for channel in path})
    told = laid(given, names)
    found = fit(told, 1, len(names))
    shares = markov.credits(told.conversions, found.removal_effects)

    assert told.conversions == 19785
    assert found.p_conversion == pytest.approx(0.223845, abs=5e-7)
    assert shares is not None
    credited = dict(zip(names, shares.round(2).tolist(), strict=True))
    wanted = {"alpha": 5344.95, "iota": 3884.61, "eta": 3340.85, "beta": 2527.35}
    assert {name: credited[name] for name in wanted} == wanted


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_real_journeys_have_the_effects_of_fractions(
    order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty of them, with nine channels: of all, the fractions of higher orders take hours."""
    some = real_paths()[:30]
    names = sorted({channel for path, _, _ in some for channel in path})
    told, wanted = laid(some, names), exact(some, order)

    for found in (fit(told, order, len(names)), walked(told, order, len(names), monkeypatch)):
        effects = dict(zip(names, found.removal_effects.tolist(), strict=True))
        assert found.p_conversion == pytest.approx(float(wanted.p_conversion), rel=1e-13)
        assert effects == pytest.approx(
            {name: float(effect) for name, effect in wanted.removal_effects.items()}, abs=1e-12
        )


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_real_journeys_have_the_same_effects_whichever_way(
    order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = real_paths()
    names = sorted({channel for path, _, _ in given for channel in path})
    told = laid(given, names)
    if order == 4:  # an inverse of 4256 states would take minutes: all by elimination instead
        monkeypatch.setattr(markov, "_ROUNDS", 400)
        one = fit(told, order, len(names))
        monkeypatch.setattr(markov, "_ROUNDS", 0)
        other = fit(told, order, len(names))
    else:
        other = walked(told, order, len(names), monkeypatch)
        monkeypatch.setattr(markov, "_SMALL", 1000)
        one = fit(told, order, len(names))

    assert one.p_conversion == pytest.approx(told.conversions / told.journeys, abs=1e-12)
    assert other.p_conversion == pytest.approx(one.p_conversion, abs=1e-14)
    assert other.removal_effects == pytest.approx(one.removal_effects, abs=1e-13)
