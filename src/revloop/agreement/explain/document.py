"""What a document is made of, before it is Markdown or a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Strong:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Team:
    """The name of a team, in its colour where there are colours."""

    side: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Said quietly, beside what it belongs to."""

    text: str


Run: TypeAlias = str | Strong | Code | Team | Aside
Line: TypeAlias = str | tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    line: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise: the sentence, the share that must be kept, and the small print."""

    name: str
    sentence: str
    goal: str
    goal_says: str
    small_print: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseList:
    """What one team promises the other."""

    side: str
    title: str
    promises: tuple[Promised, ...]
    note: str = ""
    """What holds for all of them."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    left: PromiseList
    right: PromiseList


@dataclass(frozen=True, slots=True)
class SignatureLines:
    roles: tuple[str, ...]
    what: str
    """The agreement and its version."""
    hash: str


Block: TypeAlias = Paragraph | Bullets | Table | SideBySide | SignatureLines


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    lead: Line
    facts: tuple[tuple[str, str], ...]
    """What stands at its head: version, dates."""
    chapters: tuple[Chapter, ...] = field(default=())
