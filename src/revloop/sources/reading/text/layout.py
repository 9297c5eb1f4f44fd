"""How a text file is laid out: its delimiter, and the line that names its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import log2

from revloop.sources.reading.formats import Format
from revloop.sources.reading.headers import (
    column_names,
    header_position,
    lacks_only_empty_ends,
    usual_width,
)
from revloop.sources.reading.limits import in_words
from revloop.sources.reading.results import CannotRead
from revloop.sources.reading.text.window import Window

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SAMPLE_BYTES = 1024 * 1024
_SAMPLE_ROWS = 1_000
# A file without a single delimiter is a list; one where they stand by chance is one too.
_LEAST_REGULAR = 0.5
_FOREIGN_HEADER = 0.6
"""What a delimiter is worth that does not divide the first line which others divide."""
_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a text file are written, and where they begin."""

    delimiter: str
    quote: str
    escape: str | None
    columns: tuple[str, ...]
    skipped: int
    """Bytes of UTF-8 up to the first row."""
    skipped_lines: int
    found: Mapping[str, str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return len(self.columns)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the sample: its cells, and the lines it takes (`last` is the one after it)."""

    cells: list[str]
    first: int
    last: int


def find_layout(window: Window, said: Format, *, may_be_prose: bool) -> Layout:
    """Look at the beginning of a text.

    Args:
        window: The text, from its first line.
        said: What is known already.
        may_be_prose: Whether a text without delimiters is refused: a list of words is
            taken for a table only where the file is named like one.
    """
    lines = _sample(window)
    start, announced = _announced(lines)
    delimiter = said.delimiter or announced or _likeliest(lines[start:], said)
    if not delimiter and may_be_prose:
        raise CannotRead(
            "holds no table: its lines are not divided by commas, semicolons, tabs or pipes",
            "if it is a list of one column, name it .csv",
        )
    rows = list(_rows(lines, start, delimiter or ",", said))
    header, width = _header(rows, said)
    names, notes = column_names(header.cells if header else [], width)
    first = header.last if header else rows[0].first
    skipped = len("".join(lines[:first]).encode("utf-8", "surrogateescape"))
    found = {
        "delimiter": _DELIMITERS.get(delimiter, repr(delimiter)) if delimiter else "none",
        "header": f"line {header.first + 1}" if header else "none",
    }
    above = " / ".join(line.strip() for line in lines[start : header.first if header else start])
    if above.strip(" /"):
        found["above the header"] = _printable(above)[:_LONGEST_SHOWN]
    return Layout(
        delimiter or ",", said.quote or '"', said.escape, names, skipped, first, found | notes
    )


def _sample(window: Window) -> list[str]:
    data = window.data
    if not window.ended and b"\n" not in data and b"\r" not in data:
        raise CannotRead(
            f"has no line end in its first {in_words(len(data))}",
            "it may be damaged: export it again",
        )
    if len(data) > _SAMPLE_BYTES or not window.ended:
        end = data.rfind(b"\n", 0, _SAMPLE_BYTES) + 1 or data.find(b"\n") + 1
        data = data[: end or data.rfind(b"\r") + 1 or len(data)]
    return list(io.StringIO(data.decode("utf-8", "surrogateescape"), newline=""))


def _announced(lines: list[str]) -> tuple[int, str]:
    """`sep=;`, which Excel writes and reads as the first line."""
    first = lines[0].rstrip("\r\n").strip('"') if lines else ""
    if first.lower().startswith("sep=") and len(first) == len("sep=") + 1:
        return 1, first[-1]
    return 0, ""


def _likeliest(lines: list[str], said: Format) -> str:
    """The delimiter that divides most lines into the same, and a larger, number of cells."""
    first_divided = next((line for line in lines if any(each in line for each in _DELIMITERS)), "")
    worth = {}
    for delimiter in _DELIMITERS:
        counts = [len(row.cells) for row in _rows(lines, 0, delimiter, said)]
        several = [count for count in counts if count > 1]
        if not several:
            continue
        width = max(several, key=several.count)
        regular = several.count(width) / len(counts)
        if regular >= _LEAST_REGULAR or (len(several) == len(counts) and len(counts) <= 2):  # noqa: PLR2004
            heads = delimiter in first_divided
            worth[delimiter] = regular * log2(width) * (1 if heads else _FOREIGN_HEADER)
    return max(worth, key=lambda each: worth[each], default="")


def _rows(lines: list[str], start: int, delimiter: str, said: Format) -> Iterator[_Row]:
    """The rows of the sample that are not blank."""
    reader = csv.reader(
        iter(lines[start:]),
        delimiter=delimiter,
        quotechar=said.quote or '"',
        escapechar=said.escape,
    )
    first = start
    for _ in range(_SAMPLE_ROWS):
        try:
            cells = next(reader, None)
        except csv.Error:
            cells = []
        if cells is None:
            return
        last = start + reader.line_num
        if "".join(cells).strip():
            yield _Row(cells, first, last)
        first = last


def _header(rows: list[_Row], said: Format) -> tuple[_Row | None, int]:
    """The row of names, None if the file has none, and how many columns there are."""
    if not rows:
        raise CannotRead("holds no rows, not even names of columns", "export it again")
    if said.header_row == 0:
        return None, usual_width([row.cells for row in rows])
    if said.header_row is not None:
        line = said.header_row - 1
        header = next((row for row in rows if row.first <= line < row.last), None)
        if header is None:
            raise CannotRead(f"has no row of names on line {said.header_row}", "give another line")
        below = [row.cells for row in rows if row.first >= header.first]
        return header, max(usual_width(below), len(header.cells))
    cells = [row.cells for row in rows]
    width = usual_width(cells)
    if 1 < len(cells[0]) == width - 1 and not lacks_only_empty_ends(cells, width):
        raise CannotRead(
            f"names {width - 1} columns, but its rows have {width} cells",
            "write the name that is missing; or, if the last column has none, say header_row=1",
        )
    position = header_position(cells, width)
    return rows[position], max(len(cells[position]), usual_width(cells[position:]))


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)
