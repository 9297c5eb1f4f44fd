from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from revloop import engine, intake
from revloop.analysis.timeline import measures
from revloop.engine import published
from revloop.intake import people, recognising
from revloop.jobs.publishing import Done, publish
from revloop.kit import folder
from revloop.kit.folder import Folder
from revloop.operations.people import actions, queries

from ..intake.shop import LINES, Shop, write

AT = datetime(2026, 3, 3, tzinfo=UTC)
BY: dict[str, Any] = {"actor": "tester", "at": AT, "reason": "because"}


def read(folder: Folder) -> published.Published:
    found = published.current(folder.published)
    assert found is not None
    return found


def numbers(entity: str) -> dict[str, int]:
    return {reference: number for some in queries.numbers(entity) for number, reference in some}


def test_a_company_and_its_people_are_found_by_their_numbers(filled: Folder) -> None:
    publish(filled)
    pages, company, person = read(filled), numbers("account"), numbers("contact")

    (acme,) = pages["companies"].of(company["shop:Acme"]).to_pylist()
    assert (acme["name"], acme["people"], acme["events"]) == ("Acme", 1, 4)
    assert {type(each) for name, each in acme.items() if name.startswith("recent_")} == {int}
    people_there = pages["company_people"].of(company["shop:Acme"]).to_pylist()
    assert [row["person"] for row in people_there] == [person["shop:1"]]
    events = pages["company_events"].of(company["shop:Acme"]).to_pylist()
    assert {row["person"] for row in events} == {person["shop:1"]}
    assert sorted(row["fact"] for row in events) == ["inquiry", "inquiry", "touch", "touch"]
    assert len(pages["person_events"].of(person["shop:1"])) == 4


def test_what_is_published_is_what_the_facts_say(filled: Folder) -> None:
    publish(filled)
    pages, number = read(filled), numbers("contact")
    table = pages["person_events"]
    there = [
        (key, row["at"], row["fact"], row["what"], row["side"])
        for key in table.keys.tolist()
        for row in table.of(key).to_pylist()
    ]
    with engine.open(filled.lake) as facts:
        names = {
            row["id"]: row["reference"]
            for row in facts.arrow(facts.references("contact")).to_pylist()
        }
        computed = [
            (number[names[row["person_id"]]], row["at"], row["fact"], row["what"], row["side"])
            for row in facts.arrow(measures.events(facts)).to_pylist()
        ]

    assert sorted(there, key=str) == sorted(computed, key=str)
    assert len(there) == 6


def test_without_news_nothing_is_made(filled: Folder) -> None:
    first = publish(filled)

    assert publish(filled) == Done(first.version, first.rows, is_new=False)


def test_publishing_twice_gives_the_same_bytes(filled: Folder) -> None:
    version = publish(filled).version
    made = filled.published / version
    first = {file.name: file.read_bytes() for file in made.iterdir()}
    shutil.rmtree(filled.published)

    assert publish(filled).is_new
    assert {file.name: file.read_bytes() for file in made.iterdir()} == first


def test_a_merge_follows_and_so_does_its_undoing(filled: Folder) -> None:
    publish(filled)
    person = numbers("contact")
    before = len(read(filled)["person_events"].of(person["shop:1"]))
    merged = actions.merge("shop:1", "shop:2", **BY)
    people.publish_now(filled, at=AT)

    assert publish(filled).is_new
    pages = read(filled)
    stands = numbers("contact")[merged.records[0]]
    assert len(pages["person_events"].of(stands)) == before + 2
    assert len(pages["persons"].keys) == 1

    actions.undo(merged.id, **BY)
    people.publish_now(filled, at=AT)
    publish(filled)

    assert len(read(filled)["person_events"].of(person["shop:1"])) == before


def test_what_is_imported_later_follows(
    filled: Folder,
    tmp_path: Path,
) -> None:
    publish(filled)
    more = (*LINES, "5,dee@dent.example,Dent,2026-02-01,10")
    intake.run(intake.Request(write(tmp_path / "more", *more), "tester", AT), filled)

    assert publish(filled).is_new
    dent = numbers("account")["shop:Dent"]
    assert len(read(filled)["company_events"].of(dent)) == 2


def test_no_name_and_no_address_of_a_person_is_published(
    workspace: Folder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = _imported(workspace, tmp_path, monkeypatch, "7,zebulon@quagga.example,Gnu,2026-01-05,1")
    publish(made)
    pages = read(made)

    assert pages.rows["persons"] == 1
    for name in pages.rows:
        for row in _rows(pages[name]):
            assert "zebulon" not in str(row)


def test_an_empty_workspace_publishes_empty_tables(workspace: Folder) -> None:
    done = publish(workspace)

    assert set(done.rows.values()) == {0}
    assert len(read(workspace)["companies"].of(1)) == 0


def _rows(table: published.Table) -> list[dict[str, Any]]:
    found: pa.Table = table.read(range(table.rows))
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def _imported(
    workspace: Folder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *lines: str,
) -> Folder:
    monkeypatch.setattr(recognising, "profiles", lambda: (Shop(),))
    made = folder.create(workspace.path)
    intake.run(intake.Request(write(tmp_path / "in", *lines), "tester", AT), made)
    return made
