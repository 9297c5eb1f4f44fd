"""The last import is taken back, as if its files had never come.

told         what is to be done is written down, so that a killed undoing is gone on with
operations   people, companies and who is who are as before, with an entry in the ledger
quarantine   what was held back before is held back again
lake         from this moment on nobody sees the rows of the import
report       says so

Every step may be repeated. A report of an earlier moment still comes out as it did.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from revloop.intake.people import announce, publish
from revloop.intake.quarantine import Quarantine
from revloop.intake.report import FILE, written
from revloop.kit.errors import InvalidInput
from revloop.kit.failpoints import failpoint
from revloop.kit.files import write_whole
from revloop.kit.folder import Folder

if TYPE_CHECKING:
    from revloop.engine import Lake, Writer

KIND = "undo_import"
"""The kind of the job that does it."""
_TOLD, _HELD = "undoing.json", "quarantine"


@dataclass(frozen=True, slots=True)
class _Told:
    """What was asked for, on disk while it is under way."""

    import_id: str
    actor: str
    at: str
    reason: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


def last(folder: Folder) -> str | None:
    """The import that can be taken back; None where there is none."""
    from revloop.operations.people import queries  # noqa: PLC0415 - its tables need the database

    found = queries.last_import()
    return found if found and written(folder, found) else None


def undo(
    folder: Folder, import_id: str, *, actor: str, at: datetime, reason: str
) -> dict[str, Any]:
    """Take an import back; its report, which says so. A second time it changes nothing.

    Raises:
        InvalidInput: `import.unknown`, `import.not_the_last`, or `import.used_since`.
    """
    from revloop import engine  # noqa: PLC0415

    report = written(folder, import_id)
    if report is None:
        raise InvalidInput(
            "import.unknown",
            f"there is no finished import {import_id[:60]!r}",
            hint="an import that was stopped is gone on with by importing the same files again",
        )
    lake = engine.Lake(folder.lake)
    with lake.writer() as writer:
        finish(folder, lake, writer)
        report = written(folder, import_id) or report
        if not report.get("undone"):
            told = _Told(import_id, actor, at.isoformat(), reason)
            _carry_out(folder, lake, writer, told)
    return written(folder, import_id) or report


def finish(folder: Folder, lake: Lake, writer: Writer) -> None:
    """Go on with an undoing that was killed, if there is one."""
    for file in sorted(folder.imports.glob(f"*/{_TOLD}")):
        told = _Told(**json.loads(file.read_text(encoding="utf-8")))
        # Killed before anything was done, it may be refused by now.
        with suppress(InvalidInput):
            _carry_out(folder, lake, writer, told)


def unfinished(folder: Folder) -> list[str]:
    """Imports of which an undoing was begun and not ended."""
    return [file.parent.name for file in sorted(folder.imports.glob(f"*/{_TOLD}"))]


def held_before(about: Path) -> Path:
    """Where an import keeps what was in quarantine before it."""
    return about / _HELD


def forget_others(folder: Folder, import_id: str) -> None:
    """Only the last import can be taken back, so the others need not know what was before."""
    for kept in folder.imports.glob(f"*/{_HELD}"):
        if kept.parent.name != import_id:
            shutil.rmtree(kept)


def _carry_out(folder: Folder, lake: Lake, writer: Writer, told: _Told) -> None:
    from django.db import transaction  # noqa: PLC0415 - only once Django is loaded

    from revloop import engine  # noqa: PLC0415
    from revloop.operations.people import actions  # noqa: PLC0415 - its tables need the database

    about = folder.imports / told.import_id
    with transaction.atomic():
        try:
            actions.undo_import(
                told.import_id, actor=told.actor, at=told.moment, reason=told.reason
            )
        except InvalidInput:
            (about / _TOLD).unlink(missing_ok=True)
            raise
        # From here on it must come to its end.
        write_whole(about / _TOLD, json.dumps(asdict(told)).encode(), mode=0o600)
        failpoint("intake.undo.told")
        announce(actor=told.actor, at=told.moment)
    failpoint("intake.undo.operations")
    if held_before(about).exists():
        Quarantine(folder.quarantine).put_back(held_before(about))
    failpoint("intake.undo.quarantine")
    writer.undo(told.import_id, at=told.moment)
    failpoint("intake.undo.lake")
    staging = about / "undoing"
    with engine.Workbench(staging, lake=folder.lake) as bench:
        publish(lake, writer, bench, import_id="", at=told.moment)
    failpoint("intake.undo.published")
    report = written(folder, told.import_id) or {}
    report["undone"] = {"at": told.at, "actor": told.actor}
    write_whole(about / FILE, json.dumps(report, ensure_ascii=False, indent=2).encode())
    failpoint("intake.undo.reported")
    shutil.rmtree(staging, ignore_errors=True)
    shutil.rmtree(held_before(about), ignore_errors=True)
    (about / _TOLD).unlink(missing_ok=True)
