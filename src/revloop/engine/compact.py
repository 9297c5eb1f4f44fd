"""Many small files become few: the same rows, in one commit, while readers go on reading."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from revloop.engine import duck
from revloop.engine.delta import Change, DataFile, Table
from revloop.engine.errors import cannot_write
from revloop.kit.failpoints import failpoint

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

SMALL_BYTES = 100_000_000
"""A file from this size on is left alone."""
WRITTEN_AT_ONCE_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Compacted:
    """How many files a table had and has."""

    before: int
    after: int


def compact(table: Table, con: Backend) -> Compacted:
    """Write the small files of the table anew, together; the caller holds the writer lock."""
    files = table.files()
    gone = new = 0
    for group in _groups(files):
        path = table.folder / f"{_kind_of_rows(group[0])}-{uuid.uuid4().hex}.parquet"
        with cannot_write(table.folder):
            try:
                query = f"FROM {duck.parquet(each.path for each in group)}"
                written = DataFile.written(path, duck.copy(con, query, path))
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        failpoint("lake.compact.file_written", table.folder.name)
        table.commit(Change(added=(written,), removed=tuple(group)))
        failpoint("lake.compact.committed", table.folder.name)
        gone, new = gone + len(group), new + 1
    return Compacted(before=len(files), after=len(files) - gone + new)


def _groups(files: Iterable[DataFile]) -> Iterator[list[DataFile]]:
    """Small files of one kind of rows, as many as are written at once, and never one alone."""
    small = sorted((each for each in files if each.size < SMALL_BYTES), key=_kind_of_rows)
    group: list[DataFile] = []
    for file in small:
        full = sum(each.size for each in group) + file.size > WRITTEN_AT_ONCE_BYTES
        if group and (full or _kind_of_rows(group[0]) != _kind_of_rows(file)):
            if len(group) > 1:
                yield group
            group = []
        group.append(file)
    if len(group) > 1:
        yield group


def _kind_of_rows(file: DataFile) -> str:
    return file.path.name.partition("-")[0]
