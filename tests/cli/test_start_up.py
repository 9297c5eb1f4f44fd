from __future__ import annotations

import json
import subprocess
import sys

from .running import ACME, LEAD, environment

ENGINES = {"ibis", "duckdb", "pyarrow", "pandas", "numpy", "scipy"}


def loaded_after(code: str) -> set[str]:
    """The packages that a fresh interpreter has imported after some code."""
    report = "import json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    ended = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        capture_output=True,
        env=environment(),
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in json.loads(ended.stderr.splitlines()[-1])}


def running(*calls: list[str]) -> str:
    """Code that runs these commands one after another."""
    return (
        "import sys\n"
        "from revloop.cli import main\n"
        f"for call in {list(calls)!r}:\n"
        "    sys.argv = ['revloop', *call]\n"
        "    try: main()\n"
        "    except SystemExit as ended: assert ended.code in (0, None), (call, ended.code)"
    )


def test_the_package_itself_loads_nothing_heavy() -> None:
    heavy = {*ENGINES, "sqlglot", "pydantic", "yaml", "typer", "rich", "holidays"}

    assert not heavy & loaded_after("import revloop")


def test_help_loads_no_engine_and_no_parser() -> None:
    loaded = loaded_after(running(["--help"], ["agreement", "--help"], ["--version"]))

    assert not {*ENGINES, "sqlglot", "yaml", "holidays"} & loaded


def test_no_command_loads_an_engine() -> None:
    calls = [
        ["check", ACME],
        ["explain", ACME],
        ["diff", ACME, ACME],
        ["hash", ACME],
        ["which", ACME],
        ["words", ACME],
        ["try", ACME, "--record", LEAD],
        ["schema"],
    ]

    loaded = loaded_after(running(*(["agreement", *call] for call in calls)))

    assert not {"ibis", "duckdb", "pyarrow", "pandas"} & loaded
