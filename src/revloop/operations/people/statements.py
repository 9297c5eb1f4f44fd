"""SQL on Django's own connection, in the two spellings of SQLite and PostgreSQL.

A raw statement costs a third of the ORM's, and an import writes millions of rows. Names of tables
and columns come from this package alone; values are always parameters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from revloop.operations import bulk

_PEOPLE = 7_365_001
"""The key under which writers of people wait for one another at a PostgreSQL server."""


def take_turn() -> None:
    """Be the only writer of people until the transaction ends.

    Numbers are then given in the order of the commits, so that who reads what came after a number
    misses nothing. SQLite has one writer in any case.
    """
    if connection.vendor == "postgresql":
        run("SELECT pg_advisory_xact_lock(%s)", (_PEOPLE,))


@contextmanager
def without_waiting() -> Iterator[None]:
    """Ask a server no more often than somebody reads an answer: what is only written follows on.

    Each answer of a server costs a tenth of a millisecond of waiting, and taking in one person
    writes ten rows. What it refuses is raised by the next answer that is read, or at the end.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def rows(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def run(sql: str, parameters: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def run_many(sql: str, many: Sequence[Sequence[Any]]) -> None:
    if many:
        with connection.cursor() as cursor:
            cursor.executemany(sql, many)


def insert(table: str, columns: Sequence[str], many: Sequence[Sequence[Any]]) -> None:
    """Rows that are not there yet."""
    if many:
        bulk.insert(connection, table, columns, many)


def answers(*asked: tuple[str, Sequence[Any]]) -> list[list[tuple[Any, ...]]]:
    """As `rows` for several questions, which `without_waiting` asks all at once.

    `AMONG` in a text says that a column has one of the values of a parameter, which is `packed`.
    """
    with ExitStack() as open_until_read:
        cursors = [open_until_read.enter_context(connection.cursor()) for _ in asked]
        for cursor, (sql, parameters) in zip(cursors, asked, strict=True):
            cursor.execute(_spelled(sql), parameters)
        return [cursor.fetchall() for cursor in cursors]


def rows_among(sql: str, values: Iterable[Any], *more: Any) -> list[tuple[Any, ...]]:
    """As `rows`, where `AMONG` in the text says that a column has one of these values."""
    return rows(_spelled(sql), (packed(values), *more))


def run_among(sql: str, values: Iterable[Any], *before: Any) -> None:
    """As `run`, where `AMONG`, after all other parameters, does the same."""
    if listed := list(values):
        run(_spelled(sql), (*before, packed(listed)))


def packed(values: Iterable[Any]) -> Any:
    listed = list(values)
    return listed if connection.vendor == "postgresql" else json.dumps(listed)


def next_number(*tables: str, column: str = "id", given: str = "") -> int:
    """One more than the largest there is in any of the tables.

    `given` is the column of `people_import` that knows the largest of rows that are gone.
    """
    largest = [f"(SELECT max({column}) FROM {table})" for table in tables]  # noqa: S608
    if given:
        largest.append(f"(SELECT max({given}) FROM people_import)")  # noqa: S608
    (found,) = rows(f"SELECT {', '.join(largest)}")
    return max(int(each or 0) for each in found) + 1


def stored(at: datetime | None) -> Any:
    """An instant as the database takes it."""
    return None if at is None else connection.ops.adapt_datetimefield_value(at)


def instant(value: Any) -> datetime:
    """An instant as a raw statement gives it."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _spelled(sql: str) -> str:
    if connection.vendor == "postgresql":
        return sql.replace("AMONG", "= ANY(%s)")
    return sql.replace("AMONG", "IN (SELECT json_each.value FROM json_each(%s))")
