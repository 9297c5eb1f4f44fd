"""The only readers of the queue."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from revloop.kit.errors import InvalidInput
from revloop.operations.queue.jobs import TIMER, Job, Progress, State
from revloop.operations.queue.models import JobRow


def job(number: int) -> Job:
    """One job.

    Raises:
        InvalidInput: `job.unknown`.
    """
    row = JobRow.objects.filter(id=number).first()
    if row is None:
        raise unknown(number)
    return value(row)


def jobs(
    *,
    kind: str | None = None,
    key: str | None = None,
    states: Iterable[State] = (),
    before: int | None = None,
    limit: int = 100,
) -> tuple[Job, ...]:
    """Jobs of a kind or of all, in one of these states or in any; the newest first.

    Args:
        kind: Only these.
        key: Only those that have it.
        states: Only those that stand in one of them.
        before: Only those with smaller numbers, for the next page.
        limit: So many at most.
    """
    found = JobRow.objects.order_by("-id")
    if kind is not None:
        found = found.filter(kind=kind)
    if key is not None:
        found = found.filter(key=key)
    if wanted := [each.value for each in states]:
        found = found.filter(state__in=wanted)
    if before is not None:
        found = found.filter(id__lt=before)
    return tuple(map(value, found[:limit]))


def open_job(kind: str, key: str, state: State) -> Job | None:
    """The job of this kind and key that stands there."""
    row = JobRow.objects.filter(kind=kind, key=key, state=state).first()
    return value(row) if row else None


def payloads(kind: str, states: Iterable[State]) -> Iterator[Mapping[str, Any]]:
    """What all jobs of a kind are about that stand in one of these states."""
    found = JobRow.objects.filter(kind=kind, state__in=list(states))
    for payload in found.values_list("payload", flat=True).iterator():
        said: dict[str, Any] = json.loads(payload)
        yield said


def counts() -> dict[State, int]:
    """How many jobs stand where."""
    found = JobRow.objects.values_list("state").annotate(n=Count("id")).order_by()
    return {State(state): n for state, n in found}


def is_due(at: datetime) -> bool:
    """Whether there is anything to take; asks for no lock."""
    return due(at).exists() or lapsed(at).exists()


def overdue(at: datetime, *, without: str = "") -> Job | None:
    """The job that somebody asked for and that has waited for longest since it was due.

    Those of the kind `without` are left out: nobody waits for them.
    """
    row = due(at).exclude(key=TIMER).exclude(kind=without).first()
    return value(row) if row else None


def due(at: datetime) -> QuerySet[JobRow]:
    """What waits and is due, the oldest first; for `actions` and for here."""
    return JobRow.objects.filter(state=State.WAITING, run_at__lte=at).order_by("run_at", "id")


def lapsed(at: datetime) -> QuerySet[JobRow]:
    """What a worker held and let go of, the oldest first; likewise."""
    let_go = JobRow.objects.filter(state=State.RUNNING, lease_until__lte=at)
    return let_go.order_by("run_at", "id")


def unknown(number: int) -> InvalidInput:
    return InvalidInput(
        "job.unknown",
        f"there is no job {number}",
        hint="see: revloop jobs list; what was done long ago is deleted",
    )


def value(row: JobRow) -> Job:
    """A row as a value."""
    payload: dict[str, Any] = json.loads(row.payload)
    result: dict[str, Any] = json.loads(row.result)
    return Job(
        number=row.id,
        kind=row.kind,
        key=row.key,
        payload=payload,
        state=State(row.state),
        run_at=row.run_at,
        tries=row.tries,
        taken=row.fence,
        error=row.error,
        actor=row.actor,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        progress=Progress(row.progress_what, row.progress_done, row.progress_whole),
        result=result,
    )
