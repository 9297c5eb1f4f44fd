"""Workspaces to kill programs in: each a copy of one that was made once, on either database."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ..operations.conftest import (
    _drop,
    _named,
    _new_database,
    made_once,  # noqa: F401 - a fixture
    server,  # noqa: F401 - a fixture
)

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit code, and what it said; -9 for one that was killed."""

    code: int
    said: Any


class Warm:
    """The process that forks a child for each program."""

    def __init__(self, exports: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "EXPORTS": str(exports)},
        )

    def run(
        self,
        program: str,
        place: Place,
        *arguments: str,
        killed_at: str = "",
        after: float | None = None,
    ) -> Ended:
        asked = {
            "program": program,
            "arguments": arguments,
            "workspace": str(place.workspace),
            "environment": {
                "DATABASE_URL": _url(place.database),
                "EMPTY_DATABASE_URL": _url(place.empty),
            },
            "killed_at": killed_at,
            "after": after,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Ended(answer["code"], answer["said"])

    def end(self) -> None:
        self._process.communicate(timeout=60)


def _url(database: str) -> str:
    return _named(database) if database else ""


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace and its databases, by name: that of PostgreSQL, and an empty one to restore to."""

    workspace: Path
    database: str = ""
    empty: str = ""


@dataclass
class Places:
    """Workspaces in which programs have run, made when they are first asked for."""

    warm: Warm
    folder: Path
    server: psycopg.Connection[tuple[object, ...]] | None
    made: dict[tuple[str, ...], Place] = field(default_factory=dict)
    described: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def after(self, programs: tuple[str, ...]) -> Place:
        """The workspace in which these programs have run, to be copied and never changed."""
        if programs not in self.made:
            folder = self.folder / ("-".join(programs) or "nothing")
            if programs:
                place = self.copy(programs[:-1], folder)
                self.run(programs[-1], place)
            else:
                folder.mkdir()
                place = Place(folder / "acme", self.database("template0"))
            self.made[programs] = place
        return self.made[programs]

    def copy(self, programs: tuple[str, ...], folder: Path) -> Place:
        """A workspace of one's own, in which these programs have run."""
        made = self.after(programs)
        shutil.copytree(made.workspace.parent, folder)
        empty = ""
        if programs[-1:] == ("backup",):
            empty = self.database(self.after(("init",)).database)
        return Place(folder / "acme", self.database(made.database), empty)

    def left_by(self, programs: tuple[str, ...]) -> Any:
        """What these programs leave behind when nobody kills them."""
        if programs not in self.described:
            self.described[programs] = self.run("describe", self.after(programs))
        return self.described[programs]

    def run(self, program: str, place: Place) -> Any:
        ended = self.warm.run(program, place)
        assert ended.code == 0, f"{program}: {ended.said}"
        return ended.said

    def database(self, template: str) -> str:
        return "" if self.server is None else _new_database(self.server, template)

    def drop(self, place: Place) -> None:
        for name in (place.database, place.empty):
            if name and self.server is not None:
                _drop(self.server, name)


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    made = Warm(tmp_path_factory.mktemp("exports"))
    yield made
    made.end()


@pytest.fixture(scope="session")
def on_sqlite(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> Places:
    return Places(warm, tmp_path_factory.mktemp("sqlite"), None)


@pytest.fixture(scope="session")
def on_postgresql(
    warm: Warm, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Places]:
    connection = request.getfixturevalue("server")
    request.getfixturevalue("made_once")  # it closes the connection when all is done
    made = Places(warm, tmp_path_factory.mktemp("postgresql"), connection)
    yield made
    for place in made.made.values():
        made.drop(place)


@pytest.fixture
def places(request: pytest.FixtureRequest, database: str) -> Places:
    found: Places = request.getfixturevalue(f"on_{database}")
    return found
