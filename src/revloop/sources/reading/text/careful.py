"""Text with faults, a record at a time, with Python's own strict reader.

A quote that is never closed swallows the lines below it. When these are whole rows by themselves,
or the quote is not closed before the end, only the line with the quote is given up.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from revloop.sources.protocol import ROW
from revloop.sources.reading.results import CannotRead
from revloop.sources.reading.staged_table import UnreadableRow
from revloop.sources.reading.text.layout import Layout
from revloop.sources.reading.text.reasons import (
    HOLDS_NUL,
    NEVER_CLOSED,
    NOT_DECODABLE,
    out_of_place,
    wrong_width,
)
from revloop.sources.reading.text.window import STRETCH

_MOST_READ_AGAIN = 4 * STRETCH
"""Characters: a file made of quotes that are never closed would be read for ever."""
_UNSTORABLE = re.compile("[\0\udc80-\udcff]")
_CELLS_TOGETHER = 200_000

csv.field_size_limit(2 * STRETCH)


@dataclass
class Records:
    """What was read of a window so far."""

    layout: Layout
    line: int
    """Of the file, at the beginning of the window."""
    tables: list[pa.Table] = field(default_factory=list)
    unreadable: list[UnreadableRow] = field(default_factory=list)
    read: int = 0
    """Lines that are dealt with."""
    _rows: list[list[str]] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)

    def good(self, row: list[str], at: int) -> None:
        self._rows.append(row)
        self._numbers.append(self.line + at)
        if len(self._rows) * self.layout.width >= _CELLS_TOGETHER:
            self.flush()

    def bad(self, lines: list[str], at: int, reason: str) -> None:
        text = "".join(lines).rstrip("\r\n")
        self.unreadable.append(UnreadableRow(self.line + at, text, reason))

    def flush(self) -> None:
        if self._rows:
            columns = zip(*self._rows, strict=True)
            texts = [pa.array([cell or None for cell in each], pa.string()) for each in columns]
            numbers = pa.array(self._numbers, pa.int64())
            self.tables.append(pa.table([*texts, numbers], names=[*self.layout.columns, ROW]))
            self._rows, self._numbers = [], []


class _Lines(Iterator[str]):
    """Lines that can be read again from any of them."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def __next__(self) -> str:
        if self.at == len(self.lines):
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


@dataclass
class CarefulReader:
    """Reads what the quick way leaves."""

    layout: Layout
    read_again: int = 0
    """Characters of lines that an open quote had swallowed."""

    def read(self, data: bytes, line: int, *, is_all: bool, enough: int) -> tuple[Records, int]:
        """Rows from the beginning of some data, and how many bytes they are.

        Args:
            data: UTF-8, with what could not be decoded as bytes that are not.
            line: On which line of the file it begins.
            is_all: Whether the file ends where it does.
            enough: After so many bytes the quick way may try again.

        Returns:
            No records and 0 bytes if the first line is longer than the data.
        """
        text = data.decode("utf-8", "surrogateescape")
        lines = list(io.StringIO(text, newline=""))
        if not is_all and lines and not lines[-1].endswith("\n"):
            lines.pop()  # it goes on; after a carriage return a line feed may follow
        records = Records(self.layout, line)
        source = _Lines(lines)
        reader = self._reader(source)
        look_inside = _UNSTORABLE.search(text) is not None
        seen = 0
        while source.at < len(lines) and seen < enough:
            first = source.at
            try:
                row = next(reader)
            except csv.Error as error:
                if "unexpected end" in str(error):
                    if not is_all and (first > 0 or len(data) < STRETCH):
                        break  # it goes on beyond this window
                    source.at = self._never_closed(records, source, first)
                else:
                    source.at = self._broken(records, source, first, None)
            else:
                if self._is_row(row, records, source, first, look_inside=look_inside):
                    records.good(row, first)
            seen += sum(map(len, lines[first : source.at]))
            records.read = source.at
        records.flush()
        return records, len("".join(lines[: records.read]).encode("utf-8", "surrogateescape"))

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        layout = self.layout
        return csv.reader(
            lines,
            delimiter=layout.delimiter,
            quotechar=layout.quote,
            escapechar=layout.escape,
            strict=True,
        )

    def _never_closed(self, records: Records, source: _Lines, first: int) -> int:
        """A quote is open at the end of the window; gives the line to go on with."""
        if self.read_again > _MOST_READ_AGAIN:
            raise CannotRead(
                f"has too many quotes that are not closed, the last on line {records.line + first}",
                "export it again; if its quotes mean nothing, name another quote for it",
            )
        return self._give_up(records, first, source.lines[first:])

    def _give_up(self, records: Records, first: int, taken: list[str]) -> int:
        """Report only the line with the open quote; those that it swallowed are read again."""
        self.read_again += sum(map(len, taken))
        records.bad(taken[:1], first, NEVER_CLOSED)
        return first + 1

    def _is_row(
        self, row: list[str], records: Records, source: _Lines, first: int, *, look_inside: bool
    ) -> bool:
        """Whether a record becomes a row of the table; if not, it is dealt with."""
        if not row or (len(row) == 1 < self.layout.width and not source.lines[first].strip()):
            return False  # a blank line
        fault = _UNSTORABLE.search("".join(row)) if look_inside else None
        if fault is not None:
            reason = HOLDS_NUL if fault.group() == "\0" else NOT_DECODABLE
            records.bad(source.lines[first : source.at], first, reason)
            return False
        if len(row) != self.layout.width:
            source.at = self._broken(records, source, first, len(row))
            return False
        return True

    def _broken(self, records: Records, source: _Lines, first: int, cells: int | None) -> int:
        """Report a record, or only its first line; gives the line to go on with."""
        taken = source.lines[first : source.at]
        if self.read_again < _MOST_READ_AGAIN and self._are_rows(taken[1:]):
            return self._give_up(records, first, taken)
        span = (records.line + first, records.line + source.at - 1) if len(taken) > 1 else None
        width = self.layout.width
        reason = out_of_place(span) if cells is None else wrong_width(cells, width, span)
        records.bad(taken, first, reason)
        return source.at

    def _are_rows(self, lines: list[str]) -> bool:
        """Whether each line is a whole row by itself: text that runs over lines never is."""
        if self.layout.width == 1 or not lines:
            return False
        try:
            return all(len(next(self._reader(iter([line])))) == self.layout.width for line in lines)
        except csv.Error:
            return False
