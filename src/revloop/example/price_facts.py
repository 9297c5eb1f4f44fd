"""Quotes and discounts: what was asked, who allowed it, and what nobody was asked for."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from revloop.example import agreements
from revloop.example.catalogue import CORE, INSIGHT, ONBOARDING, PRODUCTS
from revloop.example.chance import between, choose, happens, stream
from revloop.example.deal_facts import currency
from revloop.example.lead_facts import VERSION_NAMES
from revloop.example.moments import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    SECOND,
    Flags,
    Ints,
    known,
    whole_seconds,
)
from revloop.example.selling import COMPETITORS, RENEWAL
from revloop.example.story import Story
from revloop.example.tables import (
    Columns,
    Money,
    both_versions,
    ids,
    named,
    only,
    pick,
    references,
    staged,
    words,
)

LEVELS = ((0.10, "none"), (0.20, "sales_manager"), (0.30, "sales"), (1.00, "finance"))
"""Discounts up to here are for these to decide, as the agreement's guardrails say."""
_DECIDERS = ("max", "lee", "otto")
REASONS = ("competitor_price", "volume", "term_length", "strategic_logo", "goodwill")
DECISIONS = ("approved", "countered", "rejected", "withdrawn")
_LINES = (CORE, INSIGHT, ONBOARDING)
_LINE_SHARES = (0.72, 0.18, 0.10)


def quoted_at(story: Story) -> Ints:
    """When the price was written: some days after the beginning, before the end."""
    deals = story.deals
    life = deals.closed_at - deals.created_at
    at = deals.created_at + np.minimum(life // 3, 9 * DAY) + 4 * HOUR
    return whole_seconds(at)


def quote_lines(story: Story) -> pa.Table:
    """Three lines for each opportunity; their totals add up to its amount."""
    deals = story.deals
    at = quoted_at(story)
    rows = np.flatnonzero(at < story.world.end)
    shares = np.array(_LINE_SHARES)
    total = np.round(deals.amount_minor[rows, None] * shares[:-1]).astype(np.int64)
    total = np.column_stack([total, deals.amount_minor[rows] - total.sum(axis=1)])
    seats = np.maximum(1, deals.list_minor[rows] // 60_000)
    quantity = np.column_stack([seats, seats, np.ones_like(seats)])
    listed = deals.list_minor[rows, None] * shares
    deal, line = np.repeat(rows, len(_LINES)), np.tile(np.arange(len(_LINES)), rows.size)
    money = pick(currency(story), deal)
    cost = np.array([PRODUCTS[product].cost_share for product in _LINES])[line]
    discount = deals.discount[deal]
    each = quantity.ravel()
    return staged(
        "quote_line",
        {
            "source_id": ids("ql", story.first + deal * len(_LINES) + line),
            "at": at[deal],
            "recorded_at": at[deal] + SECOND,
            "opportunity_id": references("o", story.first + deal),
            "product_id": named(words([PRODUCTS[product].id for product in _LINES], line)),
            "quote": ids("Q", story.first + deal),
            "sku": words([PRODUCTS[product].id.upper() for product in _LINES], line),
            "quantity": each.astype(float),
            "list_price": Money(np.round(listed.ravel() / each).astype(np.int64), money),
            "unit_price": Money(np.round(total.ravel() / each).astype(np.int64), money),
            "total": Money(total.ravel(), money),
            "discount": discount,
            "margin": np.round(1 - cost / (1 - discount), 4),
        },
    )


def needs_request(story: Story) -> Flags:
    return np.asarray((story.deals.discount > LEVELS[0][0]) & (story.deals.type != RENEWAL))


def overridden(story: Story) -> Ints:
    """Opportunities with a discount for which nobody asked, though somebody had to."""
    chance = stream(story.world.seed, story.block, "overrides")
    unasked = happens(chance, story.world.truths.override_share, story.deals.size)
    return np.flatnonzero(needs_request(story) & unasked & (quoted_at(story) < story.world.end))


def discount_requests(story: Story) -> pa.Table:
    """What sellers asked for and what was decided; those who did not ask are not here."""
    deals = story.deals
    asks = needs_request(story) & (quoted_at(story) < story.world.end)
    asks[overridden(story)] = False
    rows = np.flatnonzero(asks)
    chance = stream(story.world.seed, story.block, "discounts")
    size = rows.size
    at = quoted_at(story)[rows] - between(chance, 1, 3, size) * HOUR
    edges = np.array([edge for edge, _ in LEVELS])
    level = np.searchsorted(edges, deals.discount[rows])
    decided = at + between(chance, 20, 900, size) * MINUTE
    decided = np.where(decided < story.world.end, decided, NEVER)
    decision = choose(chance, (0.86, 0.07, 0.04, 0.03), size)
    reason = choose(chance, (0.1, 0.35, 0.3, 0.1, 0.15), size)
    reason = np.where(deals.competitor[rows] >= 0, 0, reason)
    version = agreements.version_at(at)
    decider = np.where(known(decided), level - 1, -1)
    money = pick(currency(story), rows)
    columns: Columns = {
        "source_id": ids("dr", story.first + rows),
        "at": at,
        "recorded_at": at + SECOND,
        "opportunity_id": references("o", story.first + rows),
        "product_id": named(words([PRODUCTS[CORE].id], np.zeros(size, np.int64))),
        "requester_user_id": story.floor.references(deals.owner[rows]),
        "decider_user_id": named(words(_DECIDERS, decider)),
        "discount": deals.discount[rows],
        "list_price": Money(deals.list_minor[rows], money),
        "requested_price": Money(deals.amount_minor[rows], money),
        "margin": np.round(1 - 0.27 / (1 - deals.discount[rows]), 4),
        "reason": words(REASONS, reason),
        "competitor": words(COMPETITORS, deals.competitor[rows]),
        "required_approver": words([name for _, name in LEVELS], level),
        "decision": words(DECISIONS, np.where(known(decided), decision, -1)),
        "decided_at": decided,
        "valid_until": at + 30 * DAY,
        "guideline_version": words(VERSION_NAMES, np.where(version >= 1, version, -1)),
        "level": level,
        "note": only(reason == 0, words(_NOTES, rows % len(_NOTES))),
    }
    late = {"decider_user_id": None, "decision": None, "decided_at": None}
    return both_versions("discount_request", columns, late, decided)


_NOTES = (
    "They have an offer that is a fifth lower.",
    "Letzter Preis, sonst verlieren wir sie.",
    "Same price as last year, please.",
)
