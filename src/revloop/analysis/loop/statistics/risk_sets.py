"""Who could still leave, just before each time: the ground of survival and of competing exits.

A subject is one stay in a stage. Time is how long the stay has lasted, in days or in hours of
working time. A stay ends by an exit, or it is censored: still open when we looked. A stay whose
beginning was not seen (its stage was imported when it had lasted a while) enters late: it is at
risk only after the time at which it was first seen.

Counts are arrays whose last axis is time; axes before it are segments. Arrays of `Fraction`
(dtype object) are computed exactly, everything else as float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from revloop.analysis.rates import Z95, Floats

Numbers = NDArray[Any]
"""float64, or objects that are exact."""


@dataclass(frozen=True, slots=True)
class RiskSets:
    """At risk just before each time, and who left at it."""

    times: Numbers
    """Ascending, from 0 on; one axis."""
    exits: Numbers
    at_risk: Numbers
    known_until: Numbers
    """Per segment the last time at which somebody was seen; below 0 where nobody ever was."""


def numbers(values: ArrayLike) -> Numbers:
    """An array of float64, or as it is where its numbers are exact objects."""
    array = np.asarray(values)
    return array if array.dtype == object else array.astype(np.float64)


def risk_sets(
    times: ArrayLike, exits: ArrayLike, censored: ArrayLike, entered: ArrayLike | None = None
) -> RiskSets:
    """Count who is at risk.

    At a tie exits come before censorings, and who enters late at a time is at risk only after it:
    leave out who ended at the same time, for nothing was seen of that stay.

    Args:
        times: T ascending times, none below 0.
        exits: How many left at each time, by whatever way; shape (..., T).
        censored: How many were last seen at each time, still there; shape (..., T).
        entered: How many of all these were first seen only at this time; shape (..., T). Those who
            were seen from their beginning are not in it. None: everybody was.

    Raises:
        ValueError: Times that do not ascend, a negative count, more late entries than stays.
    """
    at, left, lost = numbers(times), numbers(exits), numbers(censored)
    late = left * 0 if entered is None else numbers(entered)
    if (at < 0).any() or (at[1:] <= at[:-1]).any():
        raise ValueError("times ascend, from 0 on, each only once")
    if (left < 0).any() or (lost < 0).any() or (late < 0).any():
        raise ValueError("a count is at least 0")
    ended = left + lost
    from_start = ended.sum(axis=-1, keepdims=True) - late.sum(axis=-1, keepdims=True)
    at_risk = from_start + _before(late) - _before(ended)
    if (from_start < 0).any() or (at_risk < left).any():
        raise ValueError("more stays ended than had begun")
    until = np.where(ended > 0, at, -1).max(axis=-1, initial=-1)
    return RiskSets(at, left, at_risk, until)


def share(part: Numbers, of: Numbers) -> Numbers:
    """One number of another, and 0 where there is nobody."""
    some = of > 0
    return np.where(some, part / np.where(some, of, 1), part * 0)


def greenwood_terms(exits: Numbers, at_risk: Numbers) -> Numbers:
    """d/(n(n − d)); 0 where all leave: S is 0 from there on, and so is what it is multiplied by."""
    return share(exits, at_risk * (at_risk - exits))


def log_log_bounds(values: Numbers, variances: Numbers) -> tuple[Floats, Floats]:
    """95 % bounds of shares on the scale log(−log s), which keeps them between 0 and 1.

    s^exp(±z·√V/(s·log s)), where V is the variance (Kalbfleisch and Prentice 1980); NaN where s is
    0 or 1 and the scale has no value.
    """
    s, v = values.astype(np.float64), variances.astype(np.float64)
    s = np.where((s > 0) & (s < 1), s, np.nan)
    width = Z95 * np.sqrt(v) / (s * np.log(s))
    return s ** np.exp(-width), s ** np.exp(width)


def _before(counts: Numbers) -> Numbers:
    """How many there were before each time."""
    return np.cumsum(counts, axis=-1) - counts
