"""The five factors of the revenue of a period, each with what it was made from and its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from revloop.analysis.rates import Z95, Interval, Rate
from revloop.analysis.revenue.pipeline import MANY_OPEN, Deals, Seller
from revloop.analysis.revenue.statistics.ageing import Window
from revloop.analysis.revenue.statistics.equation import Factors, Number, factors

OF_ENDED = "of those that ended"
BY_AGE = "cumulative incidence"
COUNTED = "counted in full"
_FEWEST_ENDS = 20
"""By age only with so many ends: before that, the risk sets are too small."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One factor: its value, its 95 % interval, of how many, and how it was told."""

    value: Number | None
    interval: Interval | None
    n: int
    method: str

    @property
    def spread(self) -> float:
        """The variance of its logarithm: half the width of the interval there, squared by z."""
        if self.interval is None or not self.value or not self.interval.low > 0:
            return 0.0
        return (math.log(self.interval.high / self.interval.low) / (2 * Z95)) ** 2


@dataclass(frozen=True, slots=True)
class Period:
    """The equation of one group in one window."""

    opportunities: Estimate
    """Of one seller."""
    deal: Estimate
    win: Estimate
    cycle: Estimate
    sellers: Estimate
    closed: Rate
    """Won, of those that were won or lost in the window."""
    opps_open: Fraction | None
    """On average over the days of the window, of all sellers."""
    any_deal: Estimate
    """The mean amount of all that were open in the window, whatever became of them."""
    share_open: float | None
    seller_days: int
    days: int

    @property
    def factors(self) -> Factors:
        if self.opportunities.value is None:  # nobody sold
            return Factors(
                None, self.deal.value, self.win.value, self.cycle.value, self.sellers.value
            )
        return factors(
            opps_per_seller=self.opportunities.value,
            deal=self.deal.value,
            win=self.win.value,
            cycle_days=self.cycle.value,
            sellers=self.sellers.value,
        )

    @property
    def per_day(self) -> Number | None:
        return self.factors.per_day

    @property
    def per_day_interval(self) -> Interval | None:
        """By the delta method on the logarithm, as if the factors varied on their own."""
        value = self.per_day
        varying = (self.opportunities, self.deal, self.win, self.cycle)
        if not value or any(each.interval is None or each.interval.low <= 0 for each in varying):
            return None
        half = Z95 * math.sqrt(sum(each.spread for each in varying))
        return Interval(float(value) * math.exp(-half), float(value) * math.exp(half))


def measured(
    deals: Deals, people: Sequence[Seller], window: Window, *, by_age: bool | None = None
) -> Period:
    """The factors of a window.

    Args:
        deals: Of one group.
        people: Its sellers.
        window: The days.
        by_age: Whether win rate and cycle are told by age, with those that are open; None: where more
            than a fifth of those opened in the window are open, and at least 20 ended in it.
    """
    seller_days = sum(each.days_in(window) for each in people)
    active = sum(1 for each in people if each.days_in(window))
    opportunities, opps_open = _opportunities(deals, window, seller_days)
    ended = deals.ended_in(window)
    won, lost = ended.those(ended.won), ended.those(ended.lost)
    closed = Rate(won.count, won.count + lost.count)
    share_open = deals.share_open(window)
    if by_age is None:
        by_age = (share_open or 0.0) > MANY_OPEN and closed.n >= _FEWEST_ENDS
    win, cycle = (_by_age(deals, window) if by_age else None) or _of_ended(won, closed)
    return Period(
        opportunities=opportunities,
        deal=mean_amount(won),
        win=win,
        cycle=cycle,
        sellers=Estimate(
            Fraction(seller_days, window.days) if window.days else None, None, active, COUNTED
        ),
        closed=closed,
        opps_open=opps_open,
        any_deal=mean_amount(deals.open_in(window)),
        share_open=share_open,
        seller_days=seller_days,
        days=window.days,
    )


def _opportunities(
    deals: Deals, window: Window, seller_days: int
) -> tuple[Estimate, Fraction | None]:
    """Opportunity days by seller days.

    Its interval is that of a sum over a number of opportunities that came by chance (a compound
    Poisson sum): the variance of Σ d is Σ d², with d the days that each was open.
    """
    there = deals.open_in(window)
    days = there.days_open(window)
    total = int((days * there.n).sum())
    if not window.days:
        return Estimate(None, None, there.count, COUNTED), None
    opps_open = Fraction(total, window.days)
    if not seller_days:
        return Estimate(None, None, there.count, COUNTED), opps_open
    value = Fraction(total, seller_days)
    interval = None
    if total:
        relative = math.sqrt(int((days**2 * there.n).sum())) / total
        width = math.exp(Z95 * relative)
        interval = Interval(float(value) / width, float(value) * width)
    return Estimate(value, interval, there.count, COUNTED), opps_open


def mean_amount(deals: Deals) -> Estimate:
    """The mean of the amounts that are known, in minor units."""
    priced = deals.those(deals.priced)
    return mean(priced.amount, priced.n)


def mean(
    values: np.ndarray[tuple[int], np.dtype[np.int64]],
    n: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Estimate:
    """A mean with its standard error: ± z·s/√n."""
    total, cases = int((values * n).sum()), int(n.sum())
    if not cases:
        return Estimate(None, None, 0, OF_ENDED)
    value = Fraction(total, cases)
    if cases == 1:
        return Estimate(value, None, 1, OF_ENDED)
    # In one order, whatever the engine's: sums of floats depend on it in their last digits.
    order = np.lexsort((n, values))
    values, n = values[order], n[order]
    away = values.astype(np.float64) - float(value)
    half = Z95 * math.sqrt(float((away**2 * n).sum()) / (cases - 1) / cases)
    low = max(float(value) - half, 0.0) if value >= 0 else float(value) - half
    return Estimate(value, Interval(low, float(value) + half), cases, OF_ENDED)


def _of_ended(won: Deals, closed: Rate) -> tuple[Estimate, Estimate]:
    return Estimate(closed.exact, closed.interval, closed.n, OF_ENDED), mean(won.cycle, won.n)


def _by_age(deals: Deals, window: Window) -> tuple[Estimate, Estimate] | None:
    """None where ages do not tell it: then it is told of those that ended."""
    found = deals.ageing(window)
    share = found.share("won") if found else None
    if found is None or share is None:
        return None
    there, won = deals.open_in(window).count, int(found.counts["won"].sum())
    return (
        Estimate(share, found.share_interval("won"), there, BY_AGE),
        Estimate(found.mean_age("won"), found.mean_age_interval("won"), won, BY_AGE),
    )
