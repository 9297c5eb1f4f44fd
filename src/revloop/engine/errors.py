"""What may go wrong with disks, engines and Delta's log, as sentences that name path and cure."""

from __future__ import annotations

import errno
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from revloop.kit.errors import InvalidInput, RevloopError

_FULL = re.compile(r"no space left|disk quota|disk full", re.IGNORECASE)
_TOO_LARGE = re.compile(r"file too large", re.IGNORECASE)
_FORBIDDEN = re.compile(r"permission denied|read-only|not permitted|immutable", re.IGNORECASE)


@contextmanager
def cannot_write(path: Path) -> Iterator[None]:
    """Turn a failed write under `path` into `lake.cannot_write`, with the cure.

    A value that does not fit its column is the input's fault: `lake.wrong_value`. Memory that does
    not suffice is `engine.out_of_memory`.
    """
    import duckdb
    from deltalake.exceptions import DeltaError  # noqa: PLC0415 - likewise

    try:
        yield
    except (OSError, DeltaError, duckdb.IOException, duckdb.PermissionException) as error:
        raise _not_written(path, error) from error
    except duckdb.OutOfMemoryException as error:
        if _FULL.search(str(error)):
            raise _not_written(path, error) from error
        raise RevloopError(
            "engine.out_of_memory",
            f"the memory set aside for tables does not suffice: {_first_line(error)}",
            hint="raise memory_limit, or free disk space in the folder for temporary files",
        ) from error
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        raise InvalidInput(
            "lake.wrong_value",
            f"a value does not fit its column: {_first_line(error)}",
            hint="mend the source or the mapping that makes this column; nothing was stored",
        ) from error


def _not_written(path: Path, error: Exception) -> RevloopError:
    reason = _first_line(error)
    number = getattr(error, "errno", None)
    if number in {errno.ENOSPC, errno.EDQUOT} or _FULL.search(reason):
        message = f"{path} cannot be written: the disk is full ({_free(path)} MB are free)"
        hint = "free some space and run the command again: what was stored before is safe"
    elif number == errno.EFBIG or _TOO_LARGE.search(reason):
        message = f"{path} cannot be written: a file would grow beyond the limit of this user"
        hint = "raise the limit (ulimit -f) and run the command again: what was stored is safe"
    elif number in {errno.EACCES, errno.EPERM, errno.EROFS} or _FORBIDDEN.search(reason):
        message = f"{path} cannot be written: this user may not write there"
        hint = "make the folder writable for the user that runs revloop, then run it again"
    else:
        message = f"{path} cannot be written: {reason}"
        hint = "look at the disk, then run the command again: what was stored before is safe"
    return RevloopError("lake.cannot_write", message, hint=hint, path=str(path))


def _free(path: Path) -> int:
    """Megabytes left where the path is, or is to be."""
    there = next(folder for folder in (path, *path.resolve().parents) if folder.exists())
    return shutil.disk_usage(there).free // 1_000_000


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]


def unreadable_table(folder: Path, version: int | None, error: Exception) -> RevloopError:
    """Why a table does not open: the file of its log that is broken, if one is."""
    found = _broken_file(folder / "_delta_log")
    if found is None and version is not None:
        return snapshot_gone(folder, version)
    if found is None:
        return RevloopError(
            "lake.unreadable",
            f"the table {folder} cannot be opened: {_first_line(error)}",
            hint="restore the folder with `revloop restore`, or import the files again",
            path=str(folder),
        )
    file, hint = found
    return RevloopError(
        "lake.broken_log",
        f"the table {folder.name} cannot be opened: {file} is cut off or not what it should be",
        hint=hint,
        path=str(file),
    )


def snapshot_gone(folder: Path, version: int) -> RevloopError:
    """A version that the table cannot be opened at any more."""
    return RevloopError(
        "lake.snapshot_gone",
        f"version {version} of the table {folder} is not kept any more",
        hint="open the lake without a snapshot; `as_of` shows what was known at any moment",
        path=str(folder),
    )


_RESTORE = "restore this file from a backup (`revloop restore`); the data files are not touched"


def _broken_file(log: Path) -> tuple[Path, str] | None:
    pointer = log / "_last_checkpoint"
    if pointer.exists() and not _is_json_lines(pointer):
        return pointer, "delete this file: it is made again from the log beside it"
    for checkpoint in sorted(log.glob("*.checkpoint*.parquet")):
        if not _is_parquet(checkpoint):
            first = log / f"{0:020}.json"
            whole = first.exists()
            remake = f"delete this file and {pointer.name} beside it: the log is whole without them"
            return checkpoint, remake if whole else _RESTORE
    for entry in sorted(log.glob("*.json")):
        if not _is_json_lines(entry):
            return entry, _RESTORE
    return None


def _is_json_lines(file: Path) -> bool:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        return bool(lines) and all(isinstance(json.loads(line), dict) for line in lines if line)
    except (OSError, ValueError):
        return False


def _is_parquet(file: Path) -> bool:
    import pyarrow as pa  # noqa: PLC0415 - only a broken table needs it
    import pyarrow.parquet as pq  # noqa: PLC0415 - likewise

    try:
        pq.ParquetFile(file).read()
    except (OSError, pa.ArrowException):
        return False
    return True
