"""An import that is killed goes on: nothing acknowledged is lost, nothing comes twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from revloop import engine
from revloop.intake.quarantine import Quarantine
from revloop.kit import folder
from revloop.kit.failpoints import EXIT_CODE
from revloop.kit.folder import Folder

from .shop import LINES, write

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from revloop import intake, operations
from revloop.intake import recognising
from revloop.kit import folder
from tests.intake.shop import Shop

recognising.profiles = lambda: (Shop(),)
made = folder.find(Path(sys.argv[1]))
operations.connect(made)
intake.run(intake.Request(Path(sys.argv[2]), "tester", datetime.now(UTC)), made)
print("acknowledged")
"""
POINTS = [
    "intake.before_append",
    "intake.before_append:3",
    "intake.after_append:2",
    "lake.append.files_written:2",
    "lake.append.keys_committed:2",
    "lake.append.committed:4",
    "people.record.before_commit",
    "people.record.after_commit:2",
    "intake.before_quarantine",
    "intake.before_people",
    "people.match.before_commit",
    "lake.append.committed:5",
    "intake.before_report",
    "intake.before_clearing",
]


def run(workspace: Folder, path: Path, killed_at: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(workspace.path), str(path)],
        env={**os.environ, "REVLOOP_FAILPOINT": killed_at, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in {0, EXIT_CODE}, done.stderr
    return done.returncode, done.stdout


def found(workspace: Folder) -> dict[str, object]:
    """Everything that an import leaves behind, without what depends on when it ran."""
    with engine.open(workspace.lake) as facts:
        kinds = engine.Lake(workspace.lake).kinds()
        tables = {
            kind: facts.arrow(facts.history(kind).select("source_id")).to_pylist()
            for kind in kinds
            if not kind.endswith(("_identity", "_account"))
        }
        persons = facts.arrow(facts["touch"].select("source_id", "contact_id")).to_pylist()
        inquiries = facts.arrow(facts["inquiry"].select("source_id", "contact_id")).to_pylist()
    key = {row["source_id"]: row["contact_id"] for row in inquiries}
    return {
        "facts": {kind: sorted(row["source_id"] for row in rows) for kind, rows in tables.items()},
        "one person": all(key[row["source_id"]] == row["contact_id"] for row in persons),
        "persons": len(set(key.values())),
        "held": len(Quarantine(workspace.quarantine).rows("shop", "leads.csv")),
        "unfinished": len(list(workspace.imports.glob("*/state.json"))),
        "reports": len(list(workspace.imports.glob("*/report.json"))),
    }


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_import_goes_on(workspace: Folder, tmp_path: Path, point: str) -> None:
    made = folder.create(workspace.path)
    path = write(tmp_path / "in", *LINES)
    code, said = run(made, path, killed_at=point)

    assert (code, said) == (EXIT_CODE, ""), f"{point} is never reached"
    assert run(made, path) == (0, "acknowledged\n")
    assert found(made) == {
        "facts": {
            "account": ["Acme", "Bolt"],
            "contact": ["1", "2", "3"],
            "inquiry": ["1", "2", "3"],
            "touch": ["1", "2", "3"],
        },
        "one person": True,
        "persons": 2,
        "held": 1,
        "unfinished": 0,
        "reports": 1,
    }
