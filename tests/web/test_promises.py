"""The page of the promises: what was promised, what was broken, by whom, and since when."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from revloop.kit.folder import Folder
from revloop.operations.access.rules import Role
from revloop.web.promises.views import version_of

from ..analysis.promises import story
from .story import agree, bring, words


@pytest.fixture
def client(signed_in: Callable[[Role], Client]) -> Client:
    return signed_in(Role.SALES)


@pytest.fixture
def told(house: Folder, tmp_path: Path) -> Folder:
    """Six leads of one week, under the agreements of the example."""
    agree(house)
    newest = {"touch": [{"source_id": "last", "at": story.AS_OF, "kind": "page_view"}]}
    bring(
        house, tmp_path / "facts", {**story.facts(), **newest}, at=datetime(2027, 1, 1, tzinfo=UTC)
    )
    return house


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_promise_is_followed_to_its_cases_and_to_who_had_them(
    told: Folder, client: Client
) -> None:
    page = text(client, "/promises/?period=2026-Q3")
    said = words(page)

    assert "judged by agreement 2.1.0" in said
    assert "Within 5 minutes of getting a lead" in said
    assert "broken · goal 90 %, 1 over their time and open 50 % 19–81, n 6" in said
    assert "Sam Ortiz Within 5 minutes" in said
    assert "Month by month" not in said, "one month has no trend"
    assert "Most leads come on Tue from 16 h (Europe/Berlin)" in said
    [address] = set(
        re.findall(
            r'"(/readings/breaches/rows/[^"]*promise=answer_5min[^"]*responsible=[^"]*)"', page
        )
    )
    rows = words(text(client, address.replace("&amp;", "&")))
    assert "1 – 3 of 3" in rows
    assert "Acme" in rows


def test_of_two_versions_in_a_month_the_later_one_is_named() -> None:
    """Not the greater text: the tenth version comes after the ninth."""
    judged = {"a": {"2026-07": {"version": "9.0.0"}}, "b": {"2026-07": {"version": "10.0.0"}}}

    assert version_of("2026-07", judged, ["9.0.0", "10.0.0"]) == "10.0.0"
    assert version_of("2026-08", judged, ["9.0.0", "10.0.0"]) == ""


def test_where_nothing_was_agreed_nothing_is_judged(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    newest = {"touch": [{"source_id": "last", "at": story.AS_OF, "kind": "page_view"}]}
    bring(
        house, tmp_path / "facts", {**story.facts(), **newest}, at=datetime(2027, 1, 1, tzinfo=UTC)
    )

    said = words(text(client, "/promises/?period=2026-Q3"))
    assert "Nothing was agreed in this time." in said
    week = words(text(client, "/week/?period=2026-Q3"))
    assert "Nothing was agreed in this time, so nothing is judged." in week


def test_without_leads_it_says_what_is_needed(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    bring(house, tmp_path / "facts", {"account": story.facts()["account"]})

    said = words(text(client, "/promises/"))
    assert "This cannot be measured yet." in said
    assert "leads, with the time they came in" in said
