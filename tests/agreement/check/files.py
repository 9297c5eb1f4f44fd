"""Agreement files to check: the example company's, with a few of its words replaced."""

from __future__ import annotations

from pathlib import Path

from revloop.agreement.check import check
from revloop.agreement.problems import Path as PathInFile
from revloop.agreement.problems import Place, Problem

EXAMPLES = Path(__file__).parents[3] / "examples" / "agreements"
ACME = (EXAMPLES / "acme-revenue-2.1.0.yaml").read_text(encoding="utf-8")


def edited(*edits: tuple[str, str]) -> str:
    """Acme's agreement with each first text replaced by the second; it must stand there once."""
    text = ACME
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def problems_of(text: str) -> tuple[Problem, ...]:
    return check(text.encode()).problems


def place_of(text: str, words: str) -> Place:
    """The line and column where words stand in a text, counted from 1."""
    assert text.count(words) == 1, f"{words!r} stands {text.count(words)} times"
    before = text[: text.index(words)]
    return Place(before.count("\n") + 1, len(before) - before.rfind("\n"))


def only_problem(text: str) -> Problem:
    (problem,) = problems_of(text)
    return problem


__all__ = ["ACME", "EXAMPLES", "PathInFile", "edited", "only_problem", "place_of", "problems_of"]
