"""The digest knows a row again: for years, on every machine, whatever version of DuckDB."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest

from revloop import engine

from .staging import Company, on

DECISION: dict[str, Any] = {
    "source_id": "1",
    "at": on(3, 29, 1),
    "recorded_at": on(3, 29, 2),
    "updated_at": on(3, 30),
    "is_deleted": True,
    "inquiry_id": "crm:7",
    "verdict": "reject",
    "criteria_met": ["need", "größe"],
    "criteria_not_met": [],
    "attempts_before": -3,
    "is_disputed": False,
    "return_on": date(2026, 12, 31),
}
SAID_BY_DECISION = (
    "at=1774746000000000",
    "attempts_before=-3",
    "criteria_met=need\x1egröße",
    "criteria_not_met=",
    "inquiry_id=crm:7",
    "is_deleted=true",
    "is_disputed=false",
    "recorded_at=1774749600000000",
    "return_on=2026-12-31",
    "source=crm",
    "source_id=1",
    "updated_at=1774828800000000",
    "verdict=reject",
)
OPPORTUNITY: dict[str, Any] = {
    "source_id": "1",
    "at": on(1, 1),
    "amount_minor": 1_000_553_400,
    "amount_currency": "EUR",
    "is_won": None,
}
SAID_BY_OPPORTUNITY = (
    "amount_currency=EUR",
    "amount_minor=1000553400",
    "at=1767225600000000",
    "fx_rate={number}",
    "source=crm",
    "source_id=1",
)
NUMBERS = {
    1.0873: "1.0873",
    1e-7: "1e-07",
    1e22: "1e+22",
    0.1 + 0.2: "0.30000000000000004",
    3: "3.0",
}


def test_the_digest_is_the_upper_63_bits_of_the_md5_of_all_that_a_row_says(
    company: Company,
) -> None:
    """Were it ever to differ, the next import would take every fact for corrected."""
    assert _digest(company, "qualification_decision", DECISION) == _of(*SAID_BY_DECISION)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_spelled_the_same_for_ever(company: Company, number: float) -> None:
    said = [each.format(number=NUMBERS[number]) for each in SAID_BY_OPPORTUNITY]

    assert _digest(company, "opportunity", {**OPPORTUNITY, "fx_rate": number}) == _of(*said)


def test_what_says_the_same_has_the_same_digest(company: Company) -> None:
    plain = {"source_id": "1", "at": on(1, 1), "fx_rate": 0.0}
    same = [
        {**plain, "fx_rate": -0.0},
        {**plain, "is_deleted": False},
        {**plain, "source": "crm"},
        {**plain, "stage": None, "amount_minor": None},
        {**plain, "name": "what only people may read", "row_number": 9},
    ]

    expected = _digest(company, "opportunity", plain)

    assert [company.append("opportunity", each).unchanged for each in same] == [1] * len(same)
    assert expected > 0


def test_what_says_something_else_has_another_digest(company: Company) -> None:
    plain = {"source_id": "1", "at": on(1, 1), "stage": "a", "pipeline": None}
    others = [
        {**plain, "stage": None, "pipeline": "a"},
        {**plain, "stage": ""},
        {**plain, "recorded_at": on(1, 2)},
        {**plain, "updated_at": on(1, 2)},
        {**plain, "is_deleted": True},
        {**plain, "account_id": "crm:1"},
        {**plain, "contact_id": "crm:1"},
        {**plain, "at": on(1, 2)},
        {**plain, "is_won": False},
        {**plain, "amount_minor": 0},
    ]
    company.append("opportunity", plain)

    assert [company.append("opportunity", each).corrected for each in others] == [1] * len(others)


def _of(*said: str) -> int:
    text = "".join(f"\x1f{each}" for each in said)
    return (
        int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest(), "little") >> 65
    )


def _digest(company: Company, kind: str, row: dict[str, Any]) -> int:
    company.append(kind, row)
    with engine.open(company.lake.path) as facts:
        (found,) = facts.arrow(facts.history(kind)).to_pylist()
    return int(found["digest"])
