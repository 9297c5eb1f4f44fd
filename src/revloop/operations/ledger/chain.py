"""How entries hang together: each carries the hash of the one before it.

    hash = SHA-256 over the JSON list [previous, sequence, at, recorded_at, actor, kind, subject, data]

with `data` as its canonical JSON text and instants in UTC with microseconds. Whoever changes,
drops or moves an entry breaks every hash after it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from revloop.kit.errors import InvalidInput
from revloop.kit.working_time.instants import in_utc

BEFORE_THE_FIRST = ""
"""The hash that the first entry carries as that of the one before it."""
LONGEST_KIND = 64

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Happened:
    """What is to be recorded: who did what to whom, and when.

    An entry is never erased. So it names people by their surrogate ids; only who signs an agreement
    signs with a name.
    """

    kind: str
    """What was done, as two words with a dot: `person.merged`, `agreement.signed`."""
    subject: str
    """What it was done to: a surrogate id, a version."""
    actor: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    """Anything that JSON can say; money and instants as text."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", in_utc(self.at))
        if len(self.kind) > LONGEST_KIND:
            raise _not_plain("kind", self.kind, f"it has more than {LONGEST_KIND} characters")
        for name, text in (("kind", self.kind), ("subject", self.subject), ("actor", self.actor)):
            if not text or not text.isprintable():
                raise _not_plain(name, text, "it is empty or has a character that cannot be seen")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger."""

    sequence: int
    """1, 2, 3 … without a gap."""
    at: datetime
    """When it happened, in UTC."""
    recorded_at: datetime
    """When this machine wrote it down, in UTC."""
    actor: str
    kind: str
    subject: str
    data_text: str
    """Canonical JSON: sorted keys, no spaces, ASCII."""
    previous: str
    hash: str

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.data_text)
        return found


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends."""

    sequence: int = 0
    hash: str = BEFORE_THE_FIRST


def next_entry(head: Head, happened: Happened, recorded_at: datetime) -> Entry:
    """The entry that follows the end of a chain; `recorded_at` in UTC.

    Raises:
        InvalidInput: `ledger.not_json`, for data that JSON cannot say.
    """
    try:
        data_text = _canonical(dict(happened.data))
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            "ledger.not_json",
            f"the data of {happened.kind} cannot be written as JSON: {error}",
            hint="use texts, numbers, lists and mappings; money and instants as text",
        ) from error
    sequence, at = head.sequence + 1, happened.at
    actor, kind, subject = happened.actor, happened.kind, happened.subject
    digest = _digest(head.hash, sequence, at, recorded_at, actor, kind, subject, data_text)
    return Entry(sequence, at, recorded_at, actor, kind, subject, data_text, head.hash, digest)


def breaks(entries: Iterable[Entry], head: Head) -> Iterator[str]:
    """Where a chain, read from its first entry to its end, does not hold; in sentences.

    After a break the rest is judged by what stands there, so that each is told once.
    """
    end = Head()
    for entry in entries:
        if entry.sequence != end.sequence + 1:
            yield f"the ledger has nothing between its entries {end.sequence} and {entry.sequence}"
        elif entry.previous != end.hash:
            yield f"entry {entry.sequence} of the ledger does not follow from the one before it"
        if entry.hash != _hash_of(entry):
            yield f"entry {entry.sequence} of the ledger was changed after it was written"
        end = Head(entry.sequence, entry.hash)
    if end != head:
        yield (
            f"the ledger ends with entry {end.sequence}, but {head.sequence} were written and the "
            "last was another one"
            if end.sequence == head.sequence
            else f"the ledger ends with entry {end.sequence}, but {head.sequence} were written"
        )


def _hash_of(entry: Entry) -> str:
    """What the hash of an entry must be, by everything else that stands in it."""
    return _digest(
        entry.previous,
        entry.sequence,
        entry.at,
        entry.recorded_at,
        entry.actor,
        entry.kind,
        entry.subject,
        entry.data_text,
    )


def _digest(*content: str | int | datetime) -> str:
    plain = [
        each.isoformat(timespec="microseconds") if isinstance(each, datetime) else each
        for each in content
    ]
    return hashlib.sha256(_canonical(plain).encode()).hexdigest()


def _not_plain(name: str, text: str, why: str) -> InvalidInput:
    return InvalidInput(
        "ledger.not_plain",
        f"the {name} of an entry cannot be {text[:60]!r}: {why}",
        hint="write a short text on one line",
    )
