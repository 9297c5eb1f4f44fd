"""A table as a notebook shows it: numbers to the right, money and shares as people write them.

What a column means and in which unit it is stands in the metadata of its field, so that a table that
was filtered or sorted on the way is still said rightly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from revloop.analysis import phrases
from revloop.kit.money import DECIMALS

if TYPE_CHECKING:
    from revloop.analysis.reading import Column

MINOR, SHARES = "minor units", frozenset({"0 to 1", "share"})
_MEANS, _UNIT = b"means", b"unit"
_FEW = 10


def explained(table: pa.Table, columns: Sequence[Column], like: Iterable[pa.Table]) -> pa.Table:
    """The table with the meaning and the unit of each column, as far as they are known by its name.

    Args:
        table: to be explained; what engines make of tables, as a join, forgets what columns mean.
        columns: what is known of them.
        like: tables that may have the same columns.

    """
    known: dict[str, Any] = {
        field.name: field.metadata for each in like for field in each.schema if field.metadata
    }
    known |= {each.name: _metadata(each) for each in columns}
    fields = [
        field if field.metadata else field.with_metadata(known.get(field.name, {}))
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def explaining(field: pa.Field[Any], column: Column) -> pa.Field[Any]:
    """A field that says what it means and in which unit it is."""
    return field.with_metadata(_metadata(column))


def _metadata(column: Column) -> dict[bytes | str, bytes | str]:
    return {_MEANS: column.means.encode(), _UNIT: column.unit.encode()}


@dataclass(frozen=True)
class Sheet:
    """A table to look at; `table` is the one to compute with."""

    table: pa.Table
    currency: str = ""
    """Of what is in minor units; where it is not known, they are shown as they are."""
    zone: str = "UTC"
    """In whose days instants are said."""
    most: int = 20
    """Rows that are shown."""

    @property
    def heads(self) -> list[str]:
        """What stands above each column; money with its currency."""
        return [
            f"{phrases.label(field.name)}, {self.currency}"
            if self.currency and _said_of(field, _UNIT) == MINOR
            else phrases.label(field.name)
            for field in self._fields
        ]

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the rows that are shown; a number with its interval is one: `8.1 [7.0 to 9.3]`."""
        return [
            [self._with_interval(row, field) for field in self._fields]
            for row in self.table.slice(0, self.most).to_pylist()
        ]

    @property
    def left(self) -> int:
        """Rows that are not shown."""
        return max(0, self.table.num_rows - self.most)

    @property
    def _fields(self) -> list[pa.Field[Any]]:
        """The columns that are shown; ends of intervals stand with their number."""
        ends = {name for pair in _intervals(self.table.column_names).values() for name in pair}
        return [field for field in self.table.schema if field.name not in ends]

    def _with_interval(self, row: dict[str, Any], field: pa.Field[Any]) -> str:
        name, unit = field.name, _said_of(field, _UNIT)
        if _is_key(name):
            return str(row[name])
        said = self._cell(row[name], unit)
        pair = _intervals(self.table.column_names).get(name)
        if pair is None or row[pair[0]] is None or row[pair[1]] is None:
            return said
        low, high = (self._cell(row[end], unit) for end in pair)
        if unit in SHARES:
            low = low.rstrip("\N{NARROW NO-BREAK SPACE}%")
        return f"{said} [{low} to {high}]"

    def _cell(self, value: Any, unit: str) -> str:
        match value:
            case None:
                said = "–"
            case bool():
                said = "yes" if value else "no"
            case int() | float() if unit == MINOR and self.currency:
                decimals = DECIMALS.get(self.currency, 2)
                # What was booked is exact; an end of an interval is no matter of cents.
                said = f"{value / 10**decimals:,.{decimals if isinstance(value, int) else 0}f}"
            case float() if unit in SHARES:
                said = phrases.share(value)
            case int():
                said = f"{value:,}"
            case float():
                digits = 1 if abs(value) >= _FEW else 2
                said = f"{round(value, digits) + 0.0:,.{digits}f}"  # no zero has a sign
            case datetime():
                said = f"{value.astimezone(ZoneInfo(self.zone)):%d %b %Y}"
            case date():
                said = value.isoformat()
            case _:
                said = str(value).replace("_", " ")
        return said.replace("-", "\N{MINUS SIGN}", 1) if isinstance(value, int | float) else said

    def _repr_html_(self) -> str:
        """As notebooks show it. Every text is escaped: facts hold what anybody wrote."""
        right = [
            f' style="text-align: {"right" if _is_number(field.type) else "left"}"'
            for field in self._fields
        ]
        means = [_said_of(field, _MEANS) for field in self._fields]
        heads = "".join(
            f'<th scope="col"{style}{_title(said)}>{escape(head)}</th>'
            for head, style, said in zip(self.heads, right, means, strict=True)
        )
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td{style}>{escape(cell)}</td>" for cell, style in zip(row, right, strict=True)
            )
            + "</tr>\n"
            for row in self.rows
        )
        more = f"<p>and {phrases.counted(self.left, 'more row')}</p>" if self.left else ""
        return (
            # MathJax, which notebooks run over what they show, would take two dollars for a formula.
            '<div class="revloop-sheet tex2jax_ignore" style="overflow-x: auto"><table>\n'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table>{more}</div>"
        )

    def __repr__(self) -> str:
        lines = [self.heads, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        is_number = [_is_number(field.type) for field in self._fields]
        shown = [
            "  ".join(
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(line, widths, is_number, strict=True)
            ).rstrip()
            for line in lines
        ]
        return "\n".join(shown + ([f"and {self.left:,} more rows"] if self.left else []))


def _intervals(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By the column of a number those of the ends of its interval.

    `share` has `share_low` and `share_high`, `win_rate` has `win_low`, and `low` belongs to the column
    before it.
    """
    found: dict[str, tuple[str, str]] = {}
    for place, low in enumerate(names):
        begin = low.removesuffix("low")
        high = f"{begin}high"
        if begin == low or high not in names:
            continue
        before = names[place - 1] if place else ""
        of = (begin.removesuffix("_"), f"{begin}rate") if begin else (before,)
        for name in of:
            if name in names:
                found.setdefault(name, (low, high))
                break
    return found


def _is_key(name: str) -> bool:
    """A number that names a fact: to be copied, and no quantity."""
    return name == "example" or name.endswith("_id")


def _title(said: str) -> str:
    return f' title="{escape(said)}"' if said else ""


def _said_of(field: pa.Field[Any], what: bytes) -> str:
    metadata: dict[bytes, bytes] = field.metadata or {}
    return metadata.get(what, b"").decode()


def _is_number(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)
    )
