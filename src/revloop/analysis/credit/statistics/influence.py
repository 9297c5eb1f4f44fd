"""By how much removal effects move where a journey counts once more than it did.

Removal effects are smooth functions of how often each step was taken, so that their derivatives say
what every journey does to them: its influence (Hampel 1974). The sum of squared influences is the
variance of the effects, that of the infinitesimal jackknife (Efron 1982, Jaeckel 1972), and effects
plus influences times how often each journey is drawn are a resample at the cost of a product of
matrices: no chain is solved again.

With N = (I − Q)⁻¹, v = N_start the expected visits and h = N·b what is converted from each state, a
probability that moves by dp_ij moves P(conversion) by v_i·dp_ij·h_j. A step from i to j that is counted
once more moves p_i by (1 − p_ij)/n_i there and by −p_ik/n_i elsewhere, which comes to

    ∂P/∂n_ij = v_i·(h_j − h_i)/n_i     with h = 1 for a conversion and 0 for the end without one.

Without channel c the same holds of v and h within the states that are left, and RE_c = 1 − P_c/P has

    ∂RE_c/∂n = −(∂P_c/∂n − (1 − RE_c)·∂P/∂n)/P.

With nothing removed v_i/n_i is 1 by the number of journeys, so that those of a whole journey add up
to (1 − P) of one that converts and −P of one that does not, by the number of journeys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from revloop.analysis.credit.statistics.grams import START, Grams, Ints, packed
from revloop.analysis.credit.statistics.markov import Chain
from revloop.analysis.rates import Floats

_SMALL = 200
"""Up to so many states an inverse is quicker than walking."""
_ROUNDS = 2_000
_TOLERANCE = 1e-7
"""Of what is still to come: these numbers are for intervals, nobody sees their last digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """What steps do to the removal effects of a chain."""

    chain: Chain
    each_visit: Floats
    """v/n without each channel, 0 in the states that are left out; (S, C)."""
    converts: Floats
    """h without each channel; (S, C)."""

    def of(self, steps: Grams) -> Floats:
        """Of each row, with its counts, how far the effects would move; (rows, C).

        The rows of one journey add up to its influence; those of all journeys of the chain to 0.

        Args:
            steps: Of whole journeys of the chain; a step that nobody took moves nothing.
        """
        chain = self.chain
        taken = steps.passes > 0
        if not taken.all():
            moved = np.zeros((taken.size, self.converts.shape[1]))
            moved[taken] = self.of(steps.select(taken))
            return moved
        if not chain.p_conversion:
            return np.zeros((steps.channel.size, self.converts.shape[1]))
        before, after = _places(chain, steps)
        product = self.each_visit * self.converts
        moved = self.each_visit[before]
        moved *= self.converts[after]
        moved -= product[before]
        moved *= steps.passes[:, None]
        ends = np.flatnonzero(steps.won + steps.lost)
        won, ended = steps.won[ends, None], (steps.won + steps.lost)[ends, None]
        at = after[ends]
        moved[ends] += won * self.each_visit[at] - ended * product[at]
        whole = (won - chain.p_conversion * ended) / chain.passed[START]
        moved[ends] -= (1 - chain.removal_effects) * whole
        result: Floats = moved / -chain.p_conversion
        return result


def influence(chain: Chain) -> Influence:
    """What steps do to the effects of this chain."""
    channels = chain.removal_effects.size
    size = chain.passed.size
    if not size or not chain.p_conversion:
        return Influence(chain, np.zeros((size, channels)), np.zeros((size, channels)))
    removed = np.arange(1, channels + 1)
    kept = chain.states[:, 0][:, None] != removed
    solve = _by_inverse if size <= _SMALL else _by_walking
    visits, converts = solve(chain, kept)
    return Influence(chain, visits / chain.passed[:, None], converts)


def _places(chain: Chain, steps: Grams) -> tuple[Ints, Ints]:
    """The states before and after each step."""
    base = chain.removal_effects.size + 1
    known = packed(list(chain.states.T), base)
    before, after = steps.contexts(chain.order), steps.arrivals(chain.order)
    at, to = (np.searchsorted(known, packed(list(each.T), base)) for each in (before, after))
    return at, to


def _by_inverse(chain: Chain, kept: Any) -> tuple[Floats, Floats]:
    """Visits from the start and conversions within what is kept, by one inverse for all channels.

    Within S, what is kept of all states, and R, the rest: N^c = N_SS − N_SR·(N_RR)⁻¹·N_RS.
    """
    every = np.linalg.inv(np.eye(chain.passed.size) - chain.onward.toarray())
    converting = every @ chain.converting
    visits, converts = np.zeros(kept.shape), np.zeros(kept.shape)
    for channel, left in enumerate(kept.T):
        its = np.flatnonzero(~left)
        within = every[np.ix_(its, its)]
        first = np.linalg.solve(within.T, every[START, its])
        later = np.linalg.solve(within, converting[its])
        visits[:, channel] = every[START] - first @ every[its]
        converts[:, channel] = converting - every[:, its] @ later
    return visits * kept, converts * kept


def _by_walking(chain: Chain, kept: Any) -> tuple[Floats, Floats]:
    """The same round by round, forward from the start and backward from conversion, for all at once.

    Once what is still to come only becomes less, by the same share in every round, its sum is told.
    """
    forward, back = chain.onward.T.tocsr(), chain.onward
    x = np.zeros(kept.shape)
    x[START] = 1
    return (
        _summed_up(forward, x, kept),
        _summed_up(back, chain.converting[:, None] * kept, kept),
    )


def _summed_up(step: Any, x: Floats, kept: Any) -> Floats:
    """The sum x + A·x + A·A·x + …, with A what the step leads to within what is kept."""
    total = x.copy()
    for _ in range(_ROUNDS):
        after = (step @ x) * kept
        now = x.sum(axis=0)
        r = np.divide(after.sum(axis=0), now, out=np.zeros_like(now), where=now > 0)
        far = np.abs(after - r * x).sum(axis=0)
        total += after
        if ((r < 1) & (far <= _TOLERANCE * total.sum(axis=0) * (1 - r))).all():
            total += after * r / np.where(r < 1, 1 - r, 1)
            break
        x = after
    return total
