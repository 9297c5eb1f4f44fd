"""The folder where tables wait to be imported.

    into/<key>/table-1.parquet, table-1.unreadable.parquet …, done.json

The key is the hash of a file's content and of what was said of its format. A file is read in a
folder of its own, whose name says that it is unfinished; the whole folder gets its key when every
byte of it is on the disk. So a key that is there is complete, whatever was killed when, and a file
that has one is not read again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from revloop.kit.errors import RevloopError
from revloop.kit.files import saying_what_to_do, sync_folder, write_whole
from revloop.sources.reading.formats import Format

try:
    import fcntl
except ImportError:  # Windows: two imports at once would only do the same work twice
    fcntl = None  # type: ignore[assignment]

READER = 1
"""Rises when the same bytes become another table, so that they are read again."""
_HALF = "half-"
_DONE = "done.json"
_LOCK = "lock"
_KEEPING = threading.Lock()


@contextmanager
def staging(into: Path) -> Iterator[Path]:
    """Make the folder, keep others out of it, and clear away what a killed reader left.

    Raises:
        RevloopError: `reading.busy` while another process reads into it; else what is wrong with
            the disk.
    """
    into = into.absolute()
    with saying_what_to_do(into):
        into.mkdir(parents=True, exist_ok=True)
        lock = (into / _LOCK).open("a")
    with lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise RevloopError(
                    "reading.busy",
                    f"another import is reading into {into}",
                    hint="wait until it has ended, then run the same command again",
                ) from error
        for half in into.glob(f"{_HALF}*"):
            shutil.rmtree(half, ignore_errors=True)
        yield into


def key_of(sha256: str, ending: str, overrides: Mapping[str, Format]) -> str:
    """The name under which the tables of a content stand."""
    said = {name: asdict(each) for name, each in sorted(overrides.items())}
    identity = json.dumps([READER, sha256, ending, said], sort_keys=True)
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def finished(into: Path, key: str) -> dict[str, Any] | None:
    """What was said when a content was read before, if its files are still there."""
    try:
        done: dict[str, Any] = json.loads((into / key / _DONE).read_text(encoding="utf-8"))
        whole = all(
            (into / key / file).stat().st_size == size for file, size in done["files"].items()
        )
    except (OSError, ValueError, KeyError):
        return None
    return done["answer"] if whole else None


@contextmanager
def half(into: Path) -> Iterator[Path]:
    """A folder that is gone afterwards, unless it was kept under a key."""
    with saying_what_to_do(into):
        folder = Path(tempfile.mkdtemp(prefix=_HALF, dir=into))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep(folder: Path, key: str, answer: dict[str, Any]) -> None:
    """Give a folder its key; everything in it is on the disk already."""
    target = folder.with_name(key)
    with _KEEPING, saying_what_to_do(target):
        if finished(target.parent, key) is not None:  # another file of the same content
            return
        sizes = {each.name: each.stat().st_size for each in sorted(folder.iterdir())}
        done = json.dumps({"answer": answer, "files": sizes}, sort_keys=True)
        write_whole(folder / _DONE, done.encode())
        if target.exists():  # what was there was not whole
            shutil.rmtree(target)
        folder.rename(target)
        sync_folder(target.parent)
