"""The reference pages are written from the code, and are what the code says."""

from __future__ import annotations

import subprocess
import sys

from .documents import ROOT


def test_the_reference_pages_are_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
