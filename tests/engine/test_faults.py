"""Killed, locked out or out of disk: what was acknowledged is there once, and nothing is half."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from revloop import engine
from revloop.kit.failpoints import EXIT_CODE

from . import writing
from .staging import Company, on, touch

BATCHES = 4
SECONDS = 600

AT_AN_APPEND = (
    "lake.append.files_written",
    "lake.append.keys_committed",
    "lake.append.committed",
)
AT_A_COMPACTION = ("lake.compact.file_written", "lake.compact.committed")
AT_A_VACUUM = ("lake.vacuum.begun", "lake.vacuum.done")


def run(company: Company, *what: object, failpoint: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(company, *what),
        env={**os.environ, "REVLOOP_FAILPOINT": failpoint},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def _command(company: Company, *what: object) -> list[str]:
    lake, temp = company.lake.path, company.place / "temp"
    return [sys.executable, writing.__file__, str(lake), str(temp), *map(str, what)]


def acknowledged(out: str) -> set[int]:
    return {int(line.split()[1]) for line in out.splitlines() if line.startswith("stored")}


def expect_whole(company: Company, batches: int) -> None:
    """Every batch is there once: its nine touches, and what it said of the one before."""
    expected = {
        f"{number}-{each}": "ad" for number in range(batches) for each in range(writing.ROWS - 1)
    }
    assert company.lake.check() == []
    assert company.lake.counts() == {"touch": len(expected)}
    found = {row["source_id"]: row["channel"] for row in company.rows("touch")}
    assert set(found) == set(expected)
    with engine.open(company.lake.path) as facts:
        history = facts.arrow(facts.history("touch").select("source_id", "channel")).to_pylist()
    said = sorted((row["source_id"], row["channel"]) for row in history)
    corrections = [(f"{max(each - 1, 0)}-0", f"said in {each}") for each in range(batches)]
    assert said == sorted([*expected.items(), *corrections])


@pytest.mark.slow
@pytest.mark.parametrize("times", range(1, BATCHES))
@pytest.mark.parametrize("failpoint", AT_AN_APPEND)
def test_an_append_killed_at_any_step_is_finished_by_the_next_try(
    company: Company, failpoint: str, times: int
) -> None:
    killed = run(company, "append", 0, BATCHES, failpoint=f"{failpoint}:{times}")
    assert killed.returncode == EXIT_CODE, killed.stderr
    assert acknowledged(killed.stdout) == set(range(times - 1))
    assert company.lake.check() == []

    again = run(company, "append", 0, BATCHES)

    assert again.returncode == 0, again.stderr
    expect_whole(company, BATCHES)
    in_the_lake = "already" in again.stdout.splitlines()[times - 1]
    assert in_the_lake == (failpoint == "lake.append.committed")


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", [*AT_A_COMPACTION, *AT_A_VACUUM])
def test_a_compaction_or_a_vacuum_killed_at_any_step_changes_no_fact(
    company: Company, failpoint: str
) -> None:
    what = failpoint.split(".")[1]
    run(company, "append", 0, BATCHES)
    if what == "vacuum":
        run(company, "compact")

    killed = run(company, what, failpoint=failpoint)
    assert killed.returncode == EXIT_CODE, killed.stderr
    expect_whole(company, BATCHES)

    for step in ("compact", "vacuum"):
        assert run(company, step).returncode == 0
    expect_whole(company, BATCHES)
    assert len(company.files("touch")) == 2  # first and again; what was left behind is gone


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_killed_at_random_instants_nothing_acknowledged_is_lost_or_doubled(
    company: Company, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - instants of death
    known: set[int] = set()
    for _ in range(3):
        child = subprocess.Popen(
            _command(company, "append", 0, BATCHES),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        time.sleep(draw.uniform(0.5, 2.5))
        child.kill()
        out, _ = child.communicate()
        known |= acknowledged(out)

        assert company.lake.check() == []
        stored = {row["source_id"].split("-")[0] for row in company.rows("touch")}
        assert {str(each) for each in known} <= stored
    assert run(company, "append", 0, BATCHES).returncode == 0
    expect_whole(company, BATCHES)


@pytest.mark.slow
def test_two_processes_write_at_once_while_a_third_compacts(company: Company) -> None:
    """Each appends its own batches; the lock lets one write at a time."""
    run(company, "append", 0, 1)
    writers = [
        subprocess.Popen(
            [
                *_command(company, "append", first, last)[:3],
                str(temp),
                "append",
                str(first),
                str(last),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for first, last, temp in (
            (1, 4, company.place / "one"),
            (4, 7, company.place / "other"),
        )
    ]
    with engine.open(company.lake.path) as facts:
        table = facts["touch"]
        while any(each.poll() is None for each in writers):
            assert run(company, "compact").returncode == 0
            assert facts.arrow(table).num_rows == writing.ROWS - 1
    for each in writers:
        each.communicate()
        assert each.returncode == 0

    expect_whole(company, 7)


def test_a_limit_on_the_size_of_files_is_told_apart_from_a_full_disk(company: Company) -> None:
    run(company, "append", 0, 2)

    ended = run(company, "too large", 2, 3, 2_500)

    code, message, hint = ended.stdout.splitlines()
    assert (ended.returncode, code) == (1, "lake.cannot_write")
    assert str(company.lake.path) in message
    assert "beyond the limit" in message
    assert "ulimit" in hint
    expect_whole(company, 2)
    assert run(company, "append", 0, 3).returncode == 0
    expect_whole(company, 3)


@pytest.mark.slow
def test_a_disk_that_fills_up_loses_nothing_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with _small_disk(tmp_path, "300k") as disk:
        company = Company(disk)
        company.place = tmp_path  # only the lake is on the small disk
        filled = run(company, "append", 0, 100)
        known = len(acknowledged(filled.stdout))

        code, message, _ = filled.stdout.splitlines()[known:]
        assert code == "lake.cannot_write"
        assert str(disk) in message
        assert "disk is full" in message
        assert known > 2
        expect_whole(company, known)
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)  # noqa: S607
        assert run(company, "append", 0, known + 2).returncode == 0
        expect_whole(company, known + 2)


@contextmanager
def _small_disk(place: Path, size: str) -> Iterator[Path]:
    disk = place / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("A FULL DISK IS NOT TESTED HERE: this user may not mount one")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)  # noqa: S607


AS_NOBODY = """
import os, sys
sys.path.insert(0, sys.argv.pop(1))
import deltalake, duckdb, ibis, pyarrow.parquet
ibis.duckdb
import writing
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
sys.exit(writing.main())
"""


def test_a_lake_that_may_not_be_written_is_named_with_its_cure() -> None:
    place = Path(tempfile.mkdtemp())
    try:
        place.chmod(0o755)
        company = Company(place)
        company.append("touch", touch("1", contact_id="crm:1"))
        temp = place / "temp"
        temp.chmod(0o777)
        if os.geteuid() != 0:
            for folder in (company.lake.path, *company.lake.path.rglob("*")):
                folder.chmod(0o555 if folder.is_dir() else 0o444)
        program = str(Path(writing.__file__).parent)
        asked = [program, str(company.lake.path), str(temp), "append", "0", "1"]
        ended = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, *asked],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

        code, message, hint = ended.stdout.splitlines()
        assert code == "lake.cannot_write"
        assert str(company.lake.path) in message
        assert "may not write" in message
        assert "make the folder writable" in hint
        assert len(company.rows("touch")) == 1
    finally:
        _writable_again(place)
        shutil.rmtree(place)


def _writable_again(place: Path) -> None:
    for folder in (place, *place.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o755)


def test_a_failed_append_takes_its_files_with_it(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.append("touch", touch("1", contact_id="crm:1"))
    before = sorted(company.lake.path.rglob("*.parquet"))

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("revloop.engine.append._sort_out", interrupted)
        with pytest.raises(KeyboardInterrupt):
            company.append("touch", touch("2", contact_id="crm:2"))

    assert sorted(company.lake.path.rglob("*.parquet")) == before
    assert company.append("touch", touch("2", contact_id="crm:2"), at=on(7, 1)).added == 1
