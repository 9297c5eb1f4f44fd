"""Days, weeks, months and hours of a zone, as the calendar of that zone has them, on both sides of its changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from revloop.analysis.days import Days, dated, in_days
from revloop.engine import Workbench

ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe")
FIRST, LAST = datetime(2024, 12, 30, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC)
EVERY = timedelta(hours=13, minutes=7, seconds=59, microseconds=1)
INSTANTS = [FIRST + number * EVERY for number in range((LAST - FIRST) // EVERY)]
CHANGES = [
    datetime(2026, 3, 8, 6, 59, 59, 999_999, UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 5, 59, 59, 999_999, UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
]


@pytest.mark.parametrize("zone", ZONES)
def test_every_part_of_an_instant_is_that_of_the_zone(zone: str, tmp_path: Path) -> None:
    days = Days(zone, FIRST, LAST)
    instants = [*INSTANTS, *CHANGES, None]
    with Workbench(tmp_path) as bench:
        told = pa.table({"at": pa.array(instants, pa.timestamp("us", "UTC"))})
        rows = bench.con.create_table("told", told)
        calendar = bench.con.create_table("calendar", days.table())
        rows = rows.mutate(
            number=days.number(rows["at"]),
            weekday=days.weekday(rows["at"]),
            hour=days.hour(rows["at"]),
        )
        found = bench.arrow(dated(rows, "at", days, calendar)).to_pylist()

    assert len(found) == len(instants)
    for row in found:
        if row["at"] is None:
            assert (row["number"], row["week"], row["month"]) == (None, None, None)
            continue
        local = row["at"].astimezone(ZoneInfo(zone))
        day = local.date()
        assert row["number"] == (day - date(1970, 1, 1)).days
        assert (row["weekday"], row["hour"]) == (day.weekday(), local.hour)
        assert row["month"] == f"{day:%Y-%m}"
        assert row["week"] == (day - timedelta(days=day.weekday())).isoformat()


def test_days_between_are_wall_time_to_the_microsecond(tmp_path: Path) -> None:
    pairs = [(FIRST, LAST), (CHANGES[0], CHANGES[1]), (LAST, FIRST), (FIRST, None)]
    zoned = pa.timestamp("us", "UTC")
    with Workbench(tmp_path) as bench:
        told = pa.table(
            {
                "early": pa.array([early for early, _ in pairs], zoned),
                "late": pa.array([late for _, late in pairs], zoned),
            }
        )
        rows = bench.con.create_table("pairs", told)
        found = bench.arrow(rows.select(days=in_days(rows.late, rows.early)))["days"].to_pylist()

    a_day = timedelta(days=1)
    assert found == [
        None if late is None else pytest.approx((late - early) / a_day, abs=1e-12)
        for early, late in pairs
    ]
