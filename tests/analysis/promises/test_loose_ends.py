"""What was left lying: each kind by hand, of all that are looked at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from revloop import engine
from revloop.analysis import registry
from revloop.analysis.ground import Ground
from revloop.analysis.promises import loose_ends
from revloop.analysis.reading import Asked, Found, Given

from ...engine.staging import Company
from .story import AS_OF, DAY, TUESDAY, lead, setting, tell


def read(made: Company) -> tuple[Found, list[dict[str, Any]]]:
    """The reading, and the rows of those that lie."""
    reading = registry.reading("loose_ends")
    with engine.open(made.lake.path) as facts:
        ground = Ground(facts, setting())
        tables = {each.name: facts.arrow(each.measure(ground)) for each in reading.sums}
        rows = facts.arrow(loose_ends.loose_rows(ground)).to_pylist()
    return reading.conclude(Given(ground.setting, Asked(), tables)), rows


def counted(found: Found) -> dict[str, tuple[int, int]]:
    return {row["kind"]: (row["x"], row["n"]) for row in found.table.to_pylist()}


def test_six_leads_of_one_week(tmp_path: Path) -> None:
    found, rows = read(tell(Company(tmp_path)))

    assert counted(found) == {"unassigned": (0, 3), "never_tried": (1, 3), "not_back": (1, 1)}
    assert {row["kind"]: row["since"].date() for row in rows} == {
        "never_tried": TUESDAY.date(),
        "not_back": (TUESDAY + 4 * DAY).date(),
    }
    assert found.notes == ("Nothing is known of leads in a stage, deals won and people.",)
    assert "1 of 1 recycled over 90 days ago have not come back" in found.sentence


def test_deals_that_were_not_handed_on_and_people_without_a_company(tmp_path: Path) -> None:
    made = tell(Company(tmp_path))
    won = {"is_won": True, "is_closed": True, "closed_at": TUESDAY + DAY, "at": TUESDAY}
    made.append(
        "opportunity",
        *({"source_id": name, "name": name, **won} for name in ("handed", "kept")),
        {"source_id": "lost", "name": "lost", **won, "is_won": False},
        {"source_id": "again", "name": "again", **won, "opportunity_type": "renewal"},
    )
    offered = {"at": TUESDAY + 2 * DAY, "type": "ae_to_success"}
    made.append("handoff", {"source_id": "h", "opportunity_id": "crm:handed", **offered})
    made.append(
        "contact",
        {"source_id": "ann", "at": TUESDAY, "account_id": "crm:acme"},
        {"source_id": "bob", "at": TUESDAY, "account_id": None},
        {"source_id": "own", "at": TUESDAY, "account_id": None, "is_internal": True},
    )
    found, rows = read(made)

    assert counted(found)["not_handed_on"] == (1, 2)
    assert counted(found)["no_company"] == (1, 2)
    assert sorted(row["kind"] for row in rows if row["subject"] != "inquiry") == [
        "no_company",
        "not_handed_on",
    ]


def test_a_qualified_lead_that_nobody_owns_and_one_that_came_back(tmp_path: Path) -> None:
    made = tell(Company(tmp_path))
    made.append("inquiry", {**lead("g"), "owner_user_id": None}, lead("h"), lead("young"))
    told = [
        ("g", "mql", TUESDAY + DAY),
        ("h", "recycled", TUESDAY + DAY),
        ("h", "mql", TUESDAY + 30 * DAY),
        ("young", "recycled", AS_OF - timedelta(days=89)),
    ]
    made.append(
        "lifecycle_transition",
        *(
            {
                "source_id": f"{name}-{stage}-again",
                "at": at,
                "subject": "inquiry",
                "inquiry_id": f"crm:{name}",
                "to_state": stage,
                "stage": stage,
            }
            for name, stage, at in told
        ),
    )
    found, _ = read(made)

    assert counted(found)["unassigned"] == (1, 5)
    assert counted(found)["not_back"] == (1, 2), "the young one may still come back"
