"""The exports of the small company, imported once into a fresh workspace."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from revloop import engine, intake, operations
from revloop.example import Company
from revloop.intake import pseudonyms
from revloop.intake.report import Report, TableReport
from revloop.kit import folder

AT = datetime(2026, 10, 1, 6, tzinfo=UTC)
KINDS = (
    "account", "activity", "assignment", "buying_group_role", "campaign", "inquiry",
    "lifecycle_transition", "opportunity", "opportunity_stage", "touch", "user",
)  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """What came of an import, and what should have."""

    truths: dict[str, Any]
    records: list[dict[str, Any]]
    """Who each record of the exports is."""
    report: Report
    facts: dict[str, list[dict[str, Any]]]
    """The facts in force, by kind."""
    persons: dict[str, str]
    """The record that stands for each record of a person."""
    companies: dict[str, str]

    def table(self, name: str) -> TableReport:
        return next(table for table in self.report.tables if table.name == name)


def run(company: Company, path: Path) -> Imported:
    from revloop.operations.people import queries  # noqa: PLC0415

    company.write_exports(path / "exports", truth=path / "truth")
    truths = json.loads((path / "truth" / "exports.json").read_text(encoding="utf-8"))
    workspace = folder.create(path / "workspace")
    operations.connect(workspace, create=True)
    # The company's own zone; without linkage, so that each merge has a key that is planted.
    request = intake.Request(
        path / "exports", "tester", AT, timezone=truths["timezone"], link=False
    )
    report = intake.run(request, workspace)
    records = _rows(pq.read_table(path / "truth" / "exports_people.parquet"))
    for record in records:
        record["reference"] = f"{record['system']}:{record['source_id']}"
        if record["system"] == "address":
            hidden = pseudonyms.of_email(record["source_id"], workspace.read_secret())
            record["reference"] = hidden
    with engine.open(workspace.lake) as facts:
        found = {kind: _rows(facts.arrow(facts[kind])) for kind in KINDS}
    return Imported(
        truths=truths,
        records=records,
        report=report,
        facts=found,
        persons=_pairs(queries.persons(), "contact", "person"),
        companies=_pairs(queries.companies(), "account", "company"),
    )


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _pairs(table: pa.Table, record: str, stands: str) -> dict[str, str]:
    return {row[record]: row[stands] for row in _rows(table)}


def groups(pairs: Iterable[tuple[str, str]], every: Iterable[str]) -> dict[str, str]:
    """One name for all that are joined by pairs, directly or through others."""
    leads_to = {each: each for each in every}

    def name(each: str) -> str:
        while leads_to[each] != each:
            each = leads_to[each]
        return each

    for one, other in pairs:
        leads_to[name(one)] = name(other)
    return {each: name(each) for each in leads_to}
