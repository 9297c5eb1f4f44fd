"""What both sides agreed, as pages: the text in force, its history, what changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from revloop.example.signed import SIGNED
from revloop.kit.folder import Folder
from revloop.operations.access.rules import Role

from .story import agree


@pytest.fixture
def agreed(house: Folder) -> Folder:
    """A company with the three agreements of the example."""
    agree(house)
    return house


@pytest.fixture
def reader(agreed: Folder, signed_in: Callable[[Role], Client]) -> Client:
    return signed_in(Role.SALES)


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_without_an_agreement_the_page_says_how_to_begin(
    house: Folder, signed_in: Callable[[Role], Client]
) -> None:
    said = text(signed_in(Role.MARKETING), "/agreement/")
    assert "Nothing was agreed yet" in said
    assert "revloop agreement new --from-data" in said


def test_the_text_in_force_says_its_version_its_day_and_who_signed(reader: Client) -> None:
    said = text(reader, "/agreement/")
    assert "Version <b>2.1.0</b> governs since <b>1 Jul 2026</b>" in said
    assert "Maya Ortiz" in said
    assert "Sam Reed" in said
    assert "What we promise each other" in said


def test_an_older_version_is_read_as_it_was_signed(reader: Client) -> None:
    said = text(reader, "/agreement/1.0.0/")
    assert "Version <b>1.0.0</b> governed from" in said
    assert text(reader, "/agreement/9.9.9/", 404)


def test_the_file_is_what_was_adopted_byte_for_byte(reader: Client) -> None:
    answer = reader.get("/agreement/2.0.0/file")
    assert answer.content == SIGNED[1].file.read_bytes()
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_the_history_lists_every_version_the_newest_first(reader: Client) -> None:
    said = text(reader, "/agreement/history/")
    places = [said.index(f'/agreement/{each}/"') for each in ("2.1.0", "2.0.0", "1.0.0")]
    assert places == sorted(places)


def test_two_versions_are_compared_the_gravest_changes_first(reader: Client) -> None:
    said = text(reader, "/agreement/compare/?from=1.0.0&to=2.1.0")
    major, minor = said.index("Major: it changes"), said.index("Minor: it changes")
    assert major < minor
    assert "say the same" in text(reader, "/agreement/compare/?from=2.0.0&to=2.0.0")
    assert text(reader, "/agreement/compare/?from=1.0.0&to=nonsense", 404)


def test_a_text_that_was_changed_behind_our_back_is_not_shown_as_signed(
    agreed: Folder, reader: Client
) -> None:
    file = next(agreed.agreements.glob("*2.1.0*"))
    file.chmod(0o600)
    file.write_bytes(file.read_bytes().replace(b"5 minutes", b"50 minutes"))
    said = text(reader, "/agreement/2.1.0/")
    assert "cannot be used" in said
    assert "What we promise each other" not in said
