"""Opportunities as facts: what they are worth, how they moved, who took part, why they ended."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from revloop.example import catalogue
from revloop.example.catalogue import CURRENCIES, PRODUCTS, USD_PER_EUR
from revloop.example.chance import between, choose, happens, stream
from revloop.example.companies import shown_names
from revloop.example.marketing import CAMPAIGN_CHANNELS
from revloop.example.moments import DAY, HOUR, MINUTE, NEVER, SECOND, Flags, Ints, known
from revloop.example.people import OTHER, PERSONAS
from revloop.example.selling import (
    COMPETITORS,
    FACTORS,
    LOSS_REASONS,
    LOST,
    NEW,
    PROBABILITIES,
    SIDES,
    STAGES,
    TYPES,
    WON,
    return_days,
)
from revloop.example.story import Story
from revloop.example.tables import (
    Column,
    Columns,
    Money,
    both_versions,
    constant,
    flags,
    ids,
    joined,
    lists,
    only,
    pick,
    references,
    staged,
    words,
)
from revloop.example.team import REGIONS
from revloop.example.truths import CHANNELS, SEGMENTS, SOURCES

COST_SHARE = 0.27
PIPELINES = ("New business", "Expansion", "Renewals")
FORECASTS = ("Pipeline", "Pipeline", "Best Case", "Commit", "Closed", "Omitted")
RESPONDERS = ("us", "other", "unknown")
_ROLES = (*PERSONAS, "influencer")
_STANCES = ("champion", "neutral", "blocker", "unknown")
PROPOSAL = STAGES.index("Proposal")
"""From here on the amount is the one that was offered."""
DEAR = 0.15
"""With a larger discount the price had been an objection."""
ASKED_SHARE = 0.30
"""Share of closed new business whose buyer was asked why."""


def closed(story: Story) -> Flags:
    return story.deals.closed_at < story.world.end


def currency(story: Story) -> Column:
    return words(CURRENCIES, story.companies.region[story.deals.company])


def opportunities(story: Story) -> pa.Table:
    """Each opportunity as it was created and, once it is closed, as it ended."""
    deals, companies, is_closed = story.deals, story.companies, closed(story)
    moved = stages_reached(story)
    amount = deals.amount_minor
    won = np.where(is_closed & deals.is_won, 1, 0)
    inquiry = np.maximum(deals.inquiry, 0)
    source = np.where(deals.inquiry >= 0, story.hands.source[inquiry], -1)
    channel = np.where(source < 0, -1, _CAMPAIGN_OF_SOURCE[np.maximum(source, 0)])
    campaign = story.world.marketing.campaign(story.hands.at[inquiry], channel)
    lost = is_closed & ~deals.is_won
    first = choose(
        stream(story.world.seed, story.block, "responders"), (0.42, 0.28, 0.30), deals.size
    )
    columns: Columns = {
        "source_id": ids("o", story.first + np.arange(deals.size)),
        "at": deals.created_at,
        "recorded_at": deals.created_at + SECOND,
        "account_id": companies.references(deals.company),
        "contact_id": story.people.references(story.main_people),
        "campaign_id": story.world.marketing.references(campaign),
        "inquiry_id": references("i", np.where(deals.inquiry < 0, -1, story.first + deals.inquiry)),
        "owner_user_id": story.floor.references(deals.owner),
        "product_id": constant(f"acme:{PRODUCTS[catalogue.CORE].id}", deals.size),
        "opportunity_type": words(TYPES, deals.type),
        "pipeline": words(PIPELINES, deals.type),
        "stage": words(STAGES, moved),
        "amount": Money(amount, currency(story)),
        "margin": Money(margins(amount), currency(story)),
        "fx_rate": np.where(companies.region[deals.company] == 0, 1.0, USD_PER_EUR),
        "probability": np.array(PROBABILITIES)[moved],
        "forecast_category": words(FORECASTS, moved),
        "close_date": deals.closed_at,
        "closed_at": np.where(is_closed, deals.closed_at, NEVER),
        "is_closed": is_closed,
        "is_won": flags(won > 0, is_closed),
        "loss_reason": words(LOSS_REASONS, np.where(lost, deals.loss_reason, -1)),
        "competitor": words(COMPETITORS, deals.competitor),
        "first_responder": words(RESPONDERS, np.where(deals.type == NEW, first, -1)),
        "lead_source": words(SOURCES, source),
        "source_side": words(SIDES, deals.side),
        "segment": words(SEGMENTS, companies.segment[deals.company]),
        "region": words(REGIONS, companies.region[deals.company]),
        "return_on": return_days(deals, story.world.end),
        "name": _names(story),
    }
    before = {
        "stage": STAGES[0],
        "probability": PROBABILITIES[0],
        "forecast_category": FORECASTS[0],
        "closed_at": None,
        "is_closed": False,
        "is_won": None,
        "loss_reason": None,
        "return_on": None,
    }
    return both_versions(
        "opportunity", columns, before, np.where(is_closed, deals.closed_at, NEVER)
    )


_CAMPAIGN_OF_SOURCE = np.array(
    [
        CAMPAIGN_CHANNELS.index(name) if name in CAMPAIGN_CHANNELS else -1
        for name in CHANNELS[: len(SOURCES)]
    ]
)


def margins(amount: Ints) -> Ints:
    return amount - np.round(amount * COST_SHARE).astype(np.int64)


def _names(story: Story) -> Column:
    company = pick(shown_names(story.companies), story.deals.company)
    return joined(", ", company, words(PIPELINES, story.deals.type))


def stages_reached(story: Story) -> Ints:
    """The stage of each opportunity on the last day."""
    deals = story.deals
    ended = np.where(deals.is_won, WON, LOST)
    spent = (story.world.end - deals.created_at) / (deals.closed_at - deals.created_at)
    shares, last = _plan(story)
    reached = np.minimum((shares <= spent[:, None]).sum(axis=1) - 1, last)
    return np.where(closed(story), ended, reached)


def _plan(story: Story) -> tuple[np.ndarray, Ints]:
    """When each opportunity enters each open stage, as shares of its life; and its last one.

    Won ones pass all stages; lost ones stop at any.
    """
    deals = story.deals
    chance = stream(story.world.seed, story.block, "stages")
    steps = 0.15 + chance.random((deals.size, WON))
    begins = np.cumsum(steps, axis=1) - steps
    shares = begins / steps.sum(axis=1, keepdims=True)
    last = np.where(deals.is_won, WON - 1, choose(chance, (0.25, 0.3, 0.25, 0.2), deals.size))
    return shares, last


def stage_history(story: Story) -> pa.Table:
    """Every move, some of them back: one in ten edits of the CRM takes a stage back."""
    deal, stage, at, is_back = _moves(story)
    begins = np.append(True, deal[1:] != deal[:-1])[: deal.size]
    ends = np.append(deal[1:] != deal[:-1], True)[: deal.size]
    key = deal * len(STAGES) + stage
    order = np.argsort(key, kind="stable")
    rank = np.arange(key.size) - np.searchsorted(key[order], key[order])
    visit = np.empty_like(rank)
    visit[order] = rank + 1
    deals = story.deals
    exited = np.where(ends, NEVER, np.roll(at, -1))
    return staged(
        "opportunity_stage",
        {
            "source_id": ids("os", story.first + np.arange(deal.size)),
            "at": at,
            "recorded_at": at + SECOND,
            "opportunity_id": references("o", story.first + deal),
            "pipeline": words(PIPELINES, deals.type[deal]),
            "stage": words(STAGES, stage),
            "from_stage": words(STAGES, np.where(begins, -1, np.roll(stage, 1))),
            "exited_at": np.where(ends & (stage < WON), NEVER, exited),
            "amount": Money(
                np.where(stage < PROPOSAL, deals.list_minor[deal], deals.amount_minor[deal]),
                pick(currency(story), deal),
            ),
            "close_date": deals.closed_at[deal],
            "probability": np.array(PROBABILITIES)[stage],
            "forecast_category": words(FORECASTS, stage),
            "user_id": story.floor.references(deals.owner[deal]),
            "visit": visit,
            "is_backward": is_back,
        },
    )


def _moves(story: Story) -> tuple[Ints, Ints, Ints, Flags]:
    """Moves by opportunity and time: the opportunity, the stage, when, and whether it went back."""
    deals, end = story.deals, story.world.end
    shares, last = _plan(story)
    life = deals.closed_at - deals.created_at
    at = deals.created_at[:, None] + (shares * life[:, None]).astype(np.int64)
    taken = np.arange(WON) <= last[:, None]
    deal, stage = np.nonzero(taken & (at < end))
    when = at[deal, stage]
    # A move back and the same move forward again, between two stages.
    chance = stream(story.world.seed, story.block, "backward")
    share = story.world.truths.backward_share
    # Each step back adds two edits; there are 1.4 edits for each stage that can be taken back.
    goes = happens(chance, share * 1.4 / (1 - 2 * share), deal.size) & (stage > 0)
    rows = np.flatnonzero(goes)
    room = np.append(when[1:], 0)[rows]
    same = np.append(deal[1:] == deal[:-1], False)[rows]
    room = np.where(same, room, np.minimum(deals.closed_at[deal[rows]], end)) - when[rows]
    back_at, again_at = when[rows] + room // 3, when[rows] + room * 2 // 3
    ended = np.flatnonzero(closed(story))
    all_deals = np.concatenate([deal, deal[rows], deal[rows], ended])
    all_stages = np.concatenate(
        [stage, stage[rows] - 1, stage[rows], np.where(deals.is_won[ended], WON, LOST)]
    )
    all_at = np.concatenate([when, back_at, again_at, deals.closed_at[ended]])
    is_back = np.zeros(all_deals.size, np.bool_)
    is_back[deal.size : deal.size + rows.size] = True
    order = np.lexsort((all_stages, all_at, all_deals))
    return all_deals[order], all_stages[order], all_at[order] // SECOND * SECOND, is_back[order]


def buying_group_roles(story: Story) -> pa.Table:
    groups, people = story.groups, story.people
    rows = np.flatnonzero(groups.at < story.world.end)
    chance = stream(story.world.seed, story.block, "roles")
    person, deal = groups.person[rows], groups.opportunity[rows]
    persona = people.persona[person]
    stance = choose(chance, (0.0, 0.55, 0.08, 0.37), rows.size)
    stance = np.where(persona == PERSONAS.index("champion"), 0, stance)
    return staged(
        "buying_group_role",
        {
            "source_id": ids("bg", story.first + rows),
            "at": groups.at[rows],
            "recorded_at": groups.at[rows] + 5 * MINUTE,
            "opportunity_id": references("o", story.first + deal),
            "contact_id": people.references(person),
            "role": words(_ROLES, np.where(persona == OTHER, len(PERSONAS), persona)),
            "is_primary": groups.is_primary[rows],
            "influence": np.round(np.array([0.9, 0.6, 0.5, 0.2, 0.4, 0.1])[persona], 2),
            "stance": words(_STANCES, stance),
        },
    )


def win_loss_answers(story: Story) -> pa.Table:
    """What buyers said about new business, some weeks after it ended."""
    deals, end = story.deals, story.world.end
    chance = stream(story.world.seed, story.block, "win and loss")
    asked = closed(story) & (deals.type == NEW) & happens(chance, ASKED_SHARE, deals.size)
    at = deals.closed_at + between(chance, 7, 35, deals.size) * DAY + 2 * HOUR
    rows = np.flatnonzero(asked & (at < end))
    first = stream(story.world.seed, story.block, "responders")
    responder = choose(first, (0.42, 0.28, 0.30), deals.size)[rows]
    size = rows.size
    helped = known(deals.used_useful_at[rows])
    objection = np.where(deals.discount[rows] > DEAR, 0, choose(chance, (0.2, 0.3, 0.2, 0.3), size))
    return staged(
        "win_loss_answer",
        {
            "source_id": ids("wl", story.first + rows),
            "at": at[rows],
            "recorded_at": at[rows] + DAY,
            "opportunity_id": references("o", story.first + rows),
            "first_responder": words(RESPONDERS, responder),
            "on_shortlist_before_contact": happens(chance, 0.55, size),
            "in_person_wanted": happens(chance, 0.12, size),
            "decisive_factor": words(FACTORS, choose(chance, (0.26, 0.3, 0.2, 0.1, 0.14), size)),
            "competitor": words(COMPETITORS, deals.competitor[rows]),
            "price_rank": between(chance, 1, 4, size),
            "objections": lists((["price"], ["integration"], ["security"], []), objection),
            "content_that_helped": lists(([], ["acme:k-1"]), helped.astype(np.int64)),
            "comment": only(happens(chance, 0.5, size), words(_COMMENTS, rows % len(_COMMENTS))),
        },
    )


_COMMENTS = (
    "You called back within minutes. The others took two days.",
    "Der Vertrag war klar, die Preise nicht.",
    "We knew your name from the radio before we ever searched.",
    "The numbers of both teams agreed, for the first time.",
    "Too many people from your side in the calls.",
)
