"""Why records are one, as a person reads it."""

from __future__ import annotations

import pytest

from revloop.kit.errors import InvalidInput
from revloop.kit.folder import Folder
from revloop.operations.people import actions, queries
from revloop.operations.people.actions import Pair
from revloop.operations.people.statements import rows

from .tables import AT, BY, accounts, contacts

WHEN = "on 2026-03-02 09:00 UTC"
ANN = {"reference": "hub:1", "first_name": "Ann", "last_name": "Smith", "email": "ann@acme.com"}
ANN_AGAIN = {"reference": "sf:1", "name": "A. Smith", "email": "ann@acme.com"}
BEA = {"reference": "hub:2", "name": "Bea Jones", "email": "info@acme.com"}


def explained(who: str) -> list[str]:
    return list(queries.explain(who).sentences)


def test_a_union_names_the_key_who_brought_it_and_when(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN)

    assert explained("sf:1") == [
        "2 records are one person, Ann Smith: hub:1, sf:1.",
        (
            "hub:1 and sf:1 share the e-mail address ann@acme.com, a strong key. "
            f"Joined by lee in import import-1 {WHEN}, decision 1."
        ),
    ]


def test_a_decision_is_told_with_its_reason(workspace: Folder) -> None:
    contacts(ANN, BEA)
    actions.merge("hub:2", "hub:1", actor="kim", at=AT, reason="Bea married.")

    assert explained("hub:2") == [
        "2 records are one person, Ann Smith: hub:1, hub:2.",
        (
            "hub:1 and hub:2 are one because a person said so: Bea married. "
            f"Joined by kim {WHEN}, decision 1."
        ),
        "The e-mail address info@acme.com is a mailbox of several people and joins nobody.",
    ]


def test_those_who_are_kept_apart_are_named_with_the_reason(workspace: Folder) -> None:
    contacts(ANN, ANN_AGAIN, {**BEA, "email": "ann@acme.com"})
    actions.split("hub:2", actor="kim", at=AT, reason="Bea read Ann's mail")
    because = "because a person said so: Bea read Ann's mail."

    assert (
        f"hub:1, sf:1 are kept apart from hub:2 {because} Decided by kim {WHEN}, decision 2."
        in (explained("hub:1"))
    )
    assert explained("hub:2")[1].startswith(f"hub:2 is kept apart from hub:1, sf:1 {because}")


def test_a_merge_that_was_taken_back_is_told_as_such(workspace: Folder) -> None:
    contacts(ANN, BEA)
    done = actions.merge("hub:2", "hub:1", actor="kim", at=AT, reason="she told me")
    actions.undo(done.id, actor="lou", at=AT, reason="somebody else")

    assert explained("hub:2")[1] == (
        f"That hub:2 and hub:1 are one was taken back: somebody else. "
        f"Decided by lou {WHEN}, decision 2."
    )


def test_a_key_that_too_many_share_is_told_to_join_nobody(workspace: Folder) -> None:
    names = ("Ann Lee", "Bo Fox", "Cy Orr", "Di Poe")
    desk = [
        {"reference": f"d:{number}", "name": name, "email": "desk@acme.com"}
        for number, name in enumerate(names)
    ]
    contacts(*desk[:3])
    contacts(*desk[3:], batch="import-2")

    assert explained("d:0") == [
        "d:0, Ann Lee, is a person with no other record.",
        (
            "d:0 is kept apart from d:1, d:2 because desk@acme.com came to be shared by more than "
            f"three differing names. Decided by lee in import import-2 {WHEN}, decision 2."
        ),
        (
            "The e-mail address desk@acme.com is shared by more than three differing names and joins "
            "nobody."
        ),
    ]


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ({"email": "a@acme.com"}, "Works for sf:A, Acme: matched by the domain acme.com."),
        (
            {"email": "a@eu.acme.com"},
            "Works for sf:A, Acme: matched by a domain above theirs, the domain acme.com.",
        ),
        ({"account": "sf:A"}, "Works for sf:A, Acme, as their record says."),
        ({"company_name": "Acme"}, "Works for sf:A, Acme: matched by a name that is 100% alike."),
        (
            {"company_name": "Twin"},
            "Not matched to a company: 2 companies have a name like theirs (sf:T, sf:U).",
        ),
    ],
)
def test_the_company_is_told_with_how_it_was_found(
    workspace: Folder, card: dict[str, str], said: str
) -> None:
    accounts(
        {"reference": "sf:A", "name": "Acme", "domain": "acme.com"},
        {"reference": "sf:T", "name": "Twin"},
        {"reference": "sf:U", "name": "Twin"},
    )
    contacts({"reference": "web:1", **card})
    actions.match_accounts(**BY)

    assert explained("web:1")[-1] == said


def test_a_company_set_by_hand_is_told_with_the_reason(workspace: Folder) -> None:
    accounts({"reference": "sf:A", "name": "Acme"})
    contacts({**ANN, "account": "sf:Z"})
    actions.set_account("hub:1", "sf:A", actor="kim", at=AT, reason="moved in May")

    assert explained("hub:1")[-1] == "Works for sf:A, Acme: a person said so: moved in May."


def test_a_subsidiary_says_whose_it_is(workspace: Folder) -> None:
    accounts(
        {"reference": "sf:A", "name": "Acme", "domain": "acme.com"},
        {"reference": "sf:N", "name": "Acme Nordic", "domain": "acme.com", "parent": "sf:A"},
    )

    assert explained("sf:N") == [
        "sf:N, Acme Nordic, is a company with no other record.",
        "Belongs to sf:A, Acme, as its record says; a domain that both have does not make them one.",
    ]


def test_what_the_linkage_is_not_sure_of_is_told_as_a_question(workspace: Folder) -> None:
    contacts(ANN, BEA)
    one, other = (number for (number,) in rows("SELECT id FROM people_contact ORDER BY id"))
    actions.record_linkage([Pair(one, other, 0.91, "the same title (9 times likelier)")], **BY)
    [proposal] = queries.proposals()

    assert explained("hub:2")[-1] == (
        "hub:1 and hub:2 may be one, at 91%: the same title (9 times likelier). "
        f"A person has to decide, proposal {proposal.id}."
    )


@pytest.mark.parametrize(
    "who", ["sf:1", "ANN+x@acme.com", "+1 212 555 0123", "ann smith", "SMITH, Ann"]
)
def test_a_person_is_found_by_record_address_number_or_name(workspace: Folder, who: str) -> None:
    contacts({**ANN, "phone": "+12125550123"}, ANN_AGAIN)

    assert queries.explain(who).records == ("hub:1", "sf:1")


def test_a_company_is_found_by_name_or_domain(workspace: Folder) -> None:
    accounts({"reference": "sf:A", "name": "Acme Inc", "domain": "acme.com"})

    assert queries.explain("ACME").stands == "sf:A"
    assert queries.explain("https://www.acme.com").stands == "sf:A"


def test_who_is_meant_by_several_or_by_nobody_is_asked_for(workspace: Folder) -> None:
    contacts(ANN, {"reference": "x:9", "name": "Ann Smith"})

    with pytest.raises(InvalidInput, match=r"2 are known as Ann Smith: hub:1, x:9") as several:
        queries.explain("Ann Smith")
    with pytest.raises(InvalidInput, match="nobody is known as Zoe") as nobody:
        queries.explain("Zoe")

    assert (several.value.code, nobody.value.code) == ("people.several", "people.unknown")
