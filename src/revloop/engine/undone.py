"""Imports that were taken back: a table of the lake says which and when, and no row is touched.

A reader leaves out the rows of the imports that were taken back by the moment it reads as of; before
that moment they are seen as they always were. Who is who stays whatever brought it: it goes on
from row to row, and what an import found out is withdrawn by further rows.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from revloop.engine import delta
from revloop.engine.columns import UNDONE, UNDONE_SCHEMA
from revloop.engine.delta import DataFile
from revloop.engine.duck import text
from revloop.facts.kinds import WHO_IS_WHO

if TYPE_CHECKING:
    import ibis.expr.types as ir


def of(lake: Path) -> dict[str, datetime]:
    """When each import of a lake was taken back, by its id."""
    if not delta.exists(lake / UNDONE):
        return {}
    return moments(delta.open_table(lake / UNDONE).files())


def moments(files: Sequence[DataFile]) -> dict[str, datetime]:
    """What these files of the table say: when each import was taken back, by its id."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only where something was taken back

    found: dict[str, datetime] = {}
    for file in files:
        with pq.ParquetFile(file.path) as opened:
            for row in opened.read().to_pylist():
                found[row["import_id"]] = row["undone_at"]
    return found


def by(undone: Mapping[str, datetime], as_of: datetime | None) -> tuple[str, ...]:
    """The imports that were taken back by then; all of them where it is None."""
    return tuple(sorted(each for each, at in undone.items() if as_of is None or at <= as_of))


def left_in(rows: ir.Table, kind: str, undone: Sequence[str]) -> ir.Table:
    """The rows of a kind without those of these imports."""
    if not undone or kind in WHO_IS_WHO:
        return rows
    return rows.filter(rows.import_id.notin(list(undone)))


def is_out(kind: str, undone: Iterable[str]) -> str:
    """In DuckDB's SQL: whether a row of a kind was brought by one of these imports."""
    listed = ", ".join(map(text, sorted(undone)))
    if not listed or kind in WHO_IS_WHO:
        return "false"
    return f"(import_id IN ({listed}))"


def write(folder: Path, import_id: str, at: datetime) -> DataFile:
    """A file that says of one import that it was taken back; not committed yet."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only where something is taken back

    path = folder / f"undone-{uuid.uuid4().hex}.parquet"
    row = {"import_id": import_id, "undone_at": at}
    try:
        pq.write_table(pa.Table.from_pylist([row], UNDONE_SCHEMA), path)
        return DataFile.written(path, 1)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
