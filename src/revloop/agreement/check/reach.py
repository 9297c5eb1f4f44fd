"""Which condition of an ordered list can never be the first that is true.

A condition only ever compares a word with fixed values, so all that can happen to a word falls into
few cases: each value, the gaps between them, anything else, unknown. All combinations of the cases
of all words are laid out as one grid, and every condition is answered on every cell at once. What
ties a word to more than fixed values (a like, two words compared) is taken as free to be anything,
so a condition is called unreachable only if it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any

from revloop.agreement.conditions import Condition, compile_for_records
from revloop.agreement.conditions.record import UPPER
from revloop.agreement.conditions.tree import (
    And,
    Between,
    Compare,
    Constant,
    IsUnknown,
    Name,
    Node,
    Not,
    OneOf,
    Or,
    Truth,
    children,
    written,
)
from revloop.facts.vocabulary import Type, Word
from revloop.kit.money import Money

if TYPE_CHECKING:
    import numpy as np

LARGEST_GRID = 1_000_000
"""Cells; a larger grid is not laid out, and nothing is said of its conditions."""
_FALSE, _UNKNOWN, _TRUE = 0, 1, 2
_CODE = {False: _FALSE, None: _UNKNOWN, True: _TRUE}


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The condition at `index` is never the first true one."""

    index: int
    covered_by: int | None
    """The earlier condition that is true whenever it is; None if several together are."""
    never_true: bool = False


def unreachable(
    conditions: Sequence[Condition], *, unknown_blocks: bool = False
) -> Iterator[Unreachable]:
    """The members of an ordered list that nothing can reach.

    Args:
        conditions: in the order in which they are asked.
        unknown_blocks: whether an unknown condition ends the search (tiers, personas) or is passed
            over (lanes).
    """
    answers = _answers(conditions)
    passed_over = _UNKNOWN if unknown_blocks else _TRUE
    for index, answer in enumerate(answers):
        here = answer == _TRUE
        earlier = answers[:index]
        if not here.any():
            yield Unreachable(index, None, never_true=True)
        elif not _left(here, [each >= passed_over for each in earlier]).any():
            covers = (at for at, each in enumerate(earlier) if not (here & (each != _TRUE)).any())
            yield Unreachable(index, next(covers, None))


def _left(here: np.ndarray, taken: Sequence[np.ndarray]) -> np.ndarray:
    for each in taken:
        here = here & ~each
    return here


def _answers(conditions: Sequence[Condition]) -> list[np.ndarray]:
    """Each condition's answer on the grid of all cases, or nothing if the grid is too large."""
    axes: dict[str, list[Node]] = {}
    for condition in conditions:
        for leaf in _leaves(condition.root):
            axes.setdefault(_axis(leaf), []).append(leaf)
    cases = {axis: _cases(leaves) for axis, leaves in axes.items()}
    if prod(len(each) for each in cases.values()) > LARGEST_GRID:
        return []
    return [_answer(condition.root, cases) for condition in conditions]


def _leaves(node: Node) -> Iterator[Node]:
    if isinstance(node, And | Or | Not):
        for part in children(node):
            yield from _leaves(part)
    elif not isinstance(node, Constant):
        yield node


def _word(leaf: Node) -> Word | None:
    """The word of a clause that compares one word with fixed values; None for any other."""
    match leaf:
        case Truth(Name(word)) | IsUnknown(Name(word)):
            return word
        case Compare(Name(word), _, _) | Between(Name(word), _, _) | OneOf(Name(word), _):
            return word
        case _:
            return None


def _axis(leaf: Node) -> str:
    word = _word(leaf)
    return word.name if word else written(leaf)


def _cases(leaves: list[Node]) -> list[dict[str, Any]]:
    """The records, of one word each, that stand for all that can happen to it."""
    word = _word(leaves[0])
    if word is None:
        return [{"free": answer} for answer in (True, None, False)]
    values = [value for leaf in leaves for value in _values(leaf)]
    unknown: list[dict[str, Any]] = [{}]
    if word.type is Type.SCORE:
        points = _points(word, values)
        return unknown + [
            {word.name: low, word.name + UPPER: high}
            for low in points
            for high in points
            if low <= high
        ]
    return unknown + [{word.name: point} for point in _points(word, values)]


def _values(leaf: Node) -> tuple[Any, ...]:
    match leaf:
        case Compare(_, _, value):
            return (value,)
        case Between(_, low, high):
            return (low, high)
        case OneOf(_, values):
            return values
        case _:
            return ()


def _points(word: Word, values: list[Any]) -> list[Any]:
    match word.type:
        case Type.BOOLEAN:
            return [True, False]
        case Type.TEXT:
            return _texts(word, {str(value) for value in values})
        case Type.MONEY:
            return _amounts(values) or [Money(0, "USD")]
        case Type.INSTANT:
            return _instants(sorted(set(values)))
        case _:
            return _numbers([float(value) for value in values], whole=word.type is Type.INTEGER)


def _texts(word: Word, named: set[str]) -> list[str]:
    others = [value for value in word.values if value not in named]
    if word.values:
        return sorted(named) + others[:1]
    return [*sorted(named), max((*named, ""), key=len) + "…"]


def _numbers(values: list[Any], *, whole: bool) -> list[Any]:
    """Each value, something below, above, and in every gap that has room."""
    known = sorted(set(values))
    if not known:
        return [0]
    gaps = [(low + high) / 2 for low, high in pairwise(known)]
    if whole:
        gaps = [low + 1 for low, high in pairwise(known) if high - low > 1]
    return [known[0] - 1, *known, *gaps, known[-1] + 1]


def _amounts(values: list[Money]) -> list[Money]:
    """The points of every currency: an amount in one is not comparable with another."""
    return [
        Money(minor, currency)
        for currency in sorted({value.currency for value in values})
        for minor in _numbers(
            [value.minor for value in values if value.currency == currency], whole=True
        )
    ]


def _instants(known: list[datetime]) -> list[datetime]:
    moment = timedelta(microseconds=1)
    around = [at + shift for at in known for shift in (-moment, timedelta(0), moment)]
    return around or [datetime.fromisoformat("2026-01-01T00:00:00Z")]


def _answer(node: Node, cases: dict[str, list[dict[str, Any]]]) -> np.ndarray:
    import numpy as np  # noqa: PLC0415 - only a check of the file needs it, not a judgement

    match node:
        case Constant(value):
            return np.full((1,) * len(cases), _CODE[value], dtype=np.int8)
        case Not(part):
            inverted: np.ndarray = _TRUE - _answer(part, cases)
            return inverted
        case And(parts):
            return _folded(np.minimum, [_answer(part, cases) for part in parts])
        case Or(parts):
            return _folded(np.maximum, [_answer(part, cases) for part in parts])
        case _:
            return _along_axis(node, cases)


def _folded(fold: np.ufunc, parts: list[np.ndarray]) -> np.ndarray:
    result = parts[0]
    for part in parts[1:]:
        result = fold(result, part)
    return result


def _along_axis(leaf: Node, cases: dict[str, list[dict[str, Any]]]) -> np.ndarray:
    import numpy as np  # noqa: PLC0415

    axis = _axis(leaf)
    answers = [_leaf_answer(leaf, case) for case in cases[axis]]
    shape = [len(answers) if name == axis else 1 for name in cases]
    return np.array([_CODE[answer] for answer in answers], dtype=np.int8).reshape(shape)


def _leaf_answer(leaf: Node, case: dict[str, Any]) -> bool | None:
    if "free" in case:
        answer: bool | None = case["free"]
        return answer
    return compile_for_records(Condition("", leaf))(case)
