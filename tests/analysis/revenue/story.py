"""What two sellers sold in a winter, in a few facts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from revloop.analysis.ground import Ground, Setting
from revloop.analysis.periods import Period
from revloop.analysis.reading import Asked, Result
from revloop.engine import Facts
from revloop.upkeep import readings

from ...engine.staging import Company, on

AS_OF = on(3, 10, 12)


def tell(made: Company) -> Company:
    """Ann sells in the east and has a quota, Bob in the west; a queue holds one opportunity.

    One is won in euros with a rate, one in pounds without; one ended before it began, one nobody
    knows when, and one was won after the moment of the reading.
    """
    made.append(
        "team",
        {"source_id": "east", "at": on(1, 1), "name": "East"},
        {"source_id": "west", "at": on(1, 1), "name": "West"},
    )
    made.append(
        "user",
        user("ann", team_id="crm:east", region="east", active_from=date(2026, 1, 1))
        | {"quota_minor": 1_000_00, "quota_currency": "USD", "quota_period": "month"},
        user("bob", team_id="crm:west", region="west"),
        user("cat", team_id="crm:west", region="west", active_from=date(2026, 2, 1))
        | {"quota_minor": 6_000_00, "quota_currency": "USD", "quota_period": "quarter"},
        user("lead", team_id="crm:east", region="east", active_from=date(2020, 1, 1)),
        user("line", is_queue=True),
    )
    made.append("account", {"source_id": "acme", "at": on(1, 1), "name": "Acme"})
    made.append(
        "opportunity",
        deal("o1", "ann", on(1, 1, 9), segment="small", **won(on(1, 11, 17), 1_000_00)),
        deal("o2", "ann", on(1, 1, 9), segment="large", **lost(on(1, 21))),
        deal("o3", "bob", on(1, 5), segment="small", **won(on(2, 4), 100_05, "EUR"), fx_rate=1.1),
        deal("o4", "bob", on(2, 1), segment="small", **won(on(2, 10), 50_00, "GBP")),
        deal("o5", "ann", on(1, 20), segment="large", amount_minor=700_00, amount_currency="USD"),
        deal("o6", "bob", on(2, 20), segment="large", **lost(on(2, 10))),
        deal("o7", "bob", on(2, 20), segment="large", is_won=True, is_closed=True),
        deal("o8", "ann", on(2, 1), segment="large", **won(on(3, 20), 900_00)),
        deal("o9", "bob", on(2, 1), is_won=False, is_closed=True, close_date=date(2026, 2, 15)),
        deal("o10", "line", on(3, 1), opportunity_type="renewal"),
        deal("o11", "bob", on(2, 2), is_closed=True, closed_at=on(2, 20)),
    )
    return made


def user(name: str, **more: Any) -> dict[str, Any]:
    return {"source_id": name, "at": on(1, 1), "role": "sales", **more}


def deal(name: str, owner: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "source_id": name,
        "at": at,
        "owner_user_id": f"crm:{owner}",
        "account_id": "crm:acme",
        "opportunity_type": "new",
        **more,
    }


def won(at: datetime, minor: int, currency: str = "USD") -> dict[str, Any]:
    amount = {"amount_minor": minor, "amount_currency": currency}
    return {"is_won": True, "is_closed": True, "closed_at": at, **amount}


def lost(at: datetime) -> dict[str, Any]:
    return {"is_won": False, "is_closed": True, "closed_at": at}


def standing(facts: Facts, as_of: datetime = AS_OF, **setting: Any) -> Ground:
    return Ground(facts, Setting(as_of, **setting))


def read(on: Ground, name: str, period: str | None = None, *by: str, **where: str) -> Result:
    asked = Asked(Period.read(period) if period else None, by, where)
    return readings.read(on, name, asked)
