"""Deals, the stages they went through, and the people who decide; leads of the lead pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import good
from revloop.sources.crm.stages import entries, rank_of, with_direction
from revloop.sources.crm.words import OPPORTUNITY_TYPES, first_of
from revloop.sources.hubspot.entities import (
    NATIVE,
    entities,
    letters,
    newest,
    one_of_list,
    only,
    stamp,
)
from revloop.sources.hubspot.objects import (
    DEAL,
    DEAL_COMPANY,
    DEAL_CONTACT,
    DEAL_HISTORY,
    DEAL_PIPELINE,
    DEAL_PIPELINE_STAGE,
    DEAL_STAGE,
    LEAD,
    MERGED_DEAL,
)
from revloop.sources.hubspot.pipelines import with_pipeline, with_stage
from revloop.sources.hubspot.teams import owner
from revloop.sources.protocol import PROBLEM
from revloop.sources.values.value import nothing
from revloop.sources.values.zones import to_local

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable

_PRIMARY_COMPANY = "5"
"""The label of the association between a deal and its primary company, in every portal."""
_CLOSED = ("closedwon", "closedlost")
_OPEN = (
    "appointmentscheduled",
    "qualifiedtobuy",
    "presentationscheduled",
    "decisionmakerboughtin",
    "contractsent",
)
"""Stages of the pipeline that every portal begins with, by internal name and label."""


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("opportunity", DEAL, deals)
    yield from export.facts("buying_group_role", DEAL_CONTACT, roles)
    yield from export.facts("buying_group_role", DEAL, listed_roles)
    if export.has(DEAL_STAGE):
        yield from export.facts("opportunity_stage", DEAL_STAGE, stages)
    else:
        yield from export.facts("opportunity_stage", DEAL_HISTORY, changes_of_stage)
    yield from export.facts("inquiry", LEAD, leads)


def deals(export: Export) -> ir.Table:
    rows = with_stage(export, entities(export, DEAL), DEAL_PIPELINE_STAGE)
    rows = with_pipeline(export, rows, DEAL_PIPELINE)
    name = letters(ibis.coalesce(rows.stage_label, rows.stage_id))
    closed = ibis.coalesce(
        rows.closed_there,
        rows.stage_is_closed,
        ibis.cases((name.isin(_CLOSED), True), (name.isin(_OPEN), False)),
    )
    won = ibis.coalesce(rows.won_there, rows.stage_is_won, name == "closedwon")
    rows = _with_company_and_contact(export, rows)
    return rows.mutate(
        owner_user_id=owner(export, rows.owner),
        opportunity_type=first_of(rows["type"], OPPORTUNITY_TYPES),
        pipeline=ibis.coalesce(rows.pipeline_label, rows.pipeline_id),
        stage=ibis.coalesce(rows.stage_label, rows.stage_id),
        probability=ibis.coalesce(rows.said_probability, rows.stage_probability),
        close_date=to_local(rows.closes.cast("timestamp"), export.settings.timezone).date(),
        closed_at=closed.ifelse(rows.closes, nothing("timestamp('UTC')")),
        is_closed=closed,
        is_won=closed.ifelse(won, nothing("boolean")),
        is_deleted=ibis.cases((rows.merged_away.notnull(), True), else_=rows.is_deleted),
    )


def _with_company_and_contact(export: Export, rows: ir.Table) -> ir.Table:
    """The company and the contact, where there is one of each, and whether it was merged away."""
    company = only(export, DEAL_COMPANY, primary=_PRIMARY_COMPANY)
    company = company.select(deal_1=company.one_, company_="only_")
    pairs = good(export.records(DEAL_CONTACT))
    pairs = pairs.filter(~pairs.deleted_here.fill_null(False))  # noqa: FBT003
    single = pairs.group_by("deal").agg(
        people=pairs.contact.nunique(), contact_=pairs.contact.min()
    )
    single = single.filter(single.people == 1).select(deal_2="deal", contact_="contact_")
    listed = good(export.records(DEAL))
    listed = listed.filter(listed.merged_ids.notnull()).select(gone=listed.merged_ids)
    merged = good(export.records(MERGED_DEAL)).select("gone")
    gone = listed.unnest("gone").union(merged).distinct().rename(merged_away="gone")
    rows = rows.left_join(company, rows.source_id == company.deal_1)
    rows = rows.left_join(single, rows.source_id == single.deal_2)
    rows = rows.left_join(gone, rows.source_id == gone.merged_away)
    return rows.mutate(
        account_id=export.reference(ibis.coalesce(rows.company_, one_of_list(rows.companies))),
        contact_id=export.reference(ibis.coalesce(rows.contact_, one_of_list(rows.contacts))),
    )


# the people


def roles(export: Export) -> ir.Table:
    """Contacts of deals.

    When they were joined to the deal HubSpot does not say; the creation of the deal is the first
    moment at which they can have been.
    """
    rows = export.records(DEAL_CONTACT)
    born = newest(good(entities(export, DEAL)))
    born = born.select(deal_=born.source_id, born="at")
    rows = rows.left_join(born, rows.deal == born.deal_)
    return rows.mutate(
        source_id=rows.deal + ":" + rows.contact,
        at=ibis.coalesce(rows.born, rows.synced),
        recorded_at=rows.synced,
        opportunity_id=export.reference(rows.deal),
        contact_id=export.reference(rows.contact),
        is_deleted=rows.deleted_here,
    )


def listed_roles(export: Export) -> ir.Table:
    """Contacts of deals as the export screen lists them, in one cell of the deal."""
    rows = good(entities(export, DEAL))
    rows = rows.filter(rows.contacts.notnull()).mutate(contact=rows.contacts).unnest("contact")
    rows = rows.filter(rows.contact.re_search(NATIVE))
    return rows.mutate(
        source_id=rows.source_id + ":" + rows.contact,
        opportunity_id=export.reference(rows.source_id),
        contact_id=export.reference(rows.contact),
        is_deleted=nothing("boolean"),
    )


# stages


def stages(export: Export) -> ir.Table:
    """Entries into stages as a warehouse keeps them, with the moment each was left."""
    rows = export.records(DEAL_STAGE)
    current = rows.is_current.fill_null(False)  # noqa: FBT003 - its end is a mark, not a moment
    rows = rows.mutate(exited_at=current.ifelse(nothing("timestamp('UTC')"), rows.exits))
    return _entered(export, rows)


def changes_of_stage(export: Export) -> ir.Table:
    rows = good(export.records(DEAL_HISTORY))
    rows = rows.filter((rows.field == "dealstage") & rows.value.notnull())
    return _entered(export, rows.mutate(stage=rows.value))


def _entered(export: Export, rows: ir.Table) -> ir.Table:
    rows = rows.mutate(source_id=rows.subject_id + ":dealstage:" + stamp(rows.created))
    of_deal = newest(good(entities(export, DEAL))).select("source_id", "pipeline_id")
    of_deal = of_deal.rename(deal_="source_id")
    entered = with_direction(entries(good(rows)), _ranks(export))
    entered = entered.left_join(of_deal, entered.subject_id == of_deal.deal_)
    entered = entered.mutate(stage_id=entered.stage)
    now = with_stage(export, entered, DEAL_PIPELINE_STAGE)
    now = with_pipeline(export, now, DEAL_PIPELINE)
    before = now.select("from_stage", "source_id", "pipeline_id").rename(stage_id="from_stage")
    before = with_stage(export, before, DEAL_PIPELINE_STAGE)
    before = before.select(
        source_id_="source_id", from_stage_=ibis.coalesce(before.stage_label, before.stage_id)
    ).distinct(on="source_id_", keep="first")
    now = now.left_join(before, now.source_id == before.source_id_)
    now = now.mutate(
        stage=ibis.coalesce(now.stage_label, now.stage_id),
        from_stage=now.from_stage_,
        probability=now.stage_probability,
        pipeline=ibis.coalesce(now.pipeline_label, now.pipeline_id),
        at=now.created,
        recorded_at=now.created,
        opportunity_id=export.reference(now.subject_id),
    )
    unread = rows.filter(rows[PROBLEM].notnull())
    empty = {
        name: nothing(str(type_))
        for name, type_ in now.schema().items()
        if name not in unread.columns
    }
    return now.union(unread.mutate(**empty).select(now.columns))


def _ranks(export: Export) -> ir.Table:
    """Where each stage stands; an id that several pipelines have stands nowhere."""
    rows = good(export.records(DEAL_PIPELINE_STAGE))
    found = rows.group_by("stage_id").agg(
        pipelines=rows.pipeline_id.nunique(),
        probability=rows.probability.max(),
        is_closed=rows.is_closed.any(),
    )
    found = found.filter(found.pipelines == 1)
    return found.select(stage=found.stage_id, rank=rank_of(found.probability, found.is_closed))


# leads


def leads(export: Export) -> ir.Table:
    """Leads of the lead pipeline: each is a raised hand of a contact."""
    rows = entities(export, LEAD)
    return rows.mutate(
        contact_id=export.reference(rows.contact),
        account_id=export.reference(rows.company),
        owner_user_id=owner(export, rows.owner),
        source_id=ibis.literal("lead-") + rows.source_id,
    )
