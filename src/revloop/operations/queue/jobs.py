"""A job and a hold on one, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

TIMER = "timer"
"""The key of a job that nobody asked for: it is due again some time after its end."""


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    """It failed too often and waits for a person."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done, how much of it is done, and how much there is; 0 where nobody knows."""

    what: str = ""
    done: int = 0
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of background work, as it stands."""

    number: int
    kind: str
    key: str
    """No two jobs of a kind with one key wait or run; "" where there may be any number."""
    payload: Mapping[str, Any]
    state: State
    run_at: datetime
    """When it is due; after a failure, when it is tried again."""
    tries: int
    """How often it began and was not handed back."""
    taken: int
    """How often a worker took it at all."""
    error: str
    """Why the last try failed, in a sentence."""
    actor: str
    created_at: datetime
    started_at: datetime | None
    """When it was last taken."""
    finished_at: datetime | None
    """When it came to its end; of a timer, which waits again, when it last did."""
    progress: Progress = field(default_factory=Progress)
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether something will still happen by itself."""
        return self.state in {State.WAITING, State.RUNNING}

    @property
    def late_by(self) -> timedelta:
        """How long after it was due it was taken; nothing while it waits."""
        if self.started_at is None or self.state is State.WAITING:
            return timedelta(0)
        return max(self.started_at - self.run_at, timedelta(0))


@dataclass(frozen=True, slots=True)
class Held:
    """A job that a worker may work on, until `until` or longer if it renews."""

    job: Job
    owner: str
    fence: int
    """Rises with each take: whoever holds an older one is refused."""
    until: datetime
