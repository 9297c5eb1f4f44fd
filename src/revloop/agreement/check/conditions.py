"""The conditions of a file, each read over the words that it may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from revloop.agreement.check.source import Source
from revloop.agreement.conditions import Condition, ConditionError, parse
from revloop.agreement.form import Agreement, condition_texts
from revloop.agreement.names import scope_of, words_in_scope
from revloop.agreement.problems import MOST_PROBLEMS, Path, Place, Problem
from revloop.agreement.scalars import ConditionText
from revloop.facts.vocabulary import Word

MOST_TEXT = 32 * 1024
"""Letters of all conditions together, twenty times the example: to read them takes longest."""


@dataclass(frozen=True)
class _Words:
    """The words of one scope, hashed once for all the conditions that are asked about it."""

    each: tuple[Word, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Word]:
        return {word.name: word for word in self.each}

    @cached_property
    def _hash(self) -> int:
        return hash(self.each)

    def __hash__(self) -> int:
        return self._hash


def read_conditions(
    form: Agreement, read: Source, origins: Mapping[Path, Path] | None = None
) -> tuple[dict[Path, Condition], list[Problem]]:
    """Every condition that can be used, by its path, and what is wrong with the others.

    `origins` leads from a path of the form to one of the file, where they are not the same.
    """
    conditions: dict[Path, Condition] = {}
    problems: list[Problem] = []

    @cache
    def words(scope: str) -> _Words:
        return _Words(tuple(words_in_scope(form, scope).values()))

    for path, written in _affordable(form, problems, read):
        try:
            conditions[path] = _parsed(written.text, words(scope_of(form, path, written)))
        except ConditionError as error:
            origin = path if origins is None else origins.get(path, path)
            place = _place_in(read, origin, error.data.get("offset"))
            problems.append(Problem(error.code, error.message, error.hint, origin, place))
    return conditions, problems


def _affordable(
    form: Agreement, problems: list[Problem], read: Source
) -> Iterator[tuple[Path, ConditionText]]:
    letters = 0
    for path, written in condition_texts(form):
        letters += len(written.text)
        if letters > MOST_TEXT:
            message = f"the conditions of the file have more than {MOST_TEXT:,} letters together"
            hint = "give what is asked several times a name of its own: a signal, a tier, a score"
            problems.append(
                Problem("check.too_many_conditions", message, hint, path, read.place(path))
            )
        if letters > MOST_TEXT or len(problems) >= MOST_PROBLEMS:
            return
        yield path, written


@lru_cache(maxsize=2_048)
def _parsed(text: str, words: _Words) -> Condition:
    """A file is checked again after each change, and most of its conditions are as they were."""
    return parse(text, words.by_name)


def _place_in(read: Source, path: Path, offset: Any) -> Place:
    """The place of a letter of a text, where the file shows the text as it is read."""
    start, as_read = read.texts.get(path, (read.place(path), False))
    if offset is None or not as_read:
        return start
    return Place(start.line, start.column + int(offset))
