"""A process that has imported everything and connected to nothing: it forks one child a program.

So a program that is killed is a real process that really dies, and costs no start of Python. Asked
for by a line of JSON on standard input, answered by one on standard output.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

# What the programs would import on their way, were it not here already.
import deltalake
import duckdb
import ibis
import psycopg
import pyarrow.compute
import pyarrow.parquet

from revloop import operations
from revloop.kit import failpoints

from . import programs

IMPORTED = (deltalake, duckdb, ibis.duckdb, psycopg, pyarrow.compute, pyarrow.parquet)


def child(asked: dict[str, Any], answer: Path) -> None:
    """Run the program; never return."""
    code = 0
    try:
        os.environ.update(asked["environment"])
        failpoints.choose(asked["killed_at"])
        program = programs.PROGRAMS[asked["program"]]
        said = program(Path(asked["workspace"]), *asked["arguments"])
        operations.disconnect()
        answer.write_text(json.dumps(said, default=str))
    except BaseException:  # noqa: BLE001 - the parent reads of it
        answer.write_text(json.dumps(traceback.format_exc()))
        code = 1
    os._exit(code)


def ended(process: int, after: float | None) -> int:
    """The exit code; a process that still lives `after` so many seconds is killed."""
    if after is not None:
        give_up = time.monotonic() + after
        while time.monotonic() < give_up:
            found, status = os.waitpid(process, os.WNOHANG)
            if found:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.001)
        os.kill(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        with tempfile.TemporaryDirectory() as temp:
            answer = Path(temp) / "answer"
            process = os.fork()
            if not process:
                child(asked, answer)
            code = ended(process, asked.get("after"))
            said = json.loads(answer.read_text()) if code in {0, 1} else None
        sys.stdout.write(json.dumps({"code": code, "said": said}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
