"""Owners, users and teams; and owners of whom an export gives no more than a name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import good
from revloop.sources.crm.words import ROLES, only_of
from revloop.sources.hubspot.entities import NATIVE, entities
from revloop.sources.hubspot.objects import (
    COMPANY,
    CONTACT,
    DEAL,
    OWNER_TABLE,
    OWNER_TEAM,
    ROLE,
    TEAM,
    TEAM_USER,
    TICKET,
    USERS,
)
from revloop.sources.values import row_hash
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.objects import Object
    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable

_ADDRESS = r"([^\s(<]+@[^\s)>]+)"
_SIDES = ("marketing", "sales", "success", "product", "partner")


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("team", TEAM, teams)
    yield from export.facts("user", OWNER_TABLE, owners)
    yield from export.facts("user", USERS, users)
    for thing in (COMPANY, CONTACT, DEAL, TICKET):
        yield from export.facts("user", thing, partial(named_owners, thing=thing))


def owner(export: Export, said: ir.StringValue) -> ir.StringValue:
    """How an owner is named by others: by id, else by e-mail address, else by a hash of the name.

    The export screen writes `Ann Lee`, `Ann Lee (ann@acme.com)` or the address alone.
    """
    address = said.lower().re_extract(_ADDRESS, 1)
    return ibis.cases(
        (said.re_search(NATIVE), export.reference(said)),
        (address != "", ibis.literal("email:") + address),
        else_=export.reference(_by_name(said)),
    )


def _by_name(said: ir.StringValue) -> ir.StringValue:
    hashed = ibis.literal("owner-") + row_hash(said.strip().lower())
    return said.notnull().ifelse(hashed, nothing("string"))


def named_owners(export: Export, thing: Object) -> ir.Table:
    """One user for each name that stands where an owner is said."""
    rows = good(entities(export, thing))
    named = rows.owner.notnull() & ~rows.owner.re_search(NATIVE) & ~rows.owner.contains("@")
    rows = rows.filter(named).mutate(said=_by_name(rows.owner))
    first = ibis.window(group_by="said", order_by=["at", "source_id", "raw_table", "row_number"])
    rows = rows.mutate(place=ibis.row_number().over(first))
    rows = rows.filter(rows.place == 0)
    moment = nothing("timestamp('UTC')")
    # No more than the name is told: what else the row says is said of the record that is owned.
    return rows.select(
        "raw_table",
        "row_number",
        "problem",
        "at",
        source_id=rows.said,
        name=rows.owner,
        updated_at=moment,
        is_queue=ibis.literal(value=False),
    )


def teams(export: Export) -> ir.Table:
    rows = entities(export, TEAM)
    side = only_of(rows.name, ROLES)
    return rows.mutate(side=side.isin(_SIDES).ifelse(side, nothing("string")))


def owners(export: Export) -> ir.Table:
    """Owners of records; the user behind one knows the team and the role."""
    rows = _with_role(export, entities(export, OWNER_TABLE), "user")
    own = good(export.records(OWNER_TEAM))
    chosen = own.is_primary.fill_null(False).ifelse(own.team, nothing("string"))  # noqa: FBT003
    own = own.group_by("owner").agg(
        teams=own.team.nunique(), least=own.team.min(), main=chosen.min()
    )
    own = own.select(
        owner_=own.owner,
        own_team=ibis.coalesce(own.main, (own.teams == 1).ifelse(own.least, nothing("string"))),
    )
    rows = rows.left_join(own, rows.source_id == own.owner_)
    return rows.mutate(
        team_id=export.reference(ibis.coalesce(rows.own_team, rows.team_of_user)),
        is_queue=rows["type"].upper() == "QUEUE",
        is_active=~rows.is_deleted,
    )


def users(export: Export) -> ir.Table:
    """Users who own nothing. The numbers of owners and users are not the same numbers."""
    rows = _with_role(export, entities(export, USERS), "source_id")
    known = good(export.records(OWNER_TABLE)).select(owner_user="user")
    known = known.filter(known.owner_user.notnull()).distinct()
    rows = rows.anti_join(known, rows.source_id == known.owner_user)
    return rows.mutate(
        source_id=ibis.literal("user-") + rows.source_id,
        team_id=export.reference(rows.team_of_user),
        is_queue=ibis.literal(value=False),
        is_active=~rows.is_deleted,
    )


def _with_role(export: Export, rows: ir.Table, key: str) -> ir.Table:
    roles = good(export.records(ROLE))
    roles = roles.group_by("role").agg(role_name=roles.name.min())
    known = good(export.records(USERS))
    known = known.left_join(roles, known.user_role == roles.role)
    known = known.group_by("source_id").agg(team=known.team.min(), job=known.role_name.min())
    known = known.select(user_="source_id", users_team="team", job="job")
    member = good(export.records(TEAM_USER))
    member = member.filter(~member.is_secondary.fill_null(False))  # noqa: FBT003
    member = member.group_by("user").agg(teams=member.team.nunique(), least=member.team.min())
    member = member.filter(member.teams == 1).select(member_="user", members_team="least")
    rows = rows.left_join(known, rows[key] == known.user_)
    rows = rows.left_join(member, rows[key] == member.member_)
    return rows.mutate(
        role=only_of(rows.job, ROLES),
        team_of_user=ibis.coalesce(rows.users_team, rows.members_team),
    )
