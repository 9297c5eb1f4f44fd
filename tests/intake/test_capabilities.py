"""What the facts can show, and what they lack, in the words of who has the data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from revloop import engine, intake, operations
from revloop.intake.capabilities import CAPABILITIES, Standing, standing
from revloop.kit import folder
from revloop.kit.folder import Folder

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
INQUIRY = "source_id,at,lead_source,owner_user_id,is_deleted\n"
ACTIVITY = "source_id,at,kind,inquiry_id,automated\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Folder:
    made = folder.create(tmp_path / "acme")
    operations.connect(made, create=True)
    return made


def after(workspace: Folder, **files: str) -> dict[str, Standing]:
    path = workspace.path.parent / "in"
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text)
    if files:
        intake.run(intake.Request(path, "tester", AT), workspace)
    with engine.open(workspace.lake) as facts:
        return {each.name: each for each in standing(facts)}


def test_without_facts_everything_says_what_it_needs(workspace: Folder) -> None:
    found = after(workspace)

    assert list(found) == [each.name for each in CAPABILITIES]
    assert not any(each.works for each in found.values())


def test_a_column_that_no_row_fills_is_lacking(workspace: Folder) -> None:
    found = after(
        workspace,
        inquiry=f"{INQUIRY}1,2026-01-05,web,,\n",
        activity=f"{ACTIVITY}1,2026-01-05,call,facts:1,false\n",
    )

    assert found["Response and promises"].lacks == ("who owns a lead",)


def test_it_works_when_every_need_is_met_by_some_row(workspace: Folder) -> None:
    found = after(
        workspace,
        inquiry=f"{INQUIRY}1,2026-01-05,web,,\n2,2026-01-06,,facts:ana,\n",
        activity=f"{ACTIVITY}1,2026-01-05,call,facts:1,false\n",
    )

    assert found["Response and promises"].works


def test_rows_that_their_source_deleted_show_nothing(workspace: Folder) -> None:
    found = after(workspace, inquiry=f"{INQUIRY}1,2026-01-05,web,facts:ana,true\n")

    assert "leads, with the time they came in" in found["Response and promises"].lacks
