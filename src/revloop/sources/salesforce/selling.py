"""Opportunities, the stages they went through, and the people who decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import good
from revloop.sources.crm.stages import entries, rank_of, with_direction
from revloop.sources.crm.words import OPPORTUNITY_TYPES, first_of
from revloop.sources.protocol import PROBLEM
from revloop.sources.salesforce.entities import changed_versions, entities, events, newest, stamp
from revloop.sources.salesforce.objects import (
    CONTACT_ROLE,
    LEAD,
    OPPORTUNITY,
    OPPORTUNITY_FIELD_HISTORY,
    OPPORTUNITY_HISTORY,
)
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("opportunity", OPPORTUNITY, opportunities)
    if export.has(OPPORTUNITY_HISTORY):
        yield from export.facts("opportunity_stage", OPPORTUNITY_HISTORY, stages)
    elif export.has(OPPORTUNITY_FIELD_HISTORY):
        yield from export.facts("opportunity_stage", OPPORTUNITY_FIELD_HISTORY, changes_of_stage)
    elif export.tells(OPPORTUNITY, "version_from"):
        yield from export.facts("opportunity_stage", OPPORTUNITY, stages_of_versions)
    yield from export.facts("buying_group_role", CONTACT_ROLE, roles)


def opportunities(export: Export) -> ir.Table:
    rows = _with_origin(export, _with_closing(export, entities(export, OPPORTUNITY)))
    return rows.mutate(
        contact_id=ibis.coalesce(rows.said_contact_id, rows.primary_contact_id),
        opportunity_type=first_of(rows["type"], OPPORTUNITY_TYPES),
        is_won=rows.is_closed.ifelse(rows.won_there, nothing("boolean")),
    )


def _with_closing(export: Export, rows: ir.Table) -> ir.Table:
    """When it was won or lost: CloseDate is a day, and anybody may change it afterwards."""
    history = good(export.records(OPPORTUNITY_HISTORY))
    last = (
        entries(history).group_by("subject_id", "stage").agg(entered_at=lambda t: t.created.max())
    )
    last = last.rename(opportunity_="subject_id", stage_="stage")
    rows = rows.left_join(last, (rows.source_id == last.opportunity_) & (rows.stage == last.stage_))
    closed_at = ibis.coalesce(rows.entered_at, rows.stage_since)
    return rows.mutate(closed_at=rows.is_closed.ifelse(closed_at, nothing("timestamp('UTC')")))


def _with_origin(export: Export, rows: ir.Table) -> ir.Table:
    """The lead that became the opportunity, the first of several, and the primary contact."""
    leads = good(entities(export, LEAD))
    leads = newest(leads.filter(leads.opportunity_id.notnull()))
    first = ibis.window(group_by="opportunity_id", order_by=["created", "source_id"])
    leads = leads.mutate(place=ibis.row_number().over(first))
    leads = leads.filter(leads.place == 0).select(
        became=leads.opportunity_id, inquiry_id=export.reference(leads.source_id)
    )
    roles = good(entities(export, CONTACT_ROLE))
    primary = roles.filter(roles.is_primary & ~roles.is_deleted.fill_null(False))  # noqa: FBT003
    primary = primary.group_by("opportunity_id").agg(primary_contact_id=primary.contact_id.min())
    primary = primary.rename(of_opportunity="opportunity_id")
    mine = export.reference(rows.source_id)
    rows = rows.mutate(mine=mine)
    rows = rows.left_join(leads, rows.mine == leads.became)
    return rows.left_join(primary, rows.mine == primary.of_opportunity)


# stages


def stages(export: Export) -> ir.Table:
    """Entries into stages; OpportunityHistory also has a row for each change of amount or date."""
    rows = export.records(OPPORTUNITY_HISTORY)
    entered = with_direction(entries(good(rows)), ranks(export))
    unread = rows.filter(rows[PROBLEM].notnull())
    both = entered.union(
        unread.mutate(
            from_stage=nothing("string"), visit=nothing("int64"), is_backward=nothing("boolean")
        ).select(entered.columns)
    )
    return _of_opportunity(export, both)


def changes_of_stage(export: Export) -> ir.Table:
    """Entries into stages as the history of fields tells them: without the first stage."""
    rows = good(export.records(OPPORTUNITY_FIELD_HISTORY))
    rows = rows.filter((rows.field == "StageName") & rows.new.notnull())
    rows = entries(rows.mutate(stage=rows.new))
    rows = rows.mutate(from_stage=ibis.coalesce(rows.old, rows.from_stage))
    return _of_opportunity(export, with_direction(rows, ranks(export)))


def stages_of_versions(export: Export) -> ir.Table:
    """Entries into stages between the versions of an opportunity, where a warehouse kept them."""
    rows = changed_versions(good(entities(export, OPPORTUNITY)), "stage")
    rows = rows.mutate(
        subject_id=rows.source_id,
        source_id=rows.source_id + ":stage:" + stamp(rows.version_from),
        created=rows.version_from,
        actor_id=nothing("string"),
        before_=rows.before,
    )
    rows = entries(rows)
    rows = rows.mutate(from_stage=rows.before_)
    return _of_opportunity(export, with_direction(rows, ranks(export)))


def _of_opportunity(export: Export, rows: ir.Table) -> ir.Table:
    return rows.mutate(
        at=rows.created,
        recorded_at=rows.created,
        updated_at=nothing("timestamp('UTC')"),
        opportunity_id=export.reference(rows.subject_id),
        user_id=rows.actor_id,
        is_deleted=rows.deleted_there,
    )


def ranks(export: Export) -> ir.Table:
    """Where each stage stands: Salesforce exports no order of stages, but their probabilities.

    A seller may change the probability of one opportunity, so the middle one of a stage counts.
    """
    history = good(export.records(OPPORTUNITY_HISTORY))
    now = good(export.records(OPPORTUNITY))
    seen = now.select("stage", "probability", "is_closed").union(
        history.select("stage", "probability", is_closed=nothing("boolean"))
    )
    by_stage = (
        seen.filter(seen.stage.notnull())
        .group_by("stage")
        .agg(probability=seen.probability.median(), is_closed=seen.is_closed.any())
    )
    return by_stage.select("stage", rank=rank_of(by_stage.probability, by_stage.is_closed))


def roles(export: Export) -> ir.Table:
    return events(export, CONTACT_ROLE)
