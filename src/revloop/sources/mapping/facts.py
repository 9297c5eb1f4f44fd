"""From what a mapping says of a row to a table of facts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, time
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from revloop.facts.columns import Kind
from revloop.facts.kinds import KINDS
from revloop.sources import values
from revloop.sources.mapping.conditions import columns_in, rows_of
from revloop.sources.mapping.fields import Read, Reader
from revloop.sources.mapping.files import ROW_HASH
from revloop.sources.mapping.form import EXPORTED_ON, NAMES_OF_STAGES, Fact, From
from revloop.sources.mapping.words import BESIDE_FIELDS, STAGE_FIELDS
from revloop.sources.protocol import PROBLEM, ROW, WITHOUT, FactTable
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

_CLOCK = r"\d[T\s]+\d{1,2}:\d{2}"


def tables_of(fact: Fact, reader: Reader, of: str) -> Iterator[FactTable]:
    """The tables of facts that one `fact` of a mapping makes of one raw table.

    Each row that its condition takes is in them once (for `stages`, once for each date that is
    filled), with a problem where it cannot become a fact.
    """
    kind = KINDS[fact.kind]
    if not fact.stages:
        yield _table(kind, fact, _Row(reader, fact), of, {}, None)
        return
    for stages, column in fact.stages.items():
        row = _Row(reader, fact, at=From(column=column), of_date=column)
        entered = _stage(kind, fact, row, stages)
        yield _table(kind, fact, row, of, {STAGE_FIELDS[kind.name]: entered}, column)


class _Row:
    """What all columns of one fact are made from."""

    def __init__(
        self,
        reader: Reader,
        fact: Fact,
        at: From | None = None,
        of_date: str = "",
    ) -> None:
        self.reader = reader
        self.fact = fact
        self.at = at or fact.at
        self.of_date = of_date
        """For a stage: the column of its date, which tells the facts of one row apart."""

    def source_id(self) -> ir.StringValue:
        spec = self.fact.source_id
        own = self.reader.table[ROW_HASH] if spec is None else self.reader.identity(spec)
        return own + f":{self.of_date}" if self.of_date else own

    def happened(self) -> Read:
        """`at`, and `date_only` where the file says no time of day."""
        import ibis  # noqa: PLC0415

        if self.at is None or self.at.named_columns == (EXPORTED_ON,):
            said = {"at": self.exported(), "date_only": ibis.literal(value=True)}
            return Read(said, nothing("string"))
        read = self.reader.field(self.at, BESIDE_FIELDS["at"])
        raw = self.reader.raw(self.at)
        if raw.type().is_string():
            date_only = ~raw.re_search(_CLOCK)
        else:
            date_only = ibis.literal(raw.type().is_date())
        date_only = date_only.fill_null(True)  # noqa: FBT003
        return Read({"at": read.columns["at"], "date_only": date_only}, read.problem)

    def exported(self) -> Any:
        import ibis  # noqa: PLC0415

        day = self.reader.form.exported_on
        if day is None:
            return nothing("timestamp('UTC')")
        midnight = datetime.combine(day, time(), ZoneInfo(self.reader.settings.timezone))
        return ibis.literal(midnight.astimezone(UTC), "timestamp('UTC')")


def _stage(kind: Kind, fact: Fact, row: _Row, stages: str) -> Read:
    """The stage that a date stands for: its one name, or that of several which the row holds."""
    import ibis  # noqa: PLC0415

    field = STAGE_FIELDS[kind.name]
    names = [name.strip() for name in stages.split(NAMES_OF_STAGES)]
    if len(names) == 1:
        return Read({field: ibis.literal(names[0])}, nothing("string"))
    assert fact.stage_column is not None  # noqa: S101 - asked for when the mapping was read
    found = values.one_of(row.reader.table[fact.stage_column], {}, names)
    return Read({field: found.value}, found.problem)


def _table(
    kind: Kind, fact: Fact, row: _Row, of: str, given: dict[str, Read], date: str | None
) -> FactTable:
    reader = row.reader
    reads = dict(given)
    for name, spec in fact.fields.items():
        reads[name] = reader.field(spec, kind[name])
    for name in ("recorded_at", "updated_at", "is_deleted"):
        spec = getattr(fact, name)
        if spec is not None:
            reads[name] = reader.field(spec, BESIDE_FIELDS[name])
    reads["at"] = row.happened()
    columns: dict[str, Any] = {"source_id": row.source_id()}
    for read in reads.values():
        columns |= read.columns
    problems = {f"problem of {name}": read.problem for name, read in reads.items()}
    needed = {f"problem of {name}" for name in _needed(kind, fact, given)}
    if "date_only" not in {column.name for column in kind.columns}:
        del columns["date_only"]
    table = _chosen(fact, reader, date)
    # Without a view of its own each value would be worked out again for the questions asked of it.
    made = table.select(**{ROW: table[ROW], **columns, **problems}).view()
    if fact.at is not None and EXPORTED_ON in fact.at.columns:
        unknown = made["at"].isnull() & made["problem of at"].isnull()
        made = made.mutate(at=unknown.ifelse(row.exported(), made["at"]))
    problem = values.first_problem(
        *(made[each] for each in problems if each in needed), *_missing(kind, fact, made, date)
    )
    without = values.all_problems(made[each] for each in problems if each not in needed)
    rows = made.select(ROW, *columns, **{PROBLEM: problem, WITHOUT: without})
    return FactTable(kind.name, _once(rows) if fact.once else rows, of, _used(fact, reader, date))


def _needed(kind: Kind, fact: Fact, given: Collection[str]) -> set[str]:
    """The fields without which a row is no fact.

    A text in one of them that cannot be read holds the row back; any other field is left unknown
    and the fact kept.
    """
    strict = {name for name, spec in fact.fields.items() if spec.otherwise == "problem"}
    return {"at", *given, *strict, *(each.name for each in kind.columns if each.required)}


def _missing(kind: Kind, fact: Fact, made: ir.Table, date: str | None) -> Iterator[ir.StringValue]:
    """A sentence for each thing that a fact needs and the row does not say."""
    import ibis  # noqa: PLC0415

    needed = {"source_id": fact.source_id, "at": From(column=date) if date else fact.at}
    needed |= {
        each.name: fact.fields.get(each.name)
        for each in kind.columns
        if each.required and each.name in made.columns
    }
    for name, spec in needed.items():
        where = " and ".join(spec.named_columns) if spec else ""
        said = f"{where or name} is empty, and {kind.name} needs its {name}"
        yield made[name].isnull().ifelse(ibis.literal(said), ibis.null("string"))


def _chosen(fact: Fact, reader: Reader, date: str | None) -> ir.Table:
    """The rows that the fact is made of."""
    conditions = []
    if fact.when is not None:
        conditions.append(rows_of(fact.when, reader.table))
    if date is not None:
        conditions.append(reader.table[date].notnull())
    return reader.table.filter(reduce(and_, conditions)) if conditions else reader.table


def _once(rows: ir.Table) -> ir.Table:
    """The first row of each id, and every row without one."""
    import ibis  # noqa: PLC0415

    rank = ibis.row_number().over(group_by=rows["source_id"], order_by=rows[ROW])
    ranked = rows.mutate(__rank=rank)
    first = (ranked["__rank"] == 0) | ranked["source_id"].isnull()
    return ranked.filter(first).drop("__rank")


def _used(fact: Fact, reader: Reader, date: str | None) -> frozenset[str]:
    """The raw columns that the fact reads."""
    specs = (
        fact.source_id,
        fact.at,
        fact.recorded_at,
        fact.updated_at,
        fact.is_deleted,
        *fact.fields.values(),
    )
    used = {name for spec in specs if spec for name in spec.named_columns}
    if date is not None:
        used.add(date)
        if fact.stage_column:
            used.add(fact.stage_column)
    if isinstance(fact.when, dict):
        used |= set(fact.when)
    elif fact.when is not None:
        used |= columns_in(fact.when, reader.table)
    return frozenset(used & set(reader.table.columns))
