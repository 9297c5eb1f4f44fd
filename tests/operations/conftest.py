"""A connected workspace on each database: SQLite always, PostgreSQL where a server answers.

The server is the one of DATABASE_URL, else 127.0.0.1:5432 with the user postgres. Where none
answers, the tests on PostgreSQL are skipped and say so; with CI set they fail.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from revloop import operations
from revloop.kit.folder import Folder, create
from revloop.operations.connection import load_django

load_django()  # the tests import tables where they begin
_SERVER = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"


@pytest.fixture(scope="session")
def server() -> psycopg.Connection[tuple[object, ...]]:
    """The PostgreSQL server on which the tests make databases of their own."""
    try:
        return psycopg.connect(_named("postgres"), autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        said = f"no PostgreSQL at {urlsplit(_SERVER).hostname}: {error}"
        if "CI" in os.environ:
            pytest.fail(said)
        pytest.skip(said)


@pytest.fixture(scope="session")
def made_once(
    server: psycopg.Connection[tuple[object, ...]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The name of a database with all tables, of which each test gets a copy."""
    name = _new_database(server)
    operations.connect(
        Folder(tmp_path_factory.mktemp("template")), database_url=_named(name), create=True
    )
    operations.disconnect()
    yield name
    _drop(server, name)
    server.close()


@pytest.fixture
def empty_postgresql(server: psycopg.Connection[tuple[object, ...]]) -> Iterator[str]:
    """The URL of a database without any table."""
    name = _new_database(server)
    yield _named(name)
    operations.disconnect()
    _drop(server, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def workspace(
    database_kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Folder]:
    """An empty workspace, connected in this process; child processes find the same database."""
    folder = create(tmp_path / "workspace")
    if database_kind == "sqlite":
        monkeypatch.delenv("DATABASE_URL", raising=False)
        operations.connect(folder, create=True)
        yield folder
        operations.disconnect()
        return
    connection = request.getfixturevalue("server")
    name = _new_database(connection, request.getfixturevalue("made_once"))
    monkeypatch.setenv("DATABASE_URL", _named(name))
    operations.connect(folder)
    yield folder
    operations.disconnect()
    _drop(connection, name)


def _named(database: str) -> str:
    """The URL of a database of the server."""
    return urlunsplit(urlsplit(_SERVER)._replace(path=f"/{database}"))


def _new_database(
    server: psycopg.Connection[tuple[object, ...]], template: str = "template0"
) -> str:
    name = f"revloop_test_{uuid.uuid4().hex[:12]}"
    server.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )
    return name


def _drop(server: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
