from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

from revloop import operations
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.folder import Folder
from revloop.operations import database
from revloop.operations.ledger import actions, queries
from revloop.operations.ledger.chain import Happened

from . import children

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def append(subject: str) -> None:
    actions.append("person.merged", subject, actor="lee", at=AT)


def subjects() -> list[str]:
    return [each.subject for each in queries.entries()]


# A copy


def test_a_copy_is_one_sqlite_file_that_needs_no_other(workspace: Folder, tmp_path: Path) -> None:
    append("1")
    copy = tmp_path / "copy.sqlite3"

    database.copy_to(copy)
    append("2")

    with sqlite3.connect(copy) as reader:
        assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert reader.execute("SELECT subject FROM ledger_entry").fetchall() == [("1",)]
    reader.close()
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["copy.sqlite3"]
    assert subjects() == ["1", "2"]


def test_a_copy_replaces_an_older_one_whole(workspace: Folder, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    database.copy_to(copy)
    append("1")
    database.copy_to(copy)

    reader = sqlite3.connect(copy)
    assert reader.execute("SELECT count(*) FROM ledger_entry").fetchone() == (1,)
    reader.close()


def test_a_copy_that_cannot_be_written_names_its_place(workspace: Folder, tmp_path: Path) -> None:
    copy = tmp_path / "no such folder" / "copy.sqlite3"

    with pytest.raises(RevloopError) as refused:
        database.copy_to(copy)

    assert str(copy.parent) in refused.value.message
    assert refused.value.hint
    append("1")
    assert database.check() == ()


def test_a_copy_is_restored_into_an_empty_database(
    workspace: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.append_many(
        Happened("person.merged", str(each), "lee", AT, {"why": ["ü", 1.5]}) for each in range(300)
    )
    written = list(queries.entries())
    copy = tmp_path / "copy.sqlite3"
    database.copy_to(copy)

    with pytest.raises(InvalidInput) as refused:
        database.restore_from(copy)
    assert refused.value.code == "database.not_empty"

    monkeypatch.delenv("DATABASE_URL", raising=False)
    operations.connect(Folder(tmp_path / "second"), create=True)
    database.restore_from(copy)

    assert list(queries.entries()) == written
    assert database.check() == ()
    append("after")
    assert database.check() == ()


def test_a_workspace_moves_between_the_databases(
    empty_postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    file, back = Folder(tmp_path / "file"), Folder(tmp_path / "back")
    operations.connect(file, create=True)
    actions.append_many(Happened("person.merged", str(each), "lee", AT) for each in range(300))
    written = list(queries.entries())
    database.copy_to(tmp_path / "there.sqlite3")

    operations.connect(file, database_url=empty_postgresql, create=True)
    assert connection.vendor == "postgresql"
    database.restore_from(tmp_path / "there.sqlite3")
    assert list(queries.entries()) == written
    assert database.check() == ()
    append("on PostgreSQL")
    database.copy_to(tmp_path / "back.sqlite3")

    operations.connect(back, create=True)
    database.restore_from(tmp_path / "back.sqlite3")
    assert list(queries.entries())[:-1] == written
    assert subjects()[-1] == "on PostgreSQL"
    assert database.check() == ()


def test_what_is_no_whole_copy_is_refused(
    workspace: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "copy.sqlite3"
    append("1")
    database.copy_to(whole)
    content = whole.read_bytes()
    monkeypatch.delenv("DATABASE_URL", raising=False)
    operations.connect(Folder(tmp_path / "second"), create=True)
    broken = {
        "empty": b"",
        "text": b"no database at all, but long enough to be looked at" * 100,
        "half": content[: len(content) // 2],
        "torn": content[:4096] + bytes(4096) + content[8192:],
    }

    for name, damaged in broken.items():
        file = tmp_path / name
        file.write_bytes(damaged)
        with pytest.raises(InvalidInput) as refused:
            database.restore_from(file)
        assert refused.value.code == "database.copy_damaged", name
        assert str(file) in refused.value.message
    with pytest.raises(RevloopError, match="no such file"):
        database.restore_from(tmp_path / "missing")


@pytest.mark.parametrize("point", ["database.copy.before_rename", "database.tables.between:2"])
def test_a_killed_copy_leaves_the_one_before(workspace: Folder, tmp_path: Path, point: str) -> None:
    append("1")
    copy = tmp_path / "copy.sqlite3"
    database.copy_to(copy)
    append("2")
    program = """
from revloop.operations import database
database.copy_to(workspace.path.parent / "copy.sqlite3")
print("done")
"""

    code, out = children.run(program, workspace.path, killed_at=point)

    copies_tables = connection.vendor == "postgresql" or "copy" in point
    assert (code, out) == ((9, "") if copies_tables else (0, "done\n"))
    reader = sqlite3.connect(copy)
    found = reader.execute("SELECT count(*) FROM ledger_entry").fetchone()[0]
    reader.close()
    assert found == (1 if copies_tables else 2)
    assert database.check() == ()


@pytest.mark.parametrize(
    ("point", "there"),
    [
        ("database.restore.before_writing", 0),
        ("database.tables.between:2", 0),
        ("database.restore.after_commit", 1),
    ],
)
def test_a_killed_restore_is_whole_or_not_there_and_can_be_repeated(
    workspace: Folder, tmp_path: Path, point: str, there: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite" and "tables" in point:
        there = 1  # the file is copied as a whole
    url = os.environ.get("DATABASE_URL")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    operations.connect(Folder(tmp_path / "source"), create=True)
    append("1")
    database.copy_to(tmp_path / "copy.sqlite3")
    if url:
        monkeypatch.setenv("DATABASE_URL", url)
    operations.connect(workspace)
    program = """
from revloop.operations import database
database.restore_from(workspace.path.parent / "copy.sqlite3")
"""

    children.run(program, workspace.path, killed_at=point)

    assert database.check() == ()
    assert queries.count() == there
    if not there:
        database.restore_from(tmp_path / "copy.sqlite3")
    assert subjects() == ["1"]
    assert database.check() == ()


# Nothing but Django opens the live file

_WRITER = """
import os
import shutil
from revloop.operations import database
from revloop.operations.ledger import actions

at = datetime(2026, 3, 1, tzinfo=UTC)
actions.append("person.merged", "first", actor="lee", at=at)
{touch}
print("ready", flush=True)
sys.stdin.readline()
for number in range(10):
    actions.append("person.merged", str(number), actor="lee", at=at)
    print(number, flush=True)
os._exit(9)
"""
_ANOTHER_READER = """
import sqlite3, sys
reader = sqlite3.connect(sys.argv[1])
print(reader.execute("SELECT count(*) FROM ledger_entry").fetchone()[0])
reader.close()
"""


def counted_by_the_systems_sqlite(file: Path) -> int:
    """Another program with another SQLite, which checkpoints and clears the log as it leaves."""
    done = subprocess.run(
        [sys.executable, "-c", _ANOTHER_READER, str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def entries_after_a_touch(tmp_path: Path, touch: str) -> int:
    """How many of eleven confirmed entries are there, if the writing process touched its file."""
    workspace = Folder(tmp_path / "workspace")
    operations.connect(workspace, create=True)
    operations.disconnect()
    writer = children.start(_WRITER.format(touch=touch), workspace.path)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    assert counted_by_the_systems_sqlite(workspace.operations) == 1
    out, err = writer.communicate("go on\n", timeout=120)
    assert out.split() == [str(number) for number in range(10)], err
    return counted_by_the_systems_sqlite(workspace.operations)


@pytest.fixture
def on_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize(
    "touch",
    [
        "pass",
        "database.copy_to(workspace.path / 'copy.sqlite3')",
        "database.check()",
        "database.name()",
        "operations.disconnect()",
        (
            "operations.connect(Folder(workspace.path / 'second'), create=True)\n"
            "database.copy_to(workspace.path / 'copy.sqlite3')\n"
            "operations.connect(workspace)"
        ),
    ],
)
def test_nothing_that_we_do_lets_confirmed_entries_vanish(tmp_path: Path, touch: str) -> None:
    assert entries_after_a_touch(tmp_path, touch) == 11


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.skipif(sys.platform != "linux", reason="locks of files differ elsewhere")
def test_a_plain_copy_of_the_live_file_would_lose_them(tmp_path: Path) -> None:
    """Why only Django opens it; with a new SQLite in the other program the same goes well."""
    version = subprocess.run(
        [sys.executable, "-c", "import sqlite3; print(sqlite3.sqlite_version)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if tuple(int(part) for part in version.split(".")) >= (3, 51, 3):
        pytest.skip(f"the system's SQLite is {version.strip()}, with which nothing is lost")

    assert entries_after_a_touch(tmp_path, "shutil.copy(workspace.operations, '/dev/null')") == 1


# What is wrong with it


def test_a_sound_database_has_no_problems(workspace: Folder) -> None:
    append("1")

    assert database.check() == ()
    assert ("SQLite" if connection.vendor == "sqlite" else "PostgreSQL") in database.name()


def test_a_broken_ledger_is_told(workspace: Folder) -> None:
    append("1")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_head SET sequence = 2")

    (problem,) = database.check()
    assert problem == "the ledger ends with entry 1, but 2 were written"


@pytest.mark.usefixtures("on_sqlite")
def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    workspace = Folder(tmp_path / "workspace")
    operations.connect(workspace, create=True)
    actions.append_many(Happened("person.merged", str(each), "lee", AT) for each in range(5_000))
    operations.disconnect()
    content = bytearray(workspace.operations.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = bytes(4096)
    damaged = Folder(tmp_path / "damaged")
    damaged.path.mkdir()
    damaged.operations.write_bytes(content)

    operations.connect(damaged)
    problems = database.check()

    assert problems
    assert all(str(damaged.operations) in each or "ledger" in each for each in problems)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/acme", None),
        ("/mnt/team/acme", "nfs4"),
        ("/mnt/team", "nfs4"),
        ("/mnt/team-local/acme", None),
        ("/mnt/my share/acme", "cifs"),
        ("/mnt/team/disk/acme", None),
    ],
)
def test_a_network_file_system_is_found(path: str, kind: str | None) -> None:
    mounts = (
        "/dev/vda / ext4 rw 0 0\n"
        "server:/export /mnt/team nfs4 rw 0 0\n"
        "//server/share /mnt/my\\040share cifs rw 0 0\n"
        "/dev/vdb /mnt/team/disk xfs rw 0 0\n"
    )

    assert database.network_file_system(Path(path), mounts) == kind


# Faults


@pytest.mark.usefixtures("on_sqlite")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    workspace = Folder(tmp_path / "workspace")
    operations.connect(workspace, create=True)
    operations.disconnect()
    program = """
import os
from revloop.kit.errors import RevloopError
from revloop.operations.ledger import actions

if os.geteuid() == 0:  # who may write everywhere
    os.setegid(65534)
    os.seteuid(65534)
try:
    operations.connect(Folder(workspace.path.parent / "workspace"))
    actions.append("person.merged", "1", actor="lee", at=datetime(2026, 3, 1, tzinfo=UTC))
except RevloopError as error:
    print(error.code, error.message, error.hint, sep="|")
"""
    other = Folder(tmp_path / "other")
    operations.connect(other, create=True)
    operations.disconnect()
    for each in (tmp_path, *tmp_path.parents):
        if each.is_relative_to(tempfile.gettempdir()) and each != Path(tempfile.gettempdir()):
            each.chmod(0o755)
    workspace.operations.chmod(0o444)
    workspace.path.chmod(0o555)
    _, out = children.run(program, other.path)
    workspace.path.chmod(0o755)

    code, message, hint = out.split("|")
    assert code in {"database.read_only", "database.cannot_open"}
    assert str(workspace.operations) in message
    assert hint


@pytest.mark.usefixtures("on_sqlite")
def test_a_full_disk_is_a_sentence_and_harms_nothing(tmp_path: Path) -> None:
    workspace = Folder(tmp_path / "workspace")
    operations.connect(workspace, create=True)
    append("1")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")

    with pytest.raises(RevloopError) as refused:
        actions.append_many(Happened("person.merged", str(n), "lee", AT) for n in range(5_000))

    assert refused.value.code == "database.disk_full"
    assert str(workspace.operations) in refused.value.message
    operations.disconnect()
    assert subjects() == ["1"]
    append("2")
    assert database.check() == ()


def test_a_lock_that_is_held_for_long_is_a_sentence(
    workspace: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = children.start(
        """
from django.db import transaction
from revloop.operations.ledger import actions
with transaction.atomic():
    actions.append("person.merged", "1", actor="lee", at=datetime(2026, 3, 1, tzinfo=UTC))
    print("held", flush=True)
    sys.stdin.readline()
""",
        workspace.path,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    wait = {"sqlite": "PRAGMA busy_timeout=100", "postgresql": "SET lock_timeout='100ms'"}
    with connection.cursor() as cursor:
        cursor.execute(wait[connection.vendor])

    with pytest.raises(RevloopError) as refused:
        append("2")

    assert refused.value.code == "database.locked"
    assert refused.value.hint
    holder.communicate("go on\n", timeout=60)
    append("3")
    assert subjects() == ["1", "3"]


def test_threads_take_turns(workspace: Folder) -> None:
    """Sixteen of them in one process: everybody writes, and nobody is told that it is locked."""
    failures: list[BaseException] = []

    def work(name: int) -> None:
        try:
            for number in range(10):
                with transaction.atomic():
                    append(f"{name} {number}")
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)
        finally:
            operations.disconnect()

    threads = [threading.Thread(target=work, args=(name,)) for name in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert queries.count() == 160
    assert queries.verify() == ()


@pytest.mark.usefixtures("on_sqlite")
def test_a_turn_is_passed_on_however_a_transaction_ends(tmp_path: Path) -> None:
    operations.connect(Folder(tmp_path / "workspace"), create=True)

    for ending in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(ending), transaction.atomic():
            raise ending
    with transaction.atomic():
        connection.close()

    def write() -> None:
        append("1")
        operations.disconnect()

    worker = threading.Thread(target=write)
    worker.start()
    worker.join(timeout=20)

    assert not worker.is_alive()
    assert subjects() == ["1"]
