"""What coming back is worth: the worked example as sums, and who came back, from facts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from revloop import engine
from revloop.analysis import registry
from revloop.analysis.cuts import CUTS
from revloop.analysis.ground import Ground, Setting
from revloop.analysis.loop import measures
from revloop.analysis.reading import Asked, Given

from ...engine.staging import Company
from .test_conversion import lead, moved

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "loop_absorption.json"
SETTING = Setting(datetime(2026, 6, 30, tzinfo=UTC))
MANY = 1_000
ON = {"inquiry": "mql", "mql": "sal", "sql": "opp", "opp": "customer"}
NAMED = {"opp": "opportunity", "nurture": "recycled", "customer": "next"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def of_all(**row: Any) -> dict[str, Any]:
    return {"month": "2026-01", **dict.fromkeys(CUTS, "x"), **row}


def worked(transitions: Mapping[str, Mapping[str, float]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The sums of a company in which of a thousand in each stage so many went each way in a day."""
    stages = {**transitions, "sql": {"opp": 1.0}}
    stages["sal"] = {"sql" if to == "opp" else to: p for to, p in stages["sal"].items()}
    for stage, ways in stages.items():
        for to, share in ways.items():
            n = round(share * MANY)
            if stage == "nurture":
                back = "still away" if to == "disqualified" else to
                yield "turns", of_all(exit="recycled", back_to=back, hours=24, n=n)
            else:
                cause = "next" if to == {**ON, "sal": "sql"}[stage] else NAMED.get(to, to)
                name = NAMED.get(stage, stage)
                yield "stays", of_all(stage=name, hours=24, cause=cause, n=n)
    yield "turns", of_all(exit="new", back_to="inquiry", hours=0, n=MANY)


def test_the_worked_example() -> None:
    [case] = json.loads(GOLDEN.read_text())["cases"]
    told, expected = list(worked(case["input"]["transitions"])), case["expected"]
    tables = {
        name: pa.Table.from_pylist([row for which, row in told if which == name])
        for name in ("stays", "turns")
    }
    found = registry.reading("loop_value").conclude(Given(SETTING, Asked(), tables))
    rows = {row["stage"]: row for row in found.table.to_pylist()}

    for named, stage in (
        ("inquiry", "inquiry"),
        ("mql", "mql"),
        ("sal", "sal"),
        ("opp", "opportunity"),
        ("nurture", "put aside"),
    ):
        row = rows[stage]
        assert row["customers"] == pytest.approx(expected["p_customer"][named], abs=1e-9)
        assert row["without"] == pytest.approx(expected["p_customer_no_recycle"][named], abs=1e-9)
        visits = expected["expected_visits_from_inquiry"][named]
        assert row["visits"] == pytest.approx(visits, abs=1e-9)
        assert row["low"] < row["customers"] < row["high"]
    first = rows["inquiry"]
    assert first["uplift"] == pytest.approx(expected["uplift_from_recycling"], abs=1e-9)
    assert first["uplift_low"] < first["uplift"] < first["uplift_high"]
    assert (first["began"], rows["mql"]["came_back"]) == (MANY, 250)
    assert "the loop makes 49.5" in found.sentence


def test_who_was_put_aside_comes_back_or_is_still_away(tmp_path: Path) -> None:
    made = Company(tmp_path)
    made.append("inquiry", *(lead(name, at("2026-01-05")) for name in ("a", "b", "c")))
    back = {**moved("a", at("2026-02-10"), "mql"), "source_id": "a-again"}
    made.append(
        "lifecycle_transition",
        moved("a", at("2026-01-07"), "mql"),
        moved("a", at("2026-01-10"), "recycled"),
        back,
        moved("a", at("2026-02-20"), "won"),
        moved("b", at("2026-01-08"), "recycled"),
        moved("c", at("2026-01-08"), "won"),
    )
    with engine.open(made.lake.path) as facts:
        ground = Ground(facts, SETTING)
        rows = facts.arrow(measures.turn_rows(ground)).to_pylist()
        sums = facts.arrow(measures.turn_sums(ground)).to_pylist()

    known = {(row["exit"], row["back_to"], row["days"]) for row in rows}
    assert known == {("recycled", "mql", 31.0), ("recycled", "still away", 173.0)}
    counted = {(row["exit"], row["back_to"], row["hours"]): row["n"] for row in sums}
    assert counted == {
        ("new", "inquiry", 0): 3,
        ("recycled", "mql", 31 * 24): 1,
        ("recycled", "still away", 173 * 24): 1,
    }


def test_where_nobody_has_moved_yet_nothing_is_promised(tmp_path: Path) -> None:
    made = Company(tmp_path)
    made.append("inquiry", lead("a", at("2026-06-05")))
    made.append("lifecycle_transition", moved("a", at("2026-06-06"), "mql"))
    with engine.open(made.lake.path) as facts:
        ground = Ground(facts, SETTING)
        reading = registry.reading("loop_value")
        tables = {each.name: facts.arrow(each.measure(ground)) for each in reading.sums}
    found = reading.conclude(Given(SETTING, Asked(), tables))
    rows = {row["stage"]: row for row in found.table.to_pylist()}

    assert rows["inquiry"]["customers"] == rows["mql"]["customers"] == 0
    assert all(row["is_small"] for row in rows.values())
    assert "Nobody who began as a lead is seen to become a customer (n 1)" in found.sentence
