"""People who share no key: joined where the linkage is sure, proposed where it is not."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from revloop.kit.errors import NotAvailable, RevloopError
from revloop.kit.folder import Folder
from revloop.operations.ledger import queries as ledger
from revloop.operations.people import actions, linkage, linking, queries
from revloop.operations.people.actions import Linked, Pair
from revloop.operations.people.statements import rows

from .duplicates import sample
from .judging import judged
from .tables import AT, BY, contacts, persons, row_hash, together

ANN = {"reference": "hub:1", "name": "Ann Smith", "email": "ann@acme.com"}
ANNIE = {"reference": "sf:1", "name": "Annie Smith", "email": "a.smith@acme.com"}
BEA = {"reference": "hub:2", "name": "Bea Jones", "email": "bea@acme.com"}
needs_splink = pytest.mark.skipif(
    find_spec("splink") is None, reason="Splink is not installed: pip install 'revloop[linkage]'"
)


def record_linkage(probability: float, one: str = "hub:1", other: str = "sf:1") -> Linked:
    first, second = sorted((number(one), number(other)))
    pair = Pair(first, second, probability, "the same company")
    return actions.record_linkage([pair], actor="lee", at=AT, batch="import-1")


def number(reference: str) -> int:
    [(found,)] = rows("SELECT id FROM people_contact WHERE reference = %s", (reference,))
    return int(found)


def test_from_99_in_100_the_linkage_joins_with_an_entry_in_the_ledger(workspace: Folder) -> None:
    contacts(ANN, ANNIE, BEA)

    assert record_linkage(0.99) == Linked(merged=1)

    assert persons() == together("hub:1 sf:1", "hub:2")
    [entry] = ledger.entries()
    assert (entry.kind, entry.actor, entry.data["rule"]) == ("person.merged", "lee", "linkage")
    assert (
        queries.explain("sf:1")
        .sentences[1]
        .startswith("hub:1 and sf:1 are one because their texts are alike: the same company.")
    )


def test_below_it_proposes_and_joins_nobody(workspace: Folder) -> None:
    contacts(ANN, ANNIE, BEA)

    assert record_linkage(0.98) == Linked(proposed=1)

    [proposal] = queries.proposals()
    assert (proposal.one, proposal.other, proposal.probability) == ("hub:1", "sf:1", 0.98)
    assert persons() == together("hub:1", "sf:1", "hub:2")
    assert list(ledger.entries()) == []


def test_what_was_found_before_is_not_found_again(workspace: Folder) -> None:
    contacts(ANN, ANNIE, BEA)
    record_linkage(0.99)
    record_linkage(0.9, "hub:2", "hub:1")
    before = row_hash(), queries.proposals(), len(list(ledger.entries()))

    assert record_linkage(0.99) == Linked()
    assert record_linkage(0.9, "hub:2", "hub:1") == Linked()
    assert (row_hash(), queries.proposals(), len(list(ledger.entries()))) == before


@pytest.mark.parametrize("same", [True, False])
def test_a_person_answers_a_proposal_for_good(workspace: Folder, *, same: bool) -> None:
    contacts(ANN, ANNIE)
    record_linkage(0.9)
    [proposal] = queries.proposals()

    actions.answer(proposal.id, same=same, actor="kim", at=AT, reason="I know her")

    assert queries.proposals() == []
    assert record_linkage(0.999) == Linked()
    assert len(persons()) == (1 if same else 2)
    [entry] = ledger.entries()
    assert (entry.kind, entry.actor) == ("person.merged" if same else "person.split", "kim")


def test_a_proposal_about_two_who_became_one_meanwhile_is_closed(workspace: Folder) -> None:
    contacts(ANN, ANNIE)
    record_linkage(0.9)
    [proposal] = queries.proposals()
    actions.merge("hub:1", "sf:1", actor="kim", at=AT, reason="I know her")

    assert queries.proposals() == []
    assert actions.answer(proposal.id, same=True, actor="kim", at=AT, reason="") is None


def test_whom_a_person_told_apart_the_linkage_never_joins(workspace: Folder) -> None:
    contacts(ANN, {**ANNIE, "email": "ann@acme.com"})
    actions.split("sf:1", actor="kim", at=AT, reason="mother and daughter")

    assert record_linkage(0.9999) == Linked()
    assert persons() == together("hub:1", "sf:1")


def test_what_the_linkage_joined_can_be_taken_back_for_good(workspace: Folder) -> None:
    contacts(ANN, ANNIE)
    before = row_hash()
    record_linkage(0.999)
    [number_] = queries.explain("hub:1").decisions

    actions.undo(number_, actor="kim", at=AT, reason="two people")

    assert row_hash() == before
    assert record_linkage(0.999) == Linked()


def test_two_who_share_a_number_and_nothing_else_are_taken_apart(workspace: Folder) -> None:
    phone = {"phone": "+12125550123"}
    contacts({**ANN, **phone}, {**BEA, **phone})
    pair = Pair(number("hub:1"), number("hub:2"), 0.0, "another given name")

    assert actions.record_linkage([], [pair], **BY) == Linked(parted=1)
    contacts({**ANN, **phone}, {**BEA, **phone})

    assert persons() == together("hub:1", "hub:2")
    assert (
        "they share a number, and the rest speaks against it: another given name."
        in (queries.explain("hub:2").sentences[1])
    )


def test_without_the_extra_it_says_what_was_not_tried(
    workspace: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linkage, "is_available", lambda: False)

    with pytest.raises(NotAvailable) as said:
        linkage.link(**BY)

    assert said.value.code == "people.no_linkage"
    assert "were not compared" in said.value.message
    assert said.value.hint == "pip install 'revloop[linkage]'"


@needs_splink
def test_a_linkage_that_fails_says_so_and_changes_nothing(
    workspace: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts(ANN, ANNIE)
    monkeypatch.setattr(linking, "__name__", "revloop.operations.people.not_there")

    with pytest.raises(RevloopError) as said:
        linkage.link(**BY)

    assert said.value.code == "people.linkage_failed"
    assert "not_there" in said.value.message
    assert persons() == together("hub:1", "sf:1")


@needs_splink
def test_the_linkage_of_nobody_finds_nothing(workspace: Folder) -> None:
    assert linkage.link(**BY) == Linked()


@needs_splink
@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_linkage_finds_most_duplicates_and_hardly_anybody_else(workspace: Folder) -> None:
    """Fewer people than in the benchmark, drawn anew; the bars are those of the benchmark."""
    drawn = sample(10_000, seed=20_260_302)
    actions.record_contacts(drawn.cards, batch="import-1", **BY)
    keys = judged(drawn.person)

    linkage.link(batch="import-1", **BY)
    found = judged(drawn.person)

    assert keys.recall < 0.8
    assert found.precision >= 0.98
    assert found.recall >= 0.95
    before = row_hash(), queries.proposals()
    assert linkage.link(batch="import-2", **BY) == Linked()
    assert (row_hash(), queries.proposals()) == before
