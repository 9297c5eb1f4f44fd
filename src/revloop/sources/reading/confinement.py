"""What a process that reads a foreign file may still do: little.

On Linux, Landlock (5.13 and newer) takes away writing outside one folder, starting programs and,
from 6.7, opening connections; resource limits bound memory, processor time and what it writes.
macOS accepts the limit on memory without keeping it, and Windows knows neither: there the
time on the wall, which the parent keeps, is the only bound, and own file names are the only fence.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from pathlib import Path

from revloop.sources.reading.limits import Allowance

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

# Numbers of the kernel, the same on every processor (include/uapi/linux/landlock.h).
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_FOR_VERSION = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_REFER = 1 << 13  # version 2
_TRUNCATE = 1 << 14  # version 3
_CONNECT_AND_BIND = 3  # version 4


def confine_to(folder: Path) -> bool:
    """Let this process write in one folder only; False where the system has no means for it.

    Threads that run already stay free: call it before anything starts one.
    """
    if not sys.platform.startswith("linux"):
        return False
    kernel = ctypes.CDLL(None, use_errno=True)
    version = kernel.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_FOR_VERSION)
    if version < 1:
        return False
    writing = _WRITE_FILE | _REMOVE_AND_MAKE
    writing |= (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)  # noqa: PLR2004
    asked = struct.pack("=Q", writing | _EXECUTE)
    if version >= 4:  # noqa: PLR2004
        asked += struct.pack("=Q", _CONNECT_AND_BIND)
    rules = kernel.syscall(_CREATE_RULESET, asked, ctypes.c_size_t(len(asked)), 0)
    inside = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        allowed = struct.pack("=Qi", writing, inside)
        return bool(
            rules >= 0
            and kernel.syscall(_ADD_RULE, rules, _PATH_BENEATH, allowed, 0) == 0
            and kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
            and kernel.syscall(_RESTRICT_SELF, rules, 0) == 0
        )
    finally:
        os.close(inside)
        if rules >= 0:
            os.close(rules)


def leave_no_core() -> None:
    """A core dump would hold people's data."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow(allowance: Allowance) -> None:
    """Set the limits for the next file; what the process has used so far does not count."""
    if resource is None:
        return  # type: ignore[unreachable]
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime + allowance.seconds
    _set_soft(resource.RLIMIT_CPU, int(seconds) + 1)
    _set_soft(resource.RLIMIT_FSIZE, allowance.written)
    _set_soft(resource.RLIMIT_AS, _address_space() + allowance.memory)


def _set_soft(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses some
        resource.setrlimit(which, (value, hard))


def _address_space() -> int:
    """Bytes that the process has reserved, which is what RLIMIT_AS counts."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
