"""The rail beside every page: the questions, and what every number rests on."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from revloop.kit import clock
from revloop.operations.access.rules import ADMINS, EVERYBODY, Role
from revloop.web.house import house
from revloop.web.routes import signed_in
from revloop.web.shell.standing import Standing, standing


@dataclass(frozen=True, slots=True)
class Entry:
    """A question of the rail."""

    label: str
    route: str
    roles: frozenset[Role] = EVERYBODY

    @property
    def href(self) -> str:
        return reverse(self.route)


QUESTIONS: tuple[Entry, ...] = (
    Entry("This week", "week"),
    Entry("Loop", "loop"),
    Entry("Promises", "promises"),
    Entry("Revenue", "revenue"),
    Entry("Money", "money"),
)
"""What the company asks; each page comes with its part of the product."""
SHARED = (
    Entry("Agreement", "agreement"),
    Entry("Companies", "companies"),
    Entry("People", "people"),
    Entry("Readings", "readings"),
    Entry("Data", "data"),
    Entry("Members", "members", ADMINS),
)


_ON_A_PHONE = 4


@dataclass(frozen=True, slots=True)
class Rail:
    questions: tuple[Entry, ...]
    shared: tuple[Entry, ...]
    here: str
    """The address of the entry that the page belongs to."""
    standing: Standing
    can_leave: bool
    """Whether somebody signed in; whoever looks at the example company did not."""

    @property
    def all(self) -> tuple[Entry, ...]:
        return (*self.questions, *self.shared)

    @property
    def first(self) -> tuple[Entry, ...]:
        """What fits on a phone, beside the button for the rest."""
        return self.all[:_ON_A_PHONE]


def rail(request: HttpRequest) -> Rail:
    role = signed_in(request).role
    questions, shared = (
        tuple(entry for entry in entries if role in entry.roles) for entries in (QUESTIONS, SHARED)
    )
    here = [entry.href for entry in (*questions, *shared) if request.path.startswith(entry.href)]
    served = house(request)
    return Rail(
        questions,
        shared,
        max(here, key=len, default=""),
        standing(served.folder, clock.now()),
        can_leave=not served.is_demo,
    )
