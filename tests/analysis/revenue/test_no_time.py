"""Periods before anything was sold, and after everything that is known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from revloop import engine
from revloop.analysis.ground import Ground
from revloop.analysis.periods import Period
from revloop.analysis.reading import Asked
from revloop.upkeep import readings

from ...engine.staging import Company
from .story import standing, tell

NAMES = ("revenue_equation", "revenue_change", "bookings", "win_rate", "cycle_time")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = tell(Company(tmp_path_factory.mktemp("sold")))
    with engine.open(made.lake.path) as facts:
        yield standing(facts, zone="UTC")


@pytest.mark.parametrize("name", NAMES)
def test_a_time_before_anything_was_sold_has_no_numbers(ground: Ground, name: str) -> None:
    result = readings.read(ground, name, Asked(Period.read("1999")))

    assert result.headline is None or result.headline.value is None
    assert "1999" in result.sentence
    assert "0.0" not in result.sentence


@pytest.mark.parametrize("name", NAMES)
def test_of_a_time_to_come_it_says_that_it_is_not_known(ground: Ground, name: str) -> None:
    result = readings.read(ground, name, Asked(Period.read("2030")))

    assert "facts of 2030: they end in 2026-03" in result.found.lacks[-1]
    assert result.table.num_rows == 0
