"""Members and invitations, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from revloop import operations
from revloop.kit.errors import InvalidInput
from revloop.kit.folder import Folder
from revloop.operations import database
from revloop.operations.access import actions, entering, queries
from revloop.operations.access.entering import Try
from revloop.operations.access.models import MemberRow, SessionRow, TokenRow
from revloop.operations.access.rules import Member, Role
from revloop.operations.ledger import queries as ledger

from .conftest import NOW, PASSWORD, Make, quick

KEY = b"k" * 32
LATER = NOW + timedelta(minutes=5)
OTHER = "another four words"


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(InvalidInput) as found:
        act()
    assert found.value.code == code


def enter(email: str, password: str = PASSWORD) -> entering.Session:
    return entering.sign_in(Try(email, password, "192.0.2.1"), key=KEY, at=NOW)


def test_an_address_has_one_member_whatever_its_case(make: Make) -> None:
    kim = make("kim")

    assert queries.member("KIM@acme.example").member == kim
    refused("access.taken", lambda: make("Kim"))


@pytest.mark.parametrize(
    "password", ["short", "password1234", "x" * 1_001, "kim@acme.example", "KIM@acme.example"]
)
def test_a_weak_password_is_refused_and_nobody_becomes_a_member(make: Make, password: str) -> None:
    refused("access.weak_password", lambda: make("kim", password=password))
    assert queries.is_empty()


def test_a_password_is_kept_as_a_strong_hash(workspace: Folder) -> None:
    person = actions.Person("Kim", "kim@acme.example", Role.SALES)
    actions.create(person, password=PASSWORD, actor="test", at=NOW)
    way, factor, _, blocks, lanes, _ = MemberRow.objects.get().password.split("$")

    assert (way, int(factor) * int(blocks) * int(lanes)) == ("scrypt", 2**14 * 8 * 5)


def test_a_password_of_letters_of_any_alphabet_and_blanks_is_taken(make: Make) -> None:
    make("kim", password="  пароль из четырёх слов 🦊 ")

    assert enter("kim@acme.example", "  пароль из четырёх слов 🦊 ").member.name == "kim"


def test_a_password_is_the_same_on_another_keyboard(make: Make) -> None:
    make("kim", password="vier W\u00f6rter reichen")

    assert enter("kim@acme.example", "vier Wo\u0308rter reichen").member.name == "kim"


def test_the_last_admin_stays_admin_and_stays_in(make: Make) -> None:
    kim = make("kim", Role.ADMIN)
    make("ann", Role.ADMIN, password="")  # cannot sign in, so does not count

    refused("access.last_admin", lambda: actions.disable(kim.id, actor="test", at=NOW))
    refused(
        "access.last_admin",
        lambda: actions.set_role(kim.id, Role.SALES, actor="test", at=NOW),
    )
    assert queries.member(kim.email).member.role == Role.ADMIN


def test_of_two_admins_who_demote_each_other_at_once_one_stays(make: Make) -> None:
    admins = [make("kim", Role.ADMIN), make("ann", Role.ADMIN)]
    begin = threading.Barrier(2)

    def demote(member: Member) -> None:
        begin.wait()
        with suppress(InvalidInput):
            actions.set_role(member.id, Role.SALES, actor="test", at=NOW)
        operations.disconnect()

    at_once(*(lambda each=each: demote(each) for each in admins))
    assert sum(each.member.role == Role.ADMIN for each in queries.members()) == 1


def test_a_role_holds_from_the_next_request_on(make: Make) -> None:
    make("kim", Role.ADMIN)
    ann = make("ann")
    token = enter(ann.email).token

    actions.set_role(ann.id, Role.REVOPS, actor="test", at=NOW)

    found = entering.whose(token, at=NOW)
    assert found is not None
    assert found.role == Role.REVOPS


def test_disabling_ends_sessions_and_invitations_at_once(make: Make) -> None:
    make("kim", Role.ADMIN)
    ann = make("ann", Role.ADMIN)
    token = enter(ann.email).token
    invited = actions.invite("own@ann.example", Role.ADMIN, by=ann.id, actor=ann.actor, at=NOW)

    actions.disable(ann.id, actor="test", at=NOW)

    assert entering.whose(token, at=NOW) is None
    refused("access.not_let_in", lambda: enter(ann.email))
    refused(
        "access.no_invitation",
        lambda: actions.accept(invited.token, "Own", PASSWORD, at=NOW),
    )
    actions.enable(ann.id, actor="test", at=NOW)
    assert entering.whose(token, at=NOW) is None  # an ended session never comes back
    assert enter(ann.email).member == ann


def test_who_is_no_admin_any_more_invites_nobody(make: Make) -> None:
    make("kim", Role.ADMIN)
    ann = make("ann", Role.ADMIN)
    invited = actions.invite("own@ann.example", Role.ADMIN, by=ann.id, actor=ann.actor, at=NOW)

    actions.set_role(ann.id, Role.SALES, actor="test", at=NOW)

    refused(
        "access.no_invitation",
        lambda: actions.accept(invited.token, "Own", PASSWORD, at=NOW),
    )


def test_another_password_ends_every_session(make: Make) -> None:
    kim = make("kim")
    tokens = [enter(kim.email).token for _ in range(2)]

    actions.change_password(kim.id, PASSWORD, "another four words", key=KEY, at=NOW)

    assert [entering.whose(token, at=NOW) for token in tokens] == [None, None]
    refused("access.not_let_in", lambda: enter(kim.email))
    assert enter(kim.email, "another four words").member == kim


def test_who_found_an_open_session_may_not_guess_the_password(make: Make) -> None:
    kim = make("kim")
    for _ in range(5):
        refused(
            "access.wrong_password",
            lambda: actions.change_password(kim.id, "a guess", "mine now alone", key=KEY, at=NOW),
        )
    with pytest.raises(Exception, match="too often"):
        actions.change_password(kim.id, PASSWORD, "mine now alone", key=KEY, at=NOW)


def test_the_old_password_is_no_new_one(make: Make) -> None:
    kim = make("kim")

    refused(
        "access.same_password",
        lambda: actions.change_password(kim.id, PASSWORD, PASSWORD, key=KEY, at=NOW),
    )


def test_an_invitation_makes_one_member_once(make: Make) -> None:
    kim = make("kim", Role.ADMIN)
    invited = actions.invite("Ann@Acme.example", Role.SALES, by=kim.id, actor=kim.actor, at=NOW)

    ann = actions.accept(invited.token, "Ann", PASSWORD, at=LATER)

    assert (ann.email, ann.role) == ("ann@acme.example", Role.SALES)
    assert enter("ann@acme.example").member == ann
    refused(
        "access.no_invitation",
        lambda: actions.accept(invited.token, "Ann", PASSWORD, at=LATER),
    )


def test_an_invitation_counts_for_a_week_and_the_latest_alone(make: Make) -> None:
    first, second = (
        actions.invite("ann@acme.example", Role.SALES, actor="test", at=NOW) for _ in range(2)
    )
    assert first.id != second.id
    for token, at in ((first.token, NOW), (second.token, NOW + timedelta(days=7)), ("", NOW)):
        refused(
            "access.no_invitation",
            lambda token=token, at=at: actions.accept(token, "Ann", PASSWORD, at=at),  # type: ignore[misc]
        )
    actions.withdraw(second.id, actor="test", at=NOW)
    refused(
        "access.no_invitation",
        lambda: actions.accept(second.token, "Ann", PASSWORD, at=NOW),
    )
    assert queries.members() == ()


def test_an_invitation_that_is_followed_twice_at_once_makes_one_member(make: Make) -> None:
    invited = actions.invite("ann@acme.example", Role.SALES, actor="test", at=NOW)
    begin = threading.Barrier(2)

    def follow() -> None:
        begin.wait()
        with suppress(InvalidInput):
            actions.accept(invited.token, "Ann", PASSWORD, at=NOW)
        operations.disconnect()

    at_once(follow, follow)
    assert len(queries.members()) == 1


def test_a_link_for_a_password_counts_once_and_ends_all_sessions(make: Make) -> None:
    kim, ann = make("kim", Role.ADMIN), make("ann")
    session = entering.begin(ann.id, at=NOW)
    first, link = (
        actions.link_for_password(ann.id, by=kim.id, actor=kim.actor, at=NOW) for _ in range(2)
    )
    assert entering.whose(session.token, at=NOW) == ann
    refused("access.no_link", lambda: actions.choose_password(first.token, OTHER, at=NOW))
    refused("access.weak_password", lambda: actions.choose_password(link.token, "short", at=NOW))

    assert actions.choose_password(link.token, OTHER, at=NOW) == ann

    assert entering.whose(session.token, at=NOW) is None
    assert enter(ann.email, OTHER).member == ann
    refused("access.no_link", lambda: actions.choose_password(link.token, PASSWORD, at=NOW))
    kinds = [(each.kind, each.actor) for each in ledger.entries() if each.subject == ann.actor]
    assert ("member.password_link_made", kim.actor) in kinds
    assert ("member.password_set", ann.actor) in kinds


def test_a_link_for_a_password_ends_with_the_day_the_member_and_the_admin(make: Make) -> None:
    make("kim", Role.ADMIN)
    bo, ann = make("bo", Role.ADMIN), make("ann")

    def link() -> str:
        return actions.link_for_password(ann.id, by=bo.id, actor=bo.actor, at=NOW).token

    late = NOW + actions.NEW_PASSWORD_FOR
    token = link()
    refused("access.no_link", lambda: actions.choose_password(token, OTHER, at=late))
    ends: tuple[Callable[[], object], ...] = (
        lambda: actions.set_password(ann.id, PASSWORD, actor="test", at=NOW),
        lambda: actions.disable(ann.id, actor="test", at=NOW),
        lambda: actions.set_role(bo.id, Role.SALES, actor="test", at=NOW),
    )
    for end in ends:
        made = link()
        end()
        refused("access.no_link", partial(actions.choose_password, made, OTHER, at=NOW))
        actions.enable(ann.id, actor="test", at=NOW)
    actions.disable(ann.id, actor="test", at=NOW)
    refused("access.is_disabled", link)


def test_a_member_is_not_invited(make: Make) -> None:
    make("kim")

    refused(
        "access.taken",
        lambda: actions.invite("kim@acme.example", Role.ADMIN, actor="test", at=NOW),
    )


def test_the_first_admin_comes_by_the_token_of_the_console(
    workspace: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    old, token = actions.setup_token(at=NOW), actions.setup_token(at=NOW)
    assert old
    assert token
    for wrong in ("", "guess", old):
        refused(
            "access.no_invitation",
            lambda wrong=wrong: actions.set_up(  # type: ignore[misc]
                wrong, "Eve", "eve@acme.example", PASSWORD, at=NOW
            ),
        )
    late = NOW + timedelta(hours=24)
    refused(
        "access.no_invitation",
        lambda: actions.set_up(token, "Kim", "kim@acme.example", PASSWORD, at=late),
    )
    kim = actions.set_up(token, "Kim", "kim@acme.example", PASSWORD, at=NOW)
    assert kim.role == Role.ADMIN
    assert actions.setup_token(at=NOW) is None
    refused(
        "access.no_invitation",
        lambda: actions.set_up(token, "Eve", "eve@acme.example", PASSWORD, at=NOW),
    )


def test_a_race_of_two_set_ups_makes_one_admin(
    workspace: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    token = actions.setup_token(at=NOW) or ""
    begin = threading.Barrier(4)

    def set_up(name: str) -> None:
        begin.wait()
        with suppress(InvalidInput):
            actions.set_up(token, name, f"{name}@acme.example", PASSWORD, at=NOW)
        operations.disconnect()

    at_once(*(lambda name=name: set_up(name) for name in ("a", "b", "c", "d")))
    assert [each.member.role for each in queries.members()] == [Role.ADMIN]


def test_a_member_added_by_hand_ends_the_set_up(make: Make) -> None:
    token = actions.setup_token(at=NOW) or ""
    make("kim", Role.ADMIN)

    refused(
        "access.no_invitation",
        lambda: actions.set_up(token, "Eve", "eve@acme.example", PASSWORD, at=NOW),
    )


def test_no_token_stands_in_the_database(make: Make) -> None:
    kim = make("kim")
    opened = {
        actions.invite("ann@acme.example", Role.SALES, actor="test", at=NOW).token,
        entering.begin(kim.id, at=NOW).token,
    }
    kept = {*TokenRow.objects.values_list("digest", flat=True)}
    kept |= {*SessionRow.objects.values_list("digest", flat=True)}

    assert len(kept) == 2
    assert not opened & kept
    assert {actions.digest(token) for token in opened} == kept


def test_everything_is_in_the_ledger_and_nobody_by_name(make: Make) -> None:
    kim, ann = make("kim", Role.ADMIN), make("ann")
    invited = actions.invite("bo@acme.example", Role.SALES, by=kim.id, actor=kim.actor, at=NOW)
    bo = actions.accept(invited.token, "Bo Quist", PASSWORD, at=NOW)
    other = actions.invite("cy@acme.example", Role.SALES, by=kim.id, actor=kim.actor, at=NOW)
    actions.withdraw(other.id, actor=kim.actor, at=NOW)
    actions.set_role(ann.id, Role.REVOPS, actor=kim.actor, at=NOW)
    actions.disable(ann.id, actor=kim.actor, at=NOW)
    actions.enable(ann.id, actor=kim.actor, at=NOW)
    actions.set_password(ann.id, "another four words", actor=kim.actor, at=NOW)
    session = enter(bo.email)
    entering.sign_out(session.token, at=NOW)

    entries = [(each.kind, each.subject, each.actor) for each in ledger.entries()]
    i, o = f"invitation:{invited.id}", f"invitation:{other.id}"
    assert entries == [
        ("member.created", kim.actor, "test"),
        ("member.created", ann.actor, "test"),
        ("member.invited", i, kim.actor),
        ("member.created", bo.actor, bo.actor),
        ("member.invited", o, kim.actor),
        ("member.invitation_withdrawn", o, kim.actor),
        ("member.role_set", ann.actor, kim.actor),
        ("member.disabled", ann.actor, kim.actor),
        ("member.enabled", ann.actor, kim.actor),
        ("member.password_set", ann.actor, kim.actor),
        ("member.signed_in", bo.actor, bo.actor),
        ("member.signed_out", bo.actor, bo.actor),
    ]
    told = "".join(each.data_text for each in ledger.entries())
    assert "@" not in told
    assert "Quist" not in told


def test_what_changes_nothing_is_not_told(make: Make) -> None:
    make("kim", Role.ADMIN)
    ann = make("ann")
    before = ledger.count()

    actions.set_role(ann.id, ann.role, actor="test", at=NOW)
    actions.enable(ann.id, actor="test", at=NOW)
    actions.withdraw(99, actor="test", at=NOW)
    entering.sign_out("unknown", at=NOW)

    assert ledger.count() == before


@pytest.mark.parametrize("number", [0, -1, 999, 2**70])
def test_a_number_that_nobody_has_is_unknown(make: Make, number: int) -> None:
    make("kim", Role.ADMIN)

    refused("access.unknown", lambda: actions.disable(number, actor="test", at=NOW))


def test_a_copy_keeps_the_members_and_nobody_is_signed_in_by_it(
    make: Make, tmp_path: Path, empty_postgresql: str, database_kind: str
) -> None:
    kim = make("kim", Role.ADMIN)
    token = enter(kim.email).token
    database.copy_to(tmp_path / "copy")

    url = empty_postgresql if database_kind == "postgresql" else None
    operations.disconnect()
    operations.connect(Folder(tmp_path / "again"), database_url=url, create=True)
    database.restore_from(tmp_path / "copy")

    assert database.holds(tmp_path / "copy")
    assert queries.member(kim.email).member == kim
    assert entering.whose(token, at=NOW) is None
    assert enter(kim.email).member == kim


def at_once(*acts: Callable[[], None]) -> None:
    """Run them beside each other; an error in one fails the test."""
    failed: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
