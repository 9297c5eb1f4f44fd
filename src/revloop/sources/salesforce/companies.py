"""Accounts, and the people of them: Contacts, and Leads as long as they are nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import good
from revloop.sources.salesforce.entities import entities
from revloop.sources.salesforce.objects import ACCOUNT, CONTACT, LEAD
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("account", ACCOUNT, partial(entities, thing=ACCOUNT))
    yield from export.facts("account_identity", ACCOUNT, merged_accounts)
    yield from export.facts("contact", CONTACT, contacts)
    yield from export.facts("contact", LEAD, leads)


def contacts(export: Export) -> ir.Table:
    rows = entities(export, CONTACT)
    return with_consents(rows.mutate(became_contact_id=rows.merged_into))


def leads(export: Export) -> ir.Table:
    """A lead is a person too: after its conversion the contact that it became.

    Of two merged leads, the one that went says which stayed.
    """
    rows = entities(export, LEAD)
    became = ibis.coalesce(rows.converted_contact_id, rows.merged_into)
    return with_consents(rows.mutate(became_contact_id=became))


def with_consents(rows: ir.Table) -> ir.Table:
    """Salesforce knows who has refused; nobody has agreed by not refusing."""
    return rows.mutate(
        consent_email=rows.opted_out.ifelse("denied", "unknown"),
        consent_phone=rows.no_calls.ifelse("denied", "unknown"),
    )


def merged_accounts(export: Export) -> ir.Table:
    """Of two merged accounts, the one that went says which stayed."""
    rows = good(entities(export, ACCOUNT))
    gone = rows.filter(rows.merged_into.notnull())
    return gone.mutate(
        source_id=gone.source_id + ":merged",
        at=gone.updated_at,
        account_id=export.reference(gone.source_id),
        same_as_account_id=gone.merged_into,
        rule=ibis.literal("merged in Salesforce"),
        is_deleted=nothing("boolean"),
    )
