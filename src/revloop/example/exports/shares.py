"""Which of the two systems has which inquiry, and whom of the people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from revloop.example.demand import FORMS
from revloop.example.exports.books import Books, numbers
from revloop.example.lead_facts import STATES, Transitions, transitions
from revloop.example.moments import HOUR, NEVER, Flags, Ints, known
from revloop.example.story import Story

FORMS_OF_HUBSPOT = ("whitepaper", "newsletter")
"""The forms of marketing; who asks for a talk does it in a form of Salesforce."""


@dataclass(frozen=True, eq=False)
class Shares:
    """By row of the inquiries, and of the people."""

    story: Story
    books: Books

    @cached_property
    def steps(self) -> Transitions:
        return transitions(self.story)

    @cached_property
    def in_hubspot(self) -> Flags:
        forms = [FORMS.index(name) for name in FORMS_OF_HUBSPOT]
        return np.isin(self.story.hands.form, forms)

    @cached_property
    def in_salesforce(self) -> Flags:
        return ~self.in_hubspot | known(self.handed_at)

    @cached_property
    def handed_at(self) -> Ints:
        """When a hand that was raised in HubSpot became a lead of Salesforce, NEVER for most."""
        deals, deal = self.story.deals, self.story.deal_of_inquiry
        qualified = self.first_at("mql")
        asked = np.where(deal >= 0, deals.created_at[np.maximum(deal, 0)] - HOUR, NEVER)
        at = np.where(known(qualified), qualified, asked)
        return np.where(self.in_hubspot, at, NEVER)

    @cached_property
    def born_at(self) -> Ints:
        """When each inquiry came to Salesforce, as far as it did."""
        return np.where(self.in_hubspot, self.handed_at, self.story.hands.at)

    @cached_property
    def converted_at(self) -> Ints:
        """When each lead became an opportunity, NEVER for most."""
        deals, deal = self.story.deals, self.story.deal_of_inquiry
        moved = self.first_at("opportunity")
        at = np.where(known(moved), moved, deals.created_at[np.maximum(deal, 0)])
        return np.where(deal >= 0, at, NEVER)

    def first_at(self, state: str) -> Ints:
        """When each inquiry first entered a state, NEVER if it did not."""
        steps = self.steps
        rows = np.flatnonzero(steps.state == STATES.index(state))[::-1]
        at = np.full(self.story.hands.size, NEVER)
        at[steps.inquiry[rows]] = steps.at[rows]
        return at

    @cached_property
    def contacts(self) -> Flags:
        """Who is a contact of Salesforce: everybody who plays a part in an opportunity."""
        chosen = np.zeros(self.story.people.size, np.bool_)
        for kind in ("buying_group_role", "opportunity"):
            person = numbers(self.books[kind]["contact_id"])
            chosen[person[person > 0] - self.story.people.first] = True
        return chosen

    @cached_property
    def inquiry_of_activity(self) -> Ints:
        """The row of the inquiry that each activity was for, -1 for none."""
        number = numbers(self.books["activity"]["inquiry_id"])
        return np.where(number < 0, -1, number - self.story.first)

    @cached_property
    def activity_in_salesforce(self) -> Flags:
        """Which activities were for leads and opportunities of Salesforce."""
        inquiry = self.inquiry_of_activity
        return (inquiry < 0) | self.in_salesforce[inquiry]

    @cached_property
    def lead_of_person(self) -> Ints:
        """The row of the first inquiry by which Salesforce knows each of the people, -1 for none."""
        lead = np.full(self.story.people.size, -1)
        rows = np.flatnonzero(self.in_salesforce)[::-1]
        lead[self.story.hands.person[rows]] = rows
        return lead
