"""The company of a person: by domain, by a domain above it, by a name, and else the queue."""

from __future__ import annotations

from typing import Any

import pytest

from revloop.kit.folder import Folder
from revloop.operations.people import actions, queries

from .tables import BY, accounts, contacts

ACME = {"reference": "sf:A", "name": "Acme Inc", "domain": "acme.com", "country": "US"}
BOREALIS = {"reference": "sf:B", "name": "Borealis Systems GmbH", "country": "DE"}


def employer(card: dict[str, Any]) -> tuple[str | None, str]:
    """The company to which a contact is matched, and by which rule."""
    contacts({"reference": "web:1", **card})
    actions.match_accounts(**BY)
    found = queries.contact_accounts().to_pylist()
    return (found[-1]["account_id"], found[-1]["rule"]) if found else (None, "")


@pytest.mark.parametrize(
    ("card", "found"),
    [
        ({"email": "ann@acme.com"}, ("sf:A", "exact_domain")),
        ({"email": "ann@gmail.com", "website": "http://www.acme.com"}, ("sf:A", "exact_domain")),
        ({"email": "ann@mail.emea.acme.com"}, ("sf:A", "parent_domain")),
        ({"email": "ann@acme-labs.io"}, ("sf:A", "parent_domain")),
        ({"company_name": "Borealis System", "country": "DE"}, ("sf:B", "fuzzy_name")),
        ({"company_name": "BOREALIS SYSTEMS", "country": "de"}, ("sf:B", "fuzzy_name")),
    ],
)
def test_a_lead_is_matched_to_the_company(
    workspace: Folder, card: dict[str, Any], found: tuple[str, str]
) -> None:
    accounts(ACME, BOREALIS)
    actions.record_parent_domains({"acme-labs.io": "acme.com"})

    assert employer(card) == found


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ({"email": "ann@gmail.com"}, "they name no company"),
        ({"email": "ann@nowhere.example"}, "no company has their domain, and they name none"),
        (
            {"company_name": "Borealis Systems", "country": "US"},
            "no company has their domain or a name like theirs",
        ),
        (
            {"company_name": "Borealis Catering", "country": "DE"},
            "no company has their domain or a name like theirs",
        ),
    ],
)
def test_whoever_cannot_be_matched_waits_in_the_queue_with_the_reason(
    workspace: Folder, card: dict[str, Any], reason: str
) -> None:
    accounts(ACME, BOREALIS)

    assert employer(card) == (None, "")
    assert [(each.contact, each.reason) for each in queries.unmatched()] == [("web:1", reason)]


def test_the_exact_domain_goes_before_the_one_above_and_that_before_a_name(
    workspace: Folder,
) -> None:
    accounts(
        ACME,
        {"reference": "sf:L", "name": "Acme Labs", "domain": "labs.acme.com"},
        {"reference": "sf:N", "name": "Northwind"},
    )

    assert employer({"email": "ann@labs.acme.com", "company_name": "Northwind"}) == (
        "sf:L",
        "exact_domain",
    )
    assert employer({"email": "ann@hr.acme.com", "company_name": "Northwind"}) == (
        "sf:A",
        "parent_domain",
    )


def test_a_free_mail_domain_never_finds_a_company_even_if_one_claims_it(
    workspace: Folder,
) -> None:
    accounts({"reference": "sf:G", "name": "Lone Trader", "domain": "gmail.com"})

    assert employer({"email": "ann@gmail.com"}) == (None, "")


def test_two_companies_with_a_name_like_theirs_are_no_match_and_both_are_named(
    workspace: Folder,
) -> None:
    accounts(
        {"reference": "sf:1", "name": "Borealis Systems GmbH"},
        {"reference": "sf:2", "name": "Borealis Systems AG"},
    )

    assert employer({"company_name": "Borealis Systems"}) == (None, "")
    [waiting] = queries.unmatched()
    assert waiting.candidates == '["sf:1", "sf:2"]'


def test_of_an_owner_and_its_subsidiary_the_one_in_their_country_is_meant(
    workspace: Folder,
) -> None:
    accounts(
        ACME,
        {
            "reference": "sf:S",
            "name": "Acme Nordic",
            "domain": "acme.com",
            "parent": "sf:A",
            "country": "SE",
        },
    )

    assert employer({"email": "ann@acme.com", "country": "SE"}) == ("sf:S", "exact_domain")
    assert employer({"email": "ann@acme.com", "country": "FR"}) == ("sf:A", "exact_domain")


def test_a_company_that_another_of_their_records_names_needs_no_rule(workspace: Folder) -> None:
    accounts(ACME, BOREALIS)
    contacts(
        {"reference": "sf:1", "email": "ann@gmail.com", "account": "sf:B"},
        {"reference": "hub:1", "email": "ann@gmail.com", "company_name": "Acme"},
    )

    actions.match_accounts(**BY)

    assert queries.contact_accounts().to_pylist()[-1]["account_id"] == "sf:B"


def test_a_company_that_comes_later_finds_its_people(workspace: Folder) -> None:
    contacts({"reference": "web:1", "email": "ann@acme.com"})
    assert actions.match_accounts(**BY).unmatched == 1

    accounts(ACME)
    matched = actions.match_accounts(**BY)

    assert (matched.by_rule, matched.unmatched) == ({"exact_domain": 1}, 0)
    assert queries.unmatched() == []


def test_matching_again_writes_nothing(workspace: Folder) -> None:
    accounts(ACME)
    contacts(
        {"reference": "web:1", "email": "ann@acme.com"},
        {"reference": "web:2", "email": "bo@nowhere.example"},
    )
    first = actions.match_accounts(**BY)
    published = queries.contact_accounts().num_rows

    assert actions.match_accounts(**BY) == first
    assert queries.contact_accounts().num_rows == published


def test_one_contact_online_is_matched_as_an_import_matches_it(workspace: Folder) -> None:
    accounts(ACME, BOREALIS)
    cards = [
        {"reference": "form:1", "email": "ann@acme.com"},
        {"reference": "form:2", "email": "bo@eu.acme.com"},
        {"reference": "form:3", "company_name": "Borealis Systems", "country": "DE"},
        {"reference": "form:4", "company_name": "Nowhere"},
    ]

    for card in cards:
        actions.identify(card, **BY)
    online = queries.contact_accounts().to_pylist()
    actions.match_accounts(**BY)

    assert [row["account_id"] for row in online] == ["sf:A", "sf:A", "sf:B"]
    assert queries.contact_accounts().to_pylist() == online
