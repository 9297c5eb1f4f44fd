"""Signing in, on both databases: who is let in, at what cost, how often, and for how long."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from revloop import operations
from revloop.kit.errors import RevloopError
from revloop.operations.access import actions, entering, tries
from revloop.operations.access.entering import Try
from revloop.operations.access.models import AttemptRow, SessionRow
from revloop.operations.access.rules import Role

from .conftest import NOW, PASSWORD, Make

KEY = b"k" * 32


def attempt(
    email: str = "kim@acme.example",
    password: str = PASSWORD,
    address: str = "192.0.2.1",
    browser: str = "",
    after: timedelta = timedelta(0),
) -> str:
    """The code of what became of it; empty if it went well."""
    try:
        entering.sign_in(Try(email, password, address, browser), key=KEY, at=NOW + after)
    except RevloopError as error:
        return error.code
    return ""


WRONG, WAIT = "access.not_let_in", "access.too_often"


def test_the_right_password_lets_in_whatever_the_case_of_the_address(make: Make) -> None:
    kim = make("kim")

    session = entering.sign_in(Try(" KIM@acme.example", PASSWORD, "::1"), key=KEY, at=NOW)
    assert session.member == kim
    assert entering.whose(session.token, at=NOW) == kim


@pytest.mark.parametrize(
    "email", ["kim@acme.example", "nobody@acme.example", "", "a\0b@c.example", "x" * 10_000]
)
def test_who_may_not_in_gets_the_same_answer_for_the_same_work(
    make: Make, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long it takes would tell who is a member: so hashes are counted, in place of seconds."""
    make("boss", Role.ADMIN)
    make("kim")
    disabled, without = make("dee"), make("pat", password="")
    actions.disable(disabled.id, actor="test", at=NOW)
    hashed: list[str] = []
    encode = ScryptPasswordHasher.encode

    def counted(self: ScryptPasswordHasher, password: str, *rest: object) -> str:
        hashed.append(password)
        return encode(self, password, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(ScryptPasswordHasher, "encode", counted)
    with pytest.raises(RevloopError) as usual:
        entering.sign_in(Try(email, "a wrong password", "192.0.2.1"), key=KEY, at=NOW)
    for other in (disabled.email, without.email):
        with pytest.raises(RevloopError) as refused:
            entering.sign_in(Try(other, "a wrong password", "192.0.2.2"), key=KEY, at=NOW)
        assert str(refused.value) == str(usual.value)
        assert refused.value.hint == usual.value.hint
    assert hashed == ["a wrong password"] * 3


def test_nobody_comes_in_by_an_empty_password(make: Make) -> None:
    make("kim", password="")

    assert attempt(password="") == WRONG


def test_ten_wrong_passwords_lock_the_account_from_there_and_it_passes(make: Make) -> None:
    make("kim")

    assert [attempt(password="wrong") for _ in range(10)] == [WRONG] * 5 + [WAIT] * 5
    assert attempt() == WAIT  # also the right one: or guessing would go on
    assert attempt(address="198.51.100.9") == ""
    assert attempt(after=timedelta(seconds=29)) == WAIT
    assert attempt(after=timedelta(seconds=31)) == ""


def test_an_account_that_nobody_has_is_locked_alike(make: Make) -> None:
    make("kim")

    answers = [attempt("nobody@acme.example", "wrong") for _ in range(6)]
    assert answers == [WRONG] * 5 + [WAIT]


def test_the_wait_is_said_and_grows(make: Make) -> None:
    make("kim")
    said = []
    after = timedelta(0)
    for _ in range(8):
        try:
            entering.sign_in(Try("kim@acme.example", "x", "::1"), key=KEY, at=NOW + after)
        except RevloopError as error:
            if error.code == WAIT:
                said.append((error.hint, error.data["seconds"]))
                after += timedelta(seconds=int(str(error.data["seconds"])))
    assert said == [("try again in 31 seconds", 31), ("try again in 2 minutes", 61)]


def test_one_password_tried_on_a_thousand_accounts_is_stopped(make: Make) -> None:
    make("kim")

    answers = [attempt(f"user{number}@acme.example", "Winter2026!x") for number in range(1_000)]
    assert answers.count(WRONG) == 50
    assert attempt() == WAIT
    assert attempt(after=timedelta(minutes=5)) == ""


def test_guesses_from_a_thousand_places_cannot_lock_the_owner_out(make: Make) -> None:
    make("kim", Role.ADMIN)
    place = (f"10.0.{number // 200}.{number % 200}" for number in range(1_000))
    answers = [attempt(password="wrong", address=next(place)) for _ in range(1_000)]

    assert answers.count(WRONG) == 50
    assert attempt(address="203.0.113.5") == WAIT
    assert attempt(address="203.0.113.5", after=timedelta(seconds=61)) == ""


def test_a_browser_that_is_known_is_let_in_while_others_guess_from_its_own_address(
    make: Make,
) -> None:
    make("kim", Role.ADMIN)
    for minute in range(60):
        attempt(password="wrong", after=timedelta(minutes=minute))

    assert attempt(after=timedelta(minutes=59)) == WAIT
    assert attempt(browser="hers", after=timedelta(minutes=59)) == ""


def test_a_known_browser_may_not_guess_either(make: Make) -> None:
    make("kim")

    answers = [attempt(password="wrong", browser="stolen") for _ in range(7)]
    assert answers == [WRONG] * 5 + [WAIT] * 2


def test_coming_in_forgives_what_failed_before(make: Make) -> None:
    make("kim")
    for _ in range(3):
        assert [attempt(password="wrong") for _ in range(4)] == [WRONG] * 4
        assert attempt() == ""


def test_what_was_typed_is_kept_as_a_keyed_hash_for_a_day(make: Make) -> None:
    make("kim")
    attempt("my secret pass phrase", "wrong")
    (kept,) = AttemptRow.objects.values_list("account", flat=True)
    assert kept == tries.account("my secret pass phrase", KEY)
    assert kept != tries.account("my secret pass phrase", b"another")

    attempt("kim@acme.example", "wrong", after=timedelta(hours=24))

    assert list(AttemptRow.objects.values_list("account", flat=True)) == [
        tries.account("kim@acme.example", KEY)
    ]


def test_a_try_counts_before_the_password_is_looked_at(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tries that run beside each other would else all see the same count."""
    make("kim")
    seen = []
    verify = ScryptPasswordHasher.verify

    def counted(self: ScryptPasswordHasher, password: str, encoded: str) -> bool:
        seen.append(AttemptRow.objects.count())
        return verify(self, password, encoded)

    monkeypatch.setattr(ScryptPasswordHasher, "verify", counted)
    assert attempt() == ""

    assert seen == [1]
    assert not AttemptRow.objects.exists()


def test_a_session_that_is_used_goes_on_and_one_that_is_not_ends(make: Make) -> None:
    kim = make("kim")
    token = entering.begin(kim.id, at=NOW).token
    for minutes in (29, 58, 87):
        assert entering.whose(token, at=NOW + timedelta(minutes=minutes)) == kim
    assert entering.whose(token, at=NOW + timedelta(minutes=117)) is None


@pytest.mark.parametrize(("role", "hours"), [(Role.SALES, 12), (Role.ADMIN, 4)])
def test_however_busy_a_session_ends(make: Make, role: Role, hours: int) -> None:
    kim = make("kim", role)
    token = entering.begin(kim.id, at=NOW).token
    for minutes in range(0, hours * 60, 20):
        assert entering.whose(token, at=NOW + timedelta(minutes=minutes)) == kim
    assert entering.whose(token, at=NOW + timedelta(hours=hours)) is None


def test_a_request_writes_once_a_minute_at_most_and_asks_once(make: Make) -> None:
    token = entering.begin(make("kim").id, at=NOW).token
    counts = []
    for seconds in (1, 59, 60, 61, 119, 120):
        with CaptureQueriesContext(connection) as asked:
            entering.whose(token, at=NOW + timedelta(seconds=seconds))
        said = [each["sql"] for each in asked.captured_queries if "PRAGMA" not in each["sql"]]
        counts.append(len(said))

    assert counts == [1, 1, 2, 1, 1, 2]


def test_a_password_that_changes_while_it_is_looked_at_begins_nothing(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim = make("kim")
    verify = ScryptPasswordHasher.verify

    def slow(self: ScryptPasswordHasher, password: str, encoded: str) -> bool:
        right = verify(self, password, encoded)
        monkeypatch.setattr(ScryptPasswordHasher, "verify", verify)
        actions.set_password(kim.id, "another four words", actor="test", at=NOW)
        return right

    monkeypatch.setattr(ScryptPasswordHasher, "verify", slow)
    session = entering.sign_in(Try(kim.email, PASSWORD, "::1"), key=KEY, at=NOW)

    assert entering.whose(session.token, at=NOW) is None


def test_sessions_that_are_over_are_cleared_away(make: Make) -> None:
    kim = make("kim")
    entering.begin(kim.id, at=NOW)
    entering.begin(kim.id, at=NOW + timedelta(hours=13))

    assert SessionRow.objects.count() == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_reads_does_not_wait_for_whoever_writes_into_the_file(make: Make) -> None:
    """That a session is used is written down; an import that holds the one lock goes first."""
    kim = make("kim")
    token = entering.begin(kim.id, at=NOW).token
    holds, read = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            holds.set()
            read.wait(timeout=30)
        operations.disconnect()

    writer = threading.Thread(target=write)
    writer.start()
    holds.wait(timeout=30)
    try:
        assert entering.whose(token, at=NOW + timedelta(minutes=5)) == kim
        assert writer.is_alive()
    finally:
        read.set()
        writer.join()
    assert SessionRow.objects.get().seen_at == NOW  # it could not be written
    assert entering.whose(token, at=NOW + timedelta(minutes=6)) == kim
    assert SessionRow.objects.get().seen_at == NOW + timedelta(minutes=6)
