"""revloop's own form: what was exported can be imported, and what a warehouse holds, too."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from revloop import engine, intake, operations
from revloop.intake.report import Report
from revloop.kit import folder
from revloop.kit.folder import Folder
from revloop.sources.fact_files import kind_of
from revloop.sources.reading import Format
from revloop.upkeep.export import FileFormat, export

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Folder:
    return made(tmp_path / "acme")


def made(path: Path) -> Folder:
    workspace = folder.create(path)
    operations.connect(workspace, create=True)
    return workspace


def run(path: Path, into: Folder, source: str | None = "crm") -> Report:
    return intake.run(intake.Request(path, "tester", AT, source=source), into)


def rows(workspace: Folder, kind: str, *columns: str) -> list[tuple[object, ...]]:
    with engine.open(workspace.lake) as facts:
        table = facts[kind].select(*columns).order_by(*columns)
        return [tuple(row.values()) for row in facts.arrow(table).to_pylist()]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("touch.parquet", "touch"),
        ("2025/touch.csv", "touch"),
        ("export.zip/touch-3.csv", "touch"),
        ("opportunity_stage_02.parquet", "opportunity_stage"),
        ("Account.csv", ""),
        ("touches.csv", ""),
    ],
)
def test_a_file_is_known_by_the_kind_it_is_named_after(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_text_files_are_read_as_the_types_of_the_kind(workspace: Folder, tmp_path: Path) -> None:
    exports = tmp_path / "in"
    exports.mkdir()
    (exports / "opportunity.csv").write_text(
        "source_id,at,amount_minor,amount_currency,close_date,is_won,name,colour\n"
        "1,2026-01-05T09:00:00+01:00,1050,EUR,2026-02-01,true,'=Acme,red\n"
        "2,2026-01-06,,,,,,\n"
        "3,yesterday,10,EUR,,,,\n"
        ",2026-01-06,10,EUR,,,,\n"
    )
    report = run(exports, workspace)
    [table] = report.tables

    assert (table.understood_as, table.facts, table.unmapped) == (
        "facts",
        {"opportunity": 2},
        ["colour"],
    )
    assert [(each.text, each.rows) for each in table.reasons] == [
        ("at: 'yesterday' is not a date", 1),
        ("source_id is empty, and opportunity needs it", 1),
    ]
    assert rows(workspace, "opportunity", "source_id", "at", "amount_minor", "is_won") == [
        ("1", datetime(2026, 1, 5, 8, tzinfo=UTC), 1050, True),
        ("2", datetime(2026, 1, 6, tzinfo=UTC), None, None),
    ]


def test_a_word_outside_a_closed_list_is_held_back(workspace: Folder, tmp_path: Path) -> None:
    file = tmp_path / "touch.parquet"
    table = pa.table(
        {
            "source_id": ["1", "2"],
            "at": pa.array([AT, AT], pa.timestamp("us", "UTC")),
            "kind": ["form_submit", "telepathy"],
        }
    )
    pq.write_table(table, file)
    report = run(file, workspace)

    assert report.tables[0].facts == {"touch": 1}
    [reason] = report.tables[0].reasons
    assert reason.text.startswith("kind: 'telepathy' is none of ")


def test_how_a_file_is_written_can_be_said(workspace: Folder, tmp_path: Path) -> None:
    file = tmp_path / "account.csv"
    file.write_bytes("made by hand\nsource_id|at|name\n1|2026-01-05|Größe\n".encode("cp437"))
    told = Format(encoding="cp437", delimiter="|", header_row=2)
    intake.run(intake.Request(file, "tester", AT, written=told), workspace)

    assert rows(workspace, "account", "source", "name") == [("facts", "Größe")]


@pytest.mark.parametrize("form", list(FileFormat))
def test_what_is_exported_comes_in_again_as_it_was(
    workspace: Folder, tmp_path: Path, form: FileFormat
) -> None:
    exports = tmp_path / "in"
    exports.mkdir()
    (exports / "account.csv").write_text(
        "source_id,at,name,domain,employees\na,2026-01-01,-Acme,acme.example,12\n"
    )
    (exports / "contact.csv").write_text(
        "source_id,at,email,account_id\n"
        "1,2026-01-05T09:00:00Z,ann@acme.example,crm:a\n"
        "2,2026-01-06T09:00:00Z,ANN@acme.example,\n"
    )
    (exports / "touch.csv").write_text(
        "source_id,at,contact_id,kind\n7,2026-01-05T09:00:00Z,email:ann@acme.example,webinar_attended\n"
    )
    run(exports, workspace)
    before = {
        kind: rows(workspace, kind, "source", "source_id", "at", "recorded_at")
        for kind in ("account", "contact", "touch")
    }
    with engine.open(workspace.lake) as facts:
        written = export(facts, tmp_path / "out", form=form)
    other = made(tmp_path / "other")
    report = run(tmp_path / "out", other, source=None)

    assert "contact_identity" in written
    assert report.quarantined == 0
    assert rows(other, "account", "name", "employees") == [("-Acme", 12)]
    for kind, known in before.items():
        assert rows(other, kind, "source", "source_id", "at", "recorded_at") == known


def test_a_mapping_can_say_how_its_files_are_written(workspace: Folder, tmp_path: Path) -> None:
    file = tmp_path / "in" / "firms.txt"
    file.parent.mkdir()
    file.write_bytes("Größe|12\nAcme|7\n".encode("cp437"))
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "source: firms\n"
        "exported_on: 2026-01-05\n"
        "files:\n"
        "  - file: firms.txt\n"
        "    encoding: cp437\n"
        "    delimiter: '|'\n"
        "    header_row: 0\n"
        "    facts:\n"
        "      - kind: account\n"
        "        source_id: Column 1\n"
        "        at: exported_on\n"
        "        fields: {name: Column 1, employees: Column 2}\n"
    )
    request = intake.Request(file.parent, "tester", AT, mapping=mapping)
    intake.run(request, workspace)

    assert rows(workspace, "account", "name", "employees") == [("Acme", 7), ("Größe", 12)]


def test_a_seller_who_is_named_by_an_address_is_no_contact(
    workspace: Folder, tmp_path: Path
) -> None:
    file = tmp_path / "inquiry.csv"
    file.write_text(
        "source_id,at,contact_id,owner_user_id\n"
        "1,2026-01-05,email:ann@acme.example,email:bo@us.example\n"
    )
    report = run(file, workspace)
    from revloop.operations.people import queries  # noqa: PLC0415 - its tables need the database

    assert report.people.contacts == 1
    assert queries.contact_names().column("email").to_pylist() == ["ann@acme.example"]
    assert queries.user_names().column("email").to_pylist() == ["bo@us.example"]
