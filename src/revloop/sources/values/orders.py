"""Whether 03/04 is in April and 1.234 above a thousand, found by looking at whole tables.

One cell cannot say it, its column often can, and where a column cannot, the others of its table can:
one program wrote them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from revloop.sources.values.traits import ORDERS, Traits, traits

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.protocol import Settings


@dataclass(frozen=True, slots=True)
class Orders:
    """How dates and numbers of a table are written, by column, where nobody has said it."""

    day_first: Mapping[str, bool | None] = field(default_factory=dict)
    decimal_comma: Mapping[str, bool | None] = field(default_factory=dict)

    def settings(self, column: str, told: Settings) -> Settings:
        """What is told, with what was found of a column where nothing is told."""
        day_first, comma = told.day_first, told.decimal_comma
        return replace(
            told,
            day_first=self.day_first.get(column) if day_first is None else day_first,
            decimal_comma=self.decimal_comma.get(column) if comma is None else comma,
        )

    def found(self) -> dict[str, str]:
        """What was found, in words, for the report: nothing where all is as everywhere."""
        said = {}
        if any(self.decimal_comma.values()):
            said["decimals"] = "comma"
        orders = set(self.day_first.values()) - {None}
        if len(orders) == 1:
            said["dates"] = "day first" if orders.pop() else "month first"
        return said


def orders(rows: ir.Table, dates: Sequence[str], numbers: Sequence[str]) -> Orders:
    """Find the order of dates and the decimal sign of columns of text."""
    found = traits(rows, [*dates, *numbers], forms=ORDERS)
    return Orders(
        _agreed({name: found[name].day_first for name in dates}),
        _agreed({name: _decimal_comma(found[name]) for name in numbers}),
    )


def _decimal_comma(of: Traits) -> bool | None:
    """Whether a column shows a decimal comma; None where it shows no decimals at all."""
    plain = not (of.count("point_numbers") or of.count("comma_numbers"))
    return None if plain else of.decimal_comma


def _agreed(said: Mapping[str, bool | None]) -> dict[str, bool | None]:
    """Columns that cannot say it follow the others, if these are of one mind."""
    common = _one_mind(said.values())
    return {name: common if own is None else own for name, own in said.items()}


def _one_mind(said: Iterable[bool | None]) -> bool | None:
    known = set(said) - {None}
    return known.pop() if len(known) == 1 else None
