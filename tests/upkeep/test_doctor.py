"""What is wrong with a workspace is found, and said with its cure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from revloop import engine
from revloop.kit.folder import Folder
from revloop.operations.ledger import actions as ledger
from revloop.operations.ledger import queries
from revloop.operations.people import actions
from revloop.operations.queue import actions as queue
from revloop.operations.queue.jobs import TIMER
from revloop.upkeep import doctor

from .test_backup import AT

EXAMPLES = Path(__file__).parents[2] / "examples" / "agreements"


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def problems(folder: Folder) -> dict[str, tuple[str, ...]]:
    return {each.about: each.problems for each in doctor.examine(folder, now=AT) if each.problems}


def test_a_sound_workspace_has_nothing_wrong_and_each_check_says_what_it_saw(
    filled: Folder,
) -> None:
    findings = [each for each in doctor.examine(filled, now=AT) if each.about != "disk"]

    assert {each.about: each.problems for each in findings if each.problems} == {}
    assert all(each.says for each in findings)


def test_facts_that_the_ledger_knows_and_the_lake_lacks_are_missed(filled: Folder) -> None:
    shutil.rmtree(filled.lake / "inquiry")

    [said] = problems(filled)["lake against operations"]
    assert str(filled.lake / "inquiry") in said
    assert "holds 0 facts, and the ledger has 3" in said
    assert "restore a backup" in said


def test_facts_of_an_import_that_was_undone_are_not_missed(filled: Folder) -> None:
    lake = engine.Lake(filled.lake)
    [finished] = queries.entries(kind="import.finished")
    before = lake.counts()
    with lake.writer() as writer:
        writer.undo(finished.subject, at=AT)

    assert {kind: n for kind, n in lake.counts().items() if n} != before
    assert "lake against operations" not in problems(filled)


def test_a_decision_that_the_lake_does_not_know_is_told(filled: Folder) -> None:
    actions.merge("shop:1", "shop:2", actor="kim", at=AT, reason="she told me")

    [said] = problems(filled)["lake against operations"]
    assert "have not reached the lake" in said


def test_a_signed_agreement_that_was_changed_is_told(filled: Folder) -> None:
    source = (EXAMPLES / "acme-revenue-1.0.0.yaml").read_bytes()
    signed = {"marketing": "Maria Lopez", "sales": "Sam Lee"}
    at = datetime(2025, 12, 15, tzinfo=UTC)
    adopted = ledger.adopt(
        source,
        file_name="draft.yaml",
        signed_by=signed,
        at=at,
        actor="lee",
        agreements=filled.agreements,
    )
    assert "ledger" not in problems(filled)
    adopted.file.chmod(0o644)
    adopted.file.write_bytes(source.replace(b"downloads >= 1", b"downloads >= 2"))

    [said] = problems(filled)["ledger"]
    assert str(adopted.file) in said
    assert "the signed text differs" in said


def test_little_room_on_the_disk_is_told(filled: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as the system's own
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 91, 9))

    [said] = problems(filled)["disk"]
    assert "9%" in said
    assert "make room" in said


def test_a_secret_that_others_can_read_is_told(filled: Folder) -> None:
    filled.secret.chmod(0o644)

    [said] = problems(filled)["settings"]
    assert f"chmod 600 {filled.secret}" in said


def test_an_import_that_was_not_finished_is_told(filled: Folder) -> None:
    (filled.imports / "20260303T090000-abcdef01").mkdir()
    (filled.imports / "20260303T090000-abcdef01" / "state.json").write_text("{}")

    [said] = problems(filled)["imports"]
    assert "run the same revloop import again" in said


AFFECTED = """
import sys, pysqlite3
pysqlite3.sqlite_version_info = (3, 40, 1)
from revloop.cli import main
sys.argv = ["revloop", "doctor", "--workspace", sys.argv[1]]
main()
"""


def test_an_sqlite_that_may_lose_writes_is_told(filled: Folder) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    ended = subprocess.run(
        [sys.executable, "-c", AFFECTED, str(filled.path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "may lose acknowledged writes: install the build" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_jobs_that_were_set_aside_and_jobs_that_nobody_does_are_told(filled: Folder) -> None:
    hour = timedelta(hours=1)
    queue.enqueue("import", actor="kim", at=AT - 100 * hour)
    held = queue.take(owner="one", at=AT)
    assert held is not None
    queue.set_aside(held, at=AT, why="no such column")
    queue.enqueue("import", actor="kim", at=AT - hour)
    queue.enqueue("tend_lake", actor="revloop", at=AT - 99 * hour, key=TIMER)
    queue.enqueue("publish", actor="kim", at=AT - 99 * hour)

    dead, waits = problems(filled)["background work"]
    assert "set aside: 1, the last one import: no such column" in dead
    assert "(import) has been due since" in waits
    assert "revloop work" in waits
