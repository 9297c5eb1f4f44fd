"""Records come in, in any order and any number of tables; persons come out."""

from __future__ import annotations

import random
from typing import Any

import pytest

from revloop.kit.folder import Folder
from revloop.operations.ledger import queries as ledger
from revloop.operations.people import queries
from revloop.operations.people.recording import Recorded

from .tables import contacts, in_the_lake, persons, row_hash, together

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
    chance = random.Random(seed)
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


def _ledger() -> list[Any]:
    return [(entry.kind, entry.subject, entry.data) for entry in ledger.entries()]
