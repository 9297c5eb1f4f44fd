"""What the readings of the revenue are concluded from is the same on every engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from revloop import engine
from revloop.analysis.revenue import measures

from ...analysis.revenue.story import standing, tell
from ..staging import Company, on
from .conftest import Open

# Ibis' way to Spark goes through pandas, and Spark leaves its sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def company(place: Path) -> Company:
    made = tell(Company(place / "revenue"))
    money: dict[str, Any] = {"amount_minor": 10_00, "amount_currency": "USD"}
    made.append(
        "booking",
        {"source_id": "b1", "at": on(1, 11), "kind": "booking", "opportunity_id": "crm:o1"} | money,
        {"source_id": "b2", "at": on(2, 1), "kind": "renewal", "account_id": "crm:acme"} | money,
    )
    return made


def everything(facts: engine.Facts, zone: str) -> dict[str, list[dict[str, Any]]]:
    ground = standing(facts, zone=zone)
    tables = {
        "deals": measures.deal_sums(ground),
        "rows": measures.deal_rows(ground),
        "sellers": measures.seller_sums(ground),
        "booked": measures.booking_sums(ground),
        "bookings": measures.booking_rows(ground),
        "won": measures.won_rows(ground),
    }
    told = {name: facts.arrow(table).to_pylist() for name, table in tables.items()}
    return {name: sorted(rows, key=repr) for name, rows in told.items()}


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_every_sum_of_the_revenue_is_the_same(read: Open, company: Company, zone: str) -> None:
    with engine.open(company.lake.path) as facts:
        expected = everything(facts, zone)

    found = everything(read(company), zone)
    assert found == expected
    assert {name: len(rows) for name, rows in found.items()} == {
        "deals": 11,
        "rows": 11,
        "sellers": 3,
        "booked": 2,
        "bookings": 2,
        "won": 3,
    }
