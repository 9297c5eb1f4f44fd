"""Killed at any instant, a program is run again, and the workspace is as if nobody had killed it."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from revloop.kit.failpoints import EXIT_CODE

from .conftest import ROOT, Places
from .points import BOTH, CHAINS, Chain, names_of_places, points

KILLED = -9
LEAST = 60
"""Different places, and times at one place, that must be tried."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chain", "database"),
    [
        pytest.param(chain, database, id=f"{chain.program}-{len(chain.places)}-{database}")
        for chain in CHAINS
        for database in chain.databases
    ],
)
def test_a_program_killed_at_every_step_leaves_what_one_run_leaves(
    chain: Chain, places: Places, tmp_path: Path
) -> None:
    place = places.copy(chain.after, tmp_path / "here")
    for killed_at in chain.places:
        ended = places.warm.run(chain.program, place, killed_at=killed_at)
        assert ended.code == EXIT_CODE, f"{killed_at} is never reached: {ended.said or ''}"
    places.run(chain.program, place)

    found, whole = places.run("describe", place), places.left_by((*chain.after, chain.program))
    assert list(differences(found, whole)) == []
    places.drop(place)


def differences(found: Any, whole: Any, at: str = "") -> Iterator[str]:
    """Where two descriptions differ, so that a failure can be read."""
    match found, whole:
        case dict(), dict() if found.keys() == whole.keys():
            for key in found:
                yield from differences(found[key], whole[key], f"{at}/{key}")
        case list(), list() if len(found) == len(whole):
            for number, pair in enumerate(zip(found, whole, strict=True)):
                yield from differences(*pair, f"{at}/{number}")
        case _ if found != whole:
            yield f"{at}: {found} instead of {whole}"


@pytest.mark.slow
@pytest.mark.parametrize("database", BOTH)
def test_what_is_restored_is_what_there_was(places: Places) -> None:
    """Facts, people, names, the ledger, agreements, rows in quarantine, reports and settings."""
    left = places.left_by((*CHAINS[-1].after, "restore"))
    assert list(differences(left["restored"], left["acme"])) == []


WHOLE = ("init", "import_first")


@pytest.mark.slow
@pytest.mark.parametrize("database", BOTH)
def test_an_import_killed_at_random_instants_goes_on(places: Places, tmp_path: Path) -> None:
    draw = random.Random(7)  # noqa: S311 - instants of death
    place, whole = places.copy(("init",), tmp_path / "here"), places.left_by(WHOLE)
    codes, differ = [], ["not begun"]
    for after in sorted(draw.uniform(0.0, 1.5) for _ in range(10)):
        codes.append(places.warm.run("import_first", place, after=after).code)
        differ = list(differences(places.run("describe", place), whole))
        if not differ:  # it has come to its end: the same files again are another import
            break
    if differ:
        places.run("import_first", place)
        differ = list(differences(places.run("describe", place), whole))

    assert set(codes) <= {KILLED, 0}
    assert KILLED in codes
    assert differ == []
    places.drop(place)


def test_at_least_sixty_points_are_tried_and_no_failpoint_is_left_out() -> None:
    assert len(points()) >= LEAST
    assert names_of_places() == {
        name for file in (ROOT / "src").rglob("*.py") for name in failpoints(file)
    }


def failpoints(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "failpoint"
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)
