"""What an import would find: files read, tables recognised, the first rows of each; nothing stored."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from revloop.intake import recognising
from revloop.kit.errors import InvalidInput
from revloop.sources.protocol import RawTable

if TYPE_CHECKING:
    from revloop.sources.protocol import Source

KIND = "preview"
"""Of the jobs that look uploads through."""
ROWS = 20
"""Of each table that are shown."""
_LONGEST_CELL = 200


@dataclass(frozen=True, slots=True)
class TablePreview:
    """One table, before anything is made of it."""

    name: str
    understood_as: str
    """The profile or mapping that would read it; empty where none does."""
    rows: int
    unreadable: int
    found: dict[str, str]
    """How it was read: encoding, delimiter, header …"""
    columns: tuple[str, ...]
    sample: tuple[tuple[str | None, ...], ...]
    """The first rows, as text."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What lies in a folder of exports."""

    tables: tuple[TablePreview, ...]
    refused: tuple[dict[str, str], ...]
    """Files that could not be read: name, reason and what to do."""
    ignored: tuple[str, ...]

    @property
    def understood(self) -> int:
        """Tables that would become facts."""
        return sum(1 for each in self.tables if each.understood_as)

    def document(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


def preview(
    path: Path,
    *,
    mapping: Path | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Preview:
    """Read a folder as an import would, in limited processes, and show what it would take.

    Args:
        path: A folder, a file or an archive.
        mapping: The mapping that the import would use.
        progress: Called with what is being read, the bytes read so far and those of all files.

    Raises:
        InvalidInput: `import.nothing_there`, or what is wrong with the mapping.
    """
    if not path.exists():
        raise InvalidInput("import.nothing_there", f"{path} is not there", hint="check the path")
    from revloop.sources import reading  # noqa: PLC0415

    sources, overrides = _sources(mapping)
    with tempfile.TemporaryDirectory() as scratch:
        found = reading.read_folder(
            path, Path(scratch) / "raw", overrides=overrides, progress=progress
        )
        claims, _ = recognising.claims(found.tables, sources)
        by_table = {table.name: claim.source.name for claim in claims for table in claim.tables}
        tables = tuple(_table(each, by_table.get(each.name, "")) for each in found.tables)
    refused = tuple(
        {"name": each.name, "reason": each.reason, "hint": each.hint} for each in found.refused
    )
    return Preview(tables, refused, tuple(found.ignored))


def of(upload: Path) -> Path:
    """Where the preview of an upload is written."""
    return upload / "preview.json"


def _sources(mapping: Path | None) -> tuple[tuple[Source, ...], dict[str, Any]]:
    if mapping is None:
        return recognising.profiles(), {}
    from revloop.sources.mapping import MappingSource, load  # noqa: PLC0415

    mapped = MappingSource(load(mapping))
    return (mapped, *recognising.profiles()), dict(mapped.formats())


def _table(raw: RawTable, understood_as: str) -> TablePreview:
    return TablePreview(
        raw.name,
        understood_as,
        raw.rows,
        raw.unreadable_rows,
        dict(raw.found),
        raw.columns,
        tuple(tuple(_cell(row[name]) for name in raw.columns) for row in _first(raw)),
    )


def _first(raw: RawTable) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(raw.file) as opened:
        for batch in opened.iter_batches(ROWS, columns=list(raw.columns)):
            rows: list[dict[str, Any]] = batch.to_pylist()
            return rows
    return []


def _cell(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    return text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"
