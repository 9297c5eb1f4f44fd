"""Rows held back: whole, with their reason, until the same row becomes a fact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from revloop.intake.quarantine import COLUMNS, Quarantine, reasons, without_value

SCHEMA = pa.schema(
    [(name, pa.int64() if name == "row_number" else pa.string()) for name in COLUMNS]
)


def held(*rows: tuple[int, str, str]) -> pa.Table:
    listed = [
        {"row_number": number, "kind": "opportunity", "reason": reason, "raw": raw}
        for number, reason, raw in rows
    ]
    return pa.Table.from_pylist(listed, SCHEMA)


def kept(quarantine: Quarantine, table: str = "deals.csv") -> list[Any]:
    return [row["raw"] for row in quarantine.rows("crm", table)]


def test_rows_are_kept_whole_and_counted_by_reason(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path / "quarantine")
    count = quarantine.replace(
        "crm",
        "deals.csv",
        held(
            (2, "close_date: '2017-13-01' is not a date", "a"),
            (3, "close_date: '2017-02-30' is not a date", "b"),
            (4, "amount: 'much' is not a number", "c"),
        ),
        set(),
    )
    [found] = quarantine.all()

    assert count == 3
    assert (found.source, found.table, found.rows) == ("crm", "deals.csv", 3)
    assert [(each.rows, each.example_row) for each in found.reasons] == [(2, 2), (1, 4)]
    assert kept(quarantine) == ["a", "b", "c"]


def test_rows_that_were_seen_again_are_judged_anew_and_the_others_stay(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path)
    quarantine.replace("crm", "deals.csv", held((2, "x", "a"), (3, "x", "b")), set())

    assert quarantine.replace("crm", "deals.csv", held((9, "x", "c")), {"a"}) == 2
    assert kept(quarantine) == ["b", "c"]


def test_the_last_row_that_leaves_takes_the_file_along(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path)
    quarantine.replace("crm", "deals.csv", held((2, "x", "a")), set())

    assert quarantine.replace("crm", "deals.csv", held(), {"a"}) == 0
    assert not list(tmp_path.iterdir())


def test_tables_of_one_name_from_two_sources_are_two(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path)
    for source in ("crm", "shop"):
        quarantine.replace(source, "../deals\n\udcff.csv", held((2, "x", source)), set())

    assert sorted(each.source for each in quarantine.all()) == ["crm", "shop"]
    assert all(path.parent == tmp_path for path in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("reason", "same"),
    [
        ("close_date: '1' is not a date", "close_date: '' is not a date"),
        ("close_date: 'it's' is not a date", "close_date: '' is not a date"),
        ("source_id is missing", "source_id is missing"),
    ],
)
def test_reasons_that_differ_in_the_value_only_are_one(reason: str, same: str) -> None:
    assert without_value(reason) == same


def test_the_most_frequent_reasons_come_first() -> None:
    rows = [{"reason": reason, "row_number": n} for n, reason in enumerate(["b", "a", "a", "c"])]

    assert [each.text for each in reasons(rows, most=2)] == ["a", "b"]
