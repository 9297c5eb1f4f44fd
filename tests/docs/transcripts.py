"""Commands shown in a document with their output, run again and compared."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .documents import ROOT, Block, name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANY = "..."
SECONDS = 180  # a command that hangs ends; a busy machine is no defect


@dataclass(frozen=True)
class Command:
    block: Block
    line: int
    text: str
    shown: str

    @property
    def place(self) -> str:
        return f"{name(self.block.page)}:{self.line}"


def commands(block: Block) -> Iterator[Command]:
    """A line after "$ " is a command, the lines below it are what it prints.

    A command that ends in a backslash goes on in the next line, which may begin with "> ".
    """
    lines = block.text.splitlines()
    position = 0
    while position < len(lines):
        start = position
        if not lines[position].startswith("$ "):
            raise AssertionError(
                f"{name(block.page)}:{block.line + position}: a console block begins with '$ '"
            )
        parts = [lines[position].removeprefix("$ ")]
        position += 1
        while parts[-1].endswith("\\") and position < len(lines):
            parts.append(lines[position].removeprefix("> "))
            position += 1
        first = position
        while position < len(lines) and not lines[position].startswith("$ "):
            position += 1
        yield Command(block, block.line + start, "\n".join(parts), "\n".join(lines[first:position]))


def workplace(folder: Path) -> Path:
    """A folder with a copy of the examples, in which the commands of one page are run."""
    if (ROOT / "examples").is_dir():
        shutil.copytree(
            ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__")
        )
    return folder


def save(block: Block, folder: Path) -> None:
    """What the reader does with a block that has the name of a file over it.

    A page needs files before it can import them; so they stand on the page, and can be copied.
    """
    file = folder / block.file
    if not file.resolve().is_relative_to(folder.resolve()):
        raise AssertionError(f"{block.place}: {block.file} leads out of the reader's folder")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(block.text, encoding="utf-8")


def run(command: Command, folder: Path) -> str:
    """What a terminal would show, with "[exit 1]" below it where the command failed."""
    try:
        ended = subprocess.run(
            [shutil.which("bash") or "bash", "-c", command.text],
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"[stopped after {SECONDS} seconds]"
    failed = f"\n[exit {ended.returncode}]" if ended.returncode else ""
    return ended.stdout.rstrip() + failed


def environment(folder: Path) -> dict[str, str]:
    """The same for everybody: 80 columns, no colours, none of the reader's own settings."""
    tools = os.path.dirname(sys.executable)  # noqa: PTH120 - resolving would leave .venv
    return {
        "PATH": os.pathsep.join([tools, os.environ.get("PATH", os.defpath)]),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "TERM": "dumb",
    }


def agrees(shown: str, got: str) -> bool:
    return pattern(shown).fullmatch(tidy(got) + "\n") is not None


def pattern(shown: str) -> re.Pattern[str]:
    """Dots stand for anything within a line, and on a line of their own for any lines."""
    parts = []
    for line in tidy(shown).split("\n"):
        if line.strip() == ANY:
            parts.append(r"(?:.*\n)*")
        else:
            parts.append(".*".join(re.escape(piece) for piece in line.split(ANY)) + r"\n")
    return re.compile("".join(parts))


def tidy(text: str) -> str:
    """Without trailing space, which nobody sees, and blank lines at the ends."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def difference(place: str, what: str, shown: str, got: str) -> str:
    compared = difflib.unified_diff(
        tidy(shown).splitlines(),
        tidy(got).splitlines(),
        "expected (in the document)",
        "got (when run)",
        lineterm="",
    )
    return "\n".join([f"{place}: the document shows another output than", f"  {what}", *compared])
