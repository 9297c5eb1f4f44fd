"""HubSpot: tables of a warehouse, raw or staged, and the files of its own export screen.

    objects.py     which objects are understood: marks of their tables, fields, kinds of facts
    readers.py     times, languages, ids
    entities.py    what all records share, and how they name each other
    options.py, pipelines.py
                   labels of what is coded: options, stages, pipelines
    companies.py, histories.py, selling.py, marketing.py, engagements.py, teams.py, tickets.py
                   the facts of each family of objects, with the traps that they have

README.md tells what is made of what, and the traps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from revloop.sources.crm.objects import PROPERTY, explained, recognise
from revloop.sources.crm.records import Export
from revloop.sources.hubspot import (
    companies,
    engagements,
    histories,
    marketing,
    selling,
    teams,
    tickets,
)
from revloop.sources.hubspot.objects import OBJECTS
from revloop.sources.protocol import FactTable, RawTable, Settings

if TYPE_CHECKING:
    import ibis.expr.types as ir

UNDERSTOOD = OBJECTS
"""Every object that is understood, with its fields and the kinds of facts that come of it."""


class HubSpot:
    """Exports of HubSpot, out of a warehouse or from its own screen."""

    name = "hubspot"

    def recognises(self, tables: Sequence[RawTable]) -> frozenset[str]:
        return frozenset(recognise(tables, OBJECTS))

    def explains(self, tables: Sequence[RawTable]) -> Mapping[str, str]:
        return explained(tables, OBJECTS)

    def facts(
        self, tables: Mapping[str, ir.Table], raw: Mapping[str, RawTable], settings: Settings
    ) -> Iterator[FactTable]:
        export = Export.of(tables, raw, settings, OBJECTS)
        export = replace(export, utc=_warehouse(raw))
        try:
            for family in (teams, companies, histories, selling, marketing, engagements, tickets):
                yield from family.facts(export)
        finally:
            export.release()


def _warehouse(raw: Mapping[str, RawTable]) -> frozenset[str]:
    """The tables of a warehouse: their times are UTC, those of the export screen the portal's."""
    return frozenset(
        name
        for name, table in raw.items()
        if any(column.startswith((PROPERTY, "_fivetran")) for column in table.columns)
    )


__all__ = ["UNDERSTOOD", "HubSpot"]
