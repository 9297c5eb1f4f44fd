"""Which condition of an ordered list can never be the first that is true.

A condition only ever compares a word with fixed values, so all that can happen to a word falls into
few cases: each value, the gaps between them, anything else, unknown. All combinations of the cases
of all words are laid out as one grid, and every condition is answered on every cell at once. What
ties a word to more than fixed values (a like, two words compared) is taken as free to be anything,
so a condition is called unreachable only if it is. Where there are too many cases to lay out, nothing
is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import combinations_with_replacement, islice, pairwise
from math import floor, prod
from typing import TYPE_CHECKING, Any

from revloop.agreement.conditions import Condition, compile_for_records
from revloop.agreement.conditions.record import UPPER, RecordCondition
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

MOST_ANSWERS = 10_000_000
"""Cells of the grid times conditions."""
MOST_JUDGEMENTS = 10_000
"""Clauses times the cases of their words."""
_MOST_COVERS = 100
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_FALSE, _UNKNOWN, _TRUE = 0, 1, 2
_CODE = {False: _FALSE, None: _UNKNOWN, True: _TRUE}


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The condition at `index` is never the first true one."""

    index: int
    covered_by: int | None
    """The earlier condition that is true whenever it is; None if several together are."""
    never_true: bool = False


@lru_cache(maxsize=2_048)
def unreachable(
    conditions: tuple[Condition, ...], *, unknown_blocks: bool = False
) -> tuple[Unreachable, ...]:
    """The members of an ordered list that nothing can reach.

    Args:
        conditions: in the order in which they are asked.
        unknown_blocks: whether an unknown condition ends the search (tiers, personas) or is passed
            over (lanes).
    """
    answers = _answers(conditions)
    return tuple(_never_first(answers, _UNKNOWN if unknown_blocks else _TRUE))


def _never_first(answers: list[np.ndarray], ends_the_search: int) -> Iterator[Unreachable]:
    left: Any = True
    for index, answer in enumerate(answers):
        here = answer == _TRUE
        if not here.any():
            yield Unreachable(index, None, never_true=True)
        elif not (here & left).any():
            yield Unreachable(index, _cover(here, answers[:index]))
        left = left & (answer < ends_the_search)


def _cover(here: np.ndarray, earlier: Sequence[np.ndarray]) -> int | None:
    tried = islice(enumerate(earlier), _MOST_COVERS)
    return next((at for at, each in tried if not (here & (each != _TRUE)).any()), None)


def _answers(conditions: Sequence[Condition]) -> list[np.ndarray]:
    """Each condition's answer on the grid of all cases, or nothing if there are too many."""
    leaves: dict[str, dict[Node, None]] = {}
    for condition in conditions:
        for leaf in _leaves(condition.root):
            leaves.setdefault(_axis_of(leaf), {})[leaf] = None
    axes = {name: _Axis.of(list(each)) for name, each in leaves.items()}
    judgements = sum(len(leaves[name]) * axis.size for name, axis in axes.items())
    cells = prod(axis.size for axis in axes.values())
    if judgements > MOST_JUDGEMENTS or cells * len(conditions) > MOST_ANSWERS:
        return []
    grid = {name: axis.cases() for name, axis in axes.items()}
    return [_answer(condition.root, grid) for condition in conditions]


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


def _axis_of(leaf: Node) -> str:
    word = _word(leaf)
    return word.name if word else written(leaf)


@dataclass(frozen=True, slots=True)
class _Axis:
    """All that can happen to one word, or to one clause that may be anything."""

    word: Word | None
    points: list[Any]

    @classmethod
    def of(cls, leaves: list[Node]) -> _Axis:
        word = _word(leaves[0])
        values = [value for leaf in leaves for value in _values(leaf)]
        return cls(word, _points(word, values) if word else [True, False])

    @property
    def size(self) -> int:
        """How many cases there are, before any is laid out."""
        known = len(self.points)
        is_score = self.word is not None and self.word.type is Type.SCORE
        return 1 + (known * (known + 1) // 2 if is_score else known)

    def cases(self) -> list[dict[str, Any]]:
        """The records, of one word each, that stand for all that can happen to it."""
        if self.word is None:
            return [{"free": answer} for answer in (None, *self.points)]
        name = self.word.name
        if self.word.type is Type.SCORE:
            bounds = combinations_with_replacement(self.points, 2)
            return [{}, *({name: low, name + UPPER: high} for low, high in bounds)]
        return [{}, *({name: point} for point in self.points)]


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
    """Each value, something below, above, and in every gap that has room; in order."""
    known = sorted(set(values))
    if not known:
        return [0]
    if whole:
        return sorted({floor(value) + step for value in known for step in (-1, 0, 1)})
    gaps = [(low + high) / 2 for low, high in pairwise(known)]
    return sorted({known[0] - 1, *known, *gaps, known[-1] + 1})


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
    if not known:
        return [datetime(2026, 1, 1, tzinfo=UTC)]
    moment = timedelta(microseconds=1)
    before = [at - moment for at in known if at - _EARLIEST >= moment]
    return before + known + [at + moment for at in known if _LATEST - at >= moment]


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

    axis = _axis_of(leaf)
    if _word(leaf):
        answer = _compiled(leaf)
        answers = [answer(case) for case in cases[axis]]
    else:
        answers = [case["free"] for case in cases[axis]]
    shape = [len(answers) if name == axis else 1 for name in cases]
    return np.array([_CODE[each] for each in answers], dtype=np.int8).reshape(shape)


@lru_cache(maxsize=2_048)
def _compiled(leaf: Node) -> RecordCondition:
    return compile_for_records(Condition("", leaf))
