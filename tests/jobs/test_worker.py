"""The loop: what is due is done once, and whatever happens to it is said and gone on with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from django.db import connection

from revloop import jobs
from revloop.jobs.handlers import HANDLERS
from revloop.jobs.work import Done, Kind, Work
from revloop.jobs.worker import Ran, Worker
from revloop.kit import clock
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.folder import Folder
from revloop.operations.ledger import actions as ledger
from revloop.operations.ledger import queries as entries
from revloop.operations.queue import actions, queries, rules
from revloop.operations.queue.jobs import Job, Progress, State

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PATIENCE = 30
Do = Callable[[Work], Done]


def drain(
    folder: Folder,
    do: Do,
    *,
    at: datetime = AT,
    until: Event | None = None,
    every: timedelta | None = None,
) -> list[Ran]:
    """Do what is due of the kind `greet`, at a moment at which the clock stands still."""
    handlers = {"greet": Kind(do, every=every)}
    worker = Worker(folder, until or Event(), handlers=handlers, now=lambda: at)
    return list(worker.drain())


def enqueue(kind: str = "greet") -> int:
    return actions.enqueue(kind, {"to": 1}, actor="kim", at=AT)


def raising(error: Exception) -> Do:
    def do(_: Work) -> Done:
        raise error

    return do


def test_what_is_due_is_done_and_its_result_is_kept(workspace: Folder) -> None:
    number = enqueue()
    late = AT + timedelta(days=3)

    [ran] = drain(workspace, lambda work: Done({"greeted": work.job.payload["to"]}), at=late)

    assert (ran.number, ran.became, ran.late_by) == (number, "done", timedelta(days=3))
    job = queries.job(number)
    assert (job.state, dict(job.result), job.finished_at) == (State.DONE, {"greeted": 1}, late)


def test_what_is_written_together_with_the_end_is_written_once(workspace: Folder) -> None:
    """And if it cannot be written, the job has not ended."""
    enqueue()
    times: list[int] = []

    def write() -> None:
        ledger.append("test.greeted", "1", actor="kim", at=AT)
        times.append(len(times))
        if len(times) == 1:
            raise RevloopError("test.full", "no room")

    [ran] = drain(workspace, lambda _: Done(together_with=write))
    assert (ran.became, entries.count()) == ("waiting", 0)

    [ran] = drain(workspace, lambda _: Done(together_with=write), at=AT + rules.wait(1))
    assert (ran.became, entries.count()) == ("done", 1)


def test_what_fails_is_tried_again_later_and_set_aside_in_the_end(workspace: Folder) -> None:
    number = enqueue()
    broken = raising(RevloopError("test.away", "nobody is there", hint="wait"))
    now = AT
    for _ in range(rules.MOST_TRIES):
        [ran] = drain(workspace, broken, at=now)
        now = queries.job(number).run_at

    job = queries.job(number)
    assert (ran.became, job.state) == ("dead", State.DEAD)
    assert job.error == "nobody is there (wait)"


def test_an_error_that_is_not_ours_is_kept_by_its_name_alone(
    workspace: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    """Its message may name a person."""
    number = enqueue()
    drain(workspace, raising(ValueError("ann@acme.example")))

    assert queries.job(number).error.startswith("ValueError:")
    assert "ann@" not in queries.job(number).error


def test_what_no_further_try_would_mend_is_set_aside_at_once(workspace: Folder) -> None:
    refused, unknown = enqueue(), enqueue("from the future")
    drain(workspace, raising(InvalidInput("test.no", "no such column", hint="name another")))

    assert queries.job(refused).state is State.DEAD
    assert queries.job(unknown).state is State.DEAD
    assert "does not know" in queries.job(unknown).error


def test_somebody_else_in_the_way_costs_no_try(workspace: Folder) -> None:
    number = enqueue()
    [ran] = drain(workspace, raising(RevloopError("lake.busy", "somebody imports")))

    job = queries.job(number)
    assert (ran.became, job.tries, job.error) == ("waiting", 0, "somebody imports")
    assert job.run_at > AT


def test_a_worker_that_has_to_stop_hands_back_what_it_holds(workspace: Folder) -> None:
    number, other = enqueue(), enqueue()
    until = Event()

    def do(work: Work) -> Done:
        until.set()
        work.say("reading", 1, 2)
        raise AssertionError("it goes on")

    [ran] = drain(workspace, do, until=until)

    job = queries.job(number)
    assert (ran.became, job.state, job.tries, job.run_at) == ("waiting", State.WAITING, 0, AT)
    assert queries.job(other).started_at is None


def test_a_second_interruption_hands_back_too(workspace: Folder) -> None:
    number = enqueue()

    def do(_: Work) -> Done:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drain(workspace, do)
    assert queries.job(number).state is State.WAITING


def test_a_long_job_is_kept_and_says_how_far_it_is(workspace: Folder) -> None:
    number = enqueue()
    lease = timedelta(seconds=2)

    def do(work: Work) -> Done:
        work.say("reading", 1, 3)
        first = queries.job(number)
        assert first.started_at is not None
        begun = monotonic()
        while monotonic() < begun + 1.5 * lease.total_seconds():
            assert actions.take(owner="another", at=clock.now()) is None
            sleep(0.05)
        assert queries.job(number).progress == Progress("reading", 1, 3)
        return Done()

    worker = Worker(workspace, Event(), handlers={"greet": Kind(do)}, lease=lease)
    assert [each.became for each in worker.drain()] == ["done"]


def test_who_has_lost_a_job_learns_it_where_it_says_how_far_it_is(workspace: Folder) -> None:
    """The keeper renews in vain; nothing that the worker says afterwards is written."""
    number = enqueue()
    effects: list[str] = []

    def do(work: Work) -> Done:
        stolen = actions.take(owner="another", at=work.at + timedelta(days=1))
        assert stolen is not None
        actions.finish(stolen, at=AT, result={"by": "another"})
        give_up = monotonic() + PATIENCE
        while monotonic() < give_up:
            work.say(f"still reading {monotonic()}", 0, 0)
            sleep(0.05)
        return Done(together_with=lambda: effects.append("twice"))

    [ran] = drain(workspace, do)

    assert ran.became == "lost"
    assert effects == []
    assert dict(queries.job(number).result) == {"by": "another"}


def test_a_timer_is_set_once_and_again_after_each_run(workspace: Folder) -> None:
    hour = timedelta(hours=1)
    times: list[datetime] = []

    def do(work: Work) -> Done:
        times.append(work.at)
        return Done({"n": len(times)})

    for at in (AT, AT + hour / 2, AT + hour, AT + 60 * 24 * hour):
        drain(workspace, do, at=at, every=hour)

    assert times == [AT, AT + hour, AT + 60 * 24 * hour]  # and not once for each hour missed
    [timer] = queries.jobs()
    assert (timer.state, timer.run_at) == (State.WAITING, times[-1] + hour)
    assert dict(timer.result) == {"n": 3}


def test_a_timer_that_was_set_aside_is_set_again_when_it_is_next_due(workspace: Folder) -> None:
    hour = timedelta(hours=1)
    drain(workspace, raising(InvalidInput("test.no", "no")), every=hour)
    assert queries.counts() == {State.DEAD: 1}

    assert drain(workspace, lambda _: Done(), at=AT + hour / 2, every=hour) == []
    [ran] = drain(workspace, lambda _: Done(), at=AT + hour, every=hour)
    assert ran.became == "done"


def test_what_may_follow_and_fails_leaves_the_job_done(workspace: Folder) -> None:
    number = enqueue()

    def fail() -> None:
        raise OSError("no such file")

    drain(workspace, lambda _: Done(afterwards=fail))
    assert queries.job(number).state is State.DONE


def test_a_thread_works_beside_the_web_on_sqlite_and_none_on_a_server(
    workspace: Folder, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, "greet", Kind(lambda _: Done({"greeted": True})))
    now = clock.now()
    with jobs.beside(workspace):
        number = actions.enqueue("greet", actor="kim", at=now)
        if database_kind == "sqlite":
            assert ended(number).state is State.DONE
    if database_kind == "postgresql":
        assert queries.job(number).started_at is None
    assert all(each.state is not State.RUNNING for each in queries.jobs())


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_server_that_went_away_and_came_back_finds_its_worker(
    workspace: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, "greet", Kind(lambda _: Done()))
    monkeypatch.setattr("revloop.jobs.worker._AFTER_AN_ERROR_SECONDS", 0.1)
    until = Event()
    thread = Thread(target=jobs.run, args=(workspace, until), daemon=True)
    thread.start()
    try:
        assert ended(actions.enqueue("greet", actor="kim", at=clock.now())).state is State.DONE
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1
        assert ended(actions.enqueue("greet", actor="kim", at=clock.now())).state is State.DONE
    finally:
        until.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def ended(number: int) -> Job:
    give_up = monotonic() + PATIENCE
    while monotonic() < give_up:
        job = queries.job(number)
        if not job.is_open:
            return job
        sleep(0.02)
    raise AssertionError("nobody did it")
