"""Which way out, and by when: cumulative incidence of exits that compete.

A lead that was lost can no longer convert. One minus Kaplan–Meier of conversion alone treats the
lost ones as if they might still convert and promises too much. Aalen and Johansen (1978) do not:

    F_k(t) = Σ S(t_i−)·d_ki/n_i over all t_i <= t

where d_ki leave by way k at t_i, n_i are at risk just before it, and S is the share of those who
have not left by any way. At every time the ways and S add up to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from revloop.analysis.loop.statistics.risk_sets import (
    Numbers,
    RiskSets,
    greenwood_terms,
    log_log_bounds,
    numbers,
    risk_sets,
    share,
)
from revloop.analysis.rates import Interval


@dataclass(frozen=True, slots=True, eq=False)
class CompetingExits:
    """How many have left by each way, at each time; arrays of one axis."""

    times: Numbers
    at_risk: Numbers
    survival: Numbers
    """The share that has not left by any way."""
    incidence: Mapping[str, Numbers]
    """The share that has left by each way."""
    variance: Mapping[str, Numbers]
    """Of each of these shares, by the delta method (Dinse and Larson 1986)."""
    known_until: float
    """The last time at which somebody was seen."""

    def at(self, way: str, time: float) -> float | None:
        """The share that has left by a way until a time; None where nobody was seen for so long."""
        place = self._last(time)
        if time > self.known_until and (place is None or self.survival[place] > 0):
            return None
        return 0.0 if place is None else float(self.incidence[way][place])

    def interval_at(self, way: str, time: float) -> Interval | None:
        """95 % bounds of that share (`log_log_bounds`); None where it is 0, 1 or not known."""
        place = self._last(time)
        if place is None or self.at(way, time) is None:
            return None
        one = slice(place, place + 1)
        low, high = log_log_bounds(self.incidence[way][one], self.variance[way][one])
        return None if np.isnan(low[0]) else Interval(float(low[0]), float(high[0]))

    def _last(self, time: float) -> int | None:
        """The place of the last time that is not later."""
        place = int(np.searchsorted(self.times.astype(np.float64), time, side="right")) - 1
        return place if place >= 0 else None


def aalen_johansen(
    times: ArrayLike,
    exits: Mapping[str, ArrayLike],
    censored: ArrayLike,
    entered: ArrayLike | None = None,
) -> CompetingExits:
    """The incidence of one group, from counts by time.

    Args:
        times: T ascending times, in days or working hours.
        exits: How many left by each way at each time; arrays of `Fraction` give exact results.
        censored: How many were last seen at each time, still there.
        entered: How many were first seen only at this time (see `risk_sets`).

    Raises:
        ValueError: No way out, times that do not ascend or are negative, counts that cannot be.
    """
    one = {way: numbers(counts)[np.newaxis] for way, counts in exits.items()}
    late = None if entered is None else numbers(entered)[np.newaxis]
    return aalen_johansen_by_segment(times, one, numbers(censored)[np.newaxis], late)[0]


def aalen_johansen_by_segment(
    times: ArrayLike,
    exits: Mapping[str, ArrayLike],
    censored: ArrayLike,
    entered: ArrayLike | None = None,
) -> Sequence[CompetingExits]:
    """The incidences of many groups over the same times, computed at once.

    The arguments are those of `aalen_johansen`, with counts of the shape (segments, times).
    """
    if not exits:
        raise ValueError("name at least one way out")
    ways = {way: numbers(counts) for way, counts in exits.items()}
    sets = risk_sets(times, sum(ways.values()), censored, entered)
    survival = np.cumprod(1 - share(sets.exits, sets.at_risk), axis=-1)
    before = np.concatenate([survival[..., :1] * 0 + 1, survival[..., :-1]], axis=-1)
    incidence = {
        way: np.cumsum(before * share(counts, sets.at_risk), axis=-1)
        for way, counts in ways.items()
    }
    variance = {way: _variance(incidence[way], before, ways[way], sets) for way in ways}
    return [
        CompetingExits(
            sets.times,
            sets.at_risk[segment],
            survival[segment],
            {way: shares[segment] for way, shares in incidence.items()},
            {way: spread[segment] for way, spread in variance.items()},
            float(until),
        )
        for segment, until in enumerate(sets.known_until)
    ]


def _variance(incidence: Numbers, before: Numbers, exits: Numbers, sets: RiskSets) -> Numbers:
    """Of the share F that has left by one way, at each time t.

        Σ (F(t) − F(t_i))²·d_i/(n_i(n_i − d_i)) + S(t_i−)²·d_ki(n_i − d_ki)/n_i³
          − 2(F(t) − F(t_i))·S(t_i−)·d_ki/n_i²

    over all t_i <= t, multiplied out so that every sum runs once along the times.
    """

    def so_far(terms: Numbers) -> Numbers:
        return np.cumsum(terms, axis=-1)

    n = sets.at_risk
    all_ways = greenwood_terms(sets.exits, n)
    this_way = before**2 * share(exits * (n - exits), n**3)
    both = before * share(exits, n**2)
    squared = incidence**2 * so_far(all_ways) + so_far(incidence**2 * all_ways + this_way)
    crossed = incidence * so_far(incidence * all_ways + both) - so_far(incidence * both)
    # Of differences of floats that are equal a hair below 0 may be left.
    result: Numbers = np.maximum(squared - 2 * crossed, 0 * squared)
    return result
