"""A preview shows what an import would take, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from revloop.intake import previewing
from revloop.kit.errors import InvalidInput

LEADS = (
    "Id,FirstName,LastName,Email,Company,LeadSource,Status,IsConverted,CreatedDate\n"
    "00Q5f00000AAAA1EAH,Ann,Lee,ann@brightwater.example,Brightwater,Web,Open,false,"
    "2026-09-01T13:15:00.000Z\n"
)


def test_what_is_recognised_and_what_is_not_is_said(tmp_path: Path) -> None:
    (tmp_path / "Lead.csv").write_text(LEADS)
    (tmp_path / "strange.csv").write_text("a;b\n1;2\n3;4\n")
    (tmp_path / "broken.xlsx").write_bytes(b"PK no workbook")
    found = previewing.preview(tmp_path)
    assert {each.name: each.understood_as for each in found.tables} == {
        "Lead.csv": "salesforce",
        "strange.csv": "",
    }
    assert found.understood == 1
    assert [each["name"] for each in found.refused] == ["broken.xlsx"]
    strange = next(each for each in found.tables if each.name == "strange.csv")
    assert strange.columns == ("a", "b")
    assert strange.sample == (("1", "2"), ("3", "4"))
    assert strange.found["delimiter"] == "semicolon"


def test_only_the_first_rows_are_shown_and_long_cells_are_cut(tmp_path: Path) -> None:
    long = "x" * 5_000
    (tmp_path / "many.csv").write_text("n,text\n" + "".join(f"{n},{long}\n" for n in range(50)))
    [table] = previewing.preview(tmp_path).tables
    assert table.rows == 50
    assert len(table.sample) == previewing.ROWS
    assert max(len(cell or "") for row in table.sample for cell in row) < 300


def test_a_mapping_is_used_as_the_import_would(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "Lead.csv").write_text(LEADS)
    broken = tmp_path / "mapping.yaml"
    broken.write_text("nothing: of use\n")
    with pytest.raises(InvalidInput):
        previewing.preview(exports, mapping=broken)


def test_nothing_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        previewing.preview(tmp_path / "gone")
    assert refused.value.code == "import.nothing_there"
