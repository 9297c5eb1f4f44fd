"""One reader for each type of column of a CRM: what `sources.values` gives, under one signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import ibis

from revloop.sources import values
from revloop.sources.values.value import nothing, sentence, trimmed

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.protocol import Settings

Of = Literal["", "moments", "days", "numbers"]
BLANK = ("",)
"""The only text that stands for nothing in an id or a name: there are people called Na and Null."""


@dataclass(frozen=True, slots=True)
class Read:
    """The columns that a reader made of one, by what is added to the field's name."""

    columns: Mapping[str, ir.Value]
    problem: ir.StringValue


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes typed columns of a raw one."""

    types: Mapping[str, str]
    """The type of each column, by what is added to the field's name; mostly one, with nothing."""
    read: Callable[[Any, Sequence[Any], Settings], Read]
    """Of the raw column, those beside it, and the settings."""
    of: Of = ""
    """What it reads, where a look at the whole column helps."""

    def unread(self) -> Mapping[str, ir.Value]:
        """The columns where the table has none to read."""
        return {suffix: nothing(type_) for suffix, type_ in self.types.items()}


def reader(
    type_: str,
    read: Callable[[Any, Settings], values.Value],
    of: Of = "",
) -> Reader:
    """A reader of one column that looks at nothing beside it."""

    def apply(column: Any, _: Sequence[Any], settings: Settings) -> Read:
        found = read(column, settings)
        problem = found.problem
        if found.not_understood is not None:
            strange = found.not_understood.notnull()
            said = sentence(column, found.not_understood, strange, "is not understood")
            problem = ibis.coalesce(problem, said)
        return Read({"": found.value}, problem)

    return Reader({"": type_}, apply, of)


def _money(column: Any, beside: Sequence[Any], settings: Settings) -> Read:
    comma = bool(settings.decimal_comma)
    # A row of many currencies names its own; where it is silent the currency of the company holds.
    told: Any = settings.currency
    if beside:
        name = beside[0].get_name()
        told = ibis.coalesce(*(values.text(each).value for each in beside), told).name(name)
    amount = values.money(column, told, decimal_comma=comma)
    return Read({"_minor": amount.minor, "_currency": amount.currency}, amount.problem)


def _share(column: Any, settings: Settings) -> values.Value:
    found = values.number(column, bool(settings.decimal_comma), percent=True)
    return _between_0_and_1(column, found, "is not between 0 and 100 percent")


def _fraction(column: Any, settings: Settings) -> values.Value:
    found = values.number(column, bool(settings.decimal_comma))
    return _between_0_and_1(column, found, "is not between 0 and 1")


def _between_0_and_1(column: Any, found: values.Value, said: str) -> values.Value:
    outside = ~found.value.between(0, 1)
    problem = sentence(column, trimmed(column), outside, said)
    inside = outside.ifelse(nothing("float64"), found.value)
    return values.Value(inside, ibis.coalesce(found.problem, problem))


NAME = reader("string", lambda column, _: values.text(column, BLANK))
TEXT = reader("string", lambda column, _: values.text(column))
FLAG = reader("boolean", lambda column, _: values.boolean(column))
COUNTRY = reader("string", lambda column, _: values.country(column))
DOMAIN = reader("string", lambda column, _: values.domain(column))
INSTANT = reader("timestamp('UTC')", values.instant, "moments")
DAY = reader("date", values.day, "days")
WHOLE = reader(
    "int64", lambda column, told: values.whole(column, bool(told.decimal_comma)), "numbers"
)
NUMBER = reader(
    "float64", lambda column, told: values.number(column, bool(told.decimal_comma)), "numbers"
)
PERCENT = reader("float64", _share, "numbers")
"""45 is 0.45."""
FRACTION = reader("float64", _fraction, "numbers")
"""0.45 is 0.45."""
TEXTS = reader("array<string>", lambda column, _: values.texts(column))
MONEY = Reader({"_minor": "int64", "_currency": "string"}, _money, "numbers")
