"""Campaigns, and the people who answered them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import dated, good
from revloop.sources.crm.words import Patterns, first_of
from revloop.sources.protocol import PROBLEM
from revloop.sources.salesforce.entities import entities, events, newest
from revloop.sources.salesforce.objects import CAMPAIGN, CAMPAIGN_MEMBER
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable

RESPONSES: Patterns = (
    (r"webinar", "webinar_registered"),
    (r"event|conference|trade ?show|seminar|exhibition|fair\b|road ?show", "event_visit"),
    (r"referral|partner", "referral"),
    (r"download|white ?paper|e-?book|content", "content_download"),
    (r"e-?mail|newsletter|direct mail", "email_clicked"),
    (r"advert|banner|\bads?\b|paid|\bppc\b|\bsem\b", "ad_click"),
    (r"trial", "trial_start"),
    (r"demo", "demo_request"),
    (r"chat", "chat"),
    (r"telemarketing|\bcall", "inbound_call"),
)
"""What an answer to a campaign of a type is; of any other type it is a form that was filled in."""
_OTHERWISE = "form_submit"
_ATTENDED = r"attended|visited|showed"
_SENT = r"^sent\b|delivered"


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("campaign", CAMPAIGN, campaigns)
    yield from export.facts("touch", CAMPAIGN_MEMBER, answers)


def campaigns(export: Export) -> ir.Table:
    """A campaign happens from its first day on; one that names none, from its creation."""
    rows = entities(export, CAMPAIGN)
    counted = rows.leads.notnull() | rows.contacts.notnull()
    members = rows.leads.fill_null(0) + rows.contacts.fill_null(0)
    return rows.mutate(
        at=ibis.coalesce(export.start_of(rows.starts_on), rows["at"]),
        members=counted.ifelse(members, nothing("int64")),
    )


def answers(export: Export) -> ir.Table:
    """Members of campaigns who responded, and those who were sent an e-mail.

    FirstRespondedDate is a day. CreatedDate, pressed into that day, gives the time: so touches of
    one day keep the order in which they were created.
    """
    rows = _with_campaign(export, events(export, CAMPAIGN_MEMBER))
    responded = rows.has_responded.fill_null(False) | rows.responded_on.notnull()  # noqa: FBT003
    start = export.start_of(rows.responded_on)
    end = start + ibis.interval(days=1) - ibis.interval(microseconds=1)
    answered = ibis.least(ibis.greatest(rows.created, start), end)
    was_sent = (
        ~responded
        & rows.status.lower().re_search(_SENT)
        & rows.campaign_type.lower().re_search(r"e-?mail|newsletter")
    ).fill_null(False)  # noqa: FBT003
    kind = first_of(rows.campaign_type, RESPONSES).fill_null(_OTHERWISE)
    attended = rows.status.lower().re_search(_ATTENDED) & (kind == "webinar_registered")
    rows = rows.mutate(
        at=responded.ifelse(ibis.coalesce(answered, rows.created), rows.created),
        kind=ibis.cases((was_sent, "email_sent"), (attended, "webinar_attended"), else_=kind),
        direction=was_sent.ifelse("out", "in"),
        side=ibis.literal("marketing"),
        # A converted lead stays a member beside the contact that it became.
        contact_id=ibis.coalesce(rows.person_id, rows.lead_id),
        channel=rows.campaign_type,
        campaign=rows.campaign_name,
    ).filter(responded | was_sent | rows[PROBLEM].notnull())
    return dated(rows, "CreatedDate")


def _with_campaign(export: Export, rows: ir.Table) -> ir.Table:
    known = newest(good(entities(export, CAMPAIGN)))
    known = known.select(
        campaign_=export.reference(known.source_id),
        campaign_name=known.name,
        campaign_type=known["type"],
    )
    return rows.left_join(known, rows.campaign_id == known.campaign_)
