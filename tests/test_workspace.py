"""`revloop.open`: a company's facts in a notebook."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import revloop
from revloop import intake, operations
from revloop.intake import recognising
from revloop.kit import folder
from revloop.kit.errors import InvalidInput

from .intake.shop import Shop, write

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(recognising, "profiles", lambda: (Shop(),))
    made = folder.create(tmp_path / "acme")
    operations.connect(made, create=True)
    path = write(tmp_path / "in", "1,ann@acme.example,Acme,2026-01-05,10")
    intake.run(intake.Request(path, "tester", AT), made)
    return made.path


def test_facts_are_ibis_tables(acme: Path) -> None:
    with revloop.open(acme) as workspace:
        touches = workspace["touch"]
        [row] = workspace.arrow(touches.select("kind", "source", "at")).to_pylist()

    assert row == {
        "kind": "form_submit",
        "source": "shop",
        "at": datetime(2026, 1, 5, tzinfo=UTC),
    }


def test_names_come_only_where_they_are_asked_for(acme: Path) -> None:
    with revloop.open(acme) as workspace:
        assert "email" not in workspace["contact"].columns
        named = workspace.with_names("contact").select(["source", "email"]).to_pylist()

    assert {"source": "shop", "email": "ann@acme.example"} in named


def test_what_has_no_names_says_what_has(acme: Path) -> None:
    with revloop.open(acme) as workspace, pytest.raises(InvalidInput) as raised:
        workspace.with_names("touch")

    assert "contact" in raised.value.hint


def test_before_it_was_recorded_nothing_was_known(acme: Path) -> None:
    with revloop.open(acme, as_of=AT - timedelta(days=1)) as workspace:
        assert workspace.arrow(workspace["contact"]).num_rows == 0


def test_without_an_agreement_nothing_is_judged(acme: Path) -> None:
    with revloop.open(acme) as workspace:
        assert workspace.agreement() is None


def test_a_folder_that_is_no_workspace_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is not a workspace"):
        revloop.open(tmp_path)


def test_the_status_says_what_is_there(acme: Path) -> None:
    with revloop.open(acme) as workspace:
        status = workspace.status()

    assert status.facts["inquiry"] == 1
    assert "shop" in [each.source for each in status.sources]
    works = {each.name for each in status.capabilities if each.works}
    assert "Response and promises" not in works
