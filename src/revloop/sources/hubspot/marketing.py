"""Forms that were filled in, and e-mails that were sent, opened and clicked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import dated, good
from revloop.sources.hubspot.entities import entities, newest, one_of_list, stamp
from revloop.sources.hubspot.objects import (
    CONTACT,
    EMAIL_CAMPAIGN,
    EMAIL_EVENT,
    FORM,
    STATUS_CHANGE,
    SUBMISSION,
)
from revloop.sources.hubspot.teams import owner
from revloop.sources.protocol import PROBLEM
from revloop.sources.values import row_hash
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable

_TOUCHES = {
    "SENT": "email_sent",
    "OPEN": "email_opened",
    "CLICK": "email_clicked",
    "REPLY": "email_replied",
    # Who reports spam is taken off every list.
    "SPAMREPORT": "unsubscribe",
}
_STATUS_CHANGE = "STATUSCHANGE"
_DELIVERY = (
    "PROCESSED",
    "DELIVERED",
    "DEFERRED",
    "DROPPED",
    "BOUNCE",
    "SUPPRESSED",
    "PRINT",
    "FORWARD",
    "UNBOUNCE",
)
_UTM = ("source", "medium", "campaign", "term", "content")


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("campaign", EMAIL_CAMPAIGN, email_campaigns)
    yield from export.facts("touch", EMAIL_EVENT, email_events)
    if export.has(SUBMISSION):
        yield from export.facts("touch", SUBMISSION, submissions)
        yield from export.facts("inquiry", SUBMISSION, inquiries)
    else:
        # Without the submissions a contact still tells of its first and its last one.
        yield from export.facts("touch", CONTACT, conversions)
        yield from export.facts("inquiry", CONTACT, partial(conversions, raised=True))


# forms


def submissions(export: Export) -> ir.Table:
    """Each submission of a form is a touch, and raises a hand."""
    rows = export.records(SUBMISSION)
    forms = good(export.records(FORM))
    forms = forms.group_by("form_id").agg(form_name=forms.name.min()).rename(form_="form_id")
    rows = rows.left_join(forms, rows.form_id == forms.form_)
    without_id = row_hash(rows.contact, rows.form_id, rows.created, rows.page)
    rows = rows.mutate(
        source_id=ibis.coalesce(rows.conversion_id, without_id),
        recorded_at=rows.created,
        contact_id=export.reference(rows.contact),
        form=ibis.coalesce(rows.form_name, rows.title, rows.form_id),
        **{f"utm_{name}": _of_query(rows.page, f"utm_{name}") for name in _UTM},
    )
    return _form_submit(rows, rows.created)


def inquiries(export: Export) -> ir.Table:
    return _with_contact(export, good(submissions(export)))


def conversions(export: Export, *, raised: bool = False) -> ir.Table:
    """The first and the last submission of each contact, as touches or as raised hands."""
    rows = newest(good(entities(export, CONTACT)))
    first = rows.mutate(converted=rows.first_conversion, form=rows.first_form)
    last = rows.filter(
        rows.first_conversion.isnull() | (rows.first_conversion != rows.last_conversion)
    )
    last = last.mutate(converted=last.last_conversion, form=last.last_form)
    both = first.union(last)
    both = both.filter(both.converted.notnull())
    both = both.mutate(
        contact=both.source_id,
        contact_id=export.reference(both.source_id),
        source_id=both.source_id + ":conversion:" + stamp(both.converted),
        recorded_at=both.converted,
        updated_at=nothing("timestamp('UTC')"),
        is_deleted=nothing("boolean"),
    )
    both = _form_submit(both, both.converted)
    return _with_contact(export, both) if raised else both


def _form_submit(rows: ir.Table, at: ir.TimestampValue) -> ir.Table:
    return rows.mutate(
        at=at,
        kind=ibis.literal("form_submit"),
        channel=ibis.literal("web"),
        side=ibis.literal("marketing"),
        direction=ibis.literal("in"),
        entry_point=ibis.literal("inbound"),
    )


def _with_contact(export: Export, rows: ir.Table) -> ir.Table:
    """What the contact knows of the raised hand: its company, its source, its owner, its state."""
    people = newest(good(entities(export, CONTACT)))
    people = people.select(
        person_="source_id",
        account_id=export.reference(one_of_list(people.companies)),
        lead_source="first_source",
        owner_user_id=owner(export, people.owner),
        status="lead_status",
        source_score="score",
    )
    kept = [name for name in rows.columns if name not in people.columns]
    return rows.select(*kept).left_join(people, rows.contact == people.person_)


def _of_query(address: ir.StringValue, name: str) -> ir.StringValue:
    return address.re_extract(rf"[?&]{name}=([^&#]+)", 1).nullif("")


# e-mails


def email_campaigns(export: Export) -> ir.Table:
    """A mailing has no date of its own: it begins with its first event."""
    rows = entities(export, EMAIL_CAMPAIGN)
    events = good(export.records(EMAIL_EVENT))
    first = events.group_by("email_campaign").agg(first_event=events.created.min())
    rows = rows.left_join(first, rows.source_id == first.email_campaign)
    rows = rows.mutate(
        at=ibis.coalesce(rows.first_event, rows["at"]), channel=ibis.literal("email")
    )
    return dated(rows, "created")


def email_events(export: Export) -> ir.Table:
    """What a person was sent, opened or clicked.

    Opens stay: privacy proxies open by themselves, and a reading decides what opens are worth.
    """
    rows = export.records(EMAIL_EVENT)
    changes = good(export.records(STATUS_CHANGE))
    changes = changes.group_by("event_id").agg(new_status=changes.status.max())
    rows = rows.left_join(changes, rows.source_id == changes.event_id)
    word = rows["type"].upper().replace("_", "")
    off = (word == _STATUS_CHANGE) & (rows.new_status.upper() == "UNSUBSCRIBED")
    kind = ibis.cases(
        (off, "unsubscribe"),
        *((word == said, kind) for said, kind in _TOUCHES.items()),
        else_=nothing("string"),
    )
    silent = (word == _STATUS_CHANGE) & rows.new_status.isnull()
    passed = (word.isin(_DELIVERY) | ((word == _STATUS_CHANGE) & ~off & ~silent)).fill_null(
        False  # noqa: FBT003
    )
    said = ibis.cases(
        (
            silent,
            "type: 'STATUSCHANGE' has no row in email_event_status_change to say what changed",
        ),
        (
            kind.isnull() & ~passed,
            ibis.literal("type: '") + rows["type"] + "' is no event of e-mails",
        ),
        else_=nothing("string"),
    )
    rows = rows.mutate(
        kind=kind,
        at=rows.created,
        recorded_at=rows.created,
        contact_id=ibis.literal("email:") + rows.recipient.strip().lower(),
        campaign_id=export.reference(rows.email_campaign),
        channel=ibis.literal("email"),
        side=ibis.literal("marketing"),
        direction=(kind == "email_sent").ifelse("out", "in"),
        is_bot=rows.filtered,
        **{PROBLEM: ibis.coalesce(rows[PROBLEM], said)},
    )
    return rows.filter(~passed | rows[PROBLEM].notnull())
