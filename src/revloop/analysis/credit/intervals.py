"""How far credits would differ if other journeys had happened: the bootstrap over journeys.

As many journeys as there were are drawn from them, again and again, and each time it is told which
share each value earns (Efron 1979, percentile interval). What was booked is known to the cent: the
interval is of the shares. Chance is given by a seed, so that the same facts give the same interval.

A model of channels is told from journeys that earned nothing, too. In each resample its effects move
by the influence of every journey, as often as it is drawn (the infinitesimal jackknife, Efron 1982):
they are smooth in what is counted, so that no chain is solved again. Journeys that were booked are
drawn as above, the same for money and effects, and how many there are beside the others is chance as
well. Each of the others is drawn by Poisson (Chamandy et al. 2012); the sum over hundreds of them is
as good as normal, with the variance that the sum of squared influences is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from revloop.analysis.credit.booked import Booked, together
from revloop.analysis.credit.crediting import CHANNEL, Values
from revloop.analysis.credit.measures import TOUCH_CUTS
from revloop.analysis.credit.statistics.shares import Floats, Ints

SEED = 20260101
MOST, FEWEST = 2_000, 200
_DRAWS = 4_000_000
"""Journeys drawn in all, which a page can wait for: of many journeys, fewer resamples do."""
_AT_ONCE = 1 << 15
_KEPT = 2


@dataclass(frozen=True)
class Effects:
    """What a model says of channels, and how far journeys move it."""

    channels: tuple[str, ...]
    size: Floats
    """Of each channel, (C,); what is below 0 earns nothing."""
    journeys: Ints
    """The ids of journeys of opportunities, ascending; (J,)."""
    moves: Floats
    """By how much the effects grow where such a journey is counted once more; (J, C)."""
    rest: Floats
    """The covariance that journeys without an opportunity give to the effects; (C, C)."""

    @property
    def by_channel(self) -> dict[str, float]:
        """Those that earn, by name."""
        return dict(zip(self.channels, np.maximum(self.size, 0).tolist(), strict=True))

    def of(self, names: Sequence[str]) -> Effects:
        """The same of these channels, in their order; one that the model does not know has none."""
        places = [self.channels.index(each) for each in names if each in self.channels]
        theirs = [place for place, each in enumerate(names) if each in self.channels]
        size, moves = np.zeros(len(names)), np.zeros((self.journeys.size, len(names)))
        rest = np.zeros((len(names), len(names)))
        size[theirs] = self.size[places]
        moves[:, theirs] = self.moves[:, places]
        rest[np.ix_(theirs, theirs)] = self.rest[np.ix_(places, places)]
        return Effects(tuple(names), size, self.journeys, moves, rest)


@lru_cache(maxsize=_KEPT)
def drawn(journeys: int) -> Floats:
    """How often each journey is drawn in each resample; (resamples, journeys)."""
    times = int(np.clip(_DRAWS // journeys, FEWEST, MOST))
    chance = np.random.default_rng(SEED)
    count = np.empty((times, journeys))
    # A few resamples at a time stay near the processor; what is drawn is the same.
    few = max(1, _AT_ONCE // journeys)
    for begin in range(0, times, few):
        some = count[begin : begin + few]
        which = chance.integers(0, journeys, some.shape)
        which += np.arange(some.shape[0])[:, None] * journeys
        some[:] = np.bincount(which.ravel(), minlength=some.size).reshape(some.shape)
    return count


def of_shares(booked: Booked, minor: Ints, told: Values) -> tuple[Floats, Floats] | None:
    """The 95 % interval of the share of what was booked that each value earned.

    Args:
        booked: the bookings; those of one journey are drawn together.
        minor: what each touch earned.
        told: the values.

    Returns:
        Lower and upper ends, each of the length of the values; None for fewer than two journeys.
    """
    count, of_booking = booked.drawn_together
    if count < 2 or not told.count:  # noqa: PLR2004 - one journey drawn again is the same one
        return None
    times = drawn(count)
    earned = _by_journey(booked, minor, told.of, told.count)
    return _ends(_by_whole(times @ earned, times @ np.bincount(of_booking, booked.amounts, count)))


def of_effects(
    booked: Booked, linear: Ints, told: Values, effects: Effects
) -> tuple[Floats, Floats] | None:
    """The same of a model that knows channels alone; see `crediting.by_channel` for how it shares.

    In each resample the money, its spread within a channel and the effects are those of the journeys
    that were drawn. How far a chain looks back, and which of the channels there are, is as it is.

    Args:
        booked: the bookings.
        linear: what each touch earned by the linear model.
        told: the values.
        effects: of the channels.
    """
    count, of_booking = booked.drawn_together
    if count < 2 or not told.count:  # noqa: PLR2004 - likewise
        return None
    channel = booked.by_touch(CHANNEL)
    of_bookings = [booked.by_touch(cut) for cut in told.by if cut not in TOUCH_CUTS]
    group = together(of_bookings)[1] if of_bookings else np.zeros_like(told.of)
    pair = group * len(channel.values) + channel.of
    # A cell is a value within a channel within a group of bookings, in the order of the last first.
    cells, cell = np.unique(pair * told.count + told.of, return_inverse=True)
    pairs, first = np.unique(cells // told.count, return_index=True)
    groups, first_pair = np.unique(pairs // len(channel.values), return_index=True)
    of_pair = np.searchsorted(pairs, cells // told.count)
    of_group = np.searchsorted(groups, pairs // len(channel.values))

    times = drawn(count)
    cell_money = times @ _by_journey(booked, linear, cell, cells.size)
    money = np.add.reduceat(cell_money, first, axis=1)
    effect = _resampled(booked, effects.of(channel.values), times)[:, pairs % len(channel.values)]
    weight = effect * (money > 0)
    none_has_any = np.add.reduceat(weight, first_pair, axis=1)[:, of_group] <= 0
    weight = np.where(none_has_any, np.abs(money), weight)
    share = _parts(weight, np.add.reduceat(weight, first_pair, axis=1)[:, of_group])
    share *= np.add.reduceat(money, first_pair, axis=1)[:, of_group]
    # A margin may be below 0.
    spread = np.abs(cell_money)
    spread = _parts(spread, np.add.reduceat(spread, first, axis=1)[:, of_pair])
    value = cells % told.count
    order = np.argsort(value, kind="stable")
    starts = np.searchsorted(value[order], np.arange(told.count))
    earned = np.add.reduceat((share[:, of_pair] * spread)[:, order], starts, axis=1)
    return _ends(_by_whole(earned, times @ np.bincount(of_booking, booked.amounts, count)))


def _resampled(booked: Booked, effects: Effects, times: Floats) -> Floats:
    """The effects in each resample of the bookings' journeys; (resamples, C)."""
    count, of_booking = booked.drawn_together
    journey = np.full(count, -1)
    journey[of_booking] = booked.journey
    is_drawn = np.isin(effects.journeys, journey)
    mine, others = effects.moves[is_drawn], effects.moves[~is_drawn]
    column = np.searchsorted(journey, effects.journeys[is_drawn])
    mean = mine.sum(axis=0) / count
    variance, ways = np.linalg.eigh(effects.rest + others.T @ others + count * np.outer(mean, mean))
    chance = np.random.default_rng(SEED)
    others_move = (
        chance.standard_normal((len(times), mean.size))
        @ (ways * np.sqrt(np.maximum(variance, 0))).T
    )
    moved = effects.size + (times[:, column] - 1) @ mine + others_move
    found: Floats = np.maximum(moved, 0)
    return found


def _by_journey(booked: Booked, minor: Ints, of: Ints, kinds: int) -> Floats:
    """What each kind of touch earned in each journey that is drawn; (journeys, kinds)."""
    count, of_booking = booked.drawn_together
    place = of_booking[booked.steps.journey] * kinds + of
    earned = np.bincount(place, minor, count * kinds).astype(np.float64, copy=False)
    return earned.reshape(count, kinds)


def _parts(some: Floats, whole: Floats) -> Floats:
    """0 of what is nothing."""
    return np.divide(some, whole, out=np.zeros_like(some), where=whole > 0)


def _by_whole(earned: Floats, whole: Floats) -> Floats:
    return _parts(earned, np.broadcast_to(whole[:, None], earned.shape))


def _ends(shares: Floats) -> tuple[Floats, Floats]:
    low, high = np.quantile(shares, (0.025, 0.975), axis=0)
    return low, high
