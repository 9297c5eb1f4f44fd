"""A lake of one's own for every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from .staging import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path / "acme [2026]'s")
