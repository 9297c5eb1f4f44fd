"""Which source understands which table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from revloop.sources.protocol import RawTable, Source


@dataclass(frozen=True, slots=True)
class Claim:
    """A source and the tables that it reads."""

    source: Source
    tables: tuple[RawTable, ...]


def profiles() -> tuple[Source, ...]:
    """The sources that need no mapping, the most particular first."""
    from revloop.sources.fact_files import FactFiles  # noqa: PLC0415
    from revloop.sources.hubspot import HubSpot  # noqa: PLC0415
    from revloop.sources.salesforce import Salesforce  # noqa: PLC0415

    return (FactFiles(), Salesforce(), HubSpot())


def claims(
    tables: Sequence[RawTable], sources: Sequence[Source]
) -> tuple[tuple[Claim, ...], tuple[RawTable, ...]]:
    """Each table goes to the first source that recognises it; the others are returned apart."""
    left = list(tables)
    found = []
    for source in sources:
        recognised = source.recognises(left)
        mine = tuple(table for table in left if table.name in recognised)
        left = [table for table in left if table.name not in recognised]
        if mine:
            found.append(Claim(source, mine))
    return tuple(found), tuple(left)
