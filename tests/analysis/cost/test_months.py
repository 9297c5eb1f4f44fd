"""What a period of several months cost is theirs by their days, whatever the amount: to the minor unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from revloop import engine
from revloop.analysis.cost import measures
from revloop.analysis.ground import Ground, Setting

from ...engine.staging import Company, on
from ..revenue.story import read
from .story import spent

AS_OF = on(4, 10, 12)
FACTS = 400
LONGEST = 3_660
CHANNELS = (None, "search", "event", "webinar")
POOLS = (None, "media", "people")


def facts() -> Iterator[dict[str, Any]]:
    """Periods of a day to ten years, and amounts of both signs up to a thousand million millions."""
    chance = np.random.default_rng(20260101)

    def one_of(*choices: Any) -> Any:
        return choices[chance.integers(len(choices))]

    for number in range(FACTS):
        begins = date(2024, 1, 1) + timedelta(days=int(chance.integers(820)))
        days = one_of(None, -3, 0, 1, 7, 31, int(chance.integers(1, LONGEST + 1)), 4_000)
        until = None if days is None else begins + timedelta(days=days)
        size = 10 ** int(chance.integers(1, 16))
        amount = int(chance.integers(-size, size))
        at = datetime(begins.year, begins.month, begins.day, tzinfo=UTC)
        said = {"channel": one_of(*CHANNELS), "pool": one_of(*POOLS)}
        yield spent(str(number), at, until, amount, **said)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    made = Company(tmp_path_factory.mktemp("months"))
    made.append("spend", *facts())
    return made


@pytest.fixture(scope="module")
def ground(company: Company) -> Iterator[Ground]:
    with engine.open(company.lake.path) as found:
        yield Ground(found, Setting(AS_OF, zone="America/Los_Angeles"))


def test_the_parts_of_each_fact_are_its_amount_and_fair_to_a_minor_unit(ground: Ground) -> None:
    parts = defaultdict(list)
    for row in ground.facts.arrow(measures.spend_rows(ground)).to_pylist():
        parts[row["spend"].removeprefix("crm:")].append(row)

    for fact in facts():
        if fact["at"] > AS_OF:
            assert fact["source_id"] not in parts
            continue
        rows, amount = parts[fact["source_id"]], fact["amount_minor"]
        assert sum(row["amount_minor"] for row in rows) == amount, fact
        assert sum(row["is_first"] for row in rows) == 1
        wanted = by_days(fact)
        told = {row["month"]: row["amount_minor"] for row in rows if row["month"] is not None}
        assert told.keys() == {month for month in wanted if month <= "2026-04"}
        for month, minor in told.items():
            assert abs(minor - wanted[month]) < 1, (fact, month)


def by_days(fact: dict[str, Any]) -> dict[str, Fraction]:
    """Of each month its days of the period, exactly; a period that cannot be is its first day."""
    begins, until = fact["at"].date(), fact["period_end"]
    days = 0 if until is None else (until - begins).days
    days = days if 0 < days <= LONGEST else 1
    shares: dict[str, int] = defaultdict(int)
    for number in range(days):
        shares[f"{begins + timedelta(days=number):%Y-%m}"] += 1
    return {month: Fraction(fact["amount_minor"] * n, days) for month, n in shares.items()}


@pytest.mark.parametrize("cut", measures.CUTS)
def test_months_and_cuts_add_up_to_all_that_was_spent(ground: Ground, cut: str) -> None:
    sums = ground.facts.arrow(measures.spend_sums(ground))
    whole = pc.sum(sums["amount_minor"]).as_py()
    ahead = sums.filter(pc.equal(sums["status"], pa.scalar(measures.AHEAD)))
    found = read(ground, "spend", None, cut).table

    assert whole == sum(fact["amount_minor"] for fact in facts() if fact["at"] <= AS_OF)
    assert pc.sum(found["spent"]).as_py() == whole - pc.sum(ahead["amount_minor"]).as_py()
    parts = [name for name in found.column_names if name in {"media", "people", "other_pools"}]
    told = sum(pc.sum(found[name]).as_py() for name in parts)
    assert told == pc.sum(found["spent"]).as_py()


def test_a_day_is_a_day_in_every_zone(company: Company) -> None:
    """A day without a time is written as midnight of UTC; a time of day is that of the zone."""
    for zone in ("America/Los_Angeles", "UTC", "Pacific/Auckland"):
        with engine.open(company.lake.path) as found:
            ground = Ground(found, Setting(AS_OF, zone=zone))
            rows = found.arrow(measures.spend_rows(ground)).to_pylist()
        for row in rows:
            if row["is_first"] and row["month"] is not None:
                assert row["month"] == f"{row['begins_at']:%Y-%m}", zone


def test_local_midnight_is_the_local_day(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = Company(tmp_path_factory.mktemp("midnight"))
    made.append("spend", spent("1", datetime(2026, 2, 28, 23, tzinfo=UTC), None, 1))
    with engine.open(made.lake.path) as found:
        ground = Ground(found, Setting(AS_OF, zone="Europe/Berlin"))
        assert found.arrow(measures.spend_sums(ground))["month"].to_pylist() == ["2026-03"]
