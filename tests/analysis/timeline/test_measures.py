from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pytest

from revloop import engine
from revloop.analysis.timeline import measures
from revloop.analysis.timeline.sides import OF_BOOKINGS, OF_CONTENT, OF_HANDOFFS, OF_TOUCHES
from revloop.facts import words
from revloop.facts.kinds import KINDS

from ...engine.staging import IMPORTED, Company, on
from .story import tell


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return tell(Company(tmp_path_factory.mktemp("timeline")))


@pytest.fixture
def facts(company: Company) -> Iterator[engine.Facts]:
    with engine.open(company.lake.path) as opened:
        yield opened


@pytest.fixture
def names(company: Company) -> dict[str, dict[int | None, str]]:
    """Of each entity, the reference of every key, without the name of the source."""
    return {
        entity: {None: "", **{key: text[4:] for key, text in company.references(entity).items()}}
        for entity in ("account", "contact", "opportunity")
    }


Names = dict[str, dict[int | None, str]]


def told(facts: engine.Facts, names: Names, company: str) -> list[str]:
    """`02-01 marketing touch form_submit by ann` for each event of a company."""
    events = measures.events(facts).order_by("at", "fact", "what")
    return [
        f"{row['at']:%m-%d} {row['side']} {row['fact']} {row['what']}"
        + (f" by {names['contact'][row['person_id']]}" if row["person_id"] else "")
        for row in facts.arrow(events).to_pylist()
        if names["account"][row["company_id"]] == company
    ]


def test_all_that_happened_with_a_company_is_one_story(facts: engine.Facts, names: Names) -> None:
    assert told(facts, names, "acme") == [
        "06-01 marketing touch page_view by ann",
        "02-01 marketing inquiry inbound by ann",
        "02-01 marketing touch form_submit by ann",
        "02-02 marketing touch email_sent by ann",
        "02-02 sales activity call by ann",
        "02-02 sales activity email",
        "02-03 sales qualification_decision accept by ann",
        "02-04 sales opportunity created",
        "02-05 sales opportunity created",
        "02-06 sales opportunity_stage None",
        "03-01 sales booking booking",
        "03-01 sales opportunity won",
        "09-01 marketing touch page_view by ann",
    ]


def test_a_match_brings_a_persons_touches_to_their_company(
    facts: engine.Facts, names: Names
) -> None:
    assert told(facts, names, "bolt") == [
        "02-02 success activity call by bob",
        "02-04 product touch trial_start by bob",
        "03-02 success ticket billing",
    ]


def test_what_nobody_can_place_has_no_company(facts: engine.Facts, names: Names) -> None:
    assert told(facts, names, "") == ["02-05 other touch page_view by eve"]


def test_mails_of_a_machine_are_marked(facts: engine.Facts) -> None:
    events = measures.events(facts)
    found = facts.arrow(events.filter(events.automated).order_by("at"))

    assert [(row["fact"], row["what"]) for row in found.to_pylist()] == [
        ("touch", "email_sent"),
        ("activity", "email"),
    ]


def test_what_was_planned_says_so(facts: engine.Facts) -> None:
    events = measures.events(facts)
    found = facts.arrow(events.filter(events.fact == "activity").order_by("at"))

    assert found["outcome"].to_pylist() == ["voicemail", None, "planned"]


def test_the_newest_event_is_none_that_was_only_announced(facts: engine.Facts) -> None:
    (row,) = facts.arrow(measures.newest(measures.events(facts))).to_pylist()

    assert on(9, 1) > IMPORTED > row["at"] == on(3, 2)


def counted(facts: engine.Facts, names: Names, entity: str) -> dict[str, dict[str, Any]]:
    events = measures.events(facts)
    moment = ibis.literal(on(3, 2), events["at"].type())
    table, key = (
        (measures.companies, "company_id")
        if entity == "account"
        else (measures.persons, "person_id")
    )
    rows = facts.arrow(table(facts, events, moment)).to_pylist()
    return {names[entity][row[key]]: row for row in rows}


def test_a_company_has_one_row_for_all_its_records(facts: engine.Facts, names: Names) -> None:
    found = counted(facts, names, "account")

    assert set(found) == {"acme", "bolt"}
    acme = found["acme"]
    assert (acme["name"], acme["country"], acme["industry"]) == ("Acme", "DE", "steel")
    assert (acme["records"], acme["people"], acme["events"]) == (2, 1, 12)
    assert (acme["open_opportunities"], acme["won_opportunities"]) == (1, 1)
    assert (acme["recent_marketing"], acme["recent_sales"], acme["recent_product"]) == (3, 8, 0)
    assert acme["last_at"] == on(3, 1)
    assert {name: row["reached"] for name, row in found.items()} == {
        "acme": "customer",
        "bolt": "customer",
    }


def test_a_person_has_one_row_for_all_their_records(facts: engine.Facts, names: Names) -> None:
    found = counted(facts, names, "contact")

    assert set(found) == {"ann", "bob", "eve"}
    ann = found["ann"]
    assert (ann["title"], ann["country"], ann["records"]) == ("CFO", "DE", 2)
    assert (ann["role"], ann["leads"], ann["reached"]) == ("champion", 1, "opportunity")
    assert {who: names["account"][row["company_id"]] for who, row in found.items()} == {
        "ann": "acme",
        "bob": "bolt",
        "eve": "",
    }


def test_a_part_that_was_said_twice_stands_once(facts: engine.Facts, names: Names) -> None:
    (row,) = facts.arrow(measures.roles(facts)).to_pylist()

    assert (names["contact"][row["person_id"]], row["stance"]) == ("ann", "champion")
    assert names["account"][row["company_id"]] == "acme"


def test_an_empty_lake_has_an_empty_timeline(company: Company, tmp_path: Path) -> None:
    with engine.open(tmp_path / "lake") as facts:
        events = measures.events(facts)
        tables = (events, measures.persons_at(facts), measures.opportunities(facts))

        assert [facts.arrow(each).num_rows for each in tables] == [0, 0, 0]


def test_the_words_of_the_sides_are_those_of_the_facts() -> None:
    known = {
        "touch": (OF_TOUCHES, words.TOUCH_KINDS),
        "handoff": (OF_HANDOFFS, KINDS["handoff"]["type"].values),
        "booking": (OF_BOOKINGS, KINDS["booking"]["kind"].values),
        "content_use": (OF_CONTENT, KINDS["content_use"]["mode"].values),
    }
    for fact, (by_side, all_words) in known.items():
        named = [word for some in by_side.values() for word in some]
        assert set(named) <= set(all_words), fact
        assert len(named) == len(set(named)), fact
