"""Lost opportunities and their day of return: the worked example, from facts to the sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import revloop
from revloop import engine
from revloop.analysis.ground import Ground, Setting, Tenure
from revloop.analysis.loop import revisits
from revloop.analysis.loop.revisits import grace_of
from revloop.analysis.reading import Asked, Result
from revloop.upkeep import readings

from ...engine.staging import Company

AS_OF = datetime(2026, 6, 30, tzinfo=UTC)
AGREEMENT = revloop.read_agreement(
    Path(__file__).parents[3] / "examples" / "agreements" / "acme-revenue-2.1.0.yaml"
)
LOST = {
    "o1": ("2026-01-10", "2026-04-10", "2026-04-12"),
    "o2": ("2026-01-20", "2026-04-20", None),
    "o3": ("2026-02-01", "2026-05-02", "2026-06-20"),
    "o4": ("2026-05-30", "2026-08-28", None),
}
"""The worked example `lost_opportunity_revisit`: closed, to return on, and talked to."""


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=15, tzinfo=UTC)


def company(place: Path, *more: tuple[str, dict[str, Any]]) -> Company:
    made = Company(place)
    made.append("account", *({"source_id": name, "at": at("2026-01-01")} for name in LOST))
    made.append(
        "opportunity",
        *(
            {
                "source_id": name,
                "at": at("2026-01-02"),
                "account_id": f"crm:{name}",
                "is_closed": True,
                "is_won": False,
                "closed_at": at(closed),
                "return_on": date.fromisoformat(back),
            }
            for name, (closed, back, _) in LOST.items()
        ),
    )
    call = {"kind": "call", "direction": "out"}
    made.append(
        "activity",
        # What was said when the deal was lost, and what a machine sends, are no return.
        {"source_id": "bye", "at": at("2026-01-20"), "account_id": "crm:o2", **call},
        {"source_id": "mail", "at": at("2026-04-21"), "account_id": "crm:o2", "automated": True}
        | call,
        *(
            {"source_id": name, "at": at(talked), "account_id": f"crm:{name}", **call}
            for name, (_, _, talked) in LOST.items()
            if talked
        ),
    )
    for kind, row in more:
        made.append(kind, row)
    return made


def read(made: Company) -> tuple[Result, dict[str, dict[str, Any]]]:
    """The reading, and its rows by opportunity."""
    with engine.open(made.lake.path) as facts:
        ground = Ground(facts, Setting(AS_OF))
        names = facts["opportunity"].select(of="opportunity_id", name="source_id")
        rows = revisits.revisit_rows(ground)
        told = facts.arrow(rows.inner_join(names, rows.opportunity_id == names.of)).to_pylist()
        return readings.read(ground, "revisits", Asked()), {row["name"]: row for row in told}


def test_the_worked_example(tmp_path: Path) -> None:
    found, rows = read(company(tmp_path))

    [row] = found.table.to_pylist()
    counts = {name: row[name] for name in ("due", "x", "late", "never", "pending")}
    assert counts == {"due": 3, "x": 1, "late": 1, "never": 1, "pending": 0}
    assert row["rate"] == 1 / 3
    assert {name: each["state"] for name, each in rows.items()} == {
        "o1": "on_time",
        "o2": "never",
        "o3": "late",
    }
    assert "1 of 3" in found.sentence


def test_what_the_company_did_since_is_told_beside_it(tmp_path: Path) -> None:
    again = {"account_id": "crm:o3", "source_id": "again", "at": at("2026-06-22")}
    found, rows = read(company(tmp_path, ("opportunity", again | {"is_won": True})))

    [row] = found.table.to_pylist()
    assert (row["talked"], row["opened_talked"], row["won_talked"]) == (2, 1, 1)
    assert rows["o3"]["won_again"]
    assert not rows["o1"]["opened_again"]


def test_a_day_whose_grace_is_not_over_is_pending(tmp_path: Path) -> None:
    young = {
        "source_id": "young",
        "at": at("2026-01-02"),
        "account_id": "crm:o4",
        "is_closed": True,
        "is_won": False,
        "closed_at": at("2026-03-02"),
        "return_on": (AS_OF - timedelta(days=3)).date(),
    }
    found, rows = read(company(tmp_path, ("opportunity", young)))

    [row] = found.table.to_pylist()
    assert (row["due"], row["n"], row["pending"]) == (4, 3, 1)
    assert rows["young"]["state"] == "pending"


def test_the_grace_is_what_the_agreement_in_force_says() -> None:
    promises = AGREEMENT.form.promises
    shorter = promises.sales_to_marketing["revisit"].model_dump(by_alias=True)
    setting = Setting(AS_OF, (Tenure(AGREEMENT, datetime(2026, 1, 1, tzinfo=UTC)),))

    assert shorter["share"]["of"] == "lost_returns_due"
    assert grace_of(setting) == 14
    assert grace_of(replace(setting, tenures=())) == revisits.DAYS
