"""One company's story in a few facts, and a second company beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ...engine.staging import Company, on, touch


def tell(made: Company) -> Company:
    """Ann is two records; Bob's company is known by a match; Eve's is not known at all."""
    made.append(
        "account",
        {"source_id": "acme", "at": on(1, 1), "name": "Acme", "country": "DE"},
        {"source_id": "acme-de", "at": on(1, 1), "name": "Acme GmbH", "industry": "steel"},
        {"source_id": "bolt", "at": on(1, 1), "name": "Bolt", "is_customer": True},
    )
    made.append(
        "contact",
        {"source_id": "ann", "at": on(1, 1), "account_id": "crm:acme-de", "title": "CFO"},
        {"source_id": "anna", "at": on(1, 1), "country": "DE"},
        {"source_id": "bob", "at": on(1, 1)},
        {"source_id": "eve", "at": on(1, 1)},
    )
    made.append(
        "contact_identity",
        {
            "source_id": "1",
            "at": on(1, 2),
            "contact_id": "crm:anna",
            "same_as_contact_id": "crm:ann",
            "rule": "email",
        },
    )
    made.append(
        "account_identity",
        {
            "source_id": "1",
            "at": on(1, 2),
            "account_id": "crm:acme-de",
            "same_as_account_id": "crm:acme",
            "rule": "domain",
        },
    )
    made.append(
        "contact_account",
        {"source_id": "1", "at": on(1, 2), "contact_id": "crm:bob", "account_id": "crm:bolt"},
    )
    made.append("user", {"source_id": "sam", "at": on(1, 1), "role": "success"})
    made.append("campaign", {"source_id": "spring", "at": on(1, 1), "name": "Spring fair"})
    made.append(
        "touch",
        touch("1", at=on(2, 1), contact_id="crm:anna", kind="form_submit", channel="web"),
        touch("2", at=on(2, 2), contact_id="crm:ann", kind="email_sent", campaign_id="crm:spring"),
        touch("3", at=on(2, 3), contact_id="crm:ann", is_bot=True),
        touch("4", at=on(2, 4), contact_id="crm:bob", kind="trial_start"),
        touch("5", at=on(2, 5), contact_id="crm:eve", side="partner"),
        touch("6", at=on(2, 6), contact_id="crm:ann", is_deleted=True),
        touch("7", at=on(9, 1), contact_id="crm:ann", kind="page_view"),  # announced, not happened
        touch("8", at=datetime.fromisoformat("2025-06-01T00:00:00Z"), contact_id="crm:ann"),
    )
    made.append(
        "inquiry",
        {"source_id": "i", "at": on(2, 1), "contact_id": "crm:anna", "entry_point": "inbound"},
        {"source_id": "bot", "at": on(2, 1), "contact_id": "crm:anna", "is_bot": True},
    )
    made.append(
        "activity",
        activity("a", on(2, 2, 9), inquiry_id="crm:i", outcome="voicemail"),
        activity("b", on(2, 2, 10), opportunity_id="crm:o", kind="email", automated=True),
        activity("c", on(2, 2, 11), contact_id="crm:bob", user_id="crm:sam", is_planned=True),
    )
    made.append(
        "qualification_decision",
        {"source_id": "q", "at": on(2, 3), "inquiry_id": "crm:i", "verdict": "accept"},
    )
    made.append(
        "opportunity",
        {
            "source_id": "o",
            "at": on(2, 4),
            "account_id": "crm:acme",
            "amount_minor": 500_00,
            "amount_currency": "EUR",
            "is_closed": True,
            "is_won": True,
            "closed_at": on(3, 1),
        },
        {"source_id": "p", "at": on(2, 5), "account_id": "crm:acme", "is_closed": False},
    )
    made.append(
        "opportunity_stage",
        {"source_id": "s", "at": on(2, 6), "opportunity_id": "crm:o", "stage": "proposal"},
    )
    made.append(
        "buying_group_role",
        role("1", on(2, 4), "champion", "neutral"),
        role("2", on(2, 7), "champion", "champion"),
    )
    made.append(
        "ticket",
        {"source_id": "t", "at": on(3, 2), "account_id": "crm:bolt", "category": "billing"},
    )
    made.append(
        "booking",
        {
            "source_id": "b",
            "at": on(3, 1),
            "kind": "booking",
            "account_id": "crm:acme-de",
            "amount_minor": 500_00,
            "amount_currency": "EUR",
        },
    )
    return made


def activity(source_id: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {"source_id": source_id, "at": at, "kind": "call", **more}


def role(source_id: str, at: datetime, part: str, stance: str) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "at": at,
        "opportunity_id": "crm:o",
        "contact_id": "crm:anna",
        "role": part,
        "stance": stance,
    }
