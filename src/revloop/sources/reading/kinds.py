"""What a file is: by its name whether to look into it, by its first bytes how."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from revloop.sources.reading.results import CannotRead

TEXT_ENDINGS = {".csv", ".tsv", ".tab", ".txt"}
JSON_ENDINGS = {".jsonl", ".ndjson", ".json"}
WORKBOOK_ENDINGS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
PARQUET_ENDINGS = {".parquet", ".pq"}
ARCHIVE_ENDING = ".zip"
COMPRESSED_ENDING = ".gz"
_READ = TEXT_ENDINGS | JSON_ENDINGS | WORKBOOK_ENDINGS | PARQUET_ENDINGS | {ARCHIVE_ENDING}
_OTHER_ARCHIVES = {".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".zst"}
_NEVER_DATA = {"readme", "license", "licence", "notice", "copying", "changelog", "authors"}
_HEAD = 4096
KNOWN = "CSV, TSV, Excel, Parquet, JSON Lines, also gzipped or in a zip archive"


class Kind(StrEnum):
    """How a file is read."""

    TEXT = "text"
    JSON = "json"
    WORKBOOK = "workbook"
    PARQUET = "parquet"
    ARCHIVE = "archive"
    GZIP = "gzip"


def ending(name: str) -> str:
    """`.csv` of `leads.csv` and of `leads.CSV.gz`."""
    path = PurePosixPath(name.lower())
    if path.suffix == COMPRESSED_ENDING:
        path = path.with_suffix("")
    return path.suffix


def may_hold_a_table(name: str) -> bool:
    """Whether a file is looked into; the others are named in the report and left alone."""
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "~$")) or part == "__MACOSX" for part in path.parts)
    if hidden or path.name.split(".")[0].lower() in _NEVER_DATA:
        return False
    return ending(name) in _READ | _OTHER_ARCHIVES or path.suffix.lower() == COMPRESSED_ENDING


def kind_of(file: BinaryIO, name: str) -> Kind:
    """What the first bytes say; the ending decides only between kinds of text.

    Exports are often named for the program that should open them: a web page or a text file
    called `.xls`, a workbook called `.csv`.
    """
    head = file.read(_HEAD)
    file.seek(0)
    if not head:
        raise CannotRead("is empty", "export it again")
    if ending(name) in _OTHER_ARCHIVES:
        raise CannotRead("is an archive that is not read", "pack it as a zip archive")
    known = _by_signature(file, head)
    if known is not None:
        return known
    if head.lstrip()[:9].lower().startswith((b"<html", b"<!doctype", b"<?xml", b"<table")):
        raise CannotRead(
            "is a web page, whatever its name says", "open it in Excel and save it as .xlsx or .csv"
        )
    if ending(name) in PARQUET_ENDINGS:
        raise CannotRead("is not a Parquet file, though it is named like one", "export it again")
    if ending(name) in WORKBOOK_ENDINGS - {".xls"} and b"\0" in head:
        raise CannotRead("is damaged: no workbook begins like this", "save it again or as CSV")
    return Kind.JSON if ending(name) in JSON_ENDINGS else Kind.TEXT


def _by_signature(file: BinaryIO, head: bytes) -> Kind | None:
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith(b"\x1f\x8b"):
        return Kind.GZIP
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Kind.WORKBOOK
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped_kind(file)
    if head.startswith(b"%PDF"):
        raise CannotRead("is a PDF document", "export the data as CSV")
    return None


def _zipped_kind(file: BinaryIO) -> Kind:
    try:
        with ZipFile(file) as archive:
            names = set(archive.namelist())
            opendocument = "content.xml" in names and "mimetype" in names
    except (BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
        raise CannotRead("is damaged: it is cut off or was changed", "export it again") from error
    finally:
        file.seek(0)
    if opendocument or any(each.startswith("xl/") for each in names):
        return Kind.WORKBOOK
    if "[Content_Types].xml" in names:
        raise CannotRead("is a document without tables", "export the data as CSV or Excel")
    return Kind.ARCHIVE
