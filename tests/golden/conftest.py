"""What became of each metric, after the run: passed, failed, and those that revloop has not yet."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from .test_golden import METRIC


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    outcomes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, metric in getattr(report, "user_properties", []):
                if name == METRIC:
                    outcomes[str(metric)][outcome] += 1
    if not outcomes:
        return
    terminalreporter.section("worked examples")
    for metric, counts in sorted(outcomes.items()):
        said = f"{counts['passed']} passed, {counts['failed']} failed"
        terminalreporter.write_line(f"{metric}: {'not yet' if counts['skipped'] else said}")
    missing = [metric for metric, counts in sorted(outcomes.items()) if counts["skipped"]]
    if missing:
        terminalreporter.write_line(f"metrics that revloop does not have yet: {len(missing)}")
