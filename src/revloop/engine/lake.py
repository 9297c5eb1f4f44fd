"""The lake: one Delta table for each kind of fact, and one for their keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from revloop.engine import delta
from revloop.engine.append import FIRST
from revloop.engine.columns import KEYS
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
        return Snapshot({kind: delta.open_table(self.path / kind).version for kind in self.kinds()})

    def counts(self) -> dict[str, int]:
        """How many facts of each kind there are, each counted once however often it was corrected.

        Facts that the source has deleted are counted too. It is read from the log alone.
        """
        return {
            kind: sum(file.rows for file in self._files(kind) if is_first(file))
            for kind in self.kinds()
        }

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

    def tables(self) -> list[str]:
        """The names of all tables, for `Writer.compact` and `Writer.vacuum`: kinds and keys."""
        return [*self.kinds(), *([KEYS] if delta.exists(self.path / KEYS) else [])]

    def _files(self, kind: str) -> tuple[DataFile, ...]:
        return delta.open_table(self.path / kind).files()


def is_first(file: DataFile) -> bool:
    """Whether the file holds facts that were not known before, and no corrections."""
    return file.path.name.startswith(f"{FIRST}-")
