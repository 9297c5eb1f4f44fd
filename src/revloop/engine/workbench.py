"""Where tables are computed during an import: Parquet files in, Parquet files out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from revloop.engine import duck
from revloop.engine.errors import cannot_write

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Workbench:
    """A DuckDB of one's own that can touch nothing but the folders it was given.

    Args:
        temp: what it may read and write, and where what does not fit into memory goes; made if it
            is not there.
        lake: the lake's folder, for a workbench whose tables `Writer.append` is to store.
        memory_limit: as DuckDB writes it: `1500MB`, `4GB`.
        threads: how many; as many as there are processors where it is None.

    """

    def __init__(
        self,
        temp: Path,
        *,
        lake: Path | None = None,
        memory_limit: str = duck.MEMORY_LIMIT,
        threads: int | None = None,
    ) -> None:
        self.temp = temp.resolve()
        with cannot_write(temp):
            self.temp.mkdir(parents=True, exist_ok=True)
        folders = [self.temp, *([lake.resolve()] if lake else [])]
        self.con = duck.connect(folders, self.temp, memory_limit=memory_limit, threads=threads)

    def read(self, parquet: Path | Sequence[Path]) -> ir.Table:
        """One or several Parquet files as one table; they are read when it is computed."""
        files = [parquet] if isinstance(parquet, Path) else parquet
        return duck.view(self.con, f"FROM {duck.parquet(each.resolve() for each in files)}")

    def save(self, table: ir.Table, parquet: Path) -> int:
        """Compute a table and write it to a Parquet file, in its order; the number of its rows."""
        with cannot_write(parquet):
            return duck.copy(self.con, duck.query(self.con, table), parquet.resolve(), stays=False)

    def arrow(self, table: ir.Table) -> pa.Table:
        """Compute a table into memory."""
        computed: pa.Table = self.con.to_pyarrow(table)
        return computed

    def batches(self, table: ir.Table) -> Iterator[pa.RecordBatch]:
        """Compute a table to disk and hand it over piece by piece, in its order."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - only where batches are wanted

        with tempfile.TemporaryDirectory(dir=self.temp, prefix="batches-") as folder:
            file = Path(folder) / "rows.parquet"
            self.save(table, file)
            with pq.ParquetFile(file) as rows:
                yield from rows.iter_batches()

    def close(self) -> None:
        self.con.disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
