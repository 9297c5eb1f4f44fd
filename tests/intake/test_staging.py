"""A table of facts on its way: what is fit is counted, and no address goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from revloop.engine import Workbench
from revloop.intake import pseudonyms, staging
from revloop.sources.protocol import PROBLEM, ROW, FactTable

AT = datetime(2026, 3, 2, tzinfo=UTC)
SECRET = b"secret"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with Workbench(tmp_path) as made:
        yield made


def staged(
    bench: Workbench, people: list[str | None], problems: list[str | None] | None = None
) -> staging.Staged:
    numbers = list(range(1, len(people) + 1))
    rows: dict[str, Any] = {
        ROW: pa.array(numbers, pa.int64()),
        "source_id": pa.array(map(str, numbers), pa.string()),
        "at": pa.array([AT] * len(people), pa.timestamp("us", "UTC")),
        "contact_id": pa.array(people, pa.string()),
        PROBLEM: pa.array(problems or [None] * len(people), pa.string()),
    }
    table = FactTable("touch", ibis.memtable(pa.table(rows)), "touches.csv")
    return staging.stage(bench, table, bench.temp / "facts.parquet", SECRET)


@pytest.mark.parametrize(
    "people",
    [
        ["email:ann@acme.example"],
        ["crm:1", "email:ann@acme.example", "zoho:2", None],
        [*(f"crm:{each}" for each in range(130_000)), "email:ann@acme.example"],
        ["email:", "email;", "email:ann@acme.example"],
        ["x" * 5_000, "email:ann@acme.example"],
    ],
)
def test_an_address_is_hidden_wherever_it_stands(
    bench: Workbench, people: list[str | None]
) -> None:
    found = bench.arrow(staged(bench, people).rows)["contact_id"].to_pylist()
    hidden = pseudonyms.of_email("ann@acme.example", SECRET)

    assert hidden in found
    assert not [each for each in found if each and "@" in each]


@pytest.mark.parametrize("people", [[], [None, None], ["crm:1", "crm:2"], ["zoho:1", None]])
def test_where_nobody_is_named_by_an_address_nobody_is_hidden(
    bench: Workbench, people: list[str | None]
) -> None:
    made = staged(bench, people)

    assert not any(made.addresses.values())
    assert bench.arrow(made.rows)["contact_id"].to_pylist() == people


def test_the_rows_that_are_no_facts_are_counted_and_left_out(bench: Workbench) -> None:
    made = staged(bench, ["crm:1", "crm:2", "crm:3"], [None, "at: 'x' is not a date", None])

    assert (made.fit, made.unfit) == (2, 1)
    assert bench.arrow(made.rows)["source_id"].to_pylist() == ["1", "3"]
