"""Bookings, campaigns and what was spent on them."""

from __future__ import annotations

from revloop.facts.columns import Kind, day, key, money, number, text, whole

BOOKING = Kind(
    "booking",
    "money was ordered, invoiced, renewed, lost or given back",
    "when it was booked",
    (
        key("account", "the customer"),
        key("opportunity", "the opportunity that it closed"),
        key("product", "the product"),
        text(
            "kind",
            "what happened",
            (
                "booking",
                "invoice",
                "recognised",
                "renewal",
                "expansion",
                "contraction",
                "churn",
                "refund",
                "credit",
            ),
            required=True,
        ),
        money("amount", "how much, never negative: the kind says which way"),
        money("cost_of_goods", "what the goods cost us"),
        money("cost_to_serve", "what serving the customer costs"),
        money("monthly_recurring", "what recurs each month"),
        number("fx_rate", "reporting currency for one unit of its own, on that day"),
        day("period_start", "first day it pays for"),
        day("period_end", "day after the last"),
        whole("term_months", "length of the contract", "months"),
        text("status", "status, as the source names it"),
    ),
)

CAMPAIGN = Kind(
    "campaign",
    "something marketing does on purpose",
    "first day",
    (
        text("name", "name of the campaign"),
        text("channel", "channel"),
        text("type", "type, as the source names it"),
        text("status", "status, as the source names it"),
        text("objective", "what it is for", ("demand", "brand", "retention", "enablement")),
        day("ends_on", "last day"),
        key("campaign", "the campaign it belongs to", name="parent_campaign_id"),
        money("budget", "planned cost"),
        money("actual_cost", "cost so far, as the source says"),
        whole("members", "people in it, as the source says", "people"),
    ),
    has_key=True,
)

SPEND = Kind(
    "spend",
    "money spent, promised or planned for marketing or sales in a period",
    "first day of the period",
    (
        key("campaign", "the campaign"),
        text("campaign", "name of the campaign"),
        text("channel", "channel"),
        text("pool", "what for", ("media", "people", "tools", "agency", "headcount")),
        text("side", "whose budget", ("marketing", "sales", "success", "product", "partner")),
        text("status", "how certain", ("planned", "committed", "actual")),
        day("period_end", "day after the last"),
        money("amount", "how much"),
        number("fx_rate", "reporting currency for one unit of its own, mean of the month"),
        text("budget_version", "version of the budget"),
    ),
)

KINDS = (BOOKING, CAMPAIGN, SPEND)
