"""The only readers of people and companies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from revloop.operations.people import decided, explaining, looking
from revloop.operations.people.cards import ACCOUNT_TEXTS, CONTACT_TEXTS, USER_TEXTS
from revloop.operations.people.decided import Decision, Named
from revloop.operations.people.explaining import Explanation
from revloop.operations.people.looking import Called, Found, Place, Record
from revloop.operations.people.rules.emails import email_key
from revloop.operations.people.rules.phones import phone_key
from revloop.operations.people.rules.resolving import KeyKind
from revloop.operations.people.statements import instant, rows, rows_among

if TYPE_CHECKING:
    import pyarrow as pa


_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two records that may be one person."""

    id: int
    one: str
    other: str
    probability: float
    explanation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A person of whom no company is known."""

    contact: str
    reason: str
    candidates: str
    """JSON: references of the companies that came near."""


def contact_identities(after: int = 0) -> pa.Table:
    """For the lake: which record stands for which, in the order in which it was decided.

    Columns `sequence`, above `after` and rising; `contact_id`, `same_as_contact_id`, references;
    `rule`; `at`. A record that has always stood for itself has no row; one that stands for itself
    again names itself. Of several rows of a record the last holds.
    """
    return _identities("contact", after)


def account_identities(after: int = 0) -> pa.Table:
    """As `contact_identities`, with `account_id` and `same_as_account_id`."""
    return _identities("account", after)


def contact_accounts(after: int = 0) -> pa.Table:
    """For the lake: the company that a person was matched to, in the order of the matches.

    Columns `sequence`, `contact_id`: the record that stands for the person; `account_id`: the one
    that stands for the company, null when a match was withdrawn; `rule`; `at`. A person whose own
    record names a company has no row, or a withdrawn one.
    """
    found = rows(
        "SELECT sequence, contact, account, rule, at FROM people_employer_change "
        "WHERE sequence > %s ORDER BY sequence",
        (after,),
    )
    listed = [
        (number, contact, account or None, *rest) for number, contact, account, *rest in found
    ]
    return _table(("sequence", "contact_id", "account_id", "rule", "at"), listed)


PUBLISHED: dict[str, Callable[[int], pa.Table]] = {
    "contact_identity": contact_identities,
    "account_identity": account_identities,
    "contact_account": contact_accounts,
}
"""What the lake gets of this, by the kind of fact."""


def persons() -> pa.Table:
    """Columns `contact` and `person`, references: each record and the one that stands for it."""
    return _clusters("people_contact", "person", "contact")


def companies() -> pa.Table:
    """Columns `account` and `company`, as `persons`."""
    return _clusters("people_account", "company", "account")


def numbers(entity: str) -> Iterator[list[tuple[int, str]]]:
    """Number and reference of every contact or account, in pieces, in the order of the numbers."""
    sql = f"SELECT id, reference FROM people_{entity} WHERE id > %s ORDER BY id LIMIT %s"  # noqa: S608
    last = 0
    while found := rows(sql, (last, _AT_ONCE)):
        last = int(found[-1][0])
        yield found


def last_numbers() -> tuple[int, int]:
    """The greatest number of a contact, and that of an account: each new record has a greater one."""
    asked = (f"SELECT coalesce(max(id), 0) FROM people_{each}" for each in ("contact", "account"))  # noqa: S608
    contact, account = (int(rows(sql)[0][0]) for sql in asked)
    return contact, account


def last_import() -> str | None:
    """The last import, where it can be taken back as far as people go; None where there is none."""
    found = rows("SELECT batch FROM people_import WHERE undone_at IS NULL")
    return str(found[0][0]) if found else None


def contact_names() -> pa.Table:
    """All that is private of contacts: `reference`, and the texts as their source has them."""
    return _texts("people_contact", CONTACT_TEXTS)


def account_names() -> pa.Table:
    """All that is private of accounts: `reference`, and the texts as their source has them."""
    return _texts("people_account", ACCOUNT_TEXTS)


def user_names() -> pa.Table:
    """Names and addresses of those who work for us, by `reference`."""
    return _texts("people_user", USER_TEXTS)


def notes(kind: str, references: Iterable[str]) -> dict[tuple[str, str], str]:
    """Private texts of facts of a kind, by reference and field."""
    sql = "SELECT reference, field, text FROM people_note WHERE reference AMONG AND kind = %s"
    return {
        (reference, field): text for reference, field, text in rows_among(sql, references, kind)
    }


def find(
    *, email: str | None = None, phone: str | None = None, country: str | None = None
) -> tuple[str, ...]:
    """The persons known by this address or this number: references of those who stand for them.

    `country` is that of a number without its own. A role mailbox, or a key that is shared by too
    many, may find several.
    """
    keys = [(KeyKind.EMAIL, email_key(email)), (KeyKind.PHONE, phone_key(phone, country))]
    wanted = {(kind.value, value) for kind, value in keys if value}
    found = rows_among(
        "SELECT DISTINCT i.kind, i.value, stands.reference FROM people_identifier i "
        "JOIN people_contact known ON known.id = i.record "
        "JOIN people_contact stands ON stands.id = known.person WHERE i.value AMONG",
        [value for _, value in wanted],
    )
    return tuple(sorted({row[2] for row in found if row[:2] in wanted}))


def explain(who: str) -> Explanation:
    """Why these records are one person, or one company.

    Args:
        who: A reference, an e-mail address, a telephone number with its country code, a name, or the
            domain of a company.

    Raises:
        InvalidInput: `people.unknown`, or `people.several` if several persons are meant; it names
            some of them.
    """
    return explaining.explain(who)


def proposals(limit: int = 100) -> list[Proposal]:
    """What the linkage leaves to a person, the surest first."""
    found = rows(
        "SELECT p.id, l.reference, r.reference, p.probability, p.explanation, p.at "
        "FROM people_proposal p JOIN people_contact l ON l.id = p.one "
        "JOIN people_contact r ON r.id = p.other "
        "WHERE p.decision IS NULL AND l.person <> r.person "
        "ORDER BY p.probability DESC, p.id LIMIT %s",
        (limit,),
    )
    return [
        Proposal(number, one, other, probability, explanation, instant(at))
        for number, one, other, probability, explanation, at in found
    ]


def unmatched(limit: int = 100) -> list[Unmatched]:
    """The queue of persons without a company."""
    found = rows(
        "SELECT reference, reason, candidates FROM people_employer WHERE account = '' "
        "ORDER BY person LIMIT %s",
        (limit,),
    )
    return [Unmatched(*row) for row in found]


def decisions(*, before: int | None = None, limit: int = 25) -> list[Decision]:
    """What was decided on who is who, the latest first, with the names of the records.

    Args:
        before: Only decisions with a smaller number: the next page.
        limit: How many at most.
    """
    return decided.decisions(before=before, limit=limit)


def look_for_people(
    text: str, *, country: str = "", after: Place | None = None, limit: int = 50
) -> Found:
    """The persons whose name or address begins as somebody types it, a page at a time.

    Case and accents do not matter, and the family name may come first or last. Records that one
    person shows again on a later page are not left out there.
    """
    return looking.people(text, country=country, after=after, limit=limit)


def look_for_companies(
    text: str, *, country: str = "", after: Place | None = None, limit: int = 50
) -> Found:
    """The companies whose name or domain begins as somebody types it, a page at a time."""
    return looking.companies(text, country=country, after=after, limit=limit)


def merged_people(*, after: int = 0, limit: int = 50) -> Found:
    """The persons who are several records, by their numbers."""
    return looking.merged(after=after, limit=limit)


def unmatched_people(*, after: int = 0, limit: int = 50) -> Found:
    """The persons of whom no company is known, by their numbers."""
    return looking.unmatched(after=after, limit=limit)


def people_called(numbers: Iterable[int]) -> dict[int, Called]:
    """Names of persons by their numbers; one that stands for nobody any more has none."""
    return looking.people_called(numbers)


def companies_called(numbers: Iterable[int]) -> dict[int, Called]:
    """Names of companies by their numbers; as `people_called`."""
    return looking.companies_called(numbers)


def decisions_on(numbers: Iterable[int]) -> list[Decision]:
    """What was decided on these records, the latest first."""
    return decided.decisions_on(numbers)


def stands_for(entity: str, number: int) -> int | None:
    """The number of the record that stands for this one; None if there is no such record."""
    return looking.stands_for(entity, number)


def records(entity: str, number: int) -> list[Record]:
    """All records of a person (`contact`) or a company (`account`), the one first that stands for it."""
    return looking.records(entity, number)


def users_called(references: Iterable[str]) -> dict[str, str]:
    """Names of those who work for us."""
    return looking.users_called(references)


def waiting_proposals(numbers: Iterable[int]) -> int:
    """How many pairs with one of these persons wait for somebody to say whether they are one."""
    return looking.waiting_proposals(numbers)


def named_by_reference(entity: str, references: Iterable[str]) -> dict[str, Named]:
    """Contacts or accounts, and what a person reads as their names, by reference."""
    table = {"contact": "people_contact", "account": "people_account"}[entity]
    sql = f"SELECT id FROM {table} WHERE reference AMONG"  # noqa: S608
    numbers = [number for (number,) in rows_among(sql, references)]
    return {each.reference: each for each in decided.named(entity, numbers)}


_COUNTED = {
    "contacts": "SELECT count(*) FROM people_contact",
    "persons": "SELECT count(*) FROM people_contact WHERE person = id",
    "accounts": "SELECT count(*) FROM people_account",
    "companies": "SELECT count(*) FROM people_account WHERE company = id",
    "proposals": "SELECT count(*) FROM people_proposal p "
    "JOIN people_contact l ON l.id = p.one JOIN people_contact r ON r.id = p.other "
    "WHERE p.decision IS NULL AND l.person <> r.person",
    "unmatched": "SELECT count(*) FROM people_employer WHERE account = ''",
}


def counts() -> dict[str, int]:
    """Contact records, persons, account records, companies, open proposals, unmatched persons."""
    return {name: count(name) for name in _COUNTED}


def count(name: str) -> int:
    """One of `counts`: among a million people each takes its time."""
    return int(rows(_COUNTED[name])[0][0])


def _identities(entity: str, after: int) -> pa.Table:
    found = rows(
        "SELECT sequence, record, same_as, rule, at FROM people_identity "
        "WHERE entity = %s AND sequence > %s ORDER BY sequence",
        (entity, after),
    )
    return _table(("sequence", f"{entity}_id", f"same_as_{entity}_id", "rule", "at"), found)


def _table(names: Sequence[str], found: Sequence[Sequence[Any]]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415

    types = {"sequence": pa.int64(), "at": pa.timestamp("us", "UTC")}
    columns = list(zip(*found, strict=True)) or [()] * len(names)
    if "at" in names:
        at = names.index("at")
        columns[at] = tuple(map(instant, columns[at]))
    arrays = [
        pa.array(column, types.get(name, pa.string()))
        for name, column in zip(names, columns, strict=True)
    ]
    return pa.table(dict(zip(names, arrays, strict=True)))


def _clusters(table: str, stand_in: str, name: str) -> pa.Table:
    found = rows(
        f"SELECT known.reference, stands.reference FROM {table} known "  # noqa: S608
        f"JOIN {table} stands ON stands.id = known.{stand_in} ORDER BY known.reference"
    )
    return _table((name, stand_in), found)


def _texts(table: str, columns: Sequence[str]) -> pa.Table:
    names = ("reference", *columns)
    return _table(names, rows(f"SELECT {', '.join(names)} FROM {table} ORDER BY reference"))  # noqa: S608
