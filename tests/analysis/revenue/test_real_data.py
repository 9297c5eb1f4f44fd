"""The revenue of a real CRM export, made by nobody here, against what its files say.

The expected numbers were computed from the files with another tool; see `tests/real_data.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from revloop import intake, operations
from revloop.analysis.ground import Ground
from revloop.kit import folder
from revloop.upkeep import readings

from ...real_data import real_data
from .story import read

pytestmark = pytest.mark.slow

MAPPING = Path(__file__).resolve().parents[3] / "examples" / "mappings" / "maven_crm.yaml"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DOLLAR = 100


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    path = real_data("maven_crm")
    workspace = folder.create(tmp_path_factory.mktemp("maven") / "acme")
    operations.connect(workspace, create=True)
    intake.run(intake.Request(path, "tester", AT, mapping=MAPPING), workspace)
    with readings.ground(workspace) as found:
        yield found
    operations.disconnect()


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    file = real_data("maven_crm") / "sales_pipeline.csv"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def test_the_win_rate_and_the_cycle(ground: Ground) -> None:
    wins = read(ground, "win_rate")
    assert wins.headline is not None
    assert (wins.headline.x, wins.headline.n) == (4_238, 6_711)
    assert round(100 * (wins.headline.value or 0), 2) == 63.15

    [cycle] = read(ground, "cycle_time").table.to_pylist()
    assert round(cycle["won_days"], 2) == 51.78
    assert round(cycle["lost_days"], 2) == 41.48
    # Of 8,800 opportunities 2,089 are open, so the ends alone are not the whole story.
    assert (cycle["open"], cycle["method"]) == (2_089, "cumulative incidence")


def test_the_mean_of_what_was_won(ground: Ground) -> None:
    [row] = read(ground, "revenue_equation").table.to_pylist()

    assert round(row["deal"] / DOLLAR, 2) == 2_360.91
    assert row["deal_n"] == 4_238
    assert row["any_deal_n"] == 6_711


def test_bookings_by_quarter_and_by_region(ground: Ground) -> None:
    found = read(ground, "bookings")

    quarters = {row["quarter"]: row["booked"] for row in found.found.more["quarters"].to_pylist()}
    assert quarters == {
        "2017-Q1": 1_134_672 * DOLLAR,
        "2017-Q2": 3_086_111 * DOLLAR,
        "2017-Q3": 2_982_255 * DOLLAR,
        "2017-Q4": 2_802_496 * DOLLAR,
    }
    regions = read(ground, "bookings", None, "region").found.more["total"].to_pylist()
    assert {row["region"]: row["booked"] for row in regions} == {
        "West": 3_568_647 * DOLLAR,
        "Central": 3_346_293 * DOLLAR,
        "East": 3_090_594 * DOLLAR,
    }


def test_every_month_is_what_the_file_says(ground: Ground, rows: list[dict[str, str]]) -> None:
    told = read(ground, "win_rate", "2017").found.more["months"].to_pylist()

    for month in told:
        closed = [row for row in rows if row["close_date"].startswith(month["month"])]
        won = [row for row in closed if row["deal_stage"] == "Won"]
        assert (month["x"], month["n"]) == (len(won), len(closed)), month["month"]


def test_opportunities_open_on_each_day(ground: Ground, rows: list[dict[str, str]]) -> None:
    [row] = read(ground, "revenue_equation", "2017-Q3").table.to_pylist()
    first, last = date(2017, 7, 1), date(2017, 9, 30)
    days = 0
    for each in rows:
        if not each["engage_date"]:
            continue  # Prospecting: known only from the day of the export on
        begin = date.fromisoformat(each["engage_date"])
        end = date.fromisoformat(each["close_date"]) if each["close_date"] else date(2018, 1, 1)
        days += max((min(end, date(2017, 10, 1)) - max(begin, first)).days, 0)

    assert row["opps_open"] == pytest.approx(days / ((last - first).days + 1))
    assert row["sellers_n"] == 30


def test_the_change_of_two_quarters_adds_up(ground: Ground) -> None:
    found = read(ground, "revenue_change", "2017-Q3")
    [whole] = found.found.more["whole"].to_pylist()

    assert sum(row["change"] for row in found.table.to_pylist()) == pytest.approx(whole["delta"])
    assert found.sentence.startswith("From 2017-Q2 to 2017-Q3 the run rate ")


def test_without_quotas_attainment_says_what_is_lacking(ground: Ground) -> None:
    found = read(ground, "quota_attainment")

    assert found.found.lacks == ("the quotas of sellers",)


@pytest.mark.parametrize("quarter", ["2017-Q2", "2017-Q3", "2017-Q4"])
def test_a_change_ends_at_the_run_rate_of_its_period(ground: Ground, quarter: str) -> None:
    [equation] = read(ground, "revenue_equation", period=quarter).table.to_pylist()
    change = read(ground, "revenue_change", period=quarter)
    [whole] = change.found.more["whole"].to_pylist()
    rows = change.table.to_pylist()

    assert whole["after"] == equation["per_day"]
    assert sum(row["change"] for row in rows) == pytest.approx(whole["after"] - whole["before"])
    # From the third quarter on many are open: told by age, win rate and cycle have no parts by segment.
    by_age = equation["win_method"] == "cumulative incidence"
    assert by_age == (quarter != "2017-Q2")
    assert {row["factor"] for row in rows if row["mix"] is None} == (
        {"win", "cycle_days"} if by_age else set()
    )
