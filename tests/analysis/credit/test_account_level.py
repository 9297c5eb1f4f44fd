"""Whose touches, and in which time: the worked example of account-level attribution, from facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from revloop import engine
from revloop.analysis.credit.touch_rows import touch_rows
from revloop.analysis.ground import Ground

from .story import agreement, day, people, setting, sold, tell, touch

EXAMPLE = Path(__file__).parents[2] / "golden" / "attribution_account_level.json"
CASES = {case["name"]: case for case in json.loads(EXAMPLE.read_text())["cases"]}
ALL_SIDES = "[marketing, sales, product, success, partner]"


def by_touch(place: Path, scope: str, facts: dict[str, Any], lookback: int) -> dict[str, int]:
    """What each touch earned by the linear model, of all opportunities together."""
    made = tell(place, facts)
    terms = agreement(primary="linear", scope=scope, lookback=f"{lookback} days", sides=ALL_SIDES)
    names = {each["at"]: each["source_id"] for each in facts["touch"]}
    found: dict[str, int] = {}
    with engine.open(made.lake.path) as opened:
        rows = opened.arrow(touch_rows(Ground(opened, setting(terms))))
    for row in rows.to_pylist():
        name = names[row["touched_at"]]
        found[name] = found.get(name, 0) + row["credit"]
    return found


def first_case(given: dict[str, Any]) -> dict[str, Any]:
    deal = given["opportunity"]
    return {
        "account": [{"source_id": name, "at": day(-100)} for name in ("acme", "other")],
        "contact": people(**given["account_of"]),
        "opportunity": [sold("o1", deal["created"], deal["closed_won"], deal["amount"] * 100)],
        "touch": [
            touch(each["id"], each["contact"], each["day"], each["channel"], kind="page_view")
            for each in given["touches"]
        ],
        "buying_group_role": [
            {
                "source_id": f"role-{name}",
                "at": day(deal["created"]),
                "opportunity_id": "crm:o1",
                "contact_id": f"crm:{name}",
            }
            for name in deal["contacts_with_role"]
        ],
    }


@pytest.mark.parametrize(
    ("scope", "expected"), [("account", "scope_account"), ("buying_group", "scope_role_holders")]
)
def test_touches_of_everybody_or_of_those_with_a_part(
    tmp_path: Path, scope: str, expected: str
) -> None:
    case = CASES["linear"]

    found = by_touch(tmp_path, scope, first_case(case["input"]), 90)

    wanted = case["expected"][expected]
    assert found == {name: amount * 100 for name, amount in wanted.items()}
    assert not found.keys() & case["expected"]["excluded"].keys()


def test_what_comes_after_a_win_is_for_the_next_opportunity(tmp_path: Path) -> None:
    case = CASES["expansion_window_starts_at_previous_won"]
    given, deal = case["input"], case["input"]["opportunity"]
    facts = {
        "account": [{"source_id": "acme", "at": day(-100)}],
        "contact": people(p1="acme"),
        "opportunity": [
            sold("o1", 100, deal["previous_won"], 0),
            sold(
                "o2",
                deal["created"],
                deal["closed_won"],
                deal["amount"] * 100,
                opportunity_type="expansion",
            ),
        ],
        "touch": [touch(each["id"], "p1", each["day"], "web") for each in given["touches"]],
    }

    found = by_touch(tmp_path, "account", facts, given["lookback_days"])

    wanted = {name: amount * 100 for name, amount in case["expected"]["credits"].items()}
    # x6 came before the win and belongs to the first opportunity, which was worth nothing.
    assert found == {**wanted, "x6": 0}


def test_a_touch_at_the_very_win_belongs_to_what_was_won(tmp_path: Path) -> None:
    facts = {
        "account": [{"source_id": "acme", "at": day(-100)}],
        "contact": people(p1="acme"),
        "opportunity": [sold("o1", 100, 160, 1_00), sold("o2", 170, 200, 10_00)],
        "touch": [touch("a", "p1", 160, "web"), touch("b", "p1", 161, "web")],
    }

    assert by_touch(tmp_path, "account", facts, 90) == {"a": 1_00, "b": 10_00}
