from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .folders import only_refusal, only_table, read, rows_of, values_of

AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


def stored_schema(file: Path) -> pa.Schema:
    return pq.ParquetFile(file).schema_arrow


def test_types_are_kept(folder: Path) -> None:
    table = pa.table(
        {
            "id": pa.array([1, 2], pa.int64()),
            "small": pa.array([1, None], pa.int8()),
            "amount": pa.array([Decimal("1.50"), None], pa.decimal128(12, 2)),
            "at": pa.array([AT, None], pa.timestamp("us", tz="UTC")),
            "local": pa.array([AT.replace(tzinfo=None), None], pa.timestamp("ms")),
            "day": pa.array([date(2026, 1, 31), None]),
            "yes": pa.array([True, None]),
            "channel": pa.array(["ads", None]).dictionary_encode(),
            "tags": pa.array([["a", "b"], None], pa.list_(pa.string())),
            "name": pa.array(["Ann", ""]),
        }
    )
    pq.write_table(table, folder / "t.parquet")

    read_back = only_table(read(folder))

    assert read_back.columns == tuple(table.column_names)
    assert rows_of(read_back) == [
        row | {"row_number": number} for number, row in enumerate(table.to_pylist(), start=1)
    ]
    assert stored_schema(read_back.file).field("local").type == pa.timestamp("ms")
    assert stored_schema(read_back.file).field("at").type == pa.timestamp("us", tz="UTC")


def test_row_groups_are_put_together(folder: Path) -> None:
    table = pa.table(
        {"id": list(range(1_000)), "c": pa.array(["a", "b"] * 500).dictionary_encode()}
    )
    pq.write_table(table, folder / "t.parquet", row_group_size=7)

    rows = rows_of(only_table(read(folder)))

    assert [row["id"] for row in rows] == list(range(1_000))
    assert [row["row_number"] for row in rows] == list(range(1, 1_001))
    assert [row["c"] for row in rows] == ["a", "b"] * 500


def test_columns_that_are_not_read_are_named_with_the_reason(folder: Path) -> None:
    table = pa.table(
        {
            "id": [1],
            "where": pa.array([{"city": "York"}]),
            "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
            "lists": pa.array([[[1]]]),
            "key": pa.array([b"\0" * 16], pa.uuid().storage_type).cast(pa.uuid()),
            "picture": pa.array([b"\xff\xd8"]),
            "old text": pa.array([b"Ann"]),
        }
    )
    pq.write_table(table, folder / "t.parquet")

    read_back = only_table(read(folder))

    assert values_of(read_back) == [[1, "Ann"]]
    said = read_back.found["left out"]
    assert "key: an extension type" in said
    assert "picture: bytes that are not text" in said
    assert "where: of type struct<city: string>" in said
    assert "map: of type map" in said
    assert "lists: of type list<" in said


def test_nothing_that_can_be_read_is_a_refusal(folder: Path) -> None:
    pq.write_table(pa.table({"where": pa.array([{"city": "York"}])}), folder / "t.parquet")

    assert "has no column that can be read" in only_refusal(read(folder))


def test_names_are_told_apart(folder: Path) -> None:
    table = pa.table([[1], [2], [3]], names=["Email", "email", "row_number"])
    pq.write_table(table, folder / "t.parquet")

    read_back = only_table(read(folder))

    assert read_back.columns == ("Email", "email (2)", "row_number (2)")
    assert values_of(read_back) == [[1, 2, 3]]


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95])
def test_half_a_file_is_refused(keep: float, folder: Path) -> None:
    pq.write_table(pa.table({"id": list(range(10_000))}), folder / "t.parquet")
    content = (folder / "t.parquet").read_bytes()
    (folder / "t.parquet").write_bytes(content[: int(len(content) * keep)])

    assert "is damaged" in only_refusal(read(folder))


def test_changed_bytes_are_refused_or_read_but_never_crash(folder: Path) -> None:
    """Any byte may be wrong: the reading of the folder goes on."""
    pq.write_table(pa.table({"id": list(range(500)), "t": ["ab"] * 500}), folder / "t.parquet")
    content = (folder / "t.parquet").read_bytes()
    (folder / "t.parquet").unlink()
    for place in range(0, len(content), len(content) // 40):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        (folder / f"{place:05}.parquet").write_bytes(changed)
    (folder / "zz.csv").write_text("id\n1\n", encoding="utf-8")

    reading = read(folder)

    assert len(reading.tables) + len(reading.refused) == len(list(folder.iterdir()))
    assert reading.tables[-1].name == "zz.csv"
    assert reading.refused
