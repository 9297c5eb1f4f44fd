"""The story obeys the agreements that lie in examples/agreements."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from revloop.agreement.check import check
from revloop.agreement.form import Agreement, ClockPromise
from revloop.example import agreements, price_facts
from revloop.example.leads import LANES
from revloop.example.people import TITLES
from revloop.example.team import FLOOR
from revloop.kit.working_time.instants import to_microseconds

FOLDER = Path(__file__).parents[2] / "examples" / "agreements"


def form(version: str) -> Agreement:
    return check((FOLDER / f"acme-revenue-{version}.yaml").read_bytes()).required().form


@pytest.mark.parametrize("version", agreements.VERSIONS, ids=lambda version: version.name)
def test_versions_are_those_of_the_files(version: agreements.Version) -> None:
    signed = form(version.name)

    assert version.begins == to_microseconds(signed.effective_from)
    assert version.lanes == tuple(lane.id for lane in signed.lanes)
    assert set(version.lanes) <= set(LANES)
    for lane in signed.lanes:
        assert agreements.CLOCK_OF_LANE.get(lane.id) == lane.clock
    assert signed.promises is not None
    clocks = {
        name: promise.clock.within.length
        for name, promise in signed.promises.sales_to_marketing.items()
        if isinstance(promise, ClockPromise)
    }
    assert version.promises == clocks


@pytest.mark.parametrize("version", agreements.VERSIONS, ids=lambda version: version.name)
def test_hours_are_those_of_the_files(version: agreements.Version) -> None:
    for name, written in form(version.name).calendars.items():
        calendar = agreements.calendars()[agreements.CALENDARS.index(name)]
        assert calendar.timezone == written.timezone
        assert {day.isoformat() for day in written.holidays} <= set(agreements.HOLIDAYS[name])
        assert {days: list(windows) for days, windows in written.hours.items()} == {
            "mon-fri": agreements.hours(name)
        }


def test_holidays_are_named_by_one_of_the_files() -> None:
    for name, days in agreements.HOLIDAYS.items():
        named: set[date] = set()
        for version in agreements.VERSIONS:
            calendars = form(version.name).calendars
            if name in calendars:
                named |= set(calendars[name].holidays)
        assert {day.isoformat() for day in named} == set(days)


def test_the_sellers_are_those_of_the_routing() -> None:
    routing = form("2.1.0").routing
    assert routing is not None
    weights = {person.id: person.weight for person in FLOOR if person.weight}
    assert weights == dict(routing.weights)


def test_discounts_go_to_those_whom_the_guardrails_name() -> None:
    pricing = form("2.0.0").pricing
    assert pricing is not None
    edges = [float(rail.discount_up_to) for rail in pricing.guardrails]
    assert [edge for edge, _ in price_facts.LEVELS] == edges
    assert tuple(pricing.reasons) == price_facts.REASONS


def test_before_the_first_version_nothing_is_judged() -> None:
    before = np.array([agreements.VERSIONS[0].begins - 1])
    assert agreements.version_at(before)[0] == agreements.NO_VERSION
    assert agreements.version_at(before + 1)[0] == 0


@pytest.mark.parametrize(
    ("persona", "words"),
    [
        (0, ("chief ", "cfo", "vp finance")),
        (1, ("revenue operations", "director of marketing", "director growth marketing")),
        (2, ("crm",)),
        (3, ("sdr", "account executive")),
        (4, ("procurement", "purchas")),
    ],
)
def test_titles_fit_the_personas(persona: int, words: tuple[str, ...]) -> None:
    for title, _, _ in TITLES[persona]:
        assert any(word in title.lower() for word in words), title
