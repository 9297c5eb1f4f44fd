"""The worker: takes what is due, does it, says what became of it, and takes the next.

One job at a time. It stops between two jobs, or where a job says how far it is; what it holds then
it hands back, and the next worker goes on with it. A worker that is killed hands nothing back: its
lease ends by itself.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, get_ident

from django.db import Error, connection

from revloop.jobs.handlers import HANDLERS
from revloop.jobs.keeper import Keeper
from revloop.jobs.work import Done, Kind, Stopped, Work
from revloop.kit import clock
from revloop.kit.errors import InvalidInput, NotAvailable, RevloopError
from revloop.kit.folder import Folder
from revloop.operations.queue import actions, bell, queries, rules
from revloop.operations.queue.jobs import TIMER, Held, Progress, State

_log = logging.getLogger(__name__)
_LOOKS_SECONDS = 1.0
"""How often it looks for what another process enqueued, and for what has become due."""
_AFTER_AN_ERROR_SECONDS = 5.0
_SETS_TIMERS_SECONDS = 3600.0
_IN_THE_WAY = {"lake.busy", "database.locked"}
"""Somebody else is at work: that is no fault of the job."""
_LATER = timedelta(seconds=30)
_ACTOR = "revloop"
"""For whom timers run."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One job that was begun, and what became of it."""

    number: int
    kind: str
    late_by: timedelta
    became: str
    """done, waiting, dead or lost."""
    why: str = ""


class Worker:
    """Works on one workspace, in one thread."""

    def __init__(
        self,
        folder: Folder,
        until: Event,
        *,
        handlers: Mapping[str, Kind] = HANDLERS,
        lease: timedelta = rules.LEASE,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._folder, self._until, self._handlers = folder, until, handlers
        self._lease, self._now = lease, now
        self._owner = f"{socket.gethostname()} {os.getpid()} {get_ident()}"
        self._keeper = Keeper(lease, now)
        self._timers_set = -_SETS_TIMERS_SECONDS

    def run(self) -> None:
        """Until it is asked to stop. A database that does not answer is waited for."""
        try:
            while not self._until.is_set():
                heard = bell.times()
                try:
                    self._set_timers()
                    ran = self._one()
                except (RevloopError, Error) as error:
                    _log.warning("the worker waits: %s", error)
                    connection.close()
                    self._until.wait(_AFTER_AN_ERROR_SECONDS)
                    continue
                if ran is None:
                    bell.wait(heard, _LOOKS_SECONDS)
        finally:
            self._keeper.end()

    def drain(self) -> Iterator[Ran]:
        """Do what is due, one job after the other, and end when nothing is."""
        try:
            self._set_timers()
            while not self._until.is_set():
                ran = self._one()
                if ran is None:
                    return
                yield ran
        finally:
            self._keeper.end()

    def _set_timers(self) -> None:
        """A timer that is nowhere set is due at once; one that was set aside, when it is next due."""
        if time.monotonic() - self._timers_set < _SETS_TIMERS_SECONDS:
            return
        now = self._now()
        for name, kind in self._handlers.items():
            if kind.every is None:
                continue
            ended = [each.finished_at for each in queries.jobs(kind=name, key=TIMER, limit=1)]
            due = max([now, *(each + kind.every for each in ended if each)])
            actions.enqueue(name, actor=_ACTOR, at=now, key=TIMER, run_at=due)
        self._timers_set = time.monotonic()

    def _one(self) -> Ran | None:
        """Take one job and do it; None if nothing is due."""
        held = actions.take(owner=self._owner, at=self._now(), lease=self._lease)
        if held is None:
            return None
        self._keeper.keep(held)
        try:
            done = self._handler(held).do(self._work(held))
            self._keeper.let_go()
            self._finish(held, done)
        except Exception as error:  # noqa: BLE001 - whatever it is, the worker goes on
            self._keeper.let_go()
            return self._failed(held, error)
        except BaseException:  # a second Ctrl-C
            self._keeper.let_go()
            actions.hand_back(held, run_at=held.job.run_at)
            raise
        return _ran(held, State.DONE)

    def _handler(self, held: Held) -> Kind:
        kind = self._handlers.get(held.job.kind)
        if kind is None:
            raise InvalidInput(
                "job.unknown_kind",
                f"this revloop does not know jobs of the kind {held.job.kind}",
                hint="start the worker of the newer version, and revive the job",
            )
        return kind

    def _work(self, held: Held) -> Work:
        def say(what: str, done: int, whole: int) -> None:
            if self._until.is_set():
                raise Stopped
            if self._keeper.has_lost:
                raise actions.lost(held)
            self._keeper.say(Progress(what, done, whole))

        return Work(self._folder, held.job, self._now(), say)

    def _finish(self, held: Held, done: Done) -> None:
        now, every = self._now(), self._handler(held).every
        actions.finish(
            held,
            at=now,
            result=done.result,
            together_with=done.together_with,
            again_at=now + every if every and held.job.key == TIMER else None,
        )
        if done.afterwards is not None:
            try:
                done.afterwards()
            except (RevloopError, OSError) as error:  # tending does it another day
                _log.warning("after job %s: %s", held.job.number, error)

    def _failed(self, held: Held, error: Exception) -> Ran:
        """Say of a job that it did not end well, unless somebody else has it by now."""
        try:
            return self._what_becomes(held, error)
        except RevloopError as refused:
            if refused.code != "job.lost":
                raise
            return _ran(held, "lost", refused.message)

    def _what_becomes(self, held: Held, error: Exception) -> Ran:
        now, why = self._now(), _sentence(error)
        match error:
            case Stopped():
                actions.hand_back(held, run_at=held.job.run_at)
                became = State.WAITING
            case RevloopError(code=code) if code in _IN_THE_WAY:
                actions.hand_back(held, run_at=now + _LATER, why=why)
                became = State.WAITING
            case InvalidInput() | NotAvailable():  # the next try would end in the same way
                actions.set_aside(held, at=now, why=why)
                became = State.DEAD
            case _:
                became = actions.fail(held, at=now, why=why)
        if not isinstance(error, (RevloopError, Stopped)):
            _log.error("job %s (%s) failed", held.job.number, held.job.kind, exc_info=error)
        return _ran(held, became, why)


def _ran(held: Held, became: str, why: str = "") -> Ran:
    return Ran(held.job.number, held.job.kind, held.job.late_by, became, why)


def _sentence(error: Exception) -> str:
    """What is kept of an error: our own sentences name no person, those of others might."""
    match error:
        case Stopped():
            return "the worker was asked to stop"
        case RevloopError(message=message, hint=hint):
            return f"{message} ({hint})" if hint else message
        case _:
            return f"{type(error).__name__}: the worker's own log says more"
