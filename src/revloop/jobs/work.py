"""What a job is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from revloop.kit.folder import Folder
from revloop.operations.queue.jobs import Job

Say = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is.

It raises when the worker has to stop or has lost the job: a long job says often how far it is.
"""


class Stopped(Exception):
    """The worker was asked to end: what a job has begun is gone on with by the next one."""


@dataclass(frozen=True, slots=True)
class Work:
    """One job to be done, which may have been begun before."""

    folder: Folder
    job: Job
    at: datetime
    say: Say


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it."""

    result: Mapping[str, Any] = field(default_factory=dict)
    """Small, without personal data."""
    together_with: Callable[[], object] | None = None
    """What is written in the transaction that says it is done: exactly once."""
    afterwards: Callable[[], object] | None = None
    """What may follow, and what the next tending does if it does not."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of job is done: each effect must bear being begun twice."""

    do: Callable[[Work], Done]
    every: timedelta | None = None
    """For a timer: how long after its end it is due again."""
