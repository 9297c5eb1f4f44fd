"""An import in the background is the import of the command."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from revloop import engine, intake, operations
from revloop.engine import published
from revloop.intake import previewing, recognising, uploads
from revloop.intake.people import PUBLISH
from revloop.jobs.handlers import HANDLERS
from revloop.jobs.work import Done, Kind
from revloop.jobs.worker import Ran, Worker
from revloop.kit import folder as folders
from revloop.kit.folder import Folder
from revloop.operations.ledger import queries as entries
from revloop.operations.people import queries as people
from revloop.operations.queue import actions, queries
from revloop.operations.queue.jobs import State
from revloop.upkeep import status

from ..intake.shop import LINES, Shop, write

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


@pytest.fixture
def shop(workspace: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setattr(recognising, "profiles", lambda: (Shop(),))
    return folders.create(workspace.path)


def upload(into: Folder, *lines: str) -> uploads.Upload:
    made = uploads.begin(into, at=AT)
    text = "\n".join(("id,email,company,day,amount", *lines, ""))
    made.put("leads.csv", [text.encode()])
    return made


def drain(folder: Folder, *kinds: str, at: datetime = AT) -> list[Ran]:
    """Do what is due of these kinds, no timers among them; what others would do is left out."""
    real = {kind: Kind(HANDLERS[kind].do) for kind in (uploads.KIND, *kinds)}
    handlers = {PUBLISH: Kind(lambda _: Done()), **real}
    return list(Worker(folder, Event(), handlers=handlers, now=lambda: at).drain())


def report(folder: Folder, import_id: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder.imports / import_id / "report.json").read_text())
    return said


def test_it_ends_with_the_report_of_the_command(
    shop: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = upload(shop, *LINES)
    number = uploads.enqueue(made, uploads.Asked(link=False), actor="kim", at=AT)

    ran = drain(shop, PUBLISH)

    assert [(each.kind, each.became) for each in ran] == [("import", "done"), ("publish", "done")]
    assert dict(queries.job(number).result) == {"import": made.id}
    newest = published.current(shop.published)
    assert newest is not None
    assert newest.rows["persons"] == 2
    counted = status.published(shop)
    assert counted is not None
    assert counted["people"] == people.counts()
    assert counted["people"]["contacts"] > 0
    [entry] = entries.entries(kind="import.finished")
    assert (entry.subject, entry.actor) == (made.id, "kim")

    other = folders.create(tmp_path / "other")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    operations.connect(other, create=True)
    request = intake.Request(write(tmp_path / "in", *LINES), "kim", AT, link=False)
    own = intake.run(request, other).import_id
    assert _said(report(shop, made.id)) == _said(report(other, own))


def _said(document: dict[str, Any]) -> dict[str, Any]:
    """What a report says, without what is each import's own."""
    own = {"import_id", "path", "seconds"}
    return {name: each for name, each in document.items() if name not in own}


def test_the_files_are_private_and_go_when_they_are_imported(shop: Folder) -> None:
    made = upload(shop, *LINES)
    [file] = made.files.iterdir()
    assert [each.stat().st_mode & 0o777 for each in (shop.uploads, made.path, file)] == [
        0o700,
        0o700,
        0o600,
    ]

    uploads.enqueue(made, uploads.Asked(link=False), actor="kim", at=AT)
    drain(shop)
    assert list(shop.uploads.iterdir()) == []


def test_asked_twice_it_is_imported_once(shop: Folder) -> None:
    made = upload(shop, *LINES)
    numbers = {
        uploads.enqueue(made, uploads.Asked(link=False), actor="kim", at=AT) for _ in range(2)
    }
    assert len(numbers) == 1


def test_an_import_that_was_finished_and_not_said_so_is_not_begun_again(shop: Folder) -> None:
    made = upload(shop, *LINES)
    number = uploads.enqueue(made, uploads.Asked(link=False), actor="kim", at=AT)
    intake.run(uploads.request(shop, queries.job(number)), shop)
    before = report(shop, made.id)

    drain(shop)
    assert queries.job(number).state is State.DONE
    assert report(shop, made.id) == before


class Killed(Exception):
    pass


def die(what: str, _done: int, _whole: int) -> None:
    """The facts are in the lake, and nobody knows yet who is who."""
    if what == "finding out who is who":
        raise Killed


def test_an_import_whose_traces_another_one_cleared_counts_what_it_stored(
    shop: Folder, tmp_path: Path
) -> None:
    """A worker was killed in an import; somebody else imported something; it goes on."""
    made = upload(shop, *LINES)
    number = uploads.enqueue(made, uploads.Asked(link=False), actor="kim", at=AT)
    held = actions.take(owner="killed", at=AT)
    assert held is not None
    request = uploads.request(shop, held.job)

    with pytest.raises(Killed):
        intake.run(request, shop, die)
    intake.run(
        intake.Request(
            write(tmp_path / "in", "9,zoe@zed.example,,2026-01-05,1"), "lee", AT, link=False
        ),
        shop,
    )

    drain(shop, at=LATER)
    assert queries.job(number).state is State.DONE
    kinds = report(shop, made.id)["kinds"]
    assert kinds["contact"]["added"] == 3
    assert kinds["touch"]["added"] == 3


def test_what_was_set_aside_midway_is_imported_anew_if_it_is_to_be_read_in_another_way(
    shop: Folder,
) -> None:
    made = upload(shop, *LINES)
    first = uploads.enqueue(made, uploads.Asked(link=False), actor="kim", at=AT)
    held = actions.take(owner="one", at=AT)
    assert held is not None
    with pytest.raises(Killed):
        intake.run(uploads.request(shop, held.job), shop, die)
    actions.set_aside(held, at=AT, why="no room")

    asked = uploads.Asked(link=False, source="other")
    second = uploads.enqueue(made, asked, actor="kim", at=LATER)
    drain(shop, at=LATER)
    assert second != first
    assert queries.job(second).state is State.DONE
    with engine.open(shop.lake) as facts:
        by_source = facts["touch"].group_by("source").aggregate(n=lambda each: each.count())
        counts = {row["source"]: row["n"] for row in facts.arrow(by_source).to_pylist()}
    assert counts == {"shop": 3, "other": 3}
    assert report(shop, made.id)["kinds"]["touch"]["added"] >= 3


def test_an_upload_whose_files_are_gone_says_so_and_is_not_tried_again(shop: Folder) -> None:
    made = upload(shop, *LINES)
    number = uploads.enqueue(made, uploads.Asked(), actor="kim", at=AT)
    uploads.remove(made)

    drain(shop)
    job = queries.job(number)
    assert job.state is State.DEAD
    assert "upload them again" in job.error


def test_a_mapping_that_was_handed_in_is_used_and_one_with_a_mistake_is_said(
    shop: Folder,
) -> None:
    made = upload(shop, *LINES)
    made.mapping.write_text("revloop_mapping: [")
    number = uploads.enqueue(made, uploads.Asked(), actor="kim", at=AT)

    drain(shop)
    job = queries.job(number)
    assert job.state is State.DEAD
    assert job.error
    assert made.files.is_dir(), "so that it can be revived"


def test_uploads_that_nobody_asks_for_are_deleted_after_a_day_and_others_stay(
    shop: Folder,
) -> None:
    forgotten, wanted = upload(shop, *LINES), upload(shop, *LINES)
    uploads.enqueue(wanted, uploads.Asked(), actor="kim", at=AT)
    held = actions.take(owner="one", at=AT)
    assert held is not None
    actions.set_aside(held, at=AT, why="no room")
    fresh = uploads.begin(shop, at=AT + timedelta(days=2))

    now = AT + timedelta(days=2)
    actions.enqueue("tend_queue", actor="kim", at=now)
    drain(shop, "tend_queue", at=now)
    assert {each.id for each in uploads.left(shop)} == {wanted.id, fresh.id}
    assert not forgotten.path.exists()


def test_an_upload_is_looked_through_and_nothing_is_stored(shop: Folder) -> None:
    made = upload(shop, *LINES)
    actions.enqueue(previewing.KIND, {"upload": made.id}, actor="kim", at=AT, key=made.id)
    [ran] = drain(shop, previewing.KIND)
    assert ran.became == "done"
    found = json.loads(previewing.of(made.path).read_text())
    assert [each["understood_as"] for each in found["tables"]] == ["shop"]
    assert found["tables"][0]["columns"] == ["id", "email", "company", "day", "amount"]
    assert not any(shop.imports.iterdir())


def test_what_was_thrown_away_is_not_looked_through(shop: Folder) -> None:
    made = upload(shop, *LINES)
    actions.enqueue(previewing.KIND, {"upload": made.id}, actor="kim", at=AT, key=made.id)
    uploads.remove(made)
    [ran] = drain(shop, previewing.KIND)
    assert ran.became == "done"
