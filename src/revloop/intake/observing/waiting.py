"""How long a number of inquiries waited, with those that are still waiting.

An inquiry without an answer has waited for at least as long as the facts reach: it is kept in the
count of those who wait until then (the estimate of Kaplan and Meier), so that neither leaving it
out nor calling it late makes the times look better or worse than they are.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from revloop.agreement.starting.observed import (
    FEWEST_INQUIRIES,
    ROUND_NUMBERS,
    USUALLY,
    Kept,
    Response,
)
from revloop.kit.durations import Duration

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]

_SECOND = 1_000_000
_ROUNDING = 1e-9
"""Shares are products of fractions: equal ones may differ in their last digits."""


def response(waited: Ints, answered: Truths, not_timed: int = 0) -> Response:
    """The typical times, and a promise that most inquiries keep today.

    Args:
        waited: Working time in microseconds until the first answer, or until the facts end.
        answered: Whether there was one.
        not_timed: Inquiries left out, because of their first answer only the day is known.
    """
    order = np.lexsort((~answered, waited))
    times, events = waited[order], answered[order]
    waiting = times.size - np.arange(times.size)
    still_waiting = np.cumprod(np.where(events, 1 - 1 / waiting, 1.0))

    def time_of(share: float) -> int | None:
        reached = np.flatnonzero(events & (still_waiting <= 1 - share + _ROUNDING))
        return int(times[reached[0]]) if reached.size else None

    return Response(
        inquiries=int(times.size),
        answered=int(events.sum()),
        median=_length(time_of(0.5)),
        eight_of_ten=_length(time_of(USUALLY)),
        nine_of_ten=_length(time_of(0.9)),
        proposal=_proposal(times, events, time_of(USUALLY)),
        not_timed=not_timed,
    )


def _proposal(times: Ints, answered: Truths, usual: int | None) -> Kept | None:
    """The first round number that most keep; where fewer were answered, that most of these keep."""
    if times.size < FEWEST_INQUIRIES or not answered.any():
        return None
    if usual is None:
        of_answered = times[answered]
        usual = int(of_answered[int(np.ceil(of_answered.size * USUALLY - _ROUNDING)) - 1])
    within = next((each for each in ROUND_NUMBERS if _microseconds(each) >= usual), None)
    if within is None:
        return None
    limit = _microseconds(within)
    kept = answered & (times <= limit)
    old_enough = kept | (times >= limit)
    return Kept(within, int(kept.sum()), int(old_enough.sum()))


def _microseconds(duration: Duration) -> int:
    return duration.length // timedelta(microseconds=1)


def _length(microseconds: int | None) -> timedelta | None:
    return None if microseconds is None else timedelta(seconds=round(microseconds / _SECOND))
