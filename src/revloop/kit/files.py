"""Files that are there whole or not at all, and errors of the disk in plain words."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from glob import escape
from pathlib import Path

from revloop.kit.errors import RevloopError
from revloop.kit.failpoints import failpoint


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that it is there whole or not at all, whatever happens."""
    half = half_made(path)
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        failpoint("file.before_rename", path.name)
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def half_made(path: Path) -> Path:
    """The name that `path` has while this process makes it.

    What other processes were making when they were killed is cleared away: it may hold names and
    addresses, and nobody would look for it.
    """
    beginning = f".{path.name}."
    for left in path.parent.glob(f"{escape(beginning)}*"):
        maker = left.name.removeprefix(beginning)
        if maker.isdecimal() and not _lives(int(maker)):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
    return path.with_name(f"{beginning}{os.getpid()}")


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # another user's
    return True


def sync_folder(path: Path) -> None:
    """Make the names in a folder last; where the system cannot, they last as it sees fit."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


_CURES = {
    "PermissionError": "this user may not write there: change its permissions, or use another folder",
    "FileNotFoundError": "it was moved or deleted: put it back, or restore it from a backup",
}
_BY_NUMBER = {
    28: ("disk.full", "the disk is full: make room and run the same command again"),
    30: ("disk.read_only", "the disk may only be read: use a folder that can be written"),
    122: ("disk.quota", "your share of the disk is used up: make room and run the same again"),
}


@contextlib.contextmanager
def saying_what_to_do(path: Path) -> Iterator[None]:
    """Turn an error of the file system into a sentence with the path and the cure."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        said = (error.strerror or str(error)).lower()
        cure = _CURES.get(type(error).__name__, "look at the disk, then run the same command again")
        code, cure = _BY_NUMBER.get(error.errno or 0, ("file.unusable", cure))
        raise RevloopError(code, f"{where}: {said}", hint=cure) from error
