"""Companies: the list, the search, and the page of one company."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from revloop.kit.folder import Folder
from revloop.operations.access.rules import Role

from .story import AT, ago, bring, number, tell, words

PART = {"HX-Request": "true"}


@pytest.fixture
def told(house: Folder, tmp_path: Path) -> Folder:
    tell(house, tmp_path / "facts")
    return house


@pytest.fixture
def client(signed_in: Callable[[Role], Client]) -> Client:
    return signed_in(Role.SALES)


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return words(answer.content.decode())


def test_an_empty_workspace_says_what_to_do(house: Folder, client: Client) -> None:
    said = read(client, "/companies/")

    assert "No company is here yet. Bring in the exports of your CRM" in said
    assert " 0 " not in said


def test_before_publishing_companies_are_listed_and_nothing_is_made_up(
    told: Folder, client: Client
) -> None:
    (told.published / "CURRENT").unlink()
    said = read(client, "/companies/")

    assert "2 companies." in said
    assert "Acme Works acme.example DE not published yet" in said
    assert "revloop publish" in said
    one = read(client, f"/companies/{number('account', 'acme')}/")
    assert "Its timeline is not made yet." in one
    assert "Sam Ortiz" not in one


def test_companies_with_the_latest_news_come_first(told: Folder, client: Client) -> None:
    said = read(client, "/companies/")

    assert "2 companies, those with the latest news first." in said
    assert said.index("Acme Works") < said.index("Bolt")
    assert "Acme Works acme.example DE 2 6 6 1 1 Mar 2026" in said
    assert "As of 5 Mar 2026" in said


FILTERED = {
    "?q=ACME": ["Acme Works"],
    "?q=acme.ex": ["Acme Works"],
    "?q=works": [],
    "?country=AT": ["Bolt"],
    "?country=XX": [],
    "?reached=customer": ["Acme Works"],
    "?q=b&country=DE": [],
    "?from=50": [],
    "?from=-1&after=%5B%5D": ["Acme Works", "Bolt"],
    "?from=99999999999999999999&after=%00": ["Acme Works", "Bolt"],
}


def test_companies_are_searched_and_filtered(told: Folder, client: Client) -> None:
    for address, found in FILTERED.items():
        said = read(client, f"/companies/{address}")
        there = [name for name in ("Acme Works", "Bolt") if name in said]

        assert there == found, address


def test_while_somebody_types_only_the_list_comes_anew(told: Folder, client: Client) -> None:
    part = client.get("/companies/?q=ac", headers=PART).content.decode()

    assert part.startswith('<div id="found">')
    assert "1 company whose name or domain begins so." in words(part)
    back = {**PART, "HX-History-Restore-Request": "true"}
    assert "<html" in client.get("/companies/?q=ac", headers=back).content.decode()


def test_a_long_list_goes_on(house: Folder, client: Client, tmp_path: Path) -> None:
    accounts = [
        {"source_id": f"{each:03}", "at": ago(9), "name": f"Firm {each:03}"} for each in range(120)
    ]
    touches = [
        {
            "source_id": f"{each}",
            "at": ago(each + 1),
            "account_id": f"crm:{each:03}",
            "kind": "page_view",
        }
        for each in range(120)
    ]
    bring(house, tmp_path / "facts", {"account": accounts, "touch": touches})
    for start in ("/companies/", "/companies/?q=firm"):
        seen, address = [], start
        while address:
            page = client.get(address).content.decode()
            seen += [f"{each:03}" for each in range(120) if f"Firm {each:03}" in page]
            on = [line for line in page.split("<a ") if 'rel="next"' in line]
            href = on[0].split('href="')[1].split('"')[0].replace("&amp;", "&") if on else ""
            address = f"/companies/{href}" if href else ""

        assert sorted(seen) == [f"{each:03}" for each in range(120)], start


def test_a_company_is_one_timeline_of_all_sides(told: Folder, client: Client) -> None:
    said = read(client, f"/companies/{number('account', 'acme')}/")

    assert "What happened with Acme Works?" in said
    assert (
        "6 events in the last 90 days [of 6 since 29 Jan 2026]: "
        "marketing 2, sales 3, product 1. The last was on 1 Mar 2026." in said
    )
    assert "1 open opportunity, worth 12,345.50 EUR. Won: 5,000 EUR [n 1]." in said
    assert "Sam Ortiz called Ann Smith sales · 1 Mar 2026, 01:00 · voicemail" in said
    assert "was sent an e-mail marketing · 28 Feb 2026, 01:00 · Spring fair" in said
    assert "sent by a machine" in said
    assert said.index("Sam Ortiz called") < said.index("Bob Müller started a trial")
    assert "The opportunity Second order was created" in said
    assert "Ann Smith CFO economic buyer, champion" in said
    assert "owned by Sam Ortiz" in said


def test_what_is_open_is_said(told: Folder, client: Client) -> None:
    acme = read(client, f"/companies/{number('account', 'acme')}/")
    bolt = read(client, f"/companies/{number('account', 'bolt')}/")

    assert "Of 1 open opportunity no economic buyer is known." in acme
    assert "Nobody owns the company." not in acme
    assert "Nobody who works there is known." in bolt
    assert "Nobody owns the company." in bolt
    assert "Nothing is known to have happened." in bolt


def test_a_timeline_is_narrowed_to_a_side_or_a_person(told: Folder, client: Client) -> None:
    acme, bob = number("account", "acme"), number("contact", "bob")
    sales = read(client, f"/companies/{acme}/?side=sales")
    bobs = read(client, f"/companies/{acme}/?person={bob}")

    assert "1 – 3 of 3" in sales
    assert "started a trial" not in sales
    assert "1 – 1 of 1" in bobs
    assert "Only what Bob Müller did." in bobs
    assert "1 – 6 of 6" in read(client, f"/companies/{acme}/?side=none&person=99&from=x")


def test_a_merged_company_leads_to_the_one_that_stands_for_it(told: Folder, client: Client) -> None:
    from revloop.operations.people import actions  # noqa: PLC0415 - Django is loaded by now

    acme, bolt = number("account", "acme"), number("account", "bolt")
    actions.merge("crm:acme", "crm:bolt", actor="test", at=AT, reason="one house")
    answer = client.get(f"/companies/{max(acme, bolt)}/")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/companies/{min(acme, bolt)}/"
    assert "1 – 6 of 6" in read(client, f"/companies/{min(acme, bolt)}/")


def test_a_company_that_is_not_there_is_not_found(house: Folder, client: Client) -> None:
    for wrong in ("0", "999999", "9" * 18, "9" * 30):
        assert client.get(f"/companies/{wrong}/").status_code == 404, wrong
