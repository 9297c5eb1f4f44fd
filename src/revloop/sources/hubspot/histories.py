"""Stages of lifecycles and owners, out of the histories of properties."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import good
from revloop.sources.crm.stages import entries
from revloop.sources.hubspot.entities import NATIVE, entities, letters, newest, stamp
from revloop.sources.hubspot.objects import (
    COMPANY,
    COMPANY_HISTORY,
    CONTACT,
    CONTACT_HISTORY,
    DEAL_HISTORY,
    LIFECYCLE,
    OWNER_TABLE,
)
from revloop.sources.hubspot.options import labelled
from revloop.sources.protocol import PROBLEM
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.objects import Object
    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable

STAGE, STATUS, OWNED_BY = "lifecyclestage", "hs_lead_status", "hubspot_owner_id"

_SUBJECTS = {"contact": "contact", "company": "account"}
"""What a kind of fact calls them."""
_LOOP = {
    STAGE: {
        "marketingqualifiedlead": "mql",
        "salesqualifiedlead": "sql",
        "opportunity": "opp",
        "customer": "won",
    },
    # A lifecycle never moves back of itself: who returns to nurture shows in the lead status alone.
    STATUS: {"badtiming": "recycled", "unqualified": "disqualified"},
}
"""Stages of HubSpot that say the same as a stage of the loop, in every portal."""
_ACTORS = {
    "CRM_UI": "user",
    "CONTACTS_WEB": "user",
    "MOBILE_IOS": "user",
    "MOBILE_ANDROID": "user",
    "SALES": "user",
    "AUTOMATION_PLATFORM": "rule",
    "WORKFLOWS": "rule",
    "CALCULATED": "rule",
    "IMPORT": "import",
}


def facts(export: Export) -> Iterator[FactTable]:
    for history, of in ((CONTACT_HISTORY, "contact"), (COMPANY_HISTORY, "company")):
        stages = partial(transitions, history=history, of=of)
        yield from export.facts("lifecycle_transition", history, stages)
        yield from export.facts(
            "assignment", history, partial(owners, history=history, subject=f"{_SUBJECTS[of]}_id")
        )
    deals = partial(owners, history=DEAL_HISTORY, subject="opportunity_id")
    yield from export.facts("assignment", DEAL_HISTORY, deals)
    for thing, history in ((CONTACT, CONTACT_HISTORY), (COMPANY, COMPANY_HISTORY)):
        dates = partial(dated_stages, thing=thing, history=history)
        yield from export.facts("lifecycle_transition", thing, dates)


def transitions(export: Export, history: Object, of: str) -> ir.Table:
    """Entries into lifecycle stages and lead states; rows that could not be read come with them."""
    rows = export.records(history)
    named = [_entries(export, rows, name, of) for name in (STAGE, STATUS) if name in _fields(of)]
    unread = rows.filter(rows[PROBLEM].notnull())
    empty = {
        name: nothing(str(type_))
        for name, type_ in named[0].schema().items()
        if name not in rows.columns
    }
    named.append(unread.mutate(**empty).select(named[0].columns))
    subject = _SUBJECTS[of]
    moved = ibis.union(*named)
    return moved.mutate(
        at=moved.created,
        recorded_at=moved.created,
        subject=ibis.literal(subject),
        **{f"{subject}_id": export.reference(moved.subject_id)},
    )


def _fields(of: str) -> tuple[str, ...]:
    return (STAGE, STATUS) if of == "contact" else (STAGE,)


def _entries(export: Export, rows: ir.Table, name: str, of: str) -> ir.Table:
    """The rows at which a record entered another stage.

    HubSpot empties a stage before it sets a lower one: an empty one is no stage, and the one before
    it counts.
    """
    said = good(rows)
    said = said.filter((said.field == name) & said.value.notnull())
    said = said.mutate(
        source_id=said.subject_id + f":{name}:" + stamp(said.created), stage=said.value
    )
    entered = entries(said)
    entered = labelled(export, entered, of, name, "stage", "to_state")
    entered = labelled(export, entered, of, name, "from_stage", "from_state")
    entered = _with_user(export, entered)
    return entered.mutate(
        stage=letters(entered.stage).cases(*_LOOP[name].items(), else_=nothing("string")),
        is_backward=_rank(entered.stage) < _rank(entered.from_stage),
    )


def _rank(stage: ir.StringValue) -> ir.IntegerValue:
    """The place of a stage in the lifecycle; null for stages of the company's own."""
    places = ((name, place) for place, name in enumerate(LIFECYCLE))
    return letters(stage).cases(*places, else_=nothing("int64"))


def dated_stages(export: Export, thing: Object, history: Object) -> ir.Table:
    """Entries into stages by the date columns of a record, where it has no history."""
    rows = newest(good(entities(export, thing)))
    told = good(export.records(history))
    told = told.filter((told.field == STAGE) & told.value.notnull()).select("subject_id").distinct()
    rows = rows.anti_join(told, rows.source_id == told.subject_id)
    subject = "contact" if thing == CONTACT else "account"
    dates = [
        rows.select(
            "raw_table",
            "row_number",
            PROBLEM,
            at=rows[f"entered_{stage}"],
            recorded_at=rows[f"entered_{stage}"],
            source_id=rows.source_id + f":{STAGE}:{stage}",
            subject=ibis.literal(subject),
            field=ibis.literal(STAGE),
            to_state=ibis.literal(stage),
            stage=ibis.literal(_LOOP[STAGE][stage]) if stage in _LOOP[STAGE] else nothing("string"),
            **{f"{subject}_id": export.reference(rows.source_id)},
        )
        for stage in LIFECYCLE
    ]
    entered = ibis.union(*dates)
    return entered.filter(entered["at"].notnull())


def owners(export: Export, history: Object, subject: str) -> ir.Table:
    """Changes of owner; an empty owner is nobody. Problems of other changes are told elsewhere."""
    rows = export.records(history)
    said = good(rows).filter(lambda each: each.field == OWNED_BY)
    said = said.mutate(
        source_id=said.subject_id + f":{OWNED_BY}:" + stamp(said.created),
        owner_now=said.value.re_search(NATIVE).ifelse(said.value, nothing("string")),
    )
    in_order = ibis.window(group_by="subject_id", order_by=["created", "source_id"])
    said = said.mutate(owner_before=said.owner_now.lag().over(in_order))
    if history == DEAL_HISTORY:
        unread = rows.filter(rows[PROBLEM].notnull())
        none = nothing("string")
        unread = unread.mutate(source_id=none, owner_now=none, owner_before=none)
        said = said.union(unread.select(said.columns))
    return said.mutate(
        at=said.created,
        recorded_at=said.created,
        user_id=export.reference(said.owner_now),
        from_user_id=export.reference(said.owner_before),
        reason=said.by.cases(
            ("IMPORT", "import"),
            ("AUTOMATION_PLATFORM", "rule"),
            ("WORKFLOWS", "rule"),
            ("CRM_UI", "manual"),
            else_=nothing("string"),
        ),
        **{subject: export.reference(said.subject_id)},
    )


def _with_user(export: Export, rows: ir.Table) -> ir.Table:
    """Who moved it: the history names users, all else names owners."""
    known = good(export.records(OWNER_TABLE))
    known = known.filter(known.user.notnull()).group_by("user").agg(owner_=known.source_id.min())
    known = known.rename(user_="user")
    rows = rows.mutate(moved_by=rows.by_id.re_extract(r"^userId:(\d+)$", 1))
    rows = rows.left_join(known, rows.moved_by == known.user_)
    return rows.mutate(
        user_id=export.reference(rows.owner_),
        actor=rows.by.cases(*_ACTORS.items(), else_=nothing("string")),
    ).drop("moved_by", "user_", "owner_")
