"""The rows of a sheet, counted in its XML without a reader of workbooks.

Readers have been seen to believe a wrong `<dimension>` and to leave out millions of rows without a
word, and to ask for half a terabyte for one cell at the far corner. This counts what is written, in
pieces of bounded size, and says how far a sheet reaches before anything is made for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from posixpath import join, normpath
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from revloop.sources.reading.limits import MEGABYTE, in_words
from revloop.sources.reading.results import CannotRead

_PIECE = MEGABYTE
_LONGEST_ROW = 64 * MEGABYTE
_LONGEST_INDEX = 16 * MEGABYTE
_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONSHIP = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_ROW_NUMBER = re.compile(rb'^[^>]*?\br="(\d{1,9})"')
_PREFIX = re.compile(rb"<(\w+:)?(?:worksheet|sst)[\s>]")
_ERROR = b't="e"'
_AFTER_A_NAME = {b" ", b">", b"/", b"\t", b"\r", b"\n"}
_CELL = re.compile(rb'\br="([A-Z]{1,3})\d')
_DAMAGED = "is damaged: parts of it are missing or changed"
_SAVE_AGAIN = "open it in Excel and save it again, or as CSV"


@dataclass(frozen=True, slots=True)
class RawRows:
    """What the XML of a sheet holds."""

    rows: int
    """With at least one value."""
    errors: int
    """Cells with an Excel error such as #N/A, which no reader takes for a value."""
    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def cells(self) -> int:
        """Of the rectangle around all values."""
        if not self.rows:
            return 0
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)


def sheet_files(archive: ZipFile) -> dict[str, str]:
    """Where the XML of each sheet lies, by the sheet's name."""
    targets = {}
    for _, attributes in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship"):
        target = attributes.get("Target", "")
        targets[attributes.get("Id", "")] = (
            target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        )
    found = {}
    for _, attributes in _elements(archive, "xl/workbook.xml", "sheet"):
        key = attributes.get(f"{_RELATIONSHIP} id") or attributes.get(f"{_STRICT_RELATIONSHIP} id")
        found[attributes.get("name", "")] = targets.get(key or "", "")
    return found


def _elements(archive: ZipFile, file: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The attributes of all elements of a small file with a local name."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == name:
            found.append((tag, attributes))

    def refuse(*_: object) -> None:
        raise CannotRead("defines entities in its XML, which no workbook does", _SAVE_AGAIN)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    try:
        with archive.open(file) as part:
            content = part.read(_LONGEST_INDEX + 1)
        if len(content) > _LONGEST_INDEX:
            raise CannotRead(f"has a list of sheets of more than {in_words(_LONGEST_INDEX)}")
        parser.Parse(content, True)  # noqa: FBT003 - expat takes no names
    except (KeyError, expat.ExpatError) as error:
        raise CannotRead(_DAMAGED, _SAVE_AGAIN) from error
    return iter(found)


def refuse_unless_sound(archive: ZipFile, file: str) -> None:
    """Refuse a sheet whose XML breaks off or contradicts itself.

    A reader takes what it cannot read for an empty sheet; this is asked of such sheets only, since
    it costs as much as reading them.
    """
    parser = expat.ParserCreate()
    try:
        with archive.open(file) as part:
            parser.ParseFile(part)
    except expat.ExpatError as error:
        raise CannotRead(_DAMAGED, _SAVE_AGAIN) from error


def count_rows(archive: ZipFile, file: str) -> RawRows:
    """Read the XML of a sheet through."""
    rows = errors = left = right = 0
    first = last = (0, b"")
    for at, (prefix, piece) in enumerate(_pieces(archive, file, b"row"), start=1):
        errors += piece.count(_ERROR)
        if not _value(prefix).search(piece):
            continue
        last = (at, piece)
        if not rows:
            first = last
        rows += 1
        columns = _columns(piece, prefix)
        left = min(left or columns[0], columns[0])
        right = max(right, columns[1])
    return RawRows(rows, errors, _row_number(*first), _row_number(*last), left, right)


def _row_number(at: int, piece: bytes) -> int:
    """As the row says of itself; one that does not is the next one."""
    said = _ROW_NUMBER.match(piece)
    return int(said.group(1)) if said else at


def count_rows_with_text(archive: ZipFile, file: str) -> int:
    """The same without rows whose every value is an empty text or an error.

    Some programs write an empty text for nothing; this looks each of them up.
    """
    empty = _empty_texts(archive)
    rows = 0
    for prefix, piece in _pieces(archive, file, b"row"):
        for cell in piece.split(b"<" + prefix + b"c ")[1:]:
            value = _value(prefix).search(cell)
            if value is None or _ERROR in cell.split(b">", 1)[0]:
                continue
            if b't="s"' in cell.split(b">", 1)[0]:
                index = re.match(rb"\s*(\d+)", cell[value.end() - 1 :])
                if index and int(index.group(1)) in empty:
                    continue
            rows += 1
            break
    return rows


def _empty_texts(archive: ZipFile) -> frozenset[int]:
    name = next((n for n in archive.namelist() if n.lower() == "xl/sharedstrings.xml"), None)
    if name is None:
        return frozenset()
    pieces = enumerate(_pieces(archive, name, b"si"))
    return frozenset(at for at, (prefix, piece) in pieces if not _value(prefix).search(piece))


_VALUES: dict[bytes, re.Pattern[bytes]] = {}


def _value(prefix: bytes) -> re.Pattern[bytes]:
    """The first letter of a number or text: `<v>1`, `<t>a`, `<t xml:space="preserve"> `."""
    if prefix not in _VALUES:
        _VALUES[prefix] = re.compile(b"<" + re.escape(prefix) + rb"[vt](?:\s[^>]*)?(?<!/)>[^<]")
    return _VALUES[prefix]


def _columns(piece: bytes, prefix: bytes) -> tuple[int, int]:
    """The first and the last column of a row; a cell without a name follows the one before."""
    tag = b"<" + prefix + b"c"
    first = _CELL.search(piece, max(piece.find(tag), 0))
    last = _CELL.search(piece, max(piece.rfind(tag), 0))
    if first is None or last is None:
        return 1, piece.count(tag + b" ") + piece.count(tag + b">")
    return _column_number(first.group(1)), _column_number(last.group(1))


@lru_cache(maxsize=1_024)
def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _pieces(archive: ZipFile, file: str, element: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What stands in each element of a name, with the prefix that the file gives to its names."""
    try:
        with archive.open(file) as part:
            yield from _split(part, element)
    except KeyError as error:
        raise CannotRead(_DAMAGED, _SAVE_AGAIN) from error


def _split(part: IO[bytes], element: bytes) -> Iterator[tuple[bytes, bytes]]:
    waiting = part.read(_PIECE)
    named = _PREFIX.search(waiting)
    prefix = (named.group(1) or b"") if named else b""
    opening, closing = b"<" + prefix + element, b"</" + prefix + element
    while True:
        more = part.read(_PIECE)
        pieces = waiting.split(opening)
        for each in pieces[1:-1] if more else pieces[1:]:
            if each[:1] in _AFTER_A_NAME:  # not <rowBreaks>
                yield prefix, each.partition(closing)[0]
        if not more:
            return
        waiting = (opening if len(pieces) > 1 else b"") + pieces[-1] + more
        if len(waiting) > _LONGEST_ROW:
            raise CannotRead(f"has a row of more than {in_words(_LONGEST_ROW)}", _SAVE_AGAIN)
