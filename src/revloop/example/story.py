"""One block of the company, part by part: each is made when it is first asked for.

    companies ─► raisers ─► hands ─► answers ─► passes ─► deals ─► groups ─► people
                                                   └─► contracts ─┘

A company that has bought is a customer from then on: inquiries that it raises later go to its owner
and pass no stages, so what they would have become is taken out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from revloop.example import attempts, companies, customers, demand, leads, people, selling
from revloop.example.attempts import Attempts, Meetings
from revloop.example.chance import stream
from revloop.example.companies import Companies
from revloop.example.customers import Contracts
from revloop.example.demand import Hands, Raisers
from revloop.example.leads import Answers, Passes, Ways
from revloop.example.moments import Flags, Ints, known
from revloop.example.people import People
from revloop.example.selling import Groups, Opportunities
from revloop.example.team import Floor
from revloop.example.world import World


@dataclass(frozen=True, eq=False)
class Story:
    world: World
    block: int

    @property
    def first(self) -> int:
        """The number of the first row of this block, of everything that is counted by block."""
        return self.block * 1_000_000 + 1

    @cached_property
    def floor(self) -> Floor:
        return Floor(self.block)

    @cached_property
    def companies(self) -> Companies:
        world = self.world
        return companies.found(
            world.seed, self.block, world.size.inquiries, world.begin, world.truths
        )

    @cached_property
    def raisers(self) -> Raisers:
        return demand.people_who_ask(self.world, self.block, self.companies)

    @cached_property
    def hands(self) -> Hands:
        return demand.raise_hands(self.world, self.block, self.companies, self.raisers)

    @cached_property
    def answers(self) -> Answers:
        return leads.answer(self.world, self.block, self.hands, self.companies, self.floor)

    @cached_property
    def _all_passes(self) -> Passes:
        return leads.pass_stages(
            Ways(
                self.world,
                stream(self.world.seed, self.block, "passes"),
                self.hands,
                self.companies,
                self.raisers,
                self.answers,
                self.floor,
            )
        )

    @cached_property
    def _all_new_business(self) -> Opportunities:
        starts = selling.new_business(
            self.world, self.block, self.hands, self.companies, self._all_passes
        )
        return selling.decide(self.world, self.block, self.companies, starts, self.floor)

    @cached_property
    def customer_since(self) -> Ints:
        """When each company became a customer, NEVER if it did not; it may be after the end."""
        wins = selling.first_wins(self.companies, self._all_new_business)
        return customers.customers_since(self.companies, wins, self.world.begin)

    @cached_property
    def from_customer(self) -> Flags:
        """Which inquiries a customer raised."""
        since = self.customer_since[self.hands.company]
        return known(since) & (self.hands.at > since)

    @cached_property
    def passes(self) -> Passes:
        return leads.as_seen_by(leads.without(self._all_passes, self.from_customer), self.world.end)

    @cached_property
    def new_business(self) -> Opportunities:
        deals = self._all_new_business
        since = self.customer_since[deals.company]
        asked_late = (deals.inquiry >= 0) & self.from_customer[deals.inquiry]
        found_late = (deals.inquiry < 0) & known(since) & (deals.created_at > since)
        return selling.taken(deals, ~asked_late & ~found_late)

    @cached_property
    def contracts(self) -> Contracts:
        return customers.contracts(self.world, self.block, self.companies, self.new_business)

    @cached_property
    def deals(self) -> Opportunities:
        """All opportunities that have begun, in the order of time."""
        world = self.world
        more = selling.expansions(world, self.block, self.hands, self.customer_since)
        expansions = selling.decide(world, self.block, self.companies, more, self.floor)
        renewals = customers.renewal_deals(world, self.companies, self.contracts, self.floor)
        return selling.all_of([self.new_business, expansions, renewals], world.end)

    @cached_property
    def groups(self) -> Groups:
        return selling.buying_groups(self.world, self.block, self.deals, self.raisers)

    @cached_property
    def main_people(self) -> Ints:
        return selling.main_people(self.deals, self.groups)

    @cached_property
    def attempts(self) -> Attempts:
        return attempts.attempts(
            self.world, self.block, self.hands, self.answers, self.passes, self.floor
        )

    @cached_property
    def meetings(self) -> Meetings:
        return attempts.meetings(self.world, self.block, self.companies, self.deals, self.groups)

    @cached_property
    def people(self) -> People:
        return people.meet(
            self.world.seed,
            self.block,
            self.companies,
            self.hands,
            self.raisers,
            members=self.groups.members,
            truths=self.world.truths,
        )

    @cached_property
    def deal_of_inquiry(self) -> Ints:
        """The row of the opportunity that each inquiry became, -1 for most."""
        deal = np.full(self.hands.size, -1)
        rows = np.flatnonzero(self.deals.inquiry >= 0)
        deal[self.deals.inquiry[rows]] = rows
        return deal
