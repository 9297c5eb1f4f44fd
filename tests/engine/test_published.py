from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from revloop import engine
from revloop.engine import published


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "acme [2026]'s" / "published"


def publish(folder: Path, version: str, keys: Sequence[int]) -> None:
    lake = engine.Lake(folder.parent / "lake")
    lake.path.mkdir(parents=True, exist_ok=True)
    with published.publication(lake, folder, version) as made:
        rows = made.facts.held(
            pa.table(
                {
                    "key": pa.array(keys, pa.int64()),
                    "number": pa.array(range(len(keys)), pa.int64()),
                    "word": pa.array([f"word {each}" for each in keys], pa.string()),
                }
            )
        )
        made.write("words", rows.order_by("key", ibis.desc("number")), key="key", latest="number")


def opened(folder: Path) -> published.Table:
    found = published.current(folder)
    assert found is not None
    return found["words"]


def numbers(rows: Any) -> list[int]:
    found: list[int] = rows["number"].to_pylist()
    return found


def test_before_anything_is_published_there_is_nothing(folder: Path) -> None:
    assert published.current(folder) is None


def test_the_rows_of_a_key_are_found_in_their_order(folder: Path) -> None:
    publish(folder, "a", [3, 1, 3, 8, 3])
    table = opened(folder)

    assert numbers(table.of(3)) == [4, 2, 0]
    assert numbers(table.of(1)) == [1]
    assert table.of(8, ["word"]).to_pylist() == [{"word": "word 8"}]
    assert len(table.span(3)) == 3
    for missing in (0, 2, 9):
        assert numbers(table.of(missing)) == []
    assert list(table.keys) == [1, 3, 8]
    assert sorted(numbers(table.of_each([8, 1, 2, 8]))) == [1, 3]
    assert table.column("key").to_pylist() == [1, 3, 3, 3, 8]


def test_a_key_may_go_over_many_groups_of_rows(folder: Path) -> None:
    many = published._PIECE + published._GROUP_OF_FEW + 5
    publish(folder, "a", [1] * 10 + [2] * many + [3])
    table = opened(folder)

    assert numbers(table.of(2)) == list(reversed(range(10, many + 10)))
    assert numbers(table.of(3)) == [many + 10]
    span = table.span(2)
    assert numbers(table.read(span[8_190:8_200])) == [
        many + 9 - each for each in range(8_190, 8_200)
    ]
    assert sorted(numbers(table.of_each([1, 3]))) == [*range(10), many + 10]


def test_a_table_without_rows_can_be_asked(folder: Path) -> None:
    publish(folder, "a", [])
    table = opened(folder)

    assert table.rows == 0
    assert table.of(1).to_pylist() == []
    assert table.of_each([1, 2]).to_pylist() == []
    assert table.column("word").to_pylist() == []


def test_a_new_version_takes_the_place_of_the_old_one(folder: Path) -> None:
    publish(folder, "a", [1])
    before = opened(folder)
    publish(folder, "b", [2, 2])

    assert numbers(opened(folder).of(2)) == [1, 0]
    assert numbers(before.of(1)) == [0]  # whoever reads it reads on
    publish(folder, "c", [3])

    assert sorted(each.name for each in folder.iterdir()) == ["CURRENT", "b", "c"]


def test_the_same_rows_are_the_same_bytes(folder: Path) -> None:
    keys = [each % 1_000 for each in range(50_000)]
    publish(folder, "a", keys)
    first = {file.name: file.read_bytes() for file in (folder / "a").iterdir()}
    publish(folder, "b", keys)

    assert len(first) == 5
    assert {file.name: file.read_bytes() for file in (folder / "b").iterdir()} == first


def test_what_fails_half_way_is_never_read(folder: Path) -> None:
    publish(folder, "a", [1])

    def fail() -> None:
        lake = engine.Lake(folder.parent / "lake")
        with published.publication(lake, folder, "b") as made:
            (made.folder / "words.parquet").write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert numbers(opened(folder).of(1)) == [0]
    assert sorted(each.name for each in folder.iterdir()) == ["CURRENT", "a"]


def test_a_version_that_was_made_and_not_pointed_to_is_taken(folder: Path) -> None:
    publish(folder, "a", [1])
    publish(folder, "b", [2])
    (folder / "CURRENT").write_text("a")  # as after a kill between the two
    publish(folder, "b", [2])

    assert numbers(opened(folder).of(2)) == [0]


def test_files_that_are_gone_are_as_if_never_made(folder: Path) -> None:
    publish(folder, "a", [1])
    shutil.rmtree(folder / "a")

    assert published.current(folder) is None


def test_rows_are_taken_by_their_numbers_in_any_order(folder: Path) -> None:
    publish(folder, "a", range(20_000))
    table = opened(folder)

    assert table.take([19_999, 3, 8_192, 3], ["key"])["key"].to_pylist() == [19_999, 3, 8_192, 3]
    assert table.take([]).to_pylist() == []


@pytest.mark.parametrize("rows_of_a_long_table", [0, 65_536])
def test_columns_of_lists_are_ordered_chosen_and_picked(
    folder: Path, rows_of_a_long_table: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "_LONG", rows_of_a_long_table)
    publish(folder, "a", [5, 6, 6, 7])
    assert (folder / "a" / "words.word.arrow").exists() == (rows_of_a_long_table == 0)
    table = opened(folder)

    assert list(table.latest_first) == [3, 1, 2, 0]
    assert list(table.where("word", "word 6")) == [False, True, True, False]
    assert list(table.where("word", "none")) == [False] * 4
    assert table.words("word") == ["word 5", "word 6", "word 7"]
    assert list(table.places([7, 4, 6, 99])) == [1, 3]
    assert table.pick([3, 0], ["key", "word"]) == [
        {"key": 7, "word": "word 7"},
        {"key": 5, "word": "word 5"},
    ]


def test_a_version_says_how_far_it_tells(folder: Path) -> None:
    lake = engine.Lake(folder.parent / "lake")
    lake.path.mkdir(parents=True)
    with published.publication(lake, folder, "a") as made:
        made.until = datetime(2026, 3, 2, tzinfo=UTC)

    found = published.current(folder)
    assert found is not None
    assert found.until == datetime(2026, 3, 2, tzinfo=UTC)
