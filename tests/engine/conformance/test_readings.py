"""What every reading is concluded from, and the rows behind it, are the same on every engine."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from revloop import engine
from revloop.analysis import registry
from revloop.analysis.ground import Ground
from revloop.analysis.reading import Asked, Rows, Sums, concluded

from ...analysis.promises import story
from ..staging import Company
from .conftest import Open

# Ibis' way to Spark goes through pandas, and Spark leaves its sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning")

_DIGITS = 9
"""Engines add floating numbers in different orders."""


@pytest.fixture(scope="module")
def company(place: Path) -> Company:
    made = story.tell(Company(place / "readings"))
    sold = {"account_id": "crm:acme", "owner_user_id": "crm:sam", "opportunity_type": "new"}
    won = {"is_won": True, "is_closed": True, "amount_minor": 90_000_00, "amount_currency": "USD"}
    made.append(
        "opportunity",
        {"source_id": "f", "at": story.TUESDAY + 30 * story.DAY, "inquiry_id": "crm:f"}
        | {"closed_at": story.TUESDAY + 60 * story.DAY, **sold, **won},
        {"source_id": "g", "at": story.TUESDAY + 3 * story.DAY, **sold},
        {"source_id": "h", "at": story.TUESDAY + 3 * story.DAY, **sold, **won, "is_won": False}
        | {"closed_at": story.TUESDAY + 9 * story.DAY, "return_on": date(2026, 9, 1)},
    )
    talked = {"at": datetime(2026, 9, 3, tzinfo=UTC), "kind": "call", "direction": "out"}
    made.append("activity", {"source_id": "again", "account_id": "crm:acme", **talked})
    return bought(made)


def bought(made: Company) -> Company:
    """What was ordered after a quote, and what was spent: in two months, in euros, given back, ahead."""
    paid = {"amount_minor": 90_000_00, "amount_currency": "USD"}
    costs = {"cost_of_goods_minor": 30_000_00, "cost_of_goods_currency": "USD"}
    costs |= {"cost_to_serve_minor": 9_000_00, "cost_to_serve_currency": "USD"}
    ordered = {"at": story.TUESDAY + 60 * story.DAY, "account_id": "crm:acme", **paid, **costs}
    made.append(
        "booking",
        {"source_id": "f", "kind": "booking", "opportunity_id": "crm:f", **ordered}
        | {"term_months": 12, "monthly_recurring_minor": 7_500_00}
        | {"monthly_recurring_currency": "USD"},
        {"source_id": "more", "kind": "expansion", **ordered, "amount_currency": "EUR"},
        {"source_id": "back", "kind": "refund", **ordered},
    )
    line = {"at": story.TUESDAY + 50 * story.DAY, "opportunity_id": "crm:f", "quote": "Q"}
    line |= {"list_price_currency": "USD", "unit_price_currency": "USD"}
    made.append(
        "quote_line",
        {"source_id": "1", "quantity": 3.0, "list_price_minor": 25_000_00, **line}
        | {"unit_price_minor": 20_000_00},
        {"source_id": "2", "quantity": 1.5, "list_price_minor": 20_000_33, **line}
        | {"unit_price_minor": 20_000_00},
    )
    made.append(
        "campaign",
        campaign("told", "webinar", "Loop talks"),
        campaign("apart", "event", "Loop day"),
        campaign("same", "search", "Searched"),
    )
    made.append(
        "spend",
        spent("weeks", date(2026, 9, 8), 1_000_01, campaign_id="crm:told", pool="media"),
        spent("search", None, 500_00, channel="search", pool="media", side="marketing"),
        spent("people", date(2027, 8, 25), 40_000_07, "EUR", pool="people", side="sales")
        | {"fx_rate": 1.1},
        spent("back", date(2026, 10, 1), -333_35, pool="tools", side="marketing"),
        spent("later", date(2026, 12, 1), 9_00, status="planned"),
        {"source_id": "unknown", "at": story.TUESDAY, "channel": "event", "campaign": "Other"},
    )
    return touched(made)


def touched(made: Company) -> Company:
    """A journey that was won, and one that led to nothing and is over."""
    made.append("account", {"source_id": "never", "at": story.TUESDAY})
    made.append("product", {"source_id": "loop", "at": story.TUESDAY, "name": "Loop"})
    made.append(
        "content_asset",
        {"source_id": "paper", "at": story.TUESDAY, "title": "A paper", "products": ["Loop"]},
    )
    made.append("contact", {"source_id": "kim", "at": story.TUESDAY, "account_id": "crm:acme"})
    made.append("inquiry", story.lead("kim") | {"contact_id": "crm:kim"})
    seen = {"kind": "form_submit", "channel": "web"}
    made.append(
        "touch",
        *(
            {"source_id": f"{account}-{day}", "at": story.TUESDAY + day * story.DAY, **seen}
            | {"account_id": f"crm:{account}", "channel": channel}
            for account, day, channel in (
                ("acme", 1, "search"),
                ("acme", 35, "web"),
                ("acme", 59, "sales"),
                ("never", -300, "search"),
                ("never", -299, "web"),
            )
        ),
        {"source_id": "kim", "at": story.TUESDAY - story.DAY, "contact_id": "crm:kim", **seen},
    )
    return tried(made)


def tried(made: Company) -> Company:
    """An experiment on people and one on regions: measured twice, in both arms, never measured."""
    of_people = {"experiment": "banner", "unit_kind": "contact", "channel": "display"}
    of_regions = {"experiment": "on air", "unit_kind": "region", "campaign": "On air"}
    made.append(
        "experiment_exposure",
        *(
            {"source_id": f"{name} {number}", "at": story.TUESDAY, "variant": variant}
            | {"contact_id": f"crm:{name}", "is_held_back": variant == "held back"}
            | {"planned_share": 0.5, **of_people}
            for number, (name, variant) in enumerate(
                (("kim", "shown"), ("lee", "held back"), ("max", "shown"), ("max", "held back"))
            )
        ),
        {"source_id": "north", "at": story.TUESDAY, "variant": "shown", "unit": "north"}
        | of_regions,
    )
    measured = {"measure": "booked", "experiment": "banner", "account_id": "crm:acme"}
    made.append(
        "experiment_outcome",
        *(
            {"source_id": f"{name} {day}", "contact_id": f"crm:{name}", "value": value}
            | {"at": story.TUESDAY + day * story.DAY, **measured}
            for name, day, value in (("kim", 9, 0.0), ("kim", 19, 250.5), ("lee", 9, 0.0))
        ),
        {"source_id": "north", "at": story.TUESDAY + story.DAY, "experiment": "on air"}
        | {"unit": "north", "measure": "booked", "value": 3.25},
    )
    return made


def campaign(name: str, channel: str, called: str) -> dict[str, Any]:
    cost = {"actual_cost_minor": 2_000_00, "actual_cost_currency": "USD"}
    return {"source_id": name, "at": story.TUESDAY, "channel": channel, "name": called, **cost}


def spent(
    name: str, until: date | None, minor: int, currency: str = "USD", **more: Any
) -> dict[str, Any]:
    money = {"amount_minor": minor, "amount_currency": currency}
    begins = datetime(2026, 8, 25, 0 if until else 3, tzinfo=UTC)
    return {"source_id": name, "at": begins, "period_end": until, **money, **more}


@pytest.fixture(scope="module")
def on_duckdb(company: Company) -> dict[str, pa.Table]:
    with engine.open(company.lake.path) as facts:
        return everything(facts)


@pytest.fixture(scope="module")
def expected(on_duckdb: dict[str, pa.Table]) -> dict[str, list[Any]]:
    return {name: _plain(table) for name, table in on_duckdb.items()}


def everything(facts: engine.Facts) -> dict[str, pa.Table]:
    ground = Ground(facts, story.setting())
    wanted: list[Sums | Rows] = [
        *registry.sums(registry.READINGS),
        *registry.rows(registry.READINGS),
    ]
    return {each.name: facts.arrow(each.measure(ground)) for each in wanted}


def _plain(table: pa.Table) -> list[Any]:
    rows = table.select(sorted(table.column_names)).to_pylist()
    return sorted(({name: _value(each) for name, each in row.items()} for row in rows), key=repr)


def _value(found: Any) -> Any:
    return round(found, _DIGITS) if isinstance(found, float) else found


def test_every_sum_and_every_row_is_the_same(
    read: Open, company: Company, expected: dict[str, list[Any]]
) -> None:
    found = {name: _plain(table) for name, table in everything(read(company)).items()}

    differing = {
        name: (found[name], rows) for name, rows in expected.items() if found[name] != rows
    }
    assert not differing


def test_few_of_them_are_empty(expected: dict[str, list[Any]]) -> None:
    """What compares nothing proves nothing."""
    empty = sorted(name for name, rows in expected.items() if not rows)
    assert empty == []


def test_every_chart_is_what_vega_lite_knows(on_duckdb: dict[str, pa.Table]) -> None:
    """Pages trust this test: they do not compare a chart with Altair's schema, which takes long."""
    drawn = {
        name: concluded(reading, story.setting(), Asked(), on_duckdb, snapshot="").chart()
        for name, reading in registry.READINGS.items()
        if reading.chart is not None
    }

    for chart in drawn.values():
        assert chart is None or chart.to_dict(validate=True)["$schema"]
    # Of so few leads these draw nothing; `test_planted`, `test_cohorts` and `test_readings` of the revenue draw them.
    nothing = {name for name, chart in drawn.items() if chart is None}
    assert nothing == {"channel_lift", "cohort_return", "response_curve", "revenue_change"}
