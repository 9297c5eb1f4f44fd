"""What every number rests on, as the foot of the rail says it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

from revloop.kit.folder import Folder
from revloop.web.shell.standing import Standing, standing

from ...operations.ledger.test_adopt import FIRST, SECOND, adopt

BEFORE = datetime(2024, 1, 20, tzinfo=UTC)
DURING = datetime(2024, 5, 1, tzinfo=UTC)
AFTER = datetime(2024, 7, 1, tzinfo=UTC)


def publish(workspace: Folder, recorded: datetime) -> None:
    workspace.published.mkdir(exist_ok=True)
    file = workspace.published / "status.json"
    source: dict[str, Any] = {"last_recorded": recorded.isoformat()}
    file.write_text(json.dumps({"sources": {"hubspot": source}}))
    os.utime(file, ns=(0, int(recorded.timestamp()) * 10**9))


def test_an_empty_workspace_has_nothing_to_rest_on(house: Folder) -> None:
    assert standing(house, AFTER) == Standing("No agreement in force", "", None)


def test_the_version_in_force_follows_the_clock(house: Folder) -> None:
    adopt(house, FIRST)

    assert standing(house, BEFORE).agreement == "No agreement in force"
    assert standing(house, DURING) == Standing("Agreement 1.0.0 in force", "marketing, sales", None)


def test_a_version_that_is_adopted_while_pages_are_served_is_seen(house: Folder) -> None:
    adopt(house, FIRST)
    assert standing(house, AFTER).agreement == "Agreement 1.0.0 in force"

    adopt(house, SECOND, at="2024-05-15")

    assert standing(house, AFTER).agreement == "Agreement 2.0.0 in force"


def test_a_broken_file_is_said_and_breaks_no_page(house: Folder) -> None:
    adopted = adopt(house, FIRST)
    adopted.file.write_text("something else")

    assert standing(house, AFTER).agreement == "The file of an agreement cannot be used"


def test_newer_data_is_seen(house: Folder) -> None:
    publish(house, DURING)
    assert standing(house, AFTER).data_at == DURING

    publish(house, DURING + timedelta(hours=1))

    assert standing(house, AFTER).data_at == DURING + timedelta(hours=1)
