"""What sources say of people and companies, row by row, with the keys that it gives."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from revloop.kit.errors import InvalidInput
from revloop.operations.people.rules.domains import is_everybodys, site_host
from revloop.operations.people.rules.emails import email_key, host_of, is_role_mailbox
from revloop.operations.people.rules.matching import name_endings
from revloop.operations.people.rules.names import company_name, family_first, person_name
from revloop.operations.people.rules.phones import phone_key
from revloop.operations.people.rules.resolving import Key, KeyKind
from revloop.operations.people.rules.text import clean

if TYPE_CHECKING:
    import pyarrow as pa

CONTACT_TEXTS = (
    "first_name",
    "last_name",
    "name",
    "email",
    "other_emails",
    "phone",
    "mobile",
    "title",
    "company_name",
    "website",
    "country",
    "account",
    "became",
    "consent_email",
    "consent_phone",
    "consent_ads",
)
ACCOUNT_TEXTS = ("name", "domain", "website", "phone", "country", "parent")
USER_TEXTS = ("name", "first_name", "last_name", "email")

STRONG = ""
"""The weakness of a key that has none."""
ROLE_MAILBOX = "role_mailbox"
SHARED = "shared"
"""By more than three differing names."""

ADDRESS_ONLY = ("email:", "domain:")
"""References of those who are known by an address alone; a record of a source stands before them."""

_BETWEEN_ADDRESSES = re.compile(r"[;,|\s]+")
_BEGINNING_OF_TIME = datetime.min.replace(tzinfo=UTC)


class Found(NamedTuple):
    """A key that a card gives, and why it is weak if it is."""

    key: Key
    weakness: str = STRONG


class Card(NamedTuple):
    """One record of one source, as it stands at one time."""

    reference: str
    texts: tuple[str, ...]
    """In the order of the columns."""
    derived: tuple[str, ...]
    """What is made of them: for a contact its name, hosts, company and name again in their one form."""
    keys: tuple[Found, ...]
    digest: int
    updated_at: datetime | None = None
    has_older: bool = False
    """Some of the keys are those of an older card."""

    @property
    def age(self) -> tuple[datetime, int]:
        return self.updated_at or _BEGINNING_OF_TIME, self.digest


def contact_cards(table: pa.Table) -> Iterator[Card]:
    """One card a row.

    Raises:
        InvalidInput: `people.no_reference`, if the table has no column `reference`.
    """
    for reference, texts, updated_at in _read(table, CONTACT_TEXTS):
        yield contact_card(reference, texts, updated_at)


def contact_card(reference: str, texts: tuple[str, ...], updated_at: datetime | None) -> Card:
    said = dict(zip(CONTACT_TEXTS, texts, strict=True))
    emails = _emails(said["email"], said["other_emails"])
    phones = _phones(said["phone"], said["mobile"], said["country"])
    became = said["became"] if said["became"] != reference else ""
    keys = [Found(Key(KeyKind.EMAIL, each), _weakness(each)) for each in emails]
    keys += [Found(Key(KeyKind.PHONE, each)) for each in phones]
    if became:
        keys.append(Found(Key(KeyKind.CRM_ID, became)))
    hosts = [host for each in emails if not is_everybodys(host := host_of(each))]
    website = site_host(said["website"]) if said["website"] else None
    derived = (
        person_name(said["first_name"], said["last_name"], said["name"]),
        " ".join(dict.fromkeys((*hosts, website))) if website else " ".join(dict.fromkeys(hosts)),
        company_name(said["company_name"]),
        family_first(said["first_name"], said["last_name"], said["name"]),
    )
    return Card(reference, texts, derived, tuple(keys), _digest(texts), updated_at)


def account_cards(table: pa.Table) -> Iterator[Card]:
    for reference, texts, updated_at in _read(table, ACCOUNT_TEXTS):
        said = dict(zip(ACCOUNT_TEXTS, texts, strict=True))
        host = site_host(said["domain"]) or site_host(said["website"]) or ""
        name = company_name(said["name"])
        beginning, ending = name_endings(name) or ("", "")
        keys = (Found(Key(KeyKind.DOMAIN, host)),) if host else ()
        derived = (name, host, beginning, ending)
        yield Card(reference, texts, derived, keys, _digest(texts), updated_at)


def user_cards(table: pa.Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Reference and texts."""
    for reference, texts, _ in _read(table, USER_TEXTS):
        yield reference, texts


def note_texts(table: pa.Table) -> dict[tuple[str, str], tuple[str, str]]:
    """By reference and column: the text, and the reference of the person whom it is about."""
    references, contacts = _texts(table, "reference"), _texts(table, "contact")
    return {
        (reference, column): (text, contact)
        for column in table.column_names
        if column not in {"reference", "contact"}
        for reference, text, contact in zip(
            references, _texts(table, column), contacts, strict=True
        )
        if reference and text
    }


def latest(cards: Iterable[Card]) -> dict[str, Card]:
    """By reference; of several cards of one record the last, with the keys of all of them."""
    found: dict[str, Card] = {}
    for card in cards:
        other = found.get(card.reference)
        if other is None:
            found[card.reference] = card
        elif card.digest != other.digest:
            older, newer = sorted((card, other), key=lambda each: each.age)
            keys = tuple(dict.fromkeys((*newer.keys, *older.keys)))
            found[card.reference] = newer._replace(keys=keys, has_older=True)
    return found


def _read(
    table: pa.Table, columns: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...], datetime | None]]:
    if "reference" not in table.column_names:
        raise InvalidInput(
            "people.no_reference",
            "the table has no column reference",
            hint="give each row the reference of its record, such as hubspot:123",
        )
    rows = table.num_rows
    listed = [_texts(table, column) for column in ("reference", *columns)]
    times: list[Any] = [None] * rows
    if "updated_at" in table.column_names:
        times = table.column("updated_at").to_pylist()
    for row, updated_at in zip(zip(*listed, strict=True), times, strict=True):
        if row[0]:
            yield row[0], row[1:], updated_at


def _texts(table: pa.Table, column: str) -> list[str]:
    if column not in table.column_names:
        return [""] * table.num_rows
    # pyarrow is there, for it made the table.
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    # Numbers and dates are written as they are shown. Nearly all texts are plain, for which a
    # column at once does what `clean` does.
    there: Any = table.column(column).cast(pa.string())
    texts: Any = pc.fill_null(there, "")
    plain = pc.and_(pc.string_is_ascii(texts), pc.ascii_is_printable(texts))
    cleaned: list[str] = pc.ascii_trim_whitespace(texts).to_pylist()
    for place in pc.indices_nonzero(pc.invert(plain)).to_pylist():
        cleaned[place] = clean(texts[place].as_py())
    return cleaned


def _emails(first: str, others: str) -> list[str]:
    if not others:
        key = email_key(first) if first else None
        return [key] if key else []
    written = [first, *_BETWEEN_ADDRESSES.split(others)]
    return list(dict.fromkeys(key for text in written if text and (key := email_key(text))))


def _phones(phone: str, mobile: str, country: str) -> list[str]:
    found = [
        key for text in (phone, mobile) if text and (key := phone_key(text, country)) is not None
    ]
    return list(dict.fromkeys(found)) if len(found) > 1 else found


def _weakness(email: str) -> str:
    return ROLE_MAILBOX if is_role_mailbox(email) else STRONG


def _digest(texts: tuple[str, ...]) -> int:
    text = "\x1f".join(texts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), signed=True)
