"""Which rows are in force, and who stands for whom: the same on every engine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from revloop import engine
from revloop.engine.columns import arrow_schema
from revloop.facts.kinds import KINDS

from ..staging import Company, on, touch
from .conftest import Open

# Ibis' way to Spark goes through pandas, and Spark leaves its sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def company(place: Path) -> Company:
    """Touches, some corrected or deleted; people and companies, some of them the same."""
    made = Company(place / "in-force")
    made.append(
        "touch",
        touch("plain", contact_id="crm:ann", account_id="crm:acme", channel="ad"),
        touch("corrected", contact_id="crm:bob", channel="old", updated_at=on(1, 1)),
        touch("outdated", channel="new", updated_at=on(1, 9)),
        touch("without update", channel="b"),
        touch("deleted", contact_id="crm:ann"),
        touch("back again", channel="a"),
        touch("of nobody"),
        at=on(2, 1),
    )
    made.append(
        "touch",
        touch("corrected", contact_id="crm:bob", channel="new", updated_at=on(2, 9)),
        touch("outdated", channel="old", updated_at=on(1, 8)),
        touch("without update", channel="a"),
        touch("deleted", contact_id="crm:ann", is_deleted=True),
        touch("back again", channel="a", is_deleted=True),
        touch("late", contact_id="crm:eve", channel="ad"),
        at=on(3, 1),
    )
    made.append("touch", touch("back again", channel="c"), at=on(4, 1))
    made.append(
        "contact",
        {"source_id": "ann", "at": on(1, 1), "account_id": "crm:acme-berlin", "title": "CFO"},
        {"source_id": "bob", "at": on(1, 1), "account_id": None, "title": "CTO"},
        {"source_id": "eve", "at": on(1, 1), "account_id": None, "title": "CEO"},
        at=on(2, 1),
    )
    made.append(
        "inquiry",
        {"source_id": "1", "at": on(1, 5), "contact_id": "crm:bob", "account_id": None},
        {"source_id": "2", "at": on(1, 5), "contact_id": "crm:bob", "account_id": "crm:own"},
        {"source_id": "3", "at": on(1, 5), "contact_id": None, "account_id": None},
        at=on(2, 1),
    )
    made.append(
        "contact_identity",
        same("contact", 1, "bob", "bobby", 1),
        same("contact", 2, "bobby", "robert", 2),
        # A circle: the first by its reference stands for all three.
        same("contact", 3, "eve", "yve", 1),
        same("contact", 4, "yve", "yves", 1),
        same("contact", 5, "yves", "eve", 1),
        same("contact", 6, "ann", "eve", 1),
        same("contact", 7, "ann", "ann", 2),
        at=on(2, 1),
    )
    made.append("contact_identity", same("contact", 8, "bob", "bob", 5), at=on(5, 1))
    made.append("account_identity", same("account", 1, "acme-berlin", "acme", 1), at=on(2, 1))
    made.append(
        "contact_account",
        {"source_id": "1", "at": on(1, 6), "contact_id": "crm:bob", "account_id": "crm:x"},
        {
            "source_id": "2",
            "at": on(1, 7),
            "contact_id": "crm:bobby",
            "account_id": "crm:acme-berlin",
        },
        {"source_id": "3", "at": on(1, 7), "contact_id": "crm:yve", "account_id": "crm:x"},
        {"source_id": "4", "at": on(1, 8), "contact_id": "crm:eve", "account_id": None},
        at=on(2, 1),
    )
    return made


def same(kind: str, number: int, record: str, stands: str, day: int) -> dict[str, Any]:
    return {
        "source_id": str(number),
        "at": on(1, day),
        f"{kind}_id": f"crm:{record}",
        f"same_as_{kind}_id": f"crm:{stands}",
        "rule": "by_hand",
    }


def channels(read: Open, company: Company, as_of: datetime | None) -> dict[str, str | None]:
    facts = read(company, as_of)
    rows = facts.arrow(facts["touch"].select("source_id", "channel")).to_pylist()
    assert len({row["source_id"] for row in rows}) == len(rows)
    return {row["source_id"]: row["channel"] for row in rows}


def test_of_the_versions_of_a_fact_one_is_in_force(read: Open, company: Company) -> None:
    assert channels(read, company, None) == {
        "plain": "ad",
        "corrected": "new",
        "outdated": "new",
        "without update": "a",
        "back again": "c",
        "of nobody": None,
        "late": "ad",
    }


def test_only_what_was_recorded_by_then_is_known(read: Open, company: Company) -> None:
    first = {
        "plain": "ad",
        "corrected": "old",
        "outdated": "new",
        "without update": "b",
        "deleted": None,
        "back again": "a",
        "of nobody": None,
    }

    assert channels(read, company, on(1, 31)) == {}
    assert channels(read, company, on(2, 1)) == first
    assert channels(read, company, on(2, 28, 23)) == first
    in_march = channels(read, company, on(3, 1))
    assert "deleted" not in in_march
    assert "back again" not in in_march
    assert in_march["corrected"] == "new"
    assert channels(read, company, on(4, 1))["back again"] == "c"


def test_the_moment_is_the_same_whatever_zone_it_is_written_in(
    read: Open, company: Company
) -> None:
    in_berlin = datetime.fromisoformat("2026-02-01T01:00:00+01:00")
    before = datetime.fromisoformat("2026-02-01T00:59:59.999999+01:00")

    assert len(channels(read, company, in_berlin)) == 7
    assert channels(read, company, before) == {}


def test_the_history_has_every_version_known_by_then(read: Open, company: Company) -> None:
    now, then = read(company), read(company, on(2, 1))

    assert now.arrow(now.history("touch")).num_rows == 14
    assert then.arrow(then.history("touch")).num_rows == 7


def test_a_person_is_named_by_the_record_that_stands_for_them(read: Open, company: Company) -> None:
    """Bob is Bobby is Robert until he is split off again; a circle has an end too."""
    named = people_of_touches(read, company, on(4, 2))

    assert named["plain"] == "crm:ann"
    assert named["corrected"] == "crm:robert"
    assert named["late"] == "crm:eve"
    assert named["of nobody"] is None
    assert people_of_touches(read, company, None)["corrected"] == "crm:bob"


def people_of_touches(
    read: Open, company: Company, as_of: datetime | None
) -> dict[str, str | None]:
    names = company.references("contact")
    facts = read(company, as_of)
    rows = facts.arrow(facts["touch"].select("source_id", "contact_id")).to_pylist()
    return {row["source_id"]: names.get(row["contact_id"]) for row in rows}


def test_a_record_keeps_its_own_key_and_names_its_company_by_the_one_that_stands(
    read: Open, company: Company
) -> None:
    people, companies = company.references("contact"), company.references("account")
    facts = read(company, on(4, 2))
    rows = facts.arrow(facts["contact"].select("contact_id", "account_id")).to_pylist()
    found = {people[row["contact_id"]]: companies.get(row["account_id"]) for row in rows}

    assert found == {
        "crm:ann": "crm:acme",
        # Matched under another of his names, and the match names a branch.
        "crm:bob": "crm:acme",
        # Matched under another of her names, then the match was withdrawn.
        "crm:eve": None,
    }


def test_an_inquiry_without_a_company_is_given_that_of_its_person(
    read: Open, company: Company
) -> None:
    companies = company.references("account")
    facts = read(company, on(4, 2))
    rows = facts.arrow(facts["inquiry"].select("source_id", "account_id")).to_pylist()

    assert {row["source_id"]: companies.get(row["account_id"]) for row in rows} == {
        "1": "crm:acme",
        "2": "crm:own",
        "3": None,
    }


def test_who_is_who_is_told_as_it_was_decided(read: Open, company: Company) -> None:
    facts = read(company)
    kind = "contact_identity"
    rows = facts.arrow(facts[kind].select("contact_id", "same_as_contact_id")).to_pylist()
    names = company.references("contact")

    assert len(rows) == 8
    assert ("crm:bob", "crm:bobby") in {
        (names[row["contact_id"]], names[row["same_as_contact_id"]]) for row in rows
    }


@pytest.mark.parametrize("kind", ["booking", "touch", "user_calendar"])
def test_a_table_has_its_columns_with_and_without_facts(
    read: Open, company: Company, kind: str
) -> None:
    facts = read(company, on(1, 1))

    found = facts.arrow(facts[kind])

    assert found.num_rows == 0
    assert found.column_names == arrow_schema(KINDS[kind]).names
    assert facts[kind].columns == tuple(arrow_schema(KINDS[kind]).names)


def test_references_are_there_for_every_kind(read: Open, company: Company) -> None:
    facts = read(company)
    found = facts.arrow(facts.references("contact")).to_pylist()

    assert {row["id"]: row["reference"] for row in found} == company.references("contact")
    assert facts.arrow(facts.references("product")).num_rows == 0
    assert isinstance(facts, engine.Facts)


def test_an_import_that_was_undone_is_left_out_from_that_moment_on(
    read: Open, tmp_path: Path
) -> None:
    company = Company(tmp_path / "undone")
    company.append(
        "touch", touch("1", channel="a"), touch("2", channel="a"), at=on(1, 1), import_id="kept"
    )
    company.append(
        "touch", touch("1", channel="b"), touch("3", channel="b"), at=on(2, 1), import_id="undone"
    )
    company.undo("undone", at=on(3, 1))
    company.append("touch", touch("3", channel="b"), at=on(4, 1), import_id="anew")

    assert channels(read, company, on(2, 28)) == {"1": "b", "2": "a", "3": "b"}
    assert channels(read, company, on(3, 1)) == {"1": "a", "2": "a"}
    assert channels(read, company, None) == {"1": "a", "2": "a", "3": "b"}
    now = read(company)
    assert now.arrow(now.history("touch")).num_rows == 3
