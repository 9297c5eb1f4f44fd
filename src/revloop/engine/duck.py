"""DuckDB: a connection that nobody can unlock, and the pieces of SQL said to it here."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

MEMORY_LIMIT = "1500MB"


def connect(
    folders: Iterable[Path], temp: Path, *, memory_limit: str, threads: int | None = None
) -> Backend:
    """A DuckDB in memory that reaches files below these folders and no others.

    It loads no extension, opens no connection, and its settings cannot be changed any more. Its
    time zone is UTC. What does not fit into memory goes to `temp`.
    """
    import ibis  # noqa: PLC0415 - half a second

    from revloop.engine import layers  # noqa: PLC0415 - likewise

    given = {} if threads is None else {"threads": threads}
    con = ibis.duckdb.connect(memory_limit=memory_limit, temp_directory=str(temp), **given)
    con.compiler = layers.Compiler()
    allowed = ", ".join(text(folder) for folder in folders)
    for setting in (
        f"allowed_directories = [{allowed}]",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "allow_community_extensions = false",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        con.raw_sql(f"SET {setting}")
    return con


def run(con: Backend, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement of our own making."""
    rows: list[tuple[Any, ...]] = con.raw_sql(statement).fetchall()
    return rows


def one(con: Backend, statement: str) -> Any:
    """The single value that a statement answers with."""
    return run(con, statement)[0][0]


def setting(con: Backend, key: str) -> Any:
    return one(con, f"SELECT current_setting({text(key)})")


def query(con: Backend, table: ir.Table) -> str:
    """The SQL of an Ibis table; the tables in memory that it uses are made known to DuckDB."""
    con._run_pre_execute_hooks(table)  # noqa: SLF001 - Ibis has no other door to this
    return str(con.compile(table))


def view(con: Backend, select: str) -> ir.Table:
    """A query of our own as an Ibis table."""
    given = name(f"view_{uuid.uuid4().hex}")
    con.raw_sql(f"CREATE TEMP VIEW {given} AS {select}")
    return con.table(given.strip('"'))


@dataclass(frozen=True, slots=True)
class Scratch:
    """Tables and views of one piece of work, gone when it is done."""

    con: Backend
    made: list[str] = field(default_factory=list)

    def table(self, select: str) -> str:
        return self._make("TABLE", select)

    def view(self, select: str) -> str:
        return self._make("VIEW", select)

    def _make(self, what: str, select: str) -> str:
        given = name(f"scratch_{uuid.uuid4().hex}")
        self.con.raw_sql(f"CREATE TEMP {what} {given} AS {select}")
        self.made.append(f"DROP {what} IF EXISTS {given}")
        return given


@contextmanager
def scratch(con: Backend) -> Iterator[Scratch]:
    work = Scratch(con)
    try:
        yield work
    finally:
        for drop in reversed(work.made):
            con.raw_sql(drop)


def name(identifier: str) -> str:
    """Quote an identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str | Path) -> str:
    """Quote a text."""
    return "'" + str(value).replace("'", "''") + "'"


def parquet(files: Iterable[Path], *, numbered: bool = False) -> str:
    """Read these files as one table; a column that a file lacks is null there.

    With `numbered`, `file_row_number` counts the rows of each file from 0.
    """
    listed = ", ".join(text(file) for file in files)
    options = ", file_row_number = true" if numbered else ""
    return f"read_parquet([{listed}], union_by_name = true{options})"


def copy(con: Backend, select: str, file: Path, *, stays: bool = True) -> int:
    """Write the rows of a query to a new Parquet file; their number.

    A file that stays is a third smaller in zstd; one that is read once or twice and then deleted is
    written in half the time without that effort.
    """
    how = "zstd" if stays else "lz4_raw"
    return int(one(con, f"COPY ({select}) TO {text(file)} (FORMAT parquet, COMPRESSION {how})"))
