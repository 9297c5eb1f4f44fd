"""Whoever works on a job for long keeps it: the lease is renewed beside the work.

A thread of its own with a connection of its own, so that how far a job is can be seen while the job
is inside a transaction, and so that a job that says nothing for minutes is not taken away.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from django.db import Error, connection

from revloop.kit.errors import RevloopError
from revloop.operations.queue import actions
from revloop.operations.queue.jobs import Held, Progress

_log = logging.getLogger(__name__)
_OFTEN = 6
"""A lease is renewed so often while it lasts: several renewals may fail before it is lost."""
_SAYS_SECONDS = 1.0
"""How often it is written how far a job is."""


class Keeper:
    """Keeps one job at a time; its thread looks once a second whether there is anything to write."""

    def __init__(self, lease: timedelta, now: Callable[[], datetime]) -> None:
        self._lease, self._now = lease, now
        self._renew_after = lease.total_seconds() / _OFTEN
        self._pause = min(_SAYS_SECONDS, self._renew_after)
        self._writing = Lock()
        self._held: Held | None = None
        self._renewed = 0.0
        self._said = self._written = Progress()
        self._thread: Thread | None = None
        self._ended = Event()
        self.has_lost = False
        """Whether somebody else took the job."""

    def keep(self, held: Held) -> None:
        """From here on this job."""
        with self._writing:
            self._held, self._renewed, self.has_lost = held, time.monotonic(), False
            self._said = self._written = Progress()
        if self._thread is None:
            self._thread = Thread(target=self._run, name="revloop keeper", daemon=True)
            self._thread.start()

    def say(self, progress: Progress) -> None:
        """How far it is. It waits for nothing: the work may be inside a transaction."""
        self._said = progress

    def let_go(self) -> None:
        """When this returns, nothing more is written of the job."""
        with self._writing:
            self._held = None

    def end(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._ended.wait(self._pause):
                self._write()
        finally:
            connection.close()

    def _write(self) -> None:
        with self._writing:
            held, said = self._held, self._said
            late = time.monotonic() - self._renewed >= self._renew_after
            if held is None or self.has_lost or (said == self._written and not late):
                return
            try:
                actions.renew(held, at=self._now(), progress=said, lease=self._lease)
            except RevloopError as error:
                self.has_lost = error.code == "job.lost"
                connection.close()  # the server may have gone
                _log.warning("job %s: %s", held.job.number, error)
            except Error as error:
                _log.warning("job %s was not renewed: %s", held.job.number, type(error).__name__)
                connection.close()
            else:
                self._written, self._renewed = said, time.monotonic()
