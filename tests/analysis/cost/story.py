"""What two teams spent in a spring and whom they won, in a few facts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ...engine.staging import Company, on

AS_OF = on(4, 10, 12)


def tell(made: Company) -> Company:
    spend(made)
    leads(made)
    sales(made)
    return made


def spend(made: Company) -> None:
    """Some in two months, in other currencies, ahead, not spent yet; and what campaigns say."""
    made.append(
        "campaign",
        # Spend names it: its own word does not count.
        campaign("talks", "webinar", 5_000_00),
        # Nothing else tells of it.
        campaign("day", "event", 400_00),
        # Spend of its channel names no campaign: it may be the same money.
        campaign("searches", "search", 800_00),
    )
    made.append(
        "spend",
        # Six of its seven days are January's.
        spent("weeks", on(1, 26), date(2026, 2, 2), 700_01, channel="search", pool="media"),
        spent("talks", on(2, 3), None, 300_00, campaign_id="crm:talks", pool="media"),
        spent("people", on(1, 1), date(2026, 4, 1), 9_000_00, pool="people", side="marketing"),
        spent("sellers", on(2, 1), date(2026, 3, 1), 2_000_00, pool="headcount", side="sales")
        | {"amount_currency": "EUR", "fx_rate": 1.25},
        spent("success", on(3, 1), date(2026, 4, 1), 500_00, pool="headcount", side="success"),
        # Ten dollars a day for a year.
        spent("licence", on(3, 2), date(2027, 3, 2), 3_650_00, pool="tools", side="marketing"),
        spent("lump", on(2, 9), None, 77_00),
        spent("pounds", on(3, 1), None, 100_00, pool="tools", side="marketing")
        | {"amount_currency": "GBP"},
        spent("planned", on(3, 1), None, 999_00, status="planned", side="marketing"),
        spent("promised", on(3, 1), None, 50_00, status="committed", side="marketing"),
        {"source_id": "unpriced", "at": on(3, 1), "channel": "search", "side": "marketing"},
    )


def leads(made: Company) -> None:
    """Four of February, and one that a machine made."""
    made.append(
        "inquiry",
        lead("l1", channel="search"),
        lead("l2", channel="search"),
        lead("l3", campaign_id="crm:talks", lead_source="list"),
        lead("l4", lead_source="organic"),
        lead("l5", channel="search", is_bot=True),
    )
    made.append("lifecycle_transition", *(move(name, "mql") for name in ("l1", "l2", "l3")))


def sales(made: Company) -> None:
    """Amy, Bea and Cyd become customers in March; Dan renews in it, and Eve buys again."""
    made.append("account", *({"source_id": name, "at": on(1, 1)} for name in ACCOUNTS))
    made.append(
        "opportunity",
        deal("o1", "amy", on(2, 1), on(3, 3), 1_800_00, inquiry_id="crm:l2", segment="small"),
        deal("o2", "bea", on(2, 10), on(3, 12), 90_00, segment="large"),
        deal("o4", "dan", on(3, 1), on(3, 20), 500_00, opportunity_type="renewal"),
    )
    made.append(
        "booking",
        booking("b1", "amy", on(3, 3), 1_200_00, 300_00, 100_00, opportunity_id="crm:o1")
        | {"monthly_recurring_minor": 100_00, "monthly_recurring_currency": "USD"},
        booking("b2", "amy", on(3, 3), 600_00, opportunity_id="crm:o1", term_months=12),
        booking("b3", "cyd", on(3, 9), 800_00, 200_00, fx_rate=1.25),
        booking("b4", "dan", on(3, 20), 500_00, 100_00, 50_00, opportunity_id="crm:o4")
        | {"kind": "renewal"},
        booking("b5", "eve", on(1, 9), 100_00, term_months=12),
        booking("b6", "eve", on(3, 9), 240_00, term_months=12),
        {"source_id": "b7", "at": on(3, 9), "account_id": "crm:eve", "kind": "expansion"},
    )
    line = {"at": on(3, 15), "opportunity_id": "crm:o4", "quote": "new"}
    line |= dict.fromkeys(("list_price_currency", "unit_price_currency"), "USD")
    made.append(
        "quote_line",
        {**line, "source_id": "1", "quantity": 4.0, "list_price_minor": 125_00}
        | {"unit_price_minor": 100_00},
        {**line, "source_id": "2", "quantity": 1.0, "list_price_minor": 125_00}
        | {"unit_price_minor": 100_00},
        {**line, "source_id": "3", "quantity": 1.0, "list_price_minor": 900_00}
        | {"unit_price_minor": 900_00, "quote": "old", "at": on(3, 2)},
    )


ACCOUNTS = ("amy", "bea", "cyd", "dan", "eve")


def campaign(name: str, channel: str, cost: int) -> dict[str, Any]:
    money = {"actual_cost_minor": cost, "actual_cost_currency": "USD"}
    return {"source_id": name, "at": on(3, 5), "name": name, "channel": channel, **money}


def spent(name: str, at: datetime, until: date | None, minor: int, **more: Any) -> dict[str, Any]:
    money = {"amount_minor": minor, "amount_currency": "USD"}
    return {"source_id": name, "at": at, "period_end": until, **money, **more}


def lead(name: str, **more: Any) -> dict[str, Any]:
    return {"source_id": name, "at": on(2, 5), **more}


def move(name: str, stage: str) -> dict[str, Any]:
    return {"source_id": f"{name}-{stage}", "at": on(2, 7), "subject": "inquiry"} | {
        "inquiry_id": f"crm:{name}",
        "to_state": stage,
        "stage": stage,
    }


def deal(
    name: str, account: str, at: datetime, closed: datetime, minor: int, **more: Any
) -> dict[str, Any]:
    won = {"is_closed": True, "is_won": True, "closed_at": closed}
    money = {"amount_minor": minor, "amount_currency": "USD"}
    said = {"account_id": f"crm:{account}", "opportunity_type": "new", **won, **money}
    return {"source_id": name, "at": at, **said, **more}


def booking(
    name: str,
    account: str,
    at: datetime,
    minor: int,
    goods: int | None = None,
    serve: int | None = None,
    **more: Any,
) -> dict[str, Any]:
    """In dollars; in euros where there is a rate."""
    currency = "EUR" if "fx_rate" in more else "USD"
    money = {
        "amount_minor": minor,
        "cost_of_goods_minor": goods,
        "cost_to_serve_minor": serve,
        **dict.fromkeys(
            ("amount_currency", "cost_of_goods_currency", "cost_to_serve_currency"), currency
        ),
    }
    return {"source_id": name, "at": at, "account_id": f"crm:{account}", "kind": "booking"} | {
        **money,
        **more,
    }
