"""Members to work with, on either database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher

from revloop.kit.folder import Folder
from revloop.operations.access import actions
from revloop.operations.access.rules import Member, Role

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
PASSWORD = "four words do well"
Make = Callable[..., Member]


@pytest.fixture
def make(workspace: Folder, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make a member: `make("kim", Role.ADMIN)`, with a password that takes no time to hash."""
    quick(monkeypatch)

    def member(name: str, role: Role = Role.SALES, password: str = PASSWORD) -> Member:
        person = actions.Person(name, f"{name}@acme.example", role)
        return actions.create(person, password=password, actor="test", at=NOW)

    return member


def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as ever, and a thousand times as fast; the strength of the hash has a test of its own."""
    monkeypatch.setattr(ScryptPasswordHasher, "work_factor", 2**4)
    monkeypatch.setattr(ScryptPasswordHasher, "parallelism", 1)
