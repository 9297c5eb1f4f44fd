"""The Data page: what came in, what is held back, who is who, and taking a decision back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pyarrow as pa
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from revloop.intake import previewing, report
from revloop.intake.quarantine import COLUMNS, Quarantine, key_of
from revloop.kit import clock
from revloop.kit.folder import Folder
from revloop.operations.access.rules import Role

from ..intake.test_previewing import LEADS
from .story import tell

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def merged(house: Folder) -> Folder:
    """Two records that a shared address made one person."""
    from revloop.operations.people import actions  # noqa: PLC0415 - Django is loaded by now

    cards = pa.table(
        {
            "reference": ["crm:1", "mail:7"],
            "email": ["ann@brightwater.example", "ann@brightwater.example"],
            "name": ["Ann Lee", "Ann M. Lee"],
        }
    )
    actions.record_contacts(cards, actor="test", at=AT, batch="first")
    return house


def hold(house: Folder, table: str, reason: str, raw: str) -> str:
    held = pa.Table.from_pylist(
        [{"row_number": 2, "kind": "contact", "reason": reason, "raw": raw, "source_id": None}],
        pa.schema([(n, pa.int64() if n == "row_number" else pa.string()) for n in COLUMNS]),
    )
    Quarantine(house.quarantine).replace("crm", table, held, set())
    return key_of("crm", table)


def test_an_empty_workspace_says_what_to_do_instead_of_zeros(
    house: Folder, signed_in: Callable[[Role], Client]
) -> None:
    said = signed_in(Role.REVOPS).get("/data/").content.decode()
    assert "Nothing came in yet." in said
    assert "Look through them" in said
    assert "What it can show" not in said
    assert "Look through them" not in signed_in(Role.SALES).get("/data/").content.decode()


def test_a_merge_is_taken_back_with_a_reason_and_the_pages_follow(
    merged: Folder, signed_in: Callable[[Role], Client]
) -> None:
    from revloop.operations.ledger import queries as ledger  # noqa: PLC0415 - likewise
    from revloop.operations.people import queries as people  # noqa: PLC0415 - likewise
    from revloop.operations.queue import queries as jobs  # noqa: PLC0415 - likewise

    client = signed_in(Role.REVOPS)
    said = client.get("/data/decisions/").content.decode()
    assert "they share the e-mail address ann@brightwater.example" in said
    [decision] = people.decisions()

    without = client.post(f"/data/decisions/{decision.id}/undo", {"reason": "  "}, follow=True)
    assert "Say why" in without.content.decode()
    assert people.counts()["persons"] == 1

    done = client.post(
        f"/data/decisions/{decision.id}/undo", {"reason": "mother and\0 daughter"}, follow=True
    )
    assert "was taken back" in done.content.decode()
    assert people.counts()["persons"] == 2
    [entry] = ledger.entries(kind="person.undone")
    assert entry.actor.startswith("member:")
    assert [job.kind for job in jobs.jobs()] == ["publish"]

    listed = client.get("/data/decisions/").content.decode()
    assert "by Kim 0, decision" in listed  # and not by a number
    again = client.post(f"/data/decisions/{decision.id}/undo", {"reason": "twice"}, follow=True)
    assert "was undone already" in again.content.decode()
    assert client.post("/data/decisions/999/undo", {"reason": "none"}).status_code == 404


def test_a_row_held_back_is_shown_whole_and_given_as_a_file(
    house: Folder, signed_in: Callable[[Role], Client]
) -> None:
    key = hold(house, "leads.csv", "at: '=1+1' is no date", '=HYPERLINK("http://evil.example")')
    client = signed_in(Role.MARKETING)
    assert "leads.csv" in client.get("/data/").content.decode()
    assert "is no date" in client.get(f"/data/quarantine/{key}/").content.decode()
    file = client.get(f"/data/quarantine/{key}/file")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert "'=HYPERLINK" in file.content.decode()
    assert client.get("/data/quarantine/0000/").status_code == 404


def test_files_are_kept_and_looked_through_before_anything_is_stored(
    house: Folder, signed_in: Callable[[Role], Client]
) -> None:
    from revloop.operations.queue import queries as jobs  # noqa: PLC0415 - Django is loaded by now

    client = signed_in(Role.REVOPS)
    file = SimpleUploadedFile("../../leads.csv", b"a,b\n1,2\n")
    there = client.post("/data/bring", {"files": [file]}).headers["Location"]
    [job] = jobs.jobs()
    assert job.kind == previewing.KIND
    assert [each.name for each in house.uploads.glob("*/files/*")] == ["leads.csv"]
    assert "Looking through the files" in client.get(there).content.decode()
    assert client.post(f"{there}discard").status_code == 303
    assert list(house.uploads.glob("*/files/*")), "it is being looked through"


def test_a_preview_is_shown_and_a_wrong_answer_named_beside_its_field(
    house: Folder, signed_in: Callable[[Role], Client]
) -> None:
    from revloop.intake import uploads  # noqa: PLC0415 - Django is loaded by now
    from revloop.operations.queue import queries as jobs  # noqa: PLC0415 - likewise

    upload = uploads.begin(house, at=clock.now())
    upload.put("Lead.csv", [LEADS.encode()])
    found = previewing.preview(upload.files)
    previewing.of(upload.path).write_text(json.dumps(found.document()))
    client = signed_in(Role.REVOPS)
    there = f"/data/bring/{upload.id}/"
    assert "recognised and would become facts" in client.get(there).content.decode()

    wrong = client.post(f"{there}begin", {"timezone": "Mars/Olympus", "currency": "eur"})
    assert wrong.status_code == 422
    assert "Write a time zone" in wrong.content.decode()
    assert jobs.jobs() == ()

    assert client.post(f"{there}begin", {"timezone": "", "currency": "eur"}).status_code == 303
    [job] = jobs.jobs()
    assert (job.kind, job.payload["timezone"], job.payload["currency"]) == (
        uploads.KIND,
        "Europe/Berlin",
        "EUR",
    )


def test_nothing_to_bring_is_said(house: Folder, signed_in: Callable[[Role], Client]) -> None:
    said = signed_in(Role.REVOPS).post("/data/bring", {}, follow=True).content.decode()
    assert "Choose at least one file." in said


@pytest.mark.parametrize("name", ["none", "..", "20260101T000000-0000000g", "%2e%2e%2fsecret"])
def test_only_names_of_ours_are_looked_for(
    name: str, house: Folder, signed_in: Callable[[Role], Client]
) -> None:
    client = signed_in(Role.ADMIN)
    assert client.get(f"/data/imports/{name}/").status_code == 404
    assert client.get(f"/data/bring/{name}/").status_code == 404


def test_the_last_import_is_taken_back_on_its_page(
    house: Folder, signed_in: Callable[[Role], Client], tmp_path: Path
) -> None:
    from revloop.jobs.worker import Worker  # noqa: PLC0415 - Django is loaded by now
    from revloop.operations.people import queries as people  # noqa: PLC0415 - likewise

    tell(house, tmp_path / "facts")
    [found] = report.recent(house)
    here = f"/data/imports/{found['import_id']}/"
    client = signed_in(Role.REVOPS)
    assert people.counts()["persons"] > 0
    assert "Take this import back" in client.get(here).content.decode()
    assert "Take this import back" not in signed_in(Role.SALES).get(here).content.decode()

    without = client.post(f"{here}undo", {"reason": " "}, follow=True)
    assert "Say why" in without.content.decode()
    client.post(f"{here}undo", {"reason": "the wrong month"})
    assert "is being taken back" in client.get(here).content.decode()
    list(Worker(house, Event()).drain())

    said = client.get(here).content.decode()
    assert "This import was taken back on" in said
    assert "by Kim" in said
    assert "Take this import back" not in said
    assert people.counts()["persons"] == 0
    assert "taken back" in client.get("/data/").content.decode()
    assert client.post("/data/imports/none/undo", {"reason": "x"}).status_code == 404
