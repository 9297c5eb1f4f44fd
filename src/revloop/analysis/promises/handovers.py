"""Leads that are handed over from marketing to sales, and what a hand-over holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

FALSE = ibis.literal(value=False)


def offers(ground: Ground) -> ir.Table:
    """Leads that marketing offered to sales."""
    rows = ground["handoff"]
    return rows.filter(
        rows.inquiry_id.notnull(), rows.type.isin(("marketing_to_sdr",)) | rows.type.isnull()
    )


def names_fields(rows: ir.Table) -> Any:
    """Whether a hand-over says which fields it held, or which it did not."""
    return rows.fields_present.notnull() | rows.fields_missing.notnull()


def holds(rows: ir.Table, field: str) -> Any:
    """Whether a hand-over that `names_fields` held this one."""
    return (
        rows.fields_present.contains(field).fill_null(FALSE)
        | (rows.fields_present.isnull() & ~rows.fields_missing.contains(field))
    ).fill_null(FALSE)
