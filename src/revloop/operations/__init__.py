"""The operational half: one lead at a time, in a transactional database, in milliseconds.

    connection.py  this process works on a workspace: database, tables of this version
    storage.py     what a database refuses, in words
    sqlite/        the file of the workspace, one writer at a time
    postgresql/    a server, for a larger company
    ledger/        who did what, append-only; the versions of the agreement and their signatures
    queue/         background work, written with the change that wants it
    people/        persons, accounts, users and teams; who is the same as whom
    access/        members, sessions, invitations: who may come in, and as what
    database.py    copy, restore and check the whole

Nothing in here can be imported before `connect`, except this module: Django's tables need to know
their database first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from revloop.kit.folder import Folder


def connect(folder: Folder, *, database_url: str | None = None, create: bool = False) -> None:
    """Work on this workspace from now on: in this thread, and in every thread that starts later.

    Calling it again for the same workspace costs nothing. Another workspace may be connected at any
    time outside a transaction; threads that already work on the first one stay there. Tables of an
    older revloop are brought up to date, after a copy was laid into `backups/`.

    Args:
        folder: Where the workspace lies.
        database_url: A PostgreSQL database, `postgres://user:password@host/name`; without one, what
            DATABASE_URL says, else the SQLite file of the folder.
        create: Make the database if there is none.

    Raises:
        InvalidInput: `database.missing` without a database and `create`, or `database.url`.
        NotAvailable: `database.no_postgresql`, with the command that installs it.
        RevloopError: `database.newer`, if a newer revloop wrote it; `database.too_old` for the
            server; `database.in_transaction`; or what `storage` says of folder, disk and server.
    """
    from revloop.operations import connection  # noqa: PLC0415 - Django loads with the first use

    connection.connect(folder, database_url=database_url, create=create)


def disconnect() -> None:
    """Close this thread's connection; the next question opens it again."""
    from revloop.operations import connection  # noqa: PLC0415

    connection.disconnect()
