"""A workbench computes, and reaches nothing but its folders."""

from __future__ import annotations

from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from revloop import engine
from revloop.kit.errors import RevloopError

from .staging import on


@pytest.fixture
def temp(tmp_path: Path) -> Path:
    return tmp_path / "a [folder]'s temp"


def test_files_in_and_files_out(temp: Path) -> None:
    with engine.Workbench(temp) as bench:
        pq.write_table(pa.table({"n": [1, 2]}), temp / "one.parquet")
        pq.write_table(pa.table({"n": [3], "m": ["x"]}), temp / "two.parquet")

        both = bench.read([temp / "one.parquet", temp / "two.parquet"])
        saved = bench.save(both.filter(both.n > 1), temp / "saved.parquet")

        assert saved == 2
        assert bench.arrow(bench.read(temp / "saved.parquet")).to_pylist() == [
            {"n": 2, "m": None},
            {"n": 3, "m": "x"},
        ]
        assert sum(len(batch) for batch in bench.batches(both)) == 3


def test_the_order_of_a_file_is_kept(temp: Path) -> None:
    numbers = list(range(300_000))
    with engine.Workbench(temp) as bench:
        pq.write_table(pa.table({"n": numbers}), temp / "in.parquet", row_group_size=10_000)
        rows = bench.read(temp / "in.parquet")
        bench.save(rows.mutate(twice=rows.n * 2), temp / "out.parquet")

        assert bench.arrow(bench.read(temp / "out.parquet"))["n"].to_pylist() == numbers


def test_a_table_in_memory_may_take_part(temp: Path) -> None:
    with engine.Workbench(temp) as bench:
        pq.write_table(pa.table({"n": [1, 2]}), temp / "one.parquet")
        rows = bench.read(temp / "one.parquet")
        names = ibis.memtable(pa.table({"n": [2], "name": ["two"]}))
        bench.save(rows.inner_join(names, "n"), temp / "named.parquet")

        assert pq.read_table(temp / "named.parquet").to_pylist() == [{"n": 2, "name": "two"}]


def test_instants_are_utc_wherever_the_machine_stands(
    temp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    with engine.Workbench(temp) as bench:
        at = pa.array([on(3, 29, 1)], pa.timestamp("us", "UTC"))
        pq.write_table(pa.table({"at": at}), temp / "at.parquet")
        rows = bench.read(temp / "at.parquet")

        assert bench.arrow(rows.select(hour=rows["at"].hour()))["hour"].to_pylist() == [1]


REACHES_OUT = (
    "SELECT * FROM read_text('{other}/secret.txt')",
    "SELECT * FROM read_csv('{other}/secret.txt')",
    "SELECT * FROM read_text('{temp}/../other/secret.txt')",
    "SELECT * FROM glob('{other}/*')",
    "COPY (SELECT 1) TO '{other}/new.csv'",
    "ATTACH '{other}/new.db'",
    "SELECT * FROM read_parquet('https://example.com/x.parquet')",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET memory_limit = '100GB'",
    "SET TimeZone = 'Europe/Berlin'",
    "SET allowed_directories = ['/']",
)


@pytest.mark.parametrize("statement", REACHES_OUT)
def test_nothing_else_can_be_reached_and_nothing_unlocked(tmp_path: Path, statement: str) -> None:
    temp, other = tmp_path / "temp", tmp_path / "other"
    other.mkdir()
    (other / "secret.txt").write_text("secret")

    with engine.Workbench(temp) as bench, pytest.raises(duckdb.Error):
        bench.con.raw_sql(statement.format(temp=temp, other=other)).fetchall()

    assert [each.name for each in other.iterdir()] == ["secret.txt"]


def test_a_python_variable_is_no_table(temp: Path) -> None:
    with engine.Workbench(temp) as bench:
        secret = pa.table({"n": [1]})

        with pytest.raises(duckdb.CatalogException):
            bench.con.raw_sql("SELECT * FROM secret").fetchall()
        assert secret.num_rows == 1


def test_too_little_memory_is_said_and_harms_nothing(temp: Path) -> None:
    with engine.Workbench(temp, memory_limit="20MB", threads=1) as bench:
        numbers = ibis.range(2_000_000).unnest().name("n").as_table()
        lists = numbers.agg(all=numbers.n.cast("string").collect())

        with pytest.raises(RevloopError) as failed:
            bench.save(lists, temp / "lists.parquet")

        assert failed.value.code == "engine.out_of_memory"
        assert "memory_limit" in failed.value.hint
        assert bench.arrow(numbers.limit(1)).num_rows == 1
