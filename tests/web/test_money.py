"""Money: what earned what was booked, told to the cent, and one journey touch by touch."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from revloop.kit.folder import Folder
from revloop.operations.access.rules import Role

from .story import ago, bring, words


@pytest.fixture
def client(signed_in: Callable[[Role], Client]) -> Client:
    return signed_in(Role.MARKETING)


def facts(*, spend: bool = True) -> dict[str, list[dict[str, Any]]]:
    """Two wins of Acme: 100.01 after four touches, and 50 that nobody was touched for."""
    won = {"is_closed": True, "is_won": True, "amount_currency": "EUR", "opportunity_type": "new"}
    told: dict[str, list[dict[str, Any]]] = {
        "account": [
            {"source_id": "acme", "at": ago(400), "name": "Acme Works"},
            {"source_id": "bolt", "at": ago(400), "name": "Bolt"},
        ],
        "contact": [
            {"source_id": "ann", "at": ago(390), "first_name": "Ann", "last_name": "Smith"}
            | {"account_id": "crm:acme", "email": "ann@acme.example"}
        ],
        "opportunity": [
            {"source_id": "o1", "at": ago(100), "account_id": "crm:acme", "closed_at": ago(60)}
            | {"amount_minor": 100_01, **won},
            {"source_id": "o2", "at": ago(90), "account_id": "crm:bolt", "closed_at": ago(50)}
            | {"amount_minor": 50_00, **won},
        ],
        "touch": [
            {"source_id": name, "at": ago(days), "contact_id": "crm:ann", "account_id": "crm:acme"}
            | {"kind": kind, "channel": channel, "side": side}
            for name, days, kind, channel, side in (
                ("t1", 140, "unbranded_search", "search", "marketing"),
                ("t2", 120, "webinar_attended", "webinar", "marketing"),
                ("t3", 80, "meeting_held", "sales", "sales"),
                ("t4", 70, "proposal_sent", "sales", "sales"),
            )
        ],
    }
    if spend:
        told["spend"] = [
            {"source_id": "s1", "at": ago(60), "channel": "webinar", "pool": "media"}
            | {"side": "marketing", "status": "actual", "amount_minor": 10_00}
            | {"amount_currency": "EUR"}
        ]
    return told


def test_what_was_booked_is_credited_or_named(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    bring(house, tmp_path / "facts", facts())

    page = client.get("/money/?period=all").content.decode()
    said = words(page)

    assert "Booked 150.01 EUR" in said
    assert "= credited 100.01 EUR" in said
    assert "+ to nobody 50.00 EUR" in said
    assert "1: nobody was touched in its time" in said
    assert "Three numbers that are never added" in said
    assert "search → webinar → sales" in said
    assert "What to do next" in said
    assert "/readings/credit/rows/?period=all" in page


def test_a_journey_is_drawn_touch_by_touch(house: Folder, client: Client, tmp_path: Path) -> None:
    bring(house, tmp_path / "facts", facts())
    page = client.get("/money/?period=all").content.decode()
    [address] = set(re.findall(r'href="(/money/journeys/\d+/)"', page))

    answer = client.get(address).content.decode()
    said = words(answer)

    assert "Acme Works" in said
    assert "100 EUR" in said
    assert "after 4 touches over 3 channels" in said
    assert "Ann Smith" in said
    [line] = re.findall(r'class="journey-line".*?</svg>', answer, re.DOTALL)
    assert line.count("<circle") == 4
    assert client.get("/money/journeys/999999/").status_code == 404


def test_rows_hold_what_each_touch_earned(house: Folder, client: Client, tmp_path: Path) -> None:
    bring(house, tmp_path / "facts", facts())

    said = words(client.get("/readings/credit/rows/?period=all&channel=sales").content.decode())

    assert "2 rows" in said
    assert "meeting held" in said
    assert "webinar attended" not in said


def test_without_spend_no_return_is_told(house: Folder, client: Client, tmp_path: Path) -> None:
    bring(house, tmp_path / "facts", facts(spend=False))

    said = words(client.get("/money/?period=all").content.decode())

    assert "Booked 150.01 EUR" in said
    assert "what was spent, by month" in said


def test_without_touches_it_says_what_is_needed(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    told = facts()
    del told["touch"]
    bring(house, tmp_path / "facts", told)

    said = words(client.get("/money/").content.decode())

    assert "This cannot be measured yet." in said
    assert "touches with their channels" in said


def test_the_readings_of_money_are_pages_and_files(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    bring(house, tmp_path / "facts", facts())
    for name in ("credit", "roi", "journeys"):
        assert client.get(f"/readings/{name}/").status_code == 200
        assert client.get(f"/readings/{name}.json?period=all").json()["rows"], name
        assert client.get(f"/readings/{name}.csv?period=all").status_code == 200
    vendor = client.get("/readings/credit.json?period=all&model=hubspot:u_shaped").json()
    assert {row["model"] for row in vendor["rows"]} == {"hubspot:u_shaped"}


def test_another_value_is_chosen_and_stands_apart(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    """What is open is half of 80.00; its touches are none of those behind a booking."""
    told = facts()
    told["opportunity"].append(
        {"source_id": "o3", "at": ago(85), "account_id": "crm:acme", "amount_minor": 80_00}
        | {"amount_currency": "EUR", "opportunity_type": "expansion", "probability": 0.5}
    )
    bring(house, tmp_path / "facts", told)

    said = words(page := client.get("/money/?period=all&value=pipeline").content.decode())
    margin = words(client.get("/money/?period=all&value=margin").content.decode())
    rows = client.get("/readings/credit/rows/?period=all&model=linear&value=margin")

    assert "Open pipeline 40.00 EUR" in said
    assert "Returns are of all that was booked" in said
    assert "the touches behind it" not in said
    assert "side=marketing" not in page
    assert "No margin of a booking is known" in margin
    assert rows.status_code == 200


def test_what_customers_cost_and_bring_stands_below_the_decisions(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    """Two companies ordered 100.01 and 50.00; sellers cost 1.00 a day for two hundred days."""
    told = facts()
    told["spend"].append(
        {"source_id": "s2", "at": ago(200), "period_end": str(ago(0).date()), "pool": "headcount"}
        | {"side": "sales", "status": "actual", "amount_minor": 200_00, "amount_currency": "EUR"}
    )
    told["booking"] = [
        {"source_id": name, "at": ago(days), "account_id": f"crm:{account}", "kind": "booking"}
        | {"opportunity_id": f"crm:{deal}", "amount_minor": minor, "amount_currency": "EUR"}
        | {"cost_of_goods_minor": minor // 4, "cost_of_goods_currency": "EUR"}
        | {"cost_to_serve_minor": 5_00, "cost_to_serve_currency": "EUR"}
        for name, days, account, deal, minor in (
            # in November and December, of a quarter that is over
            ("b1", 100, "acme", "o1", 100_01),
            ("b2", 90, "bolt", "o2", 50_00),
        )
    ]
    bring(house, tmp_path / "facts", told)

    said = words(client.get("/money/?period=all").content.decode())

    assert "What customers cost and bring" in said
    assert "A new customer" in said
    assert "Left of a price" in said


def drawn(channel: str, shown: int, held_back: int) -> dict[str, list[dict[str, Any]]]:
    """So many of 400 did it where the channel was shown, and so many of 400 where it was not."""
    told: dict[str, list[dict[str, Any]]] = {"experiment_exposure": [], "experiment_outcome": []}
    for variant, did in (("shown", shown), ("held back", held_back)):
        for number in range(400):
            unit = {"source_id": f"{variant} {number}", "unit": f"{variant} {number}"}
            unit |= {"experiment": "by lot"}
            told["experiment_exposure"].append(
                {"at": ago(200), "variant": variant, "channel": channel, "planned_share": 0.5}
                | {"is_held_back": variant == "held back", **unit}
            )
            told["experiment_outcome"].append(
                {"at": ago(150), "measure": "booked", "value": float(number < did), **unit}
            )
    return told


def test_an_experiment_stands_beside_the_verdict(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    """The one booking is of an unknown margin: no model judges; 200 of 400 beside 100 of 400 stand."""
    bring(house, tmp_path / "facts", facts() | drawn("webinar", 200, 100))

    page = client.get("/money/?period=all").content.decode()
    said = words(page)

    assert "held back from 400 drawn by lot, its effect is 2.00 times (1.4" in said
    assert "/readings/incremental/" in page
    assert "explanation/what-would-prove-it" in page


def test_what_an_experiment_does_not_show_to_help_is_held(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    """The webinar cost 10 and earned 50 and more by every model; held back, nothing was lacking."""
    told = facts() | drawn("webinar", 100, 100)
    costs = {"cost_of_goods_minor": 1_00, "cost_of_goods_currency": "EUR"}
    told["booking"] = [
        {"source_id": "b1", "at": ago(60), "kind": "booking", "opportunity_id": "crm:o1"}
        | {"account_id": "crm:acme", "amount_minor": 100_01, "amount_currency": "EUR", **costs}
    ]
    bring(house, tmp_path / "facts", told)

    said = words(client.get("/money/?period=all").content.decode())
    rows = client.get("/readings/incremental/rows/?variant=shown").content.decode()

    assert "rests on an experiment" in said
    assert "its effect is 1.00 times" in said
    assert "not clearly more than none" in said
    assert "400 rows" in words(rows)
