"""What a person decides on who is who: merged, split, taken back, and never forgotten."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from revloop.kit.errors import InvalidInput
from revloop.kit.folder import Folder
from revloop.operations import database
from revloop.operations.ledger import queries as ledger
from revloop.operations.people import actions, queries
from revloop.operations.people.statements import rows

from ..children import run
from .tables import (
    AT,
    BY,
    accounts,
    companies,
    contacts,
    in_the_lake,
    persons,
    row_hash,
    together,
)

ANN = {"reference": "hub:1", "name": "Ann Smith", "email": "ann@acme.com"}
ANN_AGAIN = {"reference": "sf:1", "name": "A. Smith", "email": "ann@acme.com"}
ANN_AT_HOME = {"reference": "web:1", "name": "Ann Smith", "email": "ann@home.net"}
BEA = {"reference": "hub:2", "name": "Bea Jones", "email": "bea@acme.com"}


def merge(one: str, other: str, reason: str = "she told me") -> actions.Decided:
    return actions.merge(one, other, actor="kim", at=AT, reason=reason)


def split(reference: str, reason: str = "two people") -> actions.Decided:
    return actions.split(reference, actor="kim", at=AT, reason=reason)


def undo(decision: actions.Decided) -> actions.Decided:
    return actions.undo(decision.id, actor="kim", at=AT, reason="a mistake")


def all_rows() -> str:
    """A hash of every record and of every key, with who stands for it."""
    tables = ("people_contact", "people_account", "people_identifier", "people_employer")
    listed = [rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables]  # noqa: S608 - ours
    return hashlib.sha256(json.dumps(listed, default=str).encode()).hexdigest()


def test_a_merge_joins_what_shares_no_key(workspace: Folder) -> None:
    contacts(ANN, ANN_AT_HOME, BEA)

    done = merge("web:1", "hub:1")

    assert done.records == ("hub:1", "web:1")
    assert persons() == together("hub:1 web:1", "hub:2")


def test_a_merge_taken_back_leaves_every_row_as_it_was(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN, ANN_AT_HOME, BEA)
    actions.match_accounts(**BY)
    before = all_rows()

    done = merge("web:1", "sf:1")
    assert all_rows() != before
    undo(done)

    assert all_rows() == before


def test_a_split_taken_back_leaves_every_row_as_it_was(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN, BEA)
    before = all_rows()

    done = split("hub:1")
    assert persons() == together("hub:1", "sf:1", "hub:2")
    undo(done)

    assert all_rows() == before


def test_decisions_taken_back_in_any_order_leave_every_row_as_it_was(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN, ANN_AT_HOME, BEA)
    before = all_rows()

    made = [merge("web:1", "hub:1"), split("sf:1"), merge("sf:1", "hub:2"), split("web:1")]
    for each in (made[1], made[3], made[0], made[2]):
        undo(each)

    assert all_rows() == before


def test_what_a_rule_joined_can_be_taken_back_too(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN)
    [number] = queries.explain("hub:1").decisions

    actions.undo(number, actor="kim", at=AT, reason="father and son")
    contacts(ANN, ANN_AGAIN)

    assert persons() == together("hub:1", "sf:1")


def test_a_split_survives_the_next_import(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN)
    split("sf:1")
    before = row_hash()

    contacts(ANN_AGAIN, ANN, batch="import-2")
    assert row_hash() == before
    contacts(
        {**ANN, "phone": "+12125550123"},
        {**ANN_AGAIN, "phone": "+12125550123", "became": "hub:1"},
        batch="import-3",
    )

    assert persons() == together("hub:1", "sf:1")


def test_a_third_record_with_both_keys_does_not_join_who_was_split(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN)
    split("sf:1")

    contacts({**BEA, "email": "ann@acme.com", "name": "Ann Smith", "became": "sf:1"})

    assert persons() == together("hub:1", "hub:2 sf:1")


def test_whoever_was_held_together_by_the_record_alone_falls_apart(workspace: Folder) -> None:
    contacts(
        {**ANN, "phone": "+12125550123"},
        {"reference": "x:1", "email": "ann@acme.com"},
        {"reference": "x:2", "phone": "+12125550123"},
    )

    done = split("hub:1")

    assert sorted(done.clusters) == [("hub:1",), ("x:1",), ("x:2",)]


def test_a_merge_after_a_split_joins_again(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN, BEA)
    split("sf:1")

    merge("sf:1", "hub:1", "she is one after all")
    contacts(ANN, ANN_AGAIN, BEA)

    assert persons() == together("hub:1 sf:1", "hub:2")


def test_a_circle_of_merges_ends(workspace: Folder) -> None:
    contacts(ANN, ANN_AT_HOME, BEA)
    merge("hub:1", "web:1")
    merge("web:1", "hub:2")

    with pytest.raises(InvalidInput) as refused:
        merge("hub:2", "hub:1")

    assert refused.value.code == "people.one_already"
    assert persons() == together("hub:1 web:1 hub:2")
    contacts(ANN, ANN_AT_HOME, BEA)
    assert persons() == together("hub:1 web:1 hub:2")


def test_companies_are_merged_and_split_likewise(workspace: Folder) -> None:
    accounts(
        {"reference": "sf:A", "name": "Acme", "domain": "acme.com"},
        {"reference": "sf:B", "name": "Acme Labs", "domain": "acmelabs.com"},
    )
    before = all_rows()

    done = merge("sf:A", "sf:B", "bought in May")
    assert companies() == together("sf:A sf:B")
    undo(done)

    assert all_rows() == before


def test_every_decision_stands_in_the_ledger_with_who_made_it(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN, BEA)
    merged = merge("hub:2", "hub:1")
    parted = split("sf:1")
    undone = undo(merged)

    entries = list(ledger.entries())

    assert [(each.kind, each.actor, each.data["decision"]) for each in entries] == [
        ("person.merged", "lee", merged.id - 1),
        ("person.merged", "kim", merged.id),
        ("person.split", "kim", parted.id),
        ("person.undone", "kim", undone.id),
    ]
    assert entries[0].data["rule"] == "email"
    assert entries[1].data["rule"] == "by_hand"


def test_the_ledger_names_nobody(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN, BEA)
    merge("hub:2", "hub:1", "Ann Smith told me")

    written = " ".join(each.data_text for each in ledger.entries())

    assert "Ann" not in written
    assert "acme" not in written


def test_the_lake_hears_of_every_change_in_order(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN, ANN_AT_HOME)
    merged = merge("web:1", "hub:1")
    first = queries.contact_identities()
    split("sf:1")
    undo(merged)

    later = queries.contact_identities(after=first["sequence"][-1].as_py())
    whole = queries.contact_identities()

    assert whole.num_rows == first.num_rows + later.num_rows
    assert in_the_lake(whole, "contact_id", "same_as_contact_id") == {
        row["contact"]: row["person"]
        for row in queries.persons().to_pylist()
        if row["contact"] != row["person"]
    }


@pytest.mark.parametrize(
    ("decide", "code"),
    [
        (lambda: merge("hub:1", "hub:99"), "people.unknown"),
        (lambda: merge("hub:1", "sf:A"), "people.two_kinds"),
        (lambda: merge("hub:1", "sf:1"), "people.one_already"),
        (lambda: split("hub:2"), "people.alone"),
        (lambda: actions.undo(99, **BY, reason=""), "people.no_decision"),
        (lambda: undo(undo(split("sf:1"))), "people.cannot_undo"),
        (lambda: [undo(each) for each in [split("sf:1")] * 2], "people.undone_already"),
        (lambda: actions.answer(7, same=True, **BY, reason=""), "people.no_proposal"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_changes_nothing(
    workspace: Folder, decide: object, code: str
) -> None:
    contacts(ANN, ANN_AGAIN, BEA)
    accounts({"reference": "sf:A", "name": "Acme"})
    before = all_rows()

    with pytest.raises(InvalidInput) as refused:
        decide()  # type: ignore[operator] # a lambda

    assert refused.value.code == code
    assert refused.value.hint
    if code not in {"people.cannot_undo", "people.undone_already"}:
        assert all_rows() == before


def test_a_company_set_by_hand_is_left_alone_and_stands_in_the_ledger(workspace: Folder) -> None:
    accounts(
        {"reference": "sf:A", "name": "Acme", "domain": "acme.com"},
        {"reference": "sf:B", "name": "Borealis"},
    )
    contacts(ANN)
    actions.set_account("hub:1", "sf:B", actor="kim", at=AT, reason="moved in May")

    actions.match_accounts(actor="lee", at=AT + timedelta(days=1))

    assert queries.contact_accounts().to_pylist()[-1]["account_id"] == "sf:B"
    assert [(each.kind, each.actor) for each in ledger.entries()] == [("person.company_set", "kim")]


_MERGE = """
from revloop.operations.people import actions
at = datetime(2026, 3, 2, 9, tzinfo=UTC)
actions.merge("hub:1", "web:1", actor="kim", at=at, reason="she told me")
"""


@pytest.mark.parametrize(
    ("point", "kept"),
    [("people.merge.before_commit", False), ("people.merge.after_commit", True)],
)
def test_a_merge_that_was_killed_is_there_whole_or_not_at_all(
    workspace: Folder, point: str, *, kept: bool
) -> None:
    contacts(ANN, ANN_AT_HOME)
    before = all_rows()

    code, _ = run(_MERGE, workspace.path, killed_at=point)

    assert code != 0
    assert (persons() == together("hub:1 web:1")) is kept
    assert (all_rows() == before) is not kept
    assert len(list(ledger.entries())) == int(kept)
    assert list(database.check()) == []
    if not kept:
        merge("hub:1", "web:1")
        assert persons() == together("hub:1 web:1")
