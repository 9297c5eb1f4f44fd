"""Salesforce: the files of its weekly Data Export, and tables of a warehouse.

    objects.py     which objects are understood: marks of their tables, fields, kinds of facts
    ids.py         15 and 18 characters
    entities.py    versions, deletions, what all records share
    companies.py, leads.py, selling.py, activities.py, campaigns.py, prices.py, teams.py
                   the facts of each family of objects, with the traps that they have

README.md tells what is made of what, and the traps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from revloop.sources.crm.objects import explained, recognise
from revloop.sources.crm.records import Export
from revloop.sources.protocol import FactTable, RawTable, Settings
from revloop.sources.salesforce import (
    activities,
    campaigns,
    companies,
    leads,
    prices,
    selling,
    teams,
)
from revloop.sources.salesforce.entities import events
from revloop.sources.salesforce.objects import CASE, OBJECTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

UNDERSTOOD = OBJECTS
"""Every object that is understood, with its fields and the kinds of facts that come of it."""


class Salesforce:
    """Exports of Salesforce, in the spelling of its API or of a warehouse."""

    name = "salesforce"

    def recognises(self, tables: Sequence[RawTable]) -> frozenset[str]:
        return frozenset(recognise(tables, OBJECTS))

    def explains(self, tables: Sequence[RawTable]) -> Mapping[str, str]:
        return explained(tables, OBJECTS)

    def facts(
        self, tables: Mapping[str, ir.Table], raw: Mapping[str, RawTable], settings: Settings
    ) -> Iterator[FactTable]:
        export = Export.of(tables, raw, settings, OBJECTS)
        # Times are UTC in every export; days are those of the company.
        export = replace(export, utc=frozenset(raw))
        try:
            for family in (teams, companies, leads, selling, activities, campaigns, prices):
                yield from family.facts(export)
            yield from export.facts("ticket", CASE, partial(events, thing=CASE))
        finally:
            export.release()


__all__ = ["UNDERSTOOD", "Salesforce"]
