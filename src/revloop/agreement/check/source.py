"""From the bytes of a file to plain values that remember where they stand.

YAML 1.2's core schema, read from PyYAML's stream of events: the C scanner is fast, the events let us
stop at a depth and keep every position, and nothing here can build an object. What YAML reads in
two ways is refused with the fix: clock times, instants and versions must stand in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

import yaml

from revloop.agreement.problems import MOST_PROBLEMS, Path, Place, Problem

LARGEST_FILE = 256 * 1024
DEEPEST_NESTING = 30
MOST_VALUES = 5_000
"""Ten times the example; every step after this one takes time for each value."""
LONGEST_NUMBER = 28
"""As many digits as decimals keep exactly."""

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
# What YAML calls printable, and nothing else.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
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


def _empty() -> _Stop:
    return _Stop(Problem("file.empty", "the file is empty", "try: revloop agreement new"))


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
                "save it with the encoding UTF-8, without changing the text",
                place=Place(line, 1),
            )
        ) from error


@dataclass
class _Reader:
    places: dict[Path, Place] = field(default_factory=dict)
    texts: dict[Path, tuple[Place, bool]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    text: str = ""
    step: Callable[[], Any] | None = None
    values_read: int = 0

    def document(self, text: str) -> dict[str, Any]:
        self.text = text
        self.next()  # the stream begins
        event = self.next()
        if isinstance(event, yaml.StreamEndEvent):
            raise _empty()
        value = self.value((), self.next(), 0)
        self.next()  # the document ends
        if not isinstance(self.next(), yaml.StreamEndEvent):
            raise _Stop(
                Problem(
                    "file.several_documents", "the file holds several documents", "remove `---`"
                )
            )
        if not self.problems and (value is None or value == {}):
            raise _empty()
        if not isinstance(value, dict):
            raise _Stop(
                Problem(
                    "file.not_an_agreement",
                    "the file is not a list of named sections",
                    "begin with `agreement: your-name`, or try: revloop agreement new",
                )
            )
        return value

    def next(self) -> Any:
        """The next event of YAML's own reader; what it refuses ends the reading."""
        try:
            if self.step is None:
                self.step = _LOADER(self.text).get_event
            return self.step()
        except yaml.MarkedYAMLError as error:
            raise _Stop(_syntax(error)) from error
        except (yaml.YAMLError, ValueError) as error:
            raise _Stop(_forbidden_character(self.text)) from error

    def value(self, path: Path, event: Any, depth: int) -> Value:
        self.count(path, event, depth)
        if path not in self.places:
            self.places[path] = _place(event)
        if isinstance(event, yaml.AliasEvent):
            self.refuse("yaml.no_anchors", "anchors and aliases are not read", path, event)
            return None
        if event.anchor is not None:
            self.refuse("yaml.no_anchors", "anchors and aliases are not read", path, event)
        if event.tag is not None and event.tag != "!":
            self.refuse("yaml.no_tags", f"the tag {event.tag[:40]!r} is not read", path, event)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(path, event)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        return self.mapping(path, depth) if is_mapping else self.sequence(path, depth)

    def count(self, path: Path, event: Any, depth: int) -> None:
        self.values_read += 1
        if self.values_read > MOST_VALUES:
            message = f"the file holds more than {MOST_VALUES:,} values"
            raise _Stop(self.problem("yaml.too_many_values", message, path, event))
        if depth > DEEPEST_NESTING:
            message = "sections are nested too deeply"
            raise _Stop(self.problem("yaml.too_deep", message, path, event))

    def mapping(self, path: Path, depth: int) -> dict[str, Value]:
        values: dict[str, Value] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self.key(path, event, depth)
            if key in values:
                message = f"{key[:60]!r} stands here twice"
                self.refuse("yaml.duplicate_key", message, path, event)
            if key is None or key in values:
                self.pass_over(path, self.next(), depth + 1)
                continue
            inner = (*path, key)
            self.places[inner] = _place(event)
            values[key] = self.value(inner, self.next(), depth + 1)
        return values

    def key(self, path: Path, event: Any, depth: int) -> str | None:
        """The name of a member, or None if it has none that can be used."""
        if not isinstance(event, yaml.ScalarEvent) or event.tag not in {None, "!"}:
            self.refuse("yaml.key_not_text", "a key must be a text", path, event)
            self.pass_over(path, event, depth + 1)
            return None
        if event.value == "<<" and event.implicit[0]:
            self.refuse("yaml.no_anchors", "merge keys (<<) are not read", path, event)
            return None
        if event.anchor is not None:
            self.refuse("yaml.no_anchors", "anchors and aliases are not read", path, event)
        return str(event.value)

    def pass_over(self, path: Path, event: Any, depth: int) -> None:
        """Read a value that nothing can be asked of, without its places."""
        self.count(path, event, depth)
        if isinstance(event, yaml.CollectionStartEvent):
            while not isinstance(inner := self.next(), yaml.CollectionEndEvent):
                self.pass_over(path, inner, depth + 1)

    def sequence(self, path: Path, depth: int) -> list[Value]:
        values: list[Value] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            values.append(self.value((*path, len(values)), event, depth + 1))
        return values

    def scalar(self, path: Path, event: Any) -> Value:
        text = str(event.value)
        quote = 1 if event.style in {"'", '"'} else 0
        start, end = event.start_mark, event.end_mark
        # Escapes and folded lines shift what follows them: only a text that stands in the file
        # letter by letter can be pointed into.
        length = end.column - start.column - 2 * quote
        as_read = start.line == end.line and length == len(text)
        self.texts[path] = (Place(start.line + 1, start.column + 1 + quote), as_read)
        if not event.implicit[0] or event.tag == "!":
            return text
        if text[:1].isalpha() and text[0] not in "ntfNTFv":
            return text  # neither a number nor a word of YAML: most of them
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
        if len(self.problems) >= MOST_PROBLEMS:
            message = "reading ends here: the file has too many problems"
            raise _Stop(self.problem("file.too_many_problems", message, path, event))

    def problem(
        self, code: str, message: str, path: Path, event: yaml.Event, hint: str = ""
    ) -> Problem:
        return Problem(code, message, hint or _HINTS.get(code, ""), path, _place(event))


_HINTS = {
    "file.too_many_problems": "mend those above first",
    "yaml.no_anchors": "write the value out where it is used; put a text that begins with & or * "
    "in quotes",
    "yaml.no_tags": "remove it; put a text that begins with ! in quotes",
    "yaml.duplicate_key": "keep one of them",
    "yaml.key_not_text": "write `name: value`",
    "yaml.too_many_values": "an agreement is a few pages: keep data out of it",
    "yaml.not_a_number": "write a finite number",
    "yaml.too_deep": f"at most {DEEPEST_NESTING} levels are read",
    "yaml.number_too_long": f"at most {LONGEST_NUMBER} characters are read",
}


def _place(event: yaml.Event) -> Place:
    return _mark(event.start_mark)


def _mark(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _forbidden_character(text: str) -> Problem:
    """The first character that YAML does not allow; its parser does not say where it stands."""
    found = _FORBIDDEN.search(text)
    before = text[: found.start()] if found else ""
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    shown = f" (U+{ord(found[0]):04X})" if found else ""
    return Problem(
        "yaml.forbidden_character",
        f"a character that nobody can see stands here{shown}",
        "remove it; it may have come with copied text",
        place=Place(line, column),
    )


def _syntax(error: yaml.MarkedYAMLError) -> Problem:
    said = str(error.problem or error.context)
    unfinished = any(sign in said for sign in ("end of stream", "expected ':'"))
    # Where a text or key without an end begins says more than where it was given up.
    marks = (error.problem_mark, error.context_mark)
    mark = next(filter(None, reversed(marks) if unfinished else marks), None)
    place = _mark(mark) if mark else Place()
    found = (words for sign, words in _IN_PLAIN_WORDS.items() if sign in said)
    message, hint = next(found, (f"the file is not valid YAML: {said}", _CHECK_AROUND))
    return Problem("yaml.syntax", message, hint, place=place)


_CHECK_AROUND = "check the indentation, and that every quote and bracket is closed"
_IN_PLAIN_WORDS = {
    "mapping values are not allowed": (
        "a colon stands where none may stand",
        "put a text that holds a colon in quotes, and check the indentation",
    ),
    "cannot start any token": (
        "nothing may begin with this sign",
        "indent with spaces, not tabs; put a text that begins with @, % or ` in quotes",
    ),
    "did not find expected key": ("this line does not fit the lines before it", _CHECK_AROUND),
    "did not find expected '-' indicator": (
        "this line does not fit the list before it",
        "begin each member of a list with `- `, all at the same indentation",
    ),
    "did not find expected ','": (
        "a bracket is not closed, or a comma is missing",
        "separate members with commas, and close every [ and {",
    ),
    "end of stream": ("the file ends inside a text: a quote is not closed", _CHECK_AROUND),
    "could not find expected ':'": (
        "a key without a colon",
        "write `name: value`, with a space after the colon",
    ),
    "sequence entries are not allowed": (
        "a list cannot begin here",
        "begin each member on a line of its own, indented: `- `",
    ),
}
