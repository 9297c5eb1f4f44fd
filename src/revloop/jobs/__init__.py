"""Background work: one worker does one job after the other, under a lease.

    worker.py      the loop: take, do, say what became of it; timers; a clean end
    keeper.py      renews the lease of what is being done, and says how far it is
    handlers.py    what each kind of job does: the one list
    work.py        what a job is given, and what it gives back
    importing.py   an upload becomes facts
    publishing.py  what pages read is worked out, and laid where they read it
    tending.py     what operations know reaches the lake, which is compacted and cleared; what ended
                   long ago is forgotten

On SQLite the worker is a thread of the web process (`beside`); on PostgreSQL a process of its own,
`revloop work`, or several. Nothing in here but this module can be imported before a workspace is
connected.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from revloop import operations

if TYPE_CHECKING:
    from revloop.kit.folder import Folder

_PATIENCE_SECONDS = 10
"""How long the end of the process waits for what the worker is doing; what it has begun is gone on
with after the next start."""


def run(folder: Folder, until: Event) -> None:
    """Work in this thread until `until` is set; what it holds then is handed back."""
    operations.connect(folder)
    from revloop.jobs.worker import Worker  # noqa: PLC0415 - its tables need the database first

    try:
        Worker(folder, until).run()
    finally:
        operations.disconnect()


@contextmanager
def beside(folder: Folder) -> Iterator[None]:
    """On SQLite, a worker in a thread of this process for as long as the block; on a server, none.

    There a worker is a process of its own: web processes are many, and none should work for all.
    """
    operations.connect(folder)
    from django.db import connection  # noqa: PLC0415 - only once Django is loaded

    if connection.vendor != "sqlite":
        yield
        return
    until = Event()
    thread = Thread(target=run, args=(folder, until), name="revloop worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        until.set()
        thread.join(_PATIENCE_SECONDS)
