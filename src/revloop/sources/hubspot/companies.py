"""Companies and contacts, and the records that were merged into others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import good
from revloop.sources.hubspot.entities import entities, newest, one_of_list, only
from revloop.sources.hubspot.objects import COMPANY, CONTACT, CONTACT_COMPANY, CONTACT_MERGE
from revloop.sources.hubspot.teams import owner
from revloop.sources.protocol import PROBLEM
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.objects import Object
    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable

_SENIORITIES = {
    "owner": "c_level",
    "partner": "c_level",
    "executive": "c_level",
    "c_suite": "c_level",
    "vp": "vp",
    "director": "director",
    "manager": "manager",
    "senior": "ic",
    "employee": "ic",
    "entry": "ic",
}
_PRIMARY_COMPANY = "1"
"""The label of the association between a contact and its primary company, in every portal."""


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("account", COMPANY, companies)
    yield from export.facts("account_identity", COMPANY, merged_companies)
    yield from export.facts("contact", CONTACT, contacts)
    yield from export.facts("contact", CONTACT, gone_contacts)
    yield from export.facts("contact", CONTACT_MERGE, audited_merges)


def companies(export: Export) -> ir.Table:
    rows = entities(export, COMPANY)
    return rows.mutate(
        parent_account_id=export.reference(rows.parent), owner_user_id=owner(export, rows.owner)
    )


def merged_companies(export: Export) -> ir.Table:
    """The survivor of a merge keeps a list of those that went."""
    rows = _merged(export, COMPANY)
    return rows.mutate(
        source_id=rows.gone + ":merged",
        at=ibis.coalesce(rows.changed, rows["at"]),
        account_id=export.reference(rows.gone),
        same_as_account_id=export.reference(rows.source_id),
        rule=ibis.literal("merged in HubSpot"),
        is_deleted=nothing("boolean"),
    )


def contacts(export: Export) -> ir.Table:
    rows = entities(export, CONTACT)
    survivors = _survivors(export)
    rows = rows.left_join(survivors, rows.source_id == survivors.gone_)
    of_contact = only(export, CONTACT_COMPANY, primary=_PRIMARY_COMPANY)
    rows = rows.left_join(of_contact, rows.source_id == of_contact.one_)
    return rows.mutate(
        account_id=export.reference(ibis.coalesce(one_of_list(rows.companies), rows.only_)),
        owner_user_id=owner(export, rows.owner),
        seniority=rows.level.lower().cases(*_SENIORITIES.items(), else_=nothing("string")),
        # Nobody has agreed by not refusing.
        consent_email=rows.opted_out.ifelse("denied", "unknown"),
        became_contact_id=export.reference(rows.survivor_),
    )


def gone_contacts(export: Export) -> ir.Table:
    """Contacts that were merged away and have no row of their own, out of the survivor's list.

    Older facts name them still, so they stay known as what they became.
    """
    audited = good(export.records(CONTACT_MERGE))
    known = (
        good(export.records(CONTACT)).select("source_id").union(audited.select("source_id"))
    ).distinct()
    rows = _merged(export, CONTACT)
    rows = rows.anti_join(known, rows.gone == known.source_id)
    return _tombstones(export, rows, rows.gone, rows.source_id)


def audited_merges(export: Export) -> ir.Table:
    """Merges of contacts, by the table that tells each; not those of contacts that are still there."""
    rows = export.records(CONTACT_MERGE)
    rows = rows.mutate(at=ibis.coalesce(rows.merged_at, rows.synced))
    known = good(export.records(CONTACT)).select("source_id").distinct()
    lost = rows.anti_join(known, rows.source_id == known.source_id)
    return _tombstones(export, lost, lost.source_id, lost.survivor)


def _tombstones(
    export: Export, rows: ir.Table, gone: ir.StringValue, survivor: ir.StringValue
) -> ir.Table:
    return rows.select(
        "raw_table",
        "row_number",
        PROBLEM,
        "at",
        source_id=gone,
        became_contact_id=export.reference(survivor),
    )


def _merged(export: Export, thing: Object) -> ir.Table:
    """A row for each record that was merged away: the survivor, and `gone`."""
    rows = newest(good(entities(export, thing)))
    rows = rows.filter(rows.merged_ids.notnull()).mutate(gone=rows.merged_ids).unnest("gone")
    return rows.filter(rows.gone != rows.source_id)


def _survivors(export: Export) -> ir.Table:
    """For each contact that was merged away, `gone_`, the one that stayed, `survivor_`."""
    listed = _merged(export, CONTACT)
    audited = good(export.records(CONTACT_MERGE))
    both = listed.select(gone=listed.gone, survivor=listed.source_id).union(
        audited.select(gone=audited.source_id, survivor=audited.survivor)
    )
    return both.group_by("gone").agg(survivor_=both.survivor.min()).rename(gone_="gone")
