"""How long a stage takes, with those who are still in it: the product-limit estimate.

Mean and median of the stays that have ended are too low, because the long ones have not ended yet.
Kaplan and Meier (1958) use every stay for as long as it was seen:

    S(t) = Π (1 − d_i/n_i) over all t_i <= t

where d_i stays end at t_i and n_i are at risk just before it. Every exit counts as an end here,
whatever its kind; how many took which way is asked of `competing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from revloop.analysis.loop.statistics.risk_sets import (
    Numbers,
    greenwood_terms,
    log_log_bounds,
    risk_sets,
    share,
)
from revloop.analysis.rates import Floats, Interval

_ROUNDING = 1e-11
"""S(t) = 1/2 may come out as 0.5000000000000001 of a product of thousands of factors."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean in the unit of time, and its standard error."""

    value: float
    standard_error: float
    exact: Fraction | None = None
    """Where the counts and times were fractions."""


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """The share of stays that last longer than each time, in arrays of one axis."""

    times: Numbers
    exits: Numbers
    at_risk: Numbers
    survival: Numbers
    """S at each time, from there until the next one; before the first it is 1."""
    variance: Numbers
    """Of S, after Greenwood (1926): S²·Σ d_i/(n_i(n_i − d_i)); 0 where S is 0."""
    known_until: float
    """The last time at which somebody was seen, below 0 if nobody ever was.

    Behind it S is known only where it is 0.
    """

    def interval(self) -> tuple[Floats, Floats]:
        """95 % bounds of S at each time (`log_log_bounds`); NaN where S is 0 or 1."""
        return log_log_bounds(self.survival, self.variance)

    def at(self, time: float) -> float | None:
        """S at a time; None where nobody was seen for so long."""
        last = self._last(time)
        value = 1.0 if last is None else float(self.survival[last])
        return None if time > self.known_until and value > 0 else value

    def interval_at(self, time: float) -> Interval | None:
        """95 % bounds of S at a time; None where S is 0, 1 or not known."""
        last = self._last(time)
        if last is None or self.at(time) is None:
            return None
        low, high = self.interval()
        return None if np.isnan(low[last]) else Interval(float(low[last]), float(high[last]))

    @property
    def median(self) -> float | None:
        """The first time that at most half of the stays outlast; None where it is not reached."""
        return self.quantile(0.5)

    def quantile(self, ended: float) -> float | None:
        """The first time at which this share of stays has ended; None where it is not reached."""
        return self._first(self.survival.astype(np.float64), 1 - ended)

    def quantile_interval(self, ended: float) -> tuple[float | None, float | None]:
        """95 % bounds of a quantile: where the bounds of S reach it (Brookmeyer and Crowley 1982).

        A bound that is not reached is None.
        """
        s = self.survival.astype(np.float64)
        low, high = self.interval()
        earliest = self._first(np.where(np.isnan(low), s, low), 1 - ended)
        latest = self._first(np.where(np.isnan(high), 1.0, high), 1 - ended)
        return earliest, latest

    def mean_until(self, tau: float | Fraction) -> Mean | None:
        """The mean time in the stage, of which nobody counts more than `tau` (RMST).

        ∫ S(t) dt from 0 to tau. Means up to the same tau are comparable between teams. Variance
        Σ A_i²·d_i/(n_i(n_i − d_i)), where A_i is the area from t_i to tau (Klein and Moeschberger
        2003, 4.5).

        Returns:
            None where nobody was seen until `tau` and S has not reached 0.
        """
        if self.at(float(tau)) is None:
            return None
        edges = np.minimum(np.concatenate([[0 * tau], self.times, [tau]]), np.asarray(tau))
        areas = np.diff(edges) * np.concatenate([[1], self.survival])
        value = areas.sum()
        after = np.cumsum(areas[::-1])[::-1][1:].astype(np.float64)
        spread = after**2 * greenwood_terms(self.exits, self.at_risk)
        exact = value if isinstance(value, Fraction) else None
        return Mean(float(value), float(np.sqrt(spread.astype(np.float64).sum())), exact)

    def _last(self, time: float) -> int | None:
        """The place of the last time that is not later."""
        place = int(np.searchsorted(self.times.astype(np.float64), time, side="right")) - 1
        return place if place >= 0 else None

    def _first(self, curve: Floats, level: float) -> float | None:
        reached = np.flatnonzero(curve <= level + _ROUNDING)
        return float(self.times[reached[0]]) if reached.size else None


def kaplan_meier(
    times: ArrayLike, exits: ArrayLike, censored: ArrayLike, entered: ArrayLike | None = None
) -> SurvivalCurve:
    """The curve of one group, from counts by time.

    Args:
        times: T ascending times, in days or working hours.
        exits: How many left the stage at each time; arrays of `Fraction` give exact results.
        censored: How many were last seen at each time, still there.
        entered: How many were first seen only at this time (see `risk_sets`).

    Raises:
        ValueError: Times that do not ascend or are negative, or counts that cannot be.
    """
    sets = risk_sets(times, exits, censored, entered)
    survival, variance = _product_limit(sets.exits, sets.at_risk)
    until = float(sets.known_until)
    return SurvivalCurve(sets.times, sets.exits, sets.at_risk, survival, variance, until)


def kaplan_meier_by_segment(
    times: ArrayLike, exits: ArrayLike, censored: ArrayLike, entered: ArrayLike | None = None
) -> Sequence[SurvivalCurve]:
    """The curves of many groups over the same times, computed at once.

    The arguments are those of `kaplan_meier`, with counts of the shape (segments, times).
    """
    sets = risk_sets(times, exits, censored, entered)
    survival, variance = _product_limit(sets.exits, sets.at_risk)
    rows = zip(sets.exits, sets.at_risk, survival, variance, sets.known_until, strict=True)
    return [SurvivalCurve(sets.times, *row[:-1], float(row[-1])) for row in rows]


def _product_limit(exits: Numbers, at_risk: Numbers) -> tuple[Numbers, Numbers]:
    """S and its variance after Greenwood."""
    survival = np.cumprod(1 - share(exits, at_risk), axis=-1)
    spread = np.cumsum(greenwood_terms(exits, at_risk), axis=-1)
    return survival, survival**2 * spread
