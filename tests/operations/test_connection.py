from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from revloop import operations, settings
from revloop.kit.errors import InvalidInput, NotAvailable, RevloopError
from revloop.kit.folder import Folder
from revloop.operations import database
from revloop.operations.ledger import actions, queries

from . import children

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FOLDER = Folder(Path("/srv/acme"))


def append(subject: str) -> None:
    actions.append("person.merged", subject, actor="lee", at=AT)


def subjects() -> list[str]:
    return [each.subject for each in queries.entries()]


@pytest.fixture
def on_sqlite(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    yield
    operations.disconnect()


# The settings


def test_a_workspace_without_a_url_is_the_sqlite_file_of_its_folder() -> None:
    found = settings.database(FOLDER)

    assert found["NAME"] == "/srv/acme/operations.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_url_is_read_with_every_sign_of_its_password() -> None:
    url = "postgres://lee%40acme:p%40ss%2Fw%3A%23%25rd@db.acme.com:5433/acme?sslmode=verify-full"

    found = settings.database(FOLDER, url)

    assert (found["USER"], found["PASSWORD"]) == ("lee@acme", "p@ss/w:#%rd")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.acme.com", "5433", "acme")
    assert found["OPTIONS"]["sslmode"] == "verify-full"


def test_a_url_may_leave_the_server_to_its_usual_place() -> None:
    found = settings.database(FOLDER, "postgresql:///acme?host=/var/run/postgresql")

    assert (found["USER"], found["HOST"], found["PORT"]) == ("", "", "")
    assert found["OPTIONS"]["host"] == "/var/run/postgresql"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://lee:secret@host/acme",
        "host/acme",
        "postgres://lee:secret@host",
        "postgres://lee:secret@host/",
        "postgres://lee:secret@host/acme/two",
        "postgres://lee:secret@host:port/acme",
        "postgres://lee:sec/ret@host/acme",
        "postgres://lee:sec#ret@host/acme",
        "postgres://lee:sec?ret@host/acme",
        "postgres://lee:secret@[host/acme",
        "postgres://lee:secret@host/acme?sslmode",
        "postgres://lee:secret@host/acme?mode=x",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        settings.database(FOLDER, url)

    said = f"{refused.value.message} {refused.value.hint}"
    assert refused.value.code == "database.url"
    assert "percent-encoded" in said
    assert not any(part in said for part in ("secret", "sec/", "sec#", "sec?"))


@pytest.mark.parametrize(
    ("version", "loses"),
    [
        ("3.6.23", False),
        ("3.7.0", True),
        ("3.40.1", True),
        ("3.51.2", True),
        ("3.51.3", False),
        ("3.53.4", False),
    ],
)
def test_an_sqlite_that_may_lose_writes_is_known(version: str, *, loses: bool) -> None:
    assert settings.loses_writes(tuple(int(part) for part in version.split("."))) is loses


def test_a_process_with_such_an_sqlite_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    old = SimpleNamespace(sqlite_version_info=(3, 40, 1), sqlite_version="3.40.1")
    monkeypatch.setattr(settings, "import_module", lambda _: old)

    with pytest.raises(RevloopError, match=r"SQLite 3\.40\.1 may lose acknowledged writes"):
        settings._take_the_place_of_sqlite3()


@pytest.mark.usefixtures("on_sqlite")
def test_django_works_with_the_sqlite_that_we_chose(tmp_path: Path) -> None:
    operations.connect(Folder(tmp_path), create=True)
    with connection.cursor() as cursor:
        found = []
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete"):
            cursor.execute(f"PRAGMA {name}")
            found.append(cursor.fetchone()[0])

    assert type(connection.connection).__module__.startswith("pysqlite3")
    assert found == ["wal", 2, 1, 1]


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.skipif(sys.platform == "win32", reason="files have other rights there")
def test_only_the_owner_may_read_the_database_and_its_copies(tmp_path: Path) -> None:
    operations.connect(Folder(tmp_path), create=True)
    append("1")
    database.copy_to(tmp_path / "copy.sqlite3")

    rights = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}

    assert rights == dict.fromkeys(
        (
            "operations.sqlite3",
            "operations.sqlite3-wal",
            "operations.sqlite3-shm",
            "copy.sqlite3",
        ),
        0o600,
    )


# Which workspace


@pytest.mark.usefixtures("on_sqlite")
def test_a_workspace_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "acme")

    with pytest.raises(InvalidInput) as refused:
        operations.connect(folder)

    assert refused.value.code == "database.missing"
    assert str(folder.path) in refused.value.message
    assert not folder.path.exists()


@pytest.mark.usefixtures("on_sqlite")
def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for create in (True, False):
        with pytest.raises(RevloopError) as refused:
            operations.connect(Folder(tmp_path / "file" / "acme"), create=create)
        assert str(tmp_path / "file" / "acme") in refused.value.message


def test_an_empty_server_database_is_no_workspace_either(
    empty_postgresql: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="no workspace at the PostgreSQL database"):
        operations.connect(Folder(tmp_path), database_url=empty_postgresql)

    operations.connect(Folder(tmp_path), database_url=empty_postgresql, create=True)
    assert database.check() == ()


@pytest.mark.usefixtures("on_sqlite")
def test_a_notebook_may_open_two_workspaces_by_turns(tmp_path: Path) -> None:
    one, other = Folder(tmp_path / "one"), Folder(tmp_path / "other")
    operations.connect(one, create=True)
    append("in one")
    operations.connect(other, create=True)
    append("in the other")

    operations.connect(one)
    assert subjects() == ["in one"]
    operations.connect(other)
    assert subjects() == ["in the other"]


@pytest.mark.usefixtures("on_sqlite")
def test_a_transaction_is_not_carried_into_another_workspace(tmp_path: Path) -> None:
    one, other = Folder(tmp_path / "one"), Folder(tmp_path / "other")
    operations.connect(other, create=True)
    operations.connect(one, create=True)

    with transaction.atomic():
        append("in one")
        operations.connect(one)
        with pytest.raises(RevloopError) as refused:
            operations.connect(other)

    assert refused.value.code == "database.in_transaction"
    assert subjects() == ["in one"]


@pytest.mark.usefixtures("on_sqlite")
def test_a_thread_stays_where_it_works_and_a_new_one_begins_at_the_latest(tmp_path: Path) -> None:
    one, other = Folder(tmp_path / "one"), Folder(tmp_path / "other")
    found: dict[str, list[str]] = {}
    go_on = threading.Event()
    working = threading.Event()

    def first() -> None:
        append("first")
        working.set()
        go_on.wait(timeout=20)
        found["first"] = subjects()
        operations.disconnect()

    def second() -> None:
        append("second")
        found["second"] = subjects()
        operations.disconnect()

    operations.connect(one, create=True)
    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    working.wait(timeout=20)
    operations.connect(other, create=True)
    threads[1].start()
    threads[1].join()
    go_on.set()
    threads[0].join()

    assert found == {"first": ["first"], "second": ["second"]}


@pytest.mark.usefixtures("on_sqlite")
def test_after_a_refusal_the_workspace_before_is_still_connected(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "one")
    operations.connect(folder, create=True)
    append("1")

    with pytest.raises(RevloopError) as refused:
        operations.connect(folder, database_url="postgres://lee:secret@127.0.0.1:1/acme")

    assert refused.value.code == "database.no_server"
    assert "acme at 127.0.0.1:1" in refused.value.message
    assert "secret" not in refused.value.message
    assert subjects() == ["1"]


def test_without_the_driver_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("revloop.operations.connection.find_spec", lambda _: None)

    with pytest.raises(NotAvailable) as refused:
        operations.connect(Folder(tmp_path), database_url="postgres://lee@127.0.0.1/acme")

    assert refused.value.hint == "pip install 'revloop[postgres]'"


def test_an_old_server_is_refused(
    empty_postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = importlib.import_module("revloop.operations.postgresql.base").DatabaseWrapper
    monkeypatch.setattr(backend, "get_database_version", lambda _: (14, 9))

    with pytest.raises(RevloopError, match=r"is PostgreSQL 14\.9") as refused:
        operations.connect(Folder(tmp_path), database_url=empty_postgresql, create=True)

    assert refused.value.code == "database.too_old"


# A process that is not ours alone


@pytest.mark.usefixtures("on_sqlite")
def test_a_cell_of_a_notebook_runs_inside_an_event_loop(tmp_path: Path) -> None:
    async def cell() -> list[str]:
        operations.connect(Folder(tmp_path), create=True)
        append("1")
        found = subjects()
        operations.disconnect()
        return found

    assert asyncio.run(cell()) == ["1"]


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process is fixed here")
def test_the_local_time_of_the_process_stays_as_it_was(tmp_path: Path) -> None:
    operations.connect(Folder(tmp_path), create=True)
    program = "import time; print(time.strftime('%z', time.localtime(0)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{children.CONNECT}{program}", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TZ": "Asia/Tokyo"},
    )

    assert done.stdout == "+0900\n"


def test_a_process_that_runs_another_django_is_refused(tmp_path: Path) -> None:
    program = (
        "from django.conf import settings; settings.configure(); import django; django.setup()\n"
        "import sys; from pathlib import Path; from revloop import operations\n"
        "from revloop.kit.folder import Folder\n"
        "operations.connect(Folder(Path(sys.argv[1])), create=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert "this process already runs Django for something else" in done.stderr


# Upgrades

_NEXT = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Later",
            fields=[("id", models.BigAutoField(primary_key=True)), ("said", models.TextField())],
        ),
        migrations.RunPython(lambda apps, _: fill(apps), migrations.RunPython.noop),
    ]

def fill(apps):
    from revloop.kit.failpoints import failpoint
    failpoint("test.migration")
    apps.get_model("ledger", "Later").objects.create(said="it was there")
"""
_UPGRADING = """
import sys
from pathlib import Path
from revloop import operations
from revloop.kit.folder import Folder
from revloop.operations.connection import load_django

load_django()
from django.conf import settings
sys.path.insert(0, sys.argv[2])
settings.MIGRATION_MODULES = {"ledger": "next_release"}
operations.connect(Folder(Path(sys.argv[1])))
print("upgraded")
"""


@pytest.fixture
def next_release(tmp_path: Path) -> Path:
    """The migrations of a later revloop, which has one more."""
    package = tmp_path / "later" / "next_release"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    first = Path(actions.__file__).parent / "migrations" / "0001_initial.py"
    (package / "0001_initial.py").write_text(first.read_text())
    (package / "0002_later.py").write_text(_NEXT)
    return package.parent


def upgrade(workspace: Folder, release: Path, killed_at: str = "") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", _UPGRADING, str(workspace.path), str(release)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "REVLOOP_FAILPOINT": killed_at},
    )
    return done.returncode, done.stdout, done.stderr


def test_an_older_database_is_copied_and_brought_up_to_date(
    workspace: Folder, next_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append("1")
    operations.disconnect()

    assert upgrade(workspace, next_release)[1] == "upgraded\n"
    assert upgrade(workspace, next_release)[1] == "upgraded\n"

    (copy,) = (workspace.path / "backups").iterdir()
    assert copy.name == "operations-before-ledger-0002_later.sqlite3"
    assert subjects() == ["1"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM ledger_later")
        assert cursor.fetchall() == [("it was there",)]
    monkeypatch.delenv("DATABASE_URL", raising=False)
    operations.connect(Folder(tmp_path / "restored"), create=True)
    database.restore_from(copy)
    assert subjects() == ["1"]
    assert database.check() == ()


def test_a_killed_upgrade_leaves_the_old_tables_and_can_be_repeated(
    workspace: Folder, next_release: Path
) -> None:
    append("1")
    operations.disconnect()

    code, out, _ = upgrade(workspace, next_release, "test.migration")

    assert (code, out) == (9, "")
    assert database.check() == ()
    operations.disconnect()
    assert upgrade(workspace, next_release)[1] == "upgraded\n"
    assert subjects() == ["1"]


def test_two_who_upgrade_at_once_do_it_once(workspace: Folder, next_release: Path) -> None:
    operations.disconnect()
    results: list[tuple[int, str, str]] = []
    threads = [
        threading.Thread(target=lambda: results.append(upgrade(workspace, next_release)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [out for _, out, _ in results] == ["upgraded\n"] * 3, results
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_later")
        assert cursor.fetchone() == (1,)


def test_a_newer_database_is_refused_with_the_way_out(
    workspace: Folder, next_release: Path
) -> None:
    operations.disconnect()
    upgrade(workspace, next_release)

    _, said = children.start("", workspace.path).communicate(timeout=60)

    assert "a newer revloop wrote this database: ledger 0002_later is not known here" in said
    (problem,) = database.check()
    assert "pip install --upgrade revloop" in problem


@pytest.mark.usefixtures("on_sqlite")
def test_a_copy_of_a_newer_revloop_is_refused(next_release: Path, tmp_path: Path) -> None:
    newer = Folder(tmp_path / "newer")
    operations.connect(newer, create=True)
    upgrade(newer, next_release)
    database.copy_to(tmp_path / "copy.sqlite3")
    operations.connect(Folder(tmp_path / "restored"), create=True)

    with pytest.raises(RevloopError) as refused:
        database.restore_from(tmp_path / "copy.sqlite3")

    assert refused.value.code == "database.newer"
    assert database.check() == ()
