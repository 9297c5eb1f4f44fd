"""The documents as the tests see them: which there are, and the fenced blocks in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"

FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`]*)$")
TITLE = re.compile(r'\btitle="(?P<title>[^"]+)"')


@dataclass(frozen=True)
class Block:
    page: Path
    line: int  # of the first line inside the fence, counted from 1
    language: str
    text: str
    end: int  # the line of the closing fence
    file: str = ""  # the title, where it has one: the reader saves the block under this name

    @property
    def place(self) -> str:
        return f"{name(self.page)}:{self.line}"


def name(page: Path) -> str:
    """The page as one would type it from the root of the repository."""
    return page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name


def pages_with_code() -> list[Path]:
    """README and the documents; decisions are a record of their day and are not run."""
    pages = [page for page in sorted(DOCS.rglob("*.md")) if DECISIONS not in page.parents]
    return [ROOT / "README.md", *pages]


def pages_with_links() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    found: list[Block] = []
    opened: re.Match[str] | None = None
    start = 0
    lines = page.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        fence = FENCE.match(line)
        if opened is None and fence:
            opened, start = fence, number
        elif opened is not None and fence and closes(fence, opened):
            inside = lines[start : number - 1]
            found.append(block(page, opened, start + 1, inside, number))
            opened = None
    if opened is not None:
        raise AssertionError(f"{name(page)}:{start}: this code block is never closed")
    return found


def closes(fence: re.Match[str], opened: re.Match[str]) -> bool:
    return len(fence["ticks"]) >= len(opened["ticks"]) and not fence["info"].strip()


def block(page: Path, opened: re.Match[str], line: int, inside: list[str], end: int) -> Block:
    indent = opened["indent"]
    text = "".join(f"{part.removeprefix(indent)}\n" for part in inside)
    words = opened["info"].split()
    titled = TITLE.search(opened["info"])
    language = words[0] if words else ""
    return Block(page, line, language, text, end, titled["title"] if titled else "")


def outputs(found: list[Block]) -> dict[Block, Block]:
    """For each Python block the block of its output, where one stands directly below it."""
    return {
        code: shown
        for code, shown in pairwise(found)
        if code.language == "python"
        and shown.language in {"text", "output"}
        and nothing_between(code, shown)
    }


def nothing_between(code: Block, shown: Block) -> bool:
    lines = code.page.read_text(encoding="utf-8").splitlines()
    return not "".join(lines[code.end : shown.line - 2]).strip()


def prose(page: Path) -> list[tuple[int, str]]:
    """The numbered lines of a page that stand in no code block."""
    inside = {n for one in blocks(page) for n in range(one.line - 1, one.end + 1)}
    lines = page.read_text(encoding="utf-8").splitlines()
    return [(n, line) for n, line in enumerate(lines, start=1) if n not in inside]
