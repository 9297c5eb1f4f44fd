"""The chain of channels that all journeys of a slice make, those without a sale included."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.analysis.credit import measures
from revloop.analysis.credit.booked import STEPS, codes, in_order, laid_end_to_end
from revloop.analysis.credit.statistics import markov, orders
from revloop.analysis.credit.statistics.grams import Grams, grams
from revloop.analysis.credit.statistics.shares import Floats, Ints
from revloop.analysis.credit.windows import whole
from revloop.analysis.reading import Given, Sums
from revloop.analysis.revenue.measures import LOST, WON

JOURNEYS = Sums("credit_journeys", measures.journey_sums, measures.CUTS)
UNSOLD = Sums("unsold", measures.unsold_sums, measures.CUTS)
_ORDERS = (1, 2, 3)
_LONGEST = len(measures.BEFORE_COLUMNS)


@dataclass(frozen=True)
class Journeys:
    """Journeys that ended in the period: won, lost, and those that led to no opportunity."""

    channels: tuple[str, ...]
    """Numbered from 1 in the order of this."""
    sold: Grams
    """Steps of the journeys of opportunities that were won or lost."""
    unsold: Grams
    fold_of_sold: Ints
    fold_of_unsold: Ints
    won: int
    lost: int
    """Opportunities, each with a touch."""
    without: int
    """Journeys without an opportunity, old enough to have none any more."""

    @property
    def every(self) -> Grams:
        return Grams.concatenate([self.sold, self.unsold])

    @cached_property
    def order(self) -> int:
        """How many channels back decide, by journeys that the chain has not seen."""
        held_out = np.concatenate([self.fold_of_sold, self.fold_of_unsold]) == 0
        if held_out.all() or not held_out.any():
            return 1
        every = self.every
        return orders.best_order(
            every.select(~held_out), every.select(held_out), _ORDERS, len(self.channels)
        )

    @cached_property
    def chain(self) -> markov.Chain:
        return markov.fit(self.every, self.order, len(self.channels))

    @cached_property
    def effects(self) -> dict[str, float]:
        """Of each channel, by what share fewer would buy if it led nowhere."""
        if not self.won:
            return {}
        return dict(zip(self.channels, self.chain.removal_effects.tolist(), strict=True))


def journeys(given: Given) -> Journeys:
    """The journeys that are asked for; where a cut says nothing of them, those without a sale are all."""
    ended = given.sums(JOURNEYS.name)
    ended = ended.filter(pc.is_in(ended["outcome"], pa.array([WON, LOST])))
    touches = in_order(given.tables[STEPS.name])
    unsold = given.sums(UNSOLD.name)
    texts: list[Any] = [touches["channel"], unsold["channel"]]
    texts += [unsold[name] for name in measures.BEFORE_COLUMNS]
    known = sorted({str(each) for text in texts for each in pc.unique(text).to_pylist() if each})
    number = {name: place + 1 for place, name in enumerate(known)}

    ids = whole(ended["journey"], -1)
    starts, rows = laid_end_to_end(touches, ids)
    won: Any = pc.is_in(ended["outcome"], pa.array([WON]))
    is_won = np.asarray(won.combine_chunks(), np.bool_)
    channel = _numbers(touches["channel"], number)[rows]
    fold = ids % measures.FOLDS
    parts = [_of(starts, channel, is_won, fold == each) for each in range(measures.FOLDS)]
    some = np.diff(starts) > 0
    return Journeys(
        channels=tuple(known),
        sold=Grams.concatenate(parts),
        unsold=_steps_of(unsold, number),
        fold_of_sold=np.repeat(np.arange(measures.FOLDS), [each.channel.size for each in parts]),
        fold_of_unsold=whole(unsold["fold"], 0),
        won=int((is_won & some).sum()),
        lost=int((~is_won & some).sum()),
        without=int(whole(unsold["lost"], 0).sum()),
    )


def _of(starts: Ints, channel: Ints, is_won: Any, chosen: Any) -> Grams:
    """The steps of some of the journeys."""
    sizes = np.diff(starts)
    mine = np.repeat(chosen, sizes)
    offsets = np.concatenate([[0], np.cumsum(sizes[chosen])])
    won: Floats = is_won[chosen].astype(np.float64)
    return grams(offsets, channel[mine], won, 1 - won, longest=_LONGEST)


def _steps_of(unsold: pa.Table, number: dict[str, int]) -> Grams:
    lost = whole(unsold["lost"], 0).astype(np.float64)
    before = [_numbers(unsold[name], number) for name in measures.BEFORE_COLUMNS]
    return Grams(
        np.column_stack(before),
        _numbers(unsold["channel"], number),
        whole(unsold["passes"], 0).astype(np.float64),
        np.zeros_like(lost),
        lost,
    )


def _numbers(column: Any, number: dict[str, int]) -> Ints:
    """The numbers of channels; 0 where there is none."""
    told = codes(column.fill_null(""))
    return np.array([number.get(each, 0) for each in told.values], np.int64)[told.of]
