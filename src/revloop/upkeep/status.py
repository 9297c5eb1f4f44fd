"""What is in a workspace, how fresh it is, and what it can show."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from revloop.intake.capabilities import Standing, standing
from revloop.intake.quarantine import Held, Quarantine
from revloop.kit.files import saying_what_to_do, write_whole
from revloop.kit.folder import Folder

if TYPE_CHECKING:
    from revloop.engine import Facts


@dataclass(frozen=True, slots=True)
class Freshness:
    """What one source has given."""

    source: str
    facts: int
    last_happened: datetime
    """`at` of its newest fact that is not in the future."""
    last_recorded: datetime


@dataclass(frozen=True, slots=True)
class Status:
    path: str
    facts: dict[str, int]
    """Facts in force, by kind; kinds without any are left out."""
    sources: tuple[Freshness, ...]
    quarantine: tuple[Held, ...]
    capabilities: tuple[Standing, ...]

    @property
    def held(self) -> int:
        return sum(each.rows for each in self.quarantine)

    def document(self) -> dict[str, Any]:
        """As `--json` prints it."""
        whole = asdict(self)
        whole["quarantine"] = {"rows": self.held, "tables": whole["quarantine"]}
        whole["sources"] = {each.pop("source"): each for each in whole["sources"]}
        return whole


def status(folder: Folder, *, now: datetime) -> Status:
    from revloop import engine  # noqa: PLC0415

    counts: dict[str, int] = {}
    newest: dict[str, list[tuple[int, datetime | None, datetime]]] = {}
    with engine.open(folder.lake) as facts:
        for kind in engine.Lake(folder.lake).kinds():
            for source, count, happened, recorded in _by_source(facts, kind, now):
                counts[kind] = counts.get(kind, 0) + count
                newest.setdefault(source, []).append((count, happened, recorded))
        capabilities = standing(facts)
    sources = tuple(
        Freshness(
            source,
            sum(count for count, _, _ in seen),
            max((happened for _, happened, _ in seen if happened), default=seen[0][2]),
            max(recorded for _, _, recorded in seen),
        )
        for source, seen in sorted(newest.items())
    )
    return Status(
        str(folder.path),
        counts,
        sources,
        tuple(Quarantine(folder.quarantine).all()),
        capabilities,
    )


def publish(folder: Folder, *, now: datetime) -> Status:
    """Work it out, and lay it where pages read it: they never read the facts themselves.

    How many people and companies there are is counted here, too: a million rows are too many to be
    counted for each page.
    """
    from revloop.operations.people import queries  # noqa: PLC0415 - its tables need the database

    found = status(folder, now=now)
    document = {"at": now.isoformat(), "people": queries.counts(), **found.document()}
    place = folder.published
    with saying_what_to_do(place):
        place.mkdir(exist_ok=True)
        text = json.dumps(document, ensure_ascii=False, default=datetime.isoformat)
        write_whole(place / _FILE, text.encode())
    return found


def published(folder: Folder) -> dict[str, Any] | None:
    """The last one that was published: `Status.document`, with the moment `at` and `people`; or None."""
    try:
        text = (folder.published / _FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    found: dict[str, Any] = json.loads(text)
    return found


def published_at(folder: Folder) -> int:
    """Which one that is: a number that another one does not have; 0 before the first."""
    try:
        return (folder.published / _FILE).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


_FILE = "status.json"


def _by_source(
    facts: Facts, kind: str, now: datetime
) -> list[tuple[str, int, datetime | None, datetime]]:
    table = facts[kind]
    past = table.at.max(where=table.at <= now)
    grouped = table.group_by("source").aggregate(
        count=table.count(), happened=past, recorded=table.recorded_at.max()
    )
    return [
        (row["source"], row["count"], row["happened"], row["recorded"])
        for row in grouped.to_pyarrow().to_pylist()
    ]
