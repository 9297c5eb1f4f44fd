"""`when`: which rows of a file a fact is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from revloop.agreement.conditions import expression, parse
from revloop.facts.vocabulary import Type, Word
from revloop.sources.protocol import ROW
from revloop.sources.values.value import trimmed

if TYPE_CHECKING:
    import ibis.expr.types as ir

When = str | Map[str, str | tuple[str, ...]]


def word(column: str) -> str:
    """A column's name as a condition writes it: `Lead Origin` is `lead_origin`."""
    name = re.sub(r"\W+", "_", column.lower()).strip("_")
    return f"_{name}" if not name or name[0].isdigit() else name


def by_word(columns: Iterable[str]) -> dict[str, str]:
    """The columns by the words for them; of two with the same word the first."""
    found: dict[str, str] = {}
    for column in columns:
        if column != ROW:
            found.setdefault(word(column), column)
    return found


def vocabulary(table: ir.Table) -> dict[str, Word]:
    """The words that a condition on this table may use."""
    return {
        name: Word(name, _type(table[column].type()), "row", f"the column {column}")
        for name, column in by_word(table.columns).items()
    }


def _type(dtype: Any) -> Type:
    if dtype.is_boolean():
        return Type.BOOLEAN
    if dtype.is_integer():
        return Type.INTEGER
    if dtype.is_numeric():
        return Type.NUMBER
    return Type.INSTANT if dtype.is_timestamp() else Type.TEXT


def columns_in(when: str, table: ir.Table) -> frozenset[str]:
    """The columns that a condition reads.

    Raises:
        ConditionError: where it cannot be read over the columns of the table.
    """
    named = parse(when, vocabulary(table)).words
    return frozenset(by_word(table.columns)[each.name] for each in named)


def rows_of(when: When, table: ir.Table) -> ir.BooleanValue:
    """True for the rows of a prepared table that are meant; what is unknown is not meant."""
    if isinstance(when, str):
        words = vocabulary(table)
        columns = {name: _column(table[column]) for name, column in by_word(table.columns).items()}
        return expression(parse(when, words), columns).fill_null(False)  # noqa: FBT003
    return reduce(
        and_,
        (_is_one_of(trimmed(table[column]), held) for column, held in when.items()),
    )


def _column(value: ir.Value) -> ir.Value:
    dtype = value.type()
    if dtype.is_timestamp():
        return value.cast("timestamp('UTC')")
    return value if dtype.is_numeric() or dtype.is_boolean() else trimmed(value)


def _is_one_of(text: ir.StringValue, held: str | tuple[str, ...]) -> ir.BooleanValue:
    words = [each.strip().lower() for each in ((held,) if isinstance(held, str) else held)]
    is_word = text.lower().isin([each for each in words if each]).fill_null(False)  # noqa: FBT003
    return is_word | text.isnull() if "" in words else is_word
