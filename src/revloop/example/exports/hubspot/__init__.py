"""What HubSpot has: two files of its export screen, and tables that a warehouse took from it.

screen.py      companies, contacts
marketing.py   forms and submissions, mailings and events of e-mails, lists
work.py        owners, engagements
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from revloop.example.exports.books import Books
from revloop.example.exports.dirt import Broken, Dirt
from revloop.example.exports.hubspot import marketing, screen, work
from revloop.example.exports.shares import Shares

OF_ALL = ("form", "email_campaign", "contact_list", "owner")
"""Files that all blocks share."""

BROKEN: dict[str, tuple[Broken, ...]] = {
    "contacts": (Broken("Create Date", "2026-02-31 10:00", 1, "is not a date"),),
    "contact_form_submission": (Broken("timestamp", "", 1, "is empty"),),
    "email_event": (Broken("created", "not yet", 2, "is not a date"),),
}


def files(books: Books, shares: Shares, dirt: Dirt, zone: str) -> Iterator[tuple[str, pa.Table]]:
    """Each file by its name; `zone` is that of the portal."""
    for name, rows in _rows(books, shares, dirt, zone):
        yield name, pa.table(rows)


def _rows(books: Books, shares: Shares, dirt: Dirt, zone: str) -> Iterator[tuple[str, screen.Rows]]:
    yield "companies", screen.companies(books, dirt, zone)
    yield "contacts", screen.contacts(books, shares, dirt, zone)
    yield "form", marketing.forms(books)
    yield "contact_form_submission", marketing.submissions(books, shares)
    yield "email_campaign", marketing.mailings(books)
    yield "email_event", marketing.events(books, dirt)
    yield "email_event_status_change", marketing.status_changes(books)
    yield "contact_list", marketing.lists(books)
    yield "contact_list_member", marketing.list_members(shares)
    yield "owner", work.owners(books)
    for name, rows in work.engagements(books, shares).items():
        yield f"engagement_{name}", rows
    yield "engagement_contact", work.people(books, shares)
