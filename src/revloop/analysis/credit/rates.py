"""The game of channels by rate: which sets of them convert, among all journeys that ended.

Another game than the one by revenue, where v(S) is what journeys inside S earned: here v(S) is the
share of them that were won. It knows journeys that were lost or led to nothing, and a channel may be
worth less than nothing in it, where journeys fare better without. Such a channel earns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from revloop.analysis.credit import measures
from revloop.analysis.credit.booked import codes
from revloop.analysis.credit.chain import UNSOLD, Sold, sold
from revloop.analysis.credit.intervals import Effects
from revloop.analysis.credit.statistics import shapley
from revloop.analysis.credit.statistics.grams import added_up
from revloop.analysis.credit.statistics.shares import Floats, Ints
from revloop.analysis.reading import Given, Sums
from revloop.analysis.revenue.money import whole_numbers

UNSOLD_SETS = Sums("unsold_sets", measures.unsold_set_sums, measures.CUTS)


@dataclass(frozen=True)
class Played:
    """The game of the journeys of a slice."""

    sold: Sold
    without: int
    """Journeys without an opportunity."""
    effects: Effects
    """The value of each channel; all 0 where there are too many of them."""
    is_told: bool
    """Whether there are few enough channels."""

    @property
    def below(self) -> tuple[str, ...]:
        """Channels that journeys fare better without."""
        told = zip(self.effects.channels, self.effects.size.tolist(), strict=True)
        return tuple(name for name, size in told if size < 0)


def played(given: Given) -> Played:
    """The game of the journeys that are asked for."""
    sets = given.sums(UNSOLD_SETS.name)
    without = int(whole_numbers(given.sums(UNSOLD.name)["lost"], 0).sum())
    text: Any = sets["channels"]
    told = codes(text.fill_null(""))
    members = [each.split(measures.BETWEEN_CHANNELS) for each in told.values]
    names = sorted({name for each in members for name in each})
    found = sold(given, pa.chunked_array([pa.array(names, pa.string())]))
    count = whole_numbers(sets["n"], 0)
    # Of a company with more channels than this slice has, no sets are told.
    if len(found.channels) > measures.MOST_IN_SETS or count.sum() != without:
        return Played(found, without, _nothing(found), is_told=False)
    number = found.number
    numbered = [sum(1 << number[name] - 1 for name in each) for each in members]
    return Played(
        found,
        without,
        _values(found, np.array(numbered, np.int64)[told.of], count.astype(np.float64)),
        is_told=True,
    )


def _values(found: Sold, unsold: Ints, count: Floats) -> Effects:
    """The values of the channels.

    Args:
        found: journeys of opportunities.
        unsold: the sets of the others.
        count: how many of these there are of each.
    """
    some = found.has_touches
    sets = np.bitwise_or.reduceat(1 << found.channel - 1, found.starts[:-1][some])
    won = found.is_won[some]
    number = 1 << len(found.channels)
    went = added_up(np.ones(sets.size), sets, number) + added_up(count, unsold, number)
    game = shapley.rates(added_up(won.astype(np.float64), sets, number), went)
    moves = np.zeros((found.ids.size, len(found.channels)))
    moves[some] = np.where(won[:, None], game.of_won[sets], game.of_lost[sets])
    others = game.of_lost[unsold]
    return Effects(
        found.channels, game.values, found.ids, moves, (others * count[:, None]).T @ others
    )


def _nothing(found: Sold) -> Effects:
    channels = len(found.channels)
    return Effects(
        found.channels,
        np.zeros(channels),
        found.ids,
        np.zeros((found.ids.size, channels)),
        np.zeros((channels, channels)),
    )
