"""How far credits would differ if other journeys had happened: the bootstrap over journeys.

As many journeys as there were are drawn from them, again and again, and each time it is told which
share each value earns (Efron 1979, percentile interval). What was booked is known to the cent: the
interval is of the shares. Chance is given by a seed, so that the same facts give the same interval.
"""

from __future__ import annotations

import numpy as np

from revloop.analysis.credit.booked import Booked
from revloop.analysis.credit.crediting import Values
from revloop.analysis.credit.statistics.shares import Floats, Ints

SEED = 20260101
MOST, FEWEST = 2_000, 200
_WORK = 30_000_000
"""Products that a page can wait for: with many journeys, fewer resamples do."""


def drawn(journeys: int, work: int) -> Ints:
    """How often each journey is drawn in each resample; (resamples, journeys)."""
    times = int(np.clip(_WORK // max(work, 1), FEWEST, MOST))
    chance = np.random.default_rng(SEED)
    return chance.multinomial(journeys, np.full(journeys, 1 / journeys), size=times)


def of_shares(booked: Booked, minor: Ints, told: Values) -> tuple[Floats, Floats] | None:
    """The 95 % interval of the share of what was booked that each value earned.

    Args:
        booked: the bookings; those of one journey are drawn together.
        minor: what each touch earned.
        told: the values.

    Returns:
        Lower and upper ends, each of the length of the values; None for fewer than two journeys.
    """
    from scipy.sparse import csr_array

    alone = np.where(booked.journey < 0, -1 - np.arange(booked.journey.size), booked.journey)
    found, of_booking = np.unique(alone, return_inverse=True)
    if found.size < 2:  # noqa: PLR2004 - one journey drawn again is the same one
        return None
    shape = (found.size, told.count)
    rows = of_booking[booked.steps.journey]
    earned = csr_array((minor.astype(np.float64), (rows, told.of)), shape=shape)
    earned.sum_duplicates()
    total = np.bincount(of_booking, booked.amounts, found.size)
    times = drawn(found.size, earned.nnz + found.size)
    whole = times @ total
    resampled = (earned.T @ times.T).T
    shares = np.divide(
        resampled, whole[:, None], out=np.zeros_like(resampled), where=whole[:, None] > 0
    )
    low, high = np.quantile(shares, (0.025, 0.975), axis=0)
    return low, high
