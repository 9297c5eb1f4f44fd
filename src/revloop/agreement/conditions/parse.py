"""From text to a tree whose words are known and whose types agree, or a problem with its place.

SQLGlot parses; this module lets through only the node types listed here, each with only the parts
listed here. What is not listed is refused, so a new SQLGlot can add syntax but not reach anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import sqlglot
from sqlglot import expressions as sql
from sqlglot.errors import SqlglotError

from revloop.agreement.conditions.guard import (
    LONGEST_LIST,
    LONGEST_TEXT,
    MOST_DIGITS,
    MOST_NODES,
    ConditionError,
    guard,
    nested_too_deeply,
    not_allowed,
    too_large,
    unreadable,
)
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
    literal,
    type_of,
    written_term,
)
from revloop.facts.vocabulary import Type, Word
from revloop.kit.errors import InvalidInput
from revloop.kit.money import Money
from revloop.kit.spelling import did_you_mean, one_of

_OPERATORS: dict[type[sql.Expr], str] = {
    sql.EQ: "=",
    sql.NEQ: "!=",
    sql.LT: "<",
    sql.LTE: "<=",
    sql.GT: ">",
    sql.GTE: ">=",
}
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_FUNCTIONS: dict[type[sql.Expr], str] = {
    sql.Lower: "lower",
    sql.Upper: "upper",
    sql.Length: "length",
    sql.Coalesce: "coalesce",
}
# Where the parser takes no other form of an operator, its flags must be unset.
_ALLOWED_ARGUMENTS: dict[type[sql.Expr], frozenset[str]] = {
    sql.Like: frozenset({"this", "expression", "negate"}),
    sql.ILike: frozenset({"this", "expression", "negate"}),
    sql.In: frozenset({"this", "expressions"}),
    sql.Between: frozenset({"this", "low", "high"}),
    sql.Coalesce: frozenset({"this", "expressions"}),
    sql.Column: frozenset({"this"}),
}
_USUAL_ARGUMENTS = frozenset({"this", "expression"})


@dataclass(frozen=True, slots=True)
class _Typed:
    """One side of a comparison: a term, or a fixed value, with its type."""

    term: Term | None
    value: Value | None
    type: Type

    def __str__(self) -> str:
        if self.term is not None:
            return written_term(self.term)[:60]
        return literal(self.value)[:60] if self.value is not None else "null"


def parse(text: str, words: Mapping[str, Word]) -> Condition:
    """Read one condition over the given words.

    Raises:
        ConditionError: with a code `condition.*`, a sentence, a hint and the offset in the text.
    """
    try:
        guard(text)
        root = sqlglot.parse_one(
            text, dialect="duckdb", into=sql.Condition, error_message_context=LONGEST_TEXT
        )
        return Condition(text, _Reader(words).condition(root))
    except SqlglotError as error:
        raise unreadable(error) from error
    except RecursionError as error:  # the caller's own stack was deep already
        raise nested_too_deeply() from error


class _Reader:
    """One walk over one parsed condition."""

    def __init__(self, words: Mapping[str, Word]) -> None:
        self.words = words
        self.nodes = 0

    # Conditions: what is true, false or unknown.

    def condition(self, node: sql.Expr) -> Node:
        node = node.unnest()
        self._count(node)
        match node:
            case sql.And() | sql.Or():
                parts = tuple(self.condition(part) for part in _flattened(node))
                return And(parts) if isinstance(node, sql.And) else Or(parts)
            case sql.Not():
                self._check_arguments(node)
                return Not(self.condition(node.this))
            case sql.Boolean():
                return Constant(bool(node.this))
            case sql.Column() | sql.Coalesce():
                return self._truth(node)
            case _:
                return self._clause(node)

    def _clause(self, node: sql.Expr) -> Node:
        clauses: dict[type[sql.Expr], Callable[..., Node]] = {
            sql.Between: self._between,
            sql.In: self._one_of,
            sql.Like: self._matches,
            sql.ILike: self._matches,
            sql.Is: self._is_unknown,
        }
        clause = self._compare if type(node) in _OPERATORS else clauses.get(type(node))
        if clause is None:
            raise _refused(node)
        self._check_arguments(node)
        read: Node = clause(node)
        return Not(read) if node.args.get("negate") else read

    def _truth(self, node: sql.Column | sql.Coalesce) -> Node:
        typed = self._term(node)
        if typed.type is not Type.BOOLEAN:
            raise ConditionError(
                "condition.not_a_condition",
                f"{typed} is {_a(typed.type)}, not something true or false",
                hint=f"compare it: {_example(typed)}",
                offset=_offset(node),
            )
        term = _required(typed)
        return Truth(term) if isinstance(term, Name) else Compare(term, "=", value=True)

    def _compare(self, node: sql.Expr) -> Node:
        left, right = self._operand(node.this), self._operand(node.expression)
        operator = _OPERATORS[type(node)]
        if left.term is None:
            left, right, operator = right, left, _MIRRORED[operator]
        if left.term is None:
            raise ConditionError(
                "condition.compares_literals",
                "the comparison has a fixed value on both sides",
                hint="compare a word of the vocabulary",
                offset=_offset(node),
            )
        value = self._agreed(left, right, _offset(node.this))
        if operator not in {"=", "!="} and left.type in {Type.TEXT, Type.BOOLEAN}:
            raise ConditionError(
                "condition.no_order",
                f"{left} is {_a(left.type)}; it has no smaller and larger",
                hint="use =, != or in",
                offset=_offset(node.this),
            )
        if right.term is not None:
            return CompareTerms(left.term, operator, right.term)
        return Compare(left.term, operator, value)

    def _between(self, node: sql.Between) -> Node:
        term = self._term(node.this)
        low, high = (self._literal_of(term, node.args[end]) for end in ("low", "high"))
        offset = _offset(node.this)
        if term.type in {Type.TEXT, Type.BOOLEAN}:
            raise ConditionError(
                "condition.no_order",
                f"{term} is {_a(term.type)}; it has no smaller and larger",
                hint="use in",
                offset=offset,
            )
        if isinstance(low, Money) and isinstance(high, Money) and low.currency != high.currency:
            raise ConditionError(
                "condition.types_differ",
                f"{term} cannot lie between {low} and {high}: two currencies",
                hint="write both ends in one currency",
                offset=offset,
            )
        if _is_larger(low, high):
            raise ConditionError(
                "condition.empty_range",
                f"nothing lies between {literal(low)} and {literal(high)}",
                hint=f"write the smaller end first: between {literal(high)} and {literal(low)}",
                offset=offset,
            )
        return Between(_required(term), low, high)

    def _one_of(self, node: sql.In) -> Node:
        term = self._term(node.this)
        members = node.expressions
        if not members:
            raise _refused(node)
        if len(members) > LONGEST_LIST:
            what = f"the list has {len(members):,} values"
            raise too_large(what, f"{LONGEST_LIST}", _offset(node))
        if term.type is Type.SCORE:
            raise ConditionError(
                "condition.no_list_of_scores",
                f"{term} is a score and may be known only within bounds",
                hint=f"compare it: {term} >= 60",
                offset=_offset(node.this),
            )
        return OneOf(_required(term), tuple(self._literal_of(term, each) for each in members))

    def _matches(self, node: sql.Like | sql.ILike) -> Node:
        term, pattern = self._term(node.this), self._operand(node.expression)
        if term.type is not Type.TEXT or not isinstance(pattern.value, str):
            raise ConditionError(
                "condition.types_differ",
                f"like compares a text with a pattern; {term} is {_a(term.type)} "
                f"and {pattern} is {_a(pattern.type)}",
                hint="write the pattern in single quotes: title ilike 'chief %'",
                offset=_offset(node.this),
            )
        return Matches(_required(term), pattern.value, isinstance(node, sql.ILike))

    def _is_unknown(self, node: sql.Is) -> Node:
        asked = node.this.unnest()
        if not isinstance(node.expression, sql.Null) or not isinstance(asked, sql.Column):
            raise ConditionError(
                "condition.is_takes_null",
                "is may only ask whether a word is null (unknown)",
                hint="write `is null` or `is not null`; compare other values with =",
                offset=_offset(node.this),
            )
        return IsUnknown(self._name(asked))

    # Operands: what is compared.

    def _operand(self, node: sql.Expr) -> _Typed:
        node = node.unnest()
        match node:
            case sql.Column() | sql.Lower() | sql.Upper() | sql.Length() | sql.Coalesce():
                term = self._name(node) if isinstance(node, sql.Column) else self._call(node)
                return _Typed(term, None, type_of(term))
            case sql.Null():
                raise ConditionError(
                    "condition.compares_null",
                    "nothing equals null: the comparison would always be unknown",
                    hint="write `is null` or `is not null`",
                    offset=_offset(node),
                )
            case _:
                return _literal(node)

    def _term(self, node: sql.Expr) -> _Typed:
        typed = self._operand(node)
        if typed.term is None:
            raise ConditionError(
                "condition.compares_literals",
                f"{typed} is a fixed value, not a word of the vocabulary",
                hint="put a word on the left",
                offset=_offset(node),
            )
        return typed

    def _call(self, node: sql.Expr) -> Call:
        self._count(node)
        self._check_arguments(node)
        function, argument = _FUNCTIONS[type(node)], self._term(node.this)
        if function == "coalesce":
            return self._coalesce(node, argument)
        if argument.type is not Type.TEXT:
            raise ConditionError(
                "condition.types_differ",
                f"{function} takes a text; {argument} is {_a(argument.type)}",
                offset=_offset(node.this),
            )
        return Call(function, _required(argument))

    def _coalesce(self, node: sql.Expr, argument: _Typed) -> Call:
        if len(node.expressions) != 1 or argument.type in {Type.MONEY, Type.SCORE}:
            raise ConditionError(
                "condition.not_allowed",
                f"coalesce takes one word and one fixed value; {argument} is {_a(argument.type)}",
                hint="money and scores have no stand-in; ask `is null` instead",
                offset=_offset(node),
            )
        default = self._literal_of(argument, node.expressions[0])
        if argument.type is Type.INTEGER and not isinstance(default, int):
            raise _types_differ(argument, _Typed(None, default, Type.NUMBER), _offset(node))
        return Call("coalesce", _required(argument), default)

    def _name(self, node: sql.Column) -> Name:
        self._check_arguments(node)
        identifier = node.this
        if not isinstance(identifier, sql.Identifier):
            raise _refused(node)
        written = str(identifier.this)
        if written not in self.words:
            raise ConditionError(
                "condition.unknown_word",
                f"{written[:60]!r} is not a word that may stand here",
                hint=did_you_mean(written, self.words)
                or f"known here: {one_of(sorted(self.words)[:8])} …; "
                "the reference of words lists them all",
                offset=_offset(node),
            )
        return Name(self.words[written])

    # Types.

    def _literal_of(self, term: _Typed, node: sql.Expr) -> Value:
        other = self._operand(node)
        if other.term is not None:
            raise ConditionError(
                "condition.needs_literal",
                f"{other} is a word; a fixed value must stand here",
                offset=_offset(node),
            )
        return self._agreed(term, other, _offset(node))

    def _agreed(self, left: _Typed, right: _Typed, offset: int) -> Value:
        """The right side as the left side's type needs it; refuse what cannot be compared."""
        if right.term is not None:
            if Type.SCORE in {left.type, right.type} or not _comparable(left.type, right.type):
                raise _types_differ(left, right, offset)
            return ""
        value = right.value
        if left.type in {Type.MONEY, Type.INSTANT} and isinstance(value, str):
            return _read_text(left, value, offset)
        if value is None or not _comparable(left.type, right.type):
            raise _types_differ(left, right, offset)
        if isinstance(left.term, Name) and isinstance(value, str):
            _check_known_value(left.term.word, value, offset)
        return value

    # Limits.

    def _count(self, node: sql.Expr) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            what = "the condition has more clauses and functions than people can follow"
            raise too_large(what, f"{MOST_NODES}", _offset(node))

    def _check_arguments(self, node: sql.Expr) -> None:
        allowed = _ALLOWED_ARGUMENTS.get(type(node), _USUAL_ARGUMENTS)
        if any(value and name not in allowed for name, value in node.args.items()):
            raise _refused(node)


def _flattened(node: sql.And | sql.Or) -> list[sql.Expr]:
    """The members of a chain of one connective; the parser nests long chains to the left."""
    parts: list[sql.Expr] = []
    rest: sql.Expr = node
    while type(rest) is type(node):
        parts.append(rest.expression)
        rest = rest.this
    return [rest, *reversed(parts)]


def _literal(node: sql.Expr) -> _Typed:
    match node:
        case sql.Literal(is_string=True):
            return _Typed(None, str(node.this), Type.TEXT)
        case sql.Literal():
            return _number(str(node.this), _offset(node))
        case sql.Neg() if isinstance(node.this, sql.Literal) and not node.this.is_string:
            return _number(f"-{node.this.this}", _offset(node))
        case sql.Boolean():
            return _Typed(None, bool(node.this), Type.BOOLEAN)
        case _:
            raise _refused(node)


def _number(text: str, offset: int) -> _Typed:
    try:
        value = Decimal(text)
        _, digits, exponent = value.as_tuple()
        places = max(len(digits), len(digits) + int(exponent), -int(exponent))
    except InvalidOperation:  # an exponent beyond what decimals hold
        places = MOST_DIGITS + 1
    if places > MOST_DIGITS:
        raise ConditionError(
            "condition.number_out_of_range",
            f"{text[:40]} has more digits than every engine can compare exactly",
            hint=f"use at most {MOST_DIGITS} digits",
            offset=offset,
        )
    if value == value.to_integral_value():
        return _Typed(None, int(value), Type.INTEGER)
    return _Typed(None, value, Type.NUMBER)


def _comparable(left: Type, right: Type) -> bool:
    return left is right or (left.is_number and right.is_number)


def _is_larger(low: Value, high: Value) -> bool:
    match low, high:
        case Money(), Money():
            return low.minor > high.minor
        case datetime(), datetime():
            return low > high
        case int() | Decimal(), int() | Decimal():
            return low > high
        case _:
            raise AssertionError(low, high)


def _read_text(left: _Typed, text: str, offset: int) -> Value:
    """A text beside money or an instant is read as one."""
    try:
        return Money.parse(text) if left.type is Type.MONEY else _instant(text)
    except InvalidInput as error:
        raise ConditionError(
            "condition.types_differ",
            f"{left} is {_a(left.type)}, and {error.message}",
            hint=error.hint,
            offset=offset,
        ) from error


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        at.astimezone(
            UTC
        )  # engines hold UTC; the first and last day of the calendar may lie beyond
    except (ValueError, OverflowError):
        at = None
    if at is None or at.tzinfo is None:
        raise InvalidInput(
            "instant.not_understood",
            f"{text[:60]!r} is not an instant",
            hint="write date, time and offset: '2026-07-01T09:00:00-04:00'",
        )
    return at


def _check_known_value(word: Word, value: str, offset: int) -> None:
    if word.values and value not in word.values:
        raise ConditionError(
            "condition.unknown_value",
            f"{word.name} is never {value[:60]!r}",
            hint=did_you_mean(value, word.values) or f"it is {one_of(word.values[:12])}",
            offset=offset,
        )


def _types_differ(left: _Typed, right: _Typed, offset: int) -> ConditionError:
    return ConditionError(
        "condition.types_differ",
        f"{left} is {_a(left.type)} and {right} is {_a(right.type)}: they cannot be compared",
        hint=f"compare it with {_a(left.type)}: {_example(left)}",
        offset=offset,
    )


def _required(typed: _Typed) -> Term:
    assert typed.term is not None  # noqa: S101 - _term() has made sure of it
    return typed.term


_REFUSED_IN_WORDS: dict[type[sql.Expr], str] = {
    sql.Connector: "`and` or `or` inside a comparison",
    sql.Cast: "a change of type",
    sql.Func: "this function",
    sql.Query: "a query",
    sql.Predicate: "this comparison",
    sql.Binary: "a calculation",
    sql.Neg: "a calculation",
    sql.In: "`in` with a query",
    sql.Literal: "a value that is compared with nothing",
}


def _refused(node: sql.Expr) -> ConditionError:
    words = [text for kind, text in _REFUSED_IN_WORDS.items() if isinstance(node, kind)]
    what = words[0] if words else f"`{type(node).__name__.lower()}`"
    return not_allowed(what, _offset(node))


def _offset(node: sql.Expr) -> int:
    """The place of its first word or value; if it has none, that of the clause around it."""
    around: sql.Expr | None = node
    while around is not None:
        starts = [part.meta["start"] for part in around.walk() if "start" in part.meta]
        if starts:
            return int(min(starts))
        around = around.parent
    return 0


def _a(type_: Type) -> str:
    """The type as it stands in a sentence."""
    match type_:
        case Type.BOOLEAN | Type.MONEY:
            return str(type_)
        case Type.INSTANT:
            return f"an {type_}"
        case _:
            return f"a {type_}"


def _example(typed: _Typed) -> str:
    match typed.type:
        case Type.TEXT:
            values = typed.term.word.values if isinstance(typed.term, Name) else ()
            return f"{typed} = '{values[0] if values else '…'}'"
        case Type.BOOLEAN:
            return f"{typed} = true"
        case Type.MONEY:
            return f"{typed} >= '10000 USD'"
        case Type.INSTANT:
            return f"{typed} >= '2026-07-01T00:00:00Z'"
        case _:
            return f"{typed} >= 60"
