"""The clocks of a company whose source tells of none: they follow from what happened.

A CRM knows when a lead came, who got it, what was tried and what was decided, but of no promise. So
each clock begins with the event that the version in force at that time names, and ends with the first
one after it that the version names for that. What a lead is promised depends on its lane: on the one
that its fact names, else on the first whose condition holds by what is known of lead and company.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from revloop.agreement.judging.customers import over
from revloop.analysis.ground import Tenure
from revloop.analysis.loop.passes import by_people, closed_at
from revloop.analysis.loop.words import moves
from revloop.analysis.promises.handovers import offers
from revloop.analysis.promises.judging import Term, terms
from revloop.analysis.promises.response import tries
from revloop.analysis.reading import schema

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.agreement.contract import Contract
    from revloop.analysis.ground import Ground

FALSE = ibis.literal(value=False)
_DECIDED = ("sal", "sql", "recycled", "disqualified", "rejected")
"""Stages that somebody of sales puts a lead into, where decisions are no facts of their own."""
_INSTANT = "timestamp('UTC', 6)"
_NONE = schema(
    ("clock", "promise"),
    {
        **dict.fromkeys(("inquiry_id", "opportunity_id", "owner_user_id"), pa.int64()),
        "calendar": pa.string(),
        **dict.fromkeys(("begin", "stopped", "voided"), pa.timestamp("us", "UTC")),
    },
).empty_table()


def followed(ground: Ground) -> ir.Table:
    """One row for each clock: `clock`, `promise`, `inquiry_id`, `owner_user_id`, `begin`, `stopped`.

    Promises that begin or end with an event of which no facts tell have no clock here.
    """
    told = [
        _clocks(ground, tenure, term)
        for tenure in ground.setting.tenures
        for term in terms(tenure.contract)
        if term.promise.clock.start in _BEGINS and term.promise.clock.stop in _ENDS
    ]
    return ibis.union(*told) if told else ground.facts.held(_NONE)


def _clocks(ground: Ground, tenure: Tenure, term: Term) -> ir.Table:
    clock = term.promise.clock
    begun = _BEGINS[clock.start](ground)
    begun = begun.filter(begun.begin >= ground.moment(tenure.begins, begun.begin))
    if tenure.ends is not None:
        begun = begun.filter(begun.begin < ground.moment(tenure.ends, begun.begin))
    lanes = [lane.id for lane in tenure.contract.form.lanes if lane.clock == term.name]
    if lanes:
        lane_of = _lanes(ground, tenure.contract)
        begun = begun.semi_join(lane_of.filter(lane_of.lane.isin(lanes)), "inquiry_id")
    begun = begun.mutate(
        clock=ibis.literal(f"{term.name}/")
        + begun.inquiry_id.cast("string")
        + "/"
        + begun.begin.epoch_seconds().cast("string")
    )
    ended = _ENDS[clock.stop](ground)
    after = (begun.inquiry_id == ended.lead) & (ended.ended_at >= begun.begin)
    first = begun.inner_join(ended, after).group_by("clock").agg(stopped=ended.ended_at.min())
    rows = begun.left_join(first, "clock")
    return rows.select(
        "clock",
        promise=ibis.literal(term.name),
        inquiry_id=rows.inquiry_id.cast("int64"),
        opportunity_id=ibis.null("int64"),
        owner_user_id=rows.owner_user_id.cast("int64"),
        calendar=ibis.null("string"),
        begin=rows.begin.cast(_INSTANT),
        stopped=rows.stopped.cast(_INSTANT),
        voided=ibis.null(_INSTANT),
    )


def _raised(ground: Ground) -> ir.Table:
    return by_people(ground).select("inquiry_id", "owner_user_id", begin="at")


def _routed(ground: Ground) -> ir.Table:
    """When somebody first got the lead; when it came, where nothing tells of lead changing hands."""
    if not ground.has("assignment"):
        return _raised(ground)
    got = ground["assignment"]
    order = ibis.row_number().over(group_by="inquiry_id", order_by=[got["at"], got.digest])
    got = got.filter(got.inquiry_id.notnull()).mutate(turn=order)
    got = got.filter(got.turn == 0).semi_join(by_people(ground), "inquiry_id")
    return got.select("inquiry_id", owner_user_id="user_id", begin="at")


def _offered(ground: Ground) -> ir.Table:
    """When marketing offered the lead; when it became an MQL, where hand-overs are no facts."""
    if ground.has("handoff"):
        rows = offers(ground)
        return rows.select("inquiry_id", owner_user_id="to_user_id", begin="at").distinct()
    moved = moves(ground)
    moved = moved.filter(moved.subject == "inquiry", moved.stage == "mql")
    moved = moved.select(lead="inquiry_id", begin="at").distinct()
    leads = by_people(ground).select("inquiry_id", "owner_user_id")
    return leads.inner_join(moved, leads.inquiry_id == moved.lead).drop("lead")


def _attempts(ground: Ground) -> ir.Table:
    return tries(ground, by_people(ground)).select(lead="inquiry_id", ended_at="made_at")


def _decisions(ground: Ground) -> ir.Table:
    if ground.has("qualification_decision"):
        return ground["qualification_decision"].select(lead="inquiry_id", ended_at="at")
    moved = moves(ground)
    moved = moved.filter(moved.subject == "inquiry", moved.stage.isin(_DECIDED))
    return moved.select(lead="inquiry_id", ended_at="at")


_BEGINS: Mapping[str, Callable[[Ground], ir.Table]] = {
    "raised": _raised,
    "routed": _routed,
    "offered": _offered,
}
_ENDS: Mapping[str, Callable[[Ground], ir.Table]] = {
    "human_attempt": _attempts,
    "decision": _decisions,
}


def _lanes(ground: Ground, contract: Contract) -> ir.Table:
    """The lane of each lead by a version: `inquiry_id`, `lane`."""
    rows = _known(ground)
    judged = [
        (over(rows, contract.conditions["lanes", number, "when"]), lane.id)
        for number, lane in enumerate(contract.form.lanes)
    ]
    first = ibis.cases(*((holds.fill_null(FALSE), lane) for holds, lane in judged))
    return rows.select("inquiry_id", lane=rows.lane_told.coalesce(first))


def _known(ground: Ground) -> ir.Table:
    """Leads with what is known of them and of their company, by the words of conditions."""
    leads = by_people(ground).rename(lane_told="lane")
    sold = ground["opportunity"]
    sold = sold.mutate(since=closed_at(sold)).filter(sold.is_won.fill_null(FALSE))
    bought = sold.group_by(buyer="account_id").agg(customer_since=lambda t: t.since.min())
    rows = leads.left_join(bought, leads.account_id == bought.buyer)
    is_customer = (rows.customer_since < rows["at"]).fill_null(FALSE)
    rows = rows.mutate(is_customer=is_customer)
    companies = ground.facts["account"]
    words = [name for name in companies.columns if name not in rows.columns]
    companies = companies.select(
        company=companies.account_id, **{name: companies[name] for name in words}
    )
    return rows.left_join(companies, rows.account_id == companies.company)
