"""Clocks of a source that tells of none: the same leads, from less and less."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from revloop import engine
from revloop.analysis.ground import Ground
from revloop.analysis.promises.clocks import clocks

from ...engine.staging import Company
from .story import DAY, HOUR, MINUTE, TUESDAY, facts, setting

STATES = {
    "answer_5min": {"a": "met", "b": "met", "c": "breached", "d": "breached", "f": "met"}
    | {"e": "open_breached"},
    "decide": dict.fromkeys("abcdf", "breached") | {"e": "open_breached"},
}
"""16 business hours after Tuesday 15:00 is Thursday; it was decided on Saturday."""


def judged(made: Path, told: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, str]]:
    """By promise and lead, what became of its clock."""
    company = Company(made)
    for kind, rows in told.items():
        company.append(kind, *rows)
    with engine.open(company.lake.path) as opened:
        ground = Ground(opened, setting())
        leads = opened["inquiry"].select(lead="source_id", of="inquiry_id")
        rows = clocks(ground)
        rows = rows.inner_join(leads, rows.inquiry_id == leads.of)
        found = opened.arrow(rows.select("promise", "lead", "state")).to_pylist()
    by: dict[str, dict[str, str]] = {}
    for row in found:
        by.setdefault(row["promise"], {})[row["lead"]] = row["state"]
    return by


def without(*kinds: str) -> dict[str, list[dict[str, Any]]]:
    return {kind: rows for kind, rows in facts().items() if kind not in kinds}


def test_they_follow_from_leads_attempts_offers_and_decisions(tmp_path: Path) -> None:
    assert judged(tmp_path, without("clock_event")) == STATES


def test_without_hand_overs_an_mql_is_offered_and_without_decisions_its_stage_decides(
    tmp_path: Path,
) -> None:
    told = without("clock_event", "handoff", "qualification_decision")
    moved = {"subject": "inquiry", "at": TUESDAY + DAY + HOUR}
    told["lifecycle_transition"] += [
        {"source_id": "b-sal", "inquiry_id": "crm:b", "to_state": "sal", "stage": "sal", **moved}
    ]

    found = judged(tmp_path, told)

    # They became MQL on Wednesday; b was accepted an hour later, a has not been looked at.
    assert found["decide"] == {"a": "open_breached", "b": "met"}


def test_a_lead_goes_to_whom_it_was_assigned_and_its_clock_begins_there(tmp_path: Path) -> None:
    told = without("clock_event")
    told["assignment"] = [
        {"source_id": "1", "inquiry_id": "crm:c", "user_id": "crm:sam", "at": TUESDAY + 88 * MINUTE}
    ]

    found = judged(tmp_path, told)

    # Who was never given to anybody has no clock that begins with that.
    assert found["answer_5min"] == {"c": "met"}


def test_a_call_to_the_person_answers_the_lead_and_one_about_a_deal_does_not(
    tmp_path: Path,
) -> None:
    told = without("clock_event", "activity")
    told["contact"] = [{"source_id": "ann", "at": TUESDAY}, {"source_id": "bob", "at": TUESDAY}]
    told["opportunity"] = [{"source_id": "deal", "at": TUESDAY, "name": "A deal"}]
    told["inquiry"] = [
        {**lead, "contact_id": {"a": "crm:ann", "b": "crm:bob"}.get(lead["source_id"])}
        for lead in told["inquiry"]
    ]
    call = {"at": TUESDAY + MINUTE, "kind": "call", "direction": "out"}
    told = {
        "contact": told.pop("contact"),
        **told,
        "activity": [
            {"source_id": "1", "contact_id": "crm:ann", **call},
            {"source_id": "2", "contact_id": "crm:bob", "opportunity_id": "crm:deal", **call},
            {"source_id": "3", "contact_id": "crm:bob", "automated": True, **call},
        ],
    }

    answered = judged(tmp_path, told)["answer_5min"]

    assert (answered["a"], answered["b"]) == ("met", "open_breached")


def test_without_a_lane_the_conditions_say_what_is_promised(tmp_path: Path) -> None:
    told = without("clock_event")
    forms = {"a": "demo", "b": "newsletter"}
    told["inquiry"] = [
        {**lead, "lane": None, "form": forms.get(lead["source_id"]), "kind": "form_submit"}
        for lead in told["inquiry"]
    ]

    found = judged(tmp_path, told)

    assert set(found["answer_5min"]) == {"a"}
    assert set(found["answer_1day"]) == set("bcdef")
