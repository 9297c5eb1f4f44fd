"""Passes of a few leads, by hand: what was skipped, who came back, and what a stage is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import revloop
from revloop import engine
from revloop.analysis.ground import Ground, Setting, Tenure
from revloop.analysis.loop import measures
from revloop.analysis.loop.passes import passes

from ...engine.staging import Company

BEGIN = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
AGREEMENT = revloop.read_agreement(
    Path(__file__).parents[3] / "examples" / "agreements" / "acme-revenue-2.1.0.yaml"
)
SETTING = Setting(BEGIN + 300 * DAY, (Tenure(AGREEMENT, BEGIN - 99 * DAY),))
STAGES = ("inquiry", "mql", "sal", "sql", "opportunity", "won", "live")
Told = list[dict[str, Any]]


def moved(lead: str, to: str, day: float, **said: Any) -> dict[str, Any]:
    return {
        "source_id": f"{lead}-{to}-{day}",
        "at": BEGIN + day * DAY,
        "subject": "inquiry",
        "inquiry_id": f"crm:{lead}",
        "to_state": to,
        **said,
    }


def company(place: Path, **kinds: Told) -> Company:
    made = Company(place)
    made.append("account", {"source_id": "acme", "at": BEGIN})
    made.append(
        "inquiry",
        *(
            {"source_id": name, "at": BEGIN, "lane": "demo_request", "account_id": "crm:acme"}
            for name in "ab"
        ),
    )
    for kind, rows in kinds.items():
        made.append(kind, *rows)
    return made


def read(made: Company, setting: Setting = SETTING) -> dict[str, list[dict[str, Any]]]:
    """By lead its passes: days of each stage, those skipped, how it ended."""
    with engine.open(made.lake.path) as facts:
        rows = passes(Ground(facts, setting))
        leads = facts["inquiry"].select(lead="source_id", of="inquiry_id")
        rows = rows.filter(rows.subject == "inquiry")
        rows = rows.inner_join(leads, rows.subject_id == leads.of).order_by("lead", "pass_no")
        found = facts.arrow(rows).to_pylist()
    told: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        entered = {stage: row[f"{stage}_at"] for stage in STAGES if row.get(f"{stage}_at")}
        one = {stage: (at - BEGIN) / DAY for stage, at in entered.items()}
        one["skipped"] = [stage for stage in STAGES if row.get(f"{stage}_skipped")]
        one["exit"] = row["exit"]
        told.setdefault(row["lead"], []).append(one)
    return told


def test_who_reached_a_later_stage_had_reached_those_before_it(tmp_path: Path) -> None:
    made = company(
        tmp_path,
        lifecycle_transition=[moved("a", "mql", 1), moved("a", "sql", 4), moved("b", "sal", 2)],
    )

    found = read(made)

    assert found["a"] == [
        {"inquiry": 0, "mql": 1, "sal": 4, "sql": 4, "skipped": ["sal"], "exit": None}
    ]
    assert found["b"] == [{"inquiry": 0, "mql": 2, "sal": 2, "skipped": ["mql"], "exit": None}]


def test_who_was_put_aside_and_comes_back_begins_another_pass(tmp_path: Path) -> None:
    """Two exits at once end one pass; and raised no hand again, so skipped none of it."""
    made = company(
        tmp_path,
        lifecycle_transition=[
            moved("a", "mql", 1),
            moved("a", "recycled", 5),
            moved("a", "disqualified", 5),
            moved("a", "sal", 90),
        ],
    )

    first, second = read(made)["a"]

    assert (first["exit"], first["mql"]) == ("recycled", 1)
    assert second == {"sal": 90, "skipped": [], "exit": None}


def test_a_stage_is_what_the_agreement_calls_it_else_what_everybody_does(tmp_path: Path) -> None:
    told = [
        moved("a", "Marketing Qualified", 1),
        moved("a", "Taken On", 2),
        moved("a", "Hot Potato", 3),
        moved("b", "opp", 1),
        moved("b", "Unqualified", 2),
    ]
    made = company(tmp_path, lifecycle_transition=told)
    form = AGREEMENT.form
    calls = {"also_called": ("taken on",)}
    vocabulary = {**form.vocabulary, "sal": form.vocabulary["sal"].model_copy(update=calls)}
    named = replace(AGREEMENT, form=form.model_copy(update={"vocabulary": vocabulary}))
    agreed = replace(SETTING, tenures=(Tenure(named, BEGIN - 99 * DAY),))

    assert read(made)["a"] == [{"inquiry": 0, "mql": 1, "skipped": [], "exit": None}]
    assert read(made, agreed)["a"] == [
        {"inquiry": 0, "mql": 1, "sal": 2, "skipped": [], "exit": None}
    ]
    [deal] = read(made)["b"]
    assert (deal["opportunity"], deal["exit"]) == (1, "disqualified")


def test_of_a_company_that_was_live_nobody_asks_when_it_goes_live(tmp_path: Path) -> None:
    def of_company(stage: str, day: float) -> dict[str, Any]:
        about = {"subject": "account", "account_id": "crm:acme", "inquiry_id": None}
        return {**moved("acme", stage, day, stage=stage), **about}

    made = company(
        tmp_path,
        lifecycle_transition=[
            moved("a", "won", 10),
            of_company("live", 30),
            moved("b", "won", 60),
            of_company("live", 200),
        ],
    )

    assert [each["live"] for [each] in read(made).values()] == [30, 200]
    with engine.open(made.lake.path) as facts:
        rows = facts.arrow(measures.step_sums(Ground(facts, SETTING))).to_pylist()
    [step] = [row for row in rows if row["stage"] == "won"]
    assert (step["entered"], step["reached"]) == (1, 1)
    assert sum(row["reached"] for row in rows if row["stage"] == "opportunity") == 2
