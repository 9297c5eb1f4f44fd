"""Style sheets, fonts and scripts: under an address that changes with them, so kept for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from revloop.kit.errors import RevloopError

FOLDER = Path(__file__).parent / "static"
KEPT_SECONDS = 365 * 24 * 3600


@cache
def prefix() -> str:
    """`/static/<digest of all files>/`."""
    digest = hashlib.sha256()
    for file in sorted(FOLDER.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(FOLDER).as_posix().encode())
            digest.update(file.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}/"


@cache
def address(name: str) -> str:
    """Where a file is served; one that is not there is a mistake of ours."""
    if not (FOLDER / str.__str__(name)).is_file():  # a template hands over a text of its own class
        raise RevloopError("web.no_asset", f"there is no file {name} in {FOLDER}", hint="add it")
    return prefix() + name
