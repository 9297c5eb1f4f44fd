"""A folder of exports to read, and what became of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow.parquet as pq

from revloop.sources.protocol import ROW, RawTable
from revloop.sources.reading import Format, Limits, Reading, read_folder
from revloop.sources.reading.staged_table import Table
from revloop.sources.reading.text.table import read_text

Rows = list[dict[str, Any]]


def read(folder: Path, **overrides: Format) -> Reading:
    """Read a folder; tables are staged beside it."""
    return read_folder(folder, folder.parent / "staged", overrides=overrides)


def only_table(reading: Reading) -> RawTable:
    assert reading.refused == ()
    assert len(reading.tables) == 1
    return reading.tables[0]


def only_refusal(reading: Reading) -> str:
    assert reading.tables == ()
    assert len(reading.refused) == 1, reading.refused
    return str(reading.refused[0])


def rows_of(table: RawTable) -> Rows:
    """The rows as the next step gets them; what the table says of itself is checked on the way."""
    stored = pq.ParquetFile(table.file).read()
    assert stored.num_rows == table.rows
    assert tuple(stored.column_names) == (*table.columns, ROW)
    rows: Rows = stored.to_pylist()
    return rows


def values_of(table: RawTable) -> list[list[Any]]:
    return [[row[name] for name in table.columns] for row in rows_of(table)]


def unreadable_in(table: RawTable) -> list[tuple[int, str, str]]:
    if table.unreadable is None:
        assert table.unreadable_rows == 0
        return []
    rows = pq.ParquetFile(table.unreadable).read().to_pylist()
    assert len(rows) == table.unreadable_rows
    return [(row[ROW], row["text"], row["reason"]) for row in rows]


class Text:
    """A text file, read without a process of its own, which is a hundred times as fast."""

    def __init__(
        self, content: bytes, folder: Path, said: Format | None = None, *, prose: bool = False
    ) -> None:
        source: BinaryIO = io.BytesIO(content)
        made: Table = read_text(source, folder, said or Format(), Limits(), may_be_prose=prose)
        self.columns = made.columns
        self.found: Mapping[str, str] = made.found
        self.rows: Rows = pq.ParquetFile(folder / made.file).read().to_pylist()
        assert len(self.rows) == made.rows
        self.bad: list[tuple[int, str, str]] = []
        if made.unreadable:
            bad = pq.ParquetFile(folder / made.unreadable).read().to_pylist()
            self.bad = [(row[ROW], row["text"], row["reason"]) for row in bad]

    @property
    def values(self) -> list[list[str | None]]:
        return [[row[name] for name in self.columns] for row in self.rows]

    @property
    def lines(self) -> list[int]:
        return [row[ROW] for row in self.rows]


def written(rows: Sequence[Sequence[str]], encoding: str = "utf-8", **dialect: Any) -> bytes:
    """Rows as Python's own writer writes them."""
    text = io.StringIO(newline="")
    csv.writer(text, **dialect).writerows(rows)
    return text.getvalue().encode(encoding)
