"""Readings: any of them as a page, as a file, and the rows behind it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.test import Client

from revloop.kit.folder import Folder
from revloop.operations.access.rules import Role

from .story import ago, bring, tell, words

STAGES = ("mql", "sal", "sql", "opportunity", "won")
HOSTILE = "=1+1|<script>alert(1)</script>"


def leads(count: int) -> list[dict[str, Any]]:
    return [
        {
            "source_id": f"lead-{each}",
            "at": ago(200 - each),
            "contact_id": "crm:ann" if each % 2 else "crm:bob",
            "lead_source": HOSTILE if each % 3 else "webinar",
        }
        for each in range(count)
    ]


def moves(count: int) -> list[dict[str, Any]]:
    return [
        {
            "source_id": f"lead-{each}-{stage}",
            "at": ago(199 - each - place),
            "subject": "inquiry",
            "inquiry_id": f"crm:lead-{each}",
            "to_state": stage,
            "stage": stage,
        }
        for each in range(count)
        for place, stage in enumerate(STAGES[: each % 4])
    ]


@pytest.fixture
def told(house: Folder, tmp_path: Path) -> Folder:
    people = [
        {
            "source_id": name.lower(),
            "at": ago(300),
            "first_name": name,
            "last_name": "Smith",
            "account_id": "crm:acme",
        }
        for name in ("Ann", "Bob")
    ]
    facts: dict[str, list[dict[str, Any]]] = {
        "account": [{"source_id": "acme", "at": ago(400), "name": "Acme Works"}],
        "contact": people,
        "inquiry": leads(40),
        "lifecycle_transition": moves(40),
        "touch": [{"source_id": "1", "at": ago(1), "contact_id": "crm:ann", "kind": "page_view"}],
    }
    bring(house, tmp_path / "facts", facts)
    return house


@pytest.fixture
def client(signed_in: Callable[[Role], Client]) -> Client:
    return signed_in(Role.MARKETING)


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return words(answer.content.decode())


def test_a_reading_says_its_answer_its_meaning_and_what_it_rests_on(
    told: Folder, client: Client
) -> None:
    said = read(client, "/readings/stage_conversion/")

    assert "How many go on from each stage to the next?" in said
    assert "inquiry mql 1 40 40 30 75.0" in said
    assert "none in force: described, not judged" in said
    assert "Wilson" in said


def test_an_address_filters_and_what_it_cannot_mean_is_as_if_it_were_not_there(
    told: Folder, client: Client
) -> None:
    whole = read(client, "/readings/stage_conversion/")
    for odd in ("?period=never", "?source=nobody", "?by=weather", "?period=%00", "?source[]=1"):
        assert read(client, f"/readings/stage_conversion/{odd}") == whole
    webinar = read(client, "/readings/stage_conversion/?source=webinar")
    assert "inquiry mql 1 14 14 10" in webinar
    compared = read(client, "/readings/stage_conversion/?by=source")
    assert HOSTILE in compared
    assert "webinar inquiry mql" in compared
    for address in ("/readings/the_weather/", "/readings/the_weather.csv"):
        read(client, address, 404)
    read(client, "/readings/stage_conversion.exe", 404)


def test_the_files_hold_the_same_and_run_no_formula(told: Folder, client: Client) -> None:
    answer = client.get("/readings/stage_conversion.csv?by=source&period=all")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    document = client.get("/readings/stage_conversion.json?by=source&period=all").json()
    table = pq.read_table(
        io.BytesIO(client.get("/readings/stage_conversion.parquet?by=source").content)
    )

    assert {row["source"] for row in rows} == {f"'{HOSTILE}", "webinar"}
    assert {row["source"] for row in document["rows"]} == {HOSTILE, "webinar"}
    assert sum(int(row["entered"]) for row in rows) == pc.sum(table["entered"]).as_py()
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_number_opens_its_rows(told: Folder, client: Client) -> None:
    said = read(client, "/readings/stage_conversion/rows/?stage=inquiry&cause=next")

    assert "30 rows are behind it" in said
    assert "Ann Smith" in said
    assert "Acme Works" in said
    narrowed = "/readings/stage_conversion/rows/?stage=inquiry&cause=next&source=webinar"
    assert "10 rows" in read(client, narrowed)
    assert "0 rows" in read(client, "/readings/stage_conversion/rows/?stage=won&cause=nothing")
    beyond = read(client, "/readings/stage_conversion/rows/?from=999999999")
    assert "Nobody is behind it." in beyond


def test_without_facts_it_says_what_is_needed(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    assert "not published yet" in read(client, "/readings/")
    tell(house, tmp_path / "facts")
    said = read(client, "/readings/handoff_completeness/")
    assert "This cannot be measured yet." in said
    assert "hand-overs of leads, with the fields that they held" in said
    assert "0.0" not in said
    assert "needs data" in read(client, "/readings/")


def sold(count: int) -> list[dict[str, Any]]:
    """Opportunities of two sellers; every third is lost, every fifth still open."""
    return [
        {
            "source_id": f"deal-{each}",
            "at": ago(290 - 4 * each),
            "account_id": "crm:acme",
            "owner_user_id": f"crm:{'sam' if each % 2 else 'kim'}",
            "amount_minor": 100_00 + each,
            "amount_currency": "EUR",
            "segment": "small" if each % 4 else "large",
        }
        | (
            {}
            if each % 5 == 0
            else {
                "is_closed": True,
                "is_won": each % 3 != 0,
                "closed_at": ago(270 - 4 * each),
                "loss_reason": "price" if each % 3 == 0 else None,
            }
        )
        for each in range(count)
    ]


REVENUE = (
    "revenue_equation",
    "revenue_change",
    "bookings",
    "win_rate",
    "cycle_time",
    "quota_attainment",
)


def test_every_reading_of_the_revenue_is_a_page_with_its_rows(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    user: dict[str, Any] = {"at": ago(400), "role": "sales", "active_from": ago(400).date()}
    quota: dict[str, Any] = {
        "quota_minor": 500_00,
        "quota_currency": "EUR",
        "quota_period": "quarter",
    }
    bring(
        house,
        tmp_path / "facts",
        {
            "account": [{"source_id": "acme", "at": ago(400), "name": "Acme Works"}],
            "user": [user | {"source_id": "sam"} | quota, user | {"source_id": "kim"}],
            "opportunity": sold(60),
        },
    )

    for name in REVENUE:
        said = read(client, f"/readings/{name}/")
        assert "cannot be measured yet" not in said, name
        document = client.get(f"/readings/{name}.json").json()
        assert document["rows"], name
        for cut in ("segment", "seller", "opportunity_type"):
            assert client.get(f"/readings/{name}/?by={cut}").status_code == 200, (name, cut)
        asked = client.get(f"/readings/{name}.json?by=segment&segment=small&period=all").json()
        assert asked["provenance"]["where"] == {"segment": "small"}, name
        assert "Acme Works" in read(client, f"/readings/{name}/rows/"), name
    assert "12 rows" in read(client, "/readings/win_rate/rows/?outcome=open")

    sellers = client.get("/revenue/?period=all").content.decode()
    assert "Seller by seller" in sellers
    found = client.get("/readings/revenue_equation.json?by=seller&period=all").json()
    for row in found["rows"]:
        assert f"seller={row['seller']}" in sellers, row


COST = {
    "spend": ("channel", "campaign", "pool", "side"),
    "cac": ("segment", "seller", "region"),
    "cost_per_stage": ("channel",),
    "customer_margin": ("segment", "seller", "opportunity_type"),
}


def test_every_reading_of_the_cost_is_a_page_with_its_rows(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    money = {"amount_minor": 900_00, "amount_currency": "EUR"}
    margin = {"margin_minor": 60_00, "margin_currency": "EUR", "opportunity_type": "new"}
    spent = {"pool": "media", "side": "marketing", "channel": "webinar", **money}
    bring(
        house,
        tmp_path / "facts",
        {
            "account": [{"source_id": "acme", "at": ago(400), "name": "Acme Works"}],
            "contact": [{"source_id": "ann", "at": ago(300)}, {"source_id": "bob", "at": ago(300)}],
            "user": [{"source_id": name, "at": ago(400)} for name in ("sam", "kim")],
            "inquiry": leads(40),
            "lifecycle_transition": moves(40),
            "opportunity": [each | margin for each in sold(60)],
            "spend": [
                {"source_id": f"{each}", "at": ago(395 - 5 * each), "campaign": HOSTILE, **spent}
                for each in range(70)
            ],
        },
    )

    for name, cuts in COST.items():
        assert "cannot be measured yet" not in read(client, f"/readings/{name}/?period=all"), name
        assert client.get(f"/readings/{name}.json?period=all").json()["rows"], name
        for cut in cuts:
            address = f"/readings/{name}/?by={cut}&period=all"
            assert client.get(address).status_code == 200, (name, cut)
        assert client.get(f"/readings/{name}/rows/?period=all").status_code == 200, name
    assert HOSTILE in read(client, "/readings/spend/?by=campaign&period=all")
    assert "Acme Works" in read(client, "/readings/cac/rows/?period=all")
    assert "of 70" in read(client, "/readings/spend/rows/?period=all&channel=webinar")


def test_many_sellers_have_a_page_of_their_own(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    deals = sold(60)
    for each, deal in enumerate(deals):
        deal["owner_user_id"] = f"crm:seller-{each % 40}"
    bring(
        house,
        tmp_path / "facts",
        {
            "account": [{"source_id": "acme", "at": ago(400), "name": "Acme Works"}],
            "user": [{"source_id": f"seller-{each}", "at": ago(400)} for each in range(40)],
            "opportunity": deals,
        },
    )

    page = client.get("/revenue/?period=all").content.decode()
    assert "/readings/revenue_equation/?period=all&amp;by=seller" in page
    assert "The equation of each seller" not in page
