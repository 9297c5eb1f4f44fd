"""Surrogate keys: dense, for ever, and the same for the same import."""

from __future__ import annotations

from pathlib import Path

from .staging import Company, on, touch


def test_a_reference_gets_its_key_before_the_fact_that_it_names_arrives(company: Company) -> None:
    company.append("touch", touch("1", contact_id="crm:ann"), touch("2", contact_id="crm:bob"))
    company.append("contact", {"source_id": "bob", "at": on(1, 1), "title": "CFO"})

    (bob,) = company.rows("contact", "contact_id")
    touches = company.rows("touch", "contact_id")

    assert company.references("contact") == {1: "crm:ann", 2: "crm:bob"}
    assert [row["contact_id"] for row in touches] == [1, 2]
    assert bob["contact_id"] == 2


def test_new_keys_go_on_from_the_greatest_in_the_order_of_the_references(company: Company) -> None:
    company.append("touch", touch("1", contact_id="crm:m"))
    company.append("touch", touch("2", contact_id="crm:z"), touch("3", contact_id="crm:a"))

    assert company.references("contact") == {1: "crm:m", 2: "crm:a", 3: "crm:z"}


def test_each_kind_is_counted_on_its_own(company: Company) -> None:
    company.append("touch", touch("1", contact_id="hubspot:1", account_id="hubspot:1"))

    assert company.references("contact") == {1: "hubspot:1"}
    assert company.references("account") == {1: "hubspot:1"}
    assert company.references("campaign") == {}


def test_two_columns_that_name_one_kind_share_its_keys(company: Company) -> None:
    company.append(
        "handoff",
        {
            "source_id": "1",
            "at": on(1, 1),
            "from_user_id": "crm:sdr",
            "to_user_id": "crm:ae",
        },
        {"source_id": "2", "at": on(1, 2), "from_user_id": "crm:ae", "to_user_id": None},
    )

    assert company.rows("handoff", "from_user_id", "to_user_id") == [
        {"from_user_id": 2, "to_user_id": 1},
        {"from_user_id": 1, "to_user_id": None},
    ]


def test_an_entity_may_name_another_of_its_kind(company: Company) -> None:
    company.append(
        "account",
        {"source_id": "child", "at": on(1, 1), "parent_account_id": "crm:parent"},
        {"source_id": "parent", "at": on(1, 1), "parent_account_id": None},
    )

    assert company.rows("account", "source_id", "account_id", "parent_account_id") == [
        {"source_id": "child", "account_id": 1, "parent_account_id": 2},
        {"source_id": "parent", "account_id": 2, "parent_account_id": None},
    ]


def test_the_same_import_gives_the_same_keys(tmp_path: Path) -> None:
    rows = [touch(str(each), contact_id=f"crm:{each * 7919 % 101}") for each in range(101)]
    forwards, backwards = Company(tmp_path / "one"), Company(tmp_path / "other")
    forwards.append("touch", *rows)
    backwards.append("touch", *reversed(rows))

    assert forwards.references("contact") == backwards.references("contact")
    assert sorted(forwards.references("contact")) == list(range(1, 102))


def test_a_row_that_names_its_own_source_is_referred_to_by_it(company: Company) -> None:
    company.append("contact", {"source_id": "1", "at": on(1, 1), "source": "chat"})

    assert company.references("contact") == {1: "chat:1"}
