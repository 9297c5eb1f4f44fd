"""What facts are needed for something to be shown, and which of them are not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Need:
    """Facts of a kind, with any of the columns filled in at least one row."""

    kind: str
    columns: tuple[str, ...]
    says: str
    """What is lacking, in the words of the person who has the data."""
    instead: tuple[Need, ...] = ()
    """Any of these does as well."""

    @property
    def every(self) -> tuple[Need, ...]:
        """It, and what would do as well."""
        return (self, *self.instead)


class _Facts(Protocol):
    def history(self, kind: str) -> ir.Table: ...

    def arrow(self, table: ir.Table) -> pa.Table: ...


Filled = Mapping[str, frozenset[str]]
"""By kind, the columns that any row fills."""


def filled(facts: _Facts, needs: Iterable[Need]) -> Filled:
    """Of the columns that are needed, those that any row fills which was not a deletion.

    Which version of a fact is in force does not matter here, and finding that out for every table
    would cost most of a small import.
    """
    wanted: dict[str, set[str]] = {}
    for need in (each for one in needs for each in one.every):
        wanted.setdefault(need.kind, set()).update(need.columns)
    found = {}
    for kind, columns in wanted.items():
        rows = facts.history(kind)
        table = rows.filter(~rows.is_deleted)
        counts = table.aggregate(**{name: table[name].count() for name in sorted(columns)})
        [row] = facts.arrow(counts).to_pylist()
        found[kind] = frozenset(name for name, count in row.items() if count)
    return found


def lacking(needs: Iterable[Need], there: Filled) -> tuple[str, ...]:
    """What is lacking, in words."""
    return tuple(
        need.says
        for need in needs
        if not any(there.get(each.kind, frozenset()) & set(each.columns) for each in need.every)
    )
