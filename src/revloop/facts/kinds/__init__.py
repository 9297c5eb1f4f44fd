"""The kinds of facts, as plain data: one table of the lake each.

companies.py  accounts, contacts, and who is the same as whom
teams.py      users, teams, their hours and absences
journeys.py   touches and activities
leads.py      inquiries, their stages, decisions, hand-offs, owners and clocks
selling.py    opportunities, their stages and buying groups, win and loss
prices.py     products, prices, quotes, discounts
money.py      bookings, campaigns, spend
learning.py   content, experiments, surveys, tickets
"""

from __future__ import annotations

from revloop.facts.columns import Kind
from revloop.facts.kinds import (
    companies,
    journeys,
    leads,
    learning,
    money,
    prices,
    selling,
    teams,
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for module in (companies, teams, journeys, leads, selling, prices, money, learning)
    for kind in module.KINDS
}

ENTITIES: tuple[str, ...] = tuple(name for name, kind in KINDS.items() if kind.has_key)
"""The kinds whose facts have surrogate keys, each counted on its own."""

WHO_IS_WHO: tuple[str, ...] = ("account_identity", "contact_identity", "contact_account")
"""The kinds that revloop itself finds out: no source brings them, and they go on from row to row."""

__all__ = ["ENTITIES", "KINDS", "WHO_IS_WHO"]
