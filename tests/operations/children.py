"""Other programs on the same workspace: real processes, which may be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CONNECT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from revloop import operations
from revloop.kit.folder import Folder

workspace = Folder(Path(sys.argv[1]))
operations.connect(workspace)
"""


def start(program: str, workspace: Path, *, killed_at: str = "") -> subprocess.Popen[str]:
    """Start a program that is connected to the workspace; its standard output can be read."""
    environment = {**os.environ, "REVLOOP_FAILPOINT": killed_at}
    return subprocess.Popen(
        [sys.executable, "-c", f"{CONNECT}{program}", str(workspace)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def run(program: str, workspace: Path, *, killed_at: str = "") -> tuple[int, str]:
    """Run it to its end, or to where it is killed: its exit code and what it printed."""
    child = start(program, workspace, killed_at=killed_at)
    out, err = child.communicate(timeout=120)
    assert child.returncode == 0 or killed_at, err
    return child.returncode, out
