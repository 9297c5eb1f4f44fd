"""How sales tried to reach people, and the meetings that opportunities are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from revloop.example.chance import between, happens, stream
from revloop.example.companies import Companies
from revloop.example.demand import Hands
from revloop.example.leads import ACCEPT, REASONS, RECYCLE, Answers, Passes, after_open_time
from revloop.example.moments import DAY, Flags, Ints, in_office_hours, known
from revloop.example.selling import Groups, Opportunities
from revloop.example.team import Floor
from revloop.example.world import World

PERSISTENT = 6
"""Attempts that the agreement asks for before nobody could be reached."""
_OPEN_MINUTES_APART = 560


@dataclass(frozen=True, eq=False)
class Attempts:
    """Attempts by people, in columns."""

    inquiry: Ints
    at: Ints
    number: Ints
    """0 for the first."""


def attempts(
    world: World, block: int, hands: Hands, answers: Answers, passes: Passes, floor: Floor
) -> Attempts:
    """One or two for most, more for those who were offered, six and more for the unreachable."""
    chance = stream(world.seed, block, "attempts")
    count = 1 + happens(chance, 0.25, hands.size).astype(np.int64)
    first = np.flatnonzero((passes.number == 1) & known(passes.offered_at))
    inquiry = passes.inquiry[first]
    more = np.where(
        passes.verdict[first] == ACCEPT,
        chance.poisson(1.4, first.size),
        between(chance, 1, 5, first.size),
    )
    count[inquiry] += more
    unreached = passes.reason[first] == REASONS.index("no_contact")
    unreached &= passes.verdict[first] == RECYCLE
    count[inquiry[unreached]] = PERSISTENT + between(chance, 0, 2, int(unreached.sum()))
    count[~known(answers.first_attempt)] = 0
    row = np.repeat(np.arange(hands.size), count)
    number = np.arange(row.size) - np.repeat(np.cumsum(count) - count, count)
    later = number * _OPEN_MINUTES_APART + between(chance, -150, 150, row.size)
    later = np.where(number == 0, 0, later)
    at = after_open_time(floor, answers.owner[row], answers.first_attempt[row], later.astype(float))
    # Nobody is chased after the talk that qualified them, nor after the last day.
    last = np.full(hands.size, world.end)
    qualified = first[known(passes.sql_at[first])]
    last[passes.inquiry[qualified]] = passes.sql_at[qualified] - DAY // 2
    kept = np.flatnonzero((at < last[row]) | ((number == 0) & (at < world.end)))
    return Attempts(row[kept], at[kept], number[kept])


@dataclass(frozen=True, eq=False)
class Meetings:
    """Meetings of opportunities, each with one person of the buying group."""

    deal: Ints
    person: Ints
    at: Ints
    was_held: Flags


def meetings(
    world: World, block: int, companies: Companies, deals: Opportunities, groups: Groups
) -> Meetings:
    """About one in twelve days, with people who were known by then."""
    chance = stream(world.seed, block, "meetings")
    closes = np.minimum(deals.closed_at, world.end)
    open_for = np.maximum(closes - deals.created_at, DAY)
    seats = np.bincount(groups.opportunity, minlength=deals.size)
    share = np.minimum(1.0, open_for / DAY / 12 / np.maximum(seats, 1))
    meets = np.flatnonzero(happens(chance, share[groups.opportunity], groups.opportunity.size))
    deal = groups.opportunity[meets]
    begins = np.maximum(groups.at[meets], deals.created_at[deal])
    at = begins + (chance.random(meets.size) * (closes[deal] - begins) * 0.95).astype(np.int64)
    at = in_office_hours(chance, at, companies.region[deals.company[deal]])
    kept = np.flatnonzero((at > begins) & (at < closes[deal]))
    held = happens(chance, 0.9, meets.size)
    return Meetings(deal[kept], groups.person[meets][kept], at[kept], held[kept])
