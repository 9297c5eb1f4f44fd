"""The example company: made from a size and a seed, written as facts or as exports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from revloop.example import (
    activity_facts,
    catalogue,
    clock_facts,
    companies,
    content,
    customer_facts,
    deal_facts,
    exports,
    lead_facts,
    learning,
    marketing,
    people,
    planted,
    price_facts,
    team,
    touches,
)
from revloop.example.exports.books import Books
from revloop.example.sizes import SIZES, Size, SizeName
from revloop.example.story import Story
from revloop.example.tables import together
from revloop.example.truths import TRUTHS, Truths
from revloop.example.world import World
from revloop.facts.kinds import WHO_IS_WHO

SEED = 20260101
UNTIL = date(2026, 10, 1)
"""The day before which its two years end, so that all three agreements came into force in them."""

SHARED: dict[str, Callable[[World], pa.Table]] = {
    "team": lambda _: team.teams(),
    "user": lambda world: team.users(world.size.blocks),
    "user_calendar": lambda _: team.user_calendars(),
    "absence": lambda world: team.absences(world.seed, world.size.blocks, world.begin, world.end),
    "campaign": lambda world: marketing.campaigns(world.marketing),
    "spend": lambda world: marketing.spend(world.seed, world.marketing),
    "product": lambda _: catalogue.products(),
    "price_book_entry": lambda _: catalogue.price_book(),
    "content_asset": content.assets,
    "survey_response": learning.survey_responses,
}
"""Kinds that all blocks share."""

BY_BLOCK: dict[str, Callable[[Story], pa.Table]] = {
    "account": lambda story: companies.accounts(
        story.companies, story.floor, story.customer_since, story.world.end
    ),
    "account_identity": lambda story: companies.account_identities(
        story.companies, story.world.begin
    ),
    "contact": lambda story: together(
        people.contacts(story.people, story.companies, story.world.end),
        touches.visitor_contacts(story),
    ),
    "contact_identity": lambda story: people.identities(story.people, story.world.end),
    "contact_account": lambda story: people.matches(story.people, story.companies),
    "touch": touches.touches,
    "activity": activity_facts.activities,
    "inquiry": lead_facts.inquiries,
    "lifecycle_transition": lead_facts.lifecycle,
    "qualification_decision": lead_facts.decisions,
    "handoff": lead_facts.handoffs,
    "assignment": lead_facts.assignments,
    "clock_event": clock_facts.clock_events,
    "opportunity": deal_facts.opportunities,
    "opportunity_stage": deal_facts.stage_history,
    "buying_group_role": deal_facts.buying_group_roles,
    "win_loss_answer": deal_facts.win_loss_answers,
    "quote_line": price_facts.quote_lines,
    "discount_request": price_facts.discount_requests,
    "booking": customer_facts.bookings,
    "content_use": content.content_uses,
    "experiment_exposure": learning.experiment_exposures,
    "experiment_outcome": learning.experiment_outcomes,
    "ticket": customer_facts.tickets,
}
"""Kinds that each block makes for itself."""

KINDS = (*SHARED, *BY_BLOCK)

"""Kinds that nobody imports: operations publish them, when they have found out themselves."""


@dataclass(frozen=True, eq=False)
class Company:
    """A company without a clock: the same arguments make the same company, byte for byte."""

    world: World

    def stories(self) -> Iterator[Story]:
        """Block by block; a company of one block keeps it."""
        if self.world.size.blocks == 1:
            yield self._only_story
        else:
            for block in range(self.world.size.blocks):
                yield Story(self.world, block)

    @cached_property
    def _only_story(self) -> Story:
        return Story(self.world, 0)

    def table(self, kind: str) -> pa.Table:
        """All facts of one kind, in staged form."""
        if kind in SHARED:
            return SHARED[kind](self.world)
        return pa.concat_tables([BY_BLOCK[kind](story) for story in self.stories()])

    def write_facts(self, folder: Path, *, truth: Path | None = None) -> None:
        """One `<kind>.parquet` in staged form for each kind, a group of rows for each block.

        The folder is fit for an import. What an import has to find out itself goes to the folder
        `truth`, which must be another one: `truths.json`, and the files of `WHO_IS_WHO`.
        """
        for each in (folder, truth):
            if each is not None:
                each.mkdir(parents=True, exist_ok=True)
        for kind, make in SHARED.items():
            pq.write_table(make(self.world), folder / f"{kind}.parquet")
        places = dict.fromkeys(BY_BLOCK, folder) | dict.fromkeys(WHO_IS_WHO, truth)
        files = {kind: place / f"{kind}.parquet" for kind, place in places.items() if place}
        # The truths are gathered from each block while it is in memory.
        document = planted.planted(self.world, self._written(files))
        if truth is not None:
            text = json.dumps(document, indent=1, ensure_ascii=False)
            (truth / "truths.json").write_text(text + "\n", encoding="utf-8")

    def _written(self, files: Mapping[str, Path]) -> Iterator[Story]:
        """Each block, when its facts have been written."""
        writers: dict[str, pq.ParquetWriter] = {}
        try:
            for story in self.stories():
                for kind, file in files.items():
                    table = BY_BLOCK[kind](story)
                    if kind not in writers:
                        writers[kind] = pq.ParquetWriter(file, table.schema)
                    writers[kind].write_table(table)
                yield story
        finally:
            for writer in writers.values():
                writer.close()

    def write_exports(self, folder: Path, *, truth: Path | None = None) -> None:
        """The same company as HubSpot and Salesforce export it, in a folder for each.

        What an import has to find goes to the folder `truth`: counts and broken rows in
        `exports.json`, who each record is in `exports_people.parquet`.
        """
        exports.write_exports(map(self._books, self.stories()), folder, truth)

    def _books(self, story: Story) -> Books:
        shared = {kind: partial(make, self.world) for kind, make in SHARED.items()}
        of_block = {kind: partial(make, story) for kind, make in BY_BLOCK.items()}
        return Books(story, shared | of_block)

    def truths(self) -> dict[str, Any]:
        """Every planted effect, with its parameters and the rows that it concerns."""
        return planted.planted(self.world, self.stories())


def make(
    size: SizeName | Size, *, until: date, seed: int = SEED, truths: Truths = TRUTHS
) -> Company:
    """The example company in the two years before the day `until`.

    `size` is `small` (400 inquiries), `demo` (20,000) or `large` (1,000,000 in blocks, so that no
    more than one is in memory). Another seed makes another company with the same truths.
    """
    return Company(World(seed, SIZES[size] if isinstance(size, str) else size, until, truths))
