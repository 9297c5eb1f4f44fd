from __future__ import annotations

from decimal import Decimal
from pathlib import Path as File
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.canonical import plain_number
from revloop.agreement.check import check
from revloop.agreement.diff import diff
from revloop.agreement.problems import Path

from .other_spellings import respelt
from .other_values import (
    Edit,
    contract_of,
    every_edit,
    example,
    example_values,
    leaves,
    with_edits,
)

EXAMPLE = example("2.1.0")
ACME = File(__file__).resolve().parents[2] / "examples/agreements/acme-revenue-2.1.0.yaml"
# Nothing else may stand there, so no other agreement can differ in them.
THE_ONLY_VALUE: set[Path] = {
    ("tie_break", "until_ruled"),
    ("attribution", "after_sale"),
    ("promises", "sales_to_marketing", "persist", "count", "of"),
    ("promises", "sales_to_marketing", "persist", "count", "unless"),
}


@settings(max_examples=40, deadline=None)
@given(st.builds(Random, st.integers(0, 2**32)), st.sampled_from(["1.0.0", "2.0.0", "2.1.0"]))
def test_who_writes_the_same_in_another_way_signs_the_same(chance: Random, version: str) -> None:
    written = respelt(example_values(version), chance)

    checked = check(written.encode())

    assert checked.errors == ()
    assert checked.required().hash == example(version).hash


@pytest.mark.slow
def test_every_single_value_counts() -> None:
    unchanged = {path for path, _ in leaves(example_values())}
    seen = {EXAMPLE.hash}
    for edit, changed in every_edit("2.1.0"):
        assert changed.hash not in seen, f"{edit.path} as {edit.value!r}"
        seen.add(changed.hash)
        unchanged.remove(edit.path)

    assert unchanged == THE_ONLY_VALUE
    assert len(seen) > 300


@pytest.mark.parametrize(
    "path",
    [
        ("ideal_customer", "tiers"),
        ("personas",),
        ("stages",),
        ("goals", "plan", "rates"),
        ("lanes",),
        ("routing", "match"),
        ("routing", "queues", "live_queue", "members"),
        ("promises", "sales_to_marketing", "answer_5min", "escalate"),
    ],
)
def test_where_the_order_decides_two_that_change_places_change_the_hash(path: Path) -> None:
    swapped = with_first_two_swapped(example_values(), path)

    assert contract_of(swapped).hash != EXAMPLE.hash


@pytest.mark.parametrize(
    "path",
    [
        ("signals",),
        ("calendars",),
        ("promises", "sales_to_marketing"),
        ("calendars", "us_east", "holidays"),
        ("meetings", "weekly", "attend"),
        ("reasons", "disqualify"),
        ("scores", "fit", "points"),
        ("scores", "interest", "events"),
    ],
)
def test_where_it_does_not_they_do_not(path: Path) -> None:
    swapped = with_first_two_swapped(example_values(), path)

    assert contract_of(swapped).hash == EXAMPLE.hash


def test_an_instant_is_the_same_in_every_offset() -> None:
    in_new_york, in_utc = "2026-07-01T00:00:00-04:00", "2026-07-01T04:00:00Z"
    values = example_values()
    assert values["effective_from"] == in_new_york

    elsewhere = with_edits(values, Edit(("effective_from",), in_utc))

    assert contract_of(elsewhere).hash == EXAMPLE.hash


def test_one_name_is_a_list_of_one() -> None:
    path = ("pricing", "guardrails", 1, "approver")
    values = example_values()
    assert values["pricing"]["guardrails"][1]["approver"] == "sales_manager"

    listed = with_edits(values, Edit(path, ["sales_manager"]))

    assert contract_of(listed).hash == EXAMPLE.hash


def test_no_digit_is_dropped() -> None:
    long, longer = Decimal("0.1234567890123456789012345678901"), Decimal("0.90")

    assert plain_number(long) == "0.1234567890123456789012345678901"
    assert plain_number(longer) == "0.9"
    assert plain_number(Decimal("-0.0")) == "0"
    assert plain_number(Decimal("1E+2")) == "100"


# These hashes were signed. If this test fails, the canonical form has changed, or a default of the
# form has, and with it the hash of every agreement that anybody ever signed: their signatures would
# no longer hold. Change them only with a migration that says so in the changelog.
@pytest.mark.parametrize(
    ("version", "signed"),
    [
        ("1.0.0", "sha256:6b4041e2a5b5b2f5f43ce35ef91972e220c1171548572ddf381ecbdade68ba77"),
        ("2.0.0", "sha256:c43ab6b973f8b140254b6a7c3be1d884fcf0330e7e6f74d7bc520bf635bd0b0b"),
        ("2.1.0", "sha256:3a4d64c12910f24b87d599cc50803899774e0f982627290f545a445dd1a3afca"),
    ],
)
def test_what_was_signed_keeps_its_hash(version: str, signed: str) -> None:
    assert example(version).hash == signed


def with_first_two_swapped(values: dict[str, Any], path: Path) -> dict[str, Any]:
    members: Any = values
    for step in path:
        members = members[step]
    if isinstance(members, list):
        members[0], members[1] = members[1], members[0]
    else:
        first, second, *others = list(members.items())
        members.clear()
        members.update([second, first, *others])
    return values


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("country in ('US','CA') and", "country in ('CA','US','CA') and"),
        ("is_bot or icp_excluded", "icp_excluded or is_bot"),
        ("{at: 3.0, to: [sales, marketing]}", "{at: 3.0, to: [marketing, sales]}"),
    ],
)
def test_an_order_that_means_nothing_changes_neither_hash_nor_diff(old: str, new: str) -> None:
    text = ACME.read_text(encoding="utf-8")
    assert old in text

    one = check(text.encode()).required()
    other = check(text.replace(old, new).encode()).required()

    assert one.hash == other.hash
    assert diff(one, other).changes == ()
