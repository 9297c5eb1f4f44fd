"""What an import did, for a person to read and for a program to parse."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from revloop.intake.capabilities import Standing
from revloop.kit.folder import Folder

FILE = "report.json"
_ID = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")


@dataclass(slots=True)
class Reason:
    """Why rows of a table are in quarantine, lack something, or were left alone."""

    text: str
    rows: int
    example_row: int
    """Where one of them stands in its file."""


@dataclass(slots=True)
class TableReport:
    """One table of one file."""

    name: str
    understood_as: str
    """The profile or mapping that read it; empty where none did."""
    rows: int
    unreadable: int
    quarantined: int
    found: dict[str, str]
    facts: dict[str, int] = field(default_factory=dict)
    """Rows that became facts, by kind."""
    reasons: list[Reason] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    """Columns that nothing was made of."""
    kept_without: list[Reason] = field(default_factory=list)
    """What could not be read of rows that became facts all the same, and do not know it."""
    deleted: dict[str, int] = field(default_factory=dict)
    """Of the rows that became facts, those that the source has deleted: kept, and not in force."""
    left_alone: Reason | None = None
    """The rows that became no fact although nothing is wrong with them, and why."""

    def made(self, kind: str, rows: int, read_as: Mapping[str, str]) -> None:
        """Enter facts of a kind, and how the table turned out to be written."""
        self.facts[kind] = self.facts.get(kind, 0) + rows
        self.found |= read_as


@dataclass(slots=True)
class KindReport:
    """What the lake made of the facts of one kind."""

    given: int = 0
    added: int = 0
    unchanged: int = 0
    corrected: int = 0


@dataclass(slots=True)
class PeopleReport:
    """Who turned out to be the same."""

    contacts: int = 0
    """Records of people that were not known before."""
    merged: int = 0
    """Joins of such records by a key that they share."""
    accounts: int = 0
    accounts_merged: int = 0
    linked: int = 0
    """Joins by what records have in common without sharing a key."""
    proposed: int = 0
    """Pairs that a person has to decide."""
    linkage: str = ""
    """Why records without a common key were not compared, where they were not."""
    matched: int = 0
    """Of all persons in the workspace: those whose company is known."""
    unmatched: int = 0


@dataclass(slots=True)
class Report:
    """One import."""

    import_id: str
    path: str
    started_at: str
    seconds: float = 0.0
    tables: list[TableReport] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    """Files that could not be read: name, reason and what to do."""
    ignored: list[str] = field(default_factory=list)
    kinds: dict[str, KindReport] = field(default_factory=dict)
    people: PeopleReport = field(default_factory=PeopleReport)
    capabilities: tuple[Standing, ...] = ()

    @property
    def rows(self) -> int:
        return sum(table.rows + table.unreadable for table in self.tables)

    @property
    def quarantined(self) -> int:
        return sum(table.quarantined + table.unreadable for table in self.tables)

    @property
    def not_understood(self) -> list[str]:
        return [table.name for table in self.tables if not table.understood_as]

    def document(self) -> dict[str, Any]:
        """The report as `--json` prints it."""
        whole = asdict(self)
        whole["rows"], whole["quarantined"] = self.rows, self.quarantined
        whole["not_understood"] = self.not_understood
        return whole


def recent(folder: Folder, limit: int = 20) -> list[dict[str, Any]]:
    """The documents of finished imports, the latest first: an id begins with its moment."""
    ended = (each for each in sorted(folder.imports.glob("*"), reverse=True) if _has(each))
    return [json.loads((each / FILE).read_text(encoding="utf-8")) for each in islice(ended, limit)]


def written(folder: Folder, import_id: str) -> dict[str, Any] | None:
    """The document of a finished import; None if there is none of this id."""
    there = folder.imports / import_id
    if not _ID.fullmatch(import_id) or not _has(there):
        return None
    found: dict[str, Any] = json.loads((there / FILE).read_text(encoding="utf-8"))
    return found


def _has(there: Path) -> bool:
    return (there / FILE).is_file()
