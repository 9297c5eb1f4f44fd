"""What money spent brings back: returns, the cost of a customer, and what is left of a price.

Amounts are in one currency and one unit; what comes out is in the same one. Whole numbers and
fractions in give fractions out. What is divided by nothing is None, never infinite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

Number = int | Fraction | float


def roas(revenue: Number, cost: Number) -> Fraction | float | None:
    """Return on ad spend: revenue / cost; None where nothing was spent."""
    return _over(revenue, cost)


def roi(revenue: Number, gross_margin: Number, cost: Number) -> Fraction | float | None:
    """Return on investment, of margin and not of revenue: (revenue * margin - cost) / cost.

    `gross_margin` is a share. None where nothing was spent.
    """
    return _over(revenue * gross_margin - cost, cost)


def cac(spend: Number, customers: int) -> Fraction | float | None:
    """Customer acquisition cost: spend / new customers; None where there are none."""
    return _over(spend, customers)


def payback_months(
    cac: Number | None, arpa: Number | None, gross_margin: Number | None
) -> Fraction | float | None:
    """The months until a customer has earned what winning them cost: CAC / (ARPA * margin).

    `arpa` is revenue of a customer and month, `gross_margin` a share. None where one of them is not
    known, or a month leaves nothing.
    """
    if cac is None or arpa is None or gross_margin is None or arpa * gross_margin <= 0:
        return None
    return _over(cac, arpa * gross_margin)


def lifetime_value(arpa: Number, gross_margin: Number, churn: Number) -> Fraction | float | None:
    """A rough worth of a customer: ARPA * margin / churn, as if churn never changed.

    `churn` is the share of customers lost in a month. None where nobody is lost.
    """
    return _over(arpa * gross_margin, churn)


def cost_per_stage(cost: Number, volumes: Mapping[str, int]) -> dict[str, Fraction | float | None]:
    """What one unit of each stage cost: cost of a cohort / units of it that reached the stage."""
    return {stage: _over(cost, volume) for stage, volume in volumes.items()}


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From the list price down to what is left."""

    list_price: Number
    discount: Number
    cost_of_goods: Number
    cost_to_serve: Number
    sales_and_marketing: Number
    category_spend: Number | None = None
    """What the customer spends on such things, with whomever."""

    @property
    def net(self) -> Number:
        """The price that was sold."""
        return self.list_price - self.discount

    @property
    def gross_margin(self) -> Number:
        return self.net - self.cost_of_goods

    @property
    def gross_margin_share(self) -> Fraction | float | None:
        """Of the net price."""
        return _over(self.gross_margin, self.net)

    @property
    def contribution(self) -> Number:
        """After the cost to serve."""
        return self.gross_margin - self.cost_to_serve

    @property
    def customer_margin(self) -> Number:
        """After sales and marketing."""
        return self.contribution - self.sales_and_marketing

    @property
    def share_of_wallet(self) -> Fraction | float | None:
        """Net price / what the customer spends on such things; None where that is not known."""
        return None if self.category_spend is None else _over(self.net, self.category_spend)


def customer_margin(
    list_price: Number,
    discount: Number,
    cost_of_goods: Number,
    cost_to_serve: Number,
    sales_and_marketing: Number,
    category_spend: Number | None = None,
) -> Waterfall:
    """The price waterfall of a customer; each step is an amount, the discount too."""
    return Waterfall(
        list_price, discount, cost_of_goods, cost_to_serve, sales_and_marketing, category_spend
    )


def _over(value: Number, by: Number) -> Fraction | float | None:
    if by == 0:
        return None
    exact = not isinstance(value, float) and not isinstance(by, float)
    return Fraction(value) / Fraction(by) if exact else float(value) / float(by)
