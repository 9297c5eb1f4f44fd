"""What a database refuses, as a sentence that names the place and the cure.

A full disk, a folder that may not be written, a lock that is held for long: whichever statement
meets one, the person reads the same. Everything else stays the error that Django makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import DatabaseError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseErrorWrapper

from revloop.kit.errors import RevloopError


class Cause(NamedTuple):
    """A sentence with a `place` in it, and what to do."""

    code: str
    what: str
    hint: str


class StorageFailed(RevloopError, OperationalError):
    """The database cannot do what was asked, for a reason outside of revloop.

    What ran in the transaction is undone. It is an error of Django too, so that Django rolls back.
    """

    def __init__(self, cause: Cause, place: str, said: str = "") -> None:
        what = cause.what.format(place=place)
        super().__init__(cause.code, f"{what}: {said}" if said else what, hint=cause.hint)
        self.cause = cause

    def at(self, place: str) -> StorageFailed:
        """The same failure of another file."""
        return StorageFailed(self.cause, place)


_FULL = Cause(
    "database.disk_full",
    "there is no room left for {place}",
    "free some space and run it again: nothing that was confirmed is lost",
)
_READ_ONLY = Cause(
    "database.read_only",
    "{place} cannot be written",
    "give yourself write permission on the file and its folder, or copy the workspace elsewhere",
)
_LOCKED = Cause(
    "database.locked",
    "another program has kept {place} locked for too long",
    "wait for it to finish, or end it, and run this again",
)
_NO_FILE = Cause(
    "database.cannot_open",
    "{place} cannot be opened",
    "check that its folder is there and that you may read and write it",
)
_BROKEN = Cause(
    "database.damaged",
    "{place} is damaged or is no database",
    "restore a backup: revloop restore",
)
_DISK = Cause(
    "database.disk_failed",
    "the disk failed to read or write {place}",
    "look at the disk and its free space; then run: revloop doctor",
)
_NO_SERVER = Cause(
    "database.no_server",
    "{place} cannot be used",
    "start the server, or mend host, port, user and password in DATABASE_URL",
)

_BY_NAME: Mapping[str, Cause] = {
    # SQLite
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_CANTOPEN": _NO_FILE,
    "SQLITE_CORRUPT": _BROKEN,
    "SQLITE_NOTADB": _BROKEN,
    "SQLITE_IOERR": _DISK,
    # PostgreSQL
    "53100": _FULL,
    "25006": _READ_ONLY,
    "55P03": _LOCKED,
    "57P01": _NO_SERVER,
    "57P02": _NO_SERVER,
    "57P03": _NO_SERVER,
    "58030": _DISK,
    "XX001": _BROKEN,
    "XX002": _BROKEN,
}


class InWords(DatabaseErrorWrapper):
    """Every error of the database's driver passes here on its way to the caller."""

    def __init__(self, wrapper: BaseDatabaseWrapper) -> None:
        super().__init__(wrapper)
        self._settings = wrapper.settings_dict

    def __exit__(self, *raised: Any) -> None:  # noqa: PYI036 - passed on as it came
        try:
            super().__exit__(*raised)
        except DatabaseError as error:
            cause = _cause(error.__cause__)
            if cause is None:
                raise
            said = str(error).strip().splitlines()[-1] if cause is _NO_SERVER else ""
            raise StorageFailed(cause, place(self._settings), said) from error.__cause__


def locked(settings: Mapping[str, Any]) -> StorageFailed:
    """Another thread of this process keeps the lock."""
    return StorageFailed(_LOCKED, place(settings))


def place(settings: Mapping[str, Any]) -> str:
    """The file, or the database and its server; never a password."""
    if not settings["ENGINE"].endswith("postgresql"):
        return str(settings["NAME"])
    server = settings["HOST"] or settings["OPTIONS"].get("host") or "the local server"
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"the PostgreSQL database {settings['NAME']} at {server}{port}"


def _cause(error: BaseException | None) -> Cause | None:
    name = getattr(error, "sqlite_errorname", None)
    if isinstance(name, str):
        # SQLITE_IOERR_WRITE and its like are known by their first two words.
        return _BY_NAME.get("_".join(name.split("_")[:2]))
    if not type(error).__module__.startswith("psycopg"):
        return None
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return _NO_SERVER if state[:2] in {"08", "28", "3D"} else _BY_NAME.get(state)
    # What has no state never reached the server, or lost it.
    return _NO_SERVER if type(error).__name__ in {"OperationalError", "ConnectionTimeout"} else None
