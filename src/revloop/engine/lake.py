"""The lake: one Delta table for each kind of fact, and one for their keys.

Imports that were taken back stand in a third, once there are any.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from revloop.engine import delta, undone
from revloop.engine.append import FIRST
from revloop.engine.columns import KEYS, UNDONE
from revloop.engine.delta import DataFile
from revloop.engine.lock import writer_lock
from revloop.engine.snapshot import Snapshot
from revloop.engine.writer import Writer
from revloop.facts.kinds import KINDS

PATIENCE = timedelta(minutes=1)


class Lake:
    """The facts of a workspace on disk, in `<path>/<kind>/`; made by the first append.

    Reading needs no lock and is never blocked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    @contextmanager
    def writer(self, *, timeout: timedelta = PATIENCE) -> Iterator[Writer]:
        """Be the only writer of the lake, in any process of this machine, until the block ends.

        Raises:
            RevloopError: `lake.busy` when another one writes for longer than `timeout`;
                `lake.cannot_lock`, `lake.cannot_write`.

        """
        with writer_lock(self.path, timeout=timeout):
            yield Writer(self.path)

    def snapshot(self) -> Snapshot:
        """The newest version of every table."""
        return Snapshot({name: delta.open_table(self.path / name).version for name in self.seen()})

    def counts(self) -> dict[str, int]:
        """How many facts of each kind there are, each counted once however often it was corrected.

        Facts that the source has deleted are counted too, and those of imports that were taken
        back are not. It is read from the log alone, unless something was taken back.
        """
        counts = {
            kind: sum(file.rows for file in self._files(kind) if is_first(file))
            for kind in self.kinds()
        }
        if taken_back := self.undone():
            from revloop.engine.check import only_undone  # noqa: PLC0415 - reads what this makes

            for kind, gone in only_undone(self, taken_back).items():
                counts[kind] -= gone
        return counts

    def undone(self) -> dict[str, datetime]:
        """When each import was taken back, by its id."""
        return undone.of(self.path)

    def transaction(self, application: str, kind: str) -> int | None:
        """The number of the last batch of this name that was committed; None if none was."""
        if not delta.exists(self.path / kind):
            return None
        return delta.open_table(self.path / kind).transaction(application)

    def check(self) -> list[str]:
        """What is wrong with the lake, in sentences; empty when nothing is.

        Every table opens; its files are there and as long as the log says; a fact stands once
        among the current ones; every key has a reference, and every reference one key.
        """
        from revloop.engine.check import problems  # noqa: PLC0415 - reads what this makes

        return problems(self)

    def kinds(self) -> list[str]:
        """The kinds that have a table."""
        return [kind for kind in KINDS if delta.exists(self.path / kind)]

    def seen(self) -> list[str]:
        """The tables whose versions say what a reader sees: kinds, and imports taken back.

        These come last: a reader that opens them in this order sees no row that came after an undo
        beside one that the undo took.
        """
        return [*self.kinds(), *([UNDONE] if delta.exists(self.path / UNDONE) else [])]

    def tables(self) -> list[str]:
        """The names of all tables, for `Writer.compact` and `Writer.vacuum`."""
        return [*self.seen(), *([KEYS] if delta.exists(self.path / KEYS) else [])]

    def _files(self, kind: str) -> tuple[DataFile, ...]:
        return delta.open_table(self.path / kind).files()


def is_first(file: DataFile) -> bool:
    """Whether the file holds facts that were not known before, and no corrections."""
    return file.path.name.startswith(f"{FIRST}-")
