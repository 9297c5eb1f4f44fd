"""Columns of numbers become tables of facts in staged form.

`staged` takes what a module made and gives it the types of the kind, so that no module has to know
how a fact is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from revloop.example.moments import DAY, Flags, Floats, Ints, known
from revloop.facts.columns import Holds
from revloop.facts.kinds import KINDS

SOURCE = "acme"

Text = pa.Array | pa.ChunkedArray
Cells = pa.Array | NDArray[np.generic] | Sequence[object]
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

    minor: NDArray[np.generic] | pa.Array
    currency: pa.Array | str = "USD"


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


def typed(cells: Cells, holds: Holds) -> pa.Array:
    """A column of the type that it is stored in; NEVER and NaN become null."""
    target = _TYPES[holds]
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    if isinstance(cells, np.ndarray):
        if holds is Holds.INSTANT:
            return pa.array(cells.astype(np.int64).view("M8[us]"), pa.timestamp("us")).cast(target)
        if holds is Holds.DATE:
            days = cells.astype(np.int64) // DAY
            return pa.array(days.astype(np.int32), mask=~known(cells)).cast(target)
        return pa.array(cells, target, from_pandas=True)
    return cells.cast(target) if isinstance(cells, pa.Array) else pa.array(cells, target)


def ids(prefix: str, numbers: Ints) -> pa.Array:
    """Native ids: `p-2041`; a negative number is none."""
    digits = pa.array(numbers, pa.int64(), mask=numbers < 0).cast(pa.string())
    return pc.binary_join_element_wise(prefix, digits, "-")


def references(prefix: str, numbers: Ints) -> pa.Array:
    """References to entities: `acme:p-2041`; a negative number is none."""
    return ids(f"{SOURCE}:{prefix}", numbers)


def named(names: pa.Array) -> pa.Array:
    """References to entities that have a word for an id: `acme:ana`."""
    return pc.binary_join_element_wise(SOURCE, names, ":")


def words(choices: Sequence[str], codes: Ints) -> pa.Array:
    """The words with these numbers; a negative number is none."""
    numbers = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(numbers, pa.array(choices, pa.string())).cast(pa.string())


def lists(choices: Sequence[Sequence[str]], codes: Ints) -> pa.Array:
    """The lists of words with these numbers."""
    return pa.array(choices, pa.list_(pa.string())).take(pa.array(codes))


def only(keep: Flags, cells: pa.Array | NDArray[np.generic]) -> pa.Array:
    """The cells where a condition holds, null elsewhere."""
    column = cells if isinstance(cells, pa.Array) else pa.array(cells)
    return pc.if_else(pa.array(keep), column, pa.scalar(None, column.type))


def flags(value: Flags, where: Flags | None = None) -> pa.Array:
    """True or false, unknown outside of `where`."""
    return pa.array(value, mask=None if where is None else ~where)


def shares(values: Floats, digits: int = 4) -> Floats:
    return np.round(values, digits)


def constant(word: str, size: int) -> pa.Array:
    return pa.repeat(word, size)


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


def _present(minor: NDArray[np.generic] | pa.Array) -> Flags:
    column = minor if isinstance(minor, pa.Array) else pa.array(minor, from_pandas=True)
    return np.asarray(column.is_valid())
