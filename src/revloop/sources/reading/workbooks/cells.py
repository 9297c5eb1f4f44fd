"""The values of a sheet as typed columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias

import pyarrow as pa

Value: TypeAlias = str | float | bool | datetime | date | time | timedelta

_EXACT = 2**53
"""Beyond it a number in a workbook is no longer exact, and no integer."""
_MINUTE, _HOUR = 60, 3_600


def kinds_in(values: Sequence[Value]) -> set[type]:
    """The types among some cells; of a number, whether it is whole."""
    kinds = set(map(type, values))
    if float in kinds and all(
        each.is_integer() and abs(each) < _EXACT for each in values if type(each) is float
    ):
        kinds = (kinds - {float}) | {int}
    if str in kinds and not any(each for each in values if type(each) is str):
        kinds.discard(str)  # an empty cell
    return kinds


def arrow_type(kinds: set[type]) -> pa.DataType:
    """What holds all of them; text if nothing else does."""
    if kinds == {bool}:
        return pa.bool_()
    if kinds == {int}:
        return pa.int64()
    if kinds and kinds <= {int, float}:
        return pa.float64()
    if kinds and kinds <= {date, datetime}:
        return pa.timestamp("us")
    return pa.string()


def column(values: Iterable[Value], kind: pa.DataType) -> pa.Array[Any]:
    """Cells of one column; an empty one is null."""
    made: list[Any]
    if pa.types.is_string(kind):
        made = [as_text(each) or None for each in values]
    elif pa.types.is_integer(kind):
        made = [None if each == "" else int(each) for each in values]  # type: ignore[arg-type]
    elif pa.types.is_timestamp(kind):
        made = [_as_instant(each) for each in values]
    else:
        made = [None if each == "" else each for each in values]
    return pa.array(made, kind)


def _as_instant(value: Value) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else None  # noqa: DTZ001 - a workbook has no zones


def as_text(value: Value) -> str:
    """A value beside text in its column: `42`, `1.5`, `TRUE`, `2026-01-31 09:30:00`, `26:30:00`."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        minutes = seconds % _HOUR // _MINUTE
        return f"{sign}{seconds // _HOUR}:{minutes:02}:{seconds % _MINUTE:02}"
    return value.isoformat() if isinstance(value, date | time) else str(value)
