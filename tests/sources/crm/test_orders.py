"""Decimal commas and the order of dates are found by looking at a whole table."""

from __future__ import annotations

import pytest

from revloop.sources.hubspot import HubSpot
from revloop.sources.protocol import Settings
from revloop.sources.salesforce import Salesforce

from .exports import Made, made

COMPANIES = """
Record ID,Company name,Company Domain Name,Number of Employees,Annual Revenue,Create Date
1,Acme,acme.example,1.234,"73.980.000,00",2026-01-05 09:00
2,Bolt,bolt.example,12,1.500,2026-01-06 09:00
"""
OPPORTUNITIES = """
Id,IsDeleted,Name,StageName,Amount,IsClosed,IsWon,CloseDate,CreatedDate,OwnerId
0061G00000nDnM5UAK,false,One,Open,"1,234",false,false,{close},2024-03-01T08:00:00.000Z,0051G000005MunnQAC
0061G00000nDnM6UAK,false,Two,Open,{amount},false,false,04/03/2024,2024-03-01T08:00:00.000Z,0051G000005MunnQAC
"""


def companies(settings: Settings) -> list[Made]:
    return made(HubSpot(), {"companies.csv": COMPANIES}, "account", settings=settings)


def test_one_column_with_a_decimal_comma_says_it_for_the_table() -> None:
    acme, bolt = companies(Settings("hubspot", currency="EUR"))

    assert (acme["annual_revenue_minor"], acme["employees"]) == (7_398_000_000, 1_234)
    assert (bolt["annual_revenue_minor"], bolt["employees"]) == (150_000, 12)


def test_what_is_said_holds_against_what_is_found() -> None:
    acme, bolt = companies(Settings("hubspot", currency="EUR", decimal_comma=False))

    assert acme["annual_revenue_minor"] is None
    assert bolt["annual_revenue_minor"] == 150


@pytest.mark.parametrize(
    ("amount", "minor"), [('"1,234.50"', 123_400), ('"12,5"', 123)], ids=["point", "comma"]
)
def test_a_number_that_may_be_either_follows_its_column(amount: str, minor: int) -> None:
    text = OPPORTUNITIES.format(amount=amount, close="2024-03-13")
    settings = Settings("salesforce", currency="USD")
    first, _ = made(Salesforce(), {"Opportunity.csv": text}, "opportunity", settings=settings)

    assert first["amount_minor"] == minor


def test_a_date_that_may_be_either_follows_its_column() -> None:
    settings = Settings("salesforce", currency="USD")
    days = {}
    for close in ("13/03/2024", "03/13/2024"):
        text = OPPORTUNITIES.format(amount="1", close=close)
        _, second = made(Salesforce(), {"Opportunity.csv": text}, "opportunity", settings=settings)
        days[close] = str(second["close_date"])

    assert days == {"13/03/2024": "2024-03-04", "03/13/2024": "2024-04-03"}
