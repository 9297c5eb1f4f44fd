"""The notebook of Money says what the page says.

While the site is built it is run in a kernel, on the example company; here the same cells are run
beside the page, on a company of two wins, which costs no kernel and no company.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from revloop.analysis.reading import Asked
from revloop.kit.folder import Folder
from revloop.operations.access.rules import Role
from revloop.upkeep import readings
from revloop.web.money.views import exact

from .story import bring, words
from .test_money import facts

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebooks" / "money.ipynb"


def cells() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == "code"]


def run(parameters: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The names that the cells leave behind, and by cell what a notebook would show of it."""
    names: dict[str, Any] = dict(parameters)
    shown: dict[str, str] = {}
    for cell in cells():
        if "parameters" in cell["metadata"].get("tags", ()):
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell["id"], "exec"), names)  # noqa: S102 - our own notebook
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), cell["id"], "eval"), names)  # noqa: S307
            shown[cell["id"]] = value._repr_html_() if hasattr(value, "_repr_html_") else ""
    return names, shown


def test_its_numbers_are_those_of_the_page(
    house: Folder, signed_in: Callable[[Role], Client], tmp_path: Path
) -> None:
    bring(house, tmp_path / "facts", facts())
    page = signed_in(Role.MARKETING).get("/money/?period=all").content.decode()
    published = readings.published(house)
    assert published is not None
    of_page = published.read("credit", Asked())

    names, shown = run({"workspace": house.path, "period": None})

    [first, *_] = names["models"]
    for number in ("booked", "credited", "unattributed"):
        assert exact(first[number], "EUR").replace("\u202f", " ") in words(page), number
    assert names["ours"].equals(of_page.table.filter(of_page.table["is_primary"]))
    assert names["returns"].table.equals(published.read("roi", Asked()).table)
    assert names["cohorts"].table.equals(published.read("cohort_return", Asked()).table)
    assert names["ways"].table.equals(published.read("journeys", Asked()).table)
    assert "search → webinar → sales" in shown["paths"]
    # Of each side what it sourced, influenced and is credited with, as the page has it.
    for side in names["three"].to_pylist():
        assert f"{side['side'].capitalize()} {side['sourced'] // 100} EUR" in words(page)
    [linked] = set(re.findall(r'href="/money/journeys/(\d+)/"', page))
    assert names["example"] == int(linked)
    assert names["journey"].booked == 100_01


@pytest.mark.parametrize("cell", cells(), ids=lambda cell: str(cell["id"]))
def test_it_is_kept_without_what_it_printed(cell: dict[str, Any]) -> None:
    assert cell["outputs"] == []
    assert cell["execution_count"] is None
