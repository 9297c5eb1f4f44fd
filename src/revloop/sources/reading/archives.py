"""Archives and compressed files, unpacked under names of our own and within bounds.

A name inside an archive is a word in the report and never a path on the disk. What inflates is
counted while it does: what an archive says about itself is not believed.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import stat
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Protocol
from zipfile import BadZipFile, ZipFile, ZipInfo

from revloop.sources.reading.kinds import ARCHIVE_ENDING, ending, may_hold_a_table
from revloop.sources.reading.limits import MEGABYTE, Limits, in_words
from revloop.sources.reading.results import CannotRead, shown

_PIECE = MEGABYTE
_ENCRYPTED = 0x1 | 0x40
_LONGEST_NAME = 260
_DRIVE = re.compile(r"[A-Za-z]:")
_TAIL = 65_536 + 22
_END = b"PK\x05\x06"
_LOCAL_HEADER = 30
_DAMAGED = "is damaged: it is cut off or was changed"
_PACK_AGAIN = "pack it again"


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive, unpacked."""

    name: str
    file: str
    """Where it lies, in the folder it was unpacked to."""
    size: int
    sha256: str


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass
class Unpacked:
    """What became of the members of an archive."""

    members: list[Member]
    refused: list[tuple[str, CannotRead]]
    ignored: list[str]


def unpack(file: BinaryIO, folder: Path, limits: Limits) -> Unpacked:
    """Write the members that may hold a table to `folder`, in the order of their names.

    Raises:
        CannotRead: if the archive as a whole is not trusted.
    """
    _check_count(file, limits)
    unpacked = Unpacked([], [], [])
    left = limits.largest_unpacked
    try:
        with ZipFile(file) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _check_apart(infos)
            names = Counter(_folded(info.orig_filename) for info in infos)
            for info in sorted(infos, key=lambda each: each.orig_filename):
                name = shown(info.orig_filename)
                try:
                    _check_member(info, several=names[_folded(info.orig_filename)] > 1)
                    if not may_hold_a_table(info.filename):
                        unpacked.ignored.append(name)
                        continue
                    target = folder / f"member-{len(unpacked.members) + 1}"
                    member = _inflate(archive, info, target, min(left, _most(info, limits)))
                except CannotRead as refusal:
                    unpacked.refused.append((name, refusal))
                else:
                    left -= member.size
                    unpacked.members.append(member)
    except (BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
        raise CannotRead(_DAMAGED, _PACK_AGAIN) from error
    return unpacked


def inflate_gzip(file: BinaryIO, target: Path, limits: Limits) -> None:
    """Write what a gzipped file holds to `target`.

    Raises:
        CannotRead: if it is cut off, or becomes too large.
    """
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    most = min(limits.largest_unpacked, limits.largest_ratio * size + MEGABYTE)
    try:
        with gzip.GzipFile(fileobj=file) as inside:
            _copy(inside, target, most, lambda _: None)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CannotRead(_DAMAGED, "compress it again") from error


def _check_count(file: BinaryIO, limits: Limits) -> None:
    """How many members it says it has, before a million of them are made into objects."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - _TAIL))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    count = int.from_bytes(tail[at + 10 : at + 12], "little") if at >= 0 else 0
    if count > limits.most_members:
        raise CannotRead(
            f"has more than {limits.most_members:,} members",
            "pack only the exports, in several archives",
        )


def _check_apart(infos: list[ZipInfo]) -> None:
    """Members that lie over each other make a small archive inflate without end."""
    places = sorted((i.header_offset, i.header_offset + i.compress_size) for i in infos)
    for (_, end), (start, _) in pairwise(places):
        if end + _LOCAL_HEADER > start:
            raise CannotRead("has members that lie over each other", _PACK_AGAIN)


def _folded(name: str) -> str:
    """Names that some disk would take for one."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold()


def _check_member(info: ZipInfo, *, several: bool) -> None:
    name = info.orig_filename
    path = name.replace("\\", "/")
    mode = stat.S_IFMT(info.external_attr >> 16)
    if "\0" in name:
        raise CannotRead("has a NUL character in its name", "rename it")
    if path.startswith("/") or _DRIVE.match(path) or ".." in path.split("/"):
        raise CannotRead("points outside the archive", "pack it under its own name")
    if mode not in {0, stat.S_IFREG}:
        raise CannotRead("is a link or a device, not a file", "pack the file itself")
    if len(name) > _LONGEST_NAME:
        raise CannotRead(f"has a name of more than {_LONGEST_NAME} characters", "rename it")
    if several:
        raise CannotRead("shares its name with another member", "pack one of them")
    if info.flag_bits & _ENCRYPTED:
        raise CannotRead("is encrypted", "pack it without a password")
    if ending(path) == ARCHIVE_ENDING:
        raise CannotRead("is an archive inside an archive", "unpack it into the folder")


def _most(info: ZipInfo, limits: Limits) -> int:
    return limits.largest_ratio * info.compress_size + MEGABYTE


def _inflate(archive: ZipFile, info: ZipInfo, target: Path, most: int) -> Member:
    digest = hashlib.sha256()
    try:
        with archive.open(info) as inside:
            size = _copy(inside, target, most, digest.update)
    except (BadZipFile, EOFError, NotImplementedError, zlib.error, OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the archive
        raise CannotRead(_DAMAGED, _PACK_AGAIN) from error
    return Member(
        shown(info.orig_filename).replace("\\", "/"), target.name, size, digest.hexdigest()
    )


def _copy(source: _Readable, target: Path, most: int, also: Callable[[bytes], object]) -> int:
    size = 0
    with target.open("wb") as file:
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > most:
                break
            also(piece)
            file.write(piece)
    if size > most:
        target.unlink()
        raise CannotRead(
            f"unpacks to more than {in_words(most)}, far more than a table would",
            "unpack it into the folder if you trust it",
        )
    return size
