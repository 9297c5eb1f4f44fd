"""What every record of a CRM is: dated, perhaps deleted, perhaps unfit to be a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from revloop.sources.protocol import PROBLEM
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir


def dated(rows: ir.Table, column: str) -> ir.Table:
    """Rows whose `at` is unknown have a problem, told of the column that should have said it."""
    undated = (
        rows["at"]
        .isnull()
        .ifelse(ibis.literal(f"{column}: is empty, and nothing else says when"), nothing("string"))
    )
    return rows.mutate(**{PROBLEM: ibis.coalesce(rows[PROBLEM], undated)})


def is_deleted(rows: ir.Table) -> ir.BooleanValue:
    """Deleted in the CRM, or gone from it when the warehouse looked; null if neither is said."""
    either = rows.deleted_there.fill_null(False) | rows.deleted_here.fill_null(False)  # noqa: FBT003
    told = rows.deleted_there.notnull() | rows.deleted_here.notnull()
    return told.ifelse(either, nothing("boolean"))


def good(rows: ir.Table) -> ir.Table:
    """The rows without a problem: what is wrong with a row is told once, by its first fact."""
    return rows.filter(rows[PROBLEM].isnull())
