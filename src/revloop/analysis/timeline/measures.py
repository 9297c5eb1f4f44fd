"""Facts in, the tables of the timeline out.

`facts` gives each kind of fact as a table: what is in force, with the record that stands for a
person or a company in place of every record that it stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis

from revloop.analysis.facts import Facts
from revloop.analysis.timeline.sides import OF_BOOKINGS, OF_CONTENT, OF_HANDOFFS, OF_TOUCHES, SIDES

if TYPE_CHECKING:
    import ibis.expr.types as ir


RECENT_DAYS = 90
FALSE = ibis.literal(value=False)

_WORDS: dict[str, str] = {
    "company_id": "int64",
    "person_id": "int64",
    "opportunity_id": "int64",
    "side": "string",
    "fact": "string",
    "what": "string",
    "channel": "string",
    "direction": "string",
    "outcome": "string",
    "reason": "string",
    "from_word": "string",
    "to_word": "string",
    "campaign_id": "int64",
    "content_id": "int64",
    "user_id": "int64",
    "amount_minor": "int64",
    "currency": "string",
    "automated": "boolean",
    "date_only": "boolean",
}
"""What an event says beside its instants, and how it is held."""

_OF_COMPANIES = (
    "name",
    "domain",
    "country",
    "industry",
    "region",
    "account_type",
    "employees",
    "is_customer",
    "is_target",
    "owner_user_id",
    "success_user_id",
)
_OF_PERSONS = ("country", "title", "seniority", "function", "persona", "owner_user_id")

EVENT = ("company_id", "person_id", "opportunity_id", "at", "recorded_at", *list(_WORDS)[3:])
"""The columns of an event; `digest` comes last, to put events of one instant in one order."""


def events(facts: Facts) -> ir.Table:
    """One row for everything that happened with a person or a company."""
    leads = _leads(facts)
    told = [
        _touches(facts),
        _activities(facts, leads),
        _inquiries(facts),
        _transitions(facts, leads),
        _decisions(facts, leads),
        _handoffs(facts, leads),
        _assignments(facts, leads),
        *_opportunities(facts),
        _stages(facts),
        _answers(facts),
        _discounts(facts),
        _bookings(facts),
        _content_uses(facts),
        _surveys(facts),
        _tickets(facts),
    ]
    return _placed(ibis.union(*told), facts)


def newest(events: ir.Table) -> ir.Table:
    """One row, `at`: the newest event that is not in the future of what was learned."""
    known = events.recorded_at.max().as_scalar()
    return events.filter(events["at"] <= known).agg(at=lambda t: t["at"].max())


def companies(facts: Facts, events: ir.Table, moment: Any) -> ir.Table:
    """One row for each company in force, as of a moment."""
    accounts = _one_each(
        facts["account"],
        facts.standing("account"),
        "account_id",
        _OF_COMPANIES,
    ).rename(company_id="account_id")
    touched = _counted(events, "company_id", moment)
    sold = facts["opportunity"]
    sold = sold.group_by(company_id=sold.account_id).agg(
        opportunities=sold.count(),
        open_opportunities=sold.count(where=~sold.is_closed.fill_null(FALSE)),
        won_opportunities=sold.count(where=sold.is_won.fill_null(FALSE)),
    )
    known = persons_at(facts)
    known = known.group_by(known.company_id).agg(people=known.count())
    found = _joined(accounts, "company_id", touched, sold, known)
    return found.mutate(
        reached=_reached(
            customer=found.is_customer.fill_null(FALSE) | (found.won_opportunities > 0),
            opportunity=found.opportunities > 0,
            lead=found.leads > 0,
        )
    )


def persons(facts: Facts, events: ir.Table, moment: Any) -> ir.Table:
    """One row for each person in force, as of a moment."""
    people = _one_each(
        facts["contact"],
        facts.standing("contact"),
        "contact_id",
        _OF_PERSONS,
    ).rename(person_id="contact_id")
    parts = roles(facts)
    parts = parts.group_by(parts.person_id).agg(
        opportunities=parts.opportunity_id.nunique(), role=parts.role.max()
    )
    touched = _counted(events, "person_id", moment)
    found = _joined(people, "person_id", persons_at(facts), touched, parts)
    return found.mutate(
        reached=_reached(
            customer=FALSE,
            opportunity=found.opportunities > 0,
            lead=found.leads > 0,
        )
    )


def opportunities(facts: Facts) -> ir.Table:
    """One row for each opportunity in force."""
    sold = facts["opportunity"]
    return sold.select(
        "opportunity_id",
        "at",
        "opportunity_type",
        "pipeline",
        "stage",
        "amount_minor",
        "amount_currency",
        "close_date",
        "closed_at",
        "is_closed",
        "is_won",
        "loss_reason",
        "competitor",
        "owner_user_id",
        company_id=sold.account_id,
        person_id=sold.contact_id,
    )


def roles(facts: Facts) -> ir.Table:
    """Who plays which part in which opportunity; a part that was said twice stands once."""
    parts, sold = facts["buying_group_role"], facts["opportunity"]
    last = ibis.row_number().over(
        group_by=[parts.opportunity_id, parts.contact_id, parts.role],
        order_by=[ibis.desc(parts["at"]), ibis.desc(parts.digest)],
    )
    parts = parts.mutate(rank=last)
    parts = parts.filter(parts["rank"] == 0)
    sold = sold.select(sold_id=sold.opportunity_id, company_id=sold.account_id)
    joined = parts.left_join(sold, parts.opportunity_id == sold.sold_id)
    return joined.select(
        "company_id",
        "opportunity_id",
        "at",
        "role",
        "is_primary",
        "influence",
        "stance",
        person_id=joined.contact_id,
    )


def persons_at(facts: Facts) -> ir.Table:
    """`person_id` and `company_id`: for whom each person works, where that is known.

    What the record says that stands for the person goes before what their other records say.
    """
    people = _with_stand_in(facts["contact"], facts.standing("contact"), "contact_id")
    own = people.contact_id == people.stand_in
    return people.group_by(person_id=people.stand_in).agg(
        company_id=ibis.coalesce(people.account_id.max(where=own), people.account_id.min())
    )


# Each kind of fact as events.


def _touches(facts: Facts) -> ir.Table:
    rows = facts["touch"]
    rows = rows.filter(~rows.is_bot.fill_null(FALSE))
    return _told(
        rows,
        "touch",
        what=rows.kind,
        side=_known_side(rows.side).coalesce(by_word(rows.kind, OF_TOUCHES, "marketing")),
        channel=rows.channel,
        direction=rows.direction,
        campaign_id=rows.campaign_id,
        content_id=rows.content_asset_id,
        user_id=rows.user_id,
        company_id=rows.account_id,
        person_id=rows.contact_id,
        opportunity_id=rows.opportunity_id,
        automated=(rows.kind == "email_sent") & rows.user_id.isnull(),
    )


def _activities(facts: Facts, leads: ir.Table) -> ir.Table:
    rows = _with_lead(facts["activity"], leads)
    users = facts["user"].select(acting_id="user_id", acting_role="role")
    rows = rows.left_join(users, rows.user_id == users.acting_id)
    planned = ibis.ifelse(rows.is_planned.fill_null(FALSE), "planned", None)
    return _told(
        rows,
        "activity",
        what=rows.kind,
        side=ibis.ifelse(rows.acting_role == "success", "success", "sales"),
        channel=rows.channel,
        direction=rows.direction,
        outcome=rows.outcome.coalesce(planned),
        user_id=rows.user_id,
        company_id=rows.account_id.coalesce(rows.lead_account_id),
        person_id=rows.contact_id.coalesce(rows.lead_contact_id),
        opportunity_id=rows.opportunity_id.coalesce(rows.lead_opportunity_id),
        automated=rows.automated.fill_null(FALSE),
        date_only=rows.date_only,
    )


def _inquiries(facts: Facts) -> ir.Table:
    rows = facts["inquiry"]
    rows = rows.filter(~rows.is_bot.fill_null(FALSE))
    return _told(
        rows,
        "inquiry",
        what=rows.entry_point,
        side=ibis.literal("marketing"),
        channel=rows.channel,
        campaign_id=rows.campaign_id,
        user_id=rows.owner_user_id,
        company_id=rows.account_id,
        person_id=rows.contact_id,
        opportunity_id=rows.opportunity_id,
    )


def _transitions(facts: Facts, leads: ir.Table) -> ir.Table:
    rows = _with_lead(facts["lifecycle_transition"], leads)
    return _told(
        rows,
        "lifecycle_transition",
        what=rows.subject,
        side=ibis.literal("other"),
        reason=rows.reason,
        from_word=rows.from_state,
        to_word=rows.to_state,
        user_id=rows.user_id,
        company_id=rows.account_id.coalesce(rows.lead_account_id),
        person_id=rows.contact_id.coalesce(rows.lead_contact_id),
        opportunity_id=rows.opportunity_id.coalesce(rows.lead_opportunity_id),
        date_only=rows.date_only,
    )


def _decisions(facts: Facts, leads: ir.Table) -> ir.Table:
    rows = _with_lead(facts["qualification_decision"], leads)
    return _told(
        rows,
        "qualification_decision",
        what=rows.verdict,
        side=ibis.literal("sales"),
        reason=rows.reason,
        user_id=rows.decider_user_id,
        company_id=rows.lead_account_id,
        person_id=rows.lead_contact_id,
        opportunity_id=rows.lead_opportunity_id,
    )


def _handoffs(facts: Facts, leads: ir.Table) -> ir.Table:
    rows = _with_lead(facts["handoff"], leads)
    return _told(
        rows,
        "handoff",
        what=rows.type,
        side=by_word(rows.type, OF_HANDOFFS, "sales"),
        outcome=ibis.cases(
            (rows.accepted_at.notnull(), "accepted"),
            (rows.rejected_at.notnull(), "rejected"),
            (rows.expired_at.notnull(), "expired"),
        ),
        user_id=rows.to_user_id,
        company_id=rows.account_id.coalesce(rows.lead_account_id),
        person_id=rows.lead_contact_id,
        opportunity_id=rows.opportunity_id.coalesce(rows.lead_opportunity_id),
    )


def _assignments(facts: Facts, leads: ir.Table) -> ir.Table:
    rows = _with_lead(facts["assignment"], leads)
    return _told(
        rows,
        "assignment",
        what=rows.queue,
        side=ibis.literal("sales"),
        reason=rows.reason,
        user_id=rows.user_id,
        company_id=rows.account_id.coalesce(rows.lead_account_id),
        person_id=rows.contact_id.coalesce(rows.lead_contact_id),
        opportunity_id=rows.opportunity_id.coalesce(rows.lead_opportunity_id),
    )


def _opportunities(facts: Facts) -> tuple[ir.Table, ir.Table]:
    """That it began, and that it was won or lost."""
    rows = facts["opportunity"]
    said = {
        "side": ibis.literal("sales"),
        "campaign_id": rows.campaign_id,
        "user_id": rows.owner_user_id,
        "amount_minor": rows.amount_minor,
        "currency": rows.amount_currency,
        "company_id": rows.account_id,
        "person_id": rows.contact_id,
        "opportunity_id": rows.opportunity_id,
    }
    began = _told(rows, "opportunity", what=ibis.literal("created"), **said)
    closed = rows.filter(rows.closed_at.notnull() & rows.is_won.notnull())
    said |= {
        "what": ibis.ifelse(rows.is_won, "won", "lost"),
        "at": rows.closed_at,
        "reason": rows.loss_reason,
    }
    return began, _told(closed, "opportunity", **said)


def _stages(facts: Facts) -> ir.Table:
    rows = facts["opportunity_stage"]
    return _told(
        rows,
        "opportunity_stage",
        what=rows.pipeline,
        side=ibis.literal("sales"),
        from_word=rows.from_stage,
        to_word=rows.stage,
        user_id=rows.user_id,
        amount_minor=rows.amount_minor,
        currency=rows.amount_currency,
        opportunity_id=rows.opportunity_id,
        date_only=rows.date_only,
    )


def _answers(facts: Facts) -> ir.Table:
    rows = facts["win_loss_answer"]
    return _told(
        rows,
        "win_loss_answer",
        what=rows.decisive_factor,
        side=ibis.literal("sales"),
        opportunity_id=rows.opportunity_id,
    )


def _discounts(facts: Facts) -> ir.Table:
    rows = facts["discount_request"]
    return _told(
        rows,
        "discount_request",
        what=rows.required_approver,
        side=ibis.literal("sales"),
        outcome=rows.decision,
        reason=rows.reason,
        user_id=rows.requester_user_id,
        amount_minor=rows.requested_price_minor,
        currency=rows.requested_price_currency,
        opportunity_id=rows.opportunity_id,
    )


def _bookings(facts: Facts) -> ir.Table:
    rows = facts["booking"]
    return _told(
        rows,
        "booking",
        what=rows.kind,
        side=by_word(rows.kind, OF_BOOKINGS, "success"),
        amount_minor=rows.amount_minor,
        currency=rows.amount_currency,
        company_id=rows.account_id,
        opportunity_id=rows.opportunity_id,
    )


def _content_uses(facts: Facts) -> ir.Table:
    rows = facts["content_use"]
    return _told(
        rows,
        "content_use",
        what=rows["mode"],
        side=by_word(rows["mode"], OF_CONTENT, "marketing"),
        content_id=rows.content_asset_id,
        user_id=rows.user_id,
        company_id=rows.account_id,
        person_id=rows.contact_id,
        opportunity_id=rows.opportunity_id,
    )


def _surveys(facts: Facts) -> ir.Table:
    rows = facts["survey_response"]
    return _told(
        rows.filter(rows.account_id.notnull()),
        "survey_response",
        what=rows.item,
        side=ibis.literal("success"),
        company_id=rows.account_id,
    )


def _tickets(facts: Facts) -> ir.Table:
    rows = facts["ticket"]
    return _told(
        rows,
        "ticket",
        what=rows.category,
        side=_known_side(rows.side).coalesce(ibis.literal("success")),
        outcome=ibis.ifelse(rows.is_closed.fill_null(FALSE), "closed", None),
        reason=rows.severity,
        user_id=rows.owner_user_id,
        company_id=rows.account_id,
        person_id=rows.contact_id,
        opportunity_id=rows.opportunity_id,
    )


def _told(rows: ir.Table, fact: str, **said: Any) -> ir.Table:
    """Rows of one kind in the form of an event; what was not said is unknown."""
    said = {"at": rows["at"], "automated": FALSE} | said
    said |= {"fact": ibis.literal(fact), "recorded_at": rows.recorded_at}
    columns = {
        name: said[name].cast(_WORDS[name])
        if name in said and name in _WORDS
        else said.get(name, ibis.null(_WORDS.get(name, "string")))
        for name in EVENT
    }
    return rows.select(**columns, digest=rows.digest)


# Where an event belongs.


def _leads(facts: Facts) -> ir.Table:
    rows = facts["inquiry"]
    return rows.select(
        lead_id=rows.inquiry_id,
        lead_contact_id=rows.contact_id,
        lead_account_id=rows.account_id,
        lead_opportunity_id=rows.opportunity_id,
    )


def _with_lead(rows: ir.Table, leads: ir.Table) -> ir.Table:
    return rows.left_join(leads, rows.inquiry_id == leads.lead_id)


def _placed(rows: ir.Table, facts: Facts) -> ir.Table:
    """Each event with the company of its opportunity or its person, where it names none."""
    sold = facts["opportunity"]
    sold = sold.select(sold_id=sold.opportunity_id, sold_to=sold.account_id)
    rows = rows.left_join(sold, rows.opportunity_id == sold.sold_id)
    at = persons_at(facts)
    at = at.select(known_id=at.person_id, works_for=at.company_id)
    rows = rows.left_join(at, rows.person_id == at.known_id)
    company = ibis.coalesce(rows.company_id, rows.sold_to, rows.works_for)
    return rows.mutate(company_id=company).select(*EVENT, "digest")


def by_word(word: Any, sides: Mapping[str, tuple[str, ...]], otherwise: str) -> Any:
    """The side that a word belongs to, of the words of each side."""
    return ibis.cases(*((word.isin(words), side) for side, words in sides.items()), else_=otherwise)


def _known_side(side: Any) -> Any:
    return ibis.cases((side.isin(SIDES), side), (side.notnull(), "other"))


# One row for each.


def _with_stand_in(rows: ir.Table, standing: ir.Table, key: str) -> ir.Table:
    found = standing.select(found_record="record", found_stands_for="stands_for")
    joined = rows.left_join(found, rows[key] == found.found_record)
    stand_in = joined.found_stands_for.coalesce(joined[key])
    return joined.mutate(stand_in=stand_in).drop("found_record", "found_stands_for")


def _one_each(rows: ir.Table, standing: ir.Table, key: str, columns: tuple[str, ...]) -> ir.Table:
    """One row for all records that are one: what the one says that stands for them goes first."""
    rows = _with_stand_in(rows, standing, key)
    own = rows[key] == rows.stand_in
    best = {name: ibis.coalesce(rows[name].max(where=own), rows[name].max()) for name in columns}
    return rows.group_by(rows.stand_in).agg(**best, records=rows.count()).rename({key: "stand_in"})


def _counted(events: ir.Table, key: str, moment: Any) -> ir.Table:
    """How often each was touched, by side of late, since when and until when."""
    past = events.filter(events[key].notnull() & (events["at"] <= moment))
    of_late = past["at"] > moment - ibis.interval(days=RECENT_DAYS)
    by_side = {f"recent_{side}": past.count(where=of_late & (past.side == side)) for side in SIDES}
    return past.group_by(past[key]).agg(
        events=past.count(),
        first_at=past["at"].min(),
        last_at=past["at"].max(),
        leads=past.count(where=past.fact == "inquiry"),
        **by_side,
    )


def _joined(rows: ir.Table, key: str, *others: ir.Table) -> ir.Table:
    """The rows with what others know of them; counts that nothing is known of are 0."""
    for number, other in enumerate(others):
        named = other.rename({f"key_{number}": key})
        counts = [
            name
            for name, type_ in other.schema().items()
            if type_.is_integer() and not name.endswith("_id")
        ]
        rows = rows.left_join(named, rows[key] == named[f"key_{number}"]).drop(f"key_{number}")
        rows = rows.mutate(**{name: rows[name].fill_null(0) for name in counts})
    return rows


def _reached(*, customer: Any, opportunity: Any, lead: Any) -> Any:
    """How far along the loop: the furthest of four."""
    return ibis.cases(
        (customer, "customer"), (opportunity, "opportunity"), (lead, "lead"), else_="known"
    )
