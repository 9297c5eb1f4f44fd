"""What somebody did stays theirs, whoever they are found to be."""

from __future__ import annotations

from datetime import timedelta

from revloop import engine
from revloop.intake import people
from revloop.kit.folder import Folder
from revloop.operations.people import actions

from ...intake.shop import filled  # noqa: F401 - a fixture
from .tables import AT


def touches(workspace: Folder) -> list[int]:
    """How many each person has."""
    with engine.open(workspace.lake) as facts:
        counted = facts["touch"].group_by("contact_id").agg(n=facts["touch"].count())
        return sorted(row["n"] for row in facts.arrow(counted).to_pylist())


def test_touches_survive_a_merge_a_split_and_the_way_back(filled: Folder) -> None:  # noqa: F811
    at = AT + timedelta(days=1)
    assert touches(filled) == [1, 2], "Ann's two records are one by their address"

    merged = actions.merge("shop:1", "shop:2", actor="kim", at=at, reason="she told me")
    people.publish_now(filled, at=at)
    assert touches(filled) == [3]

    split = actions.split("shop:2", actor="kim", at=at, reason="no, her brother")
    people.publish_now(filled, at=at)
    assert sum(touches(filled)) == 3

    for each in (split, merged):
        actions.undo(each.id, actor="kim", at=at, reason="all was right before")
        people.publish_now(filled, at=at)
    assert touches(filled) == [1, 2]
