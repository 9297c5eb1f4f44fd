"""The only writers of people and companies.

Every one may run twice: what is known already changes nothing. What is decided on who is who, by a
rule or by a person, has its entry in the ledger in the same transaction.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from django.db import transaction

from revloop.kit.errors import InvalidInput
from revloop.kit.failpoints import failpoint
from revloop.kit.working_time.instants import in_utc
from revloop.operations.ledger import actions as ledger
from revloop.operations.people import before, employers
from revloop.operations.people.before import Undone
from revloop.operations.people.cards import (
    CONTACT_TEXTS,
    USER_TEXTS,
    Card,
    account_cards,
    contact_card,
    contact_cards,
    latest,
    note_texts,
    user_cards,
)
from revloop.operations.people.employers import Matched
from revloop.operations.people.recording import (
    By,
    Recorded,
    insert_decisions,
    record,
    write_settled,
)
from revloop.operations.people.rules.domains import site_host
from revloop.operations.people.rules.resolving import Rule
from revloop.operations.people.rules.text import clean
from revloop.operations.people.settling import (
    ACCOUNT,
    CONTACT,
    SHARED_KEY,
    Change,
    Entity,
    gather,
    settle,
)
from revloop.operations.people.statements import (
    insert,
    next_number,
    rows,
    rows_among,
    run,
    run_among,
    run_many,
    stored,
    take_turn,
    without_waiting,
)

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 50_000
"""Cards in one transaction: a kill loses no more, and memory holds no more."""
MERGES_FROM = 0.99
"""The probability from which the linkage joins; below it a person decides."""
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Identified:
    """Who somebody is."""

    person: str
    """Reference of the record that stands for them."""
    number: int
    """Its number: the person's id."""
    is_new: bool
    """Nothing was known of them before."""


class Decided(NamedTuple):
    """What a person's decision came to."""

    id: int
    """Number of the decision, by which it can be undone."""
    clusters: tuple[tuple[str, ...], ...]
    """The records that it was about, as they are together now; that of the first one comes first,
    and the first record of each stands for it."""

    @property
    def records(self) -> tuple[str, ...]:
        """The cluster of the record that was merged or split."""
        return self.clusters[0]


class Pair(NamedTuple):
    """Two records that the linkage compared."""

    one: int
    other: int
    """Numbers of records, the larger one second."""
    probability: float
    explanation: str
    """What speaks for it and against it, in words."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What became of the pairs that the linkage found."""

    merged: int = 0
    """Decisions that joined clusters."""
    parted: int = 0
    """Pairs that shared a number and nothing else, and are kept apart."""
    proposed: int = 0
    """Pairs for a person to decide."""


def begin_import(batch: str, *, at: datetime) -> None:
    """From here on an import is the last one, and can be taken back; the one before no longer can.

    To be called before anything of the import is recorded, with the moment that all of it bears.
    """
    with transaction.atomic():
        take_turn()
        before.begin(batch, in_utc(at))


def undo_import(batch: str, *, actor: str, at: datetime, reason: str) -> Undone:
    """Take the last import back: people, companies and who is who are as they were before it.

    Who had been joined or told apart by it is so no longer, and the lake hears of that by further
    rows. A second time it changes nothing.

    Raises:
        InvalidInput: `import.not_the_last`, or `import.used_since` if somebody decided on people or
            recorded some since.
    """
    by = By(actor, in_utc(at), batch)
    with transaction.atomic():
        take_turn()
        undone = before.undo(by)
        if not undone.was_undone:
            data = {"reason": reason, "contacts": undone.contacts, "accounts": undone.accounts}
            ledger.append("import.undone", batch, actor=actor, at=by.at, data=data)
        failpoint("people.undo_import.before_commit")
    return undone


def record_contacts(cards: pa.Table, *, actor: str, at: datetime, batch: str = "") -> Recorded:
    """Take in what sources say of people, and find out who is who.

    Cards in another order, or in several tables, lead to the same persons. Of several cards of one
    record the one with the latest `updated_at` holds, without it the last that came. Keys that a
    record had before stay evidence: a changed address does not tear a person apart.

    Args:
        cards: One row a record, columns of text: `reference`, and any of `cards.CONTACT_TEXTS`;
            `updated_at` may say when the source last changed it.
        actor: Who runs the import.
        at: When it runs.
        batch: The import.

    Raises:
        InvalidInput: `people.no_reference`.
    """
    return _record_all(CONTACT, contact_cards(cards), By(actor, in_utc(at), batch))


def record_accounts(cards: pa.Table, *, actor: str, at: datetime, batch: str = "") -> Recorded:
    """Take in what sources say of companies; as `record_contacts`, with `cards.ACCOUNT_TEXTS`.

    A domain joins records, except a subsidiary with its owner.
    """
    return _record_all(ACCOUNT, account_cards(cards), By(actor, in_utc(at), batch))


def record_users(cards: pa.Table, *, at: datetime, batch: str = "") -> int:
    """Keep names and addresses of those who work for us; return how many rows said something new.

    `cards` has `reference` and any of name, first_name, last_name and email.
    """
    told = dict(user_cards(cards))
    columns = ("reference", *USER_TEXTS)
    sql = f"SELECT {', '.join(columns)} FROM people_user WHERE reference AMONG"  # noqa: S608
    with transaction.atomic():
        take_turn()
        there = {reference: tuple(texts) for reference, *texts in rows_among(sql, told)}
        news = [each for each in told.items() if there.get(each[0]) != each[1]]
        before.keep("people_user", [name for name, _ in news], batch)
        run_among("DELETE FROM people_user WHERE reference AMONG", [name for name, _ in news])
        many = [(reference, *texts, stored(in_utc(at))) for reference, texts in news]
        insert("people_user", (*columns, "recorded_at"), many)
    return len(news)


def record_notes(kind: str, texts: pa.Table, *, at: datetime, batch: str = "") -> int:
    """Keep the private texts of facts of a kind; return how many said something new.

    `texts` has `reference`, one column for each private text, and may have `contact`, the reference
    of the person whom it is about, without which no erasure of that person finds it.
    """
    told = note_texts(texts)
    sql = (
        "SELECT id, reference, field, text, contact FROM people_note "
        "WHERE reference AMONG AND kind = %s"
    )
    with transaction.atomic():
        take_turn()
        there = {
            (reference, field): (number, (text, contact))
            for number, reference, field, text, contact in rows_among(
                sql, {reference for reference, _ in told}, kind
            )
        }
        news = [(key, said) for key, said in told.items() if there.get(key, (0, None))[1] != said]
        stale = [there[key][0] for key, _ in news if key in there]
        before.keep("people_note", stale, batch)
        run_among("DELETE FROM people_note WHERE id AMONG", stale)
        moment = stored(in_utc(at))
        insert(
            "people_note",
            ("kind", "reference", "field", "text", "contact", "recorded_at"),
            [(kind, *key, *said, moment) for key, said in news],
        )
    return len(news)


def record_parent_domains(parents: Mapping[str, str]) -> None:
    """Say which domains belong to the company of another domain: youtube.com to google.com."""
    many = [
        (domain, parent)
        for domain, parent in ((site_host(a), site_host(b)) for a, b in parents.items())
        if domain and parent and domain != parent
    ]
    with transaction.atomic():
        take_turn()
        domains = [domain for domain, _ in many]
        run_among("DELETE FROM people_parent_domain WHERE domain AMONG", domains)
        insert("people_parent_domain", ("domain", "parent"), many)


def identify(card: Mapping[str, str], *, actor: str, at: datetime, batch: str = "") -> Identified:
    """Take in one contact, and say who it is; as `record_contacts` for one row, at once."""
    texts = tuple(clean(card.get(column)) for column in CONTACT_TEXTS)
    one = contact_card(clean(card["reference"]), texts, None)
    by = By(actor, in_utc(at), batch)
    with transaction.atomic(), without_waiting():
        take_turn()
        written = record(CONTACT, {one.reference: one}, by)
        known = written.stand_in(one.reference)
        person, reference = (
            (known.id, known.reference) if known else _cluster(CONTACT, one.reference)
        )
        employers.match([person], by)
        failpoint("people.identify.before_commit")
    return Identified(reference, person, is_new=written.is_somebody_new(one.reference))


def match_accounts(*, actor: str, at: datetime, batch: str = "") -> Matched:
    """Match everybody to the company they work for, anew; what is as it was is not written.

    To be run when contacts and accounts of an import are recorded.
    """
    by = By(actor, in_utc(at), batch)
    with transaction.atomic():
        take_turn()
        matched = employers.match(None, by)
        failpoint("people.match.before_commit")
    return matched


def set_account(contact: str, account: str, *, actor: str, at: datetime, reason: str) -> None:
    """A person says for which company a contact works; the rules leave it alone from then on."""
    by = By(actor, in_utc(at))
    with transaction.atomic():
        take_turn()
        person = _cluster(CONTACT, contact)[0]
        company = _cluster(ACCOUNT, account)
        employers.set_by_hand(person, company, reason, by)
        subject, data = f"contact:{person}", {"company": company[0]}
        ledger.append("person.company_set", subject, actor=actor, at=by.at, data=data)


def merge(one: str, other: str, *, actor: str, at: datetime, reason: str) -> Decided:
    """Say that two records are one person, or one company, whatever was said before.

    Raises:
        InvalidInput: `people.unknown`, `people.two_kinds`, or `people.one_already`.
    """
    by = By(actor, in_utc(at))
    with transaction.atomic():
        take_turn()
        entity, record_, partner = _both(one, other)
        left, right = _members(entity, record_), _members(entity, partner)
        if partner in left:
            raise InvalidInput(
                "people.one_already",
                f"{one} and {other} are one already",
                hint=f"see why: revloop people explain {one}",
            )
        number = next_number("people_decision", given="decision_given")
        _bring_to_one_side(number, left, right)
        insert(
            "people_bond",
            ("one", "other", "rule", "value", "decision"),
            [(record_, partner, Rule.BY_HAND.value, reason, number)],
        )
        change = Change("merge", Rule.BY_HAND.value, reason, (left, right), min(left[0], right[0]))
        decided = _decide(number, entity, change, by)
        failpoint("people.merge.before_commit")
    failpoint("people.merge.after_commit")
    return decided


def split(reference: str, *, actor: str, at: datetime, reason: str) -> Decided:
    """Say that a record is not the person, or company, that its cluster is.

    It is kept apart from each of the other records, whatever keys they share or will share. Others
    that only this record held together are no longer one either.

    Raises:
        InvalidInput: `people.unknown`, or `people.alone` if nothing is joined to it.
    """
    by = By(actor, in_utc(at))
    with transaction.atomic():
        take_turn()
        entity, number_ = _find(reference)
        members = _members(entity, number_)
        rest = tuple(each for each in members if each != number_)
        if not rest:
            raise InvalidInput(
                "people.alone",
                f"{reference} is not joined to any other record",
                hint=f"see what is known of it: revloop people explain {reference}",
            )
        number = next_number("people_decision", given="decision_given")
        for column, end in (("one", "other"), ("other", "one")):
            sql = (
                "UPDATE people_bond SET withdrawn_by = %s WHERE withdrawn_by IS NULL "  # noqa: S608
                f"AND {column} = %s AND {end} AMONG"
            )
            run_among(sql, rest, number, number_)
        _keep_apart(number, ((number_,), rest))
        change = Change("split", Rule.BY_HAND.value, reason, ((number_,), rest), rest[0])
        decided = _decide(number, entity, change, by)
        failpoint("people.split.before_commit")
    failpoint("people.split.after_commit")
    return decided


def undo(decision: int, *, actor: str, at: datetime, reason: str) -> Decided:
    """Take a decision back: the clusters that it joined or tore apart are as they were before.

    What a rule joined is kept apart from then on; what a person decided counts no longer.

    Raises:
        InvalidInput: `people.no_decision`, `people.undone_already`, or `people.cannot_undo` for an
            undoing, or for a key that came to be shared by too many.
    """
    by = By(actor, in_utc(at))
    with transaction.atomic():
        take_turn()
        entity, change = _decision_to_undo(decision)
        number = next_number("people_decision", given="decision_given")
        if change.rule == Rule.BY_HAND or change.what == "split":
            for table in ("people_bond", "people_apart"):
                run(
                    f"UPDATE {table} SET withdrawn_by = %s "  # noqa: S608
                    "WHERE decision = %s AND withdrawn_by IS NULL",
                    (number, decision),
                )
                run(
                    f"UPDATE {table} SET withdrawn_by = NULL WHERE withdrawn_by = %s",  # noqa: S608
                    (decision,),
                )
        else:
            _keep_apart(number, change.pieces)
        run("UPDATE people_decision SET undone_by = %s WHERE id = %s", (number, decision))
        undoing = change._replace(what="undo", rule=Rule.BY_HAND.value, value=reason)
        decided = _decide(number, entity, undoing, by, undoes=decision)
        failpoint("people.undo.before_commit")
    failpoint("people.undo.after_commit")
    return decided


def record_linkage(
    pairs: Iterable[Pair],
    parted: Iterable[Pair] = (),
    *,
    actor: str,
    at: datetime,
    batch: str = "",
) -> Linked:
    """Join the pairs that the linkage is sure of; leave the others to a person.

    Pairs that are one already, or that somebody told apart, change nothing.

    Args:
        pairs: Records that may be one.
        parted: Records that are joined by a number, and that the linkage is sure are two.
        actor: Who runs the import.
        at: When it runs.
        batch: The import.
    """
    by = By(actor, in_utc(at), batch)
    total = Linked()
    for some in _batches(sorted(set(parted))):
        with transaction.atomic():
            take_turn()
            total = replace(total, parted=total.parted + _part(some, by))
            failpoint("people.linkage.before_commit")
        failpoint("people.linkage.after_commit")
    for some in _batches(sorted(set(pairs), key=lambda pair: (-pair.probability, pair))):
        with transaction.atomic():
            take_turn()
            merged, proposed = _link(some, by)
            failpoint("people.linkage.before_commit")
        failpoint("people.linkage.after_commit")
        total = replace(total, merged=total.merged + merged, proposed=total.proposed + proposed)
    return total


def answer(proposal: int, *, same: bool, actor: str, at: datetime, reason: str) -> Decided | None:
    """A person decides on a proposal of the linkage; None if the two are one already.

    Raises:
        InvalidInput: `people.no_proposal`, if it is not open.
    """
    by = By(actor, in_utc(at))
    with transaction.atomic():
        take_turn()
        found = rows(
            "SELECT l.id, l.reference, l.person, r.id, r.reference, r.person "
            "FROM people_proposal p JOIN people_contact l ON l.id = p.one "
            "JOIN people_contact r ON r.id = p.other WHERE p.id = %s AND p.decision IS NULL",
            (proposal,),
        )
        if not found:
            raise InvalidInput(
                "people.no_proposal",
                f"no proposal {proposal} is open",
                hint="list those that are: revloop people proposals",
            )
        one, reference, person, other, other_reference, other_person = found[0]
        if person == other_person:
            run("UPDATE people_proposal SET decision = 0 WHERE id = %s", (proposal,))
            return None
        if same:
            decided = merge(reference, other_reference, actor=actor, at=at, reason=reason)
        else:
            number = next_number("people_decision", given="decision_given")
            _keep_apart(number, ((one,), (other,)))
            change = Change("split", Rule.BY_HAND.value, reason, ((one,), (other,)), one)
            decided = _decide(number, CONTACT, change, by)
        run("UPDATE people_proposal SET decision = %s WHERE id = %s", (decided.id, proposal))
    return decided


def _record_all(entity: Entity, cards: Iterable[Card], by: By) -> Recorded:
    total = Recorded()
    with _collecting_no_garbage():
        for some in _batches(cards):
            with transaction.atomic():
                take_turn()
                counts = record(entity, latest(some), by).counts
                failpoint("people.record.before_commit")
            failpoint("people.record.after_commit")
            total += counts
    return total


@contextmanager
def _collecting_no_garbage() -> Iterator[None]:
    """Python looks for circles among all rows again and again, and there are none: a fifth slower."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _decide(
    number: int, entity: Entity, change: Change, by: By, undoes: int | None = None
) -> Decided:
    """Write a person's decision and what follows from it."""
    insert_decisions(entity, [(number, change)], by, undoes)
    found = gather(entity, {}, (each for piece in change.pieces for each in piece))
    settled = settle(entity, found)
    write_settled(entity, found, settled, by, Rule.BY_HAND)
    clusters: dict[int, list[int]] = {}
    for each in (each for piece in change.pieces for each in piece):
        clusters.setdefault(settled.stand_ins[each], []).append(each)
    return Decided(
        number,
        tuple(
            tuple(
                found.records[each].reference
                for each in sorted(ids, key=lambda each: (each != stand_in, each))
            )
            for stand_in, ids in clusters.items()
        ),
    )


def _keep_apart(number: int, sides: Iterable[Iterable[int]]) -> None:
    many = [(number, each, side, number) for side, ids in enumerate(sides) for each in ids]
    insert("people_apart", ("parting", "record", "side", "decision"), many)


def _bring_to_one_side(number: int, left: tuple[int, ...], right: tuple[int, ...]) -> None:
    """Where the two clusters were told apart, the right one changes to the side of the left one."""
    sql = (
        "SELECT record, parting, side FROM people_apart WHERE withdrawn_by IS NULL AND record AMONG"
    )
    sides = {parting: side for _, parting, side in rows_among(sql, left)}
    crossing = [
        (record_, parting)
        for record_, parting, side in rows_among(sql, right)
        if parting in sides and sides[parting] != side
    ]
    run_many(
        "UPDATE people_apart SET withdrawn_by = %s "
        "WHERE record = %s AND parting = %s AND withdrawn_by IS NULL",
        [(number, *each) for each in crossing],
    )
    many = [(parting, record_, sides[parting], number) for record_, parting in crossing]
    insert("people_apart", ("parting", "record", "side", "decision"), many)


def _decision_to_undo(decision: int) -> tuple[Entity, Change]:
    found = rows(
        "SELECT entity, what, rule, value, pieces, undone_by FROM people_decision WHERE id = %s",
        (decision,),
    )
    if not found:
        raise InvalidInput(
            "people.no_decision",
            f"there is no decision {decision}",
            hint="explain a record to see the numbers of its decisions",
        )
    entity, what, rule, value, listed, undone_by = found[0]
    if undone_by is not None:
        raise InvalidInput(
            "people.undone_already",
            f"decision {decision} was undone already, by decision {undone_by}",
            hint="merge or split the records themselves",
        )
    if what == "undo" or rule == SHARED_KEY:
        raise InvalidInput(
            "people.cannot_undo",
            f"decision {decision} cannot be undone: it took another one back, or a key lost its "
            "strength",
            hint="merge or split the records themselves",
        )
    pieces = tuple(tuple(piece) for piece in json.loads(listed))
    return _ENTITIES[entity], Change(what, rule, value, pieces, pieces[0][0])


def _part(pairs: list[Pair], by: By) -> int:
    """Take apart what only a number joined; how many pairs were."""
    persons = _persons(pairs)
    news = [
        pair
        for pair in _not_told_apart(pairs)
        if pair.one in persons and persons[pair.one] == persons.get(pair.other)
    ]
    if not news:
        return 0
    first = next_number("people_decision", given="decision_given")
    numbered = [
        (
            number,
            Change(
                "split",
                Rule.LINKAGE.value,
                pair.explanation,
                ((pair.one,), (pair.other,)),
                persons[pair.one],
            ),
        )
        for number, pair in enumerate(news, first)
    ]
    insert_decisions(CONTACT, numbered, by)
    insert(
        "people_apart",
        ("parting", "record", "side", "decision"),
        [
            (number, record_, side, number)
            for number, change in numbered
            for side, (record_,) in enumerate(change.pieces)
        ],
    )
    found = gather(CONTACT, {}, {each for pair in news for each in pair[:2]})
    write_settled(CONTACT, found, settle(CONTACT, found), by, Rule.LINKAGE)
    return len(news)


def _link(pairs: list[Pair], by: By) -> tuple[int, int]:
    """Join or propose, the surest first; how many clusters were joined, how many pairs proposed."""
    persons = _persons(pairs)
    there = {
        pair
        for table in ("people_bond", "people_proposal")
        for pair in rows_among(
            f"SELECT one, other FROM {table} WHERE one AMONG",  # noqa: S608
            {pair.one for pair in pairs},
        )
    }
    news = [
        pair
        for pair in _not_told_apart(pairs)
        if pair[:2] not in there
        and {pair.one, pair.other} <= persons.keys()
        and persons[pair.one] != persons[pair.other]
    ]
    sure = [pair for pair in news if pair.probability >= MERGES_FROM]
    insert(
        "people_bond",
        ("one", "other", "rule", "value"),
        [(one, other, Rule.LINKAGE.value, why) for one, other, _, why in sure],
    )
    found = gather(CONTACT, {}, {each for pair in sure for each in pair[:2]})
    changes = write_settled(CONTACT, found, settle(CONTACT, found), by)
    at = stored(by.at)
    unsure = [(*pair, at) for pair in news if pair.probability < MERGES_FROM]
    insert("people_proposal", ("one", "other", "probability", "explanation", "at"), unsure)
    return len(changes), len(unsure)


def _persons(pairs: list[Pair]) -> dict[int, int]:
    """Who stands for each record."""
    ids = {each for pair in pairs for each in pair[:2]}
    return dict(rows_among("SELECT id, person FROM people_contact WHERE id AMONG", ids))


def _not_told_apart(pairs: list[Pair]) -> list[Pair]:
    sides: dict[int, dict[int, int]] = {}
    sql = (
        "SELECT record, parting, side FROM people_apart WHERE withdrawn_by IS NULL AND record AMONG"
    )
    for each, parting, side in rows_among(sql, {each for pair in pairs for each in pair[:2]}):
        sides.setdefault(each, {})[parting] = side
    return [
        pair
        for pair in pairs
        if all(
            sides.get(pair.other, {}).get(parting, side) == side
            for parting, side in sides.get(pair.one, {}).items()
        )
    ]


_ENTITIES = {entity.name: entity for entity in (CONTACT, ACCOUNT)}


def _find(reference: str) -> tuple[Entity, int]:
    for entity in (CONTACT, ACCOUNT):
        found = rows(
            f"SELECT id FROM {entity.table} WHERE reference = %s",  # noqa: S608
            (reference,),
        )
        if found:
            return entity, int(found[0][0])
    raise InvalidInput(
        "people.unknown",
        f"no record has the reference {reference}",
        hint="a reference is source and id, such as hubspot:123",
        reference=reference,
    )


def _both(one: str, other: str) -> tuple[Entity, int, int]:
    (entity, left), (entity_, right) = _find(one), _find(other)
    if entity is not entity_:
        raise InvalidInput(
            "people.two_kinds",
            f"{one} is a record of a {entity.name}, and {other} of a {entity_.name}",
            hint="join people with people, and companies with companies",
        )
    return entity, left, right


def _members(entity: Entity, number: int) -> tuple[int, ...]:
    """All records of the cluster of this one."""
    sql = (
        f"SELECT id FROM {entity.table} WHERE {entity.stand_in} = "  # noqa: S608
        f"(SELECT {entity.stand_in} FROM {entity.table} WHERE id = %s) ORDER BY id"
    )
    return tuple(each for (each,) in rows(sql, (number,)))


def _cluster(entity: Entity, reference: str) -> tuple[int, str]:
    """Number and reference of the record that stands for this one."""
    sql = (
        f"SELECT stands.id, stands.reference FROM {entity.table} stands "  # noqa: S608
        f"JOIN {entity.table} known ON known.{entity.stand_in} = stands.id "
        "WHERE known.reference = %s"
    )
    found = rows(sql, (reference,))
    if not found:
        _find(reference)
    number, stands = found[0]
    return int(number), str(stands)
