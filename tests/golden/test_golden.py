"""Worked numeric examples against the public functions.

    pytest tests/golden                      the examples of this folder
    pytest tests/golden --golden-dir DIR     any folder of files of the same form

A file holds `metric`, `tolerance_abs_or_rel` and `cases` of input and expected output. A metric
without a translator, and without a test of its own, is listed as one that revloop does not have yet.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .agreeing import disagreements
from .translators import TRANSLATORS

METRIC = "golden metric"
TESTS = Path(__file__).resolve().parents[1]
FROM_FACTS = {
    "stage_conversion": "analysis/loop/test_conversion.py",
    "attribution_account_level": "analysis/credit/test_account_level.py",
}
"""Metrics whose input is facts: the test that loads them and holds the example to its expectations."""

SOME = frozenset({"attribution_rules"})
"""Metrics of which a case asks for a part alone, and its input does not say which."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder: Path = metafunc.config.getoption("--golden-dir")
    files = sorted(folder.glob("*.json"))
    examples = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    parameters = [
        pytest.param(example, case, id=f"{example['metric']}-{case['name']}")
        for example in examples
        for case in example["cases"]
    ]
    metafunc.parametrize(("example", "case"), parameters)


def test_worked_example(
    example: dict[str, Any], case: dict[str, Any], record_property: Any
) -> None:
    metric = example["metric"]
    record_property(METRIC, metric)
    if metric in FROM_FACTS:
        assert f'"{metric}.json"' in (TESTS / FROM_FACTS[metric]).read_text(encoding="utf-8")
        return
    if metric not in TRANSLATORS:
        pytest.skip(f"revloop does not have {metric} yet")

    got = TRANSLATORS[metric](case["input"])

    wanted = case["expected"]
    tolerance, partial = example["tolerance_abs_or_rel"], metric in SOME
    assert disagreements(got, wanted, tolerance, partial=partial) == []
    exact = case.get("expected_exact", {})
    assert disagreements(got, exact, 0, partial=True) == []
