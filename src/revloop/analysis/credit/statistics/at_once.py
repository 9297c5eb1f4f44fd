"""What channels earned by nine models, from raw touches in one pass.

First, last, linear, U-shaped, time decay, Markov of orders 1 to 3 and Shapley, each by conversions
and by value, before rounding. The credits are those of `shares`, `grams` and `markov`; here no touch
has its own share, so that ten million touches take about a second. Every touch belongs to one journey
alone, and every channel can be looked up in tables of four steps: there are at most 60.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from revloop.agreement.terms.credit_models import FIRST, LAST, LINEAR, SHAPLEY, rule
from revloop.analysis.credit.statistics import markov
from revloop.analysis.credit.statistics.grams import Grams
from revloop.analysis.credit.statistics.packed_touches import (
    THREADS,
    Ints,
    Layout,
    Part,
    in_order,
)
from revloop.analysis.rates import Floats

U_SHAPED, TIME_DECAY = "u_shaped", "time_decay"
SHARED = (FIRST, LAST, LINEAR, U_SHAPED, TIME_DECAY, SHAPLEY)
"""The models that share each journey by itself."""
ORDERS = (1, 2, 3)
MOST = 60
_LONGEST = max(ORDERS)
_U = rule(U_SHAPED)
_AT_THE_ENDS, _BETWEEN = float(_U.parts[FIRST]), float(_U.rest)
_CHUNK = 1 << 17
_DAY = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """What came of journeys 0..n."""

    converted: NDArray[np.bool_]
    value: Ints
    """In minor units; that of journeys which did not convert is not looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Earned:
    """What the channels earned, those of 1..C at the places 0..C−1; journeys without touches aside."""

    conversions: Mapping[str, Floats]
    """By model: `SHARED`, and `markov_1` to `markov_3`."""
    value: Mapping[str, Floats]
    """Likewise, in minor units."""
    removal_effects: Mapping[int, Floats]
    """By order."""


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What journeys add to, some of them or all."""

    passes: Ints
    """How often each step of four channels was taken, the newest the lowest digit; ((C + 1)⁴,)."""
    ended: Ints
    """After how many of them a journey ended."""
    won: Ints
    """Of these, in a conversion."""
    credits: Floats
    """Of `SHARED`, by conversions and by value; (6, 2, C + 1)."""

    def __iadd__(self, other: Sums) -> Self:
        for name in self.__slots__:
            own = getattr(self, name)
            own += getattr(other, name)
        return self


def earned(parts: Sequence[Part], ends: Ends, channels: int, *, half_life: float = 14.0) -> Earned:
    """The credits of all models.

    Args:
        parts: The touches.
        ends: What came of their journeys.
        channels: How many there are, C.
        half_life: Days in which a touch loses half its weight.

    Raises:
        ValueError: More than 60 channels, or numbers of touches that do not fit together.
    """
    layout = checked(ends, channels)
    with ThreadPoolExecutor(THREADS) as pool:
        keys = in_order(parts, layout, pool)
        sums = summed(keys, layout, ends, half_life, pool)
    return concluded(sums, channels)


def checked(ends: Ends, channels: int) -> Layout:
    """The layout of keys for these journeys and channels.

    Raises:
        ValueError: There are too many channels, or none.
    """
    if not 1 <= channels <= MOST:
        raise ValueError(f"there are from 1 to {MOST} channels")
    return Layout(ends.converted.size, channels)


def nothing(channels: int) -> Sums:
    cells = (channels + 1) ** (_LONGEST + 1)
    passes, ended, won = np.zeros((3, cells), np.int64)
    return Sums(passes, ended, won, np.zeros((len(SHARED), 2, channels + 1)))


def summed(
    keys: Ints, layout: Layout, ends: Ends, half_life: float, pool: ThreadPoolExecutor
) -> Sums:
    """The sums of sorted keys; they do not depend on the number of threads."""
    total = nothing(layout.channels)
    # A chunk is not much smaller than the tables that it is added to.
    chunks = layout.chunks(keys, max(_CHUNK, total.passes.size))
    for each in pool.map(partial(_of_chunk, keys, layout, ends, half_life), chunks):
        total += each
    return total


def concluded(sums: Sums, channels: int) -> Earned:
    """The credits, when all journeys are summed."""
    totals = sums.credits[SHARED.index(LAST)].sum(axis=1)
    credited = {name: sums.credits[place, :, 1:] for place, name in enumerate(SHARED)}
    steps, effects = _grams(sums, channels + 1), {}
    for order in ORDERS:
        effects[order] = markov.fit(steps, order, channels).removal_effects
        shares = markov.credits(1.0, effects[order])
        by_effect = np.zeros(channels) if shares is None else shares
        credited[f"markov_{order}"] = totals[:, None] * by_effect
    return Earned(
        {name: found[0] for name, found in credited.items()},
        {name: found[1] for name, found in credited.items()},
        effects,
    )


def _grams(sums: Sums, base: int) -> Grams:
    cells = np.flatnonzero(sums.passes)
    digits = cells[:, None] // base ** np.arange(_LONGEST + 1) % base
    won = sums.won[cells].astype(np.float64)
    return Grams(
        digits[:, 1:],
        digits[:, 0],
        sums.passes[cells].astype(np.float64),
        won,
        sums.ended[cells] - won,
    )


def _of_chunk(keys: Ints, layout: Layout, ends: Ends, half_life: float, chunk: slice) -> Sums:
    own = keys[chunk]
    base = layout.channels + 1
    cells = base ** (_LONGEST + 1)
    channel, journey = layout.channel(own), layout.journey(own)
    begins = np.concatenate(([0], np.flatnonzero(journey[1:] != journey[:-1]) + 1))
    steps, before = channel.copy(), channel
    for back in range(1, _LONGEST + 1):
        earlier = np.zeros_like(before)
        earlier[1:] = before[:-1]
        earlier[begins] = 0
        steps += earlier * base**back
        before = earlier
    sizes = np.diff(begins, append=own.size)
    last = steps[begins + sizes - 1]
    its = journey[begins]
    won = ends.converted[its]
    kept = np.repeat(won, sizes)
    converting = _Converting(
        channel[kept],
        layout.second(own[kept]),
        sizes[won],
        ends.value[its[won]].astype(np.float64),
        layout.channels,
    )
    return Sums(
        np.bincount(steps, minlength=cells),
        np.bincount(last, minlength=cells),
        np.bincount(last[won], minlength=cells),
        converting.credits(half_life),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Converting:
    """Journeys that converted, end to end."""

    channel: Ints
    second: Ints
    sizes: Ints
    """Of each journey how many touches it has, at least one."""
    value: Floats
    channels: int

    def credits(self, half_life: float) -> Floats:
        """(6, 2, C + 1)."""
        if not self.sizes.size:
            return np.zeros((len(SHARED), 2, self.channels + 1))
        n = self.sizes
        ends = np.cumsum(n)
        begins, lasts = ends - n, ends - 1
        worth = np.repeat(self.value, n)
        u_shaped = np.repeat(np.where(n > 2, _BETWEEN / np.maximum(n - 2, 1), 0), n)  # noqa: PLR2004
        u_shaped[begins] = u_shaped[lasts] = np.where(n > 2, _AT_THE_ENDS, 1 / n)  # noqa: PLR2004
        ages = np.repeat(self.second[lasts], n) - self.second
        decayed = np.exp2(ages * (-1 / (_DAY * half_life)))
        decayed /= np.repeat(np.add.reduceat(decayed, begins), n)
        return np.stack(
            (
                self._added(self.channel[begins], np.ones(n.size), self.value),
                self._added(self.channel[lasts], np.ones(n.size), self.value),
                self._added(self.channel, np.repeat(1 / n, n), worth),
                self._added(self.channel, u_shaped, worth),
                self._added(self.channel, decayed, worth),
                self._by_channel_set(begins),
            )
        )

    def _added(self, channel: Ints, share: Floats, worth: Floats) -> Floats:
        size = self.channels + 1
        return np.stack(
            (
                np.bincount(channel, share, minlength=size),
                np.bincount(channel, share * worth, minlength=size),
            )
        )

    def _by_channel_set(self, begins: Ints) -> Floats:
        """Shapley's value: a journey is shared equally among its different channels."""
        sets = np.bitwise_or.reduceat(np.int64(1) << self.channel, begins)
        members = (sets[:, None] >> np.arange(self.channels + 1)) & 1
        each = 1 / np.bitwise_count(sets)
        shared: Floats = np.stack((each, self.value * each)) @ members
        return shared
