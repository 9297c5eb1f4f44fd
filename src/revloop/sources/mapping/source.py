"""A mapping as a source: it takes raw tables and gives tables of facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from revloop.facts.kinds import KINDS
from revloop.sources import values
from revloop.sources.mapping.check import missing_names
from revloop.sources.mapping.facts import tables_of
from revloop.sources.mapping.fields import DATES, NUMBERS, Reader
from revloop.sources.mapping.files import fits, lookups, pairs, prepared, specs, table_of
from revloop.sources.mapping.form import File, Form
from revloop.sources.mapping.reading import InvalidMapping, Mapping
from revloop.sources.mapping.words import BESIDE_FIELDS
from revloop.sources.protocol import ROW, FactTable, RawTable, Settings
from revloop.sources.reading.formats import Format
from revloop.sources.values.orders import Orders
from revloop.sources.values.traits import ORDERS

if TYPE_CHECKING:
    import ibis.expr.types as ir


_NOT_TAKEN = (
    "rows that no `when` of the mapping takes, dates of stages that are empty, and further rows of "
    "facts that are taken `once`"
)


@dataclass(frozen=True, slots=True)
class MappingSource:
    """The files that a mapping names, read as it says."""

    mapping: Mapping

    @property
    def name(self) -> str:
        return self.mapping.form.source

    def recognises(self, tables: Sequence[RawTable]) -> frozenset[str]:
        """The tables that a file or a lookup of the mapping names."""
        form = self.mapping.form
        wanted = [(file.file, file.sheet) for file in form.files]
        wanted += [(each.file, None) for file in form.files for each in lookups(file)]
        return frozenset(
            table.name
            for table in tables
            if any(fits(table.name, file, sheet) for file, sheet in wanted)
        )

    def explains(self, tables: Sequence[RawTable]) -> Map[str, str]:
        """Rows that no condition of the mapping takes, and tables in which others look up."""
        form = self.mapping.form
        found = {}
        for table in tables:
            if any(fits(table.name, file.file, file.sheet) for file in form.files):
                found[table.name] = _NOT_TAKEN
            elif any(fits(table.name, each.file) for file in form.files for each in lookups(file)):
                found[table.name] = "other files look values up in it"
        return found

    def formats(self) -> dict[str, Format]:
        """How its files are written, where it says so, by their name in any folder or archive."""
        said = {
            file.file: Format(
                encoding=file.encoding,
                delimiter=file.delimiter,
                quote=file.quote,
                header_row=file.header_row,
            )
            for file in self.mapping.form.files
        }
        given = {name: each for name, each in said.items() if each != Format()}
        return given | {f"*/{name}": each for name, each in given.items()}

    def facts(
        self,
        tables: Map[str, ir.Table],
        raw: Map[str, RawTable],  # noqa: ARG002 - the protocol gives it
        settings: Settings,
    ) -> Iterator[FactTable]:
        """The facts of the tables, in the order of the mapping.

        What the mapping says of zone, currency, date order and decimals goes before `settings`.

        Raises:
            InvalidMapping: where it names a column that a table does not have.
        """
        missing = tuple(missing_names(self.mapping, tables))
        if missing:
            raise InvalidMapping(missing)
        form = self.mapping.form
        told = _told(form, settings)
        taken = _looked_up(form, tables)
        for _, file, name in pairs(form, tables):
            table = tables[name]
            orders = values.traits(table, _undecided(file, table, told), forms=ORDERS)
            read_as = Orders(
                {each: found.day_first for each, found in orders.items()},
                {each: found.decimal_comma for each, found in orders.items()},
            ).found()
            reader = Reader(form, file, prepared(form, file, table, tables), told, orders)
            columns = frozenset(table.columns) - {ROW}
            for fact in file.facts:
                for made in tables_of(fact, reader, name):
                    used = made.uses & columns | taken.get(name, frozenset())
                    yield replace(made, uses=used, read_as=read_as)


def _told(form: Form, settings: Settings) -> Settings:
    """The settings, with what the mapping says in their place."""
    return replace(
        settings,
        timezone=form.timezone or settings.timezone,
        currency=form.currency or settings.currency,
        day_first=settings.day_first if form.day_first is None else form.day_first,
        decimal_comma=settings.decimal_comma if form.decimal_comma is None else form.decimal_comma,
    )


def _undecided(file: File, table: ir.Table, told: Settings) -> list[str]:
    """The columns of text whose date order or decimal sign the whole column has to decide."""
    found: dict[str, None] = {}
    for number, name, spec in specs(file):
        column = BESIDE_FIELDS.get(name) or KINDS[file.facts[number].kind][name]
        asks = (column.holds in DATES and told.day_first is None and spec.day_first is None) or (
            column.holds in NUMBERS and told.decimal_comma is None and spec.decimal_comma is None
        )
        if asks and spec.lookup is None:
            found |= dict.fromkeys(spec.named_columns)
    for fact in file.facts:
        found |= dict.fromkeys(fact.stages.values())
    return [name for name in found if name in table.columns and table[name].type().is_string()]


def _looked_up(form: Form, tables: Map[str, ir.Table]) -> dict[str, frozenset[str]]:
    """The columns of each table that other files take from it."""
    found: dict[str, frozenset[str]] = {}
    for file in form.files:
        for each in lookups(file):
            name = table_of(each, tables)
            found[name] = found.get(name, frozenset()) | {each.key, each.take}
    return found
