"""Cards into rows, in one transaction, with all that follows from them for who is who."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from revloop.operations.ledger import actions as ledger
from revloop.operations.ledger.chain import Happened
from revloop.operations.people import before
from revloop.operations.people.cards import ACCOUNT_TEXTS, CONTACT_TEXTS, Card
from revloop.operations.people.rules.resolving import Rule
from revloop.operations.people.settling import (
    ACCOUNT,
    Change,
    Entity,
    Evidence,
    Known,
    Settled,
    gather,
    settle,
)
from revloop.operations.people.statements import (
    insert,
    instant,
    next_number,
    rows_among,
    run_many,
    stored,
)

_TEXTS = {"contact": CONTACT_TEXTS, "account": ACCOUNT_TEXTS}
_OWNER = ACCOUNT_TEXTS.index("parent")
_DERIVED = {
    "contact": ("name_key", "hosts", "company_key", "family_key"),
    "account": ("name_key", "host", "beginning", "ending"),
}


class By(NamedTuple):
    """Who writes, when, and in which import."""

    actor: str
    at: datetime
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a table of cards changed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    merged: int = 0
    """Decisions that joined clusters."""
    split: int = 0
    """Clusters that fell apart because their key came to be shared by too many names."""

    def __add__(self, other: Recorded) -> Recorded:
        return Recorded(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.merged + other.merged,
            self.split + other.split,
        )


class _Stored(NamedTuple):
    id: int
    stands: int
    digest: int
    updated_at: datetime | None
    name: str
    owner: str


@dataclass(frozen=True, slots=True)
class Written:
    """What became of cards: what changed, and who is who among all that was looked at."""

    counts: Recorded
    numbers: Mapping[str, int]
    """Of each card's record, by its reference."""
    found: Evidence
    settled: Settled

    def stand_in(self, reference: str) -> Known | None:
        """The record that stands for this card's; None where the card said nothing new."""
        stand_in = self.settled.stand_ins.get(self.numbers[reference])
        return None if stand_in is None else self.found.records[stand_in]

    def is_somebody_new(self, reference: str) -> bool:
        """Whether the record was not there before, and nobody else's is the same person's."""
        stand_in = self.settled.stand_ins.get(self.numbers[reference])
        together = sum(each == stand_in for each in self.settled.stand_ins.values())
        return bool(self.counts.new) and together == 1


def record(entity: Entity, cards: Mapping[str, Card], by: By) -> Written:
    """Write the cards.

    A card that says what is stored already changes nothing. One that is older than what is stored
    adds its keys and nothing else.
    """
    known = _stored(entity, cards)
    new = [card for reference, card in cards.items() if reference not in known]
    told = [card for reference, card in cards.items() if _tells(card, known.get(reference))]
    changed = [card for card in told if _is_newer(card, known[card.reference])]
    numbers = {reference: each.id for reference, each in known.items()}
    numbers |= dict(zip((card.reference for card in new), _free_numbers(), strict=False))
    records = {
        numbers[card.reference]: _known(entity, card, numbers[card.reference], None) for card in new
    }
    for card in told:
        records[numbers[card.reference]] = _known(
            entity, card, numbers[card.reference], known[card.reference]
        )
    found = gather(entity, records)
    settled = settle(entity, found)
    _insert_records(entity, [(numbers[card.reference], card) for card in new], settled, by)
    _update_records(entity, [(numbers[card.reference], card) for card in changed], by)
    _insert_keys(new, told, numbers, by)
    changes = write_settled(entity, found, settled, by)
    counts = Recorded(
        len(new),
        len(changed),
        len(cards) - len(new) - len(changed),
        sum(change.what == "merge" for change in changes),
        sum(change.what == "split" for change in changes),
    )
    return Written(counts, numbers, found, settled)


def write_settled(
    entity: Entity, found: Evidence, settled: Settled, by: By, decided: Rule | None = None
) -> list[Change]:
    """Write the clusters as they are now; each change is a decision and an entry of the ledger.

    With `decided`, it follows from a decision that is written already, made by that rule.
    """
    _insert_shared_keys(settled, by)
    moved = [
        (moved.stand_in, moved.id)
        for moved in settled.moved
        if found.records[moved.id].stood_in is not None
    ]
    before.keep(entity.table, [number for _, number in moved], by.batch)
    run_many(f"UPDATE {entity.table} SET {entity.stand_in} = %s WHERE id = %s", moved)  # noqa: S608
    changes = [
        change
        for change in settled.changes
        if decided is None or (change.what == "merge" and change.rule != decided)
    ]
    if changes:
        numbered = list(enumerate(changes, next_number("people_decision", given="decision_given")))
        insert_decisions(entity, numbered, by)
    _publish(entity, found, settled, by, decided)
    return changes


_DECISION_COLUMNS = (
    "id",
    "entity",
    "what",
    "rule",
    "value",
    "pieces",
    "actor",
    "at",
    "batch",
    "undoes",
)


def insert_decisions(
    entity: Entity, numbered: list[tuple[int, Change]], by: By, undoes: int | None = None
) -> None:
    """Write decisions, each with its number, and their entries in the ledger."""
    at = stored(by.at)
    rows = [
        (
            number,
            entity.name,
            change.what,
            change.rule,
            change.value,
            json.dumps(change.pieces),
            by.actor,
            at,
            by.batch,
            undoes,
        )
        for number, change in numbered
    ]
    insert("people_decision", _DECISION_COLUMNS, rows)
    pieces = [(number, piece[0]) for number, change in numbered for piece in change.pieces]
    insert("people_decision_piece", ("decision", "record"), pieces)
    ledger.append_many(_happened(number, entity, change, by) for number, change in numbered)


def _stored(entity: Entity, references: Collection[str]) -> dict[str, _Stored]:
    columns = f"{entity.stand_in}, digest, updated_at, name_key, {entity.owner}"
    sql = f"SELECT reference, id, {columns} FROM {entity.table} WHERE reference AMONG"  # noqa: S608
    return {reference: _Stored(*rest) for reference, *rest in rows_among(sql, references)}


def _tells(card: Card, known: _Stored | None) -> bool:
    """Whether it may say anything that is not stored."""
    return known is not None and (card.digest != known.digest or card.has_older)


def _is_newer(card: Card, known: _Stored) -> bool:
    if card.digest == known.digest:
        return False
    if card.updated_at is None or known.updated_at is None:
        return True
    return card.updated_at >= instant(known.updated_at)


def _free_numbers() -> Iterator[int]:
    """Contacts and accounts share one series, so that a number says which record is meant."""
    number = next_number("people_contact", "people_account", given="record_given")
    while True:
        yield number
        number += 1


def _known(entity: Entity, card: Card, number: int, there: _Stored | None) -> Known:
    newer = there is None or _is_newer(card, there)
    owner = card.texts[_OWNER] if entity is ACCOUNT else ""
    return Known(
        number,
        card.reference,
        card.derived[0] if newer or there is None else there.name,
        there.stands if there else None,
        {found.key: None for found in card.keys if not found.weakness},
        owner if newer or there is None else there.owner,
    )


def _insert_records(entity: Entity, new: list[tuple[int, Card]], settled: Settled, by: By) -> None:
    columns = ("id", "reference", entity.stand_in, *_card_columns(entity))
    at = stored(by.at)
    many = [
        (number, card.reference, settled.stand_ins[number], *_card_values(card, at))
        for number, card in new
    ]
    insert(entity.table, columns, many)


def _update_records(entity: Entity, changed: list[tuple[int, Card]], by: By) -> None:
    assigned = ", ".join(f"{column} = %s" for column in _card_columns(entity))
    at = stored(by.at)
    before.keep(entity.table, [number for number, _ in changed], by.batch)
    run_many(
        f"UPDATE {entity.table} SET {assigned} WHERE id = %s",  # noqa: S608
        [(*_card_values(card, at), number) for number, card in changed],
    )


def _card_columns(entity: Entity) -> tuple[str, ...]:
    return (*_TEXTS[entity.name], *_DERIVED[entity.name], "digest", "updated_at", "recorded_at")


def _card_values(card: Card, at: Any) -> tuple[Any, ...]:
    return (*card.texts, *card.derived, card.digest, stored(card.updated_at), at)


def _insert_keys(new: list[Card], told: list[Card], numbers: Mapping[str, int], by: By) -> None:
    """The keys of all cards that are not stored yet."""
    sql = "SELECT record, kind, value FROM people_identifier WHERE record AMONG"
    there = set(rows_among(sql, [numbers[card.reference] for card in told])) if told else set()
    at = stored(by.at)
    many = [
        (number, found.key.kind.value, found.key.value, found.weakness, at)
        for card in (*new, *told)
        for number in (numbers[card.reference],)
        for found in card.keys
        if (number, found.key.kind, found.key.value) not in there
    ]
    insert("people_identifier", ("record", "kind", "value", "weakness", "recorded_at"), many)


def _insert_shared_keys(settled: Settled, by: By) -> None:
    at = stored(by.at)
    many = [(key.kind.value, key.value, at) for key in settled.newly_shared]
    insert("people_shared_key", ("kind", "value", "at"), many)


def _happened(number: int, entity: Entity, change: Change, by: By) -> Happened:
    """What the ledger says of a change: numbers, never a name or an address."""
    data = {
        "decision": number,
        "rule": change.rule,
        "records": [piece[:_NAMED] for piece in change.pieces[:_NAMED]],
        "count": sum(map(len, change.pieces)),
    }
    kind = f"{_CALLED[entity.name]}.{_DONE[change.what]}"
    return Happened(kind, f"{entity.name}:{change.stand_in}", by.actor, by.at, data)


_CALLED = {"contact": "person", "account": "company"}
_DONE = {"merge": "merged", "split": "split", "undo": "undone"}
_NAMED = 10
"""So many sides, and records of each, stand in the ledger; the decision names all."""


def _publish(
    entity: Entity, found: Evidence, settled: Settled, by: By, decided: Rule | None
) -> None:
    if not settled.moved:
        return
    first = next_number("people_identity", column="sequence")
    at = stored(by.at)
    many = [
        (
            sequence,
            entity.name,
            found.records[moved.id].reference,
            found.records[moved.stand_in].reference,
            decided.value if decided else moved.rule,
            at,
        )
        for sequence, moved in enumerate(sorted(settled.moved), first)
    ]
    insert("people_identity", ("sequence", "entity", "record", "same_as", "rule", "at"), many)
