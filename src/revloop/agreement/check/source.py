"""From the bytes of a file to plain values that remember where they stand.

YAML 1.2's core schema, read from PyYAML's stream of events: the C scanner is fast, the events let us
stop at a depth and keep every position, and nothing here can build an object. What YAML reads in
two ways is refused with the fix: clock times, instants and versions must stand in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

import yaml

from revloop.agreement.problems import Path, Place, Problem

LARGEST_FILE = 256 * 1024
DEEPEST_NESTING = 30
LONGEST_NUMBER = 40

Value: TypeAlias = bool | int | Decimal | str | list[Any] | dict[str, Any] | None

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,2})?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NEEDS_QUOTES = {
    "a clock time": re.compile(r"\d{1,2}:\d{2}(:\d{2})?(\s*-\s*\d{1,2}:\d{2}(:\d{2})?)?"),
    "an instant": re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt]|\s+)\d{1,2}:\d{2}.*"),
    "a version": re.compile(r"v?\d+\.\d+\.\d+([-+].*)?"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says, before anything is asked of it."""

    values: dict[str, Any]
    places: dict[Path, Place]
    """Where each value stands; for a member of a mapping, where its key stands."""
    texts: dict[Path, tuple[Place, bool]]
    """Where the text of each scalar begins, and whether it stands in the file letter by letter."""
    problems: tuple[Problem, ...]

    def place(self, path: Path) -> Place:
        """The place of a value, or of the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place())


class _Stop(Exception):
    """Nothing after this point of the file can be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read(content: bytes) -> Source:
    """Read the bytes of an agreement file. Never raises: what cannot be read is a problem."""
    reader = _Reader()
    try:
        values = reader.document(_text(content))
    except _Stop as stop:
        reader.problems.append(stop.problem)
        values = {}
    return Source(values, reader.places, reader.texts, tuple(reader.problems))


def _text(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise _Stop(
            Problem(
                "file.too_large",
                f"the file has {len(content):,} bytes; the limit is {LARGEST_FILE:,}",
                "an agreement is a few pages: keep data out of it",
            )
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Stop(
            Problem(
                "file.not_utf8",
                "the file is not written in UTF-8",
                "save it with the encoding UTF-8",
                place=Place(line, 1),
            )
        ) from error


@dataclass
class _Reader:
    places: dict[Path, Place] = field(default_factory=dict)
    texts: dict[Path, tuple[Place, bool]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    events: Iterator[yaml.Event] = field(default_factory=lambda: iter(()))

    def document(self, text: str) -> dict[str, Any]:
        self.events = iter(yaml.parse(text, Loader=_LOADER))
        self.next()  # the stream begins
        event = self.next()
        if isinstance(event, yaml.StreamEndEvent):
            raise _Stop(Problem("file.empty", "the file is empty", "try: revloop agreement new"))
        value = self.value((), self.next(), 0)
        self.next()  # the document ends
        if not isinstance(self.next(), yaml.StreamEndEvent):
            raise _Stop(
                Problem(
                    "file.several_documents", "the file holds several documents", "remove `---`"
                )
            )
        if not isinstance(value, dict):
            raise _Stop(
                Problem(
                    "file.not_an_agreement",
                    "the file is not a list of named sections",
                    "begin with `agreement: your-name`, or try: revloop agreement new",
                )
            )
        return value

    def next(self) -> yaml.Event:
        try:
            return next(self.events)
        except yaml.MarkedYAMLError as error:
            raise _Stop(_syntax(error)) from error
        except (yaml.YAMLError, ValueError) as error:
            raise _Stop(
                Problem(
                    "yaml.syntax",
                    "the file has a character that YAML does not allow",
                    str(error)[:120],
                )
            ) from error

    def value(self, path: Path, event: Any, depth: int) -> Value:
        if depth > DEEPEST_NESTING:
            raise _Stop(
                self.problem("yaml.too_deep", "sections are nested too deeply", path, event)
            )
        self.places.setdefault(path, _place(event))
        if isinstance(event, yaml.AliasEvent):
            self.refuse("yaml.no_anchors", "anchors and aliases are not read", path, event)
            return None
        if event.anchor is not None:
            self.refuse("yaml.no_anchors", "anchors and aliases are not read", path, event)
        if event.tag is not None and event.tag != "!":
            self.refuse("yaml.no_tags", f"the tag {event.tag[:40]!r} is not read", path, event)
        match event:
            case yaml.MappingStartEvent():
                return self.mapping(path, depth)
            case yaml.SequenceStartEvent():
                return self.sequence(path, depth)
            case _:
                return self.scalar(path, event)

    def mapping(self, path: Path, depth: int) -> dict[str, Value]:
        values: dict[str, Value] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self.key(path, event, depth)
            inner = (*path, key)
            if key in values:
                self.refuse("yaml.duplicate_key", f"{key[:60]!r} stands here twice", path, event)
            else:
                self.places[inner] = _place(event)
            value = self.value(inner, self.next(), depth + 1)
            values.setdefault(key, value)
        return values

    def key(self, path: Path, event: yaml.Event, depth: int) -> str:
        if isinstance(event, yaml.ScalarEvent) and event.tag in {None, "!"}:
            if event.value == "<<" and event.implicit[0]:
                self.refuse("yaml.no_anchors", "merge keys (<<) are not read", path, event)
            return str(event.value)
        self.refuse("yaml.key_not_text", "a key must be a text", path, event)
        self.value((*path, "?"), event, depth + 1)
        return "?"

    def sequence(self, path: Path, depth: int) -> list[Value]:
        values: list[Value] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            values.append(self.value((*path, len(values)), event, depth + 1))
        return values

    def scalar(self, path: Path, event: yaml.ScalarEvent) -> Value:
        text = str(event.value)
        offset = 1 if event.style in {"'", '"'} else 0
        start, end = _place(event), _mark(event.end_mark)
        # Escapes and folded lines shift what follows them: only a text that stands in the file
        # letter by letter can be pointed into.
        as_read = Place(start.line, start.column + len(text) + 2 * offset) == end
        self.texts[path] = (Place(start.line, start.column + offset), as_read)
        if not event.implicit[0]:
            return text
        for what, form in _NEEDS_QUOTES.items():
            if form.fullmatch(text):
                hint = f'put it in quotes: "{text[:40]}"'
                self.refuse("yaml.needs_quotes", f"{text[:40]} is {what}", path, event, hint)
                return text
        return self.resolved(path, event, text)

    def resolved(self, path: Path, event: yaml.Event, text: str) -> Value:
        """A plain scalar by YAML 1.2's core schema: `NO`, `on` and `yes` are texts."""
        if text in _NULL:
            return None
        if text in _BOOLEAN:
            return _BOOLEAN[text]
        if _NOT_FINITE.fullmatch(text):
            self.refuse("yaml.not_a_number", f"{text} is not a number here", path, event)
            return None
        number = _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text)
        if number and len(text) > LONGEST_NUMBER:
            self.refuse("yaml.number_too_long", "the number has too many digits", path, event)
            return None
        if _INTEGER.fullmatch(text):
            return int(text, 10 if text.lstrip("+-").isdigit() else 0)
        return Decimal(text) if number else text

    def refuse(
        self, code: str, message: str, path: Path, event: yaml.Event, hint: str = ""
    ) -> None:
        self.problems.append(self.problem(code, message, path, event, hint))

    def problem(
        self, code: str, message: str, path: Path, event: yaml.Event, hint: str = ""
    ) -> Problem:
        return Problem(code, message, hint or _HINTS.get(code, ""), path, _place(event))


_HINTS = {
    "yaml.no_anchors": "write the value out where it is used",
    "yaml.no_tags": "remove it; every value has the type of its place",
    "yaml.duplicate_key": "keep one of them",
    "yaml.key_not_text": "write `name: value`",
    "yaml.not_a_number": "write a finite number",
    "yaml.too_deep": f"at most {DEEPEST_NESTING} levels are read",
    "yaml.number_too_long": f"at most {LONGEST_NUMBER} characters are read",
}


def _place(event: yaml.Event) -> Place:
    return _mark(event.start_mark)


def _mark(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place()


def _syntax(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    return Problem(
        "yaml.syntax",
        f"the file is not valid YAML: {error.problem or error.context}",
        "check the indentation, and that every quote and bracket is closed",
        place=_mark(mark),
    )
