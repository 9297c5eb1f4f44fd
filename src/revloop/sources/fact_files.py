"""revloop's own form: one file for each kind of fact, `touch.parquet` or `touch.csv`.

It is what `revloop export` writes, and what a company writes that has facts in a warehouse already.
A file is known by its name, the kind, and by the columns `source_id` and `at`; its other columns are
those of the data dictionary, money in `<name>_minor` and `<name>_currency`. Who is who is not read
from files: operations find it out anew from what the contacts say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from revloop.facts.columns import PROVENANCE, Holds, Kind
from revloop.facts.kinds import KINDS, WHO_IS_WHO
from revloop.sources import values
from revloop.sources.protocol import PROBLEM, ROW, FactTable, RawTable, Settings
from revloop.sources.values.value import nothing, sentence

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NUMBERED = re.compile(r"[-_.]?\d+$")
"""What tells the parts of a large table apart: touch-1.parquet, touch-2.parquet."""
_BESIDE = frozenset({"source", "source_id", "at", "recorded_at", "updated_at", "is_deleted"})
# `revloop export` puts an apostrophe before what a spreadsheet would run.
_DISARMED = r"^'([=+\-@\t\r\n;＝＋－＠])"  # noqa: RUF001 - the wide ones too


class FactFiles:
    """Files in the form of the facts themselves."""

    name = "facts"

    def recognises(self, tables: Sequence[RawTable]) -> frozenset[str]:
        return frozenset(
            table.name
            for table in tables
            if kind_of(table.name) and {"source_id", "at"} <= set(table.columns)
        )

    def explains(self, tables: Sequence[RawTable]) -> Mapping[str, str]:
        return {
            table.name: "who is who is found out anew from the contacts"
            for table in tables
            if kind_of(table.name) in WHO_IS_WHO
        }

    def facts(
        self, tables: Mapping[str, ir.Table], raw: Mapping[str, RawTable], settings: Settings
    ) -> Iterator[FactTable]:
        for kind in KINDS.values():
            for name in sorted(tables):
                if kind_of(name) == kind.name and kind.name not in WHO_IS_WHO:
                    disarmed = "delimiter" in raw[name].found
                    yield _facts(kind, tables[name], name, settings, disarmed=disarmed)


def kind_of(table: str) -> str:
    """The kind that a file is named after; empty if it is named otherwise."""
    stem = table.rsplit("/", 1)[-1].split(".", 1)[0]
    name = stem if stem in KINDS else _NUMBERED.sub("", stem)
    return name if name in KINDS else ""


def _facts(
    kind: Kind, table: ir.Table, name: str, settings: Settings, *, disarmed: bool
) -> FactTable:
    import ibis  # noqa: PLC0415

    columns: dict[str, Any] = {}
    problems: list[Any] = []
    for column, holds in _columns(kind):
        if column in table.columns:
            read = _read(table[column], holds, settings, disarmed=disarmed)
            columns[column] = read.value
            problems.append(read.problem)
    required = {each.name for each in (*kind.columns, *PROVENANCE) if each.required}
    for column in sorted(required - {"source", "recorded_at"}):
        empty = columns[column].isnull() if column in columns else ibis.literal(True)  # noqa: FBT003
        said = f"{column} is empty, and {kind.name} needs it"
        # Where the text was not understood, that is the reason.
        problems.append(empty.ifelse(ibis.literal(said), ibis.null("string")))
    closed = {each.name: each.values for each in kind.columns if each.values}
    for column, words in closed.items():
        if column in columns and kind[column].holds is Holds.TEXT:
            said = f"is none of {', '.join(words)}"
            written = columns[column].name(column)
            problems.append(sentence(written, written, written.notin(words), said))
    problem = ibis.coalesce(nothing("string"), *problems)
    rows = table.select(**{ROW: table[ROW]}, **columns, **{PROBLEM: problem})
    return FactTable(kind.name, rows, name, frozenset(columns))


def _columns(kind: Kind) -> Iterator[tuple[str, Holds]]:
    for column in (*PROVENANCE, *kind.columns):
        if column not in PROVENANCE or column.name in _BESIDE:
            yield from column.stored()


def _read(column: ir.Value, holds: Holds, settings: Settings, *, disarmed: bool) -> values.Value:
    comma = bool(settings.decimal_comma)
    match holds:
        case Holds.INSTANT:
            return values.instant(column, settings)
        case Holds.DATE:
            return values.day(column, settings)
        case Holds.INTEGER:
            return values.whole(column, comma)
        case Holds.NUMBER if column.type().is_numeric():
            return values.Value(column.cast("float64"), nothing("string"))
        case Holds.NUMBER:
            return values.number(column, comma)
        case Holds.BOOLEAN:
            return values.boolean(column)
        case Holds.TEXTS:
            return values.texts(column)
        case _:
            text = column.cast("string").nullif("")
            if disarmed:
                text = text.re_replace(_DISARMED, r"\1")
            return values.Value(text, nothing("string"))


__all__ = ["FactFiles", "kind_of"]
