"""Exports written by hand, and the facts that a source makes of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from revloop.sources.protocol import PROBLEM, ROW, RawTable, Settings, Source

_NUMBERS = count()


@cache
def engine() -> Any:
    """One database for all tests: a session in UTC, as the readers expect."""
    con = ibis.duckdb.connect()
    con.raw_sql("SET TimeZone = 'UTC'")
    return con


def text_table(written: str, first_row: int = 2) -> pa.Table:
    """A table of texts out of CSV, as a text file gives it: nothing is null but what is empty."""
    header, *rows = csv.reader(io.StringIO(written.strip()), skipinitialspace=True)
    columns: dict[str, Any] = {
        name: pa.array([row[place].strip() or None for row in rows], pa.string())
        for place, name in enumerate(header)
    }
    columns[ROW] = pa.array(range(first_row, first_row + len(rows)), pa.int64())
    return pa.table(columns)


def raw_table(name: str, rows: pa.Table) -> RawTable:
    columns = tuple(column for column in rows.column_names if column != ROW)
    return RawTable(name, Path(name), columns, rows.num_rows)


@dataclass(frozen=True)
class Made:
    """What came of one row."""

    kind: str
    of: str
    row: int
    problem: str | None
    says: Mapping[str, Any]
    """Its columns that say something."""

    def __getitem__(self, column: str) -> Any:
        return self.says.get(column)

    @property
    def content(self) -> tuple[Any, ...]:
        """All that it says, wherever it stood."""
        said = tuple(sorted((name, str(value)) for name, value in self.says.items()))
        return (self.kind, self.problem, said)


def made(
    source: Source,
    files: Mapping[str, str | pa.Table],
    *kinds: str,
    settings: Settings | None = None,
) -> list[Made]:
    """The facts of these files, by kind, file and id; only of these kinds where some are named."""
    tables = {
        name: each if isinstance(each, pa.Table) else text_table(each)
        for name, each in files.items()
    }
    raw = {name: raw_table(name, each) for name, each in tables.items()}
    told = settings or Settings(source.name, currency="USD")
    recognised = source.recognises(list(raw.values()))
    con = engine()
    bound = {
        name: con.create_table(f"raw_{next(_NUMBERS)}", tables[name], temp=True)
        for name in sorted(recognised)
    }
    here = {name: raw[name] for name in sorted(recognised)}
    found = []
    for facts in source.facts(bound, here, told):
        if not kinds or facts.kind in kinds:
            found += list(_rows(facts.kind, facts.of, con.to_pyarrow(facts.rows)))
    return sorted(found, key=lambda each: (each.kind, each.of, str(each["source_id"]), each.row))


def _rows(kind: str, of: str, table: pa.Table) -> Iterator[Made]:
    for row in table.to_pylist():
        place, problem = row.pop(ROW), row.pop(PROBLEM)
        yield Made(
            kind,
            of,
            place,
            problem,
            {name: value for name, value in row.items() if value is not None},
        )


def only(rows: list[Made], kind: str) -> Made:
    """The one fact of a kind."""
    [found] = [each for each in rows if each.kind == kind]
    return found


def at(moment: Any) -> str:
    """A moment as it is easiest to read: `2024-03-01 09:30:00` in UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"
