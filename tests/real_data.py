"""Real data, made by nobody here, that lies beside the repository and never in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def real_data(name: str) -> Path:
    """A folder of real exports; where it is absent the test is skipped, and fails under CI.

    It is looked for in the folder that REVLOOP_REAL_DATA names, else beside the repository.
    """
    folder = Path(os.environ.get("REVLOOP_REAL_DATA") or _BESIDE) / name
    if folder.is_dir():
        return folder
    missing = f"the real data {name} is not at {folder}: set REVLOOP_REAL_DATA"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)
