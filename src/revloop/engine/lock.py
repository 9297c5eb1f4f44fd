"""One writer at a time for the whole lake, held by the kernel so that a kill releases it."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from revloop.engine.errors import cannot_write
from revloop.kit.errors import RevloopError

FILE = ".writer"
_PAUSE_SECONDS = 0.02
_HELD_BY_ANOTHER = {errno.EWOULDBLOCK, errno.EACCES}


@contextmanager
def writer_lock(lake: Path, *, timeout: timedelta) -> Iterator[None]:
    """Hold the lake's only writer lock; `flock` on a file, so it ends with the process.

    Raises:
        RevloopError: `lake.busy` when another process holds it for longer than `timeout`, with its
            name; `lake.cannot_lock` where the file system has no locks; `lake.cannot_write` where
            the folder cannot be written.

    """
    with cannot_write(lake):
        lake.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lake / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _take(lake, descriptor, timeout)
        with cannot_write(lake):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, _who().encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _take(lake: Path, descriptor: int, timeout: timedelta) -> None:
    give_up = time.monotonic() + timeout.total_seconds()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _HELD_BY_ANOTHER:
                raise RevloopError(
                    "lake.cannot_lock",
                    f"{lake} cannot be locked ({error.strerror}), so two writers could meet in it",
                    hint="keep the workspace on a local disk; many network folders have no locks",
                    path=str(lake),
                ) from error
        else:
            return
        if time.monotonic() >= give_up:
            holder = os.pread(descriptor, 500, 0).decode(errors="replace").strip()
            raise RevloopError(
                "lake.busy",
                f"{lake} is being written by {holder or 'another process'}",
                hint="wait until it is done, or end that process: nothing it has stored is lost",
                path=str(lake),
            )
        time.sleep(_PAUSE_SECONDS)


def _who() -> str:
    program = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]).strip() or "python"
    return f"process {os.getpid()} on {socket.gethostname()} ({program})"
