"""SQLite with one writer at a time in a process, and errors in words.

SQLite lets writers wait by asking again and again, which is unfair and slow with many threads. Here
the threads of a process take turns; processes still meet at SQLite's own lock.
"""

from __future__ import annotations

import sys
from threading import Lock

from django.db.backends.sqlite3 import base
from django.utils.functional import cached_property

from revloop.kit.errors import RevloopError
from revloop.operations.storage import InWords, locked
from revloop.settings import LOCK_SECONDS

if base.DatabaseWrapper.Database is not sys.modules["pysqlite3"].dbapi2:
    raise RevloopError(
        "database.other_sqlite",
        "this process already uses Django with another copy of SQLite, which may lose writes",
        hint="connect to the workspace before anything else imports django.db",
    )

_turns: dict[str, Lock] = {}
"""One lock for each file."""


class DatabaseWrapper(base.DatabaseWrapper):
    _my_turn = False

    @cached_property
    def wrap_database_errors(self) -> InWords:
        return InWords(self)

    def _start_transaction_under_autocommit(self) -> None:
        turn = self._turn
        if not turn.acquire(timeout=LOCK_SECONDS):
            raise locked(self.settings_dict)
        self._my_turn = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc] # not in the stubs
        except BaseException:
            self._pass_on()
            raise

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 - Django calls it
        # However a transaction ended, Django comes here last, or closes.
        try:
            super()._set_autocommit(autocommit)  # type: ignore[misc] # not in the stubs
        finally:
            if autocommit:
                self._pass_on()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc] # not in the stubs
        finally:
            self._pass_on()

    @property
    def _turn(self) -> Lock:
        return _turns.setdefault(str(self.settings_dict["NAME"]), Lock())

    def _pass_on(self) -> None:
        if self._my_turn:
            self._my_turn = False
            self._turn.release()
