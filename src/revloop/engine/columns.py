"""How the columns of a fact are stored: their types in Arrow, in Ibis and in DuckDB's SQL.

The three say the same thing. Instants are UTC to the microsecond everywhere; a key is a whole
number in the lake and a text, the reference, in the staged form that comes in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from revloop.facts.columns import Holds, Kind

if TYPE_CHECKING:
    import ibis.expr.schema as sch

_ARROW: dict[Holds, pa.DataType] = {
    Holds.KEY: pa.int64(),
    Holds.TEXT: pa.string(),
    Holds.TEXTS: pa.list_(pa.string()),
    Holds.INTEGER: pa.int64(),
    Holds.NUMBER: pa.float64(),
    Holds.BOOLEAN: pa.bool_(),
    Holds.INSTANT: pa.timestamp("us", "UTC"),
    Holds.DATE: pa.date32(),
}
SQL: dict[Holds, str] = {
    Holds.KEY: "BIGINT",
    Holds.TEXT: "VARCHAR",
    Holds.TEXTS: "VARCHAR[]",
    Holds.INTEGER: "BIGINT",
    Holds.NUMBER: "DOUBLE",
    Holds.BOOLEAN: "BOOLEAN",
    Holds.INSTANT: "TIMESTAMPTZ",
    Holds.DATE: "DATE",
}

KEYS = "_keys"
"""The private table of the lake that gives every reference its surrogate key."""

_OF_KEYS: dict[str, pa.DataType] = {
    "entity": pa.string(),
    "reference": pa.string(),
    "id": pa.int64(),
}
KEYS_SCHEMA = pa.schema(_OF_KEYS)

UNDONE = "_undone"
"""The private table of the lake that says which imports were taken back, and when."""

_OF_UNDONE: dict[str, pa.DataType] = {
    "import_id": pa.string(),
    "undone_at": pa.timestamp("us", "UTC"),
}
UNDONE_SCHEMA = pa.schema(_OF_UNDONE)


def arrow_schema(kind: Kind) -> pa.Schema:
    """The columns of the kind's table in the lake, in order."""
    return pa.schema([pa.field(name, _ARROW[holds]) for name, holds in kind.stored()])


def ibis_schema(schema: pa.Schema) -> sch.Schema:
    """The same columns as Ibis knows them."""
    import ibis  # noqa: PLC0415 - half a second, and the writer's door needs none of it

    return ibis.Schema.from_pyarrow(schema)


def names_of_keys(kind: Kind) -> dict[str, str]:
    """Every column of the kind that holds a key, its own included, and the entity it names."""
    own = {kind.key.name: kind.name} if kind.key else {}
    return own | {column.name: column.of for column in kind.references}
