"""People: the list, the search, the page of one person, and taking a merge back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from revloop.kit.folder import Folder
from revloop.operations.access.rules import Role

from .story import number, tell, words


@pytest.fixture
def told(house: Folder, tmp_path: Path) -> Folder:
    tell(house, tmp_path / "facts")
    return house


@pytest.fixture
def keeper(signed_in: Callable[[Role], Client]) -> Client:
    return signed_in(Role.REVOPS)


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return words(answer.content.decode())


def test_an_empty_workspace_says_what_to_do(house: Folder, keeper: Client) -> None:
    assert "Nobody is here yet. Bring in the exports" in read(keeper, "/people/")


def test_people_with_the_latest_news_come_first(told: Folder, keeper: Client) -> None:
    said = read(keeper, "/people/")

    assert "3 people, those with the latest news first." in said
    assert said.index("Eve Stone") < said.index("Ann Smith") < said.index("Bob Müller")
    assert "Ann Smith CFO Acme Works DE 3 1 Mar 2026" in said


FILTERED = {
    "?q=smith+ann": ["Ann"],
    "?q=MULLER": ["Bob"],
    "?q=eve@gm": ["Eve"],
    "?only=unmatched": ["Eve"],
    "?only=merged": ["Ann"],
    "?country=DE": ["Ann"],
    "?reached=opportunity": ["Ann"],
    "?q=zz": [],
}


def test_people_are_searched_and_filtered(told: Folder, keeper: Client) -> None:
    names = {"Ann": "Ann Smith", "Bob": "Bob Müller", "Eve": "Eve Stone"}
    for address, found in FILTERED.items():
        said = read(keeper, f"/people/{address}")

        assert [who for who, name in names.items() if name in said] == found, address


def test_whoever_types_a_company_is_led_to_it(told: Folder, keeper: Client) -> None:
    assert "Companies: Acme Works" in read(keeper, "/people/?q=acme")


def test_before_publishing_people_are_listed_by_name(told: Folder, keeper: Client) -> None:
    (told.published / "CURRENT").unlink()
    said = read(keeper, "/people/")

    assert said.index("Bob Müller") < said.index("Ann Smith") < said.index("Eve Stone")
    assert "Their timeline is not made yet." in read(keeper, f"/people/{number('contact', 'bob')}/")


def test_a_person_is_their_timeline_their_records_and_why_they_are_one(
    told: Folder, keeper: Client
) -> None:
    said = read(keeper, f"/people/{number('contact', 'ann')}/")

    assert "What happened with Ann Smith?" in said
    assert "3 events in the last 90 days [of 3 since 8 Feb 2026]: marketing 2, sales 1" in said
    assert "Ann Smith sent a form marketing · 8 Feb 2026, 01:00 · web" in said
    assert "crm:ann and crm:anna share the e-mail address ann@acme.example" in said
    assert "economic buyer champion First order" in said
    assert "write e-mails denied crm:anna" in said
    assert "call not known" in said


def test_of_somebody_without_a_company_it_is_said(told: Folder, keeper: Client) -> None:
    assert "No company is known." in read(keeper, f"/people/{number('contact', 'eve')}/")


def test_a_merged_record_leads_to_its_person(told: Folder, keeper: Client) -> None:
    answer = keeper.get(f"/people/{number('contact', 'anna')}/")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/people/{number('contact', 'ann')}/"
    assert keeper.get("/people/999999/").status_code == 404


def undo(client: Client, person: int, **said: Any) -> Any:
    return client.post(f"/people/{person}/undo", said)


def test_a_merge_is_taken_back_and_the_worker_is_told(
    told: Folder, enter: Callable[[Role], Any]
) -> None:
    from revloop.operations.ledger import queries as ledger  # noqa: PLC0415 - Django is loaded
    from revloop.operations.people import queries  # noqa: PLC0415 - likewise
    from revloop.operations.queue import queries as queue  # noqa: PLC0415 - likewise

    keeper = enter(Role.REVOPS)
    ann, anna = number("contact", "ann"), number("contact", "anna")
    (decision,) = queries.decisions_on([ann, anna])
    answer = undo(keeper.client, ann, decision=decision.id, reason="mother and daughter")

    assert answer.status_code == 303
    assert "was taken back" in words(keeper.client.get(answer.headers["Location"]).content.decode())
    assert queries.stands_for("contact", anna) == anna
    entry = list(ledger.entries())[-1]
    assert (entry.kind, entry.actor) == ("person.undone", keeper.member.actor)
    assert [job.kind for job in queue.jobs()] == ["publish"]


def test_without_a_reason_nothing_is_taken_back(told: Folder, keeper: Client) -> None:
    from revloop.operations.people import queries  # noqa: PLC0415 - Django is loaded by now

    ann, anna = number("contact", "ann"), number("contact", "anna")
    (decision,) = queries.decisions_on([ann, anna])
    answer = undo(keeper, ann, decision=decision.id, reason=" ")

    assert "Say why" in words(keeper.get(answer.headers["Location"]).content.decode())
    assert queries.stands_for("contact", anna) == ann


def test_only_decisions_on_this_person_are_taken_back(told: Folder, keeper: Client) -> None:
    from revloop.operations.people import queries  # noqa: PLC0415 - Django is loaded by now

    ann, bob = number("contact", "ann"), number("contact", "bob")
    (real,) = queries.decisions_on([ann])
    for decision in ("", "x", "99", "-1", "²"):
        assert undo(keeper, ann, decision=decision, reason="why").status_code == 404, decision
    assert undo(keeper, bob, decision=real.id, reason="why").status_code == 404
    assert undo(keeper, 999_999, decision=real.id, reason="why").status_code == 404


def test_a_company_is_set_by_hand(told: Folder, keeper: Client) -> None:
    from revloop.operations.people import queries  # noqa: PLC0415 - Django is loaded by now

    eve = number("contact", "eve")
    said = {"company": "crm:bolt", "reason": "she told us"}
    answer = keeper.post(f"/people/{eve}/company", said)

    assert answer.headers["Location"] == f"/people/{eve}/"
    assert any("she told us" in each for each in queries.explain("crm:eve").sentences)
    wrong = keeper.post(f"/people/{eve}/company", {"company": "crm:none", "reason": "x"})
    assert "problem=" in wrong.headers["Location"]


def test_those_who_may_not_decide_see_no_form(
    told: Folder, signed_in: Callable[[Role], Client]
) -> None:
    ann = number("contact", "ann")
    page = signed_in(Role.EXECUTIVE).get(f"/people/{ann}/").content.decode()

    assert f"/people/{ann}/undo" not in page
    assert f"/people/{ann}/company" not in page
