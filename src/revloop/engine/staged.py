"""The staged form of facts, made ready for the lake: typed, with provenance, with references.

Everything here is text of SQL for DuckDB; nothing is computed yet.
"""

# ruff: noqa: S608 - every name is a column of ours, and every text is quoted by duck.text

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from revloop.engine.columns import SQL, names_of_keys
from revloop.engine.duck import name, text
from revloop.facts.columns import Holds, Kind
from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean

BESIDE_THE_FACTS = frozenset({"row_number", "problem"})
"""Columns of the staged form that say where a row stood; the lake has no use for them."""

_ONLY_STORED = frozenset({"digest", "import_id"})
_BETWEEN_COLUMNS, _BETWEEN_TEXTS = "\x1f", "\x1e"
_SAID_RECORDED_AT = "said_recorded_at"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the import adds to rows that do not say it themselves."""

    source: str
    import_id: str
    recorded_at: datetime


def check_columns(kind: Kind, present: Iterable[str]) -> None:
    """Refuse a column that the kind does not have, and a table without ids or instants.

    Raises:
        InvalidInput: `lake.unknown_column`, `lake.missing_column`.

    """
    stored = {column for column, _ in kind.stored()}
    private = {column for each in kind.private for column, _ in each.stored()}
    for column in present:
        if column not in stored | private | BESIDE_THE_FACTS:
            raise InvalidInput(
                "lake.unknown_column",
                f"{kind.name} has no column {column!r}",
                hint=did_you_mean(column, stored | private) or "see the data dictionary",
            )
    for column in ("source_id", "at"):
        if column not in present:
            raise InvalidInput(
                "lake.missing_column",
                f"the rows of {kind.name} have no column {column!r}",
                hint="every fact needs an id of its own and the moment when it happened",
            )


def typed(kind: Kind, present: Sequence[str], provenance: Provenance, staged: str) -> str:
    """The rows with every column of the kind, keys as references, and the digest."""
    own = kind.key.name if kind.key else ""
    columns = [
        f"{_value(column, holds, present, provenance)} AS {name(column)}"
        for column, holds in kind.stored()
        if column not in _ONLY_STORED and column != own
    ]
    given = name("recorded_at") if "recorded_at" in present else "NULL"
    columns.append(f"CAST({given} AS TIMESTAMPTZ) AS {_SAID_RECORDED_AT}")
    inner = f"SELECT {', '.join(columns)} FROM {staged}"
    extra = f", source || ':' || source_id AS {name(own)}" if own else ""
    return f"SELECT *{extra}, {_digest(kind, present)} AS digest FROM ({inner})"


def stored(kind: Kind, import_id: str, typed_rows: str, references: str) -> str:
    """The typed rows as the lake holds them: every reference replaced by its key.

    `references` is a table of entity, reference and id that has every reference in the rows.
    """
    keys = names_of_keys(kind)
    columns = [
        f"k{list(keys).index(column)}.id AS {name(column)}"
        if column in keys
        else f"{text(import_id)} AS import_id"
        if column == "import_id"
        else f"r.{name(column)}"
        for column, _ in kind.stored()
    ]
    joins = [
        f"LEFT JOIN (SELECT reference, id FROM {references} WHERE entity = {text(entity)}) k{each} "
        f"ON r.{name(column)} = k{each}.reference"
        for each, (column, entity) in enumerate(keys.items())
    ]
    return f"SELECT {', '.join(columns)} FROM {typed_rows} r {' '.join(joins)}"


def _value(column: str, holds: Holds, present: Sequence[str], provenance: Provenance) -> str:
    wanted = "VARCHAR" if holds is Holds.KEY else SQL[holds]
    value = f"CAST({name(column) if column in present else 'NULL'} AS {wanted})"
    match column:
        case "source":
            return f"coalesce({value}, {text(provenance.source)})"
        case "recorded_at":
            moment = provenance.recorded_at.astimezone(UTC).isoformat()
            return f"coalesce({value}, TIMESTAMPTZ {text(moment)})"
        case "is_deleted":
            return f"coalesce({value}, false)"
        case _:
            return value


def _digest(kind: Kind, present: Sequence[str]) -> str:
    """The upper 63 bits of the MD5 of all that the row says.

    It is the same on every machine and in every version: each known value as text behind its
    column's name, in the order of the names. An unknown value adds nothing, so that a kind may gain
    columns and its old rows are known again. Neither keys nor the moment of an import are in it.
    """
    parts = [
        f"{text(f'{_BETWEEN_COLUMNS}{column}=')} || {_as_text(column, holds)}"
        for column, holds in sorted(kind.stored())
        if column not in _ONLY_STORED
        and (column in present or column == "source")
        and not (kind.key and column == kind.key.name)
    ]
    return f"CAST(md5_number(concat({', '.join(parts)})) >> 65 AS BIGINT)"


def _as_text(column: str, holds: Holds) -> str:
    if column == "recorded_at":  # only where the row said it, not where the import filled it in
        return f"CAST(epoch_us({_SAID_RECORDED_AT}) AS VARCHAR)"
    if column == "is_deleted":  # false and unknown are the same here
        return "CAST(nullif(is_deleted, false) AS VARCHAR)"
    match holds:
        case Holds.KEY | Holds.TEXT:
            return name(column)
        case Holds.TEXTS:
            return f"array_to_string({name(column)}, {text(_BETWEEN_TEXTS)})"
        case Holds.INSTANT:
            return f"CAST(epoch_us({name(column)}) AS VARCHAR)"
        case Holds.NUMBER:  # + 0 makes -0.0 the same as 0.0
            return f"CAST({name(column)} + 0 AS VARCHAR)"
        case _:
            return f"CAST({name(column)} AS VARCHAR)"
