"""How the columns and the cells of a reading are said on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from revloop.analysis import phrases
from revloop.analysis.reading import Column
from revloop.web.shell.tags import day

_PERCENT = "0 to 1"
_FEW = 10


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column."""

    label: str
    is_number: bool
    means: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    is_number: bool
    label: str = ""
    """Of its column, for where there is no head above it."""


def heads(table: pa.Table, columns: Sequence[Column]) -> list[Head]:
    means = {column.name: column.means for column in columns}
    return [
        Head(phrases.label(field.name), _is_number(field.type), means.get(field.name, ""))
        for field in table.schema
    ]


def rows(table: pa.Table, columns: Sequence[Column]) -> list[list[Cell]]:
    """Every row of a small table, in the words of a page."""
    units = {column.name: column.unit for column in columns}
    kinds = [(field.name, _is_number(field.type)) for field in table.schema]
    return [
        [Cell(said(row[name], units.get(name, "")), is_number) for name, is_number in kinds]
        for row in table.to_pylist()
    ]


def said(value: Any, unit: str = "") -> str:
    """One cell: a share in percent, a day as a day; what is not known is a dash."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float() if unit == _PERCENT:
            return f"{value * 100:.1f}\u202f%"
        case float():
            return f"{value:,.1f}" if abs(value) >= _FEW else f"{value:,.2f}"
        case datetime():
            return day(value)
        case date():
            return value.isoformat()
        case _:
            return str(value).replace("_", " ")


def _is_number(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)
    )
