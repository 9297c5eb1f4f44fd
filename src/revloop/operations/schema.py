"""The tables of this version of revloop: are they there, are they newer, bring them up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from revloop.kit.errors import RevloopError
from revloop.kit.failpoints import failpoint

_MIGRATING = 4_701_337
"""The key under which processes wait for one another at a PostgreSQL server."""


def is_empty(alias: str) -> bool:
    """Whether no revloop ever made its tables here."""
    return not MigrationExecutor(connections[alias]).loader.applied_migrations


def missing(alias: str) -> tuple[str, ...]:
    """The migrations that are still to be applied: `ledger 0001_initial`."""
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label} {migration.name}" for migration, _ in plan)


def refuse_newer(alias: str) -> None:
    """Raise `database.newer` if the tables have what this revloop does not know."""
    loader = MigrationExecutor(connections[alias]).loader
    unknown = sorted(set(loader.applied_migrations) - set(loader.disk_migrations))
    if unknown:
        raise RevloopError(
            "database.newer",
            f"a newer revloop wrote this database: {' '.join(unknown[-1])} is not known here",
            hint="pip install --upgrade revloop, or restore the copy in backups/ that was taken "
            "before the upgrade",
        )


@contextmanager
def turn(alias: str) -> Iterator[None]:
    """Bring the tables of a server up to date while no other process does.

    What is copied before must not change its form meanwhile. A process that dies loses its turn. In
    a file a copy is one statement, and a migration one transaction: nobody has to wait there.
    """
    connection = connections[alias]
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def migrate(alias: str) -> None:
    """Apply what is missing, all of it or nothing; a second process waits and finds it done."""
    connection = connections[alias]
    with _constraints_off(connection), transaction.atomic(using=alias):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MIGRATING])
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        failpoint("database.migrate.before_commit")


@contextmanager
def _constraints_off(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """SQLite rebuilds tables, and cannot switch its foreign keys off inside a transaction.

    Django checks them all before each migration ends.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.disable_constraint_checking()
    try:
        yield
    finally:
        connection.enable_constraint_checking()
