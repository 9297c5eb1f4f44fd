"""Stage conversion and its neighbours, from facts: the worked example, skipped stages, weeks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from revloop import engine
from revloop.analysis import registry
from revloop.analysis.ground import Ground, Setting
from revloop.analysis.loop import measures
from revloop.analysis.loop.passes import USUAL
from revloop.analysis.periods import Period
from revloop.analysis.reading import Asked, Found, Given

from ...engine.staging import Company

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "stage_conversion.json"


def read(ground: Ground, name: str, period: str) -> Found:
    reading = registry.reading(name)
    tables = {each.name: ground.facts.arrow(each.measure(ground)) for each in reading.sums}
    return reading.conclude(Given(ground.setting, Asked(Period.read(period)), tables))


def lead(name: str, at: datetime) -> dict[str, Any]:
    return {"source_id": name, "at": at}


def moved(name: str, at: datetime, stage: str) -> dict[str, Any]:
    said = {"source_id": f"{name}-{stage}", "at": at, "subject": "inquiry"}
    return {**said, "inquiry_id": f"crm:{name}", "to_state": stage, "stage": stage}


def test_the_worked_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [case] = json.loads(GOLDEN.read_text())["cases"]
    told, expected = case["input"], case["expected"]
    made = Company(tmp_path)
    leads = told["leads"]
    made.append("inquiry", *(lead(each["id"], _day(each["entered"])) for each in leads))
    reached = [each for each in leads if each["reached"]]
    made.append(
        "lifecycle_transition",
        *(moved(each["id"], _day(each["reached"]), "mql") for each in reached),
    )
    within = told["horizon_days"]
    monkeypatch.setattr(measures, "horizons", lambda _: dict.fromkeys(("inquiry", *USUAL), within))

    with engine.open(made.lake.path) as facts:
        ground = Ground(facts, Setting(_day(told["as_of"])))
        row = read(ground, "stage_conversion", "2026-Q1").table.to_pylist()[0]
        ratio = read(ground, "period_ratio", "2026-Q1").table.to_pylist()[0]

    assert (row["stage"], row["later"]) == ("inquiry", "mql")
    assert row["entered"] == expected["cohort_size"]
    assert row["n"] == expected["mature"]
    assert row["young"] == expected["immature"]
    assert row["x"] == expected["converted_within_h"]
    assert row["rate"] == pytest.approx(expected["cohort_rate_mature"])
    assert row["reached"] / row["entered"] == pytest.approx(expected["naive_cohort_rate"])
    assert [row["low"], row["high"]] == pytest.approx(expected["wilson95_mature"])
    assert ratio["ratio"] == pytest.approx(expected["period_ratio"])
    assert row["rate"] <= row["incidence"] <= 1, "of the young ones some have gone on already"


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_stage_that_was_skipped_counts_and_is_said_to_be_implied(tmp_path: Path) -> None:
    made = Company(tmp_path)
    made.append("inquiry", lead("a", _day("2026-01-05")), lead("b", _day("2026-01-06")))
    made.append(
        "lifecycle_transition",
        moved("a", _day("2026-01-07"), "sal"),  # never an MQL
        moved("b", _day("2026-01-08"), "mql"),
    )

    with engine.open(made.lake.path) as facts:
        found = read(Ground(facts, Setting(_day("2026-06-30"))), "stage_conversion", "2026-Q1")
    rows = {row["stage"]: row for row in found.table.to_pylist()}

    assert (rows["mql"]["entered"], rows["mql"]["implied"]) == (2, 1)
    assert (rows["inquiry"]["reached"], rows["inquiry"]["implied"]) == (2, 0)


def test_a_week_that_is_news_is_told_from_noise(tmp_path: Path) -> None:
    made = Company(tmp_path)
    monday = _day("2026-01-05")
    counts = [4, 5] * 16 + [4, 30, 4]
    made.append(
        "inquiry",
        *(
            lead(f"{week}-{each}", monday.fromtimestamp(monday.timestamp() + week * 604_800, UTC))
            for week, count in enumerate(counts)
            for each in range(count)
        ),
    )
    made.append("lifecycle_transition", moved("0-0", monday, "mql"))

    with engine.open(made.lake.path) as facts:
        found = read(Ground(facts, Setting(_day("2026-09-07"))), "weekly", "2026-08..2026-09")
    rows = [row for row in found.table.to_pylist() if row["stage"] == "inquiry"]

    assert [row["n"] for row in rows][-3:] == [4, 30, 4]
    assert [row["week"] for row in rows if row["signal"]] == ["2026-08-24"]
    assert "lead, entered by 30 in the week of 2026-08-24, above its limits" in found.sentence
    drawn = registry.reading("weekly").chart
    assert drawn is not None
    picture = drawn(found)
    assert picture is not None
    assert len(picture.to_dict()["vconcat"]) >= 1
