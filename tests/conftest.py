"""Options of the whole suite."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# One machine is fast and the next is not: a slow example is no failure, and CI draws the same ones.
settings.register_profile("everywhere", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if "CI" in os.environ else "everywhere")


_BROWSER = Path(__file__).parent / "browser"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `--dist loadgroup`: what shares something costly goes to one worker, which makes it once.

    All that drives a browser is one group, all of Spark's another, and the tests of a file that share
    a fixture. Groups begin first; what stands alone fills up whoever is idle at the end.
    """
    for item in items:
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))


def _group(item: pytest.Item) -> str:
    if _BROWSER in item.path.parents:
        return "browser"
    if not isinstance(item, pytest.Function):
        return ""
    if hasattr(item, "callspec") and item.callspec.params.get("backend") == "spark":
        return "spark"
    defined = item._fixtureinfo.name2fixturedefs.values()
    shared = any(
        each.scope in ("module", "session") and each.baseid for found in defined for each in found
    )
    return str(item.path) if shared else ""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden-dir",
        type=Path,
        default=Path(__file__).parent / "golden",
        help="a folder of worked examples to run against the public functions",
    )
