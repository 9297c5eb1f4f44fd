"""Records come in, in any order and any number of tables; persons come out."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from revloop.kit.errors import InvalidInput
from revloop.kit.folder import Folder
from revloop.operations.ledger import queries as ledger
from revloop.operations.people import actions, queries
from revloop.operations.people.recording import Recorded

from .tables import BY, accounts, companies, contacts, in_the_lake, persons, row_hash, together

ANN = {"reference": "hubspot:1", "first_name": "Ann", "last_name": "Smith", "email": "ann@acme.com"}
ANN_AGAIN = {"reference": "salesforce:00Q1", "name": "A. Smith", "email": "Ann+x@ACME.com "}
BEA = {"reference": "hubspot:2", "name": "Bea Jones", "email": "bea@acme.com"}


def test_a_shared_address_makes_one_person_of_two_sources(workspace: Folder) -> None:
    done = contacts(ANN, ANN_AGAIN, BEA)

    assert done == Recorded(new=3, merged=1)
    assert persons() == together("hubspot:1 salesforce:00Q1", "hubspot:2")


def test_the_same_cards_again_change_nothing(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN, BEA)
    before = row_hash(), len(queries.contact_identities()), _ledger()

    assert contacts(BEA, ANN_AGAIN, ANN) == Recorded(unchanged=3)
    assert (row_hash(), len(queries.contact_identities()), _ledger()) == before


@pytest.mark.parametrize("seed", range(12))
def test_order_and_split_of_the_cards_do_not_matter(workspace: Folder, seed: int) -> None:
    """Shared addresses, shared numbers, names that differ, chains, and a cycle of CRM ids."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, and no secret
    rows = [
        {
            "reference": f"crm:{number}",
            "name": chance.choice(
                ["Ann Smith", "A Smith", "Bo Li", "Cy Orr", "Di Fox", "Ed Poe", ""]
            ),
            "email": chance.choice(["", f"p{number % 5}@acme.com", "desk@acme.com"]),
            "phone": chance.choice(["", f"+1212555010{number % 4}"]),
            "became": chance.choice(["", "", f"crm:{(number * 7 + 1) % 24}"]),
        }
        for number in range(24)
    ]
    contacts(*rows)
    at_once = row_hash()
    lake = in_the_lake(queries.contact_identities(), "contact_id", "same_as_contact_id")
    assert lake == {
        row["contact"]: row["person"]
        for row in queries.persons().to_pylist()
        if row["contact"] != row["person"]
    }

    others = [{**row, "reference": row["reference"].replace("crm", "other")} for row in rows]
    for row in others:
        row["became"] = row["became"].replace("crm", "other")
        row["email"] = row["email"].replace("acme", "other")
        row["phone"] = row["phone"].replace("212", "415")
    chance.shuffle(others)
    while others:
        some = chance.randint(1, 7)
        contacts(*others[:some])
        others = others[some:]
    mirrored = {
        frozenset(each.replace("other", "crm") for each in person)
        for person in persons()
        if next(iter(person)).startswith("other")
    }
    assert mirrored == {person for person in persons() if next(iter(person)).startswith("crm")}
    assert at_once


def test_a_number_and_a_private_address_join_the_records_of_three_systems(
    workspace: Folder,
) -> None:
    contacts(
        {"reference": "a:1", "name": "Ann Smith", "phone": "+1 (212) 555-0123"},
        {"reference": "b:1", "name": "A. Smith", "phone": "212.555.0123", "country": "US"},
        {"reference": "b:2", "name": "Bo Li", "email": "bo.li@gmail.com"},
        {"reference": "c:1", "name": "Bo Li", "email": "boli+work@googlemail.com"},
    )

    assert persons() == together("a:1 b:1", "b:2 c:1")


def test_a_mailbox_of_several_people_and_an_empty_key_join_nobody(workspace: Folder) -> None:
    contacts(
        {"reference": "a:1", "name": "Ann Smith", "email": "info@acme.com"},
        {"reference": "a:2", "name": "Ann Smith", "email": "info@acme.com"},
        {"reference": "a:3", "name": "Ann Smith", "email": "", "phone": "unknown"},
        {"reference": "a:4", "name": "Ann Smith", "email": None, "phone": "000000"},
    )

    assert persons() == together("a:1", "a:2", "a:3", "a:4")


def test_a_key_loses_its_strength_when_a_fourth_differing_name_shares_it(
    workspace: Folder,
) -> None:
    desk = [
        {"reference": f"a:{number}", "name": name, "email": "desk@acme.com"}
        for number, name in enumerate(("Ann Lee", "Bo Fox", "Cy Orr"))
    ]
    contacts(*desk)
    assert persons() == together("a:0 a:1 a:2")

    done = contacts({"reference": "a:3", "name": "Di Poe", "email": "desk@acme.com"})

    assert done == Recorded(new=1, split=1)
    assert persons() == together("a:0", "a:1", "a:2", "a:3")
    assert [kind for kind, *_ in _ledger()] == ["person.merged", "person.split"]


def test_a_key_that_lost_its_strength_stays_weak_for_whoever_comes(workspace: Folder) -> None:
    names = ("Ann Lee", "Bo Fox", "Cy Orr", "Di Poe")
    contacts(
        *(
            {"reference": f"a:{number}", "name": name, "email": "desk@acme.com"}
            for number, name in enumerate(names)
        )
    )

    contacts({"reference": "a:9", "name": "Ann Lee", "email": "desk@acme.com"})

    assert persons() == together("a:0", "a:1", "a:2", "a:3", "a:9")


def test_a_lead_and_the_contact_that_it_became_are_one_person(workspace: Folder) -> None:
    """Whichever comes first, and whatever else they say."""
    contacts({"reference": "sf:00Q1", "name": "Ann Smith", "became": "sf:0031"})
    contacts({"reference": "sf:0031", "name": "Ann Miller", "email": "ann.miller@acme.com"})
    contacts({"reference": "sf:0032", "name": "Bo Li"})
    contacts({"reference": "sf:00Q2", "name": "B", "became": "sf:0032"})

    assert persons() == together("sf:00Q1 sf:0031", "sf:00Q2 sf:0032")


def test_a_circle_of_records_that_became_one_another_is_one_person(workspace: Folder) -> None:
    done = contacts(
        {"reference": "a:1", "became": "a:2"},
        {"reference": "a:2", "became": "a:3"},
        {"reference": "a:3", "became": "a:1"},
        {"reference": "a:4", "became": "a:4"},
    )

    assert done.new == 4
    assert persons() == together("a:1 a:2 a:3", "a:4")


def test_a_changed_address_does_not_tear_a_person_apart(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN)

    contacts({**ANN, "email": "ann@borealis.com"})

    assert persons() == together("hubspot:1 salesforce:00Q1")


def test_an_older_export_does_not_overwrite_a_newer_one(workspace: Folder) -> None:
    new, old = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    contacts({**ANN, "title": "CEO", "updated_at": new})

    contacts({**ANN, "title": "CTO", "email": "ann@old.com", "updated_at": old})

    assert queries.contact_names().to_pylist()[0]["title"] == "CEO"
    assert queries.find(email="ann@old.com") == ("hubspot:1",)


def test_two_systems_that_know_one_domain_know_one_company(workspace: Folder) -> None:
    accounts(
        {"reference": "hubspot:7", "name": "Acme", "website": "https://www.acme.com/about"},
        {"reference": "sf:001A", "name": "Acme Inc.", "domain": "acme.com"},
        {"reference": "sf:001B", "name": "Lone Trader", "domain": "gmail.com"},
        {"reference": "sf:001C", "name": "Other Trader", "domain": "gmail.com"},
    )

    assert companies() == together("hubspot:7 sf:001A", "sf:001B", "sf:001C")


def test_a_subsidiary_with_its_owners_domain_stays_a_company_of_its_own(
    workspace: Folder,
) -> None:
    accounts(
        {"reference": "sf:1", "name": "Acme Inc", "domain": "acme.com"},
        {"reference": "sf:2", "name": "Acme Nordic", "domain": "acme.com", "parent": "sf:1"},
        {"reference": "hub:1", "name": "Acme", "domain": "acme.com"},
        {"reference": "hub:2", "name": "ACME Nordic AB", "domain": "acme.com", "parent": "hub:1"},
        {"reference": "sf:3", "name": "Acme Iberia", "domain": "acme.com", "parent": "sf:1"},
    )

    assert companies() == together("sf:1 hub:1", "sf:2 hub:2", "sf:3")


def test_a_subsidiary_parts_from_the_company_of_its_domain_when_its_owner_comes(
    workspace: Folder,
) -> None:
    accounts(
        {"reference": "sf:2", "name": "Acme Nordic", "domain": "acme.com", "parent": "sf:1"},
        {"reference": "hub:1", "name": "Acme", "domain": "acme.com"},
    )
    assert companies() == together("sf:2 hub:1")

    accounts({"reference": "sf:1", "name": "Acme Inc", "domain": "acme.com"})

    assert companies() == together("sf:1 hub:1", "sf:2")
    assert any(
        "sf:2 is kept apart from hub:1 because their records no longer say" in each
        for each in queries.explain("sf:2").sentences
    )


def test_one_contact_online_is_the_person_whom_the_import_knows(workspace: Folder) -> None:
    contacts(ANN, BEA)

    known = actions.identify({"reference": "form:1", "email": "ANN@acme.com"}, **BY)
    new = actions.identify({"reference": "form:2", "email": "cy@acme.com"}, **BY)
    again = actions.identify({"reference": "form:2", "email": "cy@acme.com"}, **BY)

    assert not known.is_new
    assert known.person == queries.find(email="ann@acme.com")[0]
    assert (new.person, new.is_new) == ("form:2", True)
    assert (again.person, again.is_new, again.number) == ("form:2", False, new.number)
    assert persons() == together("hubspot:1 form:1", "hubspot:2", "form:2")


def test_somebody_known_by_an_address_alone_gives_way_to_a_record(workspace: Folder) -> None:
    contacts({"reference": "email:3f2a", "email": "ann@acme.com"})
    contacts(ANN)

    assert queries.persons().to_pylist() == [
        {"contact": "email:3f2a", "person": "hubspot:1"},
        {"contact": "hubspot:1", "person": "hubspot:1"},
    ]


def test_a_table_without_references_is_refused(workspace: Folder) -> None:
    with pytest.raises(InvalidInput) as refused:
        contacts({"email": "ann@acme.com"})

    assert refused.value.code == "people.no_reference"
    assert persons() == set()


def _ledger() -> list[Any]:
    return [(entry.kind, entry.subject, entry.data) for entry in ledger.entries()]
