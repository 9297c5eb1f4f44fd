"""What an engine must be able to do for the facts to be read on it, and how DuckDB does it."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from revloop.engine import duck
from revloop.engine.columns import ibis_schema

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends import BaseBackend


class Reader(Protocol):
    """An engine that reads Parquet files."""

    @property
    def con(self) -> BaseBackend:
        """The engine as Ibis knows it."""

    def table(self, files: Sequence[Path], columns: pa.Schema) -> ir.Table:
        """These files as one table of these columns; those a file lacks are null there."""

    def held(self, table: pa.Table) -> ir.Table:
        """A small table that the engine keeps in memory."""

    def named(self, table: ir.Table) -> ir.Table:
        """The table under a name: nothing is computed, but what is made of it is written shorter."""

    def kept(self, table: ir.Table) -> ir.Table:
        """The table computed once, for all its uses."""

    def arrow(self, table: ir.Table) -> pa.Table:
        """Compute a table into memory, instants in UTC."""

    def close(self) -> None:
        """Give everything back."""


class OnDuckDB:
    """Reads the lake's files on a DuckDB of its own, which can reach nothing else."""

    def __init__(
        self, lake: Path, temp: Path | None, *, memory_limit: str, threads: int | None = None
    ) -> None:
        spill = Path(tempfile.mkdtemp(prefix="revloop-", dir=temp)).resolve()
        self.spill = spill
        self.con = duck.connect([lake, spill], spill, memory_limit=memory_limit, threads=threads)
        # Tables may outlive this object, but not the connection that they keep.
        weakref.finalize(self.con, shutil.rmtree, spill, ignore_errors=True)

    def table(self, files: Sequence[Path], columns: pa.Schema) -> ir.Table:
        types = {
            column: self.con.compiler.type_mapper.to_string(type_)
            for column, type_ in ibis_schema(columns).items()
        }
        if files:
            source = f"FROM {duck.parquet(files)}"
            present = {row[0] for row in duck.run(self.con, f"DESCRIBE {source}")}
        else:
            source, present = "WHERE false", set()
        chosen = ", ".join(
            f"{duck.name(column) if column in present else 'NULL'}::{type_} AS {duck.name(column)}"
            for column, type_ in types.items()
        )
        return duck.view(self.con, f"SELECT {chosen} {source}")

    def held(self, table: pa.Table) -> ir.Table:
        return self.con.create_table(f"held_{uuid.uuid4().hex}", table)

    def arrow(self, table: ir.Table) -> pa.Table:
        computed: pa.Table = self.con.to_pyarrow(table)
        return computed

    def named(self, table: ir.Table) -> ir.Table:
        return duck.view(self.con, duck.query(self.con, table))

    def kept(self, table: ir.Table) -> ir.Table:
        """Compute a table to disk, once for all its uses."""
        file = self.spill / f"kept-{uuid.uuid4().hex}.parquet"
        duck.copy(self.con, duck.query(self.con, table), file, stays=False)
        return duck.view(self.con, f"FROM {duck.parquet([file])}")

    def batches(self, table: ir.Table, rows: int) -> Iterator[pa.RecordBatch]:
        """Compute a table piece by piece, in its order, holding no more than a piece of it."""
        found = self.con.raw_sql(duck.query(self.con, table))
        yield from found.to_arrow_reader(rows)

    def close(self) -> None:
        self.con.disconnect()
