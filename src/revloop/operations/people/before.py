"""What was before the last import, so that it can be taken back.

What an import adds is known by its numbers, which only grow. What it changes or deletes is copied as
it was, in the transaction that does so; the first copy of a row holds. When the next import begins,
the copies go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Model

from revloop.kit.errors import InvalidInput
from revloop.operations.people import models
from revloop.operations.people.rules.matching import MatchRule
from revloop.operations.people.statements import (
    insert,
    next_number,
    rows,
    rows_among,
    run,
    run_among,
    stored,
)

if TYPE_CHECKING:
    from revloop.operations.people.recording import By

UNDONE = "undone"
"""The rule of a row of who is who that follows from taking an import back."""
_ABSENT = "absent"


class _Kept(NamedTuple):
    """A table of which rows are copied before they change."""

    table: str
    key: str
    columns: str
    added: str
    """Whether a row `t` was added by the import `i` itself, so that there is nothing to copy."""


def _kept(model: type[Model], added: str) -> _Kept:
    about = model._meta  # noqa: SLF001 - Django's documented interface
    columns = [str(field.column) for field in about.concrete_fields]
    key = next(str(field.column) for field in about.concrete_fields if field.primary_key)
    return _Kept(about.db_table, key, ", ".join(columns), added)


_KEPT: Mapping[str, _Kept] = {
    each.table: each
    for each in (
        _kept(models.ContactRow, "t.id > i.record"),
        _kept(models.AccountRow, "t.id > i.record"),
        _kept(models.UserRow, "t.recorded_at = i.at"),
        _kept(models.NoteRow, "t.id > i.note"),
        _kept(models.EmployerRow, "t.at = i.at"),
    )
}
_NUMBERED: Mapping[str, str] = {
    "identifier": "people_identifier",
    "shared_key": "people_shared_key",
    "piece": "people_decision_piece",
    "decision": "people_decision",
    "bond": "people_bond",
    "apart": "people_apart",
    "proposal": "people_proposal",
    "note": "people_note",
}
"""By the column that knows the greatest number before the import: tables of which it adds rows."""
_PUBLISHED: Mapping[str, str] = {
    "identity": "people_identity",
    "employer_change": "people_employer_change",
}
"""Rows that went to the lake: they stay, and others follow."""
_STANDS = {"contact": "person", "account": "company"}


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an import back came to."""

    contacts: int = 0
    """Records of people that are gone."""
    accounts: int = 0
    restored: int = 0
    """Rows that are as they were before."""
    was_undone: bool = False
    """It had been taken back already."""


def begin(batch: str, at: datetime) -> None:
    """This import is the last one from here on."""
    there = rows("SELECT batch, record_given, decision_given FROM people_import")
    if there and there[0][0] == batch:
        return
    for kept in _KEPT.values():
        run(f"DELETE FROM {kept.table}_before")  # noqa: S608
    _, record, decision = there[0] if there else ("", 0, 0)
    run("DELETE FROM people_import")
    largest = {
        **{name: next_number(table) - 1 for name, table in _NUMBERED.items()},
        **{name: next_number(table, column="sequence") - 1 for name, table in _PUBLISHED.items()},
        "record": next_number("people_contact", "people_account") - 1,
    }
    columns = ("id", "batch", "at", *largest, "record_given", "decision_given")
    insert("people_import", columns, [(1, batch, stored(at), *largest.values(), record, decision)])


def keep(table: str, keys: Collection[Any], batch: str) -> None:
    """Copy rows of a table before they change, if it is the last import that changes them."""
    if not batch or not keys:
        return
    kept = _KEPT[table]
    copied = ", ".join(f"t.{column}" for column in kept.columns.split(", "))
    sql = (
        f"INSERT INTO {table}_before ({kept.columns}) SELECT {copied} FROM {table} t "  # noqa: S608
        "JOIN people_import i ON i.batch = %s AND i.undone_at IS NULL "
        f"WHERE NOT ({kept.added}) AND t.{kept.key} AMONG ON CONFLICT DO NOTHING"
    )
    run_among(sql, keys, batch)


def keep_absent(persons: Iterable[int], batch: str) -> None:
    """Note that these persons had no employer."""
    if not batch:
        return
    known = {person for (person,) in rows_among(_KNOWN_EMPLOYERS, list(persons))}
    none = [(each, "", "", _ABSENT, None, "", "[]") for each in persons if each not in known]
    ((at,),) = rows("SELECT max(at) FROM people_import")
    if at is not None:
        columns = ("person", "reference", "account", "rule", "score", "reason", "candidates", "at")
        insert("people_employer_before", columns, [(*each, at) for each in none])


_KNOWN_EMPLOYERS = "SELECT person FROM people_employer_before WHERE person AMONG"


def undo(by: By) -> Undone:
    """Take the last import back, within the transaction that is open."""
    numbers = _last(by.batch)
    if numbers is None:
        return Undone(was_undone=True)
    _refuse_if_used(by.batch, numbers)
    moved = rows(
        "SELECT DISTINCT entity, record FROM people_identity WHERE sequence > %s",
        (numbers["identity"],),
    )
    rematched = rows(
        "SELECT DISTINCT contact FROM people_employer_change WHERE sequence > %s",
        (numbers["employer_change"],),
    )
    run(
        "UPDATE people_import SET undone_at = %s, record_given = %s, decision_given = %s",
        (
            stored(by.at),
            next_number("people_contact", "people_account", given="record_given") - 1,
            next_number("people_decision", given="decision_given") - 1,
        ),
    )
    for name, table in _NUMBERED.items():
        run(f"DELETE FROM {table} WHERE id > %s", (numbers[name],))  # noqa: S608
    gone = {
        entity: _gone(f"people_{entity}", numbers["record"]) for entity in ("contact", "account")
    }
    run("DELETE FROM people_user WHERE recorded_at = %s", (numbers["at"],))
    run("DELETE FROM people_employer WHERE at = %s", (numbers["at"],))
    restored = sum(_restore(kept) for kept in _KEPT.values())
    _publish_who_is_who([(entity, record) for entity, record in moved], by)
    _publish_employers([contact for (contact,) in rematched], by)
    return Undone(gone["contact"], gone["account"], restored)


def _last(batch: str) -> dict[str, Any] | None:
    """What was before the last import; None if it was taken back already."""
    columns = ("batch", "at", "undone_at", "record", *_NUMBERED, *_PUBLISHED)
    found = rows(f"SELECT {', '.join(columns)} FROM people_import")  # noqa: S608
    if not found or found[0][0] != batch:
        raise InvalidInput(
            "import.not_the_last",
            f"import {batch} is not the last one",
            hint="only the last import can be taken back; import corrected files instead",
        )
    numbers = dict(zip(columns, found[0], strict=True))
    return None if numbers["undone_at"] is not None else numbers


def _refuse_if_used(batch: str, numbers: Mapping[str, Any]) -> None:
    """Nobody's work is lost: what came after the import may rest on it."""
    decided = rows(
        "SELECT id FROM people_decision WHERE id > %s AND batch <> %s ORDER BY id LIMIT 1",
        (numbers["decision"], batch),
    )
    if decided:
        raise _used(f"decision {decided[0][0]} on who is who was made since")
    by_hand = rows(
        "SELECT reference FROM people_employer WHERE rule = %s AND at > %s LIMIT 1",
        (MatchRule.BY_HAND.value, numbers["at"]),
    )
    if by_hand:
        raise _used(f"somebody said since for which company {by_hand[0][0]} works")
    for table in ("contact", "account", "user", "note"):
        sql = f"SELECT reference FROM people_{table} WHERE recorded_at > %s LIMIT 1"  # noqa: S608
        recorded = rows(sql, (numbers["at"],))
        if recorded:
            raise _used(f"{recorded[0][0]} was recorded since")


def _used(why: str) -> InvalidInput:
    return InvalidInput(
        "import.used_since",
        f"the import cannot be taken back any more: {why}",
        hint="import corrected files instead: what they say of the same records holds from then on",
    )


def _gone(table: str, last: int) -> int:
    ((count,),) = rows(f"SELECT count(*) FROM {table} WHERE id > %s", (last,))  # noqa: S608
    run(f"DELETE FROM {table} WHERE id > %s", (last,))  # noqa: S608
    return int(count)


def _restore(kept: _Kept) -> int:
    copies = f"{kept.table}_before"
    ((count,),) = rows(f"SELECT count(*) FROM {copies}")  # noqa: S608
    run(f"DELETE FROM {kept.table} WHERE {kept.key} IN (SELECT {kept.key} FROM {copies})")  # noqa: S608
    absent = f" WHERE rule <> '{_ABSENT}'" if kept.table == "people_employer" else ""
    run(f"INSERT INTO {kept.table} ({kept.columns}) SELECT {kept.columns} FROM {copies}{absent}")  # noqa: S608
    run(f"DELETE FROM {copies}")  # noqa: S608
    return int(count)


def _publish_who_is_who(moved: list[tuple[str, str]], by: By) -> None:
    """Who is gone stands for itself; who stays, as before."""
    told: list[tuple[str, str, str]] = []
    for entity, stands in _STANDS.items():
        records = [record for each, record in moved if each == entity]
        table = f"people_{entity}"
        found = dict(
            rows_among(
                f"SELECT k.reference, s.reference FROM {table} k "  # noqa: S608
                f"JOIN {table} s ON s.id = k.{stands} WHERE k.reference AMONG",
                records,
            )
        )
        told += [(entity, record, found.get(record, record)) for record in sorted(records)]
    if told:
        first = next_number("people_identity", column="sequence")
        at = stored(by.at)
        columns = ("sequence", "entity", "record", "same_as", "rule", "at")
        many = [(number, *each, UNDONE, at) for number, each in enumerate(told, first)]
        insert("people_identity", columns, many)


def _publish_employers(contacts: list[str], by: By) -> None:
    found = {
        reference: (account, rule)
        for reference, account, rule in rows_among(
            "SELECT reference, account, rule FROM people_employer WHERE reference AMONG", contacts
        )
    }
    if contacts:
        first = next_number("people_employer_change", column="sequence")
        at = stored(by.at)
        none = ("", MatchRule.WITHDRAWN.value)
        many = []
        for number, contact in enumerate(sorted(contacts), first):
            account, rule = found.get(contact, none)
            many.append((number, contact, account, rule or none[1], at))
        insert("people_employer_change", ("sequence", "contact", "account", "rule", "at"), many)
