"""Attempts to reach people, and meetings with them: Tasks and Events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import dated, good
from revloop.sources.crm.records import seconds_between
from revloop.sources.crm.words import ACTIVITY_KINDS, CALL_OUTCOMES, first_of
from revloop.sources.protocol import PROBLEM
from revloop.sources.salesforce.entities import entities, events, newest
from revloop.sources.salesforce.ids import ACCOUNT, LEAD, OPPORTUNITY
from revloop.sources.salesforce.objects import EVENT, TASK
from revloop.sources.salesforce.objects import LEAD as LEADS
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable

# Subjects that Salesforce and the tools of sellers write themselves.
_EMAIL_SUBJECT = r"^\W*(list )?e-?mail\b|^\[outreach\] \[e-?mail\]|^reply:"
_CALL_SUBJECT = r"^\W*call\b|^\[outreach\] \[call\]|^log(ged)? (a )?call"
_CAME_IN = r"\[in\]|^reply:|^\W*inbound\b"
_SENT_BY_MACHINE = r"\[sequence\b|\bautomated\b|^\W*list e-?mail\b|mass e-?mail"

_SUBTYPES = {
    "call": "call",
    "email": "email",
    "listemail": "email",
    "linkedin": "social",
    "cadence": "email",
}


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("activity", TASK, tasks)
    yield from export.facts("activity", EVENT, meetings)


def tasks(export: Export) -> ir.Table:
    rows = events(export, TASK)
    rows = _kind(rows.filter(~rows.is_series.fill_null(False)))  # noqa: FBT003
    subject, kind = rows.subject.lower(), rows.kind
    done = ibis.coalesce(rows.closed_there, rows.status.lower() == "completed")
    by_machine = (
        (rows.subtype.lower() == "listemail").fill_null(False)  # noqa: FBT003
        | rows.step.lower().re_search("automat").fill_null(False)  # noqa: FBT003
        | subject.re_search(_SENT_BY_MACHINE).fill_null(False)  # noqa: FBT003
    )
    rows = rows.mutate(
        **_when_done(export, rows, done),
        is_planned=~done,
        direction=_direction(rows),
        outcome=ibis.cases(
            (rows.no_show, "no_show"),
            (kind == "call", first_of(rows.disposition, CALL_OUTCOMES)),
            (subject.re_search("^reply:"), "replied"),
            else_=nothing("string"),
        ),
        automated=(kind == "email") & by_machine,
    )
    return _with_people(export, dated(rows, "CreatedDate"))


def _when_done(export: Export, rows: ir.Table, done: ir.BooleanValue) -> dict[str, ir.Value]:
    """A task is done at CompletedDateTime; ActivityDate is the day it was due, without a time."""
    exact = done.ifelse(rows.completed, nothing("timestamp('UTC')"))
    due = export.start_of(rows.day)
    return {
        "at": ibis.coalesce(exact, due, rows.created),
        "date_only": exact.isnull() & due.notnull(),
    }


def _kind(rows: ir.Table) -> ir.Table:
    """How it reaches a person: by subtype, type, the fields of a call, then the subject.

    A task that names no way is a to-do of the seller and no attempt, whatever its type is called:
    to take it for one would stop the clock of a promise that nobody has kept.
    """
    subtype = rows.subtype.lower().replace(" ", "")
    kind = ibis.coalesce(
        subtype.cases(*_SUBTYPES.items(), else_=nothing("string")),
        first_of(rows["type"], ACTIVITY_KINDS),
        rows.call_type.notnull().ifelse("call", nothing("string")),
        rows.subject.lower().re_search(_EMAIL_SUBJECT).ifelse("email", nothing("string")),
        rows.subject.lower().re_search(_CALL_SUBJECT).ifelse("call", nothing("string")),
    )
    rows = rows.mutate(kind=kind)
    return rows.filter(rows.kind.notnull() | rows[PROBLEM].notnull())


def _direction(rows: ir.Table) -> ir.StringValue:
    call_type = rows.call_type.lower()
    came_in = rows.subject.lower().re_search(_CAME_IN)
    return ibis.cases(
        (call_type == "inbound", "in"),
        (call_type.isin(["outbound", "internal"]), "out"),
        (came_in, "in"),
        # Salesforce logs e-mails that it sends; who dialled is unknown where CallType is empty.
        (rows.kind == "email", "out"),
        else_=nothing("string"),
    )


def meetings(export: Export) -> ir.Table:
    """Events of calendars. Whether one took place Salesforce does not say: `is_planned` is unknown."""
    rows = events(export, EVENT)
    series = rows.is_series.fill_null(False) | rows.is_child.fill_null(False)  # noqa: FBT003
    rows = rows.filter(~series | rows[PROBLEM].notnull())
    # A whole day has no zone: midnight of UTC is no time of day.
    by_day = rows.all_day.fill_null(False) | rows.starts.isnull()  # noqa: FBT003
    start = export.start_of(rows.day)
    rows = rows.mutate(
        at=by_day.ifelse(ibis.coalesce(start, rows.starts), rows.starts),
        date_only=by_day & start.notnull(),
        kind=ibis.coalesce(first_of(rows["type"], ACTIVITY_KINDS), "meeting"),
        direction=ibis.literal("two_way"),
        outcome=rows.no_show.ifelse("no_show", nothing("string")),
        automated=ibis.literal(value=False),
        duration_seconds=ibis.coalesce(rows.minutes * 60, seconds_between(rows.starts, rows.ends)),
    )
    return _with_people(export, dated(rows, "StartDateTime"))


def _with_people(export: Export, rows: ir.Table) -> ir.Table:
    """Whom it was with and what it was about.

    At a conversion the tasks of a lead move to the contact; a contact that came of one lead only
    still leads back to it.
    """
    leads = newest(good(entities(export, LEADS)))
    leads = leads.filter(leads.converted_contact_id.notnull())
    came_of = leads.group_by("converted_contact_id").agg(
        leads=leads.count(), lead=leads.source_id.min()
    )
    came_of = came_of.filter(came_of.leads == 1).select(
        person_="converted_contact_id", came_of_lead="lead"
    )
    person = export.reference(rows.who)
    rows = rows.mutate(contact_id=person)
    rows = rows.left_join(came_of, rows.contact_id == came_of.person_)
    lead = rows.who.startswith(LEAD).ifelse(rows.who, rows.came_of_lead)
    about = export.reference(rows.what)
    none = nothing("string")
    return rows.mutate(
        inquiry_id=export.reference(lead),
        opportunity_id=rows.what.startswith(OPPORTUNITY).ifelse(about, none),
        account_id=ibis.coalesce(
            rows.account_id, rows.what.startswith(ACCOUNT).ifelse(about, none)
        ),
    )
