"""What the customers of a quarter cost and brought: those who came late are still to bring some of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from revloop import engine
from revloop.analysis.ground import Ground, Setting
from revloop.analysis.reading import Result

from ...engine.staging import Company
from ..revenue.story import read
from .story import booking, spent

AS_OF = datetime(2026, 3, 31, 20, tzinfo=UTC)
OLD, NEW = 20, 5
"""Customers of January 2025, who are known for fifteen months; and of January 2026, for three."""


def at(year: int, month: int) -> datetime:
    return datetime(year, month, 15, 9, tzinfo=UTC)


def order(name: str, when: datetime, minor: int, **more: Any) -> dict[str, Any]:
    """A fourth of it are goods."""
    account, _, _ = name.partition("-")
    return {
        **booking(name, account, when, minor, minor // 4),
        "opportunity_id": None,
        **more,
    }


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Everybody buys for 100 and, five months later, for 40; one of the old gives 30 back."""
    made = Company(tmp_path_factory.mktemp("cohorts"))
    old = [f"old{each}" for each in range(OLD)]
    new = [f"new{each}" for each in range(NEW)]
    accounts = [*((name, "EU") for name in old), *((name, "US") for name in new)]
    made.append(
        "account",
        *({"source_id": name, "at": at(2024, 12), "region": region} for name, region in accounts),
    )
    made.append(
        "booking",
        *(order(f"{name}-1", at(2025, 1), 100_00) for name in old),
        *(order(f"{name}-2", at(2025, 6), 40_00, kind="expansion") for name in old),
        order("old0-3", at(2025, 7), 30_00, kind="refund"),
        *(order(f"{name}-1", at(2026, 1), 100_00) for name in new),
        # What a company buys that had bought before is in the cohort of its first order.
        order("old1-9", at(2026, 1), 200_00, kind="renewal"),
    )
    made.append(
        "spend",
        spent("old", at(2025, 1), date(2025, 2, 1), 1_000_00, pool="people", side="marketing"),
        spent("new", at(2026, 1), date(2026, 2, 1), 300_00, pool="people", side="sales"),
    )
    with engine.open(made.lake.path) as facts:
        yield Ground(facts, Setting(AS_OF))


def rows(found: Result) -> dict[str, dict[str, Any]]:
    return {row["cohort"]: row for row in found.table.to_pylist()}


def test_each_quarter_stands_by_what_it_cost_and_brought(ground: Ground) -> None:
    told = rows(read(ground, "cohort_return"))

    old, new = told["2025-Q1"], told["2026-Q1"]
    brought = OLD * 140_00 - 30_00 + 200_00
    assert (old["customers"], old["months"], old["revenue"]) == (OLD, 15, brought)
    assert (new["customers"], new["months"], new["revenue"]) == (NEW, 3, NEW * 100_00)
    assert (old["gross_margin"], old["gross_margin_n"]) == (0.75, 2 * OLD + 1)
    assert new["is_small"]


def test_a_quarter_of_which_not_all_spend_is_known_has_no_return(ground: Ground) -> None:
    """Spend of January 2025 is known, and up to January 2026: of February and March 2026 it is not."""
    whole = rows(read(ground, "cohort_return"))
    month = rows(read(ground, "cohort_return", "2026-01"))

    assert whole["2025-Q1"]["spend"] == 1_000_00
    assert (whole["2026-Q1"]["spend"], whole["2026-Q1"]["return_so_far"]) == (None, None)
    assert month["2026-Q1"]["spend"] == 300_00
    assert month["2026-Q1"]["return_so_far"] == pytest.approx(
        (NEW * 100_00 * 0.75 - 300_00) / 300_00
    )


def test_what_is_to_come_is_what_older_ones_brought_at_that_age(ground: Ground) -> None:
    """By twelve months: of the old as it was; of the new, 40 each in the sixth month less 1.50."""
    told = rows(read(ground, "cohort_return"))

    assert told["2025-Q1"]["age"] == 12
    assert told["2025-Q1"]["expected"] == OLD * 140_00 - 30_00
    assert told["2025-Q1"]["expected_low"] == told["2025-Q1"]["expected"]
    later = 40_00 - 30_00 / OLD
    assert told["2026-Q1"]["expected"] == pytest.approx(NEW * (100_00 + later))
    assert told["2026-Q1"]["expected_low"] < told["2026-Q1"]["expected"]


def test_the_means_are_of_those_who_have_been_there_so_long(ground: Ground) -> None:
    means = read(ground, "cohort_return").found.more["means"].to_pylist()

    assert [(row["n"], row["mean"]) for row in means[:4]] == [
        (OLD + NEW, 100_00),
        (OLD + NEW, 0),
        (OLD + NEW, 0),
        (OLD, 0),
    ]
    assert (means[5]["mean"], means[6]["mean"]) == (40_00, -30_00 / OLD)
    assert (means[12]["n"], means[12]["mean"]) == (OLD, 200_00 / OLD)
    assert len(means) == 15


def test_of_a_group_there_is_revenue_and_no_return(ground: Ground) -> None:
    found = read(ground, "cohort_return", None, "region")

    told = {row["region"]: row for row in found.table.to_pylist()}
    assert {name: row["revenue"] for name, row in told.items()} == {
        "EU": OLD * 140_00 - 30_00 + 200_00,
        "US": NEW * 100_00,
    }
    assert all(row["spend"] is None for row in told.values())
    assert "nothing says which spend was for whom" in found.sentence
    assert any("Spend names no segment" in note for note in found.found.notes)


def test_nothing_is_expected_by_what_too_few_have_done(ground: Ground) -> None:
    """Of the region in which five have bought, nobody has been there for a year."""
    found = read(ground, "cohort_return", None, region="US")

    [row] = found.table.to_pylist()
    assert (row["age"], row["expected"], row["return_low"]) == (None, None, None)
    assert any("Fewer than 20 customers" in note for note in found.found.notes)


def test_where_nobody_became_a_customer_there_is_nothing(ground: Ground) -> None:
    found = read(ground, "cohort_return", "2025-Q3")

    assert found.sentence == "Nobody became a customer in 2025-Q3."
    assert (found.headline, found.table.num_rows) == (None, 0)


def test_its_chart_is_what_vega_lite_knows(ground: Ground) -> None:
    chart = read(ground, "cohort_return", "2025-01..2026-01").chart()

    assert chart is not None
    chart.to_dict(validate=True)
