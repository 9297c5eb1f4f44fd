"""The parent's side of the reading processes: start, ask, outlive."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from revloop.sources.reading.child import Request
from revloop.sources.reading.limits import MEGABYTE, in_words

_TOGETHER = 2
_LARGE = 4 * MEGABYTE
"""After a file of this size a process is replaced, so that the next one finds all its memory."""
_LAST_WORDS = 4_096
# What the process needs to start; nothing else of the environment, where secrets are.
_KEPT = ("LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TZ")
_QUIET = {
    # Reserved address space counts against the limit: no pools for threads that are not there.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
_MEMORY_SIGNS = (
    b"memory allocation of",
    b"bad_alloc",
    b"MemoryError",
    b"out of memory",
    b"Resource temporarily",
)
_ABORTED = -6
_KILLED = -9
_TOO_MUCH_TIME = -24
_SAVE_AGAIN = "save it again or as CSV"


class Children:
    """A few reading processes, each used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._free: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        self._all = [_Child(folder) for _ in range(_TOGETHER)]
        for child in self._all:
            self._free.put(child)

    def ask(self, request: Request, size: int) -> dict[str, Any]:
        """The answer about one file; of a process that dies, a refusal of that file."""
        child = self._free.get()
        try:
            return child.ask(request, size)
        finally:
            self._free.put(child)

    def interrupt(self) -> None:
        """Let every thread that waits for an answer go on at once."""
        for child in self._all:
            child.interrupt()

    def stop(self) -> None:
        for child in self._all:
            child.stop()


@contextmanager
def children(folder: Path) -> Iterator[Children]:
    """Reading processes that may write in one folder; none is left behind."""
    started = Children(folder)
    try:
        yield started
    finally:
        started.stop()


class _Child:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._errors: IO[bytes] | None = None

    def ask(self, request: Request, size: int) -> dict[str, Any]:
        """The answer about one file.

        What dies after it has read other files may have died of them: only a file that ends a new
        process is refused.
        """
        answer = self._ask_once(request)
        if answer.get("died_used"):
            answer = self._ask_once(request)
        if size > _LARGE:
            self.stop()
        return answer

    def _ask_once(self, request: Request) -> dict[str, Any]:
        used = self._process is not None
        process = self._running()
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(request.allowance.patience, stop)
        timer.start()
        try:
            line = self._exchange(process, request)
        finally:
            timer.cancel()
        if not line:
            refusal = self._refusal(process, request, late=late.is_set())
            of_time = late.is_set() or process.returncode == _TOO_MUCH_TIME
            return {"died_used": True} if used and not of_time else refusal
        answer: dict[str, Any] = json.loads(line)
        if late.is_set():  # it answered in the very moment
            self.stop()
        if answer.get("out_of_memory"):
            self.stop()
            return {"died_used": True} if used else _needs_memory(request)
        return answer

    def interrupt(self) -> None:
        """End the process under the thread that waits for its answer."""
        process = self._process
        if process is not None:
            process.kill()

    def stop(self) -> None:
        """End the process at once: it has nothing that is not on the disk already."""
        if self._process is None:
            return
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
        self._process.wait()
        self._process = self._errors = None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
            command = [sys.executable, "-I", "-X", "utf8", "-m", "revloop.sources.reading.child"]
            kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*command, str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=kept | _QUIET,
                encoding="ascii",
                cwd=self._folder,
            )
        return self._process

    def _exchange(self, process: subprocess.Popen[str], request: Request) -> str:
        """An answer, or an empty text if the process died."""
        if process.stdin is None or process.stdout is None:  # pragma: no cover - pipes were asked
            return ""
        try:
            process.stdin.write(request.as_json() + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            return ""
        return process.stdout.readline()

    def _refusal(
        self, process: subprocess.Popen[str], request: Request, *, late: bool
    ) -> dict[str, Any]:
        code = process.wait()
        words = b""
        if self._errors is not None:
            end = self._errors.seek(0, os.SEEK_END)
            self._errors.seek(max(0, end - _LAST_WORDS))
            words = self._errors.read()
        self.stop()
        if late or code == _TOO_MUCH_TIME:
            allowed = request.allowance.patience if late else request.allowance.seconds
            return {
                "refused": f"takes more than {allowed:,.0f} seconds to read: it may be damaged",
                "hint": _SAVE_AGAIN,
            }
        if code == _KILLED or any(sign in words for sign in _MEMORY_SIGNS):
            return _needs_memory(request)
        how = "was aborted" if code == _ABORTED else f"ended with code {code}"
        return {
            "refused": f"cannot be read: it is damaged so badly that its reader {how}",
            "hint": _SAVE_AGAIN,
        }


def _needs_memory(request: Request) -> dict[str, Any]:
    most = in_words(request.allowance.memory)
    return {
        "refused": f"needs more than {most} of memory to read: it may be damaged",
        "hint": _SAVE_AGAIN,
    }
