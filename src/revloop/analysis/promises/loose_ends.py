"""What was left lying: leads, deals and people of whom it was nobody's turn, or somebody's who forgot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from revloop.analysis import cuts, phrases
from revloop.analysis.cuts import CUTS
from revloop.analysis.days import dated, in_days
from revloop.analysis.loop import measures
from revloop.analysis.loop.passes import ENTRY, closed_at, counted
from revloop.analysis.loop.stages import NEEDS
from revloop.analysis.promises import clocks
from revloop.analysis.promises.judging import BREACHED, MARKETING, OPEN_BREACHED, SALES
from revloop.analysis.promises.response import first_attempts
from revloop.analysis.rates import Rate
from revloop.analysis.reading import (
    UNKNOWN,
    Column,
    Found,
    Given,
    Headline,
    Reading,
    Rows,
    Sums,
    added,
    schema,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

AWAY_DAYS = 90
"""Since then somebody who was recycled should have come back, or been given up."""
FALSE = ibis.literal(value=False)
_SUBJECT = (
    "subject",
    "subject_id",
    "account_id",
    "contact_id",
    "owner_user_id",
    *CUTS,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of being left lying."""

    of: str
    """All that are looked at."""
    left: str
    """What is the matter with those that are left lying."""
    side: str
    """Whose turn it would be."""
    told: Callable[[Ground], ir.Table | None]
    """Everyone who is looked at: the subject, `since`, and whether they `lie`; None where no fact
    could say it."""


def _without_owner(ground: Ground) -> ir.Table:
    rows = measures.staying(ground)
    rows = rows.filter(rows.subject == "inquiry", rows.stage != ENTRY)
    return rows.select(*_SUBJECT, since=rows.begin, lies=rows.owner_user_id.isnull())


def _never_tried(ground: Ground) -> ir.Table:
    ran = clocks.clocks(ground)
    ran = ran.filter(
        ran.state.isin((BREACHED, OPEN_BREACHED)), ran.side == SALES, ran.inquiry_id.notnull()
    )
    first = ran.group_by("inquiry_id").agg(since=ran.begin.min())
    leads = (
        counted(ground)
        .select("inquiry_id", "contact_id", raised_at="at")
        .semi_join(first, "inquiry_id")
    )
    tried = first_attempts(ground, leads)
    rows = leads.left_join(tried, "inquiry_id").select("inquiry_id", "first_at")
    rows = rows.inner_join(first, "inquiry_id").select(
        lead="inquiry_id", since="since", lies=rows.first_at.isnull()
    )
    about = cuts.subjects(ground)
    about = about.filter(about.subject == "inquiry")
    return about.inner_join(rows, about.subject_id == rows.lead).select(*_SUBJECT, "since", "lies")


def _stalled(ground: Ground) -> ir.Table:
    rows = measures.staying(ground)
    rows = rows.filter(rows.stalled.notnull())
    return rows.select(*_SUBJECT, since=rows.begin, lies=rows.stalled == measures.STALLED)


def _not_back(ground: Ground) -> ir.Table:
    rows = ground.once(measures.turns)
    moment = ground.moment(ground.setting.as_of - timedelta(days=AWAY_DAYS), rows.left_at)
    rows = rows.filter(rows.exit == "recycled", rows.left_at <= moment)
    return rows.select(*_SUBJECT, since=rows.left_at, lies=rows.back_to == measures.AWAY)


def _not_handed_on(ground: Ground) -> ir.Table | None:
    handed = ground["handoff"]
    handed = handed.filter(handed.type == "ae_to_success")
    if not ground.facts.arrow(handed.limit(1)).num_rows:
        return None
    sold = ground["opportunity"]
    sold = sold.filter(
        sold.is_won.fill_null(FALSE), sold.opportunity_type.fill_null("") != "renewal"
    )
    deals = handed.filter(handed.opportunity_id.notnull()).select(deal="opportunity_id").distinct()
    companies = handed.filter(handed.account_id.notnull()).select(company="account_id").distinct()
    won = sold.select(
        sold="opportunity_id", company_of="account_id", since=closed_at(sold).coalesce(sold["at"])
    )
    won = won.left_join(deals, won.sold == deals.deal)
    won = won.left_join(companies, won.company_of == companies.company)
    about = cuts.subjects(ground)
    about = about.filter(about.subject == "opportunity")
    rows = about.inner_join(won, about.subject_id == won.sold)
    return rows.select(*_SUBJECT, since=rows.since, lies=rows.deal.isnull() & rows.company.isnull())


def _without_company(ground: Ground) -> ir.Table:
    rows = ground["contact"]
    rows = rows.filter(~rows.is_internal.fill_null(FALSE))
    return rows.select(
        subject=ibis.literal("contact"),
        subject_id=rows.contact_id,
        account_id=rows.account_id,
        contact_id=rows.contact_id,
        owner_user_id=rows.owner_user_id,
        **{cut: ibis.literal(UNKNOWN) for cut in CUTS},
        since=rows["at"],
        lies=rows.account_id.isnull(),
    )


KINDS: Mapping[str, Kind] = {
    "unassigned": Kind("qualified leads", "have no owner", SALES, _without_owner),
    "never_tried": Kind(
        "leads whose time ran out", "nobody has tried to reach yet", SALES, _never_tried
    ),
    "stalled": Kind(
        "leads in a stage", "have been there for longer than nine of ten were", SALES, _stalled
    ),
    "not_back": Kind(
        f"recycled over {AWAY_DAYS} days ago", "have not come back", MARKETING, _not_back
    ),
    "not_handed_on": Kind(
        "deals won", "were not handed on to customer success", SALES, _not_handed_on
    ),
    "no_company": Kind("people", "belong to no company that we know", MARKETING, _without_company),
}


def _told(ground: Ground) -> ir.Table:
    told = []
    for name, kind in KINDS.items():
        rows = kind.told(ground)
        if rows is not None:
            rows = rows.mutate(since=rows.since.cast(_INSTANT), kind=ibis.literal(name))
            told.append(rows.select("kind", *_SUBJECT, "since", "lies"))
    return dated(ibis.union(*told), "since", ground.days, ground.calendar)


_INSTANT = "timestamp('UTC', 6)"


def loose_sums(ground: Ground) -> ir.Table:
    """Of each kind by `month` since when, and cuts: `n`, all that are looked at, and `lying`."""
    rows = ground.once(_told)
    return rows.group_by(["kind", "month", *CUTS]).agg(
        n=rows.count().cast("int64"), lying=rows.lies.sum().cast("int64")
    )


def loose_rows(ground: Ground) -> ir.Table:
    """Those that are left lying, with `days` since when."""
    rows = ground.once(_told)
    rows = rows.filter(rows.lies).drop("lies")
    moment = ground.moment(ground.setting.as_of, rows.since)
    return rows.mutate(days=in_days(moment, rows.since))


LOOSE = Sums("loose", loose_sums, CUTS)
LOOSE_ROWS = Rows(
    "loose_rows",
    loose_rows,
    ("since", "kind", "subject", "subject_id"),
    columns=(
        Column("kind", "what is the matter"),
        Column("since", "since"),
        Column("days", "for", "days"),
        Column("owner_user_id", "owner"),
        Column("source", "source"),
        Column("segment", "segment"),
    ),
    filters=("kind", "subject"),
)
_HELD: Mapping[str, pa.DataType] = {
    "kind": pa.string(),
    "side": pa.string(),
    "x": pa.int64(),
    "n": pa.int64(),
    "rate": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "is_small": pa.bool_(),
}


def conclude(given: Given) -> Found:
    by = given.asked.by
    order = list(KINDS)
    sums = added(given.sums(LOOSE.name), (*by, "kind"), ("lying", "n")).to_pylist()
    sums.sort(key=lambda row: ([row[cut] for cut in by], order.index(row["kind"])))
    rows = [_row(row, by) for row in sums]
    lying = sum(row["x"] for row in rows)
    seen = {row["kind"] for row in given.tables[LOOSE.name].select(["kind"]).to_pylist()}
    unseen = [KINDS[name].of for name in order if name not in seen]
    notes = [f"Nothing is known of {phrases.listed(unseen)}."] if unseen else []
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(rows, by),
        headline=Headline(float(lying), "left lying", n=sum(row["n"] for row in rows))
        if rows and not by
        else None,
        notes=tuple(notes),
    )


def _row(row: Mapping[str, Any], by: tuple[str, ...]) -> dict[str, Any]:
    rate = Rate(row["lying"], row["n"])
    return {
        **{cut: row[cut] for cut in by},
        "kind": row["kind"],
        "side": KINDS[row["kind"]].side,
        **rate.as_row,
        "is_small": rate.is_small(),
    }


def said(row: Mapping[str, Any]) -> str:
    """`7 of 30 qualified leads have no owner`."""
    kind = KINDS[row["kind"]]
    return f"{row['x']:,} of {row['n']:,} {kind.of} {kind.left}"


def _sentence(rows: list[dict[str, Any]], by: tuple[str, ...]) -> str:
    if by:
        return phrases.compared(len(rows), by, "kind")
    if not rows:
        return "Of nothing is it known whether it was left lying."
    lying = [row for row in rows if row["x"]]
    if not lying:
        return "Nothing was left lying."
    worst = max(lying, key=lambda row: (row["x"] / row["n"], row["x"]))
    return f"{phrases.counted(len(lying), 'kind')} of loose ends; most of all: {said(worst)}."


READING = Reading(
    name="loose_ends",
    title="Loose ends",
    question="What was left lying, and whose turn is it?",
    meaning="Leads, deals and people of whom nobody takes care, each of all that are looked at: without"
    " an owner, past due and never tried, stalled, recycled and not back, won and not handed on,"
    " without a company.",
    unit="subjects",
    grain="a lead, a deal or a person, by since when",
    formula="x / n of each kind at the moment of the reading; stalled by Kaplan–Meier (beyond the time"
    " within which nine of ten leave); interval of Wilson",
    literature="Wilson, E. B. (1927), JASA 22; Kaplan, E. L. and Meier, P. (1958), JASA 53",
    obeys=("stages", "lanes", "promises"),
    needs=NEEDS,
    columns=(
        Column("kind", "what is the matter"),
        Column("side", "whose turn it is"),
        Column("x", "left lying", "subjects"),
        Column("n", "of all that are looked at", "subjects"),
        Column("rate", "that share", "0 to 1"),
        Column("low", "lower end of its 95 % interval", "0 to 1"),
        Column("high", "upper end of its 95 % interval", "0 to 1"),
        Column("is_small", "n is below 20: no colour, no rank"),
    ),
    sums=(LOOSE,),
    conclude=conclude,
    rows=LOOSE_ROWS,
)
