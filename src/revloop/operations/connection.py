"""This process works on a workspace: its database is there, reachable, and of this version."""

from __future__ import annotations

import os
import time
from importlib.util import find_spec
from pathlib import Path

from revloop.kit.errors import InvalidInput, NotAvailable, RevloopError
from revloop.kit.files import saying_what_to_do
from revloop.kit.folder import Folder

_SETTINGS = "revloop.settings"
_CONNECTED = "CONNECTED"
"""A key of our own among Django's settings of a database: it was looked at and is up to date."""


def connect(folder: Folder, *, database_url: str | None = None, create: bool = False) -> None:
    """See `operations.connect`."""
    load_django()
    from django.db import connections  # noqa: PLC0415 - only once Django is loaded

    from revloop.operations.pointing import DEFAULT, point  # noqa: PLC0415
    from revloop.settings import database  # noqa: PLC0415

    url = database_url or os.environ.get("DATABASE_URL")
    wanted = {**database(folder, url), _CONNECTED: True}
    here = connections[DEFAULT]
    if all(here.settings_dict.get(key) == value for key, value in wanted.items()):
        return
    if here.in_atomic_block:
        raise RevloopError(
            "database.in_transaction",
            "a transaction is open: another workspace cannot be connected inside it",
            hint="end the transaction first",
        )
    if url:
        _require_psycopg()
    else:
        _require_file(folder, create=create)
    before = connections.settings[DEFAULT]
    point(DEFAULT, wanted)
    try:
        _bring_up_to_date(folder, create=create)
    except BaseException:
        point(DEFAULT, before)
        raise


def disconnect() -> None:
    """See `operations.disconnect`."""
    load_django()
    from django.db import connection  # noqa: PLC0415

    connection.close()


def load_django() -> None:
    """Make the tables importable; `connect` does it first."""
    import django  # noqa: PLC0415
    from django.apps import apps  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    if not apps.ready:
        if not settings.configured:
            os.environ["DJANGO_SETTINGS_MODULE"] = _SETTINGS
            # A notebook runs every cell inside an event loop, and waits for its answer all the same.
            os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        zone = os.environ.get("TZ")
        django.setup(set_prefix=False)
        _put_back_time_zone(zone)
    if not apps.is_installed("revloop.operations.ledger"):
        raise RevloopError(
            "database.other_django",
            "this process already runs Django for something else",
            hint="use revloop in a process of its own",
        )


def _put_back_time_zone(zone: str | None) -> None:
    """Django makes UTC the local time of the whole process, which is not ours alone."""
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    if hasattr(time, "tzset"):
        time.tzset()


def _require_psycopg() -> None:
    if find_spec("psycopg") is None:
        raise NotAvailable(
            "database.no_postgresql",
            "PostgreSQL needs a driver that is not installed",
            hint="pip install 'revloop[postgres]'",
        )


def _require_file(folder: Folder, *, create: bool) -> None:
    from revloop.operations.pointing import begin_private  # noqa: PLC0415

    with saying_what_to_do(folder.path):
        if folder.operations.exists():
            return
        if not create or _has_facts(folder):
            raise _no_database(folder, folder.path, folder.operations)
        folder.path.mkdir(parents=True, exist_ok=True)
        begin_private(folder.operations)


def _has_facts(folder: Folder) -> bool:
    """Whether it was a workspace before: a new database would know nothing of its people."""
    return folder.lake.is_dir() and any(each.name[0] != "." for each in folder.lake.iterdir())


def _no_database(folder: Folder, place: Path | str, missing: Path | str) -> RevloopError:
    if _has_facts(folder):
        return RevloopError(
            "database.gone",
            f"{folder.path} holds facts, and its database is gone: nothing is in {missing}",
            hint="put it back, or restore a backup into a new folder: revloop restore FILE FOLDER",
        )
    return InvalidInput(
        "database.missing",
        f"there is no workspace at {place}",
        hint="make one: revloop init PATH; or name another: --workspace PATH",
    )


def _bring_up_to_date(folder: Folder, *, create: bool) -> None:
    from django.db import connection  # noqa: PLC0415

    from revloop.operations import schema, storage  # noqa: PLC0415
    from revloop.operations.pointing import DEFAULT  # noqa: PLC0415

    connection.ensure_connection()
    connection.check_database_version_supported()
    schema.refuse_newer(DEFAULT)
    if not schema.missing(DEFAULT):
        return
    with schema.turn(DEFAULT):
        missing = schema.missing(DEFAULT)
        if not missing:
            return
        if not schema.is_empty(DEFAULT):
            _copy_before(missing, folder)
        elif not create or _has_facts(folder):
            place = storage.place(connection.settings_dict)
            raise _no_database(folder, place, place)
        schema.migrate(DEFAULT)


def _copy_before(missing: tuple[str, ...], folder: Folder) -> None:
    """Keep the database as it is before changes, unless somebody else applies them meanwhile."""
    from revloop.operations import database, schema  # noqa: PLC0415
    from revloop.operations.pointing import DEFAULT  # noqa: PLC0415

    backups = folder.path / "backups"
    copy = backups / f"operations-before-{missing[0].replace(' ', '-')}.sqlite3"
    own = copy.with_name(f".{copy.name}.{os.getpid()}")
    with saying_what_to_do(backups):
        backups.mkdir(parents=True, exist_ok=True)
        database.copy_to(own)
        if schema.missing(DEFAULT) == missing:
            own.replace(copy)
        else:
            own.unlink()
