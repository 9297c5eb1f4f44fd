from __future__ import annotations

from pathlib import Path

import pytest

from revloop.kit.errors import InvalidInput
from revloop.sources.reading import Format, Limits, children, read_file, read_folder

from ...real_data import real_data
from .folders import only_table, read, rows_of, values_of

CSV = "id,name\n1,Ann\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    (made / "sub").mkdir(parents=True)
    (made / "b.csv").write_text(CSV, encoding="utf-8")
    (made / "a.tsv").write_text("id\tname\n2\tBob\n", encoding="utf-8")
    (made / "sub" / "c.csv").write_text("key\nx\n", encoding="utf-8")
    return made


def test_the_folder_is_read_in_the_order_of_the_names(folder: Path) -> None:
    reading = read(folder)

    assert [table.name for table in reading.tables] == ["a.tsv", "b.csv", "sub/c.csv"]
    assert [values_of(t) for t in reading.tables] == [[["2", "Bob"]], [["1", "Ann"]], [["x"]]]


def test_what_is_no_data_is_said(folder: Path) -> None:
    for name in ("README.md", "LICENSE", ".DS_Store", "Thumbs.db", "~$book.xlsx", "notes.pdf"):
        (folder / name).write_text("x", encoding="utf-8")
    (folder / "__MACOSX").mkdir()

    assert read(folder).ignored == (
        ".DS_Store",
        "LICENSE",
        "README.md",
        "Thumbs.db",
        "__MACOSX/",
        "notes.pdf",
        "~$book.xlsx",
    )


def test_our_own_folder_inside_is_not_read(folder: Path) -> None:
    first = read_folder(folder, folder / "staged")

    assert read_folder(folder, folder / "staged") == first


def test_the_same_bytes_give_the_same_reading(folder: Path, tmp_path: Path) -> None:
    first = read_folder(folder, tmp_path / "one")
    second = read_folder(folder, tmp_path / "two")

    assert [t.file.read_bytes() for t in first.tables] == [
        t.file.read_bytes() for t in second.tables
    ]
    assert [t.file.relative_to(tmp_path / "one") for t in first.tables] == [
        t.file.relative_to(tmp_path / "two") for t in second.tables
    ]


def test_copies_of_a_file_are_tables_of_their_own(folder: Path) -> None:
    for number in range(6):
        (folder / f"copy {number}.csv").write_text(CSV, encoding="utf-8")

    reading = read(folder)

    assert reading.refused == ()
    assert [values_of(table) for table in reading.tables[1:8]] == [[["1", "Ann"]]] * 7


def test_what_was_read_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read(folder)
    asked: list[str] = []
    monkeypatch.setattr(children.Children, "ask", lambda _, request, __: asked.append(request.name))

    assert read(folder) == first
    assert asked == []


def test_a_table_that_was_damaged_is_made_again(folder: Path) -> None:
    first = read(folder)
    first.tables[0].file.write_bytes(b"")

    second = read(folder)

    assert second == first
    assert [len(rows_of(table)) for table in second.tables] == [1, 1, 1]


def test_other_content_or_another_format_is_read_again(folder: Path) -> None:
    before = read(folder)
    (folder / "b.csv").write_text("id,name\n3,Cid\n", encoding="utf-8")
    changed = read(folder)
    said = read(folder, **{"*.csv": Format(header_row=0)})

    assert values_of(before.tables[1]) == [["1", "Ann"]]
    assert values_of(changed.tables[1]) == [["3", "Cid"]]
    assert said.tables[0] == before.tables[0]
    assert values_of(said.tables[1]) == [["id", "name"], ["3", "Cid"]]


def test_a_name_goes_before_a_glob(folder: Path) -> None:
    said = {"*": Format(header_row=1), "b.csv": Format(delimiter=";")}

    assert read(folder, **said).tables[1].columns == ("id,name",)


def test_progress_counts_every_byte(folder: Path, tmp_path: Path) -> None:
    calls: list[tuple[str, int, int]] = []

    read_folder(folder, tmp_path / "staged", progress=lambda *call: calls.append(call))

    total = sum(path.stat().st_size for path in folder.rglob("*.?sv"))
    assert [name for name, _, _ in calls] == ["a.tsv", "b.csv", "sub/c.csv"]
    assert calls[-1][1:] == (total, total)


def test_one_file_is_read(folder: Path, tmp_path: Path) -> None:
    table = only_table(read_file(folder / "sub" / "c.csv", tmp_path / "staged"))

    assert (table.name, values_of(table)) == ("c.csv", [["x"]])


def test_one_file_must_be_of_a_known_kind(folder: Path, tmp_path: Path) -> None:
    (folder / "notes.pdf").write_text("x", encoding="utf-8")

    with pytest.raises(InvalidInput, match="of no kind that is read"):
        read_file(folder / "notes.pdf", tmp_path / "staged")
    with pytest.raises(InvalidInput, match="is a folder"):
        read_file(folder, tmp_path / "staged")


def test_a_folder_of_everything_is_not_meant(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="more than 2 files"):
        read_folder(folder, tmp_path / "staged", limits=Limits(most_files=2))


@pytest.mark.parametrize(
    ("name", "tables", "rows"),
    [
        ("maven_crm", 4, {"accounts.csv": 85, "sales_pipeline.csv": 8_800, "products.csv": 7}),
        ("xeducation", 1, {"Leads.csv": 9_240}),
        ("hubspot_tables", 56, {"contact_data.csv": 22, "deal_data.csv": 44}),
        ("salesforce_tables", 14, {"sf_lead_data.csv": 1, "sf_account_data.csv": 10}),
    ],
)
def test_real_exports_are_read_whole(
    name: str, tables: int, rows: dict[str, int], tmp_path: Path
) -> None:
    reading = read_folder(real_data(name), tmp_path / "staged")

    assert reading.refused == ()
    assert len(reading.tables) == tables
    assert sum(table.unreadable_rows for table in reading.tables) == 0
    counted = {table.name: table.rows for table in reading.tables}
    assert rows.items() <= counted.items()


def test_a_real_pipeline_keeps_its_values(tmp_path: Path) -> None:
    reading = read_folder(real_data("maven_crm"), tmp_path / "staged")

    rows = rows_of(next(t for t in reading.tables if t.name == "sales_pipeline.csv"))
    won = [row for row in rows if row["deal_stage"] == "Won"]
    assert len(won) == 4_238
    assert sum(int(row["close_value"]) for row in won) == 10_005_534
    assert sum(row["product"] == "GTXPro" for row in rows) == 1_480
    assert sum(row["account"] is None for row in rows) == 1_425
