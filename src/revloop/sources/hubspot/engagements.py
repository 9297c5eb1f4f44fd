"""Calls, e-mails, meetings, messages and tasks of sellers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import dated, good, is_deleted
from revloop.sources.crm.records import seconds_between
from revloop.sources.crm.words import CALL_OUTCOMES as CALL_WORDS
from revloop.sources.crm.words import MEETING_OUTCOMES, first_of
from revloop.sources.hubspot.entities import only
from revloop.sources.hubspot.objects import (
    CALL,
    EMAIL,
    ENGAGEMENT,
    ENGAGEMENT_COMPANY,
    ENGAGEMENT_CONTACT,
    ENGAGEMENT_DEAL,
    MEETING,
    MESSAGE,
    TASK,
)
from revloop.sources.hubspot.options import CALL_OUTCOMES, labelled
from revloop.sources.hubspot.teams import owner
from revloop.sources.protocol import PROBLEM
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.objects import Object
    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable

_DIRECTIONS = {"INBOUND": "in", "OUTBOUND": "out"}
_STATUS_OF_CALL = {"NO_ANSWER": "no_answer", "BUSY": "no_answer", "MISSED": "no_answer"}
_TASKS = {"CALL": "call", "EMAIL": "email"}
_MESSAGES = {"SMS": "sms", "WHATS_APP": "sms", "LINKEDIN_MESSAGE": "social"}
_ON_PAPER = ("PHYSICAL_MAIL",)
_BY_MACHINE = ("AUTOMATION_PLATFORM", "WORKFLOWS", "SEQUENCES", "SEQUENCE")
_CALLED_OFF = ("CANCELED", "CANCELLED")


Make = Callable[["Export", "ir.Table"], "ir.Table"]


def facts(export: Export) -> Iterator[FactTable]:
    ways: tuple[tuple[Object, Make], ...] = (
        (CALL, calls),
        (EMAIL, emails),
        (MEETING, meetings),
        (TASK, tasks),
        (MESSAGE, messages),
    )
    for thing, make in ways:
        yield from export.facts("activity", thing, partial(_activities, thing=thing, make=make))


def _activities(export: Export, thing: Object, make: Make) -> ir.Table:
    return with_people(export, dated(make(export, _engaged(export, thing)), "hs_timestamp"))


def _engaged(export: Export, thing: Object) -> ir.Table:
    """The engagements of a table, with what only the table of all engagements says of them."""
    rows = export.records(thing)
    base = good(export.records(ENGAGEMENT))
    base = base.group_by("engagement").agg(
        base_time=base.timestamp.max(), base_owner=base.owner.max(), base_created=base.created.max()
    )
    rows = rows.left_join(base, rows.source_id == base.engagement)
    created = ibis.coalesce(rows.created, rows.base_created)
    origin = rows.origin.upper()
    return rows.mutate(
        at=ibis.coalesce(rows.timestamp, rows.base_time, rows.starts, created),
        recorded_at=created,
        updated_at=ibis.coalesce(rows.changed, rows.synced),
        is_deleted=is_deleted(rows),
        user_id=owner(export, ibis.coalesce(rows.owner, rows.base_owner)),
        automated=rows.sequence.notnull() | origin.isin(_BY_MACHINE).fill_null(False),  # noqa: FBT003
    )


def calls(export: Export, rows: ir.Table) -> ir.Table:
    """Calls. Their outcome is a GUID, and their duration is in milliseconds."""
    rows = labelled(export, rows, "call", "hs_call_disposition", "disposition", "disposition_label")
    return rows.mutate(
        kind=ibis.literal("call"),
        channel=ibis.literal("phone"),
        direction=rows.call_direction.upper().cases(*_DIRECTIONS.items(), else_=nothing("string")),
        outcome=ibis.coalesce(
            rows.disposition.lower().cases(*CALL_OUTCOMES.items(), else_=nothing("string")),
            first_of(rows.disposition_label, CALL_WORDS),
            rows.call_status.upper().cases(*_STATUS_OF_CALL.items(), else_=nothing("string")),
        ),
        duration_seconds=rows.milliseconds / 1_000,
    )


def emails(_: Export, rows: ir.Table) -> ir.Table:
    direction, status = rows.email_direction.upper(), rows.email_status.upper()
    return rows.mutate(
        kind=ibis.literal("email"),
        channel=ibis.literal("email"),
        direction=ibis.cases(
            (direction == "INCOMING_EMAIL", "in"),
            (direction.isin(["EMAIL", "FORWARDED_EMAIL"]), "out"),
            else_=nothing("string"),
        ),
        outcome=status.isin(["BOUNCED", "FAILED"]).ifelse("bounced", nothing("string")),
        is_planned=status.isin(["SCHEDULED", "SENDING"]),
    )


def meetings(_: Export, rows: ir.Table) -> ir.Table:
    """Meetings. `SCHEDULED` is what HubSpot writes until somebody says more: nothing is known then."""
    said = rows.meeting_outcome.upper()
    return rows.mutate(
        at=ibis.coalesce(rows.starts, rows["at"]),
        kind=ibis.literal("meeting"),
        direction=ibis.literal("two_way"),
        outcome=first_of(rows.meeting_outcome, MEETING_OUTCOMES),
        is_planned=ibis.cases(
            (said.isin(_CALLED_OFF), True),
            (said.isin(["COMPLETED", "NO_SHOW"]), False),
            else_=nothing("boolean"),
        ),
        duration_seconds=seconds_between(rows.starts, rows.ends),
    )


def tasks(_: Export, rows: ir.Table) -> ir.Table:
    """Tasks to call or to write; a task that is open is planned, for the day it is due."""
    said = rows.task_type.upper()
    kind = ibis.cases(
        *((said == word, kind) for word, kind in _TASKS.items()),
        (said.startswith("LINKED_IN"), "social"),
        else_=nothing("string"),
    )
    done = rows.task_status.upper() == "COMPLETED"
    rows = rows.mutate(
        kind=kind,
        at=done.ifelse(ibis.coalesce(rows.completed, rows["at"]), rows["at"]),
        direction=ibis.literal("out"),
        is_planned=~done,
    )
    return rows.filter(rows.kind.notnull() | rows[PROBLEM].notnull())


def messages(_: Export, rows: ir.Table) -> ir.Table:
    said = rows.messages.upper()
    kind = said.cases(*_MESSAGES.items(), else_=nothing("string"))
    problem = ibis.cases(
        (
            said.isnull(),
            "hs_communication_channel_type: is empty, and nothing else says the channel",
        ),
        (
            kind.isnull() & ~said.isin(_ON_PAPER),
            ibis.literal("hs_communication_channel_type: '")
            + rows.messages
            + "' is no channel that is known",
        ),
        else_=nothing("string"),
    )
    rows = rows.mutate(
        kind=kind,
        channel=rows.messages.lower(),
        **{PROBLEM: ibis.coalesce(rows[PROBLEM], problem)},
    )
    return rows.filter(rows.kind.notnull() | rows[PROBLEM].notnull())


def with_people(export: Export, rows: ir.Table) -> ir.Table:
    """One activity for each person it reached. The first keeps the id of the engagement."""
    pairs = good(export.records(ENGAGEMENT_CONTACT))
    pairs = pairs.filter(~pairs.deleted_here.fill_null(False))  # noqa: FBT003
    pairs = pairs.select("one", "other").distinct()
    in_order = ibis.window(group_by="one", order_by="other")
    pairs = pairs.mutate(person_number=ibis.row_number().over(in_order))
    pairs = pairs.rename(engagement_0="one", person="other")
    deal = only(export, ENGAGEMENT_DEAL)
    deal = deal.select(engagement_1="one_", deal="only_")
    company = only(export, ENGAGEMENT_COMPANY)
    company = company.select(engagement_2="one_", company="only_")
    rows = rows.left_join(pairs, rows.source_id == pairs.engagement_0)
    rows = rows.left_join(deal, rows.source_id == deal.engagement_1)
    rows = rows.left_join(company, rows.source_id == company.engagement_2)
    further = (rows.person_number > 0).fill_null(False)  # noqa: FBT003
    return rows.mutate(
        source_id=further.ifelse(rows.source_id + ":" + rows.person, rows.source_id),
        contact_id=export.reference(rows.person),
        opportunity_id=export.reference(rows.deal),
        account_id=export.reference(rows.company),
    )
