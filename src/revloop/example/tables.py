"""Columns of numbers become tables of facts in staged form.

`staged` takes what a module made and gives it the types of the kind, so that no module has to know
how a fact is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from revloop.example.moments import DAY, Flags, Ints, known
from revloop.facts.columns import Holds
from revloop.facts.kinds import KINDS

SOURCE = "acme"

Column: TypeAlias = "pa.Array[Any]"
Cells: TypeAlias = "Column | NDArray[np.generic] | Sequence[object]"
"""A column as the modules make it."""

_TYPES = {
    Holds.KEY: pa.string(),
    Holds.TEXT: pa.string(),
    Holds.TEXTS: pa.list_(pa.string()),
    Holds.INTEGER: pa.int64(),
    Holds.NUMBER: pa.float64(),
    Holds.BOOLEAN: pa.bool_(),
    Holds.INSTANT: pa.timestamp("us", "UTC"),
    Holds.DATE: pa.date32(),
}
_STAGED = {
    "source": Holds.TEXT,
    "source_id": Holds.TEXT,
    "at": Holds.INSTANT,
    "recorded_at": Holds.INSTANT,
    "updated_at": Holds.INSTANT,
    "is_deleted": Holds.BOOLEAN,
}


@dataclass(frozen=True, slots=True)
class Money:
    """A column of amounts."""

    minor: NDArray[np.generic] | Column
    currency: Column | str = "USD"


Columns: TypeAlias = "dict[str, Cells | Money]"
"""The columns of a kind, by name."""


def staged(kind: str, columns: Mapping[str, Cells | Money]) -> pa.Table:
    """A table of facts of one kind, with the columns in the order of the kind."""
    spread = dict(_spread(columns))
    types = {name: holds for column in KINDS[kind].columns for name, holds in column.stored()}
    types |= _STAGED
    unknown = spread.keys() - types.keys()
    if unknown:
        raise KeyError(f"{kind} has no column {', '.join(sorted(unknown))}")
    size = len(next(iter(spread.values())))
    spread["source"] = pa.repeat(SOURCE, size)
    names = [name for name in types if name in spread]
    return pa.table({name: typed(spread[name], types[name]) for name in names})


def typed(cells: Cells, holds: Holds) -> Column:
    """A column of the type that it is stored in; NEVER and NaN become null."""
    target = _TYPES[holds]
    if not isinstance(cells, np.ndarray):
        return _array(cells).cast(target)
    if holds is Holds.INSTANT:
        return pa.array(cells.astype(np.int64).view("M8[us]"), pa.timestamp("us")).cast(target)
    if holds is Holds.DATE:
        at = cells.astype(np.int64)
        return pa.array((at // DAY).astype(np.int32), mask=~known(at)).cast(target)
    return pa.array(cells, target, from_pandas=True)


def _array(cells: Cells) -> Column:
    return cells if isinstance(cells, pa.Array) else pa.array(cells)


def ids(prefix: str, numbers: Ints) -> Column:
    """Native ids: `p-2041`; a negative number is none."""
    return joined("-", prefix, digits(numbers))


def digits(numbers: Ints) -> Column:
    """Numbers as text; a negative number is none."""
    return pa.array(numbers, pa.int64(), mask=numbers < 0).cast(pa.string())


def references(prefix: str, numbers: Ints) -> Column:
    """References to entities: `acme:p-2041`; a negative number is none."""
    return ids(f"{SOURCE}:{prefix}", numbers)


def named(names: Column | Sequence[str | None]) -> Column:
    """References to entities that have a word for an id: `acme:ana`."""
    return joined(":", SOURCE, _array(names).cast(pa.string()))


def words(choices: Sequence[str], codes: Ints) -> Column:
    """The words with these numbers; a negative number is none."""
    return pick(pa.array(choices, pa.string()), codes)


def lists(choices: Sequence[Sequence[str]], codes: Ints) -> Column:
    """The lists of words with these numbers."""
    return pick(pa.array(choices, pa.list_(pa.string())), codes)


def pick(column: Column, rows: Ints) -> Column:
    """The cells in these rows; a negative row is none."""
    return column.take(pa.array(rows, pa.int64(), mask=rows < 0))


def joined(separator: str, *parts: Column | str, skip_unknown: bool = False) -> Column:
    """Texts side by side; unknown where a part is, unless those are to be skipped."""
    handling = "skip" if skip_unknown else "emit_null"
    return pc.binary_join_element_wise(*parts, separator, null_handling=handling)  # type: ignore[call-overload,no-any-return]


def either(where: Flags, yes: Column | str, no: Column) -> Column:
    """The cells of one column where a condition holds, those of the other elsewhere."""
    return pc.if_else(pa.array(where), yes, no)  # type: ignore[no-any-return]


def only(keep: Flags, cells: Cells) -> Column:
    """The cells where a condition holds, null elsewhere."""
    column = _array(cells)
    return pc.if_else(pa.array(keep), column, pa.scalar(None, column.type))  # type: ignore[no-any-return]


def lower(column: Column) -> Column:
    return pc.utf8_lower(column)


def upper(column: Column) -> Column:
    return pc.utf8_upper(column)


def padded(numbers: Ints, width: int) -> Column:
    """Numbers as text with leading zeros."""
    return pc.utf8_lpad(digits(numbers), width, "0")


def flags(value: Flags, where: Flags) -> Column:
    """True or false, unknown outside of `where`."""
    return pa.array(value, mask=~where)


def constant(word: str, size: int) -> Column:
    return pa.repeat(word, size)


def stacked(*columns: Column) -> Column:
    """Columns of one type, one below the other."""
    return pa.concat_arrays(columns)


def together(*tables: pa.Table) -> pa.Table:
    """Tables of one kind, of which some lack columns that others have."""
    return pa.concat_tables(tables, promote_options="default")


def both_versions(
    kind: str, columns: Mapping[str, Cells | Money], late: Mapping[str, object], changed: Ints
) -> pa.Table:
    """Each row as first recorded and, where `changed` is known, as corrected at that moment.

    `late` names the columns that were not known at first, with what stood there: None, or a value.
    """
    last = staged(kind, {**columns, "updated_at": np.where(known(changed), changed, _at(columns))})
    first = staged(kind, {**columns, "updated_at": columns["at"]})
    for name, before in late.items():
        position = first.schema.get_field_index(name)
        field = first.schema.field(position)
        nothing = pa.repeat(pa.scalar(before, field.type), first.num_rows)
        first = first.set_column(position, field, nothing)
    position = last.schema.get_field_index("recorded_at")
    corrected = last.set_column(
        position, last.schema.field(position), typed(changed, Holds.INSTANT)
    ).filter(pa.array(known(changed)))
    return pa.concat_tables([first, corrected])


def _at(columns: Mapping[str, Cells | Money]) -> Ints:
    at = columns["at"]
    if not isinstance(at, np.ndarray):
        raise TypeError("versions of a fact need its instants as a column of numbers")
    return at.astype(np.int64)


def _spread(columns: Mapping[str, Cells | Money]) -> Mapping[str, Cells]:
    """Money as the two columns that it is stored in."""
    cells: dict[str, Cells] = {}
    for name, column in columns.items():
        if isinstance(column, Money):
            currency = column.currency
            if isinstance(currency, str):
                currency = constant(currency, len(column.minor))
            cells[f"{name}_minor"] = column.minor
            cells[f"{name}_currency"] = only(_present(column.minor), currency)
        else:
            cells[name] = column
    return cells


def _present(minor: NDArray[np.generic] | Column) -> Flags:
    column = minor if isinstance(minor, pa.Array) else pa.array(minor, from_pandas=True)
    return np.asarray(column.is_valid())
