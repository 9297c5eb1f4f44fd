"""Well-formed text, a block at a time.

The quotes of a block, taken in order, open and close by turns. If every one that opens stands at
the start of a cell and every one that closes at its end, or two stand together for one, then a line
ends a row exactly where an even number of quotes comes before it: that gives the rows, their lines
and whatever is wrong with one of them, and Arrow cuts the cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from revloop.sources.protocol import ROW
from revloop.sources.reading.staged_table import UnreadableRow
from revloop.sources.reading.text.layout import Layout
from revloop.sources.reading.text.reasons import HOLDS_NUL, wrong_width

_Positions = npt.NDArray[np.int64]
_NEWLINE = 10
_RETURN = 13


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows from the beginning of a window."""

    rows: pa.Table | None
    unreadable: Sequence[UnreadableRow]
    size: int
    """Bytes that were read; 0 where the window does not begin with well-formed rows."""
    lines: int


_NOTHING = Stretch(None, (), 0, 0)


def well_formed_rows(data: bytes, line: int, layout: Layout, *, is_all: bool) -> Stretch:
    """As many whole rows as the data begins with.

    Args:
        data: Sound UTF-8.
        line: On which line of the file it begins.
        layout: How rows are written; without an escape, and with quotes and delimiter in ASCII.
        is_all: Whether nothing comes after it, so that its last row needs no line end.
    """
    if is_all and data and not data.endswith(b"\n"):
        stretch = well_formed_rows(data + b"\n", line, layout, is_all=True)
        return replace(stretch, size=min(stretch.size, len(data)))
    quotes = _positions(data, layout.quote.encode())
    size = _end_of_rows(data, layout, quotes)
    if not size:
        return _NOTHING
    data, quotes = data[:size], quotes[: np.searchsorted(quotes, size)]
    if data.count(b"\r") != data.count(b"\r\n"):
        return _NOTHING
    newlines = data.count(b"\n")
    clean = None if b"\0" in data else _cells(data, layout)
    if clean is not None and clean.num_rows == newlines:
        return _numbered(clean, np.arange(line, line + newlines), (), size, newlines)
    return _row_by_row(data, line, layout, quotes, clean)


def _positions(data: bytes, character: bytes) -> _Positions:
    if character not in data:
        return np.empty(0, np.int64)
    return np.flatnonzero(np.frombuffer(data, np.uint8) == character[0])


def _end_of_rows(data: bytes, layout: Layout, quotes: _Positions) -> int:
    """How many bytes are whole rows, before the first quote that is out of place."""
    wrong = _first_out_of_place(data, layout, quotes)
    limit = len(data) if wrong is None else int(quotes[wrong])
    sound = quotes[:wrong]
    end = data.rfind(b"\n", 0, limit) + 1
    # An end of line between quotes belongs to the cell: then the row began before its quote.
    while end and (before := int(np.searchsorted(sound, end))) % 2:
        end = data.rfind(b"\n", 0, int(sound[before - 1])) + 1
    return end


def _first_out_of_place(data: bytes, layout: Layout, quotes: _Positions) -> int | None:
    if not len(quotes):
        return None
    around = np.frombuffer(b"\n" + data + b"\n", np.uint8)  # index i + 1 is data[i]
    quote, delimiter = ord(layout.quote), ord(layout.delimiter)
    before, after = around[quotes], around[quotes + 2]
    fits = np.empty(len(quotes), bool)
    opening = before[0::2]
    fits[0::2] = (opening == delimiter) | (opening == _NEWLINE)
    # Two together inside a cell: the one before closes, this one opens again.
    fits[2::2] |= quotes[2::2] == quotes[1:-1:2] + 1
    closing = after[1::2]
    fits[1::2] = (closing == delimiter) | (closing == _NEWLINE) | (closing == quote)
    ends_line = closing == _RETURN
    if ends_line.any():
        beyond = np.minimum(quotes[1::2] + 3, len(around) - 1)
        fits[1::2] |= ends_line & (around[beyond] == _NEWLINE)
    wrong = np.flatnonzero(~fits)
    return int(wrong[0]) if len(wrong) else None


def _cells(data: bytes, layout: Layout) -> pa.Table | None:
    """The table of rows that all have as many cells as the header; None if one has not."""
    names = [str(number) for number in range(layout.width)]
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(data),  # type: ignore[arg-type]  # the stubs know only Python's own
            read_options=pa.csv.ReadOptions(column_names=names, block_size=len(data) + 1),
            parse_options=pa.csv.ParseOptions(
                delimiter=layout.delimiter, quote_char=layout.quote, newlines_in_values=True
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table.rename_columns(list(layout.columns))


def _numbered(
    table: pa.Table | None,
    numbers: _Positions,
    unreadable: Sequence[UnreadableRow],
    size: int,
    lines: int,
) -> Stretch:
    if table is not None:
        table = table.append_column(ROW, pa.array(numbers, pa.int64()))
    return Stretch(table, unreadable, size, lines)


def _row_by_row(
    data: bytes, line: int, layout: Layout, quotes: _Positions, clean: pa.Table | None
) -> Stretch:
    """The same with a look at each row: its line, its number of cells, and what it holds."""
    newlines = _positions(data, b"\n")
    ends_row = np.searchsorted(quotes, newlines) % 2 == 0
    ends = newlines[ends_row] + 1
    starts = np.concatenate(([0], ends[:-1]))
    first_lines = line + np.concatenate(([0], np.flatnonzero(ends_row)[:-1] + 1))
    delimiters = _positions(data, layout.delimiter.encode())
    delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
    cells = np.diff(np.searchsorted(delimiters, ends), prepend=0) + 1
    holds_nul = np.zeros(len(ends), bool)
    holds_nul[np.searchsorted(ends, _positions(data, b"\0"), side="right")] = True
    good = (cells == layout.width) & ~holds_nul
    over_lines = np.diff(first_lines, append=line + len(newlines)) > 1
    doubtful = np.flatnonzero(~good & over_lines)
    if len(doubtful):  # a quote may have swallowed lines: that needs care
        return _before(int(starts[doubtful[0]]), data, line, layout, quotes)
    # A line without anything on it is no row; only a table of one column could take it for one.
    suspects = np.flatnonzero(~good | (ends - starts <= len("\r\n"))) if layout.width == 1 else None
    unreadable = []
    for row in np.flatnonzero(~good) if suspects is None else suspects:
        text = data[starts[row] : ends[row]]
        blank = not text.strip(b"\r\n") if layout.width == 1 else not text.strip()
        if blank:
            good[row] = False
        elif not good[row]:
            reason = HOLDS_NUL if holds_nul[row] else wrong_width(int(cells[row]), layout.width)
            written = text.decode("utf-8", "replace").rstrip("\r\n")
            unreadable.append(UnreadableRow(int(first_lines[row]), written, reason))
    table = clean
    if clean is None or not good.all():
        kept = _kept(data, starts, ends, good)
        table = _cells(kept, layout) if kept else None
    if (table.num_rows if table is not None else 0) != int(good.sum()):
        return _NOTHING  # Arrow sees other rows than we do: let each be looked at with care
    return _numbered(table, first_lines[good], unreadable, len(data), len(newlines))


def _before(end: int, data: bytes, line: int, layout: Layout, quotes: _Positions) -> Stretch:
    if not end:
        return _NOTHING
    return _row_by_row(data[:end], line, layout, quotes[: np.searchsorted(quotes, end)], None)


def _kept(data: bytes, starts: _Positions, ends: _Positions, good: npt.NDArray[np.bool_]) -> bytes:
    """The bytes of the good rows, joined."""
    if good.all():
        return data
    edges = np.flatnonzero(np.diff(np.concatenate(([False], good, [False])).astype(np.int8)))
    runs = zip(edges[0::2], edges[1::2], strict=True)
    return b"".join(data[starts[first] : ends[last - 1]] for first, last in runs)
