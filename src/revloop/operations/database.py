"""The whole database: copied while others work, restored into an empty one, and checked.

A copy is always one SQLite file, whichever database it comes from. So it can be looked into without
a server, and a workspace moves from SQLite to PostgreSQL and back by a copy.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, connections

from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.failpoints import failpoint
from revloop.kit.files import half_made, saying_what_to_do, sync_folder
from revloop.operations import schema, storage, tables
from revloop.operations.access import entering
from revloop.operations.ledger import queries as ledger
from revloop.operations.pointing import DEFAULT, begin_private, opened

_MOUNTS = Path("/proc/self/mounts")
_OVER_A_NETWORK = frozenset(
    {"9p", "afs", "ceph", "cifs", "drvfs", "fuse.sshfs", "glusterfs", "ncpfs", "nfs", "nfs4"}
    | {"smb3", "smbfs", "v9fs", "virtiofs", "vboxsf", "prl_fs", "fuse.blobfuse", "fuse.rclone"}
)
_LONGEST_LOG = 256 << 20
"""In bytes; the log shrinks when nobody reads what it still holds."""
_HEAD = "HeadRow"
"""The one table that is never without a row."""


def name() -> str:
    """`SQLite 3.53.4 in /srv/acme/operations.sqlite3`."""
    connection = connections[DEFAULT]
    connection.ensure_connection()
    version = ".".join(str(part) for part in connection.get_database_version())
    where = storage.place(connection.settings_dict)
    return f"SQLite {version} in {where}" if _is_file() else f"PostgreSQL {version}: {where}"


def copy_to(path: Path) -> None:
    """Write all that is committed into one SQLite file, as of one moment; writers go on meanwhile.

    The file is there whole or not at all. One that is there already is replaced.

    Raises:
        RevloopError: `database.disk_full` and its like, naming `path`.
    """
    with saying_what_to_do(path):
        half = half_made(path)
        half.unlink(missing_ok=True)
        begin_private(half)
    try:
        if _is_file():
            with connections[DEFAULT].cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(half)])
        else:
            with opened(half) as copy:
                tables.make_alike(DEFAULT, copy)
                tables.copy_all(DEFAULT, copy)
        failpoint("database.copy.before_rename")
        with saying_what_to_do(path):
            half.replace(path)
            sync_folder(path.parent)
    except BaseException as error:
        half.unlink(missing_ok=True)
        if isinstance(error, storage.StorageFailed):
            raise error.at(str(path)) from error
        raise


def restore_from(path: Path) -> None:
    """Fill this database, in which nothing was recorded yet, with what a copy holds.

    A copy that an older revloop made is brought up to date on the way. All of it or nothing; only
    sessions are left out, so that nobody is signed in by a copy.

    Raises:
        InvalidInput: `database.not_empty`; `database.copy_damaged` for a file that is no whole copy.
        RevloopError: `database.newer`, if a newer revloop made it; or what `storage` says.
    """
    _require_empty()
    with _brought_up_to_date(path) as copy:
        failpoint("database.restore.before_writing")
        if _is_file():
            connections[copy].connection.backup(connections[DEFAULT].connection)
        else:
            tables.copy_all(copy, DEFAULT)
    failpoint("database.restore.after_commit")


def holds(path: Path) -> bool:
    """Whether what is recorded here is what a copy holds, row for row."""
    with _brought_up_to_date(path) as copy:
        return tables.are_alike(copy, DEFAULT)


@contextmanager
def _brought_up_to_date(path: Path) -> Iterator[str]:
    """The name of a database like the copy, which itself stays as it is, and nobody is signed in."""
    place = Path(connections[DEFAULT].settings_dict["NAME"]).parent if _is_file() else None
    with (
        saying_what_to_do(path),
        tempfile.TemporaryDirectory(dir=place, prefix=".restoring-") as folder,
    ):
        own = Path(shutil.copyfile(path, Path(folder) / "copy.sqlite3"))
        _require_whole(own, path)
        with opened(own) as copy:
            schema.refuse_newer(copy)
            schema.migrate(copy)
            entering.end_all(copy)
            yield copy


def check() -> tuple[str, ...]:
    """What is wrong with the database, in sentences; empty if nothing is. Reads all of it."""
    parts: list[Callable[[], Iterator[str]]] = [_schema_problems, _ledger_problems]
    if _is_file():
        parts = [_file_problems, _place_problems, *parts]
    problems: list[str] = []
    for part in parts:
        try:
            problems.extend(part())
        except DatabaseError as error:
            problems.append(str(error))
    return tuple(dict.fromkeys(problems))


def network_file_system(path: Path, mounts: str) -> str | None:
    """The kind of network file system on which a path lies, by the text of /proc/self/mounts."""
    found, kind = "", ""
    for line in mounts.splitlines():
        _, where, this_kind, *_ = f"{line}   ".split(" ")
        where = where.replace("\\040", " ")
        if path.is_relative_to(where or "/none") and len(where) >= len(found):
            found, kind = where, this_kind
    return kind if kind in _OVER_A_NETWORK else None


def _is_file() -> bool:
    return connections[DEFAULT].vendor == "sqlite"


def _require_empty() -> None:
    for model in apps.get_models(include_auto_created=True):
        filled = ledger.count() > 0 if model.__name__ == _HEAD else _has_rows(model)
        if filled:
            raise InvalidInput(
                "database.not_empty",
                f"something was recorded in {storage.place(connections[DEFAULT].settings_dict)}",
                hint="restore into a new workspace",
            )


def _has_rows(model: type) -> bool:
    return bool(model._base_manager.exists())  # type: ignore[attr-defined] # noqa: SLF001


def _require_whole(own: Path, path: Path) -> None:
    try:
        with opened(own) as copy:
            with connections[copy].cursor() as cursor:
                cursor.execute("PRAGMA integrity_check")
                whole = cursor.fetchall() == [("ok",)]
            whole = whole and not schema.is_empty(copy)
    except DatabaseError:
        whole = False
    if not whole:
        raise InvalidInput(
            "database.copy_damaged",
            f"{path} is no whole copy of an operational database",
            hint="take another backup",
        )


def _file_problems() -> Iterator[str]:
    place = storage.place(connections[DEFAULT].settings_dict)
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(10)")
        for (said,) in cursor.fetchall():
            if said != "ok":
                yield f"{place} is damaged: {said}; restore a backup: revloop restore"
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, other, _ in cursor.fetchall():
            yield f"row {row} of {table} names a row of {other} that is not there"
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone() != ("wal",):
            yield f"{place} has no write-ahead log: its disk cannot share memory between programs"


def _place_problems() -> Iterator[str]:
    place = Path(connections[DEFAULT].settings_dict["NAME"])
    log = place.with_name(f"{place.name}-wal")
    if log.exists() and log.stat().st_size > _LONGEST_LOG:
        yield (
            f"{log} has grown to {log.stat().st_size >> 20} MiB: some program has been reading for "
            "very long; end it"
        )
    if _MOUNTS.exists():
        kind = network_file_system(place, _MOUNTS.read_text(encoding="utf-8", errors="replace"))
        if kind:
            yield (
                f"{place} lies on a network file system ({kind}), whose locks cannot be trusted: "
                "move the workspace to a local disk, or use PostgreSQL"
            )


def _schema_problems() -> Iterator[str]:
    try:
        schema.refuse_newer(DEFAULT)
    except RevloopError as error:
        yield f"{error.message}: {error.hint}"
    missing = schema.missing(DEFAULT)
    if missing:
        yield f"the database lacks changes of this version: {', '.join(missing)}"


def _ledger_problems() -> Iterator[str]:
    yield from ledger.verify()
