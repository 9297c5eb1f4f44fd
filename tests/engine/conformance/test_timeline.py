"""The timeline is the same on every engine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ibis
import pytest

from revloop import engine
from revloop.analysis.timeline import measures

from ...analysis.timeline.story import tell
from ..staging import Company, on
from .conftest import Open

# Ibis' way to Spark goes through pandas, and Spark leaves its sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def company(place: Path) -> Company:
    return tell(Company(place / "timeline"))


def everything(facts: engine.Facts) -> dict[str, list[dict[str, Any]]]:
    events = measures.events(facts)
    zoned = events["at"].type().timezone is not None
    moment = on(3, 2) if zoned else on(3, 2).replace(tzinfo=None)
    since = ibis.literal(moment, events["at"].type())
    tables = {
        "events": events.order_by("at", "digest", "what"),
        "newest": measures.newest(events),
        "companies": measures.companies(facts, events, since).order_by("company_id"),
        "persons": measures.persons(facts, events, since).order_by("person_id"),
        "opportunities": measures.opportunities(facts).order_by("opportunity_id"),
        "roles": measures.roles(facts).order_by("opportunity_id", "person_id"),
    }
    return {name: facts.arrow(table).to_pylist() for name, table in tables.items()}


def test_every_table_of_the_timeline_is_the_same(read: Open, company: Company) -> None:
    with engine.open(company.lake.path) as facts:
        expected = everything(facts)

    found = everything(read(company))
    assert found == expected
    assert len(found["events"]) == 17
    assert found["newest"] == [{"at": datetime(2026, 3, 2, tzinfo=UTC)}]
