"""The one writer of the lake: append, take an import back, compact, vacuum."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from revloop.engine import delta, duck, undone
from revloop.engine.append import Appended, Batch, append
from revloop.engine.columns import KEYS, KEYS_SCHEMA, UNDONE, UNDONE_SCHEMA, arrow_schema
from revloop.engine.compact import Compacted, compact
from revloop.engine.delta import Change
from revloop.engine.errors import cannot_write
from revloop.engine.staged import Provenance
from revloop.facts.columns import OWN_SOURCE
from revloop.facts.kinds import KINDS
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.failpoints import failpoint

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

KEEP = timedelta(days=7)
_LEAST_KEPT = timedelta(hours=1)


class Writer:
    """Whoever holds the lake's writer lock; `Lake.writer` gives it."""

    def __init__(self, lake: Path) -> None:
        self._lake = lake

    def append(
        self,
        kind: str,
        rows: ir.Table,
        *,
        source: str,
        import_id: str,
        recorded_at: datetime,
        transaction: tuple[str, int],
    ) -> Appended:
        """Store facts; all of them are visible when this returns, and none if it does not.

        Rows whose fact is in the lake with the same content are dropped; other content corrects.
        A computed table is computed once, into the temporary folder of its workbench.

        Args:
            kind: name of the kind of fact.
            rows: the staged form, on a `Workbench` that was given this lake.
            source: for the rows that name none.
            import_id: the import that brings them.
            recorded_at: when the company learned of the rows that do not say it.
            transaction: name and number of this batch. Numbers of one name go up by the batch: a
                batch whose number was committed before is not read at all.

        Raises:
            InvalidInput: the rows are not what the kind wants, or `lake.import_undone`; nothing
                was stored.
            RevloopError: `lake.cannot_write`; nothing was stored.

        """
        wanted = KINDS[kind]
        table = self._table(kind)
        application, number = transaction
        last = table.transaction(application)
        if last is not None and last >= number:
            return Appended(already=True)
        taken_back = undone.of(self._lake)
        if import_id in taken_back and source != OWN_SOURCE:
            raise InvalidInput(
                "lake.import_undone",
                f"the import {import_id} was undone, so its rows would not be seen",
                hint="import the files again: that is an import of its own",
            )
        table.add_columns(arrow_schema(wanted))
        con = self._workbench_of(rows)
        provenance = Provenance(source, import_id, recorded_at)
        with _computed_once(con, rows) as stable:
            batch = Batch(
                wanted, stable, tuple(rows.columns), provenance, transaction, tuple(taken_back)
            )
            return append(table, self._table(KEYS), batch, con)

    def undo(self, import_id: str, *, at: datetime) -> bool:
        """Take an import back: from that moment on its rows are as if they had never come.

        Whoever reads as of an earlier moment sees them as before. Facts whose source is revloop
        itself stay. Returns whether it was not taken back before; the first moment holds.
        """
        if not import_id or import_id in undone.of(self._lake):
            return False
        table = self._table(UNDONE)
        with cannot_write(table.folder):
            written = undone.write(table.folder, import_id, at.astimezone(UTC))
        failpoint("lake.undo.file_written")
        table.commit(Change(added=(written,)))
        failpoint("lake.undo.committed")
        return True

    def compact(self, kind: str) -> Compacted:
        """Write the small files of a table together; readers that are open keep the old ones."""
        if not delta.exists(self._lake / kind):
            return Compacted(0, 0)
        with tempfile.TemporaryDirectory(prefix="revloop-") as temp:
            folders = [self._lake, Path(temp).resolve()]
            con = duck.connect(folders, folders[1], memory_limit=duck.MEMORY_LIMIT)
            try:
                return compact(self._table(kind), con)
            finally:
                con.disconnect()

    def vacuum(self, kind: str, *, keep: timedelta = KEEP, offline: bool = False) -> int:
        """Delete the files that nobody needs any more; the number of them.

        A file goes when it was replaced, or written and never committed, longer ago than `keep`:
        a reader that has been open for longer loses its files. An hour is the least, unless
        `offline` says that nobody reads at all, as when a person is erased and what held them has
        to go at once.
        """
        if keep < _LEAST_KEPT and not offline:
            raise InvalidInput(
                "lake.keeps_too_little",
                f"a vacuum that keeps {keep} would take files from those who are reading",
                hint="keep at least an hour, or stop all readers and say offline",
            )
        if keep > timedelta(days=delta.KEPT_LONGEST_DAYS):
            raise InvalidInput(
                "lake.keeps_too_much",
                f"the lake remembers replaced files for {delta.KEPT_LONGEST_DAYS} days, not {keep}",
                hint="keep less, or leave vacuum alone",
            )
        if not delta.exists(self._lake / kind):
            return 0
        failpoint("lake.vacuum.begun", kind)
        deleted = self._table(kind).vacuum(math.ceil(keep / timedelta(hours=1)))
        failpoint("lake.vacuum.done", kind)
        return deleted

    def _table(self, name: str) -> delta.Table:
        folder = self._lake / name
        if delta.exists(folder):
            return delta.open_table(folder)
        private = {KEYS: KEYS_SCHEMA, UNDONE: UNDONE_SCHEMA}
        return delta.create(folder, private.get(name) or arrow_schema(KINDS[name]))

    def _workbench_of(self, rows: ir.Table) -> Backend:
        con: Backend = rows.get_backend()
        if con.name != "duckdb" or str(self._lake) not in _folders(con):
            raise RevloopError(
                "lake.not_its_workbench",
                "these rows are on a workbench that cannot reach the lake",
                hint="make the workbench with lake=...: Workbench(temp, lake=lake.path)",
            )
        return con


def _folders(con: Backend) -> list[str]:
    return [folder.rstrip("/") for folder in duck.setting(con, "allowed_directories")]


@contextmanager
def _computed_once(con: Backend, rows: ir.Table) -> Iterator[str]:
    """A query of the rows that may be read twice without being computed twice."""
    import ibis.expr.operations as ops  # noqa: PLC0415 - half a second

    query = duck.query(con, rows)
    node = rows.op()
    while isinstance(node, ops.Filter):
        node = node.parent
    if isinstance(node, ops.PhysicalTable):
        yield query
        return
    temp = Path(duck.setting(con, "temp_directory"))
    with cannot_write(temp), tempfile.TemporaryDirectory(dir=temp, prefix="rows-") as folder:
        file = Path(folder) / "rows.parquet"
        duck.copy(con, query, file, stays=False)
        yield f"FROM {duck.parquet([file])}"
