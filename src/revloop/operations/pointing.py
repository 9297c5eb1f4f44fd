"""Where Django's names of databases point. A thread keeps what it has begun with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, get_ident
from typing import Any

from django.db import connections

from revloop.settings import sqlite

DEFAULT = "default"
_changing = Lock()
"""The names are those of the whole process."""


def point(alias: str, settings: dict[str, Any]) -> None:
    """Let a name mean this database: in this thread, and in those that ask for the first time."""
    _close(alias)
    with _changing:
        named = {**connections.settings, alias: settings}
        connections.settings = connections.configure_settings(named)
        # This thread has it from here on, whatever another one points at.
        connections[alias] = connections.create_connection(alias)


@contextmanager
def opened(file: Path) -> Iterator[str]:
    """The name of a second SQLite file; afterwards it is one closed file that needs no other."""
    alias = f"copy-{get_ident()}"
    point(alias, sqlite(file))
    try:
        yield alias
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
    finally:
        _close(alias)
        with _changing:
            rest = {name: each for name, each in connections.settings.items() if name != alias}
            connections.settings = rest


def begin_private(file: Path) -> None:
    """Make an empty file that only its owner may read; SQLite's logs beside it become so too."""
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _close(alias: str) -> None:
    if alias in connections.settings:
        connections[alias].close()
        del connections[alias]
