"""Disks that are full, that may only be read, and files that are cut off: a sentence, and no harm."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from .conftest import Place, Places

FIRST = ("init", "import_first")
COMMANDS = ("import", "status", "backup", "doctor")


@pytest.fixture
def database() -> str:
    """The files of a workspace are in question here, and the database is one of them."""
    return "sqlite"


class Commands:
    """The commands of a person, on one workspace."""

    def __init__(self, places: Places, place: Place, elsewhere: Path) -> None:
        self.places = places
        self.place = place
        exports = elsewhere / "exports"
        exports.mkdir()
        line = "7,gil@gem.example,Gem,2026-02-02,7"
        (exports / "leads.csv").write_text(f"id,email,company,day,amount\n{line}\n")
        self.arguments = {
            "import": ["import", str(exports), "--no-link"],
            "status": ["status"],
            "backup": ["backup", str(elsewhere / "acme.tar")],
            "doctor": ["doctor"],
        }

    def run(self, name: str, *, program: str = "command") -> dict[str, Any]:
        ended = self.places.warm.run(program, self.place, *self.arguments[name])
        assert ended.code == 0, ended.said
        said: dict[str, Any] = ended.said
        return said

    def refused(self, name: str, *words: str, program: str = "command") -> None:
        """The command ends with a sentence that holds these words, and with what to do."""
        ended = self.run(name, program=program)
        said = ended["out"] + ended["err"]
        assert ended["code"] == 1, said
        assert "Traceback" not in said
        for word in words:
            assert word in said, said
        if name != "doctor":
            error, hint = ended["err"].strip().splitlines()[-2:]
            assert error.startswith("error ")
            assert hint.startswith("      ")

    def go_on(self) -> None:
        """Once the cause is gone, everything works, and nothing is missing or there twice."""
        for name in ("import", "doctor"):
            ended = self.run(name)
            assert ended["code"] == 0, ended["out"] + ended["err"]
        assert '"inquiry": 4' in self.run_json()

    def run_json(self) -> str:
        ended = self.places.warm.run("command", self.place, "status", "--json")
        return str(ended.said["out"])


@pytest.fixture
def commands(places: Places, tmp_path: Path) -> Commands:
    return Commands(places, places.copy(FIRST, tmp_path / "here"), tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip(
            "NEITHER A FULL NOR A READ-ONLY DISK IS TESTED HERE: this user may not mount one"
        )
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)  # noqa: S607


@pytest.fixture
def on_small_disk(places: Places, small_disk: Path, tmp_path: Path) -> Commands:
    place = places.copy(FIRST, small_disk / "here")
    return Commands(places, place, tmp_path)


@pytest.mark.slow
def test_a_full_disk_is_a_sentence_and_the_same_command_goes_on(
    on_small_disk: Commands, small_disk: Path
) -> None:
    on_small_disk.arguments["backup"][1] = str(small_disk / "acme.tar")
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - 40_000))

    on_small_disk.refused("import", str(small_disk), "full")
    on_small_disk.refused("backup", str(small_disk), "full")
    on_small_disk.refused("doctor", "make room")
    assert on_small_disk.run("status")["code"] == 0
    assert {each.name for each in small_disk.iterdir()} == {"ballast", "here"}

    ballast.unlink()
    subprocess.run(["mount", "-o", "remount,size=32m", str(small_disk)], check=True)  # noqa: S607
    on_small_disk.go_on()


@pytest.mark.slow
def test_a_disk_that_may_only_be_read_is_a_sentence(
    on_small_disk: Commands, small_disk: Path
) -> None:
    subprocess.run(["mount", "-o", "remount,size=32m,ro", str(small_disk)], check=True)  # noqa: S607

    for name in ("import", "backup"):
        on_small_disk.refused(name, str(small_disk))
    assert "Traceback" not in str(on_small_disk.run("doctor"))
    assert not (small_disk.parent / "acme.tar").exists()

    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)  # noqa: S607
    on_small_disk.go_on()


@pytest.mark.slow
def test_a_limit_on_the_size_of_files_is_a_sentence(commands: Commands) -> None:
    for name in ("import", "backup"):
        commands.refused(name, str(commands.place.workspace.parent.parent), program="limited")

    commands.go_on()


@pytest.mark.slow
@pytest.mark.parametrize("what", ["log entry", "checkpoint"])
def test_a_table_whose_log_is_cut_off_is_named_and_left_alone(
    commands: Commands, tmp_path: Path, what: str
) -> None:
    log = commands.place.workspace / "lake" / "touch" / "_delta_log"
    if what == "checkpoint":
        DeltaTable(log.parent).create_checkpoint()
    broken = max(log.glob("*.json" if what == "log entry" else "*.checkpoint.parquet"))
    whole = broken.read_bytes()
    broken.write_bytes(whole[:60])

    for name in COMMANDS:
        commands.refused(name, str(broken), "backup" if what == "log entry" else "delete this file")
    assert not (tmp_path / "acme.tar").exists()

    broken.write_bytes(whole)
    commands.go_on()


@pytest.mark.slow
@pytest.mark.parametrize("left", ["half", "nothing", "no file"])
def test_a_database_that_is_damaged_or_gone_is_named_and_no_new_one_takes_its_place(
    commands: Commands, tmp_path: Path, left: str
) -> None:
    file = commands.place.workspace / "operations.sqlite3"
    whole = file.read_bytes()
    if left == "no file":
        file.unlink()
    else:
        file.write_bytes(whole[: len(whole) // 2 if left == "half" else 0])

    for name in COMMANDS:
        commands.refused(name, str(file), "revloop restore")
    ended = commands.places.warm.run("init", commands.place)
    assert ended.code == 1, "a new database would know nobody"
    assert not (tmp_path / "acme.tar").exists()
    assert file.exists() == (left != "no file")

    file.write_bytes(whole)
    commands.go_on()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["secret", "revloop.toml"])
def test_a_file_of_the_workspace_that_is_gone_is_named(commands: Commands, name: str) -> None:
    file = commands.place.workspace / name
    whole = file.read_bytes()
    file.write_bytes(b"\xff")

    for command in ("import", "doctor"):
        ended = commands.run(command)
        said = ended["out"] + ended["err"]
        assert ended["code"] in {1, 2}
        assert str(file) in said, said
        assert "Traceback" not in said

    file.write_bytes(whole)
    commands.go_on()
