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

from revloop.analysis.loop.statistics.risk_sets import Numbers, numbers, risk_sets, share


@dataclass(frozen=True, slots=True, eq=False)
class CompetingExits:
    """How many have left by each way, at each time; arrays of one axis."""

    times: Numbers
    at_risk: Numbers
    survival: Numbers
    """The share that has not left by any way."""
    incidence: Mapping[str, Numbers]
    """The share that has left by each way."""
    known_until: float
    """The last time at which somebody was seen."""

    def at(self, way: str, time: float) -> float | None:
        """The share that has left by a way until a time; None where nobody was seen for so long."""
        place = int(np.searchsorted(self.times.astype(np.float64), time, side="right")) - 1
        if time > self.known_until and (place < 0 or self.survival[place] > 0):
            return None
        return float(self.incidence[way][place]) if place >= 0 else 0.0


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
    return [
        CompetingExits(
            sets.times,
            sets.at_risk[segment],
            survival[segment],
            {way: shares[segment] for way, shares in incidence.items()},
            float(until),
        )
        for segment, until in enumerate(sets.known_until)
    ]
