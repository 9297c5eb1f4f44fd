"""A served workspace on each database, and browsers in which somebody is signed in.

`house` serves an empty workspace in this process; `signed_in(Role.SALES)` is a client of a member of
that role, `nobody` one of whoever comes along. All of them send what a page of ours would: to send a
form without its token, ask for `Client(enforce_csrf_checks=True)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client

from revloop.kit import clock, folder
from revloop.kit.folder import Folder
from revloop.operations.access.rules import Member, Role
from revloop.web.server import application

from ..operations.conftest import (  # noqa: F401 - fixtures
    database_kind,
    made_once,
    server,
    workspace,
)


@dataclass(frozen=True)
class SignedIn:
    """A browser, and who sits before it."""

    client: Client
    member: Member


def browser(*, csrf: bool = False) -> Client:
    """One that asks for pages of this machine."""
    return Client(enforce_csrf_checks=csrf, headers={"host": "localhost"})


@pytest.fixture
def house(workspace: Folder) -> Folder:  # noqa: F811 - the fixture
    """A workspace that is served in this process."""
    workspace.settings.unlink()
    folder.create(workspace.path, company="Acme", timezone="Europe/Berlin", currency="EUR")
    application(workspace)
    return workspace


@pytest.fixture
def member_of(house: Folder) -> Callable[[Role], Member]:
    """A new member of a role."""
    from revloop.operations.access import actions  # noqa: PLC0415 - Django is loaded by now

    made: list[Member] = []

    def make(role: Role) -> Member:
        person = actions.Person(f"Kim {len(made)}", f"{role}{len(made)}@acme.example", role)
        made.append(actions.create(person, actor="test", at=clock.now()))
        return made[-1]

    return make


@pytest.fixture
def enter(member_of: Callable[[Role], Member]) -> Callable[[Role], SignedIn]:
    """A new member of a role, signed in."""
    from revloop.operations.access import entering  # noqa: PLC0415 - likewise

    def sign_in(role: Role) -> SignedIn:
        member, client = member_of(role), browser()
        client.cookies[settings.SESSION_COOKIE_NAME] = entering.begin(
            member.id, at=clock.now()
        ).token
        return SignedIn(client, member)

    return sign_in


@pytest.fixture
def signed_in(enter: Callable[[Role], SignedIn]) -> Callable[[Role], Client]:
    """A client in which a new member of a role is signed in."""
    return lambda role: enter(role).client


@pytest.fixture
def nobody(house: Folder) -> Client:
    """A client in which nobody is signed in."""
    return browser()
