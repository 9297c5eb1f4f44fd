"""The page of the loop: its map, its numbers and where they lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from revloop.kit.folder import Folder
from revloop.operations.access.rules import Role
from revloop.web.loop.drawn import LOWER, UPPER, Stage, drawn

from .story import AT, bring, tell, words
from .test_readings import told  # noqa: F401 - the fixture


@pytest.fixture
def client(signed_in: Callable[[Role], Client]) -> Client:
    return signed_in(Role.SALES)


def test_the_loop_says_how_many_go_on_and_every_number_leads_to_its_rows(
    told: Folder,  # noqa: F811 - the fixture
    client: Client,
) -> None:
    answer = client.get("/loop/").content.decode()
    said = words(answer)

    assert "Where do people move on, come back, or get lost?" in said
    assert "of the leads became customers" in said
    assert "75.0 %" in said
    assert "cause=next" in answer
    assert "<svg" in answer
    assert "Nobody who began as a lead is seen to become a customer" in said
    assert "Which week is news" in said
    assert "What was left lying" in said
    filtered = words(client.get("/loop/?source=webinar&period=2025-Q3").content.decode())
    assert "Entered Q3 2025" in filtered
    assert "within 1 day" in filtered


def test_without_stages_it_says_what_is_needed(
    house: Folder, client: Client, tmp_path: Path
) -> None:
    assert "publish" in words(client.get("/loop/").content.decode())
    bring(house, tmp_path / "facts", {"account": [{"source_id": "acme", "at": AT, "name": "Acme"}]})
    said = words(client.get("/loop/").content.decode())
    assert "This cannot be measured yet." in said
    assert "the history of stages" in said


def test_deals_alone_make_its_last_step(house: Folder, client: Client, tmp_path: Path) -> None:
    tell(house, tmp_path / "facts")
    page = client.get("/loop/?period=all").content.decode()
    said = words(page)
    [ladder] = re.findall(r'<ol class="ladder">(.*?)</ol>', page, re.DOTALL)
    rungs = [words(each) for each in re.findall(r"<li>(.*?)</li>", ladder, re.DOTALL)]
    assert [rung.split()[0] for rung in rungs if "go on" in rung] == ["Opportunity"]
    assert "This cannot be measured yet." not in said
    assert "Nobody raised a hand in this time." in said
    assert "Opportunity → Customer" in said


def stages(count: int) -> list[Stage]:
    return [
        Stage(f"s{n}", f"S{n}", 100 - n, "", "/", "sales", going(100 - n), "", n, "/", n)
        for n in range(count - 1)
    ] + [Stage("end", "End", 1, "", "/", "success")]


def going(x: int) -> dict[str, object]:
    return {"share": "50 %", "behind": "n 10", "x": x, "href": "/"}


@pytest.mark.parametrize("count", range(1, 13))
def test_however_many_stages_there_are_none_covers_another(count: int) -> None:
    found = drawn(stages(count), back_to="s0", returned="came back 3")

    assert len(found.nodes) == count
    assert len(found.arrows) == count - 1
    assert all(UPPER <= node.y <= LOWER for node in found.nodes)
    for one in found.nodes:
        for other in found.nodes:
            apart = abs(one.x - other.x) >= 116 or abs(one.y - other.y) >= 52
            assert one is other or apart, (one, other)


def test_the_thickest_flow_is_the_largest_and_nothing_is_drawn_for_nobody() -> None:
    widths = [arrow.width for arrow in drawn(stages(6), back_to="s0", returned="").arrows]

    assert widths == sorted(widths, reverse=True)
    assert not drawn([stages(2)[1]], back_to="", returned="x").returned
