"""Conditions for tables: the same tree as an Ibis expression, which every engine answers alike."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from revloop.agreement.conditions.record import UPPER
from revloop.agreement.conditions.tree import (
    And,
    Between,
    Call,
    Compare,
    CompareTerms,
    Condition,
    Constant,
    IsUnknown,
    Matches,
    Name,
    Node,
    Not,
    OneOf,
    Or,
    Term,
    Truth,
    Value,
)
from revloop.facts.vocabulary import NONE, Type
from revloop.kit.money import Money

if TYPE_CHECKING:
    import ibis.expr.types as ir

MINOR, CURRENCY = "_minor", "_currency"
"""Money is two columns: `amount_minor`, whole minor units, and `amount_currency`, ISO 4217."""

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def expression(condition: Condition, columns: Mapping[str, ir.Value]) -> ir.BooleanValue:
    """The condition over the columns of a table, each named as the word it holds.

    Money stands in two columns (`amount_minor`, `amount_currency`), a score in its lower bound
    (`fit`) and, where it may be unknown in part, its upper one (`fit_upper`). A word without a
    column is unknown in every row. Instants are columns in UTC; numbers are finite.
    """
    return _Writer(columns).node(condition.root)


def by_answer(holds: ir.BooleanValue, true: Any, false: Any, unknown: Any) -> Any:
    """A value for each answer of a condition.

    Ibis writes `(~holds).isnull()` as `NOT holds IS NULL`, which SQL reads as `NOT (holds IS NULL)`:
    what is unknown must be what is neither true nor false.
    """
    import ibis  # noqa: PLC0415

    return ibis.cases((holds, true), (~holds, false), else_=unknown)


class _Writer:
    def __init__(self, columns: Mapping[str, ir.Value]) -> None:
        self.columns = columns

    def node(self, node: Node) -> Any:
        match node:
            case Constant(value):
                return _literal(value)
            case Not(part):
                return ~self.node(part)
            case And(parts):
                return functools.reduce(operator.and_, map(self.node, parts))
            case Or(parts):
                return functools.reduce(operator.or_, map(self.node, parts))
            case _:
                return self.leaf(node)

    def leaf(self, leaf: Node) -> Any:
        match leaf:
            case Truth(name):
                return self.term(name)
            case IsUnknown(name):
                return self.is_unknown(name)
            case Compare(Name(word) as name, sign, value) if word.type is Type.SCORE:
                return self.score(name, sign, value)
            case Between(Name(word) as name, low, high) if word.type is Type.SCORE:
                return self.score(name, ">=", low) & self.score(name, "<=", high)
            case CompareTerms(left, sign, right):
                return self.compare_terms(left, sign, right)
            case Compare(term, sign, value):
                return self.compare(term, sign, value)
            case Between(term, low, high):
                return self.compare(term, ">=", low) & self.compare(term, "<=", high)
            case OneOf(term, values):
                return self.one_of(term, values)
            case Matches(term, pattern, ignore_case):
                text = self.term(term)
                return text.ilike(pattern) if ignore_case else text.like(pattern)
            case _:
                raise AssertionError(leaf)

    def is_unknown(self, name: Name) -> Any:
        if name.word.type is Type.MONEY:
            return self.column(name.word.name + MINOR, "int64").isnull()
        value = self.term(name)
        if name.word.may_be_none:
            return value == NONE
        if name.word.type is Type.BOOLEAN:
            return by_answer(value, *map(_literal, (False, False, True)))
        if name.word.type is not Type.SCORE:
            return value.isnull()
        return value.isnull() | (value != self.upper(name)).fill_null(_literal(value=True))

    def score(self, name: Name, sign: str, bound: Value) -> Any:
        """True if it holds for every value within the bounds, false if for none."""
        low, high = self.term(name), self.upper(name)
        unknown, value = low.isnull() | high.isnull(), _literal(bound)
        if sign in {"=", "!="}:
            same = (low == high) & (low == value)
            other = (high < value) | (low > value)
            holds, fails = (same, other) if sign == "=" else (other, same)
        else:
            weakest, strongest = (low, high) if sign in {">", ">="} else (high, low)
            holds = _COMPARE[sign](weakest, value)
            fails = ~_COMPARE[sign](strongest, value)
        return _cases((unknown, None), (holds, True), (fails, False))

    def compare(self, term: Term, sign: str, value: Value) -> Any:
        if isinstance(value, Money):
            minor, currency = self.money(term)
            test = _COMPARE[sign](minor, value.minor)
            return _where_true(currency == value.currency, test)
        return _COMPARE[sign](self.term(term), _literal(value))

    def compare_terms(self, left: Term, sign: str, right: Term) -> Any:
        if not isinstance(left, Name) or left.word.type is not Type.MONEY:
            return _COMPARE[sign](self.term(left), self.term(right))
        (one, currency), (two, other) = self.money(left), self.money(right)
        return _where_true(currency == other, _COMPARE[sign](one, two))

    def one_of(self, term: Term, values: tuple[Value, ...]) -> Any:
        if isinstance(values[0], Money):
            tests = [self.compare(term, "=", value) for value in values]
            return functools.reduce(operator.or_, tests)
        return self.term(term).isin([_literal(value) for value in values])

    def term(self, term: Term) -> Any:
        match term:
            case Name(word):
                return self.column(word.name, _COLUMN_TYPES[word.type])
            case Call("coalesce", argument, default):
                return self.term(argument).fill_null(_literal(default))
            case Call(function, argument):
                return getattr(self.term(argument), function)()

    def upper(self, name: Name) -> Any:
        upper = self.columns.get(name.word.name + UPPER)
        return self.term(name) if upper is None else upper

    def money(self, term: Term) -> tuple[Any, Any]:
        assert isinstance(term, Name)  # noqa: S101 - no function takes money
        return (
            self.column(term.word.name + MINOR, "int64"),
            self.column(term.word.name + CURRENCY, "string"),
        )

    def column(self, name: str, type_: str) -> Any:
        known = self.columns.get(name)
        return _unknown(type_) if known is None else known


_COLUMN_TYPES = {
    Type.TEXT: "string",
    Type.INTEGER: "int64",
    Type.NUMBER: "float64",
    Type.SCORE: "float64",
    Type.BOOLEAN: "boolean",
    Type.INSTANT: "timestamp('UTC')",
}


def _literal(value: object, type_: str | None = None) -> Any:
    import ibis  # noqa: PLC0415 - half a second that a condition for one record never needs

    match value:
        case Decimal():
            return ibis.literal(float(value), type_)
        case datetime():
            return ibis.literal(value.astimezone(UTC), type_)
        case _:
            return ibis.literal(value, type_)


def _unknown(type_: str) -> Any:
    """A column that is null in every row."""
    import ibis  # noqa: PLC0415

    # Ibis turns `literal null = 'a'` into `'a' is null`, which is false where SQL's is unknown.
    return ibis.coalesce(_literal(None, type_))


def _cases(*branches: tuple[Any, bool | None]) -> Any:
    """The value of the first test that is true; unknown if none is."""
    import ibis  # noqa: PLC0415

    tests = [(test, _literal(value, "boolean")) for test, value in branches]
    return ibis.cases(*tests, else_=_literal(None, "boolean"))


def _where_true(test: Any, value: Any) -> Any:
    import ibis  # noqa: PLC0415

    return ibis.cases((test, value), else_=_literal(None, "boolean"))
