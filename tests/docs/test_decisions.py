from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from .documents import DECISIONS, ROOT, name

if TYPE_CHECKING:
    from pathlib import Path

HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "References"]
TEMPLATE = DECISIONS / "0000-template.md"
PAGES = [page for page in sorted(DECISIONS.glob("[0-9]*.md")) if page != TEMPLATE]


@pytest.mark.parametrize("page", [TEMPLATE, *PAGES], ids=name)
def test_a_decision_has_the_five_headings_in_order(page: Path) -> None:
    found = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert found == HEADINGS, f"{name(page)}: the headings are {', '.join(HEADINGS)}"


@pytest.mark.parametrize("page", [TEMPLATE, *PAGES], ids=name)
def test_a_decision_can_be_quoted_in_one_bold_line(page: Path) -> None:
    decided = page.read_text(encoding="utf-8").split("## Decision\n")[1].lstrip().split("\n")[0]

    assert re.fullmatch(r"\*\*.+\*\*", decided), f"{name(page)}: put the decision in bold"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_decision_says_its_number_its_status_and_its_day(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").split("\n")
    status = r"Status: (proposed|accepted|superseded by \d{4}) · Date: \d{4}-\d\d-\d\d"

    assert lines[0].startswith(f"# {page.name[:4]}. "), f"{name(page)}:1: number as in the name"
    assert re.fullmatch(status, lines[2]), f"{name(page)}:3: status and date"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_decision_stands_in_the_index_and_the_navigation(page: Path) -> None:
    title = page.read_text(encoding="utf-8").split("\n")[0].removeprefix("# ")
    index = (DECISIONS / "index.md").read_text(encoding="utf-8")
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")

    assert f"[{title}]({page.name})" in index, f"add [{title}]({page.name}) to the index"
    assert f"decisions/{page.name}" in navigation, f"add decisions/{page.name} to mkdocs.yml"


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(page.name[:4]) for page in PAGES]

    assert numbers == list(range(1, len(PAGES) + 1))
