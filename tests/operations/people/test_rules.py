"""What makes two records one, and what never does: the rules alone."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.operations.people.rules.domains import is_free_mail, parents, site_host
from revloop.operations.people.rules.emails import email_key, is_role_mailbox
from revloop.operations.people.rules.names import companies_differ, company_name, people_differ
from revloop.operations.people.rules.names import person_name as name_of
from revloop.operations.people.rules.phones import phone_key
from revloop.operations.people.rules.resolving import (
    WEAK,
    Bond,
    Key,
    KeyKind,
    Record,
    Rule,
    only_identity,
    resolve,
)

_T = TypeVar("_T")


@pytest.mark.parametrize(
    "written",
    [
        "ann@acme.com",
        " Ann@ACME.com ",
        "ann+webinar@acme.com",
        "Ann Smith <ANN+news@acme.com>",
        "mailto:ann@acme.com",
        "ann@acme.com.",
    ],
)
def test_one_mailbox_written_in_many_ways_is_one_key(written: str) -> None:
    assert email_key(written) == "ann@acme.com"


@pytest.mark.parametrize(
    "written", [None, "", "unknown", "ann@", "@acme.com", "ann@acme", "+x@acme.com", "a b@acme.com"]
)
def test_what_is_no_address_is_no_key(written: str | None) -> None:
    assert email_key(written) is None


def test_dots_mean_nothing_at_the_one_provider_that_ignores_them() -> None:
    assert email_key("a.nn.smith@googlemail.com") == "annsmith@gmail.com"
    assert email_key("a.nn.smith@acme.com") == "a.nn.smith@acme.com"


@pytest.mark.parametrize("local", ["info", "sales", "no-reply", "customer.service", "buchhaltung"])
def test_a_mailbox_that_several_people_read_is_known_by_its_name(local: str) -> None:
    assert is_role_mailbox(f"{local}@acme.com")


def test_a_person_whose_name_begins_like_a_role_has_a_mailbox_of_their_own() -> None:
    assert not is_role_mailbox("salesforth@acme.com")


@pytest.mark.parametrize(
    ("written", "country", "key"),
    [
        ("+1 (212) 555-0123", None, "+12125550123"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("0171 5550123", "DE", "+491715550123"),
        ("+49 30 5550123 ext. 7", None, "+49305550123;ext=7"),
        ("212 555 0123", None, None),
        ("+1 212 000 0000", None, None),
        ("call me", "US", None),
    ],
)
def test_a_number_is_known_by_its_international_form(
    written: str, country: str | None, key: str | None
) -> None:
    assert phone_key(written, country) == key


def test_free_mail_and_pages_on_others_sites_name_no_company() -> None:
    assert is_free_mail("gmail.com")
    assert is_free_mail("yahoo.co.uk")
    assert not is_free_mail("gmailing.com")
    assert site_host("https://www.linkedin.com/company/acme") is None
    assert site_host("https://www.Acme.co.uk/jobs?x=1") == "acme.co.uk"


def test_the_domains_above_a_host_end_with_the_one_that_is_registered() -> None:
    assert parents("a.b.acme.co.uk") == ("b.acme.co.uk", "acme.co.uk")
    assert parents("acme.co.uk") == ()


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("Ann Smith", "A. Smith", False),
        ("Ann Smith", "SMITH, Ann", False),
        ("Robert Brown", "Bob Brown", False),
        ("Ann Smith", "Smith", False),
        ("Günter Groß", "Gunter Gross", False),
        ("Ann Smith", "Ann Jones", True),
        ("Ann Smith", "Bob Smith", True),
    ],
)
def test_a_name_differs_from_another_only_if_no_spelling_explains_it(
    one: str, other: str, *, differ: bool
) -> None:
    assert people_differ(name_of("", "", one), name_of("", "", other)) is differ


def test_the_legal_form_is_no_part_of_a_companys_name() -> None:
    assert company_name("Acme Holdings, Inc.") == company_name("ACME GmbH & Co. KG") == "acme"
    assert not companies_differ(company_name("Acme Bau GmbH"), company_name("Acme AG"))
    assert companies_differ(company_name("Acme Inc"), company_name("Borealis Inc"))


def _mail(value: str) -> Key:
    return Key(KeyKind.EMAIL, value)


def _named(*names: str, key: Key) -> list[Record]:
    return [Record(f"r{number}", name, (key,)) for number, name in enumerate(names)]


def test_three_differing_names_may_share_a_key_and_be_one() -> None:
    desk = _mail("desk@acme.com")
    three = _named("ann lee", "bo fox", "cy orr", "a lee", "", key=desk)

    assert len(resolve(three).groups) == 1


def test_a_key_that_a_fourth_differing_name_shares_joins_nobody() -> None:
    desk = _mail("desk@acme.com")
    four = _named("ann lee", "bo fox", "cy orr", "di poe", key=desk)

    found = resolve(four)

    assert len(found.groups) == 4
    assert found.shared == {desk}


@pytest.mark.parametrize("kind", sorted(WEAK))
def test_a_weak_key_never_joins(kind: KeyKind) -> None:
    seen = [Record(each, "ann lee", (Key(kind, "the same"),)) for each in ("a", "b")]

    assert resolve(seen).groups == (("a",), ("b",))


def test_what_was_seen_with_a_weak_key_belongs_to_its_only_user() -> None:
    assert only_identity(["ann", "ann"]) == "ann"
    assert only_identity(["ann", "bo"]) is None
    assert only_identity([]) is None


def test_records_told_apart_are_not_joined_through_a_third() -> None:
    chain = [
        Record("a", keys=(_mail("x@acme.com"),)),
        Record("b", keys=(_mail("x@acme.com"), _mail("y@acme.com"))),
        Record("c", keys=(_mail("y@acme.com"),)),
    ]

    assert resolve(chain, apart={"a": {1: 0}, "c": {1: 1}}).groups == (("a", "b"), ("c",))


def test_a_person_who_says_so_goes_before_every_key() -> None:
    shared = Record("a", keys=(_mail("x@acme.com"),)), Record("b", keys=(_mail("x@acme.com"),))
    apart = {"b": {1: 0}, "a": {1: 1}}

    found = resolve((*shared, Record("c")), [Bond("b", "c", Rule.BY_HAND, "told me")], apart)

    assert found.groups == (("a",), ("b", "c"))
    assert found.unions == (("b", "c", Rule.BY_HAND, "told me"),)


_NAMES = st.sampled_from(["ann lee", "a lee", "bo fox", "cy orr", "di poe", ""])
_KEYS = st.lists(
    st.sampled_from(
        [
            *(_mail(f"{each}@acme.com") for each in "xyz"),
            *(Key(KeyKind.PHONE, f"+1212555010{each}") for each in range(3)),
            *(Key(KeyKind.CRM_ID, f"r{each}") for each in range(8)),
            Key(KeyKind.COOKIE, "c1"),
        ]
    ),
    max_size=4,
)


@st.composite
def _worlds(draw: st.DrawFn) -> tuple[list[Record], list[Bond], dict[str, dict[int, int]]]:
    """Records that share keys in chains and circles, with bonds between some and others apart."""
    ids = [f"r{number}" for number in range(draw(st.integers(2, 9)))]
    records = [
        Record(each, draw(_NAMES), (Key(KeyKind.CRM_ID, each), *draw(_KEYS)), draw(st.booleans()))
        for each in ids
    ]
    one_of = st.sampled_from(ids)
    rules = st.sampled_from([Rule.BY_HAND, Rule.LINKAGE])
    bonds = [Bond(*each) for each in draw(st.lists(st.tuples(one_of, one_of, rules), max_size=4))]
    apart = draw(
        st.dictionaries(
            one_of, st.dictionaries(st.integers(1, 2), st.integers(0, 1), max_size=2), max_size=5
        )
    )
    return records, bonds, apart


@given(_worlds(), st.randoms(use_true_random=False))
def test_no_order_of_records_keys_or_bonds_changes_who_is_who(
    world: tuple[list[Record], list[Bond], dict[str, dict[int, int]]], chance: Random
) -> None:
    records, bonds, apart = world
    wanted = resolve(records, bonds, apart)

    mixed = [each._replace(keys=tuple(_shuffled(each.keys, chance))) for each in records]
    turned = [each._replace(left=each.right, right=each.left) for each in bonds]
    found = resolve(_shuffled(mixed, chance), _shuffled(turned, chance), apart)

    assert found == wanted
    assert resolve([*records], [*bonds, *bonds], apart) == wanted


@given(_worlds())
def test_every_record_is_in_one_cluster_and_nobody_with_whom_they_were_told_apart(
    world: tuple[list[Record], list[Bond], dict[str, dict[int, int]]],
) -> None:
    records, bonds, apart = world

    groups = resolve(records, bonds, apart).groups

    assert sorted(each for group in groups for each in group) == sorted(each.id for each in records)
    for group in groups:
        for decision in (1, 2):
            sides = {apart.get(each, {}).get(decision) for each in group} - {None}
            assert len(sides) <= 1


def _shuffled(items: Sequence[_T], chance: Random) -> list[_T]:
    mixed = list(items)
    chance.shuffle(mixed)
    return mixed
