"""What is wrong with a workspace, and the cure."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from revloop.kit.errors import RevloopError
from revloop.kit.folder import Folder

_LITTLE = 0.10
"""Share of the disk that should stay free."""


_SOON = timedelta(minutes=15)
"""A job that has waited for longer, without having failed, is waiting for a worker."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    about: str
    problems: tuple[str, ...]
    says: str = ""
    """What was found, where nothing is wrong."""


def examine(folder: Folder, *, now: datetime) -> Iterator[Finding]:
    """Look at everything in turn; a check that could not run is a problem, never a pass."""
    from django.db import DatabaseError  # noqa: PLC0415 - other commands start without it

    checks: tuple[tuple[str, Callable[[Folder], Finding]], ...] = (
        ("settings", _settings),
        ("disk", _disk),
        ("database", _database),
        ("ledger", _ledger),
        ("lake", _lake),
        ("lake against operations", _agree),
        ("imports", _imports),
        ("background work", partial(_work, now=now)),
    )
    for about, look in checks:
        try:
            yield look(folder)
        except (RevloopError, OSError, DatabaseError) as error:
            hint = getattr(error, "hint", "")
            yield Finding(about, (f"{error}" + (f": {hint}" if hint else ""),))


def _settings(folder: Folder) -> Finding:
    folder.read_settings()
    folder.read_secret()
    problems = []
    if folder.secret.stat().st_mode & 0o077:
        problems.append(f"{folder.secret} can be read by others: chmod 600 {folder.secret}")
    return Finding("settings", tuple(problems), str(folder.path))


def _disk(folder: Folder) -> Finding:
    usage = shutil.disk_usage(folder.path)
    free = usage.free / usage.total
    said = f"{usage.free / 1e9:,.1f} GB free of {usage.total / 1e9:,.1f} GB ({free:.0%})"
    problems = (f"{said}: make room",) if free < _LITTLE else ()
    return Finding("disk", problems, said)


def _database(folder: Folder) -> Finding:
    from revloop import operations  # noqa: PLC0415

    operations.connect(folder)
    from revloop.operations import database  # noqa: PLC0415 - not before it is connected

    return Finding("database", tuple(database.check()), database.name())


def _ledger(folder: Folder) -> Finding:
    from revloop import operations  # noqa: PLC0415

    operations.connect(folder)
    from revloop.operations.ledger import queries  # noqa: PLC0415 - its tables need the database

    problems = (*queries.verify(), *queries.file_problems(folder.agreements))
    return Finding("ledger", problems, f"each of {queries.count():,} follows the one before")


def _lake(folder: Folder) -> Finding:
    from revloop import engine  # noqa: PLC0415

    lake = engine.Lake(folder.lake)
    problems = tuple(lake.check())
    counts = lake.counts()
    return Finding(
        "lake", problems, f"{sum(counts.values()):,} rows, kinds of facts: {len(counts)}"
    )


def _agree(folder: Folder) -> Finding:
    """Every decision on who is who has reached the lake, and it holds what the imports added."""
    from revloop import engine, operations  # noqa: PLC0415
    from revloop.intake.people import waiting  # noqa: PLC0415

    operations.connect(folder)
    lake = engine.Lake(folder.lake)
    problems = [
        f"{rows.num_rows:,} rows of {kind} have not reached the lake: the next import brings them"
        for kind, rows in waiting(lake).items()
    ]
    counts = lake.counts()
    for kind, added in _added_by_imports(lake.undone()).items():
        if counts.get(kind, 0) < added:
            problems.append(
                f"{folder.lake / kind} holds {counts.get(kind, 0):,} facts, and the ledger has "
                f"{added:,}: restore a backup, or import the same files again"
            )
    return Finding("lake against operations", tuple(problems), "both say the same")


def _added_by_imports(undone: Collection[str]) -> Counter[str]:
    """By kind, the facts that were new when an import brought them, as the ledger has it.

    Those of imports that were undone are not looked for.
    """
    from revloop.operations.ledger import queries  # noqa: PLC0415

    total: Counter[str] = Counter()
    for entry in queries.entries(kind="import.finished"):
        if entry.subject not in undone:
            total.update(entry.data["added"])
    return total


def _imports(folder: Folder) -> Finding:
    from revloop.intake import undoing  # noqa: PLC0415 - only this check asks

    unfinished = [
        path.parent.name for path in folder.imports.glob("*/state.json") if path.is_file()
    ]
    problems = (
        *(
            f"import {name} was not finished: run the same revloop import again"
            for name in unfinished
        ),
        *(
            f"import {name} was not taken back to the end: run revloop undo-import {name}"
            for name in undoing.unfinished(folder)
        ),
    )
    done = len(list(folder.imports.glob("*/report.json")))
    return Finding("imports", problems, f"{done} finished")


def _work(folder: Folder, now: datetime) -> Finding:
    """Nothing was set aside, and somebody does what is due."""
    from revloop import operations  # noqa: PLC0415

    operations.connect(folder)
    from revloop.intake.people import PUBLISH  # noqa: PLC0415 - only this check asks
    from revloop.operations.queue import queries  # noqa: PLC0415 - its tables need the database
    from revloop.operations.queue.jobs import State  # noqa: PLC0415 - likewise

    problems = []
    for job in queries.jobs(states=[State.DEAD], limit=1):
        count = queries.counts()[State.DEAD]
        problems.append(
            f"jobs that were set aside: {count:,}, the last one {job.kind}: {job.error}: "
            "see revloop jobs list --state dead, and revive it with revloop jobs retry NUMBER"
        )
    # What pages read follows when there is a worker; who has no pages does not miss it.
    waits = queries.overdue(now - _SOON, without=PUBLISH)
    if waits is not None:
        problems.append(
            f"job {waits.number} ({waits.kind}) has been due since {waits.run_at:%Y-%m-%d %H:%M} "
            "UTC and nobody does it: start revloop serve, or revloop work"
        )
    done = queries.counts().get(State.DONE, 0)
    return Finding("background work", tuple(problems), f"{done:,} jobs done lately")
