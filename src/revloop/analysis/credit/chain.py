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
from revloop.analysis.credit.intervals import Effects
from revloop.analysis.credit.statistics import markov, orders
from revloop.analysis.credit.statistics.grams import Grams, grams, one_by_one
from revloop.analysis.credit.statistics.influence import influence
from revloop.analysis.credit.statistics.shares import Flags, Floats, Ints
from revloop.analysis.reading import Given, Sums
from revloop.analysis.revenue.measures import LOST, WON
from revloop.analysis.revenue.money import whole_numbers

JOURNEYS = Sums("credit_journeys", measures.journey_sums, measures.CUTS)
UNSOLD = Sums("unsold", measures.unsold_sums, measures.CUTS)
_HELD_OUT = 5
"""One of so many journeys says how far back a chain of the others should look."""


@dataclass(frozen=True)
class Sold:
    """Journeys of opportunities that were won or lost, end to end."""

    channels: tuple[str, ...]
    """Numbered from 1 in the order of this."""
    ids: Ints
    """Ascending."""
    starts: Ints
    channel: Ints
    """The number of that of each touch."""
    is_won: Flags

    @property
    def has_touches(self) -> Flags:
        return np.asarray(np.diff(self.starts) > 0)

    @property
    def won(self) -> int:
        """Opportunities, each with a touch."""
        return int((self.is_won & self.has_touches).sum())

    @property
    def lost(self) -> int:
        return int((~self.is_won & self.has_touches).sum())

    @property
    def number(self) -> dict[str, int]:
        """Of each channel."""
        return {name: place + 1 for place, name in enumerate(self.channels)}


@dataclass(frozen=True)
class Journeys:
    """Journeys that ended in the period: won, lost, and those that led to no opportunity."""

    sold: Sold
    unsold: Grams
    """Their steps, counted."""
    fold_of_unsold: Ints
    """Of each step."""
    month_of_unsold: Ints
    longest: int
    """How many channels before each step are told."""

    @property
    def won(self) -> int:
        return self.sold.won

    @property
    def lost(self) -> int:
        return self.sold.lost

    @property
    def without(self) -> int:
        """Journeys without an opportunity, old enough to have none any more."""
        return int(self.unsold.lost.sum())

    @cached_property
    def _parts(self) -> tuple[Grams, Grams]:
        """The steps of journeys of opportunities, and of those of them that are held out."""
        held_out = self.sold.ids % _HELD_OUT == 0
        return _counted(self.sold, ~held_out, self.longest), _counted(
            self.sold, held_out, self.longest
        )

    @cached_property
    def order(self) -> int:
        """How many channels back decide, by journeys that the chain has not seen."""
        held_out = self.fold_of_unsold % _HELD_OUT == 0
        train, test = (
            Grams.concatenate([part, self.unsold.select(which)])
            for part, which in zip(self._parts, (~held_out, held_out), strict=True)
        )
        if not train.channel.size or not test.channel.size:
            return 1
        among = range(1, self.longest + 1)
        return orders.best_order(train, test, among, len(self.sold.channels))

    @cached_property
    def chain(self) -> markov.Chain:
        every = Grams.concatenate([*self._parts, self.unsold])
        return markov.fit(every, self.order, len(self.sold.channels))

    @cached_property
    def effects(self) -> Effects:
        """Of each channel, by what share fewer would buy if it led nowhere."""
        moving, sold = influence(self.chain), self.sold
        won = sold.is_won.astype(np.float64)
        steps = one_by_one(sold.starts, sold.channel, won, 1 - won, longest=self.longest)
        some = sold.has_touches
        moves = np.zeros((sold.ids.size, len(sold.channels)))
        if steps.channel.size:
            moves[some] = np.add.reduceat(moving.of(steps), sold.starts[:-1][some], axis=0)
        return Effects(
            sold.channels,
            self.chain.removal_effects,
            sold.ids,
            moves,
            covariance(moving.of(self.unsold), self.unsold.lost, *self._groups),
        )

    @property
    def _groups(self) -> tuple[Ints, Ints]:
        return self.month_of_unsold, self.fold_of_unsold


def sold(given: Given, *others: Any) -> Sold:
    """The journeys of opportunities that are asked for.

    Args:
        given: the sums.
        others: Columns of channels that are numbered with those of the journeys.
    """
    ended = given.sums(JOURNEYS.name)
    ended = ended.filter(pc.is_in(ended["outcome"], pa.array([WON, LOST])))
    touches = in_order(given.tables[STEPS.name])
    texts: list[Any] = [touches["channel"], *others]
    known = sorted({str(each) for text in texts for each in pc.unique(text).to_pylist() if each})
    number = {name: place + 1 for place, name in enumerate(known)}
    ids = whole_numbers(ended["journey"], -1)
    order = np.argsort(ids, kind="stable")
    starts, rows = laid_end_to_end(touches, ids[order])
    won: Any = pc.is_in(ended["outcome"], pa.array([WON]))
    is_won = np.asarray(won.combine_chunks(), np.bool_)
    return Sold(
        tuple(known), ids[order], starts, _numbers(touches["channel"], number)[rows], is_won[order]
    )


def journeys(given: Given) -> Journeys:
    """The journeys that are asked for; where a cut says nothing of them, those without a sale are all."""
    unsold = given.sums(UNSOLD.name)
    before = [unsold[name] for name in measures.BEFORE_COLUMNS]
    found = sold(given, unsold["channel"], *before)
    longest = len(before) if _looks_far_back(found, unsold) else len(before) - 1
    lost = whole_numbers(unsold["lost"], 0).astype(np.float64)
    month: Any = unsold["month"]
    return Journeys(
        sold=found,
        unsold=Grams(
            np.column_stack([_numbers(each, found.number) for each in before[:longest]]),
            _numbers(unsold["channel"], found.number),
            whole_numbers(unsold["passes"], 0).astype(np.float64),
            np.zeros_like(lost),
            lost,
        ),
        fold_of_unsold=whole_numbers(unsold["fold"], 0),
        month_of_unsold=codes(month.fill_null("")).of,
        longest=longest,
    )


def covariance(moves: Floats, journeys: Floats, month: Ints, fold: Ints) -> Floats:
    """What journeys that are known by their steps alone give to the covariance of effects; (C, C).

    It is the sum of squares of what each does. They are parted by chance into the folds of their
    month: by how far the sums of these differ, as many journeys do that many times as much as one
    (random groups, Wolter 2007). Around the mean of the month that is the variance of journeys as
    many as there were; that there were so many is chance, too, by Poisson.

    Args:
        moves: What each row does to the effects; (rows, C).
        journeys: How many ended with it.
        month: Of each row.
        fold: Of each row.
    """
    if not month.size:
        return np.zeros((moves.shape[1], moves.shape[1]))
    groups, group = np.unique(month * (fold.max() + 1) + fold, return_inverse=True)
    months, of_month = np.unique(groups // (fold.max() + 1), return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(groups.size))
    sums = np.add.reduceat(moves[order], starts, axis=0)
    count = np.bincount(group, journeys, groups.size)
    of_all = np.bincount(of_month, count, months.size)
    mean = np.zeros((months.size, moves.shape[1]))
    np.add.at(mean, of_month, sums)
    mean /= np.maximum(of_all, 1)[:, None]
    # One group alone says nothing of how groups differ: it counts as one large journey.
    parts = np.bincount(of_month)
    mean[parts == 1] = 0
    beside = sums - count[:, None] * mean[of_month]
    within = (beside * (parts / np.maximum(parts - 1, 1))[of_month, None]).T @ beside
    found: Floats = within + (mean * of_all[:, None]).T @ mean
    return found


def _looks_far_back(found: Sold, unsold: pa.Table) -> bool:
    """Whether four channels before each step are told, and are few enough to be looked at.

    They are not told where the company has more channels than the journeys of this slice.
    """
    if len(found.channels) > measures.FEW_CHANNELS:
        return False
    *_, third, fourth = measures.BEFORE_COLUMNS
    goes_on: Any = pc.greater(unsold["passes"], unsold["lost"])
    told: Any = pc.and_(unsold[third].is_valid(), goes_on)
    return bool(unsold[fourth].null_count < unsold.num_rows or not pc.any(told).as_py())


def _counted(all_of_them: Sold, chosen: Flags, longest: int) -> Grams:
    """The steps of some of the journeys."""
    sizes = np.diff(all_of_them.starts)
    mine = np.repeat(chosen, sizes)
    offsets = np.concatenate([[0], np.cumsum(sizes[chosen])])
    won: Floats = all_of_them.is_won[chosen].astype(np.float64)
    return grams(offsets, all_of_them.channel[mine], won, 1 - won, longest=longest)


def _numbers(column: Any, number: dict[str, int]) -> Ints:
    """The numbers of channels; 0 where there is none."""
    told = codes(column.fill_null(""))
    return np.array([number.get(each, 0) for each in told.values], np.int64)[told.of]
