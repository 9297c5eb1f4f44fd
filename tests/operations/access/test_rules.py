"""What is decided without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.kit.errors import InvalidInput
from revloop.operations.access import rules
from revloop.operations.access.rules import OF_PAIR, Failures, Role

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
MANY = Failures(1_000, NOW)
NONE = Failures()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("kim@acme.example", "kim@acme.example"),
        (" Kim@ACME.example\n", "kim@acme.example"),
        ("kim+x@a.b.example", "kim+x@a.b.example"),
        ("kïm@bücher.example", "kïm@bücher.example"),
        ("ki\u0308m@acme.example", "k\u00efm@acme.example"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert rules.email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "kim",
        "kim@acme",
        "@acme.example",
        "kim@@acme.example",
        "kim@acme.example, ann@acme.example",
        "a@b.example\nBcc: c@d.example",
        '"><x"@x.example',
        "kim@acme.example\0",
        "kim@acme.example\u202e",
        "Kim <kim@acme.example>",
        f"{'k' * 250}@acme.example",
    ],
)
def test_what_is_no_single_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.email(typed)
    assert refused.value.code == "access.email"


@pytest.mark.parametrize("typed", ["", "  ", "a\0b", "a\u202eb", "x" * 121])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.name(typed)
    assert refused.value.code == "access.name"


@pytest.mark.parametrize("typed", ["", " ", "hubspot:123", "salesforce:005Xx00001"])
def test_who_somebody_is_in_the_crm_is_a_source_and_an_id_or_nothing(typed: str) -> None:
    assert rules.reference(typed) == typed.strip()


@pytest.mark.parametrize(
    "typed", ["hubspot", "hubspot:", ":1", "a b:1", "a:\0", "a:1\nb:2", "a:" * 99]
)
def test_what_names_no_user_of_a_crm_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.reference(typed)
    assert refused.value.code == "access.reference"


def test_a_role_that_there_is_not_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.role("salse")
    assert refused.value.code == "access.no_role"
    assert "sales" in refused.value.hint


@pytest.mark.parametrize(
    ("role", "age", "idle", "is_over"),
    [
        (Role.SALES, timedelta(hours=11), timedelta(minutes=29), False),
        (Role.SALES, timedelta(hours=11), timedelta(minutes=30), True),
        (Role.SALES, timedelta(hours=12), timedelta(0), True),
        (Role.ADMIN, timedelta(hours=3), timedelta(minutes=29), False),
        (Role.ADMIN, timedelta(hours=4), timedelta(0), True),
    ],
)
def test_a_session_ends_when_it_is_idle_or_old(
    role: Role,
    age: timedelta,
    idle: timedelta,
    is_over: bool,  # noqa: FBT001 - of a table
) -> None:
    assert rules.is_over(NOW - age, NOW - idle, role, at=NOW) is is_over


def test_a_few_failures_are_free_and_then_each_doubles_the_wait() -> None:
    waits = [OF_PAIR.wait(failures).total_seconds() for failures in range(4, 12)]

    assert waits == [0, 30, 60, 120, 240, 480, 900, 900]


@given(failures=st.integers(0, 10**9))
def test_no_wait_is_longer_than_a_quarter_of_an_hour(failures: int) -> None:
    """Or whoever guesses would lock the owner out for as long as they like."""
    many = Failures(failures, NOW)

    assert rules.waits(many, many, many, is_known=False, at=NOW) <= timedelta(minutes=15)
    later = NOW + timedelta(minutes=15)
    assert rules.waits(many, many, many, is_known=False, at=later) == timedelta(0)


def test_many_places_against_one_account_make_it_wait_a_minute_at_most() -> None:
    assert rules.waits(NONE, NONE, MANY, is_known=False, at=NOW) == timedelta(minutes=1)


def test_one_place_against_many_accounts_waits() -> None:
    assert rules.waits(NONE, MANY, NONE, is_known=False, at=NOW) == timedelta(minutes=5)


def test_a_known_browser_answers_for_itself_alone() -> None:
    assert rules.waits(NONE, MANY, MANY, is_known=True, at=NOW) == timedelta(0)
    assert rules.waits(MANY, NONE, NONE, is_known=True, at=NOW) == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("evil", "unknown"),
    ],
)
def test_failures_are_counted_by_address_or_by_the_network_of_a_household(
    address: str, place: str
) -> None:
    assert rules.place(address) == place
