"""Who may do what: roles, and what each is for; when a session ends; how long to wait. Pure."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean, one_of


class Role(StrEnum):
    """What somebody is for this company. Each member has one."""

    MARKETING = "marketing"
    SALES = "sales"
    SUCCESS = "success"
    REVOPS = "revops"
    EXECUTIVE = "executive"
    """Sees everything and changes nothing."""
    ADMIN = "admin"


EVERYBODY = frozenset(Role)
"""Whoever is signed in."""
KEEPERS = frozenset({Role.REVOPS, Role.ADMIN})
"""Those who keep the data: import, undo, decide who is who."""
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is signed in, as the rest of the program sees them."""

    id: int
    name: str
    email: str
    role: Role

    @property
    def actor(self) -> str:
        """How the ledger names them: an entry is never erased, so never by name or address."""
        return f"member:{self.id}"


def role(word: str) -> Role:
    """The role of a name.

    Raises:
        InvalidInput: `access.no_role`.
    """
    try:
        return Role(word)
    except ValueError:
        hint = did_you_mean(word, list(Role)) or f"use {one_of(list(Role))}"
        raise InvalidInput("access.no_role", f"{word!r} is no role", hint=hint) from None


# Names and addresses.

_LONGEST_NAME = 120
_LONGEST_EMAIL = 254
_REFERENCE = re.compile(r"[^\s:]{1,60}:\S{1,120}")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]{2,}")


def email(text: str) -> str:
    """An address as it is kept: one member has one, whatever the case in which it is typed.

    Raises:
        InvalidInput: `access.email`.
    """
    kept = as_typed(text)
    if not kept.isprintable() or len(kept) > _LONGEST_EMAIL or not _EMAIL.fullmatch(kept):
        raise InvalidInput(
            "access.email", "this is not an e-mail address", hint="write one: kim@example.com"
        )
    return kept


def as_typed(text: str) -> str:
    """What somebody typed where an address belongs, in the form in which addresses are compared."""
    return unicodedata.normalize("NFC", text).strip().lower()


def name(text: str) -> str:
    """A name as it is kept.

    Raises:
        InvalidInput: `access.name`.
    """
    kept = " ".join(text.split())
    if not kept or not kept.isprintable() or len(kept) > _LONGEST_NAME:
        raise InvalidInput(
            "access.name",
            "this is not a name",
            hint=f"write one, on one line and of at most {_LONGEST_NAME} characters",
        )
    return kept


def reference(text: str) -> str:
    """Who somebody is in the CRM, as it is kept; empty if they are nobody there.

    Raises:
        InvalidInput: `access.reference`.
    """
    kept = text.strip()
    if kept and not (_REFERENCE.fullmatch(kept) and kept.isprintable()):
        raise InvalidInput(
            "access.reference",
            "this names no user of a CRM",
            hint="write the source and the id there: hubspot:123",
        )
    return kept


# Sessions.

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
LONGEST_OF_ADMINS = timedelta(hours=4)
NOTED_EVERY = timedelta(minutes=1)
"""A session in use is written down no more often: a page that is read costs no write."""


def is_over(began_at: datetime, seen_at: datetime, of: Role, *, at: datetime) -> bool:
    """Whether a session has ended: nobody used it for long, or it is old however busy it was."""
    longest = LONGEST_OF_ADMINS if of in ADMINS else LONGEST
    return at - seen_at >= IDLE or at - began_at >= longest


# How long to wait after wrong passwords.


@dataclass(frozen=True, slots=True)
class Patience:
    """So many failures are free; after each further one the wait doubles, up to the longest."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        over = failures - self.free
        if over < 0:
            return timedelta(0)
        doubled: timedelta = self.first * 2 ** min(over, 30)
        return min(doubled, self.longest)


COUNTED_FOR = timedelta(hours=24)
"""Failures are forgotten, and deleted, after this."""
OF_PAIR = Patience(5, timedelta(seconds=30), timedelta(minutes=15))
"""One account from one place: somebody who forgot, or who guesses."""
OF_PLACE = Patience(50, timedelta(seconds=1), timedelta(minutes=5))
"""One place, whatever the account: one password tried on everybody."""
OF_ACCOUNT = Patience(50, timedelta(seconds=1), timedelta(minutes=1))
"""One account from many places. Never long: otherwise who guesses would lock the owner out."""


@dataclass(frozen=True, slots=True)
class Failures:
    """How often signing in failed, and when last."""

    count: int = 0
    last: datetime | None = None

    def waits_until(self, patience: Patience) -> datetime | None:
        return self.last + patience.wait(self.count) if self.last else None


def waits(
    pair: Failures, place: Failures, account: Failures, *, is_known: bool, at: datetime
) -> timedelta:
    """How long to wait before the next try; nothing where it may be now.

    A browser that this account signed in with before answers for itself alone: whoever guesses from
    elsewhere, be it from behind the same proxy, cannot make its owner wait.
    """
    limits = [(pair, OF_PAIR)]
    if not is_known:
        limits += [(place, OF_PLACE), (account, OF_ACCOUNT)]
    ends = [end for failures, patience in limits if (end := failures.waits_until(patience))]
    return max([end - at for end in ends if end > at], default=timedelta(0))


_OF_ONE_HOUSEHOLD = 64
"""Bits: whoever has one address of version 6 has as many as they like that begin with these."""


def place(address: str) -> str:
    """Where somebody comes from, as failures are counted: an address, or the network of one."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _OF_ONE_HOUSEHOLD), strict=False))
