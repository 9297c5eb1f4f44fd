"""What each channel adds to the others: Shapley values of the channels of journeys.

A game gives a value v(S) to every set of channels, and the Shapley value (1953) of a channel is the
mean of what it adds, over all orders in which channels may come together. Two games are played:

- By revenue: v(S) is the revenue of the journeys that have no other channels than S. Then there is
  a closed form (Zhao, Mahboobi and Bagheri 2018): each journey is shared equally among its distinct
  channels. It adds up to the revenue.
- By rate: v(S) is the share of these journeys that converted. That is another thing: it knows
  journeys that did not convert, adds up to a rate, and may be below 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from revloop.analysis.rates import Floats

MOST = 16
"""Of more channels, the 2ⁿ sets are too many to look at each."""


def shapley(
    sets: Iterable[Collection[str]], revenue: Iterable[int | Fraction]
) -> dict[str, Fraction]:
    """By revenue: φ_c = Σ R_j / |set_j| over the journeys j with channel c.

    Args:
        sets: The channels of each journey; a channel that comes twice counts once.
        revenue: Of each journey, in minor units; or how many conversions it stands for.

    Returns:
        By channel, in alphabetical order; the sum is the revenue of all journeys with a channel.

    Raises:
        ValueError: Not as many revenues as sets.
    """
    shares: dict[str, Fraction] = {}
    for channels, worth in zip(sets, revenue, strict=True):
        members = set(channels)
        for channel in members:
            shares[channel] = shares.get(channel, Fraction(0)) + Fraction(worth) / len(members)
    return dict(sorted(shares.items()))


def by_rate(
    sets: Sequence[Collection[str]], conversions: Sequence[float], journeys: Sequence[float]
) -> dict[str, float]:
    """By rate: the Shapley values of v(S), the share converted of the journeys inside S.

    v is 0 where no journey is inside S. The values add up to v of all channels, the rate of all
    journeys; they are scaled to add up to the conversions. Below 0 is a channel that journeys fare
    better without: such a value is not a share of anything.

    Args:
        sets: The channels of each journey, or of each kind of journey.
        conversions: How many of each converted.
        journeys: How many there were of each.

    Raises:
        ValueError: More than 16 channels, or columns of different lengths.
    """
    names = sorted({channel for channels in sets for channel in channels})
    won, went = np.zeros(_sets_of(names)), np.zeros(_sets_of(names))
    bit = {name: 1 << place for place, name in enumerate(names)}
    for channels, converted, of_it in zip(sets, conversions, journeys, strict=True):
        its = sum(bit[channel] for channel in set(channels))
        if its:
            won[its] += converted
            went[its] += of_it
    values = rates(won, went).values * went.sum()
    return {name: float(value) for name, value in zip(names, values, strict=True)}


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """The game by rate of C channels, and what journeys do to its values.

    A set is the number whose bit i says whether channel i is in it.
    """

    values: Floats
    """Of each channel, (C,); they add up to the rate of all journeys."""
    of_won: Floats
    """By how much they grow where one more journey of a set converts; (2^C, C)."""
    of_lost: Floats
    """And where it does not."""


def rates(won: Floats, went: Floats) -> Rates:
    """The game by rate of journeys counted by their sets, and its derivatives.

    With φ_c = Σ k_c(S)·v(S), one more journey of the set T moves v(S) of every S that holds T, by
    (1 − v(S))/n(S) where it converts and by −v(S)/n(S) where it does not. Of a set that no journey
    has these are not told.

    Args:
        won: How many journeys of each set converted; (2^C,). The empty set has none.
        went: How many there were.
    """
    channels = went.size.bit_length() - 1
    inside, of = _inside(won), _inside(went)
    v = np.divide(inside, of, out=np.zeros_like(inside), where=of > 0)
    # φ is linear in v: its factors are the values of the games in which one set alone is worth 1.
    factors = _factors(channels)
    each = np.divide(factors, of, out=np.zeros_like(factors), where=of > 0)
    lost = _over(-each * v).T
    return Rates(by_coalitions(v), _over(each).T + lost, lost)


def by_coalitions(values: Sequence[Fraction | float] | NDArray[Any]) -> NDArray[Any]:
    """The Shapley values of any game, by its definition: over all sets that a player may join.

    φ_i = Σ |S|!·(n − 1 − |S|)!/n! · (v(S and i) − v(S)) over all S without i.

    Args:
        values: v of each of the 2ⁿ sets; bit i of its place says whether player i is in it. Objects
            that are exact stay exact, everything else is computed as float64.

    Raises:
        ValueError: Not the values of 2ⁿ sets, or more than 16 players.
    """
    v = np.asarray(values)
    exact = v.dtype == object
    n = max(1, v.size).bit_length() - 1
    if v.shape != (1 << n,):
        raise ValueError("each of the 2ⁿ sets has a value")
    places = np.arange(_sets_of(range(n)))
    sizes = np.bitwise_count(places)
    orders = [Fraction(factorial(k) * factorial(n - 1 - k), factorial(n)) for k in range(n)]
    weights = np.array(orders, dtype=object if exact else np.float64)
    shares = np.zeros(n, dtype=weights.dtype)
    for player in range(n):
        without = places[places >> player & 1 == 0]
        added = v[without | 1 << player] - v[without]
        shares[player] = (weights[sizes[without]] * added).sum()
    return shares


def _inside(of_sets: Floats) -> Floats:
    """Of each set the sum over its subsets, one channel after the other (Yates 1937)."""
    sums = of_sets.copy()
    for place in range(sums.size.bit_length() - 1):
        halves = sums.reshape(-1, 2, 1 << place)
        halves[:, 1] += halves[:, 0]
    return sums


def _over(of_sets: Floats) -> Floats:
    """Of each set the sum over all sets that hold it; (C, 2^C)."""
    sums = of_sets.copy()
    for place in range(sums.shape[1].bit_length() - 1):
        halves = sums.reshape(sums.shape[0], -1, 2, 1 << place)
        halves[:, :, 0] += halves[:, :, 1]
    return sums


def _factors(channels: int) -> Floats:
    """How much the value of each set counts for each channel, k_c(S); (C, 2^C)."""
    places = np.arange(1 << channels)
    sizes = np.bitwise_count(places)
    orders = [factorial(k) * factorial(channels - 1 - k) for k in range(channels)]
    weights = np.array(orders, np.float64) / factorial(channels)
    found = np.zeros((channels, places.size))
    for channel in range(channels):
        has = (places >> channel & 1) == 1
        found[channel, has] = weights[sizes[has] - 1]
        found[channel, ~has] = -weights[sizes[~has]]
    return found


def _sets_of(channels: Collection[Any]) -> int:
    if len(channels) > MOST:
        raise ValueError(f"{len(channels)} channels are more than {MOST}")
    return 1 << len(channels)
