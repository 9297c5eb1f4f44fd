"""What lies in a folder, in a fixed order, without following a link out of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from revloop.kit.errors import InvalidInput
from revloop.sources.reading.kinds import WORKBOOK_ENDINGS, ending, may_hold_a_table
from revloop.sources.reading.limits import MEGABYTE, Limits, in_words
from revloop.sources.reading.results import Refused, shown

_SMALL = 64 * MEGABYTE
_LEAST_WRITTEN = 1_000
"""A file is mostly a hole when it takes less than a thousandth of its size on the disk."""
_DISK_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may hold a table."""

    path: Path
    name: str
    size: int


@dataclass
class Listing:
    """Everything in a folder, by what will be done with it."""

    files: list[Found] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def list_folder(folder: Path, apart_from: Path, limits: Limits) -> Listing:
    """The files of a folder and its sub-folders; `apart_from` is our own.

    Raises:
        InvalidInput: if there are more than a person would import.
    """
    listing = Listing()
    for path, name in _walk(folder, "", apart_from.resolve(), listing):
        if not may_hold_a_table(name):
            listing.ignored.append(name)
        else:
            _list(path, name, listing, limits)
        if len(listing.files) + len(listing.ignored) + len(listing.refused) > limits.most_files:
            raise InvalidInput(
                "reading.too_many_files",
                f"{folder} has more than {limits.most_files:,} files",
                hint="name the folder that holds only the exports",
            )
    return listing


def list_file(path: Path, limits: Limits) -> Listing:
    """One file, by its own name; a link to it was meant by whoever gave it."""
    listing = Listing()
    name = shown(path.name)
    if may_hold_a_table(name):
        _list(path.resolve(), name, listing, limits)
    else:
        listing.ignored.append(name)
    return listing


def _walk(
    folder: Path, prefix: str, apart_from: Path, listing: Listing
) -> Iterator[tuple[Path, str]]:
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        why = (error.strerror or "error").lower()
        listing.refused.append(
            Refused(prefix.rstrip("/") or shown(str(folder)), f"cannot be opened: {why}")
        )
        return
    for entry in inside:
        name = f"{prefix}{shown(entry.name)}"
        if not entry.is_dir(follow_symlinks=False):
            yield Path(entry.path), name
        elif entry.name.startswith(".") or entry.name == "__MACOSX":
            listing.ignored.append(f"{name}/")
        elif Path(entry.path).resolve() != apart_from:
            yield from _walk(Path(entry.path), f"{name}/", apart_from, listing)


def _list(path: Path, name: str, listing: Listing, limits: Limits) -> None:
    try:
        status = path.lstat()
    except OSError as error:
        why = (error.strerror or "error").lower()
        listing.refused.append(Refused(name, f"cannot be opened: {why}"))
        return
    reason, hint = _why_refused(status, name, limits)
    if reason:
        listing.refused.append(Refused(name, reason, hint))
    else:
        listing.files.append(Found(path, name, status.st_size))


def _why_refused(status: os.stat_result, name: str, limits: Limits) -> tuple[str, str]:
    size = status.st_size
    most = limits.largest_workbook if ending(name) in WORKBOOK_ENDINGS else limits.largest_file
    on_disk = getattr(status, "st_blocks", size // _DISK_BLOCK) * _DISK_BLOCK
    if stat.S_ISLNK(status.st_mode):
        return "is a link, and links are not followed", "put the file itself into the folder"
    if not stat.S_ISREG(status.st_mode):
        return "is not a file", "put the exported file itself into the folder"
    if size > most:
        return f"has {in_words(size)}; at most {in_words(most)} are read", (
            "export it in parts, or as Parquet"
        )
    if size > _SMALL and on_disk * _LEAST_WRITTEN < size:
        return f"says it has {in_words(size)}, but nearly all of it was never written", (
            "export it again"
        )
    return "", ""
