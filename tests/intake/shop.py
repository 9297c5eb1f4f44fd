"""A small source, so that the way of an import can be tested without any profile's rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ibis
import pytest

from revloop import intake
from revloop.intake import recognising
from revloop.kit import folder
from revloop.kit.folder import Folder
from revloop.sources.protocol import PROBLEM, ROW, FactTable, RawTable, Settings

LEADS = ("id", "email", "company", "day", "amount")


class Shop:
    """Rows of `id,email,company,day,amount`: a contact, an account, an inquiry and a touch each."""

    name = "shop"

    def recognises(self, tables: Sequence[RawTable]) -> frozenset[str]:
        return frozenset(table.name for table in tables if table.columns == LEADS)

    def explains(self, _tables: Sequence[RawTable]) -> Mapping[str, str]:
        return {}

    def facts(
        self, tables: Mapping[str, Any], _raw: Mapping[str, RawTable], settings: Settings
    ) -> Iterator[FactTable]:
        for name, rows in sorted(tables.items()):
            at = rows.day.try_cast("timestamp('UTC')")
            problem = ibis.ifelse(
                at.isnull(), ibis.literal("day: '").concat(rows.day, "' is not a date"), None
            )
            shared = {ROW: rows[ROW], "at": at, PROBLEM: problem}
            contact = ibis.literal(f"{settings.source}:").concat(rows.id)
            account = ibis.literal(f"{settings.source}:").concat(rows.company)
            yield FactTable(
                "contact",
                rows.select(source_id=rows.id, email=rows.email, account_id=account, **shared),
                name,
                frozenset({"id", "email", "day", "company"}),
            )
            named = rows.filter(rows.company.notnull())
            yield FactTable(
                "account",
                named.select(
                    source_id=named.company,
                    name=named.company,
                    at=ibis.timestamp("2026-01-01").cast("timestamp('UTC')"),
                    **{ROW: named[ROW]},
                ),
                name,
            )
            yield FactTable(
                "inquiry", rows.select(source_id=rows.id, contact_id=contact, **shared), name
            )
            yield FactTable(
                "touch",
                rows.select(
                    source_id=rows.id,
                    contact_id=ibis.literal("email:").concat(rows.email),
                    kind=ibis.literal("form_submit"),
                    **shared,
                ),
                name,
            )


def write(folder: Path, *lines: str, name: str = "leads.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join((",".join(LEADS), *lines, "")))
    return folder


LINES = (
    "1,ann@acme.example,Acme,2026-01-05,10",
    "2,bo@bolt.example,Bolt,2026-01-06,20",
    "3,Ann@ACME.example,,2026-01-07,",
    "4,cy@acme.example,Acme,2026-13-01,40",
)


@pytest.fixture
def filled(workspace: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A workspace with facts of four rows, one of them in quarantine."""
    monkeypatch.setattr(recognising, "profiles", lambda: (Shop(),))
    made = folder.create(workspace.path)
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    intake.run(intake.Request(write(tmp_path / "in", *LINES), "tester", at), made)
    return made
