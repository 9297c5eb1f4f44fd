from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest

from .documents import DECISIONS, DOCS, ROOT, name, pages_with_links, prose

if TYPE_CHECKING:
    from pathlib import Path

ALL_PAGES = pages_with_links()
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)")
PATH_IN_BACKTICKS = re.compile(r"`((?:src|tests|docs|examples|scripts|bench)/[\w./-]*)`")
HEADING = re.compile(r"^#{1,6} +(?P<title>.+?) *$")


@pytest.mark.parametrize("page", ALL_PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    problems = [
        f"{name(page)}:{number}: {target} {problem}"
        for number, target in links(page)
        if (problem := what_is_wrong(page, target))
    ]

    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "page", [page for page in ALL_PAGES if DECISIONS not in page.parents], ids=name
)
def test_every_path_in_backticks_exists(page: Path) -> None:
    missing = [
        f"{name(page)}:{number}: `{path}` is not in the repository"
        for number, line in prose(page)
        for path in PATH_IN_BACKTICKS.findall(line)
        if not (ROOT / path).exists()
    ]

    assert not missing, "\n".join(missing)


def links(page: Path) -> list[tuple[int, str]]:
    return [
        (number, found["target"])
        for number, line in prose(page)
        for found in LINK.finditer(re.sub(r"`[^`]*`", "", line))
        if not re.match(r"[a-z]+:", found["target"])
    ]


def what_is_wrong(page: Path, target: str) -> str:
    path, _, anchor = target.partition("#")
    goal = (page.parent / path).resolve() if path else page
    if not goal.exists():
        return "does not exist"
    if DOCS in page.parents and DOCS not in goal.parents:
        return "lies outside docs/, where the site cannot follow: name the path in backticks"
    if anchor and goal.suffix == ".md" and anchor not in anchors(goal):
        return f"has no heading with this name; there are: {', '.join(sorted(anchors(goal)))}"
    return ""


def anchors(page: Path) -> set[str]:
    headings = (HEADING.match(line) for _, line in prose(page))
    return {anchor_of(heading["title"]) for heading in headings if heading}


def anchor_of(title: str) -> str:
    """As the documentation site forms it: plain letters, lower case, hyphens."""
    explicit = re.search(r"\{ *#([\w-]+) *\}$", title)
    if explicit:
        return explicit[1]
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())
