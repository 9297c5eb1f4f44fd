"""The rows of each object of an export, typed and named alike whatever dialect they came in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import ibis
from ibis.expr.types.relations import CachedTable

from revloop.facts.columns import Holds
from revloop.facts.kinds import KINDS
from revloop.sources.crm.looks import Look, look
from revloop.sources.crm.objects import Field, Object, plain, recognise
from revloop.sources.crm.readers import Read
from revloop.sources.protocol import PROBLEM, ROW, WITHOUT, FactTable, RawTable, Settings, reference
from revloop.sources.values import all_problems, first_problem
from revloop.sources.values.orders import Orders, orders
from revloop.sources.values.value import nothing
from revloop.sources.values.zones import to_utc

if TYPE_CHECKING:
    from collections.abc import Iterable

    import ibis.expr.types as ir

TABLE = "raw_table"
"""The column of records that says from which table a row came."""

_OWN = ("source_id", "at", "recorded_at", "updated_at", "is_deleted")
_TYPES = {
    Holds.KEY: "string",
    Holds.TEXT: "string",
    Holds.TEXTS: "array<string>",
    Holds.INTEGER: "int64",
    Holds.NUMBER: "float64",
    Holds.BOOLEAN: "boolean",
    Holds.INSTANT: "timestamp('UTC')",
    Holds.DATE: "date",
}


@dataclass(frozen=True)
class Export:
    """The tables of one export, by the object that each holds."""

    tables: Mapping[str, ir.Table]
    raw: Mapping[str, RawTable]
    settings: Settings
    objects: Mapping[str, Object]
    """By the name of the raw table."""
    utc: frozenset[str] = frozenset()
    """Names of raw tables whose times are UTC, whatever the settings say of times without a zone."""
    _records: dict[str, ir.Table] = field(default_factory=dict)
    _found: dict[str, dict[str, str]] = field(default_factory=dict)
    """By the name of the raw table, how its dates and numbers turned out to be written."""

    @classmethod
    def of(
        cls,
        tables: Mapping[str, ir.Table],
        raw: Mapping[str, RawTable],
        settings: Settings,
        objects: Iterable[Object],
    ) -> Export:
        return cls(tables, raw, settings, recognise(tuple(raw.values()), objects))

    def holding(self, thing: Object) -> list[RawTable]:
        """The tables of an object, always in the same order."""
        return [self.raw[name] for name in sorted(self.raw) if self.objects.get(name) == thing]

    def has(self, *things: Object) -> bool:
        """Whether the export has any of these objects."""
        return any(each in things for each in self.objects.values())

    def lacks(self, thing: Object, field_name: str) -> bool:
        """Whether some table of the object has no column for a field."""
        wanted = _field(thing, field_name)
        return any(not _columns(wanted, table) for table in self.holding(thing))

    def tells(self, thing: Object, field_name: str) -> bool:
        """Whether some table of the object has a column for a field."""
        wanted = _field(thing, field_name)
        return any(_columns(wanted, table) for table in self.holding(thing))

    def records(self, thing: Object) -> ir.Table:
        """The rows of an object: its fields, `row_number`, `raw_table`, `problem`, `kept_without`.

        Without a table of the object there are no rows.
        """
        if thing.name not in self._records:
            parts = [self._typed(thing, table) for table in self.holding(thing)]
            # Texts are parsed once, here: several kinds of facts and lookups are made of one record.
            self._records[thing.name] = ibis.union(*parts).cache() if parts else _empty(thing)
        return self._records[thing.name]

    def release(self) -> None:
        """Give back what the records took."""
        for rows in self._records.values():
            if isinstance(rows, CachedTable):
                rows.release()
        self._records.clear()

    def good(self, thing: Object) -> ir.Table:
        """The records of an object that have no problem."""
        rows = self.records(thing)
        return rows.filter(rows[PROBLEM].isnull())

    def reference(self, native: ir.StringValue) -> ir.StringValue:
        """How a record of this export is named by others."""
        return ibis.literal(reference(self.settings.source, "")) + native

    def start_of(self, day: ir.DateValue) -> ir.TimestampValue:
        """The first moment of a day where the company is."""
        return to_utc(day.cast("timestamp"), self.settings.timezone).cast("timestamp('UTC')")

    def facts(
        self, kind: str, thing: Object, make: Callable[[Export], ir.Table]
    ) -> Iterator[FactTable]:
        """The tables of facts of a kind, one for each raw table of an object.

        `make` gives records of the object with the columns of the kind, and any others, which are
        left away. It is asked only where there is a table.
        """
        held = self.holding(thing)
        if not held:
            return
        rows = make(self)
        for table in held:
            mine = rows.filter(rows[TABLE] == table.name) if len(held) > 1 else rows
            uses = frozenset(
                column for each in thing.fields for column in _columns(each, table, all_=True)
            )
            read_as = self._found.get(table.name, {})
            yield FactTable(kind, _of_kind(kind, mine), table.name, uses, read_as)

    def _orders(self, thing: Object, rows: ir.Table, table: RawTable, seen: Look) -> Orders:
        """How dates and numbers of a table are written, where it has to be found out."""
        columns: dict[str, list[str]] = {"dates": [], "numbers": []}
        for each in thing.fields:
            wanted = {"": "", "numbers": "numbers"}.get(each.read.of, "dates")
            for name in _columns(each, table) if wanted else ():
                clear = name in seen.empty or name in seen.moments
                if not clear and rows[name].type().is_string() and name not in columns[wanted]:
                    columns[wanted].append(name)
        told = self.settings
        dates = columns["dates"] if told.day_first is None else []
        numbers = columns["numbers"] if told.decimal_comma is None and seen.commas else []
        found = orders(rows, dates, numbers) if dates or numbers else Orders()
        self._found[table.name] = found.found()
        return found

    def _typed(self, thing: Object, table: RawTable) -> ir.Table:
        rows = self.tables[table.name]
        settings = self.settings
        if table.name in self.utc:
            settings = replace(settings, timezone="UTC")
        columns: dict[str, Any] = {
            TABLE: ibis.literal(table.name),
            ROW: rows[ROW].cast("int64"),
        }
        problems: list[ir.StringValue] = []
        unread: dict[str, ir.StringValue] = {}
        seen = _look(thing, rows, table, settings)
        written = self._orders(thing, rows, table, seen)
        for each in thing.fields:
            found, problem = _read(
                each, rows, table, lambda name: written.settings(name, settings), seen
            )
            columns |= found
            if problem is None:
                continue
            if each.required or each.when:
                problems.append(problem)
            else:
                unread[f"unread {each.name}"] = problem
        columns[PROBLEM] = first_problem(*problems)
        # What is asked twice stands in a view of its own, or it would be written out twice.
        made = rows.select(**columns, **unread).view()
        return made.select(*columns, **{WITHOUT: all_problems(made[each] for each in unread)})


def seconds_between(start: ir.TimestampValue, end: ir.TimestampValue) -> ir.FloatingValue:
    """How long something lasted."""
    first, last = start.cast("timestamp"), end.cast("timestamp")
    return (last.epoch_seconds() - first.epoch_seconds()).cast("float64")


def empty_of(schema: Mapping[str, str]) -> ir.Table:
    """A table without rows."""
    return ibis.memtable(ibis.schema(schema).to_pyarrow().empty_table())


def _empty(thing: Object) -> ir.Table:
    schema = {TABLE: "string", ROW: "int64"}
    for each in thing.fields:
        schema |= {each.name + suffix: type_ for suffix, type_ in each.read.types.items()}
    return empty_of({**schema, PROBLEM: "string", WITHOUT: "array<string>"})


def _field(thing: Object, name: str) -> Field:
    return next(each for each in thing.fields if each.name == name)


def _columns(wanted: Field, table: RawTable, *, all_: bool = False) -> list[str]:
    """The columns of a table that a field is read from, the best first."""
    spelled: dict[str, str] = {}
    for column in table.columns:
        spelled.setdefault(plain(column), column)
    names = (*wanted.columns, *wanted.beside) if all_ else wanted.columns
    return [spelled[plain(name)] for name in names if plain(name) in spelled]


def _look(thing: Object, rows: ir.Table, table: RawTable, settings: Settings) -> Look:
    columns: dict[str, None] = {}
    moments: dict[str, str] = {}
    numbers: dict[str, None] = {}
    for each in thing.fields:
        named = _columns(each, table, all_=True)
        columns |= dict.fromkeys(named)
        if each.read.of == "numbers":
            numbers |= dict.fromkeys(_columns(each, table))
        elif each.read.of:
            # On which day a moment with a zone falls is another question: its reader answers it.
            zone = settings.timezone if each.read.of == "moments" else ""
            moments |= dict.fromkeys(named, zone)
    return look(rows, columns, moments, numbers)


def _read(
    wanted: Field,
    rows: ir.Table,
    table: RawTable,
    settings: Callable[[str], Settings],
    seen: Look,
) -> tuple[dict[str, ir.Value], ir.StringValue | None]:
    """The columns of a field and what is wrong with them; None where nothing can be."""
    there = _columns(wanted, table)
    beside = [rows[each] for each in _columns(replace(wanted, columns=wanted.beside), table)]
    read = [
        wanted.read.read(seen.column(rows, each), beside, settings(each))
        for each in there
        if each not in seen.empty
    ]
    columns = _first(wanted, read)
    if wanted.required:
        problems = [each.problem for each in read]
        return columns, first_problem(*problems, _missing(wanted, columns, there))
    if not read:
        return columns, None
    problem = first_problem(*(each.problem for each in read))
    if len(read) > 1 and not wanted.when:
        # Where one column of several says it, nothing is lacking.
        [told, *_] = columns.values()
        problem = told.isnull().ifelse(problem, nothing("string"))
    return columns, problem


def _first(wanted: Field, read: list[Read]) -> dict[str, ir.Value]:
    """Of the columns a field is read from, the first that says something."""
    if not read:
        return {wanted.name + suffix: value for suffix, value in wanted.read.unread().items()}
    return {
        wanted.name + suffix: ibis.coalesce(*(each.columns[suffix] for each in read)).cast(type_)
        for suffix, type_ in wanted.read.types.items()
    }


def _missing(wanted: Field, columns: Mapping[str, Any], there: list[str]) -> ir.StringValue:
    all_empty = reduce(
        lambda left, right: left & right, (value.isnull() for value in columns.values())
    )
    said = f"{there[0]}: is empty" if there else f"no column {wanted.columns[0]}"
    return all_empty.ifelse(ibis.literal(said), nothing("string"))


def _of_kind(kind: str, rows: ir.Table) -> ir.Table:
    types = {
        stored: _TYPES[holds] for column in KINDS[kind].columns for stored, holds in column.stored()
    }
    types |= dict.fromkeys(_OWN, "timestamp('UTC')") | {"source_id": "string"}
    types |= {"is_deleted": "boolean", ROW: "int64", PROBLEM: "string", WITHOUT: "array<string>"}
    return rows.select(
        **{name: rows[name].cast(type_) for name, type_ in types.items() if name in rows.columns}
    )
