"""From a text file to a staged table."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from revloop.sources.reading.formats import Format
from revloop.sources.reading.limits import Limits, in_words
from revloop.sources.reading.results import CannotRead
from revloop.sources.reading.staged_table import StagedTable, Table, UnreadableRow
from revloop.sources.reading.text.careful import CarefulReader
from revloop.sources.reading.text.encoding import as_utf8, find_encoding
from revloop.sources.reading.text.layout import Layout, find_layout
from revloop.sources.reading.text.quick import well_formed_rows
from revloop.sources.reading.text.window import STRETCH, Window

_A_LITTLE = 64 * 1024


def read_text(
    file: BinaryIO, folder: Path, said: Format, limits: Limits, *, may_be_prose: bool = False
) -> Table:
    """Write the table of a text file to `folder`; its rows keep the line they begin on."""
    encoding = find_encoding(file, said.encoding)
    window = Window(as_utf8(file, encoding))
    layout = find_layout(window, said, may_be_prose=may_be_prose)
    if layout.width > limits.most_columns:
        raise CannotRead(
            f"has {layout.width:,} columns; at most {limits.most_columns:,} are read",
            "export fewer columns",
        )
    window.advance(layout.skipped, layout.skipped_lines)
    schema = pa.schema([pa.field(name, pa.string()) for name in layout.columns])
    staged = StagedTable(folder, "table-1", schema)
    _read_rows(window, layout, staged, sound=encoding.sound)
    return staged.finish("", {"encoding": encoding.shown, **layout.found})


def _read_rows(window: Window, layout: Layout, staged: StagedTable, *, sound: bool) -> None:
    simple = layout.escape is None and (layout.delimiter + layout.quote).isascii()
    careful = CarefulReader(layout)
    enough = _A_LITTLE
    while window.data:
        if simple and (sound or _decodes(window.data)):
            stretch = well_formed_rows(window.data, window.line, layout, is_all=window.ended)
            if stretch.size:
                if stretch.rows is not None:
                    staged.add(stretch.rows)
                staged.add_unreadable(stretch.unreadable)
                window.advance(stretch.size, stretch.lines)
                continue
        records, size = careful.read(window.data, window.line, is_all=window.ended, enough=enough)
        # Faults come together: the more of them, the longer before the quick way is tried again.
        enough = min(2 * enough, STRETCH)
        for table in records.tables:
            staged.add(table)
        staged.add_unreadable(records.unreadable)
        if size:
            window.advance(size, records.read)
        else:
            staged.add_unreadable([_skipped_line(window)])


def _skipped_line(window: Window) -> UnreadableRow:
    line = window.line
    beginning = window.skip_line().decode("utf-8", "replace")
    return UnreadableRow(line, beginning, f"the line is longer than {in_words(STRETCH)}")


def _decodes(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        # The last letter may be cut in two by the end of the window.
        return error.start >= len(data) - 3
    return True
