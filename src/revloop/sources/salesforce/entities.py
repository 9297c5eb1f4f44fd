"""What the records of every object share: when they came, changed and went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import dated, is_deleted

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.objects import Object
    from revloop.sources.crm.records import Export


def entities(export: Export, thing: Object) -> ir.Table:
    """The records of an object as versions of it: `at`, `updated_at`, `recorded_at`, `is_deleted`.

    A warehouse in history mode has a row for each version of a record. A version was learned when
    it began; a mere copy of today says nothing of that, and counts as learned by its import.
    """
    rows = export.records(thing)
    changed = ibis.coalesce(rows.version_from, rows.changed, rows.synced)
    at = rows.created
    if export.lacks(thing, "created"):
        # Only a warehouse leaves CreatedDate away: then the record is as old as its first trace.
        traces = ibis.window(group_by="source_id")
        at = ibis.coalesce(at, changed.min().over(traces))
    rows = rows.mutate(
        at=at, updated_at=changed, recorded_at=rows.version_from, is_deleted=is_deleted(rows)
    )
    return dated(rows, "CreatedDate")


def events(export: Export, thing: Object) -> ir.Table:
    """The records of an object whose rows happened: learned when they were created."""
    rows = entities(export, thing)
    return rows.mutate(recorded_at=ibis.coalesce(rows.created, rows.recorded_at))


def changed_versions(rows: ir.Table, column: str) -> ir.Table:
    """The versions in which a column says something else than before, which is in `before`.

    When the first version began only says when the warehouse began to look.
    """
    versions = rows.filter(rows.version_from.notnull())
    # Two tables may hold the same version; the row number makes the choice a matter of no chance.
    in_order = ibis.window(
        group_by="source_id", order_by=["version_from", column, "raw_table", "row_number"]
    )
    versions = versions.mutate(before=versions[column].lag().over(in_order))
    return versions.filter(versions[column] != versions.before)


def newest(rows: ir.Table) -> ir.Table:
    """One row for each record: its newest version."""
    newest_first = ibis.window(
        group_by="source_id",
        order_by=[ibis.desc("updated_at"), ibis.desc("version_from"), "raw_table", "row_number"],
    )
    placed = rows.mutate(place_of_version=ibis.row_number().over(newest_first))
    return placed.filter(placed.place_of_version == 0).drop("place_of_version")


def stamp(moment: ir.TimestampValue) -> ir.StringValue:
    return moment.strftime("%Y%m%dT%H%M%S")
