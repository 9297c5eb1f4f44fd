"""Users, and the queues that stand for nobody yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import good
from revloop.sources.crm.words import ROLES, only_of
from revloop.sources.protocol import PROBLEM
from revloop.sources.salesforce.entities import entities
from revloop.sources.salesforce.objects import GROUP, USER, USER_ROLE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("user", USER, users)
    yield from export.facts("user", GROUP, queues)


def users(export: Export) -> ir.Table:
    """Users with the role that their title or place in the hierarchy clearly names."""
    rows = entities(export, USER)
    roles = good(export.records(USER_ROLE))
    roles = roles.group_by("source_id").agg(role_name=roles.name.min())
    roles = roles.rename(role_="source_id")
    rows = rows.left_join(roles, rows.user_role == roles.role_)
    return rows.mutate(
        role=ibis.coalesce(only_of(rows.title, ROLES), only_of(rows.role_name, ROLES)),
        job=ibis.coalesce(rows.title, rows.role_name),
        is_queue=ibis.literal(value=False),
    )


def queues(export: Export) -> ir.Table:
    rows = entities(export, GROUP)
    rows = rows.filter((rows["type"].lower() == "queue") | rows[PROBLEM].notnull())
    return rows.mutate(is_queue=ibis.literal(value=True))
