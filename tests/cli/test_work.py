"""`revloop work` as a process: it says what became of jobs, and ends when it is told to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from revloop import operations
from revloop.kit import clock, folder
from revloop.operations.connection import load_django

from .running import environment, revloop

load_django()
from revloop.operations.queue import actions, queries  # noqa: E402 - its tables need Django first
from revloop.operations.queue.jobs import State  # noqa: E402

PATIENCE = 30


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = folder.create(tmp_path / "acme", company="Acme")
    operations.connect(made, create=True)
    return made.path


def said(acme: Path, *arguments: str) -> Any:
    ended = revloop(*arguments, "--json", "-w", str(acme))
    return json.loads(ended.out)


def test_a_job_that_was_set_aside_is_seen_revived_and_cancelled(acme: Path) -> None:
    number = actions.enqueue("no such kind", actor="kim", at=clock.now())

    once = revloop("work", "--once", "-w", str(acme))
    assert once.code == 1
    assert "does not know" in once.out

    [dead] = said(acme, "jobs", "list", "--state", "dead")["jobs"]
    assert (dead["number"], dead["kind"], dead["actor"]) == (number, "no such kind", "kim")
    assert said(acme, "jobs", "retry", str(number), "--as", "lee")["job"]["state"] == "waiting"
    assert said(acme, "jobs", "cancel", str(number), "--as", "lee")["job"]["state"] == "cancelled"
    assert "no such kind" in revloop("jobs", "list", "-w", str(acme)).out


def test_once_does_what_is_due_and_the_next_time_nothing_is(acme: Path) -> None:
    first = said(acme, "work", "--once")["jobs"]
    assert {each["became"] for each in first} == {"done"}
    assert said(acme, "work", "--once")["jobs"] == []


@pytest.mark.parametrize("ends", [signal.SIGTERM, signal.SIGINT])
def test_it_works_until_it_is_told_to_stop_and_holds_nothing_then(acme: Path, ends: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "revloop", "work", "-w", str(acme)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        give_up = time.monotonic() + PATIENCE
        while not all(each.finished_at for each in queries.jobs()) or not queries.jobs():
            assert time.monotonic() < give_up, "its timers do not run"
            time.sleep(0.05)
        process.send_signal(ends)
        _, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()

    assert process.returncode == 0
    assert err.strip().endswith("Stopped.")
    assert {each.state for each in queries.jobs()} == {State.WAITING}
