"""Two worker processes at one server, of which one is stopped, woken, or killed."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from revloop.kit.folder import Folder
from revloop.operations.ledger import queries as entries
from revloop.operations.queue import actions, queries
from revloop.operations.queue.jobs import State

from ..operations.children import start

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PATIENCE = 60
WORKER = """
import time
from datetime import timedelta
from threading import Event
from revloop.jobs.work import Done, Kind
from revloop.jobs.worker import Worker
from revloop.operations.ledger import actions as ledger

def effect(work):
    # The end is written down where it is decided, and the beginning wherever it was tried.
    print("begun", work.job.number, flush=True)
    time.sleep({seconds})
    at, number = work.at, str(work.job.number)
    return Done(together_with=lambda: ledger.append("test.effect", number, actor="kim", at=at))

worker = Worker(
    workspace, Event(), handlers={{"effect": Kind(effect)}}, lease=timedelta(seconds={lease})
)
for ran in worker.drain():
    print(ran.became, ran.number, flush=True)
"""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def begin(workspace: Folder) -> Iterator[Start]:
    """Worker processes; none outlives the test."""
    begun: list[subprocess.Popen[str]] = []

    def begin(*, seconds: float, lease: float) -> subprocess.Popen[str]:
        begun.append(start(WORKER.format(seconds=seconds, lease=lease), workspace.path))
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


def enqueue(count: int) -> list[int]:
    return [actions.enqueue("effect", actor="kim", at=AT) for _ in range(count)]


def effects() -> Counter[str]:
    return Counter(each.subject for each in entries.entries(kind="test.effect"))


def line(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


def until(happened: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < give_up, "it never happened"
        time.sleep(0.02)


def test_what_a_stopped_worker_held_is_done_by_the_other_and_its_own_end_is_refused(
    workspace: Folder, begin: Start
) -> None:
    [number] = enqueue(1)
    stale = begin(seconds=0.5, lease=1)
    assert line(stale) == ["begun", str(number)]
    stale.send_signal(signal.SIGSTOP)
    until(lambda: queries.is_due(datetime.now(UTC)))  # noqa: TID251 - the worker's own clock

    other = begin(seconds=0, lease=60)
    out, _ = other.communicate(timeout=PATIENCE)
    assert out.split("\n")[:2] == [f"begun {number}", f"done {number}"]

    stale.send_signal(signal.SIGCONT)
    out, _ = stale.communicate(timeout=PATIENCE)
    assert out.split() == ["lost", str(number)]
    assert effects() == {str(number): 1}


def test_two_workers_do_each_of_many_jobs_once_though_one_is_killed_again_and_again(
    workspace: Folder, begin: Start
) -> None:
    numbers = enqueue(60)
    steady = begin(seconds=0.02, lease=1)
    for _ in range(3):
        killed = begin(seconds=0.02, lease=1)
        line(killed)
        line(killed)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
    steady.communicate(timeout=PATIENCE)
    until(lambda: begin_and_end(begin) and queries.counts() == {State.DONE: len(numbers)})

    assert effects() == {str(number): 1 for number in numbers}


def begin_and_end(begin: Start) -> bool:
    begin(seconds=0, lease=1).communicate(timeout=PATIENCE)
    return True
