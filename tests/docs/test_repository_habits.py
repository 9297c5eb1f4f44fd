from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .documents import ROOT, name

README_LINES = 80
DRAWERS = {"utils", "helpers", "misc", "common", "others", "manager"}
# A folder of one person's machine; the parentheses keep this line from finding itself.
MACHINE_PATH = re.compile(r"(?<![\w.])/(root|home|Users|work)/\w")


def test_the_readme_fits_on_a_screen() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= README_LINES, f"README.md has {len(lines)} lines: move some to docs/"


def test_no_module_is_a_drawer() -> None:
    drawers = [
        name(path)
        for path in sorted((ROOT / "src").rglob("*"))
        if DRAWERS & set(re.split(r"[._]", path.name.lower()))
    ]

    assert not drawers, f"Name these after what they do, or move it to where it is used: {drawers}"


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()[:100]}"
        for path in tracked_files()
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]

    assert not found, "Write these paths relative to the repository:\n" + "\n".join(found)


def test_every_make_target_says_what_it_does() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([A-Za-z][\w-]*):(?!=)(.*)$", text, flags=re.MULTILINE)
    silent = [target for target, rest in targets if not re.search(r"## \w", rest)]

    assert targets
    assert not silent, f"Add a help text after ## to these targets: {', '.join(silent)}"


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.search(r"^## \[?Unreleased\]?$", text, flags=re.MULTILINE), (
        "CHANGELOG.md needs a section Unreleased"
    )


def tracked_files() -> list[Path]:
    """What is in the repository, and what would be with the next commit."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    paths = [ROOT / path for path in listed.stdout.split("\0") if path]
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
