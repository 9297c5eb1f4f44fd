"""Notebooks as pages of the site: what fails the build, and that no text of an output is run.

The whole of `examples/notebooks` is run by the build itself; here are notebooks of one cell.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import nbformat
import pytest
from mkdocs.exceptions import PluginError
from nbclient.exceptions import CellExecutionError

from .documents import ROOT


@pytest.fixture(scope="module")
def pages() -> Any:
    spec = importlib.util.spec_from_file_location(
        "notebook_pages", ROOT / "scripts" / "notebook_pages.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def notebook(folder: Path, source: str) -> Path:
    first = nbformat.v4.new_code_cell("workspace = 'mine'", metadata={"tags": ["parameters"]})
    told = nbformat.v4.new_notebook(cells=[first, nbformat.v4.new_code_cell(source)])
    nbformat.write(told, folder / "told.ipynb")
    return folder / "told.ipynb"


def test_a_cell_sees_the_workspace_of_the_build_and_the_page_shows_its_own(
    pages: Any, tmp_path: Path
) -> None:
    ran = pages.run(notebook(tmp_path, "workspace"), tmp_path / "acme")

    [first, last] = ran.cells
    assert first.source == "workspace = 'mine'"
    assert last.outputs[0].data["text/plain"] == repr(str(tmp_path / "acme"))


def test_a_cell_that_fails_fails_the_build(pages: Any, tmp_path: Path) -> None:
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        pages.run(notebook(tmp_path, "1 / 0"), tmp_path)


def test_a_cell_that_warns_fails_the_build(pages: Any, tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="old news"):
        pages.run(notebook(tmp_path, "import warnings; warnings.warn('old news')"), tmp_path)


def test_no_text_of_a_chart_or_an_output_is_run(pages: Any) -> None:
    hostile = "</script><script>alert(1)</script>"

    drawn = pages.figure({"title": hostile, "mark": {"color": "#09736e"}})
    printed = pages.shown(nbformat.v4.new_output("stream", text=hostile))

    assert "</script><script>" not in drawn
    assert "var(--marketing)" in drawn
    assert printed == "<pre>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;</pre>"


def test_every_page_that_shows_a_notebook_names_one_that_exists(pages: Any) -> None:
    told = {path: path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")}
    named = [place["path"] for text in told.values() for place in pages.PLACE.finditer(text)]

    assert sorted(named) == [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
    ]
