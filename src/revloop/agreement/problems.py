"""A problem of an agreement file: a stable code, a place, a sentence, and a hint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

MOST_PROBLEMS = 100
"""More than this at once helps nobody, and the hints of each take time."""

Path: TypeAlias = tuple[str | int, ...]
"""The way to a value: `("lanes", 0, "when")`."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Place(NamedTuple):
    """Line and column of a value, counted from 1."""

    line: int = 1
    column: int = 1


START = Place()


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    message: str
    hint: str = ""
    path: Path = ()
    place: Place = START
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.place.line}:{self.place.column} {self.code} {self.message}"


def path_text(path: Path) -> str:
    """`lanes[0].when`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By place in the file; at one place, errors before warnings."""
    return tuple(
        sorted(
            problems,
            key=lambda each: (each.place.line, each.place.column, each.severity, each.code),
        )
    )
