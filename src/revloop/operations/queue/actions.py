"""The only writers of the queue.

Whoever holds a job writes with the number of their hold: a worker that slept past its lease, while
another took the job, changes nothing and is told so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet

from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.failpoints import failpoint
from revloop.operations.ledger import actions as ledger
from revloop.operations.queue import bell, queries, rules
from revloop.operations.queue.jobs import Held, Job, Progress, State
from revloop.operations.queue.models import TABLE, JobRow
from revloop.operations.queue.queries import due, lapsed, unknown, value

_FROM_THE_CALLER = ("kind", "key", "payload", "state", "run_at", "actor", "created_at")
_AT_FIRST: dict[str, str | int] = {
    "owner": "",
    "fence": 0,
    "again": False,
    "tries": 0,
    "error": "",
    "progress_what": "",
    "progress_done": 0,
    "progress_whole": 0,
    "result": "{}",
}
_COLUMNS = (*_FROM_THE_CALLER, *_AT_FIRST)
_INSERT = (
    f"INSERT INTO {TABLE} ({', '.join(_COLUMNS)}) "  # noqa: S608 - our own names
    f"VALUES ({', '.join(['%s'] * len(_COLUMNS))}) ON CONFLICT DO NOTHING RETURNING id"
)
_ENDED_ALONE = "the worker ended while it ran, each time it was tried"


def enqueue(
    kind: str,
    payload: Mapping[str, Any] | None = None,
    *,
    actor: str,
    at: datetime,
    key: str = "",
    run_at: datetime | None = None,
) -> int:
    """Have something done in the background, if the transaction that is open commits.

    Args:
        kind: What is to be done; `revloop.jobs.handlers` lists them.
        payload: With what: small, as JSON takes it, without personal data.
        actor: For whom.
        at: Now.
        key: While a job of this kind and key waits or runs, there is no second one. One that runs is
            run once more when it ends: it may have read already what is changing here.
        run_at: Not before then; at once if nothing is said.

    Returns:
        The number of the job, or of the one that was there with this key.
    """
    instant = connection.ops.adapt_datetimefield_value
    said = json.dumps(payload or {}, ensure_ascii=False, sort_keys=True, allow_nan=False)
    values = (kind, key, said, State.WAITING.value, instant(run_at or at), actor, instant(at))
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, (*values, *_AT_FIRST.values()))
            made = cursor.fetchone()
        if made:
            transaction.on_commit(bell.ring)
            number: int = made[0]
            return number
        if there := _there(kind, key):
            return there  # else it ended between the two statements


def _there(kind: str, key: str) -> int | None:
    """The job of this kind and key that waits, or that runs and is told to run again."""
    if waits := queries.open_job(kind, key, State.WAITING):
        return waits.number
    runs = queries.open_job(kind, key, State.RUNNING)
    if runs is None:
        return None
    told = JobRow.objects.filter(id=runs.number, state=State.RUNNING).update(again=True)
    return runs.number if told else None


def take(*, owner: str, at: datetime, lease: timedelta = rules.LEASE) -> Held | None:
    """Hold the job that is due for longest; None if nothing is due.

    Two workers never get the same: at a server they pass by what the other one is taking, and in a
    file one writes at a time. A job whose worker was killed too often is set aside on the way.
    """
    if not queries.is_due(at):
        return None
    with transaction.atomic():
        _set_aside(at)
        # What somebody had begun was due before anything that still waits.
        row = _locked(lapsed(at)) or _locked(due(at))
        if row is None:
            return None
        row.state, row.owner, row.lease_until = State.RUNNING.value, owner, at + lease
        row.fence, row.tries, row.started_at = row.fence + 1, row.tries + 1, at
        row.again = False
        row.progress_what, row.progress_done, row.progress_whole = "", 0, 0
        row.save()
        failpoint("queue.take.before_commit")
    failpoint("queue.take.after_commit")
    return Held(value(row), owner, row.fence, at + lease)


def _locked(rows: QuerySet[JobRow]) -> JobRow | None:
    """The first that nobody else is taking."""
    return rows.select_for_update(skip_locked=True).first()


def _set_aside(at: datetime) -> None:
    """What ended its worker too often does not get another one."""
    ended = lapsed(at).filter(tries__gte=rules.MOST_TRIES)
    ended.update(state=State.DEAD, error=_ENDED_ALONE, finished_at=at, owner="", lease_until=None)


def renew(
    held: Held,
    *,
    at: datetime,
    progress: Progress | None = None,
    lease: timedelta = rules.LEASE,
) -> None:
    """Hold it for longer, and say how far it is.

    Raises:
        RevloopError: `job.lost`, if somebody else took it since.
    """
    said = {} if progress is None else _of(progress)
    _write(held, lease_until=at + lease, **said)


def finish(
    held: Held,
    *,
    at: datetime,
    result: Mapping[str, Any] | None = None,
    together_with: Callable[[], object] | None = None,
    again_at: datetime | None = None,
) -> None:
    """It is done.

    Args:
        held: The job, as it was taken.
        at: Now.
        result: Small, as JSON takes it, without personal data.
        together_with: What is done in the same transaction, after it is certain that nobody else
            took the job: so it is done exactly once.
        again_at: When it is due again, if it is a timer: it then waits, and remembers this result.

    Raises:
        RevloopError: `job.lost`, if somebody else took it since; then nothing is done.
    """
    said = json.dumps(result or {}, ensure_ascii=False, sort_keys=True, allow_nan=False)
    with transaction.atomic():
        ended = {"result": said, "error": "", "finished_at": at, **_LET_GO}
        if _is_wanted_again(held):
            again_at = at
            transaction.on_commit(bell.ring)
        if again_at is None:
            _write(held, state=State.DONE, **ended)
        else:
            _write(held, state=State.WAITING, run_at=again_at, tries=0, **ended)
        if together_with is not None:
            together_with()
        failpoint("queue.finish.before_commit")
    failpoint("queue.finish.after_commit")


def hand_back(held: Held, *, run_at: datetime, why: str = "") -> None:
    """Let it go undone, through no fault of its own: the worker stops, or another one is in the way.

    Raises:
        RevloopError: `job.lost`, if somebody else took it since.
    """
    with transaction.atomic():
        _write(
            held,
            state=State.WAITING,
            run_at=run_at,
            tries=F("tries") - 1,
            error=rules.sentence(why),
            **_LET_GO,
        )
        transaction.on_commit(bell.ring)


def fail(held: Held, *, at: datetime, why: str) -> State:
    """It went wrong: it is tried again later, and set aside after too many tries.

    Args:
        held: The job, as it was taken.
        at: Now.
        why: A sentence without personal data.

    Returns:
        Waiting or dead.

    Raises:
        RevloopError: `job.lost`, if somebody else took it since.
    """
    error, tries = rules.sentence(why), held.job.tries
    if rules.gives_up(tries):
        _write(held, state=State.DEAD, error=error, finished_at=at, **_LET_GO)
        return State.DEAD
    again = at + rules.wait(tries)
    _write(held, state=State.WAITING, error=error, run_at=again, **_LET_GO)
    return State.WAITING


def set_aside(held: Held, *, at: datetime, why: str) -> None:
    """It went wrong in a way that trying again does not mend.

    Raises:
        RevloopError: `job.lost`, if somebody else took it since.
    """
    _write(held, state=State.DEAD, error=rules.sentence(why), finished_at=at, **_LET_GO)


def retry(number: int, *, actor: str, at: datetime) -> Job:
    """Revive a job that was set aside: it is due at once, and has all its tries again.

    Raises:
        InvalidInput: `job.unknown`, `job.not_dead`, or `job.same_is_open` if another one of the
            same key waits or runs by now.
    """
    with suppress(IntegrityError), transaction.atomic():
        row = _of_a_person(number)
        if row.state != State.DEAD:
            raise InvalidInput(
                "job.not_dead",
                f"job {number} is {row.state}",
                hint="only a job that was set aside can be revived",
            )
        row.state, row.run_at, row.tries, row.finished_at = State.WAITING.value, at, 0, None
        row.save()
        ledger.append("job.retried", str(number), actor=actor, at=at, data={"kind": row.kind})
        transaction.on_commit(bell.ring)
        return value(row)
    raise InvalidInput(
        "job.same_is_open",
        f"what job {number} was to do is being done by another one",
        hint="see: revloop jobs list",
    )


def cancel(number: int, *, actor: str, at: datetime) -> Job:
    """Drop a job that waits, or that was set aside.

    Raises:
        InvalidInput: `job.unknown`, or `job.not_waiting` if it runs or has ended.
    """
    with transaction.atomic():
        row = _of_a_person(number)
        if row.state not in {State.WAITING, State.DEAD}:
            raise InvalidInput(
                "job.not_waiting",
                f"job {number} is {row.state}",
                hint="only a job that waits or was set aside can be cancelled",
            )
        row.state, row.finished_at = State.CANCELLED.value, at
        row.save()
        ledger.append("job.cancelled", str(number), actor=actor, at=at, data={"kind": row.kind})
        return value(row)


def clear(*, at: datetime) -> int:
    """Forget what ended long ago; the number of rows."""
    ended = (State.DONE, State.DEAD, State.CANCELLED)
    old = JobRow.objects.filter(state__in=ended, finished_at__lt=at - rules.KEPT)
    return old.delete()[0]


_LET_GO = {"owner": "", "lease_until": None}


def _of(progress: Progress) -> dict[str, Any]:
    return {
        "progress_what": rules.sentence(progress.what),
        "progress_done": progress.done,
        "progress_whole": progress.whole,
    }


def _write(held: Held, **values: Any) -> None:
    """Change a job that is held, unless somebody else took it since."""
    number = held.job.number
    mine = JobRow.objects.filter(id=number, fence=held.fence, state=State.RUNNING)
    if not mine.update(**values):
        raise lost(held)


def lost(held: Held) -> RevloopError:
    return RevloopError(
        "job.lost",
        f"job {held.job.number} was taken by another worker: this one held it for too long",
        hint="nothing has to be done: the other one does it",
    )


def _is_wanted_again(held: Held) -> bool:
    """Whether it was asked for while it ran; nobody asks for it between this and the end."""
    mine = JobRow.objects.select_for_update().filter(id=held.job.number, fence=held.fence)
    return bool(mine.values_list("again", flat=True).first())


def _of_a_person(number: int) -> JobRow:
    row = JobRow.objects.select_for_update().filter(id=number).first()
    if row is None:
        raise unknown(number)
    return row
