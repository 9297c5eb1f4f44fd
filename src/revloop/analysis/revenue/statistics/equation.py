"""The revenue equation: what opportunities, deals, wins, speed and sellers bring in a day.

    revenue per day = opportunities per seller * average deal * win rate / cycle in days * sellers

It is the run rate of a pipeline that stays as it is, known as sales velocity; it is no forecast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | float | Fraction
"""Fractions in give fractions out."""

FACTORS = ("opps_per_seller", "deal", "win", "cycle_days", "sellers")
DIVISOR = "cycle_days"
"""The factor of which less is more."""

TEN_PERCENT = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Factors:
    """The five factors of one period; None where there is nothing to tell one from.

    Made by `factors`, which takes care that the sellers are not counted twice.
    """

    opps_per_seller: Number | None
    """Qualified opportunities in the pipeline of one seller, on average over the period."""
    deal: Number | None
    """The average value of a won deal, in minor units."""
    win: Number | None
    """Won, of those that were won or lost."""
    cycle_days: Number | None
    """From the creation of an opportunity to its close."""
    sellers: Number | None
    """Who sold, in full days of work by the days of the period."""

    @property
    def per_day(self) -> Number | None:
        """The revenue of a day, in the unit of the deal.

        None where a factor is not known or the cycle is 0.
        """
        return _product(self)

    @property
    def per_seller_per_day(self) -> Number | None:
        """The same for one seller; of a total of opportunities, for all."""
        return _product(replace(self, sellers=1))

    def per_days(self, days: int) -> Number | None:
        """The revenue of so many days."""
        per_day = self.per_day
        return None if per_day is None else per_day * days

    def with_change(self, changes: Mapping[str, Number]) -> Factors:
        """The factors after a change of some: 0.1 makes a factor a tenth greater.

        Raises:
            ValueError: A change of something that is no factor.
        """
        if unknown := changes.keys() - set(FACTORS):
            raise ValueError(f"no factor is called {', '.join(sorted(unknown))}")
        known = {name: getattr(self, name) for name in changes}
        return replace(
            self,
            **{
                name: None if known[name] is None else known[name] * (1 + change)
                for name, change in changes.items()
            },
        )

    def gain(self, changes: Mapping[str, Number]) -> Number | None:
        """By what share the revenue grows with a change of factors: 0.1 for a tenth more.

        None where there is no revenue that could grow, or the cycle would take no time.
        """
        before, after = self.per_day, self.with_change(changes).per_day
        if not before or after is None:
            return None
        return after / _exact(before) - 1

    def levers(self, by: Number = TEN_PERCENT) -> dict[str, Number | None]:
        """The gain of each factor alone, if it becomes better by a share: the cycle shorter.

        A tenth more of a factor is a tenth more revenue; a tenth off the cycle is a ninth more.
        """
        return {name: self.gain({name: better(name, by)}) for name in FACTORS}

    def gain_of_all(self, by: Number = TEN_PERCENT) -> Number | None:
        """The gain if all factors become better by a share at once."""
        return self.gain({name: better(name, by) for name in FACTORS})


def better(factor: str, by: Number) -> Number:
    """A change for the better: of the cycle, less."""
    return -by if factor == DIVISOR else by


def factors(
    *,
    opps_total: Number | None = None,
    opps_per_seller: Number | None = None,
    deal: Number | None,
    win: Number | None,
    cycle_days: Number | None,
    sellers: Number | None = None,
) -> Factors:
    """The factors of one period.

    Args:
        opps_total: Opportunities of all sellers together: then sellers are not told, and count 1.
        opps_per_seller: Opportunities of one seller, with the number of sellers.
        deal: The average value of a won deal.
        win: Won, of those that were won or lost, from 0 to 1.
        cycle_days: Days from creation to close.
        sellers: How many there are.

    Raises:
        ValueError: Both or neither of the two forms of opportunities; sellers beside a total, which
            would count them twice; a factor below 0, or a win rate above 1.
    """
    if (opps_total is None) == (opps_per_seller is None):
        raise ValueError("tell either opps_total or opps_per_seller")
    if opps_total is not None and sellers not in {None, 1}:
        raise ValueError("opps_total is of all sellers already: sellers would count them twice")
    of_all = opps_total is not None
    found = Factors(
        opps_total if of_all else opps_per_seller, deal, win, cycle_days, 1 if of_all else sellers
    )
    every = [getattr(found, field.name) for field in fields(found)]
    if any(value is not None and value < 0 for value in every) or (win is not None and win > 1):
        raise ValueError("no factor is below 0, and no win rate above 1")
    return found


def _product(found: Factors) -> Number | None:
    every = (found.opps_per_seller, found.deal, found.win, found.sellers)
    if not found.cycle_days or any(value is None for value in every):
        return None
    product: Number = 1
    for value in every:
        product *= value or 0
    return product / _exact(found.cycle_days)


def _exact(value: Number) -> Number:
    """Integers as fractions, so that dividing by them keeps fractions exact."""
    return Fraction(value) if isinstance(value, int) else value
