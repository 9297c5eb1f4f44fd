"""Run every benchmark, print one table, and fail if something that must hold is missed.

A benchmark is a module of this folder with a function `measure()` that returns rows; name it here.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

MODULES = [
    "working_time",
    "conditions",
    "scores",
    "survival",
    "attribution",
    "base_install",
    "identity",
    "importing",
    "pages",
    "readings",
    "leaks",
    "first_page",
]


def main() -> int:
    # So that `bench` and `tests` are found from wherever this is started.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from bench.rows import Row, table  # noqa: PLC0415 - found only now

    rows: list[Row] = []
    for name in MODULES:
        print(f"measuring {name} ...", file=sys.stderr)
        rows += import_module(f"bench.{name}").measure()
    print(table(rows))
    return 1 if any(row.refused for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
