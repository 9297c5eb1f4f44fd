"""One table on its way to disk: its rows and, apart from them, what could not be read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from revloop.sources.protocol import ROW
from revloop.sources.reading.limits import MEGABYTE

_ROWS_TOGETHER = 250_000
_BYTES_TOGETHER = 64 * MEGABYTE
_LONGEST_TEXT = 4_000
_CUT = " … (cut)"
_UNREADABLE: list[pa.Field[Any]] = [
    pa.field(ROW, pa.int64()),
    pa.field("text", pa.string()),
    pa.field("reason", pa.string()),
]
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_MANY = 10_000


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row that is kept as it stands in the file, for a person to mend."""

    number: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """What crosses from the reading process: a `RawTable` whose files have no folder yet."""

    part: str
    """The sheet, where a file holds several tables."""
    file: str
    columns: tuple[str, ...]
    rows: int
    found: Mapping[str, str]
    unreadable: str | None
    unreadable_rows: int


def use_few_threads() -> None:
    """Each thread reserves memory that counts against the limit."""
    pa.set_cpu_count(2)


class StagedTable:
    """Writes the rows of one table as they come, in pieces of bounded size."""

    def __init__(self, folder: Path, stem: str, schema: pa.Schema) -> None:
        """Begin a table in `folder`, in files named `stem`; the schema is without `ROW`."""
        self._folder = folder
        self._name = f"{stem}.parquet"
        self._unreadable_name = f"{stem}.unreadable.parquet"
        self._columns = tuple(schema.names)
        self.schema = schema.append(pa.field(ROW, pa.int64()))
        texts = [f.name for f in self.schema if not pa.types.is_primitive(f.type)]
        # LZ4 is the quickest to write and to read; numbers and times repeat too rarely for a
        # dictionary of theirs to pay.
        self._writer = pq.ParquetWriter(
            folder / self._name,
            self.schema,
            compression="lz4",
            use_dictionary=texts,  # type: ignore[arg-type]
        )
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._waiting_bytes = 0
        self.rows = 0
        self._bad: list[UnreadableRow] = []
        self._bad_writer: pq.ParquetWriter | None = None
        self._bad_rows = 0

    def add(self, rows: pa.Table) -> None:
        """Rows with all columns of the schema and their numbers."""
        if not rows.num_rows:
            return
        self._waiting.append(rows)
        self._waiting_rows += rows.num_rows
        self._waiting_bytes += rows.nbytes
        self.rows += rows.num_rows
        if self._waiting_rows >= _ROWS_TOGETHER or self._waiting_bytes >= _BYTES_TOGETHER:
            self._flush()

    def add_unreadable(self, rows: Sequence[UnreadableRow]) -> None:
        self._bad += rows
        if len(self._bad) >= _MANY:
            self._flush_unreadable()

    def finish(self, part: str, found: Mapping[str, str]) -> Table:
        """Everything is on the disk when this returns."""
        self._flush()
        self._writer.close()
        _sync(self._folder / self._name)
        if self._bad:
            self._flush_unreadable()
        if self._bad_writer is not None:
            self._bad_writer.close()
            _sync(self._folder / self._unreadable_name)
        return Table(
            part,
            self._name,
            self._columns,
            self.rows,
            found,
            self._unreadable_name if self._bad_rows else None,
            self._bad_rows,
        )

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting), row_group_size=_ROWS_TOGETHER)
            self._waiting = []
            self._waiting_rows = self._waiting_bytes = 0

    def _flush_unreadable(self) -> None:
        if self._bad_writer is None:
            path = self._folder / self._unreadable_name
            self._bad_writer = pq.ParquetWriter(path, pa.schema(_UNREADABLE), compression="lz4")
        columns: list[list[Any]] = [
            [row.number for row in self._bad],
            [_storable(row.text) for row in self._bad],
            [row.reason for row in self._bad],
        ]
        self._bad_writer.write_table(pa.table(columns, schema=pa.schema(_UNREADABLE)))
        self._bad_rows += len(self._bad)
        self._bad = []


def _storable(text: str) -> str:
    cut = text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + _CUT
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", cut)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
