"""Run `revloop` as a person or a program does: in a pipe, or in a terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SECONDS = 60
INTERRUPT = "\x03"
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
    *arguments: str,
    typed: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Ended:
    """In a terminal of 80 columns; each line is typed when a question waits for it."""
    own, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "revloop", *arguments],
        stdin=other,
        stdout=other,
        stderr=other,
        cwd=folder,
        env=environment(COLUMNS="80", **(settings or {})),
    )
    os.close(other)
    shown = _talk(own, process, list(typed))
    os.close(own)
    return Ended(process.wait(SECONDS), shown, "")


def _talk(terminal: int, process: subprocess.Popen[bytes], typed: list[str]) -> str:
    """Type a line at each question; Ctrl-C is a signal, because this terminal controls nobody."""
    shown, until = b"", time.monotonic() + SECONDS
    while time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if ready:
            piece = _read(terminal)
            if not piece:
                return shown.decode()
            shown += piece
        elif typed and shown.endswith(b": "):
            line = typed.pop(0)
            if line == INTERRUPT:
                process.send_signal(signal.SIGINT)
            os.write(terminal, line.encode())
            shown += b"\n"  # the question is answered
    process.kill()
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # the other end is closed
        return b""
