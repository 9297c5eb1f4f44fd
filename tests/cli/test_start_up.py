from __future__ import annotations

import json
import subprocess
import sys

import pytest

from .running import ACME, LEAD, environment

ENGINES = {"ibis", "duckdb", "pyarrow", "pandas", "numpy"}


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


def running(*arguments: str) -> str:
    return (
        f"import sys; sys.argv = ['revloop', *{list(arguments)!r}]\n"
        "from revloop.cli import main\n"
        "try: main()\n"
        "except SystemExit as ended: assert ended.code in (0, None), ended.code"
    )


def test_the_package_itself_loads_nothing_heavy() -> None:
    heavy = {*ENGINES, "sqlglot", "pydantic", "yaml", "typer", "rich", "holidays"}

    assert not heavy & loaded_after("import revloop")


@pytest.mark.parametrize("arguments", [["--help"], ["agreement", "--help"], ["--version"]])
def test_help_loads_no_engine_and_no_parser(arguments: list[str]) -> None:
    loaded = loaded_after(running(*arguments))

    assert not {*ENGINES, "sqlglot", "pydantic", "yaml", "holidays"} & loaded


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", ACME],
        ["explain", ACME],
        ["diff", ACME, ACME],
        ["hash", ACME],
        ["which", ACME],
        ["words", ACME],
        ["try", ACME, "--record", LEAD],
        ["schema"],
    ],
    ids=lambda arguments: str(arguments[0]),
)
def test_no_command_loads_an_engine(arguments: list[str]) -> None:
    loaded = loaded_after(running("agreement", *arguments))

    assert not {"ibis", "duckdb", "pyarrow", "pandas"} & loaded
