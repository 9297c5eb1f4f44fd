"""What a measure is given: the facts of a company as Ibis tables, on whatever engine they lie."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Facts(Protocol):
    """The facts in force, and who stands for whom."""

    def __getitem__(self, kind: str) -> ir.Table: ...

    def standing(self, entity: str) -> ir.Table:
        """Columns `record` and `stands_for`: the records that another one stands for."""
        ...


class Computing(Facts, Protocol):
    """Facts on an engine that computes with them."""

    @property
    def as_of(self) -> datetime | None:
        """Only what was recorded by then is seen; None for all of it."""
        ...

    @property
    def snapshot(self) -> object:
        """Which version of each table is read, as its text."""
        ...

    def history(self, kind: str) -> ir.Table:
        """Every version of every fact, deleted ones included."""
        ...

    def arrow(self, table: ir.Table) -> pa.Table:
        """Compute a table into memory, instants in UTC."""
        ...

    def held(self, table: pa.Table) -> ir.Table:
        """A table of ours, to be joined with facts."""
        ...

    def kept(self, table: ir.Table) -> ir.Table:
        """The table computed once, for all its uses."""
        ...
