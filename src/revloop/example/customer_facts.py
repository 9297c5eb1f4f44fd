"""Bookings and tickets: what customers pay, renew, leave and ask."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from revloop.example.catalogue import CURRENCIES, USD_PER_EUR
from revloop.example.chance import between, choose, happens, stream
from revloop.example.customers import TERM
from revloop.example.deal_facts import COST_SHARE
from revloop.example.moments import DAY, HOUR, MINUTE, NEVER, Ints, known
from revloop.example.selling import EXPANSION, RENEWAL
from revloop.example.story import Story
from revloop.example.tables import (
    Columns,
    Money,
    both_versions,
    constant,
    ids,
    only,
    references,
    staged,
    words,
)

BOOKING_KINDS = ("booking", "renewal", "churn", "expansion")
_BOOKED, _RENEWED, _LEFT, _EXPANDED = range(4)
SERVICE_SHARE = 0.09
"""Cost to serve, as a share of the price."""
MONTHS = 12
CATEGORIES = ("question", "defect", "access", "billing")
SEVERITIES = ("low", "normal", "high", "urgent")
TICKETS_A_YEAR = 1.6


def bookings(story: Story) -> pa.Table:
    """First purchases, renewals and departures of contracts, and everything else that was won."""
    contract, deal, kind, at = _booked(story)
    contracts, deals = story.contracts, story.deals
    company = np.where(contract >= 0, contracts.company[contract], deals.company[deal])
    minor = np.where(contract >= 0, contracts.minor[contract], deals.amount_minor[deal])
    region = story.companies.region[company]
    money = words(CURRENCIES, region)
    left = kind == _LEFT
    cost = np.round(minor * COST_SHARE).astype(np.int64)
    size = at.size
    begins = at - at % DAY + DAY
    return staged(
        "booking",
        {
            "source_id": ids("b", story.first + np.arange(size)),
            "at": at,
            "recorded_at": at + 5 * MINUTE,
            "account_id": story.companies.references(company),
            "opportunity_id": references("o", np.where(deal < 0, -1, story.first + deal)),
            "product_id": constant("acme:loop-core", size),
            "kind": words(BOOKING_KINDS, kind),
            "amount": Money(minor, money),
            "cost_of_goods": Money(np.where(left, 0, cost), money),
            "cost_to_serve": Money(
                np.where(left, 0, np.round(minor * SERVICE_SHARE)).astype(np.int64), money
            ),
            "monthly_recurring": Money(minor // MONTHS, money),
            "fx_rate": np.where(region == 0, 1.0, USD_PER_EUR),
            "period_start": np.where(left, NEVER, begins),
            "period_end": np.where(left, NEVER, begins + TERM),
            "term_months": only(~left, np.full(size, MONTHS)),
            "status": constant("Activated", size),
        },
    )


def _booked(story: Story) -> tuple[Ints, Ints, Ints, Ints]:
    """Contract, opportunity, kind and instant of each booking, in the order of time.

    The customers of today have been renewing since long before the two years.
    """
    contracts, deals, end = story.contracts, story.deals, story.world.end
    chance = stream(story.world.seed, story.block, "bookings")
    old = np.flatnonzero(contracts.opportunity < 0)
    row, _, at, stays = contracts.renewals(end)
    renewal_of = _renewal_deals(story)
    deal = np.array(
        [renewal_of.get((int(company), int(when)), -1) for company, when in
         zip(contracts.company[row], at, strict=True)], np.int64,
    )  # fmt: skip
    won = deals.is_won & (deals.closed_at < end)
    other = np.flatnonzero(won & (deals.type != RENEWAL))
    # Money is booked when the contract comes back, at the latest three weeks after the yes.
    after = between(chance, 10, 20 * 24 * 60, other.size) * MINUTE
    booked = np.minimum(
        deals.closed_at[other] + after, np.maximum(end - HOUR, deals.closed_at[other])
    )
    kind = np.where(deals.type[other] == EXPANSION, _EXPANDED, _BOOKED)
    none = np.full(other.size, -1)
    contract = np.concatenate([old, row, none])
    all_deals = np.concatenate([np.full(old.size, -1), deal, other])
    kinds = np.concatenate([np.full(old.size, _BOOKED), np.where(stays, _RENEWED, _LEFT), kind])
    all_at = np.concatenate([contracts.began_at[old], at, booked])
    order = np.lexsort((contract, all_at))
    return contract[order], all_deals[order], kinds[order], all_at[order]


def _renewal_deals(story: Story) -> dict[tuple[int, int], int]:
    deals = story.deals
    rows = np.flatnonzero(deals.type == RENEWAL)
    keys = zip(deals.company[rows].tolist(), deals.closed_at[rows].tolist(), strict=True)
    return dict(zip(keys, rows.tolist(), strict=True))


def tickets(story: Story) -> pa.Table:
    """Customers ask for help, those who will leave a little more often."""
    contracts, world = story.contracts, story.world
    chance = stream(world.seed, story.block, "tickets")
    begins = np.maximum(contracts.began_at, world.begin)
    ends = np.minimum(contracts.began_at + contracts.terms * TERM, world.end)
    years = np.maximum(ends - begins, 0) / TERM
    count = chance.poisson(TICKETS_A_YEAR * years * (0.8 + 1.5 * contracts.chance_to_leave))
    row = np.repeat(np.arange(contracts.size), count)
    span = ends[row] - begins[row]
    at = begins[row] + (chance.random(row.size) * span).astype(np.int64)
    order = np.argsort(at, kind="stable")
    row, at = row[order], at[order] // MINUTE * MINUTE
    severity = choose(chance, (0.3, 0.5, 0.15, 0.05), row.size)
    replied = at + (chance.exponential(4 + 14 / (1 + severity)) * HOUR).astype(np.int64)
    closed = replied + (chance.exponential(40, row.size) * HOUR).astype(np.int64)
    replied, closed = (np.where(each < world.end, each, NEVER) for each in (replied, closed))
    score = np.where(
        known(closed) & happens(chance, 0.4, row.size), between(chance, 1, 5, row.size), 0
    )
    is_closed = known(closed)
    region = story.companies.region[contracts.company[row]]
    columns: Columns = {
        "source_id": ids("tt", story.first + np.arange(row.size)),
        "at": at,
        "recorded_at": at,
        "account_id": story.companies.references(contracts.company[row]),
        "owner_user_id": story.floor.references(story.floor.in_turn(region, "Success Manager")),
        "pipeline": constant("Support", row.size),
        "stage": words(("New", "Closed"), is_closed.astype(np.int64)),
        "category": words(CATEGORIES, choose(chance, (0.45, 0.25, 0.2, 0.1), row.size)),
        "severity": words(SEVERITIES, severity),
        "is_closed": is_closed,
        "is_escalation": happens(chance, 0.03 + 0.1 * (severity == len(SEVERITIES) - 1), row.size),
        "first_reply_at": replied,
        "closed_at": closed,
        "score": np.where(score > 0, score, np.nan),
        "side": constant("success", row.size),
        "replies": between(chance, 1, 6, row.size),
        "subject": words(_SUBJECTS, np.arange(row.size) % len(_SUBJECTS)),
    }
    late = {
        "stage": "New",
        "is_closed": False,
        "first_reply_at": None,
        "closed_at": None,
        "score": None,
    }
    return both_versions("ticket", columns, late, closed)


_SUBJECTS = (
    "Cannot see last week's leads",
    "Rechnung fehlt",
    "How do I add a user?",
    "Sync stopped overnight",
    "Export looks different",
)
