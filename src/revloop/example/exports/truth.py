"""What an import of the exports has to find: counts, broken rows, and who each record is."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from revloop.example.catalogue import CURRENCIES
from revloop.example.exports.books import Books, array, is_true, numbers, says
from revloop.example.exports.dirt import Broken
from revloop.example.exports.files import Form
from revloop.example.exports.hubspot import marketing, screen
from revloop.example.exports.salesforce import campaigns, people
from revloop.example.exports.shares import Shares
from revloop.example.moments import Ints, known
from revloop.example.tables import Column, constant, digits, ids, joined, lower, only, pick

_RECORD = pa.schema(
    [(name, pa.string()) for name in ("system", "source_id", "person", "email", "phone", "became")]
)
_Record = tuple[str, Column, Ints, Ints, Column]
"""System, ids, rows of contacts, rows of people, and the records that they became."""


@dataclass
class Found:
    """Gathered block by block."""

    zone: str
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    dirt: Counter[str] = field(default_factory=Counter)
    inquiries: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    won: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    touches: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    activities: Counter[str] = field(default_factory=Counter)
    records: list[pa.Table] = field(default_factory=list)

    def file(self, name: str, count: int, broken: tuple[Broken, ...], form: Form) -> None:
        """A file, with what an import has to hold back, and what it has to keep as it is."""
        told = [asdict(each) for each in broken]
        for text, rows in (("the header once more", form.header_again),
                           ("one cell too many", form.too_wide)):  # fmt: skip
            if rows:
                told.append({"column": "", "text": text, "rows": int(rows), "is_kept": False})
        new = {"rows": 0, "broken": [], "encoding": form.encoding}
        about = self.files.setdefault(f"{name}.csv", new)
        about["rows"] += count + form.header_again + form.too_wide
        about["broken"] += told

    def add(self, books: Books, shares: Shares) -> None:
        self._add_inquiries(shares)
        self._add_opportunities(books)
        self._add_touches(books, shares)
        self.records += [_people(books, record) for record in _records(books, shares)]
        self.records.append(_addresses(books))

    def document(self) -> dict[str, Any]:
        return {
            "timezone": self.zone,
            "files": self.files,
            "quarantined": sum(
                broken["rows"]
                for file in self.files.values()
                for broken in file["broken"]
                if not broken["is_kept"]
            ),
            "dirt": dict(sorted(self.dirt.items())),
            "inquiries": dict(self.inquiries),
            "lead_states": self.counts["lead states"],
            "opportunities": self.counts["opportunities"],
            "won": {currency: dict(each) for currency, each in sorted(self.won.items())},
            "stage_entries": self.counts["stage entries"],
            "touches": {system: dict(kinds) for system, kinds in self.touches.items()},
            "activities": dict(self.activities),
        }

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.document(), indent=1, ensure_ascii=False)
        (folder / "exports.json").write_text(text + "\n", encoding="utf-8")
        pq.write_table(pa.concat_tables(self.records), folder / "exports_people.parquet")

    def _add_inquiries(self, shares: Shares) -> None:
        both = shares.in_hubspot & shares.in_salesforce
        self.inquiries["hubspot"] += int(shares.in_hubspot.sum())
        self.inquiries["salesforce"] += int(shares.in_salesforce.sum())
        self.inquiries["both"] += int(both.sum())
        births = int(shares.in_salesforce.sum())
        self.counts["lead states"] += births + people.status_changes(shares).size
        self.counts["lead states"] += people.straight_on(shares).size
        self.activities["salesforce"] += int(shares.activity_in_salesforce.sum())
        self.activities["hubspot"] += int((~shares.activity_in_salesforce).sum())

    def _add_opportunities(self, books: Books) -> None:
        table = books["opportunity"]
        self.counts["opportunities"] += table.num_rows
        self.counts["stage entries"] += books["opportunity_stage"].num_rows
        amounts = array(table["amount_minor"]).to_numpy(zero_copy_only=False)
        for currency in CURRENCIES:
            mine = is_true(table["is_won"]) & says(table["amount_currency"], currency)
            self.won[currency]["opportunities"] += int(mine.sum())
            self.won[currency]["minor"] += int(amounts[mine].sum())

    def _add_touches(self, books: Books, shares: Shares) -> None:
        kind = array(books["touch"]["kind"])
        rows = {
            "hubspot": marketing.event_rows(books),
            "salesforce": campaigns.answers(books, shares),
        }
        for system, mine in rows.items():
            self.touches[system].update(map(str, pick(kind, mine).to_pylist()))
        self.touches["hubspot"]["form_submit"] += int(shares.in_hubspot.sum())


def _records(books: Books, shares: Shares) -> list[_Record]:
    """The contacts of HubSpot, those that were merged away, and leads and contacts of Salesforce."""
    story = shares.story
    listed = screen.listed(books, shares)
    source_ids = array(books["contact"]["source_id"])
    merged = np.flatnonzero(screen.merged_away(shares))
    chosen = np.flatnonzero(shares.contacts)
    leads = np.flatnonzero(shares.in_salesforce)
    cards = books.rows("contact", pick(array(books["inquiry"]["contact_id"]), leads))
    of_lead = story.people.first + story.hands.person[leads]
    converted = known(shares.converted_at[leads])
    nothing = pa.nulls(listed.size, pa.string())
    became = only(converted, people.contact_ids(of_lead))
    return [
        ("hubspot", screen.contact_ids(pick(source_ids, listed)), listed,
         numbers(source_ids)[listed], nothing),
        ("hubspot", screen.contact_ids(ids("q", story.people.numbers[merged])),
         np.full(merged.size, -1), story.people.numbers[merged],
         screen.contact_ids(ids("p", story.people.numbers[merged]))),
        ("salesforce", people.contact_ids(story.people.numbers[chosen]), chosen,
         story.people.numbers[chosen], pa.nulls(chosen.size, pa.string())),
        ("salesforce", people.lead_ids(shares, leads), cards, of_lead, became),
    ]  # fmt: skip


def _people(books: Books, record: _Record) -> pa.Table:
    system, source_ids, cards, person, became = record
    contacts = books["contact"]
    columns = [
        constant(system, len(source_ids)),
        source_ids,
        joined("", "p-", digits(person)),
        _key(pick(array(contacts["email"]), cards)),
        _digits_of(pick(array(contacts["phone"]), cards)),
        became,
    ]
    return pa.table(dict(zip(_RECORD.names, columns, strict=True)), _RECORD)


def _addresses(books: Books) -> pa.Table:
    """Those to whom HubSpot wrote: an event names an address and nobody else."""
    rows = marketing.event_rows(books)
    wanted = pick(array(books["touch"]["contact_id"]), rows)
    cards = np.unique(books.rows("contact", wanted))
    number = numbers(array(books["contact"]["source_id"]))[cards]
    written = lower(pick(array(books["contact"]["email"]), cards))
    _, first = np.unique(np.array(written.to_pylist(), dtype=object), return_index=True)
    size = first.size
    columns = [
        constant("address", size),
        pick(written, first),
        joined("", "p-", digits(number[first])),
        _key(pick(written, first)),
        pa.nulls(size, pa.string()),
        pa.nulls(size, pa.string()),
    ]
    return pa.table(dict(zip(_RECORD.names, columns, strict=True)), _RECORD)


def _key(emails: Column) -> Column:
    """The address that a mailbox has: without what follows a plus sign."""
    return pc.replace_substring_regex(lower(emails), r"\+[^@]*@", "@")


def _digits_of(phones: Column) -> Column:
    return pc.replace_substring_regex(phones, r"[^+\d]", "")
