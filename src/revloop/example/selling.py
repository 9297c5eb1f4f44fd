"""Opportunities: where they come from, who decides them, how they move, and which are won.

The chance to win is a sum: the segment's, less for a competitor, more for discount and for the one
useful asset. Discounts go where there is a competitor, which is why they look harmful.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from revloop.example.chance import between, choose, happens, long_tailed, stream
from revloop.example.companies import Companies
from revloop.example.demand import Hands, Raisers
from revloop.example.leads import Passes
from revloop.example.moments import (
    DAY,
    NEVER,
    Flags,
    Floats,
    Ints,
    in_office_hours,
    known,
    whole_seconds,
)
from revloop.example.people import OTHER, Members
from revloop.example.team import Floor
from revloop.example.truths import SOURCES, Truths
from revloop.example.world import World

TYPES = ("new", "expansion", "renewal")
NEW, EXPANSION, RENEWAL = range(3)
PARTNER = SOURCES.index("partner")
SIDES = ("marketing", "sales", "success", "product", "partner")
STAGES = ("Discovery", "Evaluation", "Proposal", "Negotiation", "Closed Won", "Closed Lost")
PROBABILITIES = (0.10, 0.25, 0.50, 0.75, 1.0, 0.0)
WON, LOST = 4, 5
COMPETITORS = ("Funnelworks", "Pipelark", "Handshake CRM", "Leadloom")
LOSS_REASONS = ("price", "competitor", "product_gap", "no_decision")
LOSS_SHARES = ((0.24, 0.0, 0.22, 0.54), (0.22, 0.52, 0.14, 0.12))
"""Without and with a competitor."""
RETURN_DAYS = (180, 330, 270, 60)
FACTORS = ("speed", "fit", "price", "references", "integration")
OWN_SHARE = 0.45
"""Opportunities that no inquiry began, as a share of those that one did."""
EXPANSION_SHARE = 0.20
"""Inquiries of customers that become an expansion."""
EXPANSION_WIN = 0.45
RENEWAL_NOTICE = 90 * DAY
GROUP = (3, 9)
"""Fewest and most people of a buying group."""
_PARTS = (1, 0, 2, 3, 3, 4, OTHER, OTHER, OTHER)
"""The parts that are filled beside the person who asked, in this order: a champion comes first."""
_LIST_PRICE = (14_000, 30_000, 78_000)
"""US dollars a year, by segment."""
_SHORTEST = 12.0
_MEDIAN_DAYS = (46.0, 58.0)
"""Days that an opportunity is open, lost and won: what is won takes longer."""
USEFUL_DAYS = 25
MOST_DISCOUNT = 0.45
_DISCOUNTS_ALIKE = 16
"""How near discounts are to their mean: the sum of both parameters of beta."""


@dataclass(frozen=True, eq=False)
class Opportunities:
    """Opportunities in columns. `closed_at` is when each will close, even after the last day."""

    company: Ints
    person: Ints
    """The main person, as a row of the people; -1 until members are met."""
    inquiry: Ints
    type: Ints
    side: Ints
    owner: Ints
    created_at: Ints
    closed_at: Ints
    is_won: Flags
    competitor: Ints
    loss_reason: Ints
    discount: Floats
    list_minor: Ints
    """List price of the whole, in minor units of the region's currency."""
    used_useful_at: Ints
    """When the useful asset was used, NEVER if it was not."""
    group: Ints
    """People in the buying group."""

    @property
    def size(self) -> int:
        return self.company.size

    @property
    def amount_minor(self) -> Ints:
        return np.round(self.list_minor * (1 - self.discount)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Starts:
    """Where opportunities begin."""

    company: Ints
    person: Ints
    inquiry: Ints
    type: Ints
    side: Ints
    at: Ints


def new_business(
    world: World, block: int, hands: Hands, companies: Companies, passes: Passes
) -> Starts:
    """From inquiries that came far enough, and from sellers and trials that found their own."""
    chance = stream(world.seed, block, "starts")
    rows = np.flatnonzero(known(passes.opportunity_at))
    inquiry = passes.inquiry[rows]
    own = round(rows.size * OWN_SHARE)
    prospects = chance.choice(np.flatnonzero(~companies.is_old_customer), own)
    found = world.begin + between(chance, 0, world.end - world.begin, own)
    side = choose(chance, (0, 0.62, 0, 0.38, 0), own)
    return Starts(
        company=np.concatenate([hands.company[inquiry], prospects]),
        person=np.concatenate([hands.person[inquiry], np.full(own, -1)]),
        inquiry=np.concatenate([inquiry, np.full(own, -1)]),
        type=np.full(rows.size + own, NEW),
        side=np.concatenate(
            [np.where(hands.source[inquiry] == PARTNER, SIDES.index("partner"), 0), side]
        ),
        at=np.concatenate(
            [
                passes.opportunity_at[rows],
                in_office_hours(chance, found, companies.region[prospects]),
            ]
        ),
    )


def expansions(world: World, block: int, hands: Hands, customer_since: Ints) -> Starts:
    """From inquiries of customers."""
    chance = stream(world.seed, block, "expansions")
    asks = (hands.at > customer_since[hands.company]) & known(customer_since[hands.company])
    asks &= (hands.repeats < 0) & ~hands.is_bot
    rows = np.flatnonzero(asks & happens(chance, EXPANSION_SHARE, hands.size))
    return Starts(
        company=hands.company[rows],
        person=hands.person[rows],
        inquiry=rows,
        type=np.full(rows.size, EXPANSION),
        side=np.full(rows.size, SIDES.index("success")),
        at=hands.at[rows] + between(chance, 3, 20, rows.size) * DAY,
    )


def decide(
    world: World, block: int, companies: Companies, starts: Starts, floor: Floor
) -> Opportunities:
    """Draw how each opportunity goes; expansions have neither competitor nor useful asset."""
    truths = world.truths
    of_type = TYPES[int(starts.type[0])] if starts.type.size else TYPES[NEW]
    chance = stream(world.seed, block, f"decide {of_type}")
    size = starts.at.size
    is_new = starts.type == NEW
    is_hard = happens(chance, truths.hard_share, size) & is_new
    discount = _discounts(chance, is_hard, truths)
    is_helped = happens(chance, truths.useful_share, size) & is_new
    segment, region = companies.segment[starts.company], companies.region[starts.company]
    chances = np.where(is_new, np.array(truths.win_by_segment)[segment], EXPANSION_WIN)
    chances += is_hard * truths.hard_pp / 100
    chances += discount * 10 * truths.discount_pp / 100 + is_helped * truths.useful_pp / 100
    is_won = happens(chance, chances, size)
    median = np.array(_MEDIAN_DAYS)[is_won.astype(np.int64)]
    days = np.clip(long_tailed(chance, median, 0.5, size), _SHORTEST, 330.0)
    used_after = 0.5 + chance.random(size) * (np.minimum(USEFUL_DAYS, days * 0.8) - 0.5)
    at = whole_seconds(starts.at)
    reason = choose(chance, LOSS_SHARES[0], size)
    reason = np.where(is_hard, choose(chance, LOSS_SHARES[1], size), reason)
    price = np.array(_LIST_PRICE)[segment] * np.exp(0.35 * chance.standard_normal(size))
    price *= np.where(is_new, 1.0, 0.35)
    return Opportunities(
        company=starts.company,
        person=starts.person,
        inquiry=starts.inquiry,
        type=starts.type,
        side=starts.side,
        owner=floor.in_turn(region, "Account Executive"),
        created_at=at,
        closed_at=in_office_hours(chance, at + (days * DAY).astype(np.int64), region),
        is_won=is_won,
        competitor=np.where(is_hard, between(chance, 0, len(COMPETITORS) - 1, size), -1),
        loss_reason=np.where(is_won, -1, reason),
        discount=discount,
        list_minor=(np.round(price / 10) * 1_000).astype(np.int64),
        used_useful_at=np.where(
            is_helped, whole_seconds(at + (used_after * DAY).astype(np.int64)), NEVER
        ),
        group=between(chance, *GROUP, size),
    )


def _discounts(chance: np.random.Generator, is_hard: Flags, truths: Truths) -> Floats:
    """Whole percents around the mean of easy and of hard opportunities."""
    mean = np.array(truths.discount_mean)[is_hard.astype(np.int64)]
    # Were they spread wider, what a competitor costs would not hide what a discount adds.
    drawn = chance.beta(mean * _DISCOUNTS_ALIKE, (1 - mean) * _DISCOUNTS_ALIKE)
    return np.asarray(np.round(np.minimum(drawn, MOST_DISCOUNT), 2))


def first_wins(companies: Companies, new: Opportunities) -> Ints:
    """When each company first bought, NEVER if it did not."""
    latest = np.iinfo(np.int64).max
    first = np.full(companies.size, latest)
    np.minimum.at(first, new.company[new.is_won], new.closed_at[new.is_won])
    return np.where(first < latest, first, NEVER)


def all_of(parts: list[Opportunities], end: int) -> Opportunities:
    """Opportunities of several kinds that have begun, in the order of time."""
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in Opportunities.__dataclass_fields__
    }
    rows = np.argsort(joined["created_at"], kind="stable")
    rows = rows[joined["created_at"][rows] < end]
    return Opportunities(**{name: column[rows] for name, column in joined.items()})


def taken(part: Opportunities, rows: Ints | Flags) -> Opportunities:
    return Opportunities(
        **{name: getattr(part, name)[rows] for name in Opportunities.__dataclass_fields__}
    )


def return_days(deals: Opportunities, end: int) -> Ints:
    """The day on which to ask again, for what was lost before `end`; NEVER for all else."""
    lost = ~deals.is_won & (deals.loss_reason >= 0) & (deals.closed_at < end)
    days = np.array(RETURN_DAYS)[deals.loss_reason]
    day = deals.closed_at + days * DAY
    return np.where(lost, day - day % DAY, NEVER)


@dataclass(frozen=True, eq=False)
class Groups:
    """Who takes part in which opportunity."""

    members: Members
    """People met in opportunities, in the order of their companies."""
    opportunity: Ints
    person: Ints
    """Rows of the people: raisers first, then members."""
    at: Ints
    is_primary: Flags


def buying_groups(world: World, block: int, deals: Opportunities, raisers: Raisers) -> Groups:
    """The first opportunity of a company brings its committee together; later ones meet it again."""
    chance = stream(world.seed, block, "groups")
    order = np.argsort(deals.company, kind="stable")
    company = deals.company[order]
    is_first = np.append(True, company[1:] != company[:-1])[: company.size]
    first = order[is_first]
    has_asked = deals.person[first] >= 0
    count = deals.group[first] - has_asked
    part = _ranks(count)
    of = np.repeat(first, count)
    open_for = np.minimum(deals.closed_at[of] - deals.created_at[of], 40 * DAY)
    known_at = deals.created_at[of] + (chance.random(of.size) * 0.6 * open_for).astype(np.int64)
    known_at = np.where(part == 0, deals.created_at[of], known_at)
    members = Members(deals.company[of], np.array(_PARTS)[part], whole_seconds(known_at))
    raised = raisers.company.size
    begins = np.searchsorted(members.company, deals.company)
    size = np.searchsorted(members.company, deals.company, "right") - begins
    size = np.minimum(size, GROUP[1] - (deals.person >= 0))
    deal = np.repeat(np.arange(deals.size), size)
    member = np.repeat(begins, size) + _ranks(size)
    asked = np.flatnonzero(deals.person >= 0)
    primary = np.concatenate(
        [np.ones(asked.size, np.bool_), (_ranks(size) == 0) & (deals.person[deal] < 0)]
    )
    at = np.maximum(deals.created_at[deal], members.known_at[member])
    return Groups(
        members=members,
        opportunity=np.concatenate([asked, deal]),
        person=np.concatenate([deals.person[asked], raised + member]),
        at=np.concatenate([deals.created_at[asked], at]),
        is_primary=primary,
    )


def main_people(deals: Opportunities, groups: Groups) -> Ints:
    """The main person of each opportunity, who is the one that asked where somebody did."""
    person = np.full(deals.size, -1)
    person[groups.opportunity[groups.is_primary]] = groups.person[groups.is_primary]
    return person


def _ranks(counts: Ints) -> Ints:
    """0, 1, 2 … within each group of so many."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if ends.size else 0) - np.repeat(ends - counts, counts)
