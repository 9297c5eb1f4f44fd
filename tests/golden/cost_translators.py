"""Translators of the worked examples of the cost (see `translators`)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from revloop.analysis.cost.statistics import returns


def roi_cac_payback(given: dict[str, Any]) -> dict[str, Any]:
    """Returns by channel, or the cost of a customer: by what the input holds."""
    margin = Fraction(str(given["gross_margin"]))
    if "channels" in given:
        return {
            each["channel"]: {
                "roas": returns.roas(each["attributed_revenue"], each["cost"]),
                "roi_on_gross_margin": returns.roi(
                    each["attributed_revenue"], margin, each["cost"]
                ),
            }
            for each in given["channels"]
        }
    spend, customers = given["sales_and_marketing_spend"], given["new_customers_m0"]
    arpa, churn = (Fraction(str(given[key])) for key in ("monthly_arpa", "monthly_logo_churn"))
    lagged = returns.cac(spend[f"m-{given['lag_months']}"], customers)
    worth = returns.lifetime_value(arpa, margin, churn)
    assert lagged is not None
    assert worth is not None
    return {
        "cac_same_month": returns.cac(spend["m0"], customers),
        "cac_lagged": lagged,
        "payback_months_lagged": returns.payback_months(lagged, arpa, margin),
        "ltv_simple": worth,
        "ltv_to_cac_lagged": worth / lagged,
    }


def cost_per_stage(given: dict[str, Any]) -> dict[str, Any]:
    return returns.cost_per_stage(given["cost"], given["volume"])


def customer_margin(given: dict[str, Any]) -> dict[str, Any]:
    names = ("list", "discount", "cogs", "cost_to_serve", "sales_and_marketing")
    steps = [Fraction(str(given[name])) for name in (*names, "customer_category_spend")]
    found = returns.customer_margin(*steps)
    return {
        "net": found.net,
        "gross_margin": found.gross_margin,
        "gross_margin_pct": found.gross_margin_share,
        "contribution": found.contribution,
        "customer_margin": found.customer_margin,
        "share_of_wallet": found.share_of_wallet,
    }


ALL = {
    "roi_cac_payback": roi_cac_payback,
    "cost_per_stage": cost_per_stage,
    "customer_margin": customer_margin,
}
