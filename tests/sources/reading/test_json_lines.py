from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.sources.reading.formats import Format
from revloop.sources.reading.json_lines import read_json
from revloop.sources.reading.limits import Limits

from .folders import only_refusal, only_table, read, rows_of, unreadable_in, values_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


def test_everything_stays_text_as_it_is_written(folder: Path) -> None:
    (folder / "leads.jsonl").write_text(
        '{"id": 12345678901234567890, "amount": 1.10, "name": "Ann", "ok": true, "none": null}\n'
        '{"id": 2, "name": "", "new": {"a": [1.50, "x"], "b": null}}\n',
        encoding="utf-8",
    )

    table = only_table(read(folder))

    assert table.columns == ("id", "amount", "name", "ok", "none", "new")
    assert values_of(table) == [
        ["12345678901234567890", "1.10", "Ann", "true", None, None],
        ["2", None, None, None, None, '{"a": [1.50, "x"], "b": null}'],
    ]


def test_an_array_of_objects_is_a_table(folder: Path) -> None:
    text = '[\n{"id": 1,\n "name": "Ann"},\n{"id": 2}\n]\n'
    (folder / "leads.json").write_text(text, encoding="utf-8-sig")

    table = only_table(read(folder))

    assert values_of(table) == [["1", "Ann"], ["2", None]]
    assert [row["row_number"] for row in rows_of(table)] == [2, 4]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": 1', "the line is no JSON"),
        ("[1, 2]", "the value is not an object with names"),
        ('{"id": 1} {"id": 2}', "something follows the object"),
        ('{"id": 1, "id": 2}', "the object names a value twice"),
        ('{"id": NaN}', "NaN is no number"),
        ('{"id": "\\ud800"}', "the row holds bytes that are not of the file's encoding"),
        ('{"id": "\\u0000"}', "the row holds a NUL character, which no text may"),
        ("[" * 5_000, "the line is no JSON"),
    ],
)
def test_a_bad_line_is_kept_and_the_others_are_read(line: str, reason: str, folder: Path) -> None:
    text = f'{{"id": 0}}\n\n{line}\n{{"id": 9}}'
    (folder / "leads.ndjson").write_text(text, encoding="utf-8")

    table = only_table(read(folder))

    assert values_of(table) == [["0"], ["9"]]
    assert [row["row_number"] for row in rows_of(table)] == [1, 4]
    [(number, kept, why)] = unreadable_in(table)
    assert (number, kept[:4_000], why) == (3, line[:4_000], reason)


@pytest.mark.parametrize("text", ['[{"id": 1}, {"id"', '[{"id": 1} {"id": 2}]', '{"page": [', "[]"])
def test_what_is_no_table_is_refused(text: str, folder: Path) -> None:
    (folder / "leads.json").write_text(text, encoding="utf-8")

    assert only_refusal(read(folder))


@given(
    st.lists(
        st.dictionaries(
            st.text(st.characters(categories=["L"]), min_size=1, max_size=3),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            min_size=1,
        ),
        min_size=1,
    )
)
def test_every_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    # Names that differ only in case are told apart, which is tested elsewhere.
    rows = [{f"{len(k)}{k.casefold()}": v for k, v in row.items()} for row in rows]
    folder = tmp_path_factory.mktemp("json")
    file = folder / "t.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    with file.open("rb") as opened:
        table = read_json(opened, folder, Format(), Limits())

    import pyarrow.parquet as pq  # noqa: PLC0415

    found = pq.ParquetFile(folder / table.file).read().to_pylist()
    kept = [{k: v for k, v in row.items() if v and k != "row_number"} for row in found]
    assert kept == [{k: v for k, v in row.items() if v} for row in rows]
