"""A failpoint ends the process where a test asks for it, and does nothing anywhere else."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from revloop.kit.failpoints import EXIT_CODE

PROGRAM = """
from revloop.kit.failpoints import failpoint
for step in range(3):
    failpoint("one")
    print("one", flush=True)
    failpoint("two")
    print("two", flush=True)
"""


@pytest.mark.parametrize(
    ("asked", "code", "lines"),
    [
        ("", 0, 6),
        ("one", EXIT_CODE, 0),
        ("two", EXIT_CODE, 1),
        ("one:3", EXIT_CODE, 4),
        ("two:4", 0, 6),
        ("three", 0, 6),
    ],
)
def test_the_process_ends_at_the_place_and_the_time_that_were_asked_for(
    asked: str, code: int, lines: int
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "REVLOOP_FAILPOINT": asked},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, len(ended.stdout.splitlines())) == (code, lines)
