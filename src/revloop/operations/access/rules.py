"""Who may do what: roles, and what each is for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
