"""Rows that could not become facts: kept whole, shown with their reason, tried again.

One Parquet file for each source and table: the raw row as JSON, where it stood and why it was held
back. When the table is imported again, rows that it holds are judged anew. Of a row that it does not
hold another version may have come, under its id; otherwise it stays.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from revloop.intake.report import Reason
from revloop.kit.failpoints import failpoint
from revloop.kit.files import saying_what_to_do, sync_folder

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("row_number", "kind", "reason", "raw", "source_id")
"""`raw` is the whole row as JSON, or the text of a line that could not be read. `source_id` is the id
that its fact would have, null where it has none."""


@dataclass(frozen=True, slots=True)
class Held:
    """The rows held back of one table."""

    source: str
    table: str
    rows: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The folder of the rows that were held back."""

    path: Path

    def replace(self, source: str, table: str, held: pa.Table, seen: set[str]) -> int:
        """Hold these rows of a table, and forget what of it was held before and was seen again.

        `held` has the columns of `COLUMNS`; `seen` are the raw rows that were judged anew. Returns
        how many are held now. Written whole or not at all.
        """
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.compute as pc  # noqa: PLC0415

        before = self._read(source, table)
        if before is not None:
            stays = pc.invert(
                pc.is_in(before["raw"], value_set=pa.array(sorted(seen), pa.string()))
            )
            held = pa.concat_tables([before.filter(stays), held.select(before.column_names)])
        file = self._file(source, table)
        if held.num_rows:
            self._write(file, held, source, table)
        elif file.exists():
            file.unlink()
        return int(held.num_rows)

    def all(self) -> Iterator[Held]:
        for file in sorted(self.path.glob("*.parquet")):
            table = _open(file)
            named = {
                key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()
            }
            yield Held(named["source"], named["table"], table.num_rows, reasons(table.to_pylist()))

    def rows(self, source: str, table: str) -> list[dict[str, Any]]:
        """The rows held back of one table, with the columns of `COLUMNS`."""
        found = self._read(source, table)
        return found.to_pylist() if found is not None else []

    def given_anew(self, source: str, table: str, came: set[tuple[str, str]]) -> set[str]:
        """The raw rows held back of a table of which another version came: kind and id."""
        return {
            row["raw"]
            for row in self.rows(source, table)
            if any((kind, row["source_id"]) in came for kind in row["kind"].split(", "))
        }

    def remember(self, place: Path) -> None:
        """Keep all that is held now at a place of its own, until it is put back or thrown away."""
        if place.exists():
            return
        half = place.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        with saying_what_to_do(place):
            half.mkdir(parents=True)
            for file in sorted(self.path.glob("*.parquet")):
                _same(file, half / file.name)
            sync_folder(half)
            half.replace(place)
            sync_folder(place.parent)

    def put_back(self, place: Path) -> None:
        """Hold what was kept there, and nothing else; it may be done again."""
        with saying_what_to_do(self.path):
            self.path.mkdir(exist_ok=True)
            kept = {file.name for file in place.glob("*.parquet")}
            for name in sorted(kept):
                half = self.path / f"{name}.half"
                half.unlink(missing_ok=True)
                _same(place / name, half)
                half.replace(self.path / name)
                half.unlink(missing_ok=True)  # one file under both names is left under both
                failpoint("quarantine.put_back")
            for file in self.path.glob("*.parquet"):
                if file.name not in kept:
                    file.unlink()
            sync_folder(self.path)

    def under(self, key: str) -> tuple[Held, list[dict[str, Any]]] | None:
        """What is held of the table with this `key_of`, and its rows; None if nothing is."""
        for held in self.all():
            if key_of(held.source, held.table) == key:
                return held, self.rows(held.source, held.table)
        return None

    def _file(self, source: str, table: str) -> Path:
        return self.path / f"{key_of(source, table)}.parquet"

    def _read(self, source: str, table: str) -> pa.Table | None:
        file = self._file(source, table)
        return _open(file) if file.exists() else None

    def _write(self, file: Path, held: pa.Table, source: str, table: str) -> None:
        import pyarrow.parquet as pq  # noqa: PLC0415

        half = file.with_suffix(".half")
        readable = table.encode(errors="backslashreplace").decode()
        with saying_what_to_do(file):
            self.path.mkdir(exist_ok=True)
            pq.write_table(
                held.replace_schema_metadata({"source": source, "table": readable}), half
            )
            with half.open("rb+") as written:
                os.fsync(written.fileno())
            failpoint("quarantine.before_rename")
            half.replace(file)
            sync_folder(self.path)


def _same(file: Path, other: Path) -> None:
    """The same file under another name: files here are replaced whole and never written into."""
    try:
        os.link(file, other)
    except OSError:  # not every disk knows two names of one file
        shutil.copyfile(file, other)
        with other.open("rb+") as written:
            os.fsync(written.fileno())


def key_of(source: str, table: str) -> str:
    """A name of ours for a table: its own may hold anything that a file's or an address may not."""
    digest = hashlib.sha256(f"{source}\0{table}".encode(errors="backslashreplace")).hexdigest()
    return digest[:24]


def _open(file: Path) -> pa.Table:
    import pyarrow.parquet as pq  # noqa: PLC0415

    # `read_table` would import pandas where it is installed.
    with pq.ParquetFile(file) as opened:
        return opened.read()


def one_for_each_row(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row that several facts were to be made of is held once, with all that is wrong with it."""
    found: dict[int, dict[str, Any]] = {}
    for row in held:
        first = found.setdefault(row["row_number"], {**row, "kind": "", "reason": ""})
        for name, between in (("kind", ", "), ("reason", "; ")):
            known = first[name].split(between) if first[name] else []
            if row[name] not in known:
                first[name] = between.join([*known, row[name]])
    return [found[number] for number in sorted(found)]


def reasons(rows: list[dict[str, Any]], most: int = 20) -> tuple[Reason, ...]:
    """The reasons of rows, the most frequent first; what differs only in the value is one reason."""
    counts: Counter[str] = Counter()
    example: dict[str, dict[str, Any]] = {}
    for row in rows:
        key = without_value(row["reason"])
        counts[key] += 1
        example.setdefault(key, row)
    return tuple(
        Reason(example[key]["reason"], count, example[key]["row_number"])
        for key, count in counts.most_common(most)
    )


def without_value(reason: str) -> str:
    """`close_date: '2017-13-01' is not a date` without the date."""
    before, quote, rest = reason.partition("'")
    return f"{before}{quote}{quote}{rest.rpartition(quote)[2]}" if quote else reason
