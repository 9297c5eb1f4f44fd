"""Reads every file of a folder, two at a time, and puts what they gave in the order of the names."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from revloop.kit.errors import InvalidInput
from revloop.kit.files import saying_what_to_do
from revloop.sources.protocol import RawTable
from revloop.sources.reading.child import Request
from revloop.sources.reading.children import Children, children
from revloop.sources.reading.formats import Format, format_for
from revloop.sources.reading.kinds import (
    ARCHIVE_ENDING,
    KNOWN,
    WORKBOOK_ENDINGS,
    ending,
)
from revloop.sources.reading.limits import MEGABYTE, Limits
from revloop.sources.reading.listing import Found, Listing, list_file, list_folder
from revloop.sources.reading.plain_files import open_plain, signature
from revloop.sources.reading.results import CannotRead, Reading, Refused
from revloop.sources.reading.staging import finished, half, keep, key_of, staging

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called after each file with its name, the bytes read so far, and the bytes of all files."""

_AT_ONCE = 2
_BLOCK = 4 * MEGABYTE


@dataclass(frozen=True, slots=True)
class _Content:
    """A file whose bytes are known by their hash: in the folder, or out of an archive."""

    path: Path
    name: str
    size: int
    sha256: str
    signature: tuple[int, ...]
    in_archive: bool = False


def read_folder(
    path: Path,
    into: Path,
    *,
    overrides: Mapping[str, Format] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read all files of a folder and its sub-folders.

    Args:
        path: A folder, or one file or archive.
        into: Where the tables are written; made if it is not there. A second call with the same
            folder goes on where a killed one stopped, and does not read a file again.
        overrides: What to believe of a file or table, by its name or a glob: `leads.csv`,
            `*.txt`, `book.xlsx/Sheet 1`.
        limits: What a file may cost.
        progress: Called after each file.

    Returns:
        The tables, the refusals and the names left alone, each in the order of the names; the
        same bytes give the same reading.

    Raises:
        InvalidInput: if there is nothing at `path`, or more files than a person would import.
        RevloopError: if `into` cannot be written (the hint names the cure), or is in use.
    """
    if not path.exists():
        raise InvalidInput("reading.missing", f"{path} is not there", hint="check the path")
    bounds = limits or Limits()
    if path.is_dir():
        listing = list_folder(path, into, bounds)
    else:
        listing = list_file(path, bounds)
        if listing.ignored:
            raise InvalidInput(
                "reading.unknown_kind",
                f"{path} is of no kind that is read",
                hint=f"known are {KNOWN}",
            )
    with staging(into) as folder, children(folder) as readers:
        run = _Run(folder, readers, overrides or {}, bounds, progress, listing)
        return run.reading()


def read_file(
    path: Path,
    into: Path,
    *,
    said: Format | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read one file or archive; `said` holds for every table in it. Else as `read_folder`."""
    if path.is_dir():
        raise InvalidInput("reading.folder", f"{path} is a folder", hint="name a file in it")
    overrides = {"*": said} if said is not None else None
    return read_folder(path, into, overrides=overrides, limits=limits, progress=progress)


class _Run:
    """One reading of one folder."""

    def __init__(
        self,
        into: Path,
        readers: Children,
        overrides: Mapping[str, Format],
        limits: Limits,
        progress: Progress | None,
        listing: Listing,
    ) -> None:
        self._into = into
        self._readers = readers
        self._overrides = overrides
        self._limits = limits
        self._progress = progress
        self._listing = listing
        self._tables: list[RawTable] = []
        self._refused = list(listing.refused)
        self._ignored = list(listing.ignored)
        self._bytes = 0

    def reading(self) -> Reading:
        archives = [each for each in self._listing.files if ending(each.name) == ARCHIVE_ENDING]
        files = [each for each in self._listing.files if ending(each.name) != ARCHIVE_ENDING]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            try:
                self._take(files, pool.map(self._read, files))
                for each in archives:
                    self._read_archive(each, pool)
            except BaseException:  # nobody waits for the files that are being read
                self._readers.interrupt()
                raise
        return Reading(
            tuple(sorted(self._tables, key=lambda table: table.name)),
            tuple(sorted(self._refused, key=lambda refused: refused.name)),
            tuple(sorted(self._ignored)),
        )

    def _take(self, files: list[Found], answers: Iterable[dict[str, Any]]) -> None:
        for file, answer in zip(files, answers, strict=True):
            if "members" in answer:
                answer = {  # noqa: PLW2901
                    "refused": "is a zip archive, though it is not named like one",
                    "hint": "name it .zip",
                }
            self._add(file.name, answer)
            self._count(file)

    def _count(self, file: Found) -> None:
        self._bytes += file.size
        if self._progress is not None:
            self._progress(file.name, self._bytes, sum(f.size for f in self._listing.files))

    def _add(self, name: str, answer: dict[str, Any]) -> None:
        """Put the answer about one file into the reading."""
        if "refused" in answer:
            self._refused.append(Refused(name, answer["refused"], answer["hint"]))
            return
        for part in answer["refused_parts"]:
            self._refused.append(Refused(f"{name}/{part['name']}", part["reason"], part["hint"]))
        self._ignored += [f"{name}/{part}" for part in answer["ignored"]]
        for table in answer.get("tables", ()):
            folder = self._into / answer["key"]
            self._tables.append(
                RawTable(
                    name=f"{name}/{table['part']}" if table["part"] else name,
                    file=folder / table["file"],
                    columns=tuple(table["columns"]),
                    rows=table["rows"],
                    found=dict(table["found"]),
                    unreadable=folder / table["unreadable"] if table["unreadable"] else None,
                    unreadable_rows=table["unreadable_rows"],
                )
            )

    def _read(self, file: Found) -> dict[str, Any]:
        try:
            return self._staged(_content(file))
        except CannotRead as refusal:
            return _as_answer(refusal)

    def _staged(self, content: _Content) -> dict[str, Any]:
        """The answer about a file whose tables stand in the folder of its key."""
        key = self._key(content)
        known = finished(self._into, key)
        if known is None:
            with half(self._into) as folder:
                known = self._asked(content, folder)
                if "refused" not in known and "members" not in known:
                    keep(folder, key, known)
        return known | {"key": key}

    def _key(self, content: _Content) -> str:
        ends = ending(content.name)
        if ends in WORKBOOK_ENDINGS and self._overrides:
            # Each sheet may have a format of its own, found by its name.
            return key_of(content.sha256, content.name, self._overrides)
        said = format_for(content.name, self._overrides)
        return key_of(content.sha256, ends, {"": said} if said else {})

    def _asked(self, content: _Content, folder: Path) -> dict[str, Any]:
        """Let a reading process read a file, and see that it was the same before and after."""
        request = Request(  # from where the process stands a relative path leads elsewhere
            str(content.path.absolute()),
            content.name,
            str(folder.absolute()),
            content.in_archive,
            dict(self._overrides),
            self._limits,
            self._limits.allowance(content.size),
        )
        answer = self._readers.ask(request, content.size)
        if "disk" in answer:
            with saying_what_to_do(self._into):
                raise OSError(answer["disk"], os.strerror(answer["disk"]), answer["file"] or None)
        if signature(content.path) != content.signature:
            raise CannotRead(
                "changed while it was being read",
                "wait until it is written, then run the same import again",
            )
        return answer

    def _read_archive(self, file: Found, pool: ThreadPoolExecutor) -> None:
        try:
            content = _content(file)
            with half(self._into) as folder:
                answer = self._asked(content, folder)
                if "tables" in answer:  # a workbook that is named .zip
                    answer = self._staged(content)
                self._add(file.name, answer)
                members = [
                    _Content(
                        path=folder / each["file"],
                        name=f"{file.name}/{each['name']}",
                        size=each["size"],
                        sha256=each["sha256"],
                        signature=signature(folder / each["file"]),
                        in_archive=True,
                    )
                    for each in answer.get("members", ())
                ]
                for member, found in zip(members, pool.map(self._member, members), strict=True):
                    self._add(member.name, found)
        except CannotRead as refusal:
            self._refused.append(Refused(file.name, refusal.reason, refusal.hint))
        self._count(file)

    def _member(self, content: _Content) -> dict[str, Any]:
        try:
            return self._staged(content)
        except CannotRead as refusal:
            return _as_answer(refusal)


def _content(file: Found) -> _Content:
    before = signature(file.path)
    with open_plain(file.path) as opened:
        digest = hashlib.sha256()
        while block := opened.read(_BLOCK):
            digest.update(block)
    return _Content(file.path, file.name, file.size, digest.hexdigest(), before)


def _as_answer(refusal: CannotRead) -> dict[str, Any]:
    return {"refused": refusal.reason, "hint": refusal.hint}
