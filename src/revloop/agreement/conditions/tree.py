"""What a condition is made of, once it is parsed and its types agree.

The tree is small on purpose: both interpreters, the words of `explain` and the clauses of `diff`
are read off it, and nothing else of SQL can reach them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from revloop.facts.vocabulary import Type, Word
from revloop.kit.money import Money

FUNCTIONS = ("lower", "upper", "length", "coalesce")

Value: TypeAlias = str | int | Decimal | bool | Money | datetime


@dataclass(frozen=True, slots=True)
class Name:
    """A word of the vocabulary."""

    word: Word


@dataclass(frozen=True, slots=True)
class Call:
    """One of the few functions: lower, upper, length of a text; coalesce to a literal."""

    function: str
    argument: Name | Call
    default: Value | None = None


Term: TypeAlias = Name | Call


@dataclass(frozen=True, slots=True)
class Constant:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """A word that is itself true or false."""

    name: Name


@dataclass(frozen=True, slots=True)
class Compare:
    """`term operator value`; operator is = != < <= > or >=."""

    term: Term
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class CompareTerms:
    """`term operator term`."""

    left: Term
    operator: str
    right: Term


@dataclass(frozen=True, slots=True)
class Between:
    """`low <= term <= high`, both ends included."""

    term: Term
    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """The term equals one of the values."""

    term: Term
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """SQL's like: `%` is any text, `_` any one character."""

    term: Term
    pattern: str
    ignore_case: bool


@dataclass(frozen=True, slots=True)
class IsUnknown:
    """`is null`. Never itself unknown, but for a word that may be known to be none."""

    name: Name


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


Leaf: TypeAlias = Constant | Truth | Compare | CompareTerms | Between | OneOf | Matches | IsUnknown
Node: TypeAlias = Leaf | Not | And | Or


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition whose words are known and whose types agree."""

    text: str
    """As it was written."""
    root: Node

    @property
    def words(self) -> tuple[Word, ...]:
        """The words it uses, each once, in the order of their first use."""
        return tuple({name.word.name: name.word for name in names(self.root)}.values())

    @property
    def is_always_true(self) -> bool:
        return self.root == Constant(value=True)

    def __str__(self) -> str:
        """The one printed form: two conditions that differ only in spacing print the same."""
        return written(self.root)


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case _:
            return ()


def terms(leaf: Node) -> tuple[Term, ...]:
    match leaf:
        case CompareTerms(left, _, right):
            return (left, right)
        case Compare(term, _, _) | Between(term, _, _) | OneOf(term, _) | Matches(term, _, _):
            return (term,)
        case Truth(name) | IsUnknown(name):
            return (name,)
        case _:
            return ()


def names(node: Node) -> Iterator[Name]:
    for term in terms(node):
        inner = term
        while isinstance(inner, Call):
            inner = inner.argument
        yield inner
    for part in children(node):
        yield from names(part)


def type_of(term: Term) -> Type:
    match term:
        case Name(word):
            return word.type
        case Call("length"):
            return Type.INTEGER
        case Call(_, argument):
            return type_of(argument)


def in_one_order(node: Node) -> Node:
    """The same condition with its parts and lists sorted: their order means nothing."""
    match node:
        case And(parts):
            return _joined(And, parts)
        case Or(parts):
            return _joined(Or, parts)
        case Not(part):
            return Not(in_one_order(part))
        case OneOf(term, values):
            by_text = {literal(value): value for value in values}
            return OneOf(term, tuple(by_text[text] for text in sorted(by_text)))
        case _:
            return node


def _joined(connective: type[And | Or], parts: tuple[Node, ...]) -> Node:
    by_text = {written(part): part for part in map(in_one_order, parts)}
    ordered = tuple(by_text[text] for text in sorted(by_text))
    return connective(ordered) if len(ordered) > 1 else ordered[0]


def amounts(node: Node) -> Iterator[Money]:
    """The amounts of money that it compares with."""
    match node:
        case Compare(_, _, Money() as value):
            yield value
        case Between(_, Money() as low, _):
            yield low
        case OneOf(_, values):
            yield from (value for value in values if isinstance(value, Money))
        case _:
            for part in children(node):
                yield from amounts(part)


def clauses(node: Node) -> tuple[Node, ...]:
    """The parts that a reader would tick one by one: the members of the outermost `and`."""
    return node.parts if isinstance(node, And) else (node,)


def written(node: Node) -> str:
    match node:
        case Constant(value):
            return "true" if value else "false"
        case Truth(name):
            return name.word.name
        case Not(IsUnknown(name)):
            return f"{name.word.name} is not null"
        case Not(part):
            return f"not {_enclosed(part)}"
        case And(parts):
            return " and ".join(_enclosed(part) for part in parts)
        case Or(parts):
            return " or ".join(_enclosed(part) for part in parts)
        case _:
            return _written_leaf(node)


def _written_leaf(leaf: Compare | CompareTerms | Between | OneOf | Matches | IsUnknown) -> str:
    match leaf:
        case CompareTerms(left, operator, right):
            return f"{written_term(left)} {operator} {written_term(right)}"
        case Compare(term, operator, value):
            return f"{written_term(term)} {operator} {literal(value)}"
        case Between(term, low, high):
            return f"{written_term(term)} between {literal(low)} and {literal(high)}"
        case OneOf(term, values):
            return f"{written_term(term)} in ({', '.join(literal(each) for each in values)})"
        case Matches(term, pattern, ignore_case):
            operator = "ilike" if ignore_case else "like"
            return f"{written_term(term)} {operator} {literal(pattern)}"
        case IsUnknown(name):
            return f"{name.word.name} is null"


def _enclosed(part: Node) -> str:
    return f"({written(part)})" if isinstance(part, And | Or | Not | Between) else written(part)


def written_term(term: Term) -> str:
    match term:
        case Name(word):
            return word.name
        case Call("coalesce", argument, default) if default is not None:
            return f"coalesce({written_term(argument)}, {literal(default)})"
        case Call(function, argument):
            return f"{function}({written_term(argument)})"


def literal(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return f"{value.normalize():f}"
        case datetime():
            return f"'{value.isoformat()}'"
        case _:
            quoted = str(value).replace("'", "''")
            return f"'{quoted}'"
