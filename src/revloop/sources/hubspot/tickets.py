"""Tickets of customers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ibis

from revloop.sources.hubspot.entities import entities, only
from revloop.sources.hubspot.objects import (
    TICKET,
    TICKET_COMPANY,
    TICKET_CONTACT,
    TICKET_DEAL,
    TICKET_PIPELINE,
    TICKET_PIPELINE_STAGE,
)
from revloop.sources.hubspot.pipelines import with_pipeline, with_stage
from revloop.sources.hubspot.teams import owner

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable

_OF = (
    (TICKET_COMPANY, "account_id"),
    (TICKET_CONTACT, "contact_id"),
    (TICKET_DEAL, "opportunity_id"),
)


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("ticket", TICKET, tickets)


def tickets(export: Export) -> ir.Table:
    rows = with_stage(export, entities(export, TICKET), TICKET_PIPELINE_STAGE)
    rows = with_pipeline(export, rows, TICKET_PIPELINE)
    for number, (pairs, name) in enumerate(_OF):
        found = only(export, pairs).rename(
            **{f"ticket_{number}": "one_", f"only_{number}": "only_"}
        )
        rows = rows.left_join(found, rows.source_id == found[f"ticket_{number}"])
        rows = rows.mutate(**{name: export.reference(rows[f"only_{number}"])})
    closed = ibis.coalesce(rows.stage_is_closed, rows.stage_state.upper() == "CLOSED")
    return rows.mutate(
        owner_user_id=owner(export, rows.owner),
        pipeline=ibis.coalesce(rows.pipeline_label, rows.pipeline_id),
        stage=ibis.coalesce(rows.stage_label, rows.stage_id),
        is_closed=ibis.cases((rows.closed_at.notnull(), True), else_=closed),
    )
