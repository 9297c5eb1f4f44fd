"""What would be lost without a channel: journeys as an absorbing Markov chain of order k.

A state is the last k channels of a journey, fewer near its start. With Q the probabilities between
states and b those of converting next, N = (I − Q)⁻¹ are the expected visits (Kemeny and Snell 1960)
and P(conversion) = (N·b) at the start. The removal effect of channel c (Anderl et al. 2016) is

    RE_c = 1 − P(conversion if every step to c ends the journey for nothing) / P(conversion)

Conversions are credited in proportion to it. It is a model: it takes for granted that who is turned
away at c would not have come by another way, and that only the last k channels matter.

Nothing is simulated. A journey that converts only without c is one that never enters the states R
whose newest channel is c. Who enters them does so first at some r of R, and converts from there
with h(r) = (N·b)(r). If f(r) is the probability of that first entry, the visits from the start are
N_start,R = f·N_RR, so

    RE_c = f·h_R / P(conversion)     where f = N_start,R·(N_RR)⁻¹

One inverse thus serves all channels. It is taken of small chains. A large one is walked forward
from the start, for all removals together: round m holds the journeys that have m touches.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from revloop.analysis.credit.statistics.grams import START, Grams, Ints, distinct, packed
from revloop.analysis.rates import Floats

_SMALL = 200
"""Up to so many states an inverse is quicker than walking."""
_AT_ONCE = 4_000_000
"""So many numbers of matrices are held at once, 32 MB."""
_ROUNDS = 300
"""Who has not settled by then settles slowly, and is solved for directly."""
_TOLERANCE = 1e-15
_BALANCED = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """What a chain says of the channels."""

    order: int
    states: Ints
    """The states that occur: their channels, the newest first, 0 before the start; (S, order)."""
    p_conversion: float
    """As it is: the share of journeys that converted. 0 where there are no journeys."""
    removal_effects: Floats
    """By what share it would be less without each channel; (C,), from 0 to 1.

    0 for a channel in no journey, and for all where nothing converts.
    """
    onward: Any
    """Q, the probabilities between states, as a sparse array; (S, S)."""
    converting: Floats
    """b, the probability of converting next; (S,)."""
    passed: Floats
    """How often journeys were in each state, that of the start is how many there were; (S,)."""


def fit(grams: Grams, order: int, channels: int) -> Chain:
    """The chain of journeys.

    Args:
        grams: The steps of whole journeys.
        order: How many channels back decide about the next step, from 1 on.
        channels: How many there are, C; those of the grams are 1..C.

    Raises:
        ValueError: The order is not from 1 to that of the grams, a channel is above C, or a step
            leads where no journey goes on or ends.
    """
    some = grams.select(grams.passes > 0)
    wiring = _wired(some, order, channels)
    counted = _counted(wiring, *(each[None] for each in (some.passes, some.won, some.lost)))
    p, effects = _solved(wiring, counted)
    return Chain(
        order,
        wiring.states,
        float(p[0]),
        effects[0],
        _sparse(wiring, counted.onward[0]),
        counted.wins[0],
        counted.leaving[0],
    )


def fit_many(
    grams: Grams, passes: ArrayLike, won: ArrayLike, lost: ArrayLike, order: int, channels: int
) -> Floats:
    """The removal effects in resamples of journeys, for intervals by the bootstrap.

    Args:
        grams: The steps; their own counts are not looked at.
        passes: Of each resample how often each step was taken; (B, rows).
        won: After how many the journey ended in a conversion; (B, rows).
        lost: After how many it ended without one; (B, rows).
        order: As of `fit`.
        channels: As of `fit`, C.

    Returns:
        (B, C); zeros for a resample in which nothing converts.

    Raises:
        ValueError: As of `fit`: a resample is one of whole journeys.
    """
    counts = (np.asarray(each, dtype=np.float64) for each in (passes, won, lost))
    wiring = _wired(grams, order, channels)
    return _solved(wiring, _counted(wiring, *counts))[1]


def credits(total: float, effects: Floats) -> Floats | None:  # noqa: A001 - what they are called
    """A total, shared out in proportion to removal effects; (C,). None where all effects are 0."""
    whole = effects.sum()
    return total * effects / whole if whole > 0 else None


@dataclass(frozen=True, slots=True, eq=False)
class _Wiring:
    """Which state leads to which, of S states and P different pairs of them; no counts."""

    states: Ints
    newest: Ints
    """(S,); 0 is the start, which is the first state and never entered again."""
    source: Ints
    target: Ints
    """Of each pair, (P,)."""
    pair_of: Ints
    state_after: Ints
    """Of each row of the grams."""
    channels: int

    @property
    def size(self) -> int:
        return self.newest.size


def _wired(grams: Grams, order: int, channels: int) -> _Wiring:
    if order < 1:
        raise ValueError("a chain looks back at least one channel")
    if (grams.channel > channels).any():
        raise ValueError(f"there are more than {channels} channels")
    base = channels + 1
    ways = np.concatenate((grams.contexts(order), grams.arrivals(order)))
    found, places = distinct(packed(list(ways.T), base), base**order)
    before, after = np.split(places, 2)
    pairs, pair_of = distinct(before * found.size + after, found.size**2)
    states = found[:, None] // base ** np.arange(order - 1, -1, -1) % base
    return _Wiring(
        states,
        states[:, 0],
        pairs // max(1, found.size),
        pairs % max(1, found.size),
        pair_of,
        after,
        channels,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """Of B chains of one wiring, where those in a state go next."""

    onward: Floats
    """The probability of each pair of states; (B, P)."""
    wins: Floats
    """That of converting; (B, S)."""
    leaving: Floats
    """How often journeys were in each state; (B, S)."""


def _counted(wiring: _Wiring, passes: Floats, won: Floats, lost: Floats) -> _Counted:
    steps = _summed(passes, wiring.pair_of, wiring.source.size)
    wins = _summed(won, wiring.state_after, wiring.size)
    ends = wins + _summed(lost, wiring.state_after, wiring.size)
    leaving = _summed(steps, wiring.source, wiring.size) + ends
    stuck = _summed(steps, wiring.target, wiring.size) - leaving
    # Journeys that go nowhere would make the system singular, or its solution mean nothing.
    if (np.abs(stuck[:, 1:]) > _BALANCED * leaving.max(initial=0, axis=1, keepdims=True)).any():
        raise ValueError("a step leads where no journey goes on or ends: take whole journeys")
    some = np.where(leaving > 0, leaving, 1)
    return _Counted(steps / some[:, wiring.source], wins / some, leaving)


def _solved(wiring: _Wiring, counted: _Counted) -> tuple[Floats, Floats]:
    """P(conversion), (B,), and removal effects, (B, C)."""
    many = len(counted.onward)
    p, effects = np.zeros(many), np.zeros((many, wiring.channels))
    at_once = max(1, _AT_ONCE // max(1, wiring.size) ** 2) if wiring.size <= _SMALL else 1
    solve = _by_inverse if wiring.size <= _SMALL else _by_walking
    for first in range(0, many if wiring.size else 0, at_once):
        chunk = slice(first, first + at_once)
        p[chunk], effects[chunk] = solve(wiring, counted.onward[chunk], counted.wins[chunk])
    # Of floats that are equal a hair below 0 may be left.
    return p, np.clip(effects, 0, 1)


def _sparse(wiring: _Wiring, onward: Floats) -> Any:
    """Q, of one chain."""
    from scipy.sparse import csr_array

    return csr_array((onward, (wiring.source, wiring.target)), (wiring.size, wiring.size))


def _summed(values: Floats, places: Ints, size: int) -> Floats:
    """Values of (B, n) added up by place; (B, size)."""
    from scipy.sparse import csr_array

    member = csr_array(
        (np.ones(places.size), (places, np.arange(places.size))), (size, places.size)
    )
    result: Floats = (member @ values.T).T
    return result


def _by_inverse(wiring: _Wiring, onward: Floats, wins: Floats) -> tuple[Floats, Floats]:
    """By one inverse for all channels, for B chains at once."""
    every = np.arange(wiring.size)
    system = np.zeros((len(onward), wiring.size, wiring.size))
    system[:, every, every] = 1
    system[:, wiring.source, wiring.target] -= onward
    visits = np.linalg.inv(system)
    converting = (visits @ wins[:, :, None])[:, :, 0]
    p = converting[:, START]
    lost = np.zeros((len(onward), wiring.channels))
    for channel in _occurring(wiring):
        its = np.flatnonzero(wiring.newest == channel)
        within = visits[:, its[:, None], its].transpose(0, 2, 1)
        first = np.linalg.solve(within, visits[:, START, its, None])[:, :, 0]
        lost[:, channel - 1] = (first * converting[:, its]).sum(axis=1)
    return p, np.divide(lost, p[:, None], out=np.zeros_like(lost), where=p[:, None] > 0)


def _by_walking(wiring: _Wiring, onward: Floats, wins: Floats) -> tuple[Floats, Floats]:
    """Round by round, for the whole chain and all removals at once; of one chain, so B is 1.

    After some rounds the journeys x that still go on only become fewer: x·Q = r·x + d with a small
    d. Then what they have still to convert is x·N·b = (x·b + d·N·b)/(1 − r), and as N·b is a
    probability, leaving d out errs by at most |d|/(1 − r): a bound that holds, not a guess.
    """
    q = _sparse(wiring, onward[0])
    forward, b = q.T.tocsr(), wins[0]
    if not b.any():
        return np.zeros(1), np.zeros((1, wiring.channels))
    # The first column is the whole chain: what it removes is the start, which nobody enters.
    removed = np.array([START, *_occurring(wiring)])
    kept = wiring.newest[:, None] != removed
    p = np.zeros(removed.size)
    walking = np.arange(removed.size)
    x = np.zeros((wiring.size, removed.size))
    x[START] = 1
    for _ in range(_ROUNDS):
        after = (forward @ x) * kept[:, walking]
        r = after.sum(axis=0) / x.sum(axis=0)
        error = np.abs(after - r * x).sum(axis=0)
        now = b @ x
        p[walking] += now
        settled = (error <= _TOLERANCE * p[0] * (1 - r)) & (r < 1)
        p[walking[settled]] += now[settled] * r[settled] / (1 - r[settled])
        x, walking = after[:, ~settled], walking[~settled]
        if not walking.size:
            break
    for column in walking:
        p[column] = _direct(q, b, kept[:, column] | (wiring.newest == START))
    effects = np.zeros((1, wiring.channels))
    effects[0, removed[1:] - 1] = 1 - p[1:] / p[0]
    return p[:1], effects


def _direct(q: Any, b: Floats, kept: Any) -> float:
    """P(conversion) from the start within the states that are kept, by sparse elimination."""
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import splu

    within = q[kept][:, kept]
    return float(splu((eye_array(len(b[kept])) - within).tocsc()).solve(b[kept])[START])


def _occurring(wiring: _Wiring) -> Iterable[int]:
    return (int(channel) for channel in np.unique(wiring.newest) if channel != START)
