"""Inquiries, the states they went through, and who owned what: Leads, and histories of fields."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import good
from revloop.sources.crm.records import TABLE
from revloop.sources.protocol import PROBLEM, ROW
from revloop.sources.salesforce.entities import changed_versions, entities, newest, stamp
from revloop.sources.salesforce.ids import OWNER, in_18_characters
from revloop.sources.salesforce.objects import (
    ACCOUNT,
    ACCOUNT_HISTORY,
    CONTACT,
    CONTACT_HISTORY,
    LEAD,
    LEAD_HISTORY,
    OPPORTUNITY,
    OPPORTUNITY_FIELD_HISTORY,
)
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.objects import Object
    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable

CONVERTED = "Converted"
"""The state of a lead that became a contact, whatever word its status has for that."""

_OWNED = (
    (LEAD, LEAD_HISTORY, "inquiry_id"),
    (ACCOUNT, ACCOUNT_HISTORY, "account_id"),
    (CONTACT, CONTACT_HISTORY, "contact_id"),
    (OPPORTUNITY, OPPORTUNITY_FIELD_HISTORY, "opportunity_id"),
)
"""What is owned, where its changes are written, and how an assignment names it."""


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("inquiry", LEAD, inquiries)
    yield from export.facts("lifecycle_transition", LEAD_HISTORY, changes_of_status)
    yield from export.facts("lifecycle_transition", LEAD_HISTORY, first_states)
    yield from export.facts("lifecycle_transition", LEAD_HISTORY, told_conversions)
    yield from export.facts("lifecycle_transition", LEAD, untold_conversions)
    if not export.has(LEAD_HISTORY) and export.tells(LEAD, "version_from"):
        yield from export.facts("lifecycle_transition", LEAD, status_of_versions)
    for thing, history, subject in _OWNED:
        yield from export.facts(
            "assignment", history, partial(owners, history=history, subject=subject)
        )
        if not export.has(history) and export.tells(thing, "version_from"):
            versions = partial(owners_of_versions, thing=thing, subject=subject)
            yield from export.facts("assignment", thing, versions)


def inquiries(export: Export) -> ir.Table:
    """Every lead is one raised hand."""
    rows = good(entities(export, LEAD))
    return rows.mutate(contact_id=export.reference(rows.source_id), lead_source=rows.first_source)


# states


def changes_of_status(export: Export) -> ir.Table:
    rows = export.records(LEAD_HISTORY)
    told = rows.filter(rows[PROBLEM].notnull() | ((rows.field == "Status") & rows.new.notnull()))
    return _of_lead(export, told).mutate(
        field=ibis.literal("Status"), from_state=told.old, to_state=told.new
    )


def first_states(export: Export) -> ir.Table:
    """The state a lead was born in, where its history reaches back to its birth.

    Histories of fields are kept for 18 to 24 months. The first change that is left of an older
    lead does not tell its first state, so nothing is said of it.
    """
    changes = good(export.records(LEAD_HISTORY))
    status = changes.filter(changes.field == "Status")
    in_order = ibis.window(group_by="subject_id", order_by=["created", "source_id"])
    first = status.mutate(place=ibis.row_number().over(in_order))
    first = first.filter(first.place == 0).select(lead_=first.subject_id, before=first.old)
    leads = newest(good(entities(export, LEAD))).select("source_id", "status")
    leads = leads.rename(lead_now="source_id")
    births = changes.filter(changes.field == "created")
    births = births.left_join(first, births.subject_id == first.lead_)
    births = births.left_join(leads, births.subject_id == leads.lead_now)
    unchanged = births.lead_.isnull()
    births = births.mutate(to_state=unchanged.ifelse(births.status, births.before))
    births = births.filter(births.to_state.notnull())
    return _of_lead(export, births).mutate(field=ibis.literal("Status"))


def told_conversions(export: Export) -> ir.Table:
    """Conversions by the moment that the history gives; ConvertedDate is a day without a time."""
    rows = good(export.records(LEAD_HISTORY))
    rows = rows.filter(rows.field == "leadConverted")
    return _conversion(_of_lead(export, rows)).mutate(updated_at=rows.created)


def untold_conversions(export: Export) -> ir.Table:
    """Conversions of which the history has no row of their own.

    The change into the status that the lead has now, on the day of the conversion, gives the time;
    without it only the day is known.
    """
    changes = good(export.records(LEAD_HISTORY))
    told = changes.filter(changes.field == "leadConverted").select("subject_id").distinct()
    leads = newest(good(entities(export, LEAD)))
    leads = leads.filter(leads.is_converted & leads.converted_on.notnull())
    leads = leads.anti_join(told, leads.source_id == told.subject_id)
    status = changes.filter(changes.field == "Status")
    last = status.group_by("subject_id", "new").agg(moved_at=status.created.max())
    known = leads.left_join(last, (leads.source_id == last.subject_id) & (leads.status == last.new))
    start = export.start_of(known.converted_on)
    # The day is that of the person who converted it, so it may begin or end some hours off.
    near = (known.moved_at >= start - ibis.interval(hours=14)) & (
        known.moved_at < start + ibis.interval(hours=38)
    )
    at = near.ifelse(known.moved_at, start)
    rows = known.mutate(
        subject_id=known.source_id,
        created=ibis.coalesce(at, start),
        actor_id=nothing("string"),
        date_only=~near.fill_null(False),  # noqa: FBT003
    )
    rows = _conversion(_of_lead(export, rows))
    # Unknown, so that the moment takes the place of the day once a history gives it.
    return rows.mutate(
        recorded_at=nothing("timestamp('UTC')"), updated_at=nothing("timestamp('UTC')")
    )


def status_of_versions(export: Export) -> ir.Table:
    """Changes of status between the versions of a lead, where a warehouse kept them."""
    rows = changed_versions(good(entities(export, LEAD)), "status")
    rows = rows.mutate(
        subject_id=rows.source_id,
        source_id=rows.source_id + ":status:" + stamp(rows.version_from),
        created=rows.version_from,
        actor_id=nothing("string"),
    )
    return _of_lead(export, rows).mutate(
        field=ibis.literal("Status"), from_state=rows.before, to_state=rows.status
    )


def _of_lead(export: Export, rows: ir.Table) -> ir.Table:
    lead = export.reference(rows.subject_id)
    return rows.mutate(
        at=rows.created,
        recorded_at=rows.created,
        subject=ibis.literal("inquiry"),
        inquiry_id=lead,
        contact_id=lead,
        user_id=rows.actor_id,
        is_deleted=rows.deleted_there,
        account_id=nothing("string"),
        opportunity_id=nothing("string"),
    )


def _conversion(rows: ir.Table) -> ir.Table:
    return rows.mutate(
        source_id=rows.subject_id + ":converted",
        field=ibis.literal("IsConverted"),
        from_state=nothing("string"),
        to_state=ibis.literal(CONVERTED),
        is_deleted=nothing("boolean"),
    )


# owners


def owners(export: Export, history: Object, subject: str) -> ir.Table:
    """Changes of owner. Salesforce writes each twice: once with names, once with ids."""
    rows = export.records(history)
    new, old = in_18_characters(rows.new), in_18_characters(rows.old)
    changed = rows.field.isin(["Owner", "OwnerId"]) & rows.new.re_search(OWNER)
    wanted = changed if history == LEAD_HISTORY else changed | rows[PROBLEM].notnull()
    rows = rows.mutate(
        at=rows.created,
        recorded_at=rows.created,
        user_id=export.reference(new),
        from_user_id=export.reference(old),
        is_deleted=rows.deleted_there,
        **{subject: export.reference(rows.subject_id)},
    ).filter(wanted)
    return good(rows) if history == LEAD_HISTORY else rows


def owners_of_versions(export: Export, thing: Object, subject: str) -> ir.Table:
    """Changes of owner between the versions of a record, where a warehouse kept them."""
    rows = changed_versions(good(entities(export, thing)), "owner_user_id")
    # The record's other columns say what it is about, not what got an owner.
    return rows.select(
        TABLE,
        ROW,
        PROBLEM,
        source_id=rows.source_id + ":owner:" + stamp(rows.version_from),
        at=rows.version_from,
        recorded_at=rows.version_from,
        user_id=rows.owner_user_id,
        from_user_id=rows.before,
        **{subject: export.reference(rows.source_id)},
    )
