"""Spark is an extra: without it, or without Java, a sentence says what to install."""

from __future__ import annotations

import sys

import pytest

from revloop import engine
from revloop.kit.errors import NotAvailable

from .staging import Company, touch


def test_without_spark_the_extra_is_named(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.append("touch", touch("1"))
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)

    with pytest.raises(NotAvailable) as refused:
        engine.open(company.lake.path, backend="spark")

    assert refused.value.code == "engine.no_spark"
    assert "pip install 'revloop[spark]'" in refused.value.hint
