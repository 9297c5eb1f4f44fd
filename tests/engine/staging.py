"""Small tables in the staged form, and a lake to put them in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from revloop import engine
from revloop.facts.columns import Holds
from revloop.facts.kinds import KINDS

Row = Mapping[str, Any]

IMPORTED = datetime(2026, 6, 1, tzinfo=UTC)
SOURCE = "crm"
ARROW: dict[Holds, pa.DataType] = {
    Holds.KEY: pa.string(),
    Holds.TEXT: pa.string(),
    Holds.TEXTS: pa.list_(pa.string()),
    Holds.INTEGER: pa.int64(),
    Holds.NUMBER: pa.float64(),
    Holds.BOOLEAN: pa.bool_(),
    Holds.INSTANT: pa.timestamp("us", "UTC"),
    Holds.DATE: pa.date32(),
}


def on(month: int, day: int, hour: int = 0) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def write(folder: Path, kind: str, rows: Sequence[Row]) -> Path:
    """Write rows in the staged form, with the columns that any of them has."""
    folder.mkdir(parents=True, exist_ok=True)
    types = {name: ARROW[holds] for name, holds in KINDS[kind].stored()}
    types |= {column.name: pa.string() for column in KINDS[kind].private}
    types |= {"row_number": pa.int64(), "problem": pa.string()}
    named = [name for name in types if any(name in row for row in rows)]
    named += [name for row in rows[:1] for name in row if name not in types]
    schema = pa.schema({name: types.get(name, pa.string()) for name in named})
    file = folder / f"{kind}-{uuid.uuid4().hex}.parquet"
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema), file)
    return file


class Company:
    """A lake and a folder for what is to be put into it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.lake = engine.Lake(place / "lake")
        self.batches = 0

    @contextmanager
    def workbench(self) -> Iterator[engine.Workbench]:
        with engine.Workbench(self.place / "temp", lake=self.lake.path, threads=1) as bench:
            yield bench

    def append(
        self,
        kind: str,
        *rows: Row,
        at: datetime = IMPORTED,
        source: str = SOURCE,
        import_id: str = "import-1",
    ) -> engine.Appended:
        """One more batch, recorded at that moment."""
        self.batches += 1
        file = write(self.place / "temp", kind, rows)
        with self.workbench() as bench, self.lake.writer() as writer:
            return writer.append(
                kind,
                bench.read(file),
                source=source,
                import_id=import_id,
                recorded_at=at,
                transaction=("test", self.batches),
            )

    def undo(self, import_id: str, *, at: datetime) -> bool:
        with self.lake.writer() as writer:
            return writer.undo(import_id, at=at)

    def rows(self, kind: str, *columns: str, as_of: datetime | None = None) -> list[dict[str, Any]]:
        """The facts in force, by source_id."""
        with engine.open(self.lake.path, as_of=as_of) as facts:
            found = facts.arrow(facts[kind].order_by("source", "source_id")).to_pylist()
        return [{name: row[name] for name in columns} for row in found] if columns else found

    def references(self, entity: str) -> dict[int, str]:
        """The reference of every key."""
        with engine.open(self.lake.path) as facts:
            found = facts.arrow(facts.references(entity)).to_pylist()
        return {row["id"]: row["reference"] for row in found}

    def files(self, table: str) -> list[Path]:
        return sorted((self.lake.path / table).glob("*.parquet"))


def touch(source_id: str, **more: Any) -> dict[str, Any]:
    return {"source_id": source_id, "at": on(1, 1), "kind": "page_view", **more}
