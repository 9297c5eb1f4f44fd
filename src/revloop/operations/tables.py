"""Rows of all tables from one database to another, between SQLite and PostgreSQL in either way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

from revloop.kit.failpoints import failpoint
from revloop.operations import bulk

_AT_ONCE = 10_000


def copy_all(source: str, target: str) -> None:
    """Copy every row; the target has the same tables, and what its migrations put there goes.

    All of it in one transaction of each database: a moment of the source, and all or nothing.
    """
    found = _models(source)
    with _one_moment(source), transaction.atomic(using=target):
        for model in found:
            _clear(model, target)
        for model in found:
            _copy(model, source, target)
            failpoint("database.tables.between")
        _go_on_counting(found, target)


def are_alike(one: str, other: str) -> bool:
    """Whether all tables hold the same rows, whatever the order in which the databases keep them."""
    return all(_sum_of(model, one) == _sum_of(model, other) for model in _models(one))


def _sum_of(model: type[models.Model], alias: str) -> tuple[int, int]:
    """How many rows, and their hashes added up: one row more, less or changed gives another sum."""
    names = [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001
    rows = model._base_manager.using(alias).values_list(*names)  # noqa: SLF001
    count = total = 0
    for row in rows.iterator(chunk_size=_AT_ONCE):
        count, total = count + 1, total + hash(tuple(map(str, row)))
    return count, total


def make_alike(source: str, target: str) -> None:
    """Give an empty database the tables that the source has, be they older than this revloop's."""
    executor = MigrationExecutor(connections[target])
    executor.migrate(_applied(source))


def _applied(alias: str) -> list[tuple[str, str]]:
    """The last migrations that were applied, one for each end of the graph."""
    loader = MigrationExecutor(connections[alias]).loader
    applied = set(loader.applied_migrations)
    return sorted(
        key
        for key in applied
        if not any(child.key in applied for child in loader.graph.node_map[key].children)
    )


def _models(alias: str) -> list[type[models.Model]]:
    """The tables as the migrations left them that were applied there."""
    loader = MigrationExecutor(connections[alias]).loader
    state = loader.project_state(_applied(alias))
    found = state.apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy]  # noqa: SLF001


@contextmanager
def _one_moment(alias: str) -> Iterator[None]:
    connection = connections[alias]
    with transaction.atomic(using=alias):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _clear(model: type[models.Model], alias: str) -> None:
    rows = model._base_manager.using(alias)  # noqa: SLF001
    if rows.exists():
        rows.all()._raw_delete(alias)  # noqa: SLF001 - not one by one


def _copy(model: type[models.Model], source: str, target: str) -> None:
    meta, connection = model._meta, connections[target]  # noqa: SLF001
    fields = [field for field in meta.concrete_fields if not field.generated]
    names = [field.attname for field in fields]
    columns = [str(field.column) for field in fields]
    rows = model._base_manager.using(source).order_by("pk").values_list(*names)  # noqa: SLF001
    read = rows.iterator(chunk_size=_AT_ONCE)
    while batch := list(islice(read, _AT_ONCE)):
        ready: list[list[Any]] = [
            [
                field.get_db_prep_save(value, connection)
                for field, value in zip(fields, row, strict=True)
            ]
            for row in batch
        ]
        bulk.insert(connection, meta.db_table, columns, ready)


def _go_on_counting(found: list[type[models.Model]], alias: str) -> None:
    """PostgreSQL counts ids apart from the rows that carry them."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), found):
            cursor.execute(statement)
