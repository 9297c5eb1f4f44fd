"""People and companies are found as somebody types them, on either database."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revloop.kit.folder import Folder
from revloop.operations.people import actions, queries
from revloop.operations.people.looking import COUNTED, Place
from revloop.operations.people.rules.names import family_first, person_name

from .tables import BY, accounts, contacts

PEOPLE = (
    ("1", "Ann", "Smith", "ann.smith@acme.example"),
    ("2", "Anna", "Müller", "a.mueller@bolt.example"),
    ("3", "Jan", "van der Berg", "jan@cargo.example"),
    ("4", "Smith", "Annable", "s@dent.example"),
    ("5", "Zoë", "O'Brien-Łuk", "zoe@acme.example"),
    ("6", "", "", "smithy@elm.example"),
)


@pytest.fixture
def people(workspace: Folder) -> Folder:
    contacts(
        *(
            {"reference": f"crm:{number}", "first_name": first, "last_name": last, "email": email}
            for number, first, last, email in PEOPLE
        )
    )
    return workspace


def found(text: str, **more: str) -> list[str]:
    """Numbers of the records in their source, in the order in which they are shown."""
    called = queries.people_called(numbers := queries.look_for_people(text, **more).numbers)  # type: ignore[arg-type]
    return [called[number].reference.removeprefix("crm:") for number in numbers]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("smith", ["1", "4", "6"]),
        ("SMITH ann", ["1", "4"]),
        ("ann smi", ["1"]),
        ("Ann", ["4", "1", "2"]),
        ("muller", ["2"]),
        ("MÜLL", ["2"]),
        ("van der be", ["3"]),
        ("jan van", ["3"]),
        ("obrien", ["5"]),
        ("o'brien luk zoe", ["5"]),
        ("zoe@", ["5"]),
        ("Ann.Smith@ACME.example", ["1"]),
        ("a.mue", ["2"]),
        ("nobody", []),
        ("@", []),
        ("two words@x", []),
        ("%", []),
        ("\x00_", []),
    ],
)
def test_people_are_found_as_they_are_typed(
    people: Folder, typed: str, expected: list[str]
) -> None:
    assert found(typed) == expected


def test_without_a_word_everybody_is_listed_by_family_name(people: Folder) -> None:
    listed = queries.look_for_people("")

    assert found("") == ["6", "4", "2", "5", "1", "3"]
    assert (listed.count, listed.further) == (6, None)


def test_a_list_goes_on_where_its_page_ended(people: Folder) -> None:
    for typed in ("", "s", "ann", "smith"):
        whole = queries.look_for_people(typed).numbers
        pages: list[int] = []
        after: Place | None = None
        while True:
            page = queries.look_for_people(typed, after=after, limit=2)
            pages += page.numbers
            after = page.further
            if after is None:
                break

        assert tuple(pages) == whole, typed
        assert len(pages) == len(set(pages))


def test_many_of_one_name_are_not_lost_between_two_pages(workspace: Folder) -> None:
    contacts(
        *(
            {"reference": f"crm:{each}", "first_name": "Li", "last_name": "Wei", "phone": ""}
            for each in range(7)
        )
    )
    first = queries.look_for_people("li wei", limit=3)
    second = queries.look_for_people("li wei", after=first.further, limit=3)
    third = queries.look_for_people("li wei", after=second.further, limit=3)

    assert len({*first.numbers, *second.numbers, *third.numbers}) == 7
    assert third.further is None


def test_a_person_of_several_records_is_listed_once(people: Folder) -> None:
    actions.merge("crm:1", "crm:4", reason="married", **BY)

    assert found("smith") == ["1", "6"]
    (number,) = queries.merged_people().numbers
    called = queries.people_called([number])[number]
    assert (called.reference, called.name, called.records) == ("crm:1", "Ann Smith", 2)
    assert queries.merged_people(after=number).numbers == ()


def test_those_without_a_company_are_listed(people: Folder) -> None:
    actions.match_accounts(**BY)
    waiting = queries.unmatched_people(limit=4)

    assert len(waiting.numbers) == 4
    assert waiting.further is not None
    rest = queries.unmatched_people(after=waiting.further.number)
    assert len({*waiting.numbers, *rest.numbers}) == waiting.count == 6


def test_more_than_a_thousand_are_not_counted_one_by_one(workspace: Folder) -> None:
    contacts(
        *({"reference": f"crm:{each}", "last_name": f"Many {each}"} for each in range(COUNTED + 9))
    )

    assert queries.look_for_people("many").count == COUNTED + 1


def test_a_country_narrows_the_list(workspace: Folder) -> None:
    contacts(
        {"reference": "crm:1", "last_name": "Roth", "country": "DE"},
        {"reference": "crm:2", "last_name": "Roth", "country": "AT"},
    )

    assert found("ro", country="AT") == ["2"]


def test_companies_are_found_by_name_and_by_domain(workspace: Folder) -> None:
    accounts(
        {"reference": "crm:1", "name": "Acme Holdings, Inc.", "domain": "acme.example"},
        {"reference": "crm:2", "name": "Åcme Øst", "domain": "ost.example"},
        {"reference": "crm:3", "name": "", "domain": "acmeworks.example"},
    )

    def named(text: str) -> list[str]:
        listed = queries.look_for_companies(text).numbers
        called = queries.companies_called(listed)
        return [called[number].name for number in listed]

    assert named("ACME") == ["Acme Holdings, Inc.", "Åcme Øst", "acmeworks.example"]
    assert named("acme inc") == ["Acme Holdings, Inc.", "Åcme Øst"]
    assert named("www.ost.ex") == ["Åcme Øst"]
    assert named("acme.ex") == ["Acme Holdings, Inc."]
    assert queries.look_for_companies("").count == 3


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Ann", "Smith"), "smith ann"),
        (("Jan", "van der Berg"), "van der berg jan"),
        (("", "Smith"), "smith"),
        (("Ann", ""), "ann"),
        (("", "", "Ann Maria Smith"), "smith ann maria"),
        (("", "", "Smith, Ann"), "smith ann"),
        (("", ""), ""),
        (("Dr. Ann", "Smith PhD"), "smith ann"),
    ],
)
def test_the_family_name_goes_first(names: tuple[str, ...], expected: str) -> None:
    assert family_first(*names) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(typed=st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_whatever_is_typed_is_answered(people: Folder, typed: str) -> None:
    queries.look_for_people(typed)
    queries.look_for_companies(typed)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(number=st.sampled_from(range(5)), letters=st.integers(1, 12), turned=st.booleans())
def test_every_beginning_of_a_name_finds_it(
    people: Folder, number: int, letters: int, *, turned: bool
) -> None:
    reference, first, last, _ = PEOPLE[number]
    name = f"{last} {first}" if turned else f"{first} {last}"
    typed = unicodedata.normalize("NFD", name[:letters].upper())

    assert reference in found(typed) or not person_name("", "", typed)
