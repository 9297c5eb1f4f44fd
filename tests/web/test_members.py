"""The page on which admins decide who may come in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from revloop.kit import clock
from revloop.operations.access import actions, queries
from revloop.operations.access.rules import Member, Role
from revloop.operations.ledger import queries as ledger

from ..operations.access.conftest import PASSWORD, quick
from .conftest import SignedIn, browser
from .test_matrix import all_rows

Enter = Callable[[Role], SignedIn]


@pytest.fixture
def admin(enter: Enter) -> SignedIn:
    return enter(Role.ADMIN)


@pytest.fixture
def ann(admin: SignedIn, member_of: Callable[[Role], Member]) -> Member:
    return member_of(Role.SALES)


def link_in(page: str, where: str = "invitation") -> str:
    found = re.search(rf'value="(http://localhost/{where}\?token=[^"]+)"', page)
    assert found
    return found[1]


def test_an_admin_invites_and_who_follows_the_link_is_in(
    admin: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    sent = {"email": "Bo@Acme.example", "role": "success", "reference": "hubspot:7"}
    page = admin.client.post("/members/invite", sent).text
    link = link_in(page)
    assert "bo@acme.example" in page
    assert link.partition("=")[2] not in admin.client.get("/members/").text

    invited = browser()
    invited.post(link.removeprefix("http://localhost"), {"name": "Bo", "password": PASSWORD})

    assert invited.get("/account").status_code == 200
    bo = queries.member("bo@acme.example")
    assert (bo.member.role, bo.reference) == (Role.SUCCESS, "hubspot:7")
    assert [each.actor for each in ledger.entries(kind="member.invited")] == [admin.member.actor]


@pytest.mark.parametrize(
    ("sent", "beside"),
    [
        ({"email": "no address", "role": "sales"}, "email"),
        ({"email": "bo@acme.example", "role": "king"}, "role"),
        ({"email": "bo@acme.example"}, "role"),
        ({}, "role"),
        ({"email": "bo@acme.example", "role": "sales", "reference": "x:\0"}, "reference"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_beside_its_field(
    admin: SignedIn, sent: dict[str, str], beside: str
) -> None:
    before = all_rows()
    answer = admin.client.post("/members/invite", sent)

    assert answer.status_code == 422
    assert f'id="field-{beside}-error"' in answer.text
    assert all_rows() == before


def test_a_withdrawn_invitation_lets_nobody_in(admin: SignedIn) -> None:
    page = admin.client.post("/members/invite", {"email": "bo@acme.example", "role": "sales"}).text
    (invitation,) = queries.invitations(at=clock.now())

    answer = admin.client.post(f"/members/invited/{invitation.id}/withdraw")

    assert answer.status_code == 303
    assert "does not count any more" in admin.client.get(answer.headers["Location"]).text
    assert browser().get(link_in(page).removeprefix("http://localhost")).status_code == 404


def test_an_admin_sets_a_role_disables_and_enables(admin: SignedIn, ann: Member) -> None:
    def listed() -> tuple[str, bool]:
        found = queries.member(ann.email)
        return found.member.role, found.is_active

    for path, sent, expected in (
        ("role", {"role": "revops"}, ("revops", True)),
        ("disable", {}, ("revops", False)),
        ("enable", {}, ("revops", True)),
    ):
        answer = admin.client.post(f"/members/{ann.id}/{path}", sent)
        assert answer.status_code == 303
        assert admin.client.get(answer.headers["Location"]).status_code == 200
        assert listed() == expected
    kinds = [each.kind for each in ledger.entries() if each.subject == ann.actor]
    assert kinds == ["member.created", "member.role_set", "member.disabled", "member.enabled"]


def test_an_admin_makes_a_link_for_a_new_password(
    admin: SignedIn, ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    link = link_in(admin.client.post(f"/members/{ann.id}/password").text, "new-password")
    assert link.partition("=")[2] not in admin.client.get("/members/").text

    followed = browser()
    followed.post(link.removeprefix("http://localhost"), {"password": PASSWORD})

    assert ann.email in followed.get("/account").text
    actions.disable(ann.id, actor="test", at=clock.now())
    refused = admin.client.post(f"/members/{ann.id}/password")
    assert (refused.status_code, "a password would not help" in refused.text) == (422, True)


def test_the_last_admin_is_told_why_not(admin: SignedIn) -> None:
    for path, sent in (("role", {"role": "sales"}), ("disable", {})):
        answer = admin.client.post(f"/members/{admin.member.id}/{path}", sent)
        assert answer.status_code == 422
        assert "This is the last admin" in answer.text
    assert queries.member(admin.member.email).member.role == Role.ADMIN


def test_an_admin_who_gives_up_the_role_sees_the_page_no_longer(
    admin: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    other = actions.Person("Bo", "bo@acme.example", Role.ADMIN)
    actions.create(other, password=PASSWORD, actor="test", at=clock.now())

    answer = admin.client.post(f"/members/{admin.member.id}/role", {"role": "sales"})

    assert answer.status_code == 303
    assert admin.client.get("/members/").status_code == 403


@pytest.mark.parametrize("number", [0, 999, 2**70])
def test_a_member_that_there_is_not_is_not_found(admin: SignedIn, number: int) -> None:
    for path in ("role", "password", "disable", "enable"):
        answer = admin.client.post(f"/members/{number}/{path}", {"role": "sales"})
        assert answer.status_code == 404
    assert admin.client.post(f"/members/invited/{number}/withdraw").status_code == 303


def test_nobody_makes_themselves_an_admin(enter: Enter) -> None:
    enter(Role.ADMIN)
    ann = enter(Role.REVOPS)
    before = all_rows()
    for path in ("role", "enable", "password", "disable"):
        answer = ann.client.post(f"/members/{ann.member.id}/{path}", {"role": "admin"})
        assert answer.status_code == 403
    sent = {"email": "own@acme.example", "role": "admin"}
    assert ann.client.post("/members/invite", sent).status_code == 403
    assert all_rows() == before


def test_a_name_is_shown_as_it_was_written(admin: SignedIn) -> None:
    name = '<script>alert("x")</script>'
    person = actions.Person(name, "x@acme.example", Role.SALES)
    actions.create(person, actor="test", at=clock.now())

    page = admin.client.get("/members/").text

    assert name not in page
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in page


def test_every_field_and_button_of_the_page_has_a_name_of_its_own(
    admin: SignedIn, ann: Member
) -> None:
    page = admin.client.get("/members/").text
    inside = page[page.index("<main") : page.index("</main>")]
    ids = re.findall(r'<(?:input|select)[^>]* id="([^"]+)"', inside)
    names = re.findall(r"<button[^>]*>(.*?)</button>", inside, re.DOTALL)

    assert len(ids) == len(set(ids)) >= 4
    assert all(f'<label for="{each}"' in inside or f'for="{each}"' in inside for each in ids)
    assert len(names) == len(set(names))


def test_members_are_not_seen_by_others(signed_in: Callable[[Role], Client]) -> None:
    signed_in(Role.ADMIN)
    for role in set(Role) - {Role.ADMIN}:
        client = signed_in(role)
        assert client.get("/members/").status_code == 403
        assert 'href="/members/"' not in client.get("/account").text
