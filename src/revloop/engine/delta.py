"""One Delta table on disk: which files it holds at a version, and adding or replacing some at once.

Only names and row counts of the files go into the log, never a value: what is erased from the
files must not live on in the log's statistics.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyarrow as pa

from revloop.engine.errors import cannot_write, unreadable_table
from revloop.kit.errors import RevloopError
from revloop.kit.failpoints import failpoint

if TYPE_CHECKING:
    from deltalake import DeltaTable

KEPT_LONGEST_DAYS = 30
_CONFIGURATION: dict[str, str | None] = {
    "delta.dataSkippingNumIndexedCols": "0",
    # How long the log remembers a removed file, and so the longest that a vacuum may keep one.
    "delta.deletedFileRetentionDuration": f"interval {KEPT_LONGEST_DAYS} days",
}


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file of a table."""

    path: Path
    size: int
    """Bytes, as the log has it."""
    rows: int

    @classmethod
    def written(cls, path: Path, rows: int) -> DataFile:
        """A file that was just written; it is on the disk itself when this returns."""
        sync(path)
        return cls(path, path.stat().st_size, rows)


@dataclass(frozen=True, slots=True)
class Change:
    """Files that come and go in one commit, and the transaction that asked for it."""

    added: tuple[DataFile, ...] = ()
    removed: tuple[DataFile, ...] = ()
    transaction: tuple[str, int] | None = None


class Table:
    """A Delta table as it stood when it was opened."""

    def __init__(self, folder: Path, delta: DeltaTable) -> None:
        self.folder = folder
        self._delta = delta

    @property
    def version(self) -> int:
        return self._delta.version()

    @property
    def columns(self) -> pa.Schema:
        found: pa.Schema = pa.schema(self._delta.schema().to_arrow())  # type: ignore[arg-type]
        return found

    def files(self) -> tuple[DataFile, ...]:
        """In the order of their names, so that the same version always reads the same."""
        actions = pa.table(self._delta.get_add_actions(flatten=True)).to_pylist()
        return tuple(
            DataFile(self.folder / unquote(each["path"]), each["size_bytes"], each["num_records"])
            for each in sorted(actions, key=lambda each: str(each["path"]))
        )

    def transaction(self, application: str) -> int | None:
        """The last transaction that this application has committed here."""
        return self._delta.transaction_version(application)

    def commit(self, change: Change) -> None:
        """Make the change visible, all of it or nothing; it is on the disk when this returns.

        Raises:
            RevloopError: `lake.cannot_write`.

        """
        from deltalake import CommitProperties, Transaction  # noqa: PLC0415 - see the package
        from deltalake.transaction import AddAction, RemoveAction  # noqa: PLC0415 - likewise

        is_new = not change.removed
        moment = max((_modified(each) for each in change.added), default=0)
        added = [
            AddAction(
                path=each.path.name,
                size=each.size,
                partition_values={},
                modification_time=_modified(each),
                data_change=is_new,
                stats=json.dumps({"numRecords": each.rows}),
            )
            for each in change.added
        ]
        removed = [
            RemoveAction(each.path.name, data_change=False, deletion_timestamp=moment)
            for each in change.removed
        ]
        transactions = [Transaction(*change.transaction)] if change.transaction else None
        with cannot_write(self.folder):
            sync(self.folder)
            self._delta.create_write_transaction(
                [*added, *removed],
                mode="append",
                schema=self._delta.schema(),
                commit_properties=CommitProperties(app_transactions=transactions),
            )
            self._delta.update_incremental()
            log = self.folder / "_delta_log"
            sync(log / f"{self.version:020}.json")
            sync(log)

    def add_columns(self, wanted: pa.Schema) -> None:
        """Give the table the columns that its kind has gained since it was made.

        Raises:
            RevloopError: `lake.other_columns` where a column has changed its type.

        """
        from deltalake import Field, Schema  # noqa: PLC0415 - see the package

        present = self.columns
        for column in wanted:
            if column.name in present.names and present.field(column.name).type != column.type:
                raise RevloopError(
                    "lake.other_columns",
                    f"{self.folder} holds {column.name} as {present.field(column.name).type}, "
                    f"and this version of revloop wants {column.type}",
                    hint="export the facts with the version that wrote them, and import them anew",
                )
        missing = [column for column in wanted if column.name not in present.names]
        if missing:
            fields: list[Field] = Schema.from_arrow(pa.schema(missing)).fields
            with cannot_write(self.folder):
                self._delta.alter.add_columns(fields)
                self._delta.update_incremental()

    def vacuum(self, hours: int) -> int:
        """Delete the files that no version of the last `hours` needs; the number of them."""
        with cannot_write(self.folder):
            gone = self._delta.vacuum(
                retention_hours=hours, dry_run=False, enforce_retention_duration=False, full=True
            )
            self._delta.update_incremental()
        return len(gone)


def exists(folder: Path) -> bool:
    """Whether there is a table; a folder whose making was cut short is none yet."""
    log = folder / "_delta_log"
    return any(log.glob("*.json")) or any(log.glob("*.checkpoint*.parquet"))


def create(folder: Path, columns: pa.Schema) -> Table:
    """Make an empty table."""
    from deltalake import DeltaTable, Schema  # noqa: PLC0415 - see the package

    with cannot_write(folder):
        folder.mkdir(parents=True, exist_ok=True)
        made = DeltaTable.create(
            folder, Schema.from_arrow(columns), configuration=_CONFIGURATION, mode="error"
        )
        sync(folder / "_delta_log" / f"{0:020}.json")
        sync(folder / "_delta_log")
        failpoint("lake.create.committed", folder.name)
        sync(folder)
        sync(folder.parent)
    return Table(folder, made)


def open_table(folder: Path, version: int | None = None) -> Table:
    """Open a table at a version, or at the newest one.

    Raises:
        RevloopError: `lake.broken_log` or `lake.unreadable`, naming the file and the cure;
            `lake.snapshot_gone` where the log does not reach back to that version any more.

    """
    from deltalake import DeltaTable  # noqa: PLC0415 - see the package
    from deltalake.exceptions import DeltaError  # noqa: PLC0415 - likewise

    try:
        # Delta itself passes over an empty entry, and with it over a commit.
        _refuse_empty_entries(folder / "_delta_log")
        return Table(folder, DeltaTable(folder, version=version))
    except (DeltaError, OSError, ValueError) as error:
        raise unreadable_table(folder, version, error) from error


def _refuse_empty_entries(log: Path) -> None:
    with os.scandir(log) as entries:
        for entry in entries:
            if entry.name.endswith(".json") and not entry.stat().st_size:
                raise ValueError(f"{entry.name} is empty")


def sync(path: Path) -> None:
    """Have the disk itself hold this file or folder, not only the memory of the machine."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _modified(file: DataFile) -> int:
    return file.path.stat().st_mtime_ns // 1_000_000
