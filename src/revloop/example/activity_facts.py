"""What sellers did, as facts: attempts, automated mails, talks, meetings, revisits."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from revloop.example.chance import between, choose, happens, stream
from revloop.example.leads import REASONS
from revloop.example.moments import DAY, HOUR, MINUTE, SECOND, Ints, known
from revloop.example.selling import return_days
from revloop.example.story import Story
from revloop.example.tables import Column, ids, references, staged, together, words

KINDS = ("call", "email", "social", "meeting", "video")
DIRECTIONS = ("out", "two_way")
OUTCOMES = ("no_answer", "voicemail", "replied", "bounced", "connected", "held", "no_show")
_NO_ANSWER, _VOICEMAIL, _REPLIED, _BOUNCED, _CONNECTED, _HELD, _NO_SHOW = range(7)
AUTOMATED_SHARE = 0.35


def activities(story: Story) -> pa.Table:
    """Attempts, automated mails, and the talks: those that qualify, and those of opportunities."""
    return together(
        _tries(story), _automated(story), _talks(story), _meetings(story), _revisits(story)
    )


def _tries(story: Story) -> pa.Table:
    tries = story.attempts
    chance = stream(story.world.seed, story.block, "tries")
    size = tries.inquiry.size
    kind = choose(chance, (0.56, 0.36, 0.08), size)
    called = choose(chance, (0.55, 0.33, 0.0, 0.0, 0.12), size)
    written = choose(chance, (0.78, 0.0, 0.16, 0.06), size)
    outcome = np.where(kind == 0, called, written)
    passes = story.passes
    unreachable = np.zeros(story.hands.size, np.bool_)
    unreachable[passes.inquiry[passes.reason == REASONS.index("no_contact")]] = True
    silent = unreachable[tries.inquiry] & np.isin(outcome, (_CONNECTED, _REPLIED))
    outcome = np.where(silent, _NO_ANSWER, outcome)
    seconds = np.where(
        outcome == _CONNECTED, between(chance, 60, 900, size), between(chance, 5, 50, size)
    )
    return staged(
        "activity",
        {
            "source_id": ids("at", story.first + np.arange(size)),
            **_of_inquiry(story, tries.inquiry, tries.at),
            "kind": words(KINDS, kind),
            "direction": words(DIRECTIONS, np.zeros(size, np.int64)),
            "outcome": words(OUTCOMES, outcome),
            "automated": np.zeros(size, np.bool_),
            "duration_seconds": np.where(kind == 0, seconds.astype(float), np.nan),
        },
    )


def _automated(story: Story) -> pa.Table:
    """A mail that thanks for the request: no person wrote it."""
    chance = stream(story.world.seed, story.block, "automated")
    sent = (story.answers.owner >= 0) & happens(chance, AUTOMATED_SHARE, story.hands.size)
    rows = np.flatnonzero(sent)
    at = story.answers.routed_at[rows] + between(chance, 40, 200, rows.size) * SECOND
    rows, at = rows[at < story.world.end], at[at < story.world.end]
    return staged(
        "activity",
        {
            "source_id": ids("au", story.first + rows),
            **_of_inquiry(story, rows, at),
            "kind": words(KINDS, np.full(rows.size, KINDS.index("email"))),
            "direction": words(DIRECTIONS, np.zeros(rows.size, np.int64)),
            "automated": np.ones(rows.size, np.bool_),
        },
    )


def _talks(story: Story) -> pa.Table:
    """The talk that shows need, way to a decision and timing comes just before the SQL."""
    passes = story.passes
    rows = np.flatnonzero(known(passes.sql_at))
    chance = stream(story.world.seed, story.block, "talks")
    length = between(chance, 900, 2_700, rows.size)
    at = passes.sql_at[rows] - length * SECOND - MINUTE
    return staged(
        "activity",
        {
            "source_id": ids("tk", story.first + rows),
            **_of_inquiry(story, passes.inquiry[rows], at),
            "kind": words(KINDS, choose(chance, (0.4, 0, 0, 0.1, 0.5), rows.size)),
            "direction": words(DIRECTIONS, np.ones(rows.size, np.int64)),
            "outcome": words(OUTCOMES, np.full(rows.size, _CONNECTED)),
            "automated": np.zeros(rows.size, np.bool_),
            "duration_seconds": length.astype(float),
        },
    )


def _meetings(story: Story) -> pa.Table:
    met = story.meetings
    size = met.deal.size
    chance = stream(story.world.seed, story.block, "meeting lengths")
    seconds = between(chance, 3, 9, size) * 600.0
    return staged(
        "activity",
        {
            "source_id": ids("mt", story.first + np.arange(size)),
            "at": met.at,
            "recorded_at": met.at + 90 * MINUTE,
            "opportunity_id": references("o", story.first + met.deal),
            "contact_id": story.people.references(met.person),
            "account_id": story.companies.references(story.deals.company[met.deal]),
            "user_id": story.floor.references(story.deals.owner[met.deal]),
            "kind": words(KINDS, choose(chance, (0, 0, 0, 0.25, 0.75), size)),
            "direction": words(DIRECTIONS, np.ones(size, np.int64)),
            "outcome": words(OUTCOMES, np.where(met.was_held, _HELD, _NO_SHOW)),
            "automated": np.zeros(size, np.bool_),
            "duration_seconds": np.where(met.was_held, seconds, np.nan),
        },
    )


def _revisits(story: Story) -> pa.Table:
    """Lost opportunities whose day has come are asked again: most, and not all of those in time."""
    chance = stream(story.world.seed, story.block, "revisits")
    deals = story.deals
    day = return_days(deals, story.world.end)
    late = np.where(happens(chance, 0.25, deals.size), between(chance, 16, 60, deals.size), 0)
    at = day + (late + between(chance, 0, 12, deals.size)) * DAY + 15 * HOUR
    asked = known(day) & happens(chance, 0.7, deals.size) & (at < story.world.end)
    rows = np.flatnonzero(asked)
    return staged(
        "activity",
        {
            "source_id": ids("rv", story.first + rows),
            "at": at[rows],
            "recorded_at": at[rows] + MINUTE,
            "opportunity_id": references("o", story.first + rows),
            "contact_id": story.people.references(story.main_people[rows]),
            "account_id": story.companies.references(deals.company[rows]),
            "user_id": story.floor.references(deals.owner[rows]),
            "kind": words(KINDS, choose(chance, (0.5, 0.5), rows.size)),
            "direction": words(DIRECTIONS, np.zeros(rows.size, np.int64)),
            "outcome": words(OUTCOMES, choose(chance, (0.7, 0, 0.3), rows.size)),
            "automated": np.zeros(rows.size, np.bool_),
        },
    )


def _of_inquiry(story: Story, inquiry: Ints, at: Ints) -> dict[str, Column | Ints]:
    hands = story.hands
    return {
        "at": at,
        "recorded_at": at + 30 * SECOND,
        "inquiry_id": references("i", story.first + inquiry),
        "contact_id": story.people.references_at(hands.person[inquiry], hands.at[inquiry]),
        "account_id": story.companies.references(hands.company[inquiry]),
        "user_id": story.floor.references(story.answers.owner[inquiry]),
    }
