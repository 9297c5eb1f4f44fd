"""What happens after a purchase: contracts that are renewed or left, year by year.

The chance to leave differs by customer, beta(alpha, beta), and stays theirs for ever: so those who
are left after some years leave less often, and no constant rate fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from revloop.example.chance import between, stream
from revloop.example.companies import Companies
from revloop.example.moments import DAY, HOUR, NEVER, Flags, Floats, Ints
from revloop.example.selling import (
    RENEWAL,
    RENEWAL_NOTICE,
    SIDES,
    Opportunities,
)
from revloop.example.team import Floor
from revloop.example.world import World

TERM = 365 * DAY
MOST_TERMS = 9
_OLD_PRICE = (13_000, 27_000, 70_000)
"""US dollars a year that customers from before the two years pay, by segment."""


@dataclass(frozen=True, eq=False)
class Contracts:
    """Customers in columns: when they began, what they pay, how often they renewed."""

    company: Ints
    began_at: Ints
    minor: Ints
    """Price of a year, in minor units of the region's currency."""
    terms: Ints
    """Terms they stay for, including those that are still to come."""
    chance_to_leave: Floats
    opportunity: Ints
    """The row of the new business that began it, -1 for customers from before."""

    @property
    def size(self) -> int:
        return self.company.size

    def renewals(self, end: int) -> tuple[Ints, Ints, Ints, Flags]:
        """Contract, number, instant and outcome of each end of a term up to `end`."""
        number = np.arange(1, MOST_TERMS + 1)
        at = self.began_at[:, None] + number * TERM
        row, column = np.nonzero((number <= self.terms[:, None]) & (at < end))
        return row, number[column], at[row, column], number[column] < self.terms[row]


def contracts(world: World, block: int, companies: Companies, new: Opportunities) -> Contracts:
    """Of customers from before, and of each company's first purchase."""
    chance = stream(world.seed, block, "contracts")
    old = np.flatnonzero(companies.is_old_customer)
    began = world.begin - between(chance, 0, 6 * TERM // HOUR, old.size) * HOUR
    price = np.array(_OLD_PRICE)[companies.segment[old]] * np.exp(
        0.3 * chance.standard_normal(old.size)
    )
    won = np.flatnonzero(new.is_won & (new.closed_at < world.end))
    first = won[np.lexsort((new.closed_at[won], new.company[won]))]
    first = first[np.unique(new.company[first], return_index=True)[1]]
    size = old.size + first.size
    leaving = chance.beta(world.truths.churn_alpha, world.truths.churn_beta, size)
    return Contracts(
        company=np.concatenate([old, new.company[first]]),
        began_at=np.concatenate([began, new.closed_at[first]]),
        minor=np.concatenate(
            [(np.round(price / 10) * 1_000).astype(np.int64), new.amount_minor[first]]
        ),
        terms=np.minimum(chance.geometric(np.maximum(leaving, 1e-6)), MOST_TERMS + 1),
        chance_to_leave=leaving,
        opportunity=np.concatenate([np.full(old.size, -1), first]),
    )


def customers_since(companies: Companies, first_win: Ints, begin: int) -> Ints:
    """When each company became a customer; for those from before, before the two years."""
    return np.where(companies.is_old_customer, begin - DAY, first_win)


def left_at(contracts: Contracts, companies: Companies, end: int) -> Ints:
    """When each company stopped being a customer, NEVER for most."""
    row, _, at, stays = contracts.renewals(end)
    left = np.full(companies.size, NEVER)
    left[contracts.company[row[~stays]]] = at[~stays]
    return left


def renewal_deals(
    world: World, companies: Companies, contracts: Contracts, floor: Floor
) -> Opportunities:
    """An opportunity for each end of a term within the two years, opened 90 days before it."""
    row, number, at, stays = contracts.renewals(world.end + RENEWAL_NOTICE)
    created = at - RENEWAL_NOTICE + 9 * HOUR
    rows = np.flatnonzero(created >= world.begin)
    row, number, at, stays = row[rows], number[rows], at[rows], stays[rows]
    nothing = np.full(row.size, -1)
    company = contracts.company[row]
    return Opportunities(
        company=company,
        person=nothing,
        inquiry=nothing,
        type=np.full(row.size, RENEWAL),
        side=np.full(row.size, SIDES.index("success")),
        owner=floor.in_turn(companies.region[company], "Success Manager"),
        created_at=created[rows],
        closed_at=at,
        is_won=stays,
        competitor=nothing,
        loss_reason=np.where(stays, -1, number % 4),
        discount=np.zeros(row.size),
        list_minor=contracts.minor[row],
        used_useful_at=np.full(row.size, NEVER),
        group=np.full(row.size, 3),
    )
