"""The same lake on every engine.

Without Spark its half is skipped; `REVLOOP_REQUIRE_SPARK=1`, which CI sets, makes that a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol

import pytest

from revloop import engine

from ..staging import Company

Backend = Literal["duckdb", "spark"]

_QUICK_TO_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For tables of a few rows: what Java compiles thoroughly is never used often enough to pay.

It is half of the processor time of Spark's tests; their results are the same.
"""


class Open(Protocol):
    """Opens the facts of a company on the engine that is being tested."""

    def __call__(self, company: Company, as_of: datetime | None = None) -> engine.Facts: ...


def _why_not_spark() -> str:
    if find_spec("pyspark") is None or find_spec("pandas") is None:
        return "SPARK IS NOT TESTED HERE: pip install 'revloop[spark]'"
    if shutil.which("java") is None:
        return "SPARK IS NOT TESTED HERE: it needs Java 17 or newer"
    return ""


@pytest.fixture(scope="session", params=["duckdb", "spark"])
def backend(request: pytest.FixtureRequest) -> Backend:
    name: Backend = request.param
    if name == "spark" and (reason := _why_not_spark()):
        if os.environ.get("REVLOOP_REQUIRE_SPARK") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    if name == "spark":
        os.environ.setdefault("JAVA_TOOL_OPTIONS", _QUICK_TO_START)
    return name


@pytest.fixture
def read(backend: Backend) -> Iterator[Open]:
    """Open the facts of a company on this engine."""
    opened: list[engine.Facts] = []

    def facts(company: Company, as_of: datetime | None = None) -> engine.Facts:
        opened.append(engine.open(company.lake.path, as_of=as_of, backend=backend))
        return opened[-1]

    yield facts
    for each in opened:
        each.close()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("conformance")
