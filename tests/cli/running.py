"""Run `revloop` as a person or a program does: in a pipe, or in a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "agreements"
ACME = str(EXAMPLES / "acme-revenue-2.1.0.yaml")
BEFORE = str(EXAMPLES / "acme-revenue-2.0.0.yaml")
LEAD = str(ROOT / "examples" / "lead.json")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """The reader's own settings of colour and width would change what is printed."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM"}
    }
    return {**inherited, "TERM": "xterm-256color", **more}


def revloop(*arguments: str, given: bytes = b"", folder: Path | None = None) -> Ended:
    """In a pipe, with standard input that ends at once unless something is given."""
    ended = subprocess.run(
        [sys.executable, "-m", "revloop", *arguments],
        input=given,
        capture_output=True,
        cwd=folder,
        env=environment(),
        timeout=SECONDS,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def in_terminal(
    *arguments: str, typed: list[str] | None = None, folder: Path | None = None, **settings: str
) -> Ended:
    """In a terminal of 80 columns; each line is typed when a question waits for it."""
    own, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "revloop", *arguments],
        stdin=other,
        stdout=other,
        stderr=other,
        cwd=folder,
        env=environment(COLUMNS="80", **settings),
    )
    os.close(other)
    shown = _talk(own, process, list(typed or []))
    os.close(own)
    return Ended(process.wait(SECONDS), shown, "")


def _talk(terminal: int, process: subprocess.Popen[bytes], typed: list[str]) -> str:
    shown, until = b"", time.monotonic() + SECONDS
    while time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if ready:
            try:
                piece = os.read(terminal, 65_536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            shown += piece
        elif typed and shown.rstrip(b" ").endswith(b":"):
            os.write(terminal, typed.pop(0).encode())
            shown += b"\n"  # the question is answered
        elif process.poll() is not None:
            break
    else:
        process.kill()
    return shown.decode()
