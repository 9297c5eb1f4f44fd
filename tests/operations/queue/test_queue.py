"""Background work: there when its change is, done once, never lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from revloop.kit.errors import RevloopError
from revloop.kit.folder import Folder
from revloop.operations.ledger import actions as ledger
from revloop.operations.ledger import queries as entries
from revloop.operations.queue import actions, bell, queries, rules
from revloop.operations.queue.jobs import TIMER, Held, Progress, State

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Broken(Exception):
    """What ends a transaction."""


def enqueue(kind: str = "greet", key: str = "", run_at: datetime = AT) -> int:
    return actions.enqueue(kind, {"to": 1}, actor="kim", at=AT, key=key, run_at=run_at)


def take(at: datetime = AT, owner: str = "one") -> Held:
    held = actions.take(owner=owner, at=at)
    assert held is not None
    return held


def test_a_job_is_there_exactly_when_its_change_is(workspace: Folder) -> None:
    def change(*, breaks: bool) -> int:
        with transaction.atomic():
            ledger.append("test.happened", "1", actor="kim", at=AT)
            number = enqueue()
            if breaks:
                raise Broken
            return number

    with pytest.raises(Broken):
        change(breaks=True)
    assert queries.jobs() == ()
    assert entries.count() == 0

    number = change(breaks=False)
    assert [each.number for each in queries.jobs()] == [number]
    assert entries.count() == 1


def test_the_worker_of_this_process_is_woken_by_a_commit_and_not_before(workspace: Folder) -> None:
    with transaction.atomic():
        enqueue()
        heard = bell.times()
    assert bell.times() == heard + 1


def test_one_key_is_one_job_while_it_waits_or_runs(workspace: Folder) -> None:
    first = enqueue(key="import/1")
    assert enqueue(key="import/1") == first
    assert enqueue(kind="other", key="import/1") != first
    held = take()
    assert held.job.number == first
    assert enqueue(key="import/1") == first

    actions.finish(held, at=AT)
    actions.finish(take(), at=AT)
    assert enqueue(key="import/1") != first


def test_what_is_asked_for_while_it_runs_is_run_once_more(workspace: Folder) -> None:
    """It may have read already what has changed since."""
    number = enqueue(key="publish")
    held = take()
    for _ in range(3):
        enqueue(key="publish")

    actions.finish(held, at=AT + MINUTE)
    job = queries.job(number)
    assert (job.state, job.run_at) == (State.WAITING, AT + MINUTE)
    actions.finish(take(AT + MINUTE), at=AT + MINUTE)
    assert queries.job(number).state is State.DONE


def test_what_waits_for_another_try_is_not_asked_for_twice(workspace: Folder) -> None:
    number = enqueue(key="publish")
    actions.fail(take(), at=AT, why="no answer")
    assert enqueue(key="publish") == number
    assert queries.job(number).run_at == AT + rules.wait(1)


def test_jobs_without_a_key_are_as_many_as_were_asked_for(workspace: Folder) -> None:
    assert enqueue() != enqueue()


def test_the_oldest_that_is_due_is_taken_first_and_what_is_not_due_never(
    workspace: Folder,
) -> None:
    later = enqueue(run_at=AT + MINUTE)
    oldest = enqueue(run_at=AT - MINUTE)
    due = enqueue()

    assert take().job.number == oldest
    assert take().job.number == due
    assert actions.take(owner="one", at=AT) is None
    assert queries.overdue(AT) is None
    waits = queries.overdue(AT + MINUTE)
    assert waits is not None
    assert take(AT + MINUTE).job.number == waits.number == later


def test_a_thousand_overdue_timers_run_once_each_oldest_first_and_say_how_late(
    workspace: Folder,
) -> None:
    with transaction.atomic():
        for n in range(1000):
            enqueue(key=str(n), run_at=AT + timedelta(seconds=n * 613 % 1000))
    now = AT + timedelta(days=60)

    ran = []
    while held := actions.take(owner="one", at=now):
        ran.append(held.job)
        actions.finish(held, at=now)

    assert [each.run_at for each in ran] == [AT + timedelta(seconds=n) for n in range(1000)]
    assert all(each.late_by == now - each.run_at for each in ran)
    assert queries.counts() == {State.DONE: 1000}


def test_who_slept_past_the_lease_is_refused_whatever_it_writes(workspace: Folder) -> None:
    number = enqueue()
    stale = take()
    late = AT + rules.LEASE
    held = take(late, "two")
    assert (held.job.number, held.fence) == (number, stale.fence + 1)

    effects: list[str] = []
    for write in (
        lambda: actions.renew(stale, at=late),
        lambda: actions.finish(stale, at=late, together_with=lambda: effects.append("stale")),
        lambda: actions.fail(stale, at=late, why="slept"),
        lambda: actions.hand_back(stale, run_at=late),
        lambda: actions.set_aside(stale, at=late, why="slept"),
    ):
        with pytest.raises(RevloopError) as refused:
            write()
        assert refused.value.code == "job.lost"
    assert queries.job(number).state is State.RUNNING

    actions.finish(held, at=late, together_with=lambda: effects.append("held"))
    with pytest.raises(RevloopError):
        actions.finish(held, at=late, together_with=lambda: effects.append("again"))
    assert effects == ["held"]


def test_a_hold_that_is_renewed_is_not_taken(workspace: Folder) -> None:
    enqueue()
    held = take()
    actions.renew(held, at=AT + MINUTE, progress=Progress("reading", 3, 10))

    assert actions.take(owner="two", at=AT + rules.LEASE) is None
    assert queries.job(held.job.number).progress == Progress("reading", 3, 10)


def test_what_is_done_together_with_finishing_is_done_or_undone_with_it(
    workspace: Folder,
) -> None:
    number = enqueue()
    held = take()

    def half() -> None:
        ledger.append("test.happened", "1", actor="kim", at=AT)
        raise Broken

    with pytest.raises(Broken):
        actions.finish(held, at=AT, together_with=half)
    assert queries.job(number).state is State.RUNNING
    assert entries.count() == 0


def test_a_job_that_fails_waits_longer_each_time_and_is_set_aside_in_the_end(
    workspace: Folder,
) -> None:
    number = enqueue()
    now, waits = AT, []
    for _ in range(rules.MOST_TRIES - 1):
        assert actions.fail(take(now), at=now, why="no answer\nfrom there") is State.WAITING
        job = queries.job(number)
        assert job.error == "no answer from there"
        waits.append(job.run_at - now)
        assert actions.take(owner="one", at=job.run_at - timedelta(seconds=1)) is None
        now = job.run_at

    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=10)
    assert waits[-1] == timedelta(hours=1)
    assert actions.fail(take(now), at=now, why="no answer") is State.DEAD
    assert actions.take(owner="one", at=now + timedelta(days=9)) is None


def test_a_job_that_ends_its_worker_each_time_is_set_aside_too(workspace: Folder) -> None:
    number = enqueue()
    now = AT
    for _ in range(rules.MOST_TRIES):
        take(now)  # and is killed
        now += rules.LEASE
    assert actions.take(owner="one", at=now) is None

    job = queries.job(number)
    assert job.state is State.DEAD
    assert "ended while it ran" in job.error


def test_what_was_handed_back_costs_no_try(workspace: Folder) -> None:
    number = enqueue()
    for _ in range(3 * rules.MOST_TRIES):
        actions.hand_back(take(), run_at=AT)

    job = queries.job(number)
    assert (job.state, job.tries) == (State.WAITING, 0)


def test_a_dead_job_is_revived_by_a_person_and_the_ledger_says_by_whom(workspace: Folder) -> None:
    number = enqueue(key="import/1")
    actions.set_aside(take(), at=AT, why="no such file")

    revived = actions.retry(number, actor="lee", at=AT + MINUTE)
    assert (revived.state, revived.tries) == (State.WAITING, 0)
    assert take(AT + MINUTE).job.number == number
    said = [(each.kind, each.subject, each.actor) for each in entries.entries()]
    assert said == [("job.retried", str(number), "lee")]


def test_only_a_dead_job_is_revived_and_only_while_no_other_does_the_same(
    workspace: Folder,
) -> None:
    number = enqueue(key="import/1")
    refused(lambda: actions.retry(number, actor="lee", at=AT), "job.not_dead")
    refused(lambda: actions.retry(number + 1, actor="lee", at=AT), "job.unknown")

    actions.set_aside(take(), at=AT, why="no such file")
    enqueue(key="import/1")
    refused(lambda: actions.retry(number, actor="lee", at=AT), "job.same_is_open")
    assert queries.job(number).state is State.DEAD
    assert entries.count() == 0


def test_only_what_nobody_works_on_is_cancelled(workspace: Folder) -> None:
    number = enqueue()
    held = take()
    refused(lambda: actions.cancel(number, actor="lee", at=AT), "job.not_waiting")
    actions.hand_back(held, run_at=AT)

    assert actions.cancel(number, actor="lee", at=AT).state is State.CANCELLED
    assert actions.take(owner="one", at=AT) is None
    refused(lambda: actions.cancel(number, actor="lee", at=AT), "job.not_waiting")


def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not(workspace: Folder) -> None:
    done, dead, waits = enqueue(), enqueue(), enqueue(run_at=AT + timedelta(days=400))
    timer = enqueue(key=TIMER)
    actions.finish(take(), at=AT)
    actions.set_aside(take(), at=AT, why="no such file")
    actions.finish(take(), at=AT, again_at=AT + rules.KEPT)

    assert actions.clear(at=AT + rules.KEPT) == 0
    assert actions.clear(at=AT + rules.KEPT + MINUTE) == 2
    refused(lambda: queries.job(done), "job.unknown")
    refused(lambda: queries.job(dead), "job.unknown")
    assert [each.number for each in queries.jobs()] == [timer, waits]


def test_jobs_are_read_by_kind_and_state_the_newest_first_and_by_pages(workspace: Folder) -> None:
    numbers = [enqueue(), enqueue(kind="other"), enqueue()]
    actions.finish(take(), at=AT, result={"report": "7"})

    assert [each.number for each in queries.jobs(kind="greet")] == [numbers[2], numbers[0]]
    [done] = queries.jobs(states=[State.DONE])
    assert (done.number, dict(done.result), done.payload) == (
        numbers[0],
        {"report": "7"},
        {"to": 1},
    )
    assert [each.number for each in queries.jobs(limit=1)] == numbers[2:]
    assert [each.number for each in queries.jobs(before=numbers[2])] == numbers[1::-1]


def refused(action: object, code: str) -> None:
    assert callable(action)
    with pytest.raises(RevloopError) as said:
        action()
    assert said.value.code == code


def test_the_numbers_of_a_hold_are_not_taken_back_by_a_restore(
    workspace: Folder, tmp_path: Path
) -> None:
    """The queue is copied with the rest of the database, and goes on where it was."""
    from revloop.operations import database  # noqa: PLC0415

    enqueue(key="import/1")
    take()
    database.copy_to(tmp_path / "copy.sqlite3")
    assert database.holds(tmp_path / "copy.sqlite3")
