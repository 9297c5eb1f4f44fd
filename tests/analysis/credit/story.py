"""One company that buys twice, in a few facts: touches of colleagues, and one who is nobody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from revloop.agreement.check import check
from revloop.agreement.contract import Contract
from revloop.analysis.ground import ALWAYS, Ground, Setting, Tenure
from revloop.analysis.periods import Period
from revloop.analysis.reading import Asked, Result
from revloop.engine import Facts
from revloop.upkeep import readings

from ...engine.staging import Company

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
AS_OF = datetime(2026, 5, 1, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[3] / "examples" / "agreements" / "acme-revenue-2.1.0.yaml"


def day(number: float) -> datetime:
    return BEGIN + timedelta(days=number)


def agreement(**attribution: Any) -> Contract:
    """The example's agreement with other words on credit."""
    text = EXAMPLE.read_text(encoding="utf-8")
    begin, end = text.index("\nattribution:"), text.index("\npricing:")
    lines = "".join(f"  {name}: {value}\n" for name, value in attribution.items())
    return check(f"{text[:begin]}\nattribution:\n{lines}{text[end:]}".encode()).required()


def setting(contract: Contract | None = None, as_of: datetime = AS_OF) -> Setting:
    tenures = () if contract is None else (Tenure(contract, ALWAYS),)
    return Setting(as_of, tenures)


def touch(name: str, contact: str, at: float, channel: str, **more: Any) -> dict[str, Any]:
    return {
        "source_id": name,
        "at": day(at),
        "contact_id": f"crm:{contact}",
        "kind": "page_view",
        "channel": channel,
        **more,
    }


def sold(name: str, opened: float, won: float, minor: int, **more: Any) -> dict[str, Any]:
    return {
        "source_id": name,
        "at": day(opened),
        "account_id": "crm:acme",
        "opportunity_type": "new",
        "amount_minor": minor,
        "amount_currency": "USD",
        "is_closed": True,
        "is_won": True,
        "closed_at": day(won),
        **more,
    }


def people(**employers: str) -> list[dict[str, Any]]:
    return [
        {"source_id": name, "at": day(-100), "account_id": f"crm:{company}"}
        for name, company in employers.items()
    ]


def tell(place: Path, facts: Mapping[str, Sequence[Mapping[str, Any]]]) -> Company:
    """The facts in a lake, those that others refer to first."""
    made = Company(place)
    order = ("account", "contact", "campaign", "product", "content_asset", "inquiry", "opportunity")
    for kind in (*order, *(kind for kind in facts if kind not in order)):
        if kind in facts:
            made.append(kind, *facts[kind])
    return made


def read(
    facts: Facts, name: str, of: Setting, *by: str, period: str | None = None, **where: str
) -> Result:
    asked = Asked(Period.read(period) if period else None, by, where)
    return readings.read(Ground(facts, of), name, asked)


def earned(result: Result, model: str, by: str = "channel") -> dict[str, int]:
    """What each value earned by a model, in minor units; without what earned nothing."""
    return {
        row[by]: row["credit"]
        for row in result.table.to_pylist()
        if row["model"] == model and row["credit"]
    }
