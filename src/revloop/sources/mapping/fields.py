"""From a column of a raw table to the columns of a fact, typed as the kind says."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from revloop.facts.columns import Column, Holds
from revloop.sources import values
from revloop.sources.mapping.constants import literal
from revloop.sources.mapping.files import column_of, with_a_meaning
from revloop.sources.mapping.form import EXPORTED_ON, File, Form, From
from revloop.sources.protocol import Settings
from revloop.sources.values.value import known, nothing, sentence

if TYPE_CHECKING:
    import ibis.expr.types as ir

DATES = frozenset({Holds.INSTANT, Holds.DATE})
NUMBERS = frozenset({Holds.INTEGER, Holds.NUMBER, Holds.MONEY})


@dataclass(frozen=True, slots=True)
class Read:
    """A field of a fact: the columns it is stored in, and what could not be read."""

    columns: Map[str, ir.Value]
    problem: ir.StringValue


@dataclass(frozen=True, slots=True)
class Reader:
    """One prepared table, and all that is told or found of how to read it."""

    form: Form
    file: File
    table: ir.Table
    settings: Settings
    """Of the person who imports, with what the mapping says in its place."""
    orders: Map[str, values.Traits]
    """The traits of columns whose date order or decimal sign is not told."""

    def field(self, spec: From, column: Column) -> Read:
        """A field read as the type that its column of the fact holds."""
        if spec.constant is not None:
            said = literal(column, spec.constant, spec.of_source or self.settings.source)
            return Read(said, nothing("string"))
        if column.holds is Holds.KEY:
            return self._reference(spec, column)
        raw, problem = self._raw(spec, column)
        if column.holds is Holds.MONEY:
            amount = self._money(spec, raw)
            stored = {
                f"{column.name}_minor": amount.minor,
                f"{column.name}_currency": amount.currency,
            }
            return Read(stored, values.first_problem(problem, amount.problem))
        found = self._read(spec, column, raw)
        problem = values.first_problem(problem, found)
        if found.not_understood is not None and spec.otherwise != "unknown":
            strange = found.not_understood.notnull()
            said = sentence(raw, found.not_understood, strange, "is not understood")
            problem = values.first_problem(problem, said)
        return Read({column.name: found.value}, problem)

    def identity(self, spec: From) -> ir.StringValue:
        """The native id of a row."""
        if spec.hash:
            return self._hash(spec)
        return known(self.raw(spec), self._unknown(spec))

    def raw(self, spec: From) -> ir.Value:
        """The one column that a value is read from, as the file has it."""
        import ibis  # noqa: PLC0415

        if spec.lookup:
            return self.table[column_of(spec)]
        named = [each for each in spec.columns if each != EXPORTED_ON or each in self.table.columns]
        if spec.column is not None:
            return self.table[spec.column]
        if len(named) == 1:
            return self.table[named[0]]
        columns = [self.table[each] for each in named]
        if len({each.type() for each in columns}) == 1 and not columns[0].type().is_string():
            return ibis.coalesce(*columns).name(named[0])
        filled = [known(each, self._unknown(spec)) for each in columns]
        return ibis.coalesce(nothing("string"), *filled).name(" or ".join(named))

    def _raw(self, spec: From, column: Column) -> tuple[ir.Value, ir.StringValue]:
        """The column with the words of `values` in the words of the fact."""
        raw = self.raw(spec)
        if not spec.values or column.holds is Holds.TEXT:
            return raw, nothing("string")
        meant = values.one_of(
            raw,
            spec.values,
            otherwise=spec.otherwise or "keep",
            unknown_words=self._unknown(spec),
        )
        return meant.value.name(raw.get_name()), meant.problem

    def _read(self, spec: From, column: Column, raw: ir.Value) -> values.Value:
        unknown = self._unknown(spec)
        match column.holds:
            case Holds.INSTANT:
                return values.instant(raw, self._dated(spec), **self._how_dated(spec))
            case Holds.DATE:
                return values.day(raw, self._dated(spec), **self._how_dated(spec))
            case Holds.INTEGER:
                return values.whole(raw, self._comma(spec), unknown_words=unknown)
            case Holds.NUMBER:
                comma = self._comma(spec)
                return values.number(raw, comma, percent=spec.percent, unknown_words=unknown)
            case Holds.BOOLEAN:
                return values.boolean(raw, unknown_words=unknown)
            case Holds.TEXTS:
                return values.texts(raw, spec.separator, unknown)
            case _:
                return self._text(spec, column, raw)

    def _text(self, spec: From, column: Column, raw: ir.Value) -> values.Value:
        unknown = self._unknown(spec)
        if column.values:
            return values.one_of(
                raw,
                spec.values,
                column.values,
                otherwise="unknown" if spec.otherwise == "unknown" else "problem",
                unknown_words=unknown,
            )
        found = values.text(raw, unknown)
        if spec.values:
            otherwise = spec.otherwise or "keep"
            found = values.one_of(raw, spec.values, otherwise=otherwise, unknown_words=unknown)
        place = {"country": values.country, "domain": values.domain}.get(column.name)
        if place is None:
            return found
        meant = place(found.value.name(raw.get_name()), unknown)
        return replace(meant, problem=found.problem)

    def _reference(self, spec: From, column: Column) -> Read:
        import ibis  # noqa: PLC0415

        namespace = spec.of_source or self.settings.source
        problem = nothing("string")
        if spec.hash:
            native = self._hash(spec)
        elif spec.by == "domain":
            namespace, native = "domain", values.domain(self.raw(spec)).value
        elif spec.by == "email":
            raw = self.raw(spec)
            written = known(raw, self._unknown(spec))
            address = written.lower().re_extract(r"^(?:mailto:)?([^@\s<>]+@[^@\s<>]+)$", 1)
            namespace, native = "email", address.nullif("")
            wrong = written.notnull() & native.isnull()
            problem = sentence(raw, written, wrong, "is not an e-mail address")
        else:
            meant, problem = self._raw(spec, column)
            native = known(meant, self._unknown(spec))
        return Read({column.name: ibis.literal(f"{namespace}:") + native}, problem)

    def _hash(self, spec: From) -> ir.StringValue:
        """Null where nothing is known of any of the columns."""
        import ibis  # noqa: PLC0415

        columns = [self.table[name] for name in spec.hash or ()]
        there = ibis.coalesce(*(known(each, self._unknown(spec)) for each in columns), None)
        return there.notnull().ifelse(values.row_hash(*columns), ibis.null("string"))

    def _money(self, spec: From, raw: ir.Value) -> values.Amount:
        told: Any = spec.currency or self.settings.currency
        if spec.currency_column:
            told = self.table[spec.currency_column]
        return values.money(
            raw,
            told,
            decimal_comma=self._comma(spec),
            times=spec.times,
            unknown_words=self._unknown(spec),
        )

    def _unknown(self, spec: From) -> tuple[str, ...]:
        """The words for nothing that the prepared table still holds for the sake of other fields."""
        kept = {
            word
            for column in spec.named_columns
            for word in with_a_meaning(self.file, column) & self._words_for_nothing(column)
        }
        return (*sorted(kept - {word.strip().lower() for word in spec.values}), *spec.unknown)

    def _words_for_nothing(self, column: str) -> frozenset[str]:
        own = (*values.UNKNOWN_WORDS, *self.form.unknown, *self.file.unknown.get(column, ()))
        return frozenset(word.lower() for word in own)

    def _dated(self, spec: From) -> Settings:
        return replace(self.settings, day_first=self._day_first(spec))

    def _how_dated(self, spec: From) -> dict[str, Any]:
        return {
            "two_digit_years": spec.two_digit_years,
            "unknown_words": self._unknown(spec),
        }

    def _day_first(self, spec: From) -> bool | None:
        """What is told; else what the columns decide, if they agree."""
        told = spec.day_first if spec.day_first is not None else self.settings.day_first
        if told is not None:
            return told
        found = {self.orders[each].day_first for each in spec.named_columns if each in self.orders}
        return found.pop() if len(found) == 1 else None

    def _comma(self, spec: From) -> bool | None:
        told = spec.decimal_comma if spec.decimal_comma is not None else self.settings.decimal_comma
        if told is not None:
            return told
        found = {
            self.orders[each].decimal_comma for each in spec.named_columns if each in self.orders
        }
        return found.pop() if len(found) == 1 else None
