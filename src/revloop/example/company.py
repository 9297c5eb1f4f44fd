"""The example company: made from a size and a seed, written as facts or as exports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
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
    lead_facts,
    learning,
    marketing,
    people,
    planted,
    price_facts,
    team,
    touches,
)
from revloop.example.sizes import SIZES, Size, SizeName
from revloop.example.story import Story
from revloop.example.tables import together
from revloop.example.truths import TRUTHS, Truths
from revloop.example.world import World

SEED = 20260101

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

    def write_facts(self, folder: Path) -> None:
        """One `<kind>.parquet` in staged form for each kind, a group of rows for each block."""
        folder.mkdir(parents=True, exist_ok=True)
        for kind, make in SHARED.items():
            pq.write_table(make(self.world), folder / f"{kind}.parquet")
        # The truths are gathered from each block while it is in memory.
        self._write_truths(folder, self._written(folder))

    def _written(self, folder: Path) -> Iterator[Story]:
        """Each block, when its facts have been written."""
        writers: dict[str, pq.ParquetWriter] = {}
        try:
            for story in self.stories():
                for kind, of_block in BY_BLOCK.items():
                    table = of_block(story)
                    if kind not in writers:
                        writers[kind] = pq.ParquetWriter(folder / f"{kind}.parquet", table.schema)
                    writers[kind].write_table(table)
                yield story
        finally:
            for writer in writers.values():
                writer.close()

    def truths(self) -> dict[str, Any]:
        """Every planted effect, with its parameters and the rows that it concerns."""
        return planted.planted(self.world, self.stories())

    def _write_truths(self, folder: Path, stories: Iterator[Story]) -> None:
        document = planted.planted(self.world, stories)
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (folder / "truths.json").write_text(text + "\n", encoding="utf-8")


def make(
    size: SizeName | Size, *, until: date, seed: int = SEED, truths: Truths = TRUTHS
) -> Company:
    """The example company in the two years before the day `until`.

    `size` is `small` (400 inquiries), `demo` (20,000) or `large` (1,000,000 in blocks, so that no
    more than one is in memory). Another seed makes another company with the same truths.
    """
    return Company(World(seed, SIZES[size] if isinstance(size, str) else size, until, truths))
