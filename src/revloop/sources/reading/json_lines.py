"""From JSON Lines, or an array of objects, to a staged table.

It is a text format, so everything stays text as it is written: `1.10` keeps its zero and a long
id its last digits. A value that is itself an object or a list is kept as its JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import pyarrow as pa

from revloop.sources.reading.formats import Format
from revloop.sources.reading.headers import column_names
from revloop.sources.reading.limits import Limits, in_words
from revloop.sources.reading.results import CannotRead
from revloop.sources.reading.staged_table import StagedTable, Table, UnreadableRow
from revloop.sources.reading.text.encoding import as_utf8, find_encoding
from revloop.sources.reading.text.reasons import HOLDS_NUL, NOT_DECODABLE
from revloop.sources.reading.text.window import STRETCH, Window

_CELLS_TOGETHER = 200_000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_SPACE = re.compile(r"[ \t\r\n]*")
_HINT = "write one object on each line"


class _Number(str):
    """A number as it is written, told from a text that looks like one."""

    __slots__ = ()


class _Fault(ValueError):
    """Why an object is no row."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Fault("the object names a value twice")
    return made


def _no_number(name: str) -> NoReturn:
    raise _Fault(f"{name} is no number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_Number, parse_float=_Number, parse_constant=_no_number
)
_Row = tuple[int, dict[str, Any] | UnreadableRow]


def read_json(file: BinaryIO, folder: Path, said: Format, limits: Limits) -> Table:
    """Write the table of a JSON file to `folder`; its rows keep the line they begin on."""
    encoding = find_encoding(file, said.encoding)

    def rows() -> Iterator[_Row]:
        window = Window(as_utf8(file, encoding))
        if window.data.lstrip()[:1] == b"[":
            return _rows_of_array(window, limits)
        return _rows_of_lines(window)

    keys = _keys(rows(), limits)
    if not keys:
        raise CannotRead("holds no objects with named values", _HINT)
    names, notes = column_names(keys, len(keys))
    staged = StagedTable(folder, "table-1", pa.schema([(name, pa.string()) for name in names]))
    waiting: list[tuple[int, dict[str, Any]]] = []
    for number, row in rows():
        if isinstance(row, UnreadableRow):
            staged.add_unreadable([row])
            continue
        waiting.append((number, row))
        if len(waiting) * len(keys) >= _CELLS_TOGETHER:
            staged.add(_table(waiting, keys, staged.schema))
            waiting = []
    if waiting:
        staged.add(_table(waiting, keys, staged.schema))
    return staged.finish("", {"encoding": encoding.shown} | notes)


def _keys(rows: Iterator[_Row], limits: Limits) -> list[str]:
    """Every name in the file, in the order of their first appearance."""
    keys: dict[str, None] = {}
    for _, row in rows:
        if isinstance(row, dict) and not row.keys() <= keys.keys():
            keys.update(dict.fromkeys(row))
            if len(keys) > limits.most_columns:
                raise CannotRead(
                    f"names more than {limits.most_columns:,} different values", "export fewer"
                )
    return list(keys)


def _table(rows: list[tuple[int, dict[str, Any]]], keys: list[str], schema: pa.Schema) -> pa.Table:
    columns: list[pa.Array[Any]] = [
        pa.array([_text(row.get(key)) or None for _, row in rows], pa.string()) for key in keys
    ]
    numbers = pa.array([number for number, _ in rows], pa.int64())
    return pa.Table.from_arrays([*columns, numbers], schema=schema)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return _as_json(value)


def _as_json(value: object) -> str:
    """JSON again, with numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        inside = (
            f"{json.dumps(key, ensure_ascii=False)}: {_as_json(v)}" for key, v in value.items()
        )
        return "{" + ", ".join(inside) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _rows_of_lines(window: Window) -> Iterator[_Row]:
    while window.data:
        end = len(window.data) if window.ended else window.data.rfind(b"\n") + 1
        if not end:
            line = window.line
            beginning = window.skip_line().decode("utf-8", "replace")
            reason = f"the line is longer than {in_words(STRETCH)}"
            yield line, UnreadableRow(line, beginning, reason)
            continue
        lines = window.data[:end].split(b"\n")
        for number, line_bytes in enumerate(lines, start=window.line):
            text = line_bytes.decode("utf-8", "surrogateescape").strip(" \t\r")
            if text:
                yield number, _row(text, number)
        window.advance(end, len(lines) - 1)


def _rows_of_array(window: Window, limits: Limits) -> Iterator[_Row]:
    window.fill(limits.largest_json_array + 1)
    if not window.ended:
        raise CannotRead(f"is one array of more than {in_words(limits.largest_json_array)}", _HINT)
    text = window.data.decode("utf-8", "surrogateescape")
    at = _space(text, text.index("[") + 1)
    line, counted = 1, 0
    while not text.startswith("]", at):
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise CannotRead(f"is no JSON any more on line {line}", _HINT) from error
        yield line, _checked(value, text[at:end], line)
        at = _space(text, end)
        if not text.startswith((",", "]"), at):
            raise CannotRead(f"is no JSON any more after line {line}", _HINT)
        at = _space(text, at + 1) if text[at] == "," else at


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _whole(text: str) -> object:
    value, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise _Fault("something follows the object")
    return value


def _row(text: str, line: int) -> dict[str, Any] | UnreadableRow:
    try:
        value = _whole(text)
    except _Fault as fault:
        return UnreadableRow(line, text, str(fault))
    except (ValueError, RecursionError):
        return UnreadableRow(line, text, "the line is no JSON")
    return _checked(value, text, line)


def _checked(value: object, text: str, line: int) -> dict[str, Any] | UnreadableRow:
    if not isinstance(value, dict):
        return UnreadableRow(line, text, "the value is not an object with names")
    fault = _fault(value)
    return UnreadableRow(line, text, fault) if fault else value


def _fault(row: dict[str, Any]) -> str:
    """A character that no table can store."""
    for key, value in row.items():
        for each in (key, value if isinstance(value, str) else ""):
            found = None if each.isascii() and "\0" not in each else _UNSTORABLE.search(each)
            if found:
                return HOLDS_NUL if found.group() == "\0" else NOT_DECODABLE
        if isinstance(value, dict | list) and _UNSTORABLE.search(_as_json(value)):
            return NOT_DECODABLE
    return ""
