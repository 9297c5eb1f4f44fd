"""The last import is taken back, and the workspace is as if its files had never come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from revloop import engine, intake, operations
from revloop.intake import recognising, undoing
from revloop.intake.quarantine import Quarantine
from revloop.intake.report import Report
from revloop.kit import folder
from revloop.kit.errors import InvalidInput
from revloop.kit.folder import Folder

from .shop import Shop, write

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER, LAST = AT + timedelta(days=1), AT + timedelta(days=2)
FIRST = (
    "1,ann@acme.example,Acme,2026-01-05,10",
    "2,bo@bolt.example,Bolt,2026-01-06,20",
    "3,Ann@ACME.example,,2026-01-07,",
    "4,cy@acme.example,Acme,2026-13-01,40",
)
MORE = (
    "1,ann@bolt.example,Bolt,2026-01-04,10",  # another company and address
    "2,bo@bolt.example,Bolt,2026-01-06,20",  # as it was
    "4,cy@acme.example,Acme,2026-01-31,40",  # was in quarantine
    "5,bo@bolt.example,,2026-02-01,5",  # Bo again
    "6,dee@dot.example,Dot,2026-99-01,5",  # to quarantine
)
_PEOPLE = ("contact", "account", "user", "note", "identifier", "shared_key", "employer", "proposal")


@pytest.fixture
def house(workspace: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setattr(recognising, "profiles", lambda: (Shop(),))
    made = folder.create(workspace.path)
    operations.connect(made, create=True)
    return made


def bring(house: Folder, place: Path, *lines: str, at: datetime = AT) -> Report:
    return intake.run(intake.Request(write(place, *lines), "tester", at, link=False), house)


def take_back(house: Folder, report: Report, at: datetime = LAST) -> dict[str, Any]:
    return intake.undo(house, report.import_id, actor="kim", at=at, reason="the wrong files")


def state(house: Folder) -> dict[str, Any]:
    """Everything of facts, people and quarantine that somebody could see."""
    from revloop.operations.people.statements import rows  # noqa: PLC0415 - once Django is loaded

    with engine.open(house.lake) as facts:
        found: dict[str, Any] = {
            kind: sorted(map(str, facts.arrow(_content(facts[kind])).to_pylist()))
            for kind in engine.Lake(house.lake).kinds()
            if kind not in {"contact_identity", "account_identity", "contact_account"}
        }
        for entity in ("contact", "account"):
            found[f"{entity} stands"] = sorted(
                map(str, facts.arrow(facts.standing(entity)).to_pylist())
            )
    for name in _PEOPLE:
        found[f"people_{name}"] = sorted(map(str, rows(f"SELECT * FROM people_{name}")))  # noqa: S608
    quarantine = Quarantine(house.quarantine)
    found["held"] = {
        each.table: quarantine.rows(each.source, each.table) for each in quarantine.all()
    }
    return found


def _content(rows: Any) -> Any:
    return rows.drop("import_id", "recorded_at")


def test_taken_back_an_import_leaves_what_was_there_before(house: Folder, tmp_path: Path) -> None:
    bring(house, tmp_path / "first", *FIRST)
    before = state(house)
    report = bring(house, tmp_path / "more", *MORE, at=LATER)
    assert state(house) != before

    undone = take_back(house, report)

    assert state(house) == before
    assert undone["undone"] == {"at": LAST.isoformat(), "actor": "kim"}
    assert take_back(house, report)["undone"]["at"] == LAST.isoformat(), "a second time: nothing"
    assert undoing.last(house) is None


def test_the_same_files_may_come_again_and_are_whole(house: Folder, tmp_path: Path) -> None:
    bring(house, tmp_path / "first", *FIRST)
    report = bring(house, tmp_path / "more", *MORE, at=LATER)
    whole = state(house)
    take_back(house, report)

    again = bring(house, tmp_path / "more", *MORE, at=LATER)
    assert again.import_id != report.import_id

    now = state(house)
    for name in ("inquiry", "touch", "held"):
        assert now[name] == whole[name]
    assert len(now["people_contact"]) == len(whole["people_contact"])
    assert len(now["contact stands"]) == len(whole["contact stands"])


def test_a_number_that_was_given_is_nobody_else_s(house: Folder, tmp_path: Path) -> None:
    from revloop.operations.people.statements import rows  # noqa: PLC0415 - once Django is loaded

    bring(house, tmp_path / "first", *FIRST)
    report = bring(house, tmp_path / "more", *MORE, at=LATER)
    ((most,),) = rows("SELECT max(id) FROM people_contact")
    take_back(house, report)
    bring(house, tmp_path / "other", "9,eve@eve.example,,2026-02-01,5", at=LAST)

    ((number,),) = rows("SELECT id FROM people_contact WHERE reference = 'shop:9'")
    assert number > most


def test_a_report_of_a_moment_between_still_comes_out(house: Folder, tmp_path: Path) -> None:
    bring(house, tmp_path / "first", *FIRST)
    report = bring(house, tmp_path / "more", *MORE, at=LATER)
    take_back(house, report)

    with engine.open(house.lake, as_of=LATER) as facts:
        assert facts.arrow(facts["inquiry"]).num_rows == 5
    with engine.open(house.lake) as facts:
        assert facts.arrow(facts["inquiry"]).num_rows == 3


def test_the_ledger_says_who_took_it_back_and_why(house: Folder, tmp_path: Path) -> None:
    from revloop.operations.ledger import queries  # noqa: PLC0415 - once Django is loaded

    report = bring(house, tmp_path / "first", *FIRST)
    take_back(house, report)

    [entry] = queries.entries(kind="import.undone", subject=report.import_id)
    assert (entry.actor, entry.data["reason"]) == ("kim", "the wrong files")
    assert entry.data["contacts"] == 6, "three records, and three addresses of touches"


@pytest.fixture
def used(house: Folder, tmp_path: Path) -> tuple[Folder, Report, Report]:
    first = bring(house, tmp_path / "first", *FIRST)
    return house, first, bring(house, tmp_path / "more", *MORE, at=LATER)


def test_only_the_last_import_can_be_taken_back(used: tuple[Folder, Report, Report]) -> None:
    house, first, _ = used
    with pytest.raises(InvalidInput) as refused:
        take_back(house, first)
    assert refused.value.code == "import.not_the_last"
    with pytest.raises(InvalidInput) as refused:
        intake.undo(house, "20260101T000000-00000000", actor="kim", at=LAST, reason="")
    assert refused.value.code == "import.unknown"


def test_what_people_decided_since_is_not_lost(used: tuple[Folder, Report, Report]) -> None:
    from revloop.operations.people import actions  # noqa: PLC0415 - once Django is loaded

    house, _, last = used
    actions.merge("shop:1", "shop:4", actor="kim", at=LAST, reason="she told me")
    before = state(house)
    with pytest.raises(InvalidInput) as refused:
        take_back(house, last)
    assert refused.value.code == "import.used_since"
    assert state(house) == before
    assert undoing.unfinished(house) == []


def test_whom_somebody_recorded_since_is_not_lost(used: tuple[Folder, Report, Report]) -> None:
    from revloop.operations.people import actions  # noqa: PLC0415 - once Django is loaded

    house, _, last = used
    card = {"reference": "web:9", "email": "zoe@acme.example", "name": "Zoe"}
    actions.identify(card, actor="kim", at=LAST)
    with pytest.raises(InvalidInput) as refused:
        take_back(house, last)
    assert refused.value.code == "import.used_since"
    assert "web:9" in refused.value.message


def test_what_a_killed_undoing_began_the_next_import_ends(
    used: tuple[Folder, Report, Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, _, last = used

    class Killed(Exception):
        pass

    def dies(place: str, _about: str = "") -> None:
        if place == "intake.undo.operations":
            raise Killed

    monkeypatch.setattr(undoing, "failpoint", dies)
    with pytest.raises(Killed):
        take_back(house, last)
    monkeypatch.undo()
    monkeypatch.setattr(recognising, "profiles", lambda: (Shop(),))
    assert undoing.unfinished(house) == [last.import_id]
    bring(house, tmp_path / "other", "9,eve@eve.example,,2026-02-01,5", at=LAST)

    assert undoing.unfinished(house) == []
    assert engine.Lake(house.lake).undone().keys() == {last.import_id}
