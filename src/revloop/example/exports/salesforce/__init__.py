"""The files of Salesforce's weekly Data Export: every cell in quotes, times in UTC, yes and no as 1 and 0.

naming.py      ids, users, what every record has
house.py       User, UserRole, Group, Account
people.py      Lead, LeadHistory, Contact
selling.py     Opportunity, OpportunityHistory, OpportunityContactRole
work.py        Task, Event
campaigns.py   Campaign, CampaignMember
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from revloop.example.exports.books import Books
from revloop.example.exports.dirt import Broken, Dirt
from revloop.example.exports.salesforce import campaigns, house, people, selling, work
from revloop.example.exports.salesforce.naming import Rows
from revloop.example.exports.shares import Shares

OF_ALL = ("User", "UserRole", "Group", "Campaign")
"""Files that all blocks share."""

BROKEN: dict[str, tuple[Broken, ...]] = {
    "Account": (Broken("NumberOfEmployees", "about forty", 1, "is not a number", is_kept=True),),
    "Lead": (Broken("CreatedDate", "", 1, "is empty"),),
    "LeadHistory": (Broken("LeadId", "", 1, "is empty"),),
    "Contact": (Broken("DoNotCall", "on Fridays", 1, "is neither yes nor no", is_kept=True),),
    "Opportunity": (
        Broken("CreatedDate", "2026-13-45 10:00:00", 1, "is not a date"),
        Broken("Amount", "abc", 2, "is not a number", is_kept=True, only=("IsWon", "0")),
    ),
    "OpportunityHistory": (Broken("StageName", "", 1, "is empty"),),
    "Task": (Broken("CompletedDateTime", "yesterday", 2, "is not a date"),),
    "CampaignMember": (Broken("CampaignId", "", 2, "is empty"),),
}


def files(books: Books, shares: Shares, dirt: Dirt, zone: str) -> Iterator[tuple[str, pa.Table]]:
    """Each file by its name; `zone` is the one in which days are days."""
    for name, rows in _rows(books, shares, dirt, zone):
        yield name, pa.table(rows)


def _rows(books: Books, shares: Shares, dirt: Dirt, zone: str) -> Iterator[tuple[str, Rows]]:
    yield "User", house.users(books)
    yield "UserRole", house.roles(books)
    yield "Group", house.queues(books)
    yield "Account", house.accounts(books, dirt)
    yield "Lead", people.leads(books, shares, dirt)
    yield "LeadHistory", people.history(books, shares)
    yield "Contact", people.contacts(books, shares, dirt)
    yield "Opportunity", selling.opportunities(books)
    yield "OpportunityHistory", selling.history(books)
    yield "OpportunityContactRole", selling.roles(books)
    yield "Task", work.tasks(books, shares, dirt)
    yield "Event", work.events(books, shares, dirt)
    yield "Campaign", campaigns.campaigns(books)
    yield "CampaignMember", campaigns.members(books, shares, dirt, zone)
