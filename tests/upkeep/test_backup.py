"""A backup is the whole workspace, and counts only when it was restored."""

from __future__ import annotations

import io
import tarfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from revloop import engine, intake, operations
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.folder import Folder
from revloop.operations.people import queries
from revloop.upkeep.backup import back_up, restore

from ..intake.shop import write

AT = datetime(2026, 3, 3, tzinfo=UTC)


def facts(folder: Folder) -> dict[str, list[dict[str, object]]]:
    with engine.open(folder.lake) as opened:
        return {
            kind: opened.arrow(opened.history(kind).order_by("source_id", "digest")).to_pylist()
            for kind in engine.Lake(folder.lake).kinds()
        }


def names() -> list[dict[str, object]]:
    return sorted(queries.contact_names().to_pylist(), key=lambda row: str(row["reference"]))


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def test_what_is_restored_is_what_there_was(filled: Folder, tmp_path: Path) -> None:
    before = facts(filled), names()
    done = back_up(filled, tmp_path / "acme.tar", at=AT)
    made = restore(done.file, tmp_path / "other" / "acme")

    assert done.facts == sum(engine.Lake(filled.lake).counts().values())
    assert (facts(made), names()) == before
    assert made.read_secret() == filled.read_secret()
    assert list(made.quarantine.glob("*.parquet"))
    assert not list(tmp_path.glob(".*")), "nothing half made is left"
    assert done.file.stat().st_mode & 0o077 == 0, "it holds names: only its owner may read it"


def test_a_restored_workspace_goes_on(filled: Folder, tmp_path: Path) -> None:
    made = restore(back_up(filled, tmp_path / "acme.tar", at=AT).file, tmp_path / "acme")
    again = intake.run(intake.Request(tmp_path / "in", "tester", AT), made)

    assert all(kind.added == 0 for kind in again.kinds.values())


def test_a_backup_waits_for_an_import_that_is_running(filled: Folder, tmp_path: Path) -> None:
    begun = threading.Event()
    path = write(tmp_path / "more", "9,dee@dot.example,Dot,2026-02-01,5")

    def run() -> None:
        request = intake.Request(path, "tester", AT, link=False)
        intake.run(request, filled, lambda *_: begun.set())
        operations.disconnect()

    running = threading.Thread(target=run)
    running.start()
    assert begun.wait(timeout=60)
    made = restore(back_up(filled, tmp_path / "acme.tar", at=AT).file, tmp_path / "acme")
    running.join()

    assert len(facts(made)["inquiry"]) == 4
    assert not list(made.imports.glob("*/state.json")), "it is whole, not half an import"


def test_nothing_is_written_over(filled: Folder, tmp_path: Path) -> None:
    done = back_up(filled, tmp_path / "acme.tar", at=AT)

    with pytest.raises(InvalidInput, match="already there"):
        back_up(filled, done.file, at=AT)
    with pytest.raises(InvalidInput, match="not empty"):
        restore(done.file, filled.path)
    operations.connect(filled)


def changed(file: Path, into: Path, name: str, content: bytes | None) -> Path:
    """The archive with one member replaced, or left out."""
    with tarfile.open(file) as old, tarfile.open(into, "w") as new:
        for member in old:
            data = old.extractfile(member)
            assert data is not None
            body = content if member.name == name else data.read()
            if body is not None:
                member.size = len(body)
                new.addfile(member, io.BytesIO(body))
    return into


@pytest.mark.parametrize("content", [b"0" * 64, None])
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    filled: Folder, tmp_path: Path, content: bytes | None
) -> None:
    done = back_up(filled, tmp_path / "acme.tar", at=AT)
    broken = changed(done.file, tmp_path / "broken.tar", "secret", content)

    with pytest.raises(RevloopError, match="damaged"):
        restore(broken, tmp_path / "new")
    assert not list(tmp_path.glob("*new*")), "nothing half made is left"


@pytest.mark.parametrize("name", ["../evil", "/evil", "lake/../../evil"])
def test_a_member_that_would_leave_the_folder_is_refused(
    filled: Folder, tmp_path: Path, name: str
) -> None:
    done = back_up(filled, tmp_path / "acme.tar", at=AT)
    with tarfile.open(done.file, "a") as archive:
        about = tarfile.TarInfo(name)
        about.size = 1
        archive.addfile(about, io.BytesIO(b"x"))

    with pytest.raises(RevloopError, match="damaged"):
        restore(done.file, tmp_path / "new")
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("content", [b"", b"hello", b"\0" * 2_000])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file.tar"
    file.write_bytes(content)

    with pytest.raises(RevloopError, match="damaged"):
        restore(file, tmp_path / "new")
