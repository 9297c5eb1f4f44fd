"""A few people and companies, imported and published, so that pages have something to show."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from revloop.kit.folder import Folder
from revloop.upkeep import example

AT = datetime(2026, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def ago(days: float) -> datetime:
    return AT - days * DAY


def agree(house: Folder) -> None:
    """The heads of both teams sign the three agreements of the example."""
    example.sign(house, actor="test")


def bring(
    house: Folder,
    into: Path,
    tables: Mapping[str, list[dict[str, Any]]],
    *,
    at: datetime = AT,
) -> None:
    """Import these facts, learned at a moment, and publish what pages read of them."""
    from revloop import intake  # noqa: PLC0415 - Django is loaded by now
    from revloop.jobs.publishing import publish  # noqa: PLC0415 - likewise

    into.mkdir(exist_ok=True)
    for kind, rows in tables.items():
        names = dict.fromkeys(name for row in rows for name in row)
        filled = [{name: row.get(name) for name in names} for row in rows]
        pq.write_table(pa.Table.from_pylist(filled), into / f"{kind}.parquet")
    report = intake.run(intake.Request(into, "test", at, source="crm", link=False), house)
    assert not report.quarantined, report.document()
    publish(house)


def tell(house: Folder, into: Path) -> None:
    """Acme, with Ann and Bob, an open and a won opportunity; Bolt, of which little is known."""
    bring(
        house,
        into,
        {
            "account": [
                {
                    "source_id": "acme",
                    "at": ago(400),
                    "name": "Acme Works",
                    "domain": "acme.example",
                    "country": "DE",
                    "owner_user_id": "crm:sam",
                },
                {"source_id": "bolt", "at": ago(400), "name": "Bolt", "country": "AT"},
            ],
            "contact": [
                _person("ann", "Ann", "Smith", "ann@acme.example", title="CFO", country="DE"),
                _person("anna", "A.", "Smith", "ann@acme.example", consent_email="denied"),
                _person("bob", "Bob", "Müller", "bob@acme.example", consent_email="granted"),
                _person("eve", "Eve", "Stone", "eve@gmail.com", account_id=None),
            ],
            "user": [{"source_id": "sam", "at": ago(400), "name": "Sam Ortiz", "role": "sales"}],
            "campaign": [{"source_id": "fair", "at": ago(400), "name": "Spring fair"}],
            "touch": [
                _touch("1", 30, "ann", "form_submit", channel="web"),
                _touch("2", 20, "bob", "trial_start"),
                _touch("3", 10, "anna", "email_sent", campaign_id="crm:fair"),
                _touch("4", 5, "eve", "page_view"),
            ],
            "activity": [
                {
                    "source_id": "a",
                    "at": ago(9),
                    "kind": "call",
                    "contact_id": "crm:ann",
                    "user_id": "crm:sam",
                    "outcome": "voicemail",
                }
            ],
            "opportunity": [
                _sold("o1", "First order", 5_000_00, stage="won", is_closed=True, is_won=True),
                _sold("o2", "Second order", 12_345_50, stage="proposal", is_closed=False),
            ],
            "buying_group_role": [
                {
                    "source_id": "r",
                    "at": ago(15),
                    "opportunity_id": "crm:o1",
                    "contact_id": "crm:ann",
                    "role": "economic buyer",
                    "stance": "champion",
                }
            ],
        },
    )


def _person(
    source_id: str,
    first: str,
    last: str,
    email: str,
    account_id: str | None = "crm:acme",
    **more: Any,
) -> dict[str, Any]:
    said = {"source_id": source_id, "at": ago(300), "first_name": first, "last_name": last}
    return {**said, "email": email, "account_id": account_id, **more}


def _touch(source_id: str, days: float, who: str, kind: str, **more: Any) -> dict[str, Any]:
    said = {"source_id": source_id, "at": ago(days), "contact_id": f"crm:{who}"}
    return {**said, "kind": kind, **more}


def _sold(source_id: str, name: str, minor: int, **more: Any) -> dict[str, Any]:
    said = {"source_id": source_id, "at": ago(40), "name": name, "account_id": "crm:acme"}
    return {**said, "amount_minor": minor, "amount_currency": "EUR", **more}


def number(entity: str, source_id: str) -> int:
    """Of a record, by which its page is named."""
    from revloop.operations.people import queries  # noqa: PLC0415 - Django is loaded by now

    return queries.named_by_reference(entity, [f"crm:{source_id}"])[f"crm:{source_id}"].number


def words(page: str) -> str:
    """The text of a page as somebody reads it, in one line."""
    inside = page[page.find("<main") :].partition("</main>")[0] if "<main" in page else page
    text = html.unescape(re.sub(r"<[^>]*>", " ", inside))
    return re.sub(r" ([,.:;])", r"\1", " ".join(text.split()))
