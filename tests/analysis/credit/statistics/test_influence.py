"""What a journey does to the effects is what counting it a little more does."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.analysis.credit.statistics import influence as influence_of
from revloop.analysis.credit.statistics.grams import Grams, grams, one_by_one
from revloop.analysis.credit.statistics.influence import influence
from revloop.analysis.credit.statistics.markov import fit, fit_many
from revloop.analysis.rates import Floats

from .journeys import NAMES, Path, laid, paths

orders = st.integers(1, 4)


def walked(told: Grams, order: int) -> influence_of.Influence:
    """As if the chain were too large for an inverse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(influence_of, "_SMALL", 0)
        return influence(fit(told, order, len(NAMES)))


def many(number: int, seed: int) -> list[Path]:
    """Journeys of which those by mail go on longer, and convert more."""
    chance = np.random.default_rng(seed)
    told: list[Path] = []
    for _ in range(number):
        path = [NAMES[0]]
        while chance.random() < (0.75 if path[-1] == "mail" else 0.55):
            path.append(NAMES[chance.choice(3, p=(0.3, 0.2, 0.5))])
        won = int(chance.random() < (0.5 if "demo" in path else 0.1))
        told.append((tuple(path), won, 1 - won))
    return told


def by_journey(told: list[Path], order: int) -> Floats:
    starts = np.array([0, *accumulate(len(path) for path, _, _ in told)])
    channels = [NAMES.index(each) + 1 for path, _, _ in told for each in path]
    won, lost = [float(won) for _, won, _ in told], [float(lost) for _, _, lost in told]
    steps = one_by_one(starts, channels, won, lost, longest=4)
    moved = influence(fit(laid(told), order, len(NAMES))).of(steps)
    found: Floats = np.add.reduceat(moved, starts[:-1], axis=0)
    return found


def test_without_the_only_way_nothing_is_left_whoever_came() -> None:
    """All who convert come by ads and demo. By mail 1 of 4 comes, who counts once more as 2 of 5.

    P = 1/4 (of 4 journeys 1 converts). Without mail P_c = 1/4, so that RE = 0, and a lost journey by
    mail does not change that: of those who convert none ever came by mail.
    """
    told = laid([(("ads", "demo"), 1, 2), (("mail",), 0, 1)])
    found = influence(fit(told, 1, len(NAMES)))

    assert found.of(told).sum(axis=0) == pytest.approx([0, 0, 0, 0], abs=1e-15)
    mail = found.of(told.select(told.channel == NAMES.index("mail") + 1))
    assert mail == pytest.approx(np.zeros((1, 4)), abs=1e-15)


def test_half_of_the_way() -> None:
    """One of two converts by ads, one of two by mail: RE is 1/2 each.

    Another conversion by ads leaves 1 of 2 by mail of 2 + d of 4 + d: RE of ads is (1 + d)/(2 + d),
    whose derivative is 1/(2 + d)² = 1/4, and that of mail is 1/(2 + d) with −1/4. Another that is lost
    by ads changes neither.
    """
    told = laid([(("ads",), 1, 1), (("mail",), 1, 1)])
    ads = told.select(told.channel == NAMES.index("ads") + 1)
    found = influence(fit(told, 1, len(NAMES)))

    won = Grams(ads.before, ads.channel, np.ones(1), np.ones(1), np.zeros(1))
    lost = Grams(ads.before, ads.channel, np.ones(1), np.zeros(1), np.ones(1))
    assert found.of(won)[0] == pytest.approx([1 / 4, 0, -1 / 4, 0])
    assert found.of(lost)[0] == pytest.approx([0, 0, 0, 0], abs=1e-15)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_what_a_journey_does_is_what_counting_it_a_little_more_does(order: int) -> None:
    told = many(40, seed=order)
    found, step = by_journey(told, order), 1e-5

    def effects(of: int, more: float) -> Floats:
        counts = [1 + more * (place == of) for place in range(len(told))]
        return fit(
            grams(
                [0, *accumulate(len(path) for path, _, _ in told)],
                [NAMES.index(each) + 1 for path, _, _ in told for each in path],
                [won * count for (_, won, _), count in zip(told, counts, strict=True)],
                [lost * count for (_, _, lost), count in zip(told, counts, strict=True)],
                longest=4,
            ),
            order,
            len(NAMES),
        ).removal_effects

    wanted = [(effects(each, step) - effects(each, -step)) / (2 * step) for each in range(40)]
    assert found == pytest.approx(np.array(wanted), abs=1e-8)


def test_a_step_that_nobody_took_moves_nothing() -> None:
    """Its state is none of the chain's."""
    told = laid([(("ads",), 1, 1), (("demo", "ads"), 0, 0)])

    assert influence(fit(told, 2, 4)).of(told).sum(axis=0) == pytest.approx(np.zeros(4), abs=1e-15)


@settings(max_examples=60)
@given(paths, orders)
def test_all_together_do_nothing(given: list[Path], order: int) -> None:
    """Twice as many of each journey have the same effects; and both ways of solving agree."""
    told = laid(given)
    by_inverse, by_walking = influence(fit(told, order, len(NAMES))), walked(told, order)

    assert by_inverse.of(told).sum(axis=0) == pytest.approx(np.zeros(len(NAMES)), abs=1e-12)
    assert by_walking.of(told) == pytest.approx(by_inverse.of(told), abs=1e-5)


def test_long_journeys_are_walked_to_their_end() -> None:
    told = laid([(("ads", "mail", "demo") * 100, 1, 0), (("ads",) * 300, 1, 3)])
    by_inverse = influence(fit(told, 1, len(NAMES)))

    assert walked(told, 1).of(told) == pytest.approx(by_inverse.of(told), abs=1e-4)


def test_where_nothing_converts_nothing_moves() -> None:
    told = laid([(("mail", "demo"), 0, 3)])
    empty = laid([])

    assert not influence(fit(told, 2, 4)).of(told).any()
    assert influence(fit(empty, 2, 4)).of(empty).shape == (0, 4)


@pytest.mark.parametrize("order", [1, 2])
def test_its_variance_is_that_of_chains_of_resamples(order: int) -> None:
    """Of 1,000 resamples, each drawn by Poisson and solved: standard deviations within a tenth."""
    told = many(500, seed=9)
    variance = (by_journey(told, order) ** 2).sum(axis=0)

    starts = np.array([0, *accumulate(len(path) for path, _, _ in told)])
    channels = [NAMES.index(each) + 1 for path, _, _ in told for each in path]
    won, lost = [float(won) for _, won, _ in told], [float(lost) for _, _, lost in told]
    steps = one_by_one(starts, channels, won, lost, longest=4)
    times = np.random.default_rng(1).poisson(1.0, (1000, len(told)))
    of_step = np.repeat(times, np.diff(starts), axis=1).astype(float)
    effects = fit_many(
        steps, of_step * steps.passes, of_step * steps.won, of_step * steps.lost, order, 4
    )

    assert np.sqrt(variance)[:3] == pytest.approx(effects.std(axis=0)[:3], rel=0.1)
