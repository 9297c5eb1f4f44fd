"""How far credits would differ if other journeys had happened: the bootstrap over journeys.

As many journeys as there were are drawn from them, again and again, and each time it is told which
share each value earns (Efron 1979, percentile interval). What was booked is known to the cent: the
interval is of the shares. Chance is given by a seed, so that the same facts give the same interval.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from revloop.analysis.credit.booked import Booked
from revloop.analysis.credit.crediting import Values
from revloop.analysis.credit.statistics.shares import Floats, Ints

SEED = 20260101
MOST, FEWEST = 2_000, 200
_DRAWS = 4_000_000
"""Journeys drawn in all, which a page can wait for: of many journeys, fewer resamples do."""
_AT_ONCE = 1 << 15
_KEPT = 2


@lru_cache(maxsize=_KEPT)
def drawn(journeys: int) -> Floats:
    """How often each journey is drawn in each resample; (resamples, journeys)."""
    times = int(np.clip(_DRAWS // journeys, FEWEST, MOST))
    chance = np.random.default_rng(SEED)
    count = np.empty((times, journeys))
    # A few resamples at a time stay near the processor; what is drawn is the same.
    few = max(1, _AT_ONCE // journeys)
    for begin in range(0, times, few):
        some = count[begin : begin + few]
        which = chance.integers(0, journeys, some.shape)
        which += np.arange(some.shape[0])[:, None] * journeys
        some[:] = np.bincount(which.ravel(), minlength=some.size).reshape(some.shape)
    return count


def of_shares(booked: Booked, minor: Ints, told: Values) -> tuple[Floats, Floats] | None:
    """The 95 % interval of the share of what was booked that each value earned.

    Args:
        booked: the bookings; those of one journey are drawn together.
        minor: what each touch earned.
        told: the values.

    Returns:
        Lower and upper ends, each of the length of the values; None for fewer than two journeys.
    """
    count, of_booking = booked.drawn_together
    if count < 2 or not told.count:  # noqa: PLR2004 - one journey drawn again is the same one
        return None
    place = of_booking[booked.steps.journey] * told.count + told.of
    earned = np.bincount(place, minor, count * told.count).reshape(count, told.count)
    times = drawn(count)
    whole = times @ np.bincount(of_booking, booked.amounts, count)
    shares = np.divide(
        times @ earned,
        whole[:, None],
        out=np.zeros((times.shape[0], told.count)),
        where=whole[:, None] > 0,
    )
    low, high = np.quantile(shares, (0.025, 0.975), axis=0)
    return low, high
