"""People and companies as somebody looks for them: by what they type, a page at a time.

What is typed is the beginning of a name (given or family name first), of an address, or of the name
or the domain of a company. Each of these is a range of an index, read in its order and no further
than a page needs, so a keystroke costs the same among a thousand and among a million.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from revloop.operations.people.rules.emails import email_key
from revloop.operations.people.rules.names import company_name, person_name
from revloop.operations.people.rules.text import clean
from revloop.operations.people.statements import rows, rows_among

COUNTED = 1_000
"""So many are counted one by one; beyond that a page says "more than"."""
_LONGEST = 100
_LAST = "\U0010ffff"
"""No text of ours goes on with it."""


class Place(NamedTuple):
    """Where the next page begins: after this record of this way of looking."""

    way: int
    key: str
    number: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was looked for."""

    numbers: tuple[int, ...]
    """Of the records that stand for the persons or companies, each once."""
    count: int
    """Of records; one more than `COUNTED` if there are more."""
    further: Place | None


@dataclass(frozen=True, slots=True)
class Record:
    """A person or a company as one source knows it."""

    number: int
    reference: str
    name: str
    said: tuple[tuple[str, str], ...]
    """What else the source says: the word for it, and the text. Never empty texts."""

    @property
    def source(self) -> str:
        return self.reference.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Called:
    """A person or a company, by the number of the record that stands for it."""

    number: int
    reference: str
    name: str
    """Never empty: without a name the address, else the reference."""
    also: str
    """The e-mail address, or the domain."""
    title: str
    country: str
    records: int


class _Way(NamedTuple):
    """A range of an index."""

    select: str
    """Key, number and stand-in of each record, up to its WHERE."""
    column: str
    number: str
    begins: str
    also: str = ""
    """What must hold, too."""
    values: tuple[Any, ...] = ()


def people(text: str, *, country: str = "", after: Place | None = None, limit: int = 50) -> Found:
    """See `queries.look_for_people`."""
    return _page(list(_ways_to_people(clean(text)[:_LONGEST], country)), after, limit)


def companies(
    text: str, *, country: str = "", after: Place | None = None, limit: int = 50
) -> Found:
    """See `queries.look_for_companies`."""
    return _page(list(_ways_to_companies(clean(text)[:_LONGEST], country)), after, limit)


def merged(*, after: int = 0, limit: int = 50) -> Found:
    """See `queries.merged_people`."""
    return _numbered(
        "SELECT DISTINCT person FROM people_contact WHERE NOT (person = id)", after, limit
    )


def unmatched(*, after: int = 0, limit: int = 50) -> Found:
    """See `queries.unmatched_people`."""
    return _numbered("SELECT person FROM people_employer WHERE account = ''", after, limit)


def people_called(numbers: Iterable[int]) -> dict[int, Called]:
    """See `queries.people_called`."""
    found = rows_among(
        "SELECT person, id, reference, name, first_name, last_name, email, title, country "
        "FROM people_contact WHERE person AMONG",
        numbers,
    )
    return _called(
        (person, number, reference, clean(name) or clean(f"{first} {last}"), *rest)
        for person, number, reference, name, first, last, *rest in found
    )


def companies_called(numbers: Iterable[int]) -> dict[int, Called]:
    """See `queries.companies_called`."""
    return _called(
        rows_among(
            "SELECT company, id, reference, name, domain, '', country FROM people_account "
            "WHERE company AMONG",
            numbers,
        )
    )


def stands_for(entity: str, number: int) -> int | None:
    """See `queries.stands_for`."""
    stand_in = {"contact": "person", "account": "company"}[entity]
    found = rows(f"SELECT {stand_in} FROM people_{entity} WHERE id = %s", (number,))  # noqa: S608
    return int(found[0][0]) if found else None


_SAID = {
    "contact": (
        "email",
        "other_emails",
        "phone",
        "mobile",
        "title",
        "company_name",
        "website",
        "country",
        "consent_email",
        "consent_phone",
        "consent_ads",
    ),
    "account": ("domain", "website", "phone", "country"),
}


def records(entity: str, number: int) -> list[Record]:
    """See `queries.records`."""
    stand_in = {"contact": "person", "account": "company"}[entity]
    name = {"contact": "name, first_name, last_name", "account": "name, '', ''"}[entity]
    found = rows(
        f"SELECT id, reference, {name}, {', '.join(_SAID[entity])} FROM people_{entity} "  # noqa: S608
        f"WHERE {stand_in} = %s ORDER BY id <> {stand_in}, id",
        (number,),
    )
    return [
        Record(
            own,
            reference,
            clean(whole) or clean(f"{first} {last}"),
            tuple(
                (word, text)
                for word, said in zip(_SAID[entity], rest, strict=True)
                if (text := clean(said))
            ),
        )
        for own, reference, whole, first, last, *rest in found
    ]


def users_called(references: Iterable[str]) -> dict[str, str]:
    """See `queries.users_called`."""
    sql = "SELECT reference, name, first_name, last_name, email FROM people_user WHERE reference AMONG"
    return {
        reference: clean(name) or clean(f"{first} {last}") or clean(email) or reference
        for reference, name, first, last, email in rows_among(sql, references)
    }


def waiting_proposals(numbers: Iterable[int]) -> int:
    """See `queries.waiting_proposals`."""
    listed = list(numbers)
    found: set[int] = set()
    for column in ("one", "other"):
        sql = (
            "SELECT p.id FROM people_contact c "  # noqa: S608
            f"JOIN people_proposal p ON p.{column} = c.id "
            "JOIN people_contact l ON l.id = p.one JOIN people_contact r ON r.id = p.other "
            "WHERE p.decision IS NULL AND l.person <> r.person AND c.person AMONG"
        )
        found |= {number for (number,) in rows_among(sql, listed)}
    return len(found)


def _called(found: Iterable[Sequence[Any]]) -> dict[int, Called]:
    """What the record says that stands for the others; where it says nothing, one of the others."""
    together: dict[int, list[Sequence[Any]]] = {}
    for row in found:
        together.setdefault(row[0], []).append(row)
    called = {}
    for number, records in together.items():
        records.sort(key=lambda row: (row[1] != row[0], row[1]))
        name, also, title, country = (
            next((text for row in records if (text := clean(row[place]))), "")
            for place in (3, 4, 5, 6)
        )
        reference = str(records[0][2])
        called[number] = Called(
            number, reference, name or also or reference, also, title, country, len(records)
        )
    return called


def _ways_to_people(text: str, country: str) -> Iterator[_Way]:
    where, values = (" AND country = %s", (country,)) if country else ("", ())
    begins = "" if "@" in text else person_name("", "", text)
    if begins or not text:
        for column in ("family_key", "name_key"):
            select = f"SELECT {column}, id, person FROM people_contact WHERE "  # noqa: S608
            yield _Way(select, column, "id", begins, where, values)
            # Whom one way has shown the next one leaves out.
            where, values = where + f" AND NOT ({_within(column)})", (*values, *_range(begins))
            if not text:
                return
    if text and " " not in text:
        yield _Way(
            "SELECT value, record, person FROM people_identifier "
            "JOIN people_contact c ON c.id = record WHERE kind = 'email' AND ",
            "value",
            "record",
            email_key(text) or text.casefold(),
            where,
            values,
        )


def _ways_to_companies(text: str, country: str) -> Iterator[_Way]:
    where, values = (" AND country = %s", (country,)) if country else ("", ())
    begins = company_name(text)
    if begins or not text:
        select = "SELECT name_key, id, company FROM people_account WHERE "
        yield _Way(select, "name_key", "id", begins, where, values)
        where, values = where + f" AND NOT ({_within('name_key')})", (*values, *_range(begins))
    if text and " " not in text:
        select = "SELECT host, id, company FROM people_account WHERE "
        host = text.casefold().removeprefix("www.")
        yield _Way(select, "host", "id", host, where, values)


def _page(ways: Sequence[_Way], after: Place | None, limit: int) -> Found:
    """The rows of one way after the other, from where the page before ended."""
    numbers: dict[int, None] = {}
    last = None
    for place, way in enumerate(ways):
        if after is not None and place < after.way:
            continue
        here = after if after is not None and after.way == place else None
        for key, number, stand_in in _rows(way, here, limit + 1):
            if len(numbers) == limit and stand_in not in numbers:
                return Found(tuple(numbers), _count(ways), last)
            numbers[stand_in] = None
            last = Place(place, key, number)
    return Found(tuple(numbers), _count(ways), None)


def _rows(way: _Way, after: Place | None, limit: int) -> list[tuple[Any, ...]]:
    low, high = _range(way.begins)
    said, values = f"{way.select}{_within(way.column)}{way.also}", [low, high, *way.values]
    if after is not None:
        values[0] = after.key
        said += f" AND ({way.column} <> %s OR {way.number} > %s)"
        values += [after.key, after.number]
    in_bytes = " USING ~<~" if _is_postgresql() else ""
    said += f" ORDER BY {way.column}{in_bytes}, {way.number} LIMIT %s"
    return rows(said, (*values, limit))


def _count(ways: Sequence[_Way]) -> int:
    counted = 0
    for way in ways:
        said = f"{way.select}{_within(way.column)}{way.also} LIMIT %s"
        values = (*_range(way.begins), *way.values, COUNTED + 1 - counted)
        counted += int(rows(f"SELECT count(*) FROM ({said}) AS counted", values)[0][0])  # noqa: S608
        if counted > COUNTED:
            break
    return counted


def _numbered(select: str, after: int, limit: int) -> Found:
    found = [
        row[0]
        for row in rows(f"{select} AND person > %s ORDER BY person LIMIT %s", (after, limit + 1))
    ]
    ((count,),) = rows(f"SELECT count(*) FROM ({select} LIMIT %s) AS counted", (COUNTED + 1,))  # noqa: S608
    further = Place(0, "", found[limit - 1]) if len(found) > limit else None
    return Found(tuple(found[:limit]), count, further)


def _range(begins: str) -> tuple[str, str]:
    return begins, begins + _LAST


def _within(column: str) -> str:
    """That a text lies in a range, compared by its bytes: the order of a language has no ranges."""
    if _is_postgresql():
        return f"{column} ~>=~ %s AND {column} ~<~ %s"
    return f"{column} >= %s AND {column} < %s"


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"
