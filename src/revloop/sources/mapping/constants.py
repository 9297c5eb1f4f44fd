"""What is the same for every row, read once as the type of its field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from revloop.facts.columns import Column, Holds
from revloop.kit.errors import InvalidInput
from revloop.kit.money import Money
from revloop.kit.spelling import did_you_mean, one_of
from revloop.sources.values.texts import NO, YES

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NEEDED = {
    Holds.INTEGER: ("a whole number", "write digits only"),
    Holds.NUMBER: ("a number", "write it like 0.5"),
    Holds.BOOLEAN: ("true or false", "write true or false"),
    Holds.DATE: ("a date", "write it like 2026-04-01"),
    Holds.INSTANT: ("an instant", 'write it like "2026-04-01T09:00:00Z"'),
}


def constant(column: Column, text: str) -> Any:
    """The value of a constant: text, number, date, Money or a list, as the column holds.

    Raises:
        InvalidInput: where the text is nothing that the column could hold.
    """
    text = text.strip()
    if column.holds is Holds.MONEY:
        return Money.parse(text)
    if column.holds is Holds.TEXTS:
        return [each.strip() for each in text.split(";") if each.strip()]
    if column.holds in {Holds.TEXT, Holds.KEY}:
        return _word(column, text)
    try:
        return _typed(column.holds, text)
    except (ValueError, InvalidOperation):
        what, hint = _NEEDED[column.holds]
        raise InvalidInput(
            "mapping.wrong_constant", f"{text[:60]!r} is not {what}", hint=hint
        ) from None


def _typed(holds: Holds, text: str) -> int | float | bool | date | datetime:
    match holds:
        case Holds.INTEGER:
            return int(text)
        case Holds.NUMBER:
            return float(Decimal(text))
        case Holds.DATE:
            return date.fromisoformat(text)
        case Holds.INSTANT:
            at = datetime.fromisoformat(text)
            if at.tzinfo is None:
                raise ValueError(text)
            return at.astimezone(UTC)
        case _:
            if text.lower() not in {*YES, *NO}:
                raise ValueError(text)
            return text.lower() in YES


def _word(column: Column, text: str) -> str:
    if column.values and text not in column.values:
        raise InvalidInput(
            "mapping.unknown_word",
            f"{text[:60]!r} is none of the values of {column.name}",
            hint=did_you_mean(text, column.values) or f"use {one_of(column.values)}",
        )
    return text


def literal(column: Column, text: str, namespace: str) -> dict[str, ir.Value]:
    """The stored columns of a constant."""
    import ibis  # noqa: PLC0415

    value = constant(column, text)
    match column.holds:
        case Holds.MONEY:
            return {
                f"{column.name}_minor": ibis.literal(value.minor, "int64"),
                f"{column.name}_currency": ibis.literal(value.currency),
            }
        case Holds.KEY:
            return {column.name: ibis.literal(f"{namespace}:{value}")}
        case Holds.INSTANT:
            return {column.name: ibis.literal(value, "timestamp('UTC')")}
        case Holds.TEXTS:
            return {column.name: ibis.literal(value, "array<string>")}
        case _:
            return {column.name: ibis.literal(value)}
