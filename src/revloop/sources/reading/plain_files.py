"""Opening what a stranger put into a folder: files, and nothing that only looks like one."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from revloop.sources.reading.results import CannotRead

# A link may point anywhere, and opening a pipe waits for somebody to write into it.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


def open_plain(path: Path) -> BinaryIO:
    """Open a regular file for reading.

    Raises:
        CannotRead: if it is anything else, is gone, or may not be read.
    """
    try:
        handle = os.open(path, _FLAGS)
    except PermissionError as error:
        raise CannotRead("may not be read by this user", "change its permissions") from error
    except FileNotFoundError as error:
        raise CannotRead("is gone", "run the same import again") from error
    except OSError as error:
        raise CannotRead(f"cannot be opened: {(error.strerror or '').lower()}") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise CannotRead("is not a file", "put the exported file itself into the folder")
    return os.fdopen(handle, "rb")


def signature(path: Path) -> tuple[int, ...]:
    """What changes when a file does."""
    found = path.lstat()
    return found.st_size, found.st_mtime_ns, found.st_ino, found.st_ctime_ns
