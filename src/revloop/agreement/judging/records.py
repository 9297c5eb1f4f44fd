"""One lead as a JSON document: read, checked against the words of the agreement, every problem said.

    {"at": "2026-07-01T10:00:00-04:00", "person": "p1", "account": "a1",
     "country": "US", "employees": 300, "form": "demo", "amount": "30000 USD",
     "touches": [{"at": "…", "kind": "pricing_view", "direction": "in"}],
     "activities": []}

A key that is absent, or null, is unknown. Without `touches`, all that rests on touches is unknown;
an empty list says that there were none. An event of another `person` is one of a colleague.
`answers` lists the questions of stages that have been answered: `["need", "timing_months"]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from revloop.agreement.conditions.record import UPPER
from revloop.agreement.contract import Contract
from revloop.agreement.judging.events import Event
from revloop.agreement.names import words_in_scope
from revloop.agreement.problems import Path, Problem
from revloop.facts.vocabulary import EVENT_SOURCES, Type, Word
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.money import Money
from revloop.kit.spelling import did_you_mean, one_of
from revloop.kit.working_time.instants import FIRST_YEAR, LAST_YEAR

_EVENTS = {"touches": "touch", "activities": "activity"}
_LARGEST_WHOLE = 2**53
"""Beyond it a float no longer tells whole numbers apart, and engines differ."""


class NotARecord(RevloopError):
    """The record has errors; `problems` lists them all."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("record.has_errors", problems[0].message, hint=problems[0].hint)
        self.problems = problems


@dataclass(frozen=True)
class Record:
    """One lead at one moment."""

    at: datetime
    """The moment of asking."""
    person: str
    account: str | None
    words: Mapping[str, Any]
    """What is known of it, by the words of conditions."""
    events: Mapping[str, tuple[Event, ...]]
    """Touches and activities of the account, by source; an absent source is unknown."""
    answers: frozenset[str] = frozenset()
    """The questions of stages that have been answered."""


def read_record(contract: Contract, document: object, now: datetime) -> Record:
    """Read a record.

    Raises:
        NotARecord: with every problem: unknown keys, wrong types, values that cannot be.
    """
    reader = _Reader(words_in_scope(contract.form, "stage"))
    record = reader.record(document, now)
    if record is None or reader.problems:
        raise NotARecord(tuple(reader.problems))
    return record


class _Reader:
    def __init__(self, words: dict[str, Word]) -> None:
        self.words = words
        self.problems: list[Problem] = []

    def record(self, document: object, now: datetime) -> Record | None:
        if not isinstance(document, dict):
            self.refuse(
                (), "the record is not an object with named values", 'write {"country": "US"}'
            )
            return None
        at = self.value(_INSTANT, document.get("at"), ("at",))
        person = self.value(_PERSON, document.get("person"), ("person",)) or "this person"
        account = self.value(_ACCOUNT, document.get("account"), ("account",))
        events = {
            source: tuple(self.events(document[key], key, source, person))
            for key, source in _EVENTS.items()
            if document.get(key) is not None
        }
        words = {
            name: self.word(name, value)
            for name, value in document.items()
            if name not in {"at", "person", "account", "answers", *_EVENTS}
        }
        answers = self.answers(document.get("answers") or [])
        known = {name: value for name, value in words.items() if value is not None}
        self.check_bounds(known)
        return Record(at or now, person, account, known, events, answers)

    def answers(self, given: object) -> frozenset[str]:
        """A list of the questions that are answered, or an object with their answers."""
        if isinstance(given, list | dict) and all(isinstance(each, str) for each in given):
            questions = (
                given.items() if isinstance(given, dict) else ((each, True) for each in given)
            )
            return frozenset(question for question, answer in questions if answer is not None)
        hint = 'write "answers": ["need", "timing_months"]'
        self.refuse(("answers",), "answers is not a list of questions", hint)
        return frozenset()

    def word(self, name: str, value: object) -> Any:
        word = self.words.get(name) or self.words.get(name.removesuffix(UPPER))
        if word is None or (name != word.name and word.type is not Type.SCORE):
            known = [*self.words, *_EVENTS, "at", "person", "account", "answers"]
            hint = did_you_mean(name, known) or "list them with: revloop agreement words FILE"
            self.refuse((name,), f"{name[:60]!r} is not a word of this agreement", hint)
            return None
        return self.value(word, value, (name,))

    def check_bounds(self, known: Mapping[str, Any]) -> None:
        for name, value in known.items():
            lower = name.removesuffix(UPPER)
            if name not in self.words and not known.get(lower, value + 1) <= value:
                hint = f"give {lower} as the lower bound and {name} as the upper one"
                self.refuse((name,), f"{name} is no upper bound of {lower}", hint)

    def value(self, word: Word, value: object, path: Path) -> Any:
        if value is None:
            return None
        try:
            return _READ[word.type](word, value)
        except InvalidInput as error:
            self.refuse(path, error.message, error.hint)
            return None

    def events(self, items: object, key: str, source: str, person: str) -> Iterator[Event]:
        if not isinstance(items, list):
            self.refuse((key,), f"{key} is not a list", 'write [{"at": "…", "kind": "…"}]')
            return
        for index, item in enumerate(items):
            event = self.event(item, (key, index), source, person)
            if event is not None:
                yield event

    def event(self, item: object, path: Path, source: str, person: str) -> Event | None:
        if not isinstance(item, dict) or item.get("at") is None:
            hint = 'write "at": "2026-07-01T10:00:00-04:00"'
            self.refuse(path, f"{_a(source)} needs the instant it happened", hint)
            return None
        at = self.value(_INSTANT, item["at"], (*path, "at"))
        who = self.value(_PERSON, item.get("person"), (*path, "person")) or person
        id_ = self.value(_ID, item.get("id"), (*path, "id")) or f"{path[0]}[{path[1]:06d}]"
        values = {
            name: self.event_word(name, value, (*path, name), source)
            for name, value in item.items()
            if name not in {"at", "id", "person"}
        }
        return None if at is None else Event(at, id_, source, who, values)

    def event_word(self, name: str, value: object, path: Path, source: str) -> Any:
        words = EVENT_SOURCES[source]
        if name in words:
            return self.value(words[name], value, path)
        hint = did_you_mean(name, words) or f"{_a(source)} has {one_of(words)}"
        self.refuse(path, f"{name[:60]!r} is not a word of {_a(source)}", hint)
        return None

    def refuse(self, path: Path, message: str, hint: str) -> None:
        self.problems.append(Problem("record.not_understood", message, hint, path))


_INSTANT = Word("at", Type.INSTANT, "record", "the moment")
_PERSON = Word("person", Type.TEXT, "record", "who it is")
_ACCOUNT = Word("account", Type.TEXT, "record", "their company")
_ID = Word("id", Type.TEXT, "record", "what tells events of one instant apart")


def _a(source: str) -> str:
    return f"an {source}" if source == "activity" else f"a {source}"


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            return repr(value)[:40]


def _wrong(word: Word, value: object, hint: str) -> InvalidInput:
    kind = {Type.BOOLEAN: "true or false", Type.MONEY: "an amount of money"}.get(word.type)
    needed = kind or (f"an {word.type}" if word.type is Type.INSTANT else f"a {word.type}")
    return InvalidInput(
        "record.not_understood", f"{word.name} is {needed}, not {_shown(value)}", hint=hint
    )


def _text(word: Word, value: object) -> str:
    if not isinstance(value, str):
        shown = _shown(value) if isinstance(value, int | float) else "…"
        raise _wrong(word, value, f'write it in quotes: "{shown}"')
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise _wrong(word, value, "it holds half of a character; write it in UTF-8")
    if word.values and value not in word.values:
        hint = did_you_mean(value, word.values) or f"it is {one_of(word.values[:12])}"
        raise InvalidInput(
            "record.not_understood", f"{word.name} is never {value[:60]!r}", hint=hint
        )
    return value


def _whole(word: Word, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST_WHOLE:
        raise _wrong(word, value, "write a whole number without quotes")
    return value


def _number(word: Word, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(word, value, "write a number without quotes")
    if not abs(value) <= _LARGEST_WHOLE:  # also refuses NaN
        raise _wrong(word, value, "write a finite number")
    return value


def _true_or_false(word: Word, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(word, value, "write true or false without quotes")
    return value


def _money(word: Word, value: object) -> Money:
    """`"30000 USD"`, or the form of the API: `{"amount": "30000.00", "currency": "USD"}`."""
    match value:
        case {"amount": str() | int() as amount, "currency": str(currency), **others} if not others:
            value = f"{amount} {currency}"
    if not isinstance(value, str):
        raise _wrong(word, value, 'write the amount and the currency: "30000 USD"')
    return Money.parse(value)


def _instant(word: Word, value: object) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise _wrong(word, value, 'write date, time and offset: "2026-07-01T10:00:00-04:00"')
    if not FIRST_YEAR < at.year < LAST_YEAR:  # looking back from it must not leave the calendar
        raise _wrong(word, value, f"write a year between {FIRST_YEAR + 1} and {LAST_YEAR - 1}")
    return at


_READ = {
    Type.TEXT: _text,
    Type.INTEGER: _whole,
    Type.NUMBER: _number,
    Type.SCORE: _number,
    Type.BOOLEAN: _true_or_false,
    Type.MONEY: _money,
    Type.INSTANT: _instant,
}
