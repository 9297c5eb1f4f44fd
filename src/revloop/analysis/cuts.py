"""What every number can be cut by, and where a lead or an opportunity says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from revloop.analysis.reading import UNKNOWN

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

CUTS = ("source", "segment", "region", "team", "lane", "entry_point")


def subjects(ground: Ground) -> ir.Table:
    """Every lead and every opportunity with its cuts: `subject`, `subject_id`, `account_id`, `contact_id` …, cuts.

    A lead has the region of its company, else of its opportunity, else of its owner; the team is its
    owner's. What the facts do not say is "not known".
    """
    return ground.of_facts(_subjects)


def _subjects(ground: Ground) -> ir.Table:
    told = _leads(ground).union(_people(ground)).union(_opportunities(ground))
    owners = _owners(ground)
    rows = told.left_join(owners, told.owner_user_id == owners.owner_id)
    companies = ground.facts["account"]
    companies = companies.group_by(known_id=companies.account_id).agg(
        company_region=companies.region.max()
    )
    rows = rows.left_join(companies, rows.account_id == companies.known_id)
    region = ibis.coalesce(rows.company_region, rows.region, rows.owner_region)
    return rows.select(
        "subject",
        "subject_id",
        "account_id",
        "contact_id",
        "owner_user_id",
        "opportunity_id",
        source=known(rows.source),
        segment=known(rows.segment),
        region=known(region),
        team=known(rows.owner_team),
        lane=known(rows.lane),
        entry_point=known(rows.entry_point),
    )


def known(column: Any) -> Any:
    """A cut, with a word for what the facts do not say."""
    return column.fill_null(UNKNOWN)


def _leads(ground: Ground) -> ir.Table:
    rows = ground["inquiry"]
    people = ground.facts["contact"]
    people = people.select(known_person=people.contact_id, works_for=people.account_id)
    rows = rows.left_join(people, rows.contact_id == people.known_person)
    return rows.select(
        subject=ibis.literal("inquiry"),
        subject_id=rows.inquiry_id,
        account_id=rows.account_id.coalesce(rows.works_for),
        contact_id=rows.contact_id,
        owner_user_id=rows.owner_user_id,
        opportunity_id=rows.opportunity_id,
        source=rows.lead_source,
        segment=rows.segment,
        region=ibis.null("string"),
        lane=rows.lane,
        entry_point=rows.entry_point,
    )


def _people(ground: Ground) -> ir.Table:
    """People of a source that knows no leads: their own stages are the lead's."""
    rows = ground["contact"]
    return rows.select(
        subject=ibis.literal("contact"),
        subject_id=rows.contact_id,
        account_id=rows.account_id,
        contact_id=rows.contact_id,
        owner_user_id=rows.owner_user_id,
        opportunity_id=ibis.null("int64"),
        source=rows.first_source,
        segment=ibis.null("string"),
        region=ibis.null("string"),
        lane=ibis.null("string"),
        entry_point=ibis.null("string"),
    )


def _opportunities(ground: Ground) -> ir.Table:
    rows = ground["opportunity"]
    return rows.select(
        subject=ibis.literal("opportunity"),
        subject_id=rows.opportunity_id,
        account_id=rows.account_id,
        contact_id=rows.contact_id,
        owner_user_id=rows.owner_user_id,
        opportunity_id=rows.opportunity_id,
        source=rows.lead_source,
        segment=rows.segment,
        region=rows.region,
        lane=ibis.null("string"),
        entry_point=rows.source_side,
    )


def _owners(ground: Ground) -> ir.Table:
    users, teams = ground.facts["user"], ground.facts["team"]
    teams = teams.select(known_team=teams.team_id, team_name=teams.name)
    rows = users.left_join(teams, users.team_id == teams.known_team)
    return rows.select(
        owner_id=rows.user_id,
        owner_region=rows.region,
        owner_team=rows.team_name.coalesce(rows.job),
    )
