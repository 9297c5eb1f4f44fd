"""What the records of every object share, and how records name each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import dated, good, is_deleted
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.objects import Object
    from revloop.sources.crm.records import Export

NATIVE = r"^\d+$"
"""Ids of HubSpot are numbers; a name may stand where an id is wanted."""
INSTANT = "timestamp('UTC')"


def entities(export: Export, thing: Object) -> ir.Table:
    """The records of an object with `at`, `updated_at` and `is_deleted`."""
    rows = export.records(thing)
    at = rows.created if "created" in rows.columns else nothing(INSTANT)
    updated = ibis.coalesce(rows.changed, rows.synced)
    if "created" not in rows.columns or export.lacks(thing, "created"):
        at = ibis.coalesce(at, updated)
    rows = rows.mutate(at=at, updated_at=updated, is_deleted=is_deleted(rows))
    return dated(rows, "createdate")


def one_of_list(ids: ir.ArrayValue) -> ir.StringValue:
    """The id of a list that has one; of several nobody knows which is meant."""
    first = ids[0]
    return ((ids.length() == 1) & first.re_search(NATIVE)).ifelse(first, nothing("string"))


def only(export: Export, pairs: Object, *, primary: str = "") -> ir.Table:
    """For each `one` of an association its `other`, where there is one, as `only_`.

    Of several, the one whose label is `primary`.
    """
    rows = good(export.records(pairs))
    rows = rows.filter(~rows.deleted_here.fill_null(False))  # noqa: FBT003
    chosen = (rows.label == primary).ifelse(rows.other, nothing("string"))
    found = rows.group_by("one").agg(
        others=rows.other.nunique(),
        least=rows.other.min(),
        primaries=chosen.nunique(),
        primary=chosen.min(),
    )
    other = ibis.cases(
        (found.primaries == 1, found.primary),
        (found.others == 1, found.least),
        else_=nothing("string"),
    )
    return found.select(one_=found.one, only_=other)


def newest(rows: ir.Table) -> ir.Table:
    """One row for each record: its newest version."""
    newest_first = ibis.window(
        group_by="source_id", order_by=[ibis.desc("updated_at"), "raw_table", "row_number"]
    )
    placed = rows.mutate(place_of_version=ibis.row_number().over(newest_first))
    return placed.filter(placed.place_of_version == 0).drop("place_of_version")


def stamp(moment: ir.TimestampValue) -> ir.StringValue:
    """A moment in milliseconds since 1970, as part of an id."""
    utc = moment.cast("timestamp")
    milliseconds = utc.truncate("s").epoch_seconds() * 1_000 + utc.millisecond()
    # DuckDB counts seconds in fractions, of which a whole number keeps its point.
    return milliseconds.cast("string").re_replace(r"\.0$", "")


def letters(text: ir.StringValue) -> ir.StringValue:
    """`closedwon` of `Closed Won`: labels and internal names in one spelling."""
    return text.lower().re_replace("[^a-z0-9]", "")
