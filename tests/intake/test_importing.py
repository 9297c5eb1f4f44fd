"""The whole way of an import: files in, facts, people and quarantine out, and again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from revloop import engine, intake, operations
from revloop.intake import recognising
from revloop.intake.quarantine import Quarantine
from revloop.intake.report import Report
from revloop.kit import folder
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.folder import Folder

from .shop import Shop, write

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANN = "1,ann@acme.example,Acme,2026-01-05,10"
BO = "2,bo@bolt.example,Bolt,2026-01-06,20"
ANNA = "3,Ann@ACME.example,,2026-01-07,"
LATE = "4,cy@acme.example,Acme,2026-13-01,40"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setattr(recognising, "profiles", lambda: (Shop(),))
    made = folder.create(tmp_path / "acme")
    operations.connect(made, create=True)
    return made


def run(path: Path, into: Folder, *, at: datetime = AT) -> Report:
    return intake.run(intake.Request(path, "tester", at), into)


def rows(workspace: Folder, kind: str, *columns: str) -> list[tuple[object, ...]]:
    with engine.open(workspace.lake) as facts:
        table = facts[kind].select(*columns).order_by(*columns)
        return [tuple(row.values()) for row in facts.arrow(table).to_pylist()]


def test_every_row_becomes_facts_or_is_held_back(workspace: Folder, tmp_path: Path) -> None:
    report = run(write(tmp_path / "in", ANN, BO, ANNA, LATE), workspace)
    [table] = report.tables

    assert (report.rows, table.facts["contact"], table.quarantined) == (4, 3, 1)
    assert [reason.text for reason in table.reasons] == ["day: '2026-13-01' is not a date"]
    assert table.unmapped == ["amount"]
    assert {kind: count.added for kind, count in report.kinds.items()} == {
        "contact": 3,
        "account": 2,
        "inquiry": 3,
        "touch": 3,
    }
    [held] = Quarantine(workspace.quarantine).rows("shop", "leads.csv")
    assert json.loads(held["raw"])["email"] == "cy@acme.example"


def test_one_person_under_two_records_is_one(workspace: Folder, tmp_path: Path) -> None:
    run(write(tmp_path / "in", ANN, BO, ANNA), workspace)
    touches = [person for (person,) in rows(workspace, "touch", "contact_id")]
    inquiries = [person for (person,) in rows(workspace, "inquiry", "contact_id")]

    assert touches == inquiries, "a touch names an address, an inquiry a record: one person"
    assert len(set(touches)) == 2


def test_no_address_reaches_the_lake(workspace: Folder, tmp_path: Path) -> None:
    run(write(tmp_path / "in", ANN, BO, ANNA, LATE), workspace)

    for file in workspace.lake.rglob("*"):
        if file.is_file():
            content = file.read_bytes().lower()
            assert b"@" not in content or b".example" not in content, file


def test_the_same_files_again_change_nothing(workspace: Folder, tmp_path: Path) -> None:
    path = write(tmp_path / "in", ANN, BO, ANNA, LATE)
    run(path, workspace)
    before = engine.Lake(workspace.lake).counts()
    again = run(path, workspace, at=AT + timedelta(days=1))

    assert engine.Lake(workspace.lake).counts() == before
    assert all(kind.added == kind.corrected == 0 for kind in again.kinds.values())
    assert again.quarantined == 1
    assert len(Quarantine(workspace.quarantine).rows("shop", "leads.csv")) == 1


def test_a_row_that_was_mended_leaves_quarantine(workspace: Folder, tmp_path: Path) -> None:
    run(write(tmp_path / "in", ANN, LATE), workspace)
    run(write(tmp_path / "in", ANN, LATE.replace("2026-13-01", "2026-12-01")), workspace)

    assert len(rows(workspace, "inquiry", "source_id")) == 2
    assert Quarantine(workspace.quarantine).rows("shop", "leads.csv") == []


def test_a_row_that_is_mended_badly_is_held_once(workspace: Folder, tmp_path: Path) -> None:
    run(write(tmp_path / "in", ANN, LATE), workspace)
    run(write(tmp_path / "in", ANN, LATE.replace("2026-13-01", "2026-02-30")), workspace)

    [held] = Quarantine(workspace.quarantine).rows("shop", "leads.csv")
    assert held["reason"] == "day: '2026-02-30' is not a date"


def test_a_row_that_is_missing_from_the_next_file_stays_in_quarantine(
    workspace: Folder, tmp_path: Path
) -> None:
    run(write(tmp_path / "in", ANN, LATE), workspace)
    run(write(tmp_path / "in", ANN, BO), workspace)

    [held] = Quarantine(workspace.quarantine).rows("shop", "leads.csv")
    assert held["reason"] == "day: '2026-13-01' is not a date"


def test_what_a_file_says_anew_corrects_and_the_past_stays(
    workspace: Folder, tmp_path: Path
) -> None:
    run(write(tmp_path / "in", ANN), workspace)
    later = AT + timedelta(days=30)
    report = run(
        write(tmp_path / "in", ANN.replace("2026-01-05", "2026-01-04")), workspace, at=later
    )

    assert report.kinds["inquiry"].corrected == 1
    assert rows(workspace, "inquiry", "at") == [(datetime(2026, 1, 4, tzinfo=UTC),)]
    with engine.open(workspace.lake, as_of=AT + timedelta(days=1)) as facts:
        [then] = facts.arrow(facts["inquiry"].select("at")).to_pylist()
    assert then == {"at": datetime(2026, 1, 5, tzinfo=UTC)}


def test_files_in_two_folders_come_to_the_same_as_in_one(workspace: Folder, tmp_path: Path) -> None:
    run(write(tmp_path / "one", BO), workspace)
    run(write(tmp_path / "two", ANNA, ANN), workspace)
    split = [rows(workspace, kind, "source_id", "at") for kind in ("contact", "inquiry", "touch")]
    other = folder.create(tmp_path / "other")
    operations.connect(other, create=True)
    run(write(tmp_path / "all", ANN, BO, ANNA), other)

    assert split == [
        rows(other, kind, "source_id", "at") for kind in ("contact", "inquiry", "touch")
    ]


def test_files_that_are_not_there_are_refused(workspace: Folder, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is not there"):
        run(tmp_path / "nowhere", workspace)


def test_what_is_not_understood_is_said(workspace: Folder, tmp_path: Path) -> None:
    path = write(tmp_path / "in", ANN)
    (path / "other.csv").write_text("a,b\n1,2\n")
    (path / "README.md").write_text("# hello")
    (path / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    report = run(path, workspace)

    assert report.not_understood == ["other.csv"]
    assert report.ignored == ["README.md"]
    assert [each["name"] for each in report.refused] == ["broken.xlsx"]
    assert not list(workspace.imports.glob("*/staging")), "what was staged is cleared away"


@pytest.mark.parametrize(
    ("code", "said"),
    [("people.no_linkage", "Splink is not installed"), ("people.linkage_failed", "it broke")],
)
def test_people_who_could_not_be_compared_are_said(
    workspace: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    from revloop.operations.people import linkage  # noqa: PLC0415 - its tables need the database

    def fails(**_: object) -> None:
        raise RevloopError(code, said, hint="what to do")

    monkeypatch.setattr(linkage, "link", fails)
    report = run(write(tmp_path / "in", ANN, BO), workspace)

    assert report.people.linkage == f"{said} (what to do)"
    assert report.people.contacts > 0
    assert report.kinds["inquiry"].added == 2
