"""What was decided on who is who, the latest first: for a person to look over, and to take back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from revloop.operations.people.rules.resolving import Rule
from revloop.operations.people.rules.text import clean
from revloop.operations.people.settling import SHARED_KEY
from revloop.operations.people.statements import instant, rows, rows_among

_SHOWN = 4
"""Records of a side that are named."""
_WHY = {
    Rule.EMAIL: "they share the e-mail address {}",
    Rule.PHONE: "they share the telephone number {}",
    Rule.CRM_ID: "they share the id {}",
    Rule.DOMAIN: "they share the domain {}",
    Rule.LINKAGE: "their texts are alike: {}",
    Rule.BY_HAND: "a person said so: {}",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A record, and what a person reads as its name."""

    number: int
    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Records were joined, or told apart, or such a decision was taken back."""

    id: int
    entity: str
    """contact or account."""
    what: str
    """merge, split or undo."""
    why: str
    """In words; it may name an address or a number."""
    sides: tuple[tuple[Named, ...], ...]
    """The clusters before a merge or after a split; of each, the first few records."""
    records: int
    """How many there are on all sides."""
    actor: str
    at: datetime
    batch: str
    """The import that brought it; "" if a person decided."""
    undone_by: int | None
    undoes: int | None

    @property
    def can_be_undone(self) -> bool:
        return self.undone_by is None and self.what != "undo" and self.why != _SHARED


_SELECT = (
    "SELECT id, entity, what, rule, value, pieces, actor, at, batch, undone_by, undoes "
    "FROM people_decision"
)
_SHARED = "their key came to be shared by too many names"


def decisions(*, before: int | None = None, limit: int = 25) -> list[Decision]:
    """See `queries.decisions`."""
    found = rows(
        f"{_SELECT} {'WHERE id < %s' if before else ''} ORDER BY id DESC LIMIT %s",
        (before, limit) if before else (limit,),
    )
    return _told(found)


def decisions_on(numbers: Iterable[int]) -> list[Decision]:
    """See `queries.decisions_on`."""
    pieces = "SELECT decision FROM people_decision_piece WHERE record AMONG"
    return _told(rows_among(f"{_SELECT} WHERE id IN ({pieces}) ORDER BY id DESC", numbers))


def _told(found: Sequence[tuple[Any, ...]]) -> list[Decision]:
    pieces = {row[0]: [tuple(piece) for piece in json.loads(row[5])] for row in found}
    shown = {
        (row[1], number) for row in found for piece in pieces[row[0]] for number in piece[:_SHOWN]
    }
    names = {
        (entity, each.number): each
        for entity in ("contact", "account")
        for each in named(entity, [number for kind, number in shown if kind == entity])
    }
    return [
        Decision(
            number,
            entity,
            what,
            _SHARED if rule == SHARED_KEY else _WHY[Rule(rule)].format(value),
            tuple(
                tuple(names[entity, each] for each in piece[:_SHOWN] if (entity, each) in names)
                for piece in pieces[number]
            ),
            sum(map(len, pieces[number])),
            actor,
            instant(at),
            batch,
            undone_by,
            undoes,
        )
        for number, entity, what, rule, value, _, actor, at, batch, undone_by, undoes in found
    ]


def named(entity: str, numbers: Iterable[int]) -> list[Named]:
    """Records of contacts or accounts by their numbers."""
    sql = {
        "contact": "SELECT id, reference, name, first_name, last_name, email FROM people_contact",
        "account": "SELECT id, reference, name, '', '', domain FROM people_account",
    }[entity]
    return [
        Named(
            number,
            reference,
            clean(name) or clean(f"{first} {last}") or clean(otherwise) or reference,
        )
        for number, reference, name, first, last, otherwise in rows_among(
            f"{sql} WHERE id AMONG", numbers
        )
    ]
