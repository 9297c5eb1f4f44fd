"""What every number of a page rests on: the agreement in force, and how new the data is.

Every page asks for it, so what it says is kept until an entry of the ledger or the published state of
the data is a newer one; who governs is looked up among the kept versions each time, for it changes by
the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from revloop.agreement.versions import History, governing
from revloop.kit.errors import RevloopError
from revloop.kit.folder import Folder
from revloop.operations.ledger import queries
from revloop.upkeep.status import published, published_at

_WORKSPACES = 4
"""A process serves one; the tests serve a few."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The words at the foot of the rail."""

    agreement: str
    signed_by: str
    data_at: datetime | None
    """When the newest fact was recorded; None before the first import."""


def standing(folder: Folder, at: datetime) -> Standing:
    agreement, signed_by = _in_force(folder, at)
    return Standing(agreement, signed_by, _newest(folder, published_at(folder)))


def _in_force(folder: Folder, at: datetime) -> tuple[str, str]:
    history = _history(folder.agreements, queries.last_change())
    if history is None:
        return "The file of an agreement cannot be used", ""
    edition = governing(history.tenures, at)
    if edition is None:
        return "No agreement in force", ""
    signed = {each.role: None for each in history.signatures if each.version == edition.version}
    return f"Agreement {edition.version} in force", ", ".join(signed)


@lru_cache(maxsize=_WORKSPACES)
def _history(agreements: Path, last_change: int) -> History | None:
    del last_change  # another one, and it is read again
    try:
        return queries.record(agreements).history
    except RevloopError:
        return None


@lru_cache(maxsize=_WORKSPACES)
def _newest(folder: Folder, written: int) -> datetime | None:
    found = published(folder) if written else None
    sources = found["sources"].values() if found else ()
    return max((datetime.fromisoformat(each["last_recorded"]) for each in sources), default=None)
