"""Conditions for one record: each is compiled to a Python function once, and answers in microseconds.

The generated code holds names and operators that this module writes itself; every value that comes
from a file is passed in as a constant, so nothing that a file says is ever code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from revloop.agreement.conditions.tree import (
    And,
    Between,
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
    children,
    type_of,
)
from revloop.facts.vocabulary import NONE, Type
from revloop.kit.money import Money

UPPER = "_upper"
"""A score's upper bound stands in a record beside its lower one: `fit` and `fit_upper`."""


class Judgement(NamedTuple):
    """The answer of a condition for one record, with the answer of each of its parts."""

    value: bool | None
    """True, false, or None: unknown, it needs data."""
    trace: tuple[bool | None, ...]
    """The answers of all nodes of the condition's tree, each node after its parts."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One part of a condition with its answer and the parts below it."""

    node: Node
    value: bool | None
    parts: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class RecordCondition:
    """A condition compiled for records. Call it with a mapping of words to values."""

    condition: Condition
    judge: Callable[[Mapping[str, Any]], Judgement]

    def __call__(self, record: Mapping[str, Any]) -> bool | None:
        return self.judge(record).value

    def explain(self, record: Mapping[str, Any]) -> Judged:
        """The answer as a tree that follows the condition's own."""
        answers = iter(self.judge(record).trace)
        return _judged(self.condition.root, lambda: next(answers))


def compile_for_records(condition: Condition) -> RecordCondition:
    """Compile a condition to a function from one record to a `Judgement`.

    A record maps words to values: text, int (of 64 bits) or float (finite), bool, `Money`, aware
    datetimes. A word that is absent or None is unknown.
    """
    source, constants = _Writer().function(condition.root)
    namespace: dict[str, Any] = {**constants, "Judgement": Judgement}
    exec(source, namespace)  # noqa: S102 - written below from a checked tree, values as constants
    return RecordCondition(condition, namespace["judge"])


def _judged(node: Node, answer: Callable[[], bool | None]) -> Judged:
    parts = tuple(_judged(part, answer) for part in children(node))
    return Judged(node, answer(), parts)


class _Writer:
    """Writes one function: a line per word that is fetched, then a line per node."""

    def __init__(self) -> None:
        self.fetches: dict[str, str] = {}
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {"lowered": lowered, "uppered": uppered}
        self.results = 0

    def function(self, root: Node) -> tuple[str, dict[str, Any]]:
        answer = self.node(root)
        trace = ", ".join(f"n{index}" for index in range(self.results))
        body = [
            "def judge(record):",
            "    get = record.get",
            *(f"    {variable} = {fetch}" for fetch, variable in self.fetches.items()),
            *(f"    {line}" for line in self.lines),
            f"    return Judgement({answer}, ({trace},))",
        ]
        return "\n".join(body), self.constants

    def node(self, node: Node) -> str:
        parts = [self.node(part) for part in children(node)]
        match node:
            case Constant(value):
                code = str(value)
            case Not():
                code = f"None if {parts[0]} is None else not {parts[0]}"
            case And():
                code = _kleene(parts, decides=False)
            case Or():
                code = _kleene(parts, decides=True)
            case _:
                code = self.leaf(node)
        return self.result(code)

    def result(self, code: str) -> str:
        variable = f"n{self.results}"
        self.lines.append(f"{variable} = {code}")
        self.results += 1
        return variable

    def leaf(self, leaf: Node) -> str:
        match leaf:
            case Truth(name):
                return self.term(name)
            case IsUnknown(name):
                return self.is_unknown(name)
            case Compare(Name(word) as name, operator, value) if word.type is Type.SCORE:
                return self.score(name, _SCORE_TESTS[operator], {"k": self.constant(value)})
            case Between(Name(word) as name, low, high) if word.type is Type.SCORE:
                bounds = {"k": self.constant(low), "m": self.constant(high)}
                return self.score(name, _SCORE_TESTS["between"], bounds)
            case CompareTerms(left, operator, right):
                return self.compare_terms(left, operator, right)
            case Compare(term, operator, value):
                return self.compare(term, f"{{v}} {_PYTHON[operator]} {{k}}", value)
            case Between(term, low, high):
                return self.between(term, low, high)
            case OneOf(term, values):
                return self.one_of(term, values)
            case Matches(term, pattern, ignore_case):
                return self.known(term, f"{self.constant(like(pattern, ignore_case))}({{v}})")
            case _:
                raise AssertionError(leaf)

    def is_unknown(self, name: Name) -> str:
        value = self.term(name)
        if name.word.may_be_none:
            # Whether somebody has none can itself be unknown, and then it is not held against them.
            return f"None if {value} is None else {value} == {self.constant(NONE)}"
        if name.word.type is not Type.SCORE:
            return f"{value} is None"
        return f"{value} is None or {value} != {self.upper(name)}"

    def score(self, name: Name, tests: tuple[str, str], bounds: dict[str, str]) -> str:
        """True if it holds for every value within the bounds, false if for none."""
        low, high = self.term(name), self.upper(name)
        holds, fails = (test.format(low=low, high=high, **bounds) for test in tests)
        return f"None if {low} is None or {high} is None else True if {holds} else False if {fails} else None"

    def compare(self, term: Term, test: str, value: Value) -> str:
        if isinstance(value, Money):
            test = test.format(v="{v}.minor", k=self.constant(value.minor))
            return self.money(term, test, value)
        return self.known(term, test.format(v="{v}", k=self.constant(value)))

    def compare_terms(self, left: Term, operator: str, right: Term) -> str:
        one, two = self.term(left), self.term(right)
        unknown = f"{one} is None or {two} is None"
        types = {type_of(left), type_of(right)}
        if Type.MONEY in types:
            unknown += f" or {one}.currency != {two}.currency"
            one, two = f"{one}.minor", f"{two}.minor"
        elif Type.NUMBER in types:
            # A database compares a whole number with a float as floats; Python would be exact.
            one, two = f"float({one})", f"float({two})"
        return f"None if {unknown} else {one} {_PYTHON[operator]} {two}"

    def between(self, term: Term, low: Value, high: Value) -> str:
        if isinstance(low, Money) and isinstance(high, Money):
            ends = self.constant(low.minor), self.constant(high.minor)
            return self.money(term, f"{ends[0]} <= {{v}}.minor <= {ends[1]}", low)
        return self.known(term, f"{self.constant(low)} <= {{v}} <= {self.constant(high)}")

    def one_of(self, term: Term, values: tuple[Value, ...]) -> str:
        if isinstance(values[0], Money):
            # An amount in another currency is neither equal nor different: it is not comparable.
            tests = [self.fetch(self.compare(term, "{v} == {k}", value)) for value in values]
            return _kleene(tests, decides=True)
        members = frozenset(_python_value(value) for value in values)
        return self.known(term, f"{{v}} in {self.constant(members)}")

    def money(self, term: Term, test: str, value: Money) -> str:
        variable = self.term(term)
        unknown = f"{variable} is None or {variable}.currency != {self.constant(value.currency)}"
        return f"None if {unknown} else {test.format(v=variable)}"

    def known(self, term: Term, test: str) -> str:
        variable = self.term(term)
        return f"None if {variable} is None else {test.format(v=variable)}"

    def term(self, term: Term) -> str:
        if isinstance(term, Name):
            return self.fetch(f"get({self.constant(term.word.name)})")
        argument = self.term(term.argument)
        if term.function == "coalesce":
            default = self.constant(term.default)
            return self.fetch(f"{default} if {argument} is None else {argument}")
        function = {"lower": "lowered", "upper": "uppered", "length": "len"}[term.function]
        return self.fetch(f"None if {argument} is None else {function}({argument})")

    def upper(self, name: Name) -> str:
        upper = self.constant(f"{name.word.name}{UPPER}")
        return self.fetch(f"get({upper}, {self.term(name)})")

    def fetch(self, code: str) -> str:
        return self.fetches.setdefault(code, f"v{len(self.fetches)}")

    def constant(self, value: object) -> str:
        """A name for the value; equal values of one type share it."""
        plain = _python_value(value)
        for name, known in self.constants.items():
            if type(known) is type(plain) and known == plain:
                return name
        name = f"k{len(self.constants)}"
        self.constants[name] = plain
        return name


_PYTHON = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_SCORE_TESTS = {
    "=": ("{low} == {high} == {k}", "{high} < {k} or {low} > {k}"),
    "!=": ("{high} < {k} or {low} > {k}", "{low} == {high} == {k}"),
    "<": ("{high} < {k}", "{low} >= {k}"),
    "<=": ("{high} <= {k}", "{low} > {k}"),
    ">": ("{low} > {k}", "{high} <= {k}"),
    ">=": ("{low} >= {k}", "{high} < {k}"),
    "between": ("{k} <= {low} and {high} <= {m}", "{high} < {k} or {low} > {m}"),
}


def _kleene(parts: list[str], *, decides: bool) -> str:
    """`and` is decided by a false part, `or` by a true one; else an unknown part leaves it open."""
    decided = " or ".join(f"{part} is {decides}" for part in parts)
    unknown = " or ".join(f"{part} is None" for part in parts)
    return f"{decides} if {decided} else None if {unknown} else {not decides}"


def _python_value(value: object) -> object:
    # A database compares a decimal literal with a float column as floats; so do records.
    return float(value) if isinstance(value, Decimal) else value


def lowered(text: str) -> str:
    """Lower case, character by character, as databases do it.

    `str.lower` knows one letter by its neighbours (`Σ` ends a word as `ς`) and one that becomes
    two (`İ`); all others it changes one for one.
    """
    return text.replace("Σ", "\N{GREEK SMALL LETTER SIGMA}").replace("İ", "i").lower()


def uppered(text: str) -> str:
    """Upper case, character by character: `ﬁ`, whose capitals are two letters, stays as it is."""
    changed = text.upper()
    return changed if len(changed) == len(text) else "".join(map(_capital, text))


def _capital(letter: str) -> str:
    if letter == "ß":
        return "ẞ"
    # Where the capital is two letters, the form that begins a word may be one: `ᾳ` and `ᾼ`.
    forms = (letter.upper(), letter.title(), letter)
    return next(form for form in forms if len(form) == 1)


def like(pattern: str, ignore_case: bool) -> Callable[[str], bool]:  # noqa: FBT001 - as in SQL
    """A matcher for SQL's like.

    No part of it ever goes back, so its time is bounded by the length of the text times that of
    the pattern.
    """
    first, *rest = (lowered(pattern) if ignore_case else pattern).split("%")
    if not rest:
        match = _exactly(first)
    elif not any(rest) and "_" not in first:
        match = _starts_with(first)
    else:
        match = _in_order(first, [part for part in rest[:-1] if part], rest[-1])
    return (lambda text: match(lowered(text))) if ignore_case else match


def _exactly(whole: str) -> Callable[[str], bool]:
    matches = _fixed(whole).fullmatch
    return lambda text: matches(text) is not None


def _starts_with(start: str) -> Callable[[str], bool]:
    return lambda text: text.startswith(start)


def _in_order(first: str, middle: list[str], last: str) -> Callable[[str], bool]:
    """The first part at the start, the last at the end, the others leftmost in between."""
    starts, ends = _fixed(first).match, _fixed(last).fullmatch
    searches = [_fixed(part).search for part in middle]

    def match(text: str) -> bool:
        position, end = len(first), len(text) - len(last)
        if end < position or not starts(text) or not ends(text, end):
            return False
        for search in searches:
            found = search(text, position, end)
            if found is None:
                return False
            position = found.end()
        return True

    return match


def _fixed(part: str) -> re.Pattern[str]:
    """A part without `%` has a fixed length; so has its regular expression, which cannot branch."""
    written = ("." if character == "_" else re.escape(character) for character in part)
    return re.compile("".join(written), re.DOTALL)
