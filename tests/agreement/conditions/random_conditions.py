"""Conditions as people could write them, drawn at random, and records to ask them of.

The same few values stand in the conditions and in the records, so that comparisons are often true
and the edges (2**53, combining characters, letters whose case is odd) meet each other.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from revloop.facts.vocabulary import Type, Word
from revloop.kit.money import Money

WORDS = {
    name: Word(name, type_, "test", name)
    for type_, names in {
        Type.TEXT: ("title", "country"),
        Type.INTEGER: ("employees", "locations"),
        Type.NUMBER: ("duration", "discount"),
        Type.BOOLEAN: ("is_customer", "is_target"),
        Type.INSTANT: ("raised_at", "replied_at"),
        Type.MONEY: ("amount", "budget"),
        Type.SCORE: ("fit", "interest"),
    }.items()
    for name in names
}

# Letters whose case is odd: dotted capital I, sharp s, three sigmas, long s, the sign for kelvin,
# iota below; and characters of two code points, of four bytes, of no width.
LETTERS = "aAkKsS1 '" + "İıßẞΣ" + "\u03c3\u03c2\u017f\u212a" + "éÉᾳᾼǆ" + "\u0301\u0307\u200d" + "😀"
UNWRITABLE = "\\\0\n\x7f"
"""What a record may hold and a condition may not."""

INTEGERS = (-(2**63), -1, 0, 1, 2, 50, 51, 10**15 - 1, 2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1)
FLOATS = (-1.0, -0.0, 0.0, 0.1, 0.1 + 0.2, 0.3, 0.5, 1.0, 50.0, 2.0**53, 2.0**63, 1e300, 5e-324)
NUMBERS = ("-1", "0", "-0", "0.0", "0.1", "0.3", "0.50", "1", "1.0", "2", "50", "50.5", "5e1")
BIG_NUMBERS = ("999999999999999", "1e14", "1.5e-3", "123456789.012345", "0.000000000000001")
WHOLE_NUMBERS = ("-1", "0", "1", "2", "50", "999999999999999")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
INSTANTS = tuple(
    (NOON + step).astimezone(timezone(timedelta(hours=hours)))
    for step in (-timedelta(days=40), -timedelta(microseconds=1), timedelta(), timedelta(days=1))
    for hours in (-4, 0, 9)
)
AMOUNTS = (Money(-100, "USD"), Money(0, "USD"), Money(100, "USD"), Money(100, "EUR"))
SCORES = (0.0, 30.0, 59.9, 60.0, 100.0)

COMPARISONS = st.sampled_from(("=", "!=", "<>", "<", "<=", ">", ">="))
EQUALITIES = st.sampled_from(("=", "!=", "<>"))


def quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


texts = st.text(LETTERS, max_size=4)
patterns = st.text(LETTERS[:12] + "%%%%____", max_size=6) | st.text(LETTERS + "%_", max_size=5)
numbers = st.sampled_from(NUMBERS + BIG_NUMBERS)
instants = st.sampled_from(INSTANTS).map(lambda at: quoted(at.isoformat()))
amounts = st.sampled_from(AMOUNTS).map(quoted)
scores = st.sampled_from(("0", "30", "59.9", "60", "60.5", "100"))


@st.composite
def text_terms(draw: st.DrawFn) -> str:
    term = draw(st.sampled_from(("title", "country")))
    for function in draw(st.lists(st.sampled_from(("lower", "upper", "coalesce")), max_size=2)):
        default = f", {quoted(draw(texts))}" if function == "coalesce" else ""
        term = f"{function}({term}{default})"
    return term


@st.composite
def number_terms(draw: st.DrawFn) -> str:
    word = draw(st.sampled_from(("employees", "locations", "duration", "discount", "length")))
    if word == "length":
        return f"length({draw(text_terms())})"
    if draw(st.integers(0, 4)):
        return word
    whole = word in {"employees", "locations"}
    return f"coalesce({word}, {draw(st.sampled_from(WHOLE_NUMBERS if whole else NUMBERS))})"


boolean_terms = st.sampled_from(("is_customer", "is_target", "coalesce(is_customer, false)"))
instant_terms = st.sampled_from(("raised_at", "replied_at"))


@st.composite
def comparisons(
    draw: st.DrawFn, terms: st.SearchStrategy[str], values: st.SearchStrategy[str], signs: Any
) -> str:
    left, sign, right = draw(terms), draw(signs), draw(terms | values)
    if right[0] in "-0123456789'" and draw(st.booleans()):
        left, right = right, left
    return f"{left} {sign} {right}"


@st.composite
def ranges(
    draw: st.DrawFn,
    terms: st.SearchStrategy[str],
    values: st.SearchStrategy[str],
    read: Callable[[str], Any],
) -> str:
    low, high = sorted((draw(values), draw(values)), key=read)
    negated = draw(st.sampled_from(("", "not ")))
    return f"{draw(terms)} {negated}between {low} and {high}"


@st.composite
def lists(draw: st.DrawFn, terms: st.SearchStrategy[str], values: st.SearchStrategy[str]) -> str:
    members = draw(st.lists(values, min_size=1, max_size=4))
    negated = draw(st.sampled_from(("", "not ")))
    return f"{draw(terms)} {negated}in ({', '.join(members)})"


@st.composite
def likes(draw: st.DrawFn) -> str:
    operator = draw(st.sampled_from(("like", "ilike", "not like", "not ilike")))
    return f"{draw(text_terms())} {operator} {quoted(draw(patterns))}"


@st.composite
def nulls(draw: st.DrawFn, words: tuple[str, ...]) -> str:
    return f"{draw(st.sampled_from(words))} is {draw(st.sampled_from(('', 'not ')))}null"


def _instant_of(text: str) -> datetime:
    return datetime.fromisoformat(text.strip("'"))


def _minor_of(text: str) -> int:
    return Money.parse(text.strip("'")).minor


_booleans = st.sampled_from(("true", "false"))
_plain_words = tuple(
    name for name, word in WORDS.items() if word.type not in {Type.MONEY, Type.SCORE}
)

PLAIN_CLAUSES = st.one_of(
    st.sampled_from(("true", "false")),
    boolean_terms,
    nulls(_plain_words),
    likes(),
    likes(),
    comparisons(text_terms(), texts.map(quoted), EQUALITIES),
    comparisons(number_terms(), numbers, COMPARISONS),
    comparisons(boolean_terms, _booleans, EQUALITIES),
    comparisons(instant_terms, instants, COMPARISONS),
    ranges(number_terms(), numbers, float),
    ranges(instant_terms, instants, _instant_of),
    lists(text_terms(), texts.map(quoted)),
    lists(number_terms(), numbers),
    lists(boolean_terms, _booleans),
    lists(instant_terms, instants),
)
"""What every database answers by itself."""

_money = st.sampled_from(("amount", "budget"))
_score = st.sampled_from(("fit", "interest"))
_dollars = st.sampled_from(AMOUNTS[:3]).map(quoted)

MONEY_AND_SCORE_CLAUSES = st.one_of(
    nulls(("amount", "budget", "fit", "interest")),
    comparisons(_money, amounts, COMPARISONS),
    ranges(_money, _dollars, _minor_of),
    lists(_money, amounts),
    st.builds("{} {} {}".format, _score, COMPARISONS, scores),
    st.builds("{} {} {}".format, scores, COMPARISONS, _score),
    ranges(_score, scores, float),
)
"""What only we give a meaning: amounts in currencies, scores within bounds."""


def combined(clauses: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Clauses under and, or, not and parentheses."""

    def larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            parts.map("not {}".format),
            parts.map("not ({})".format),
            parts.map("({})".format),
            st.lists(parts, min_size=2, max_size=4).map(" and ".join),
            st.lists(parts, min_size=2, max_size=4).map(" or ".join),
            st.tuples(parts, parts, parts).map(lambda each: "({}) and ({} or {})".format(*each)),
        )

    return clauses | larger(st.recursive(clauses, larger, max_leaves=8))


plain_conditions = combined(PLAIN_CLAUSES)
conditions = combined(PLAIN_CLAUSES | MONEY_AND_SCORE_CLAUSES)


def records(count: int, seed: int) -> list[dict[str, Any]]:
    """Records over WORDS; about a fifth of their values is missing."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return [_record(chance) for _ in range(count)]


def _record(chance: random.Random) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, word in WORDS.items():
        value = _VALUES[word.type](chance)
        record[name] = None if chance.random() < 0.2 else value
        if word.type is Type.SCORE:
            record[f"{name}_upper"] = _upper(record[name], chance)
    return record


def _upper(low: float | None, chance: random.Random) -> float | None:
    """Mostly the same; at times above, and at times missing or without a lower one."""
    kind = chance.random()
    if kind < 0.1:
        return None if low is not None else chance.choice(SCORES)
    return low if kind < 0.5 or low is None else max(low, chance.choice(SCORES))


def _text(chance: random.Random) -> str:
    letters = LETTERS + UNWRITABLE + "%_"
    return "".join(chance.choice(letters) for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 4, 6))))


_VALUES: dict[Type, Callable[[random.Random], Any]] = {
    Type.TEXT: _text,
    Type.INTEGER: lambda chance: chance.choice(INTEGERS),
    Type.NUMBER: lambda chance: chance.choice(FLOATS),
    Type.BOOLEAN: lambda chance: chance.random() < 0.5,
    Type.INSTANT: lambda chance: chance.choice(INSTANTS),
    Type.MONEY: lambda chance: chance.choice(AMOUNTS),
    Type.SCORE: lambda chance: chance.choice(SCORES),
}
