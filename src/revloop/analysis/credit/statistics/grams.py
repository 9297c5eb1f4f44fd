"""Journeys, counted by step: which channel followed which, and how often a journey ended there.

A model that looks back over k channels needs nothing else of a million journeys. Channels are
numbered from 1 on; 0 is the start, where there is nothing yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from revloop.analysis.rates import Floats

Ints = NDArray[np.int64]

START = 0

_SMALL = 1 << 16
"""So many numbers are marked off in a table in no time, however few of them occur."""


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """Steps of journeys, one a row."""

    before: Ints
    """The channels before, the newest first, 0 where the journey had not begun; (rows, longest)."""
    channel: Ints
    """Where the step leads, from 1 on; (rows,)."""
    passes: Floats
    """How often journeys took the step; (rows,)."""
    won: Floats
    """Of these, after how many the journey ended in a conversion; (rows,)."""
    lost: Floats
    """Of these, after how many it ended without one; (rows,)."""

    @property
    def longest(self) -> int:
        """How many channels before each step are known: the highest order of a chain."""
        return int(self.before.shape[1])

    @property
    def journeys(self) -> float:
        """How many ended, by conversion or without."""
        return float(self.won.sum() + self.lost.sum())

    @property
    def conversions(self) -> float:
        return float(self.won.sum())

    def select(self, rows: NDArray[np.bool_] | Ints) -> Grams:
        """Some of the rows, by a mask or by their places."""
        return Grams(
            self.before[rows],
            self.channel[rows],
            self.passes[rows],
            self.won[rows],
            self.lost[rows],
        )

    @staticmethod
    def concatenate(parts: Sequence[Grams]) -> Grams:
        """All rows one below the other; equal steps stay apart, which no estimate minds.

        Raises:
            ValueError: No parts, or parts that look back differently far.
        """
        if len({part.longest for part in parts}) != 1:
            raise ValueError("only steps that look back equally far go together")
        return Grams(
            np.concatenate([part.before for part in parts]),
            np.concatenate([part.channel for part in parts]),
            np.concatenate([part.passes for part in parts]),
            np.concatenate([part.won for part in parts]),
            np.concatenate([part.lost for part in parts]),
        )

    def contexts(self, order: int) -> Ints:
        """The last channels before each step, the newest first; (rows, order).

        Raises:
            ValueError: The order is below 0, or looks back further than the rows do.
        """
        if not 0 <= order <= self.longest:
            raise ValueError(f"order {order} is not from 0 to {self.longest}")
        return self.before[:, :order]

    def arrivals(self, order: int) -> Ints:
        """The last channels after each step, that of the step first; (rows, order)."""
        return np.column_stack((self.channel, self.contexts(order)))[:, :order]


def grams(
    starts: ArrayLike,
    channels: ArrayLike,
    won: ArrayLike,
    lost: ArrayLike,
    *,
    longest: int = 3,
    collapse: bool = False,
) -> Grams:
    """Count the steps of journeys laid end to end.

    Args:
        starts: Where each of n journeys begins, and where the last one ends; n + 1 offsets.
        channels: The channels of all touches, from 1 on.
        won: Per journey how often it ended in a conversion; (n,).
        lost: Per journey how often it ended without one; (n,).
        longest: How many channels before each step are told apart.
        collapse: A channel that follows itself is the same touch.

    Returns:
        Each step once, in an order that does not depend on that of the journeys. A journey
        without touches has no steps and is not counted.

    Raises:
        ValueError: Offsets that do not fit, a channel below 1, a negative weight, or so many channels
            that steps which look back so far cannot be numbered.
    """
    offsets, steps = np.asarray(starts, dtype=np.int64), np.asarray(channels, dtype=np.int64)
    wins, losses = np.asarray(won, dtype=np.float64), np.asarray(lost, dtype=np.float64)
    _check(offsets, steps, wins, losses)
    journey = np.repeat(np.arange(wins.size), np.diff(offsets))
    if collapse:
        kept = np.ones(steps.size, dtype=np.bool_)
        kept[1:] = (steps[1:] != steps[:-1]) | (journey[1:] != journey[:-1])
        steps, journey = steps[kept], journey[kept]
    lengths = np.bincount(journey, minlength=wins.size)
    ends = np.cumsum(lengths)
    position = np.arange(steps.size) - np.repeat(ends - lengths, lengths)

    base = int(steps.max(initial=0)) + 1
    key = packed([steps], base, digits=longest + 1)
    for back in range(1, longest + 1):
        key *= base
        key[back:] += np.where(position[back:] >= back, steps[:-back], START)
    found, places = distinct(key, base ** (longest + 1))

    digits = found[:, None] // base ** np.arange(longest, -1, -1) % base
    some = lengths > 0
    last = places[ends[some] - 1]
    return Grams(
        digits[:, 1:],
        digits[:, 0],
        added_up((wins + losses)[journey], places, found.size),
        added_up(wins[some], last, found.size),
        added_up(losses[some], last, found.size),
    )


def one_by_one(
    starts: ArrayLike, channels: ArrayLike, won: ArrayLike, lost: ArrayLike, *, longest: int = 3
) -> Grams:
    """The steps of journeys laid end to end, each touch a row in its place.

    Args:
        starts: As of `grams`, and so are the others.
        channels: Of all touches.
        won: Per journey.
        lost: Per journey.
        longest: How many channels before each step are told.

    Raises:
        ValueError: As of `grams`.
    """
    offsets, steps = np.asarray(starts, dtype=np.int64), np.asarray(channels, dtype=np.int64)
    wins, losses = np.asarray(won, dtype=np.float64), np.asarray(lost, dtype=np.float64)
    _check(offsets, steps, wins, losses)
    lengths = np.diff(offsets)
    position = np.arange(steps.size) - np.repeat(offsets[:-1], lengths)
    before = np.zeros((steps.size, longest), np.int64)
    for back in range(1, longest + 1):
        before[back:, back - 1] = np.where(position[back:] >= back, steps[:-back], START)
    last = (offsets[1:] - 1)[lengths > 0]
    ended_won, ended_lost = np.zeros(steps.size), np.zeros(steps.size)
    ended_won[last], ended_lost[last] = wins[lengths > 0], losses[lengths > 0]
    return Grams(before, steps, np.repeat(wins + losses, lengths), ended_won, ended_lost)


def packed(columns: Sequence[Ints], base: int, *, digits: int | None = None) -> Ints:
    """Numbers below `base` as the digits of one, the first column the highest.

    Raises:
        ValueError: So many digits do not fit into 63 bits.
    """
    if base ** (digits or len(columns)) > np.iinfo(np.int64).max:
        raise ValueError(f"{base - 1} channels are too many to look back so far")
    key = columns[0].copy()
    for column in columns[1:]:
        key *= base
        key += column
    return key


def distinct(keys: Ints, space: int) -> tuple[Ints, Ints]:
    """The different keys, ascending, and the place of each key among them.

    Args:
        keys: From 0 on and below `space`.
        space: If it is not much larger than there are keys, they are marked off, not sorted.
    """
    if space > max(keys.size, _SMALL):
        found, places = np.unique(keys, return_inverse=True)
        return found, places
    seen = np.zeros(space, dtype=np.bool_)
    seen[keys] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[keys]


def added_up(values: Floats, places: Ints, size: int) -> Floats:
    """The sum of the values at each place; (size,)."""
    return np.bincount(places, weights=values, minlength=size).astype(np.float64, copy=False)


def _check(offsets: Ints, steps: Ints, won: Floats, lost: Floats) -> None:
    if offsets.size != won.size + 1 or won.shape != lost.shape:
        raise ValueError("n journeys have n + 1 offsets, and n weights of each kind")
    if offsets[0] != 0 or offsets[-1] != steps.size or (np.diff(offsets) < 0).any():
        raise ValueError("offsets ascend from 0 to the number of touches")
    if (steps < 1).any():
        raise ValueError("channels are numbered from 1 on")
    if not ((won >= 0).all() and (lost >= 0).all()):
        raise ValueError("nothing happens less often than never")
