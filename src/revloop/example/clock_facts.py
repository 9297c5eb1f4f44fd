"""The clocks of promises: started, paused, resumed and stopped under the agreement in force.

A clock is judged by the version that was in force when it started. Before the first there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from revloop.example import agreements, leads
from revloop.example.chance import between, happens, stream
from revloop.example.lead_facts import VERSION_NAMES
from revloop.example.leads import LANES
from revloop.example.moments import HOUR, NEVER, Flags, Ints, known
from revloop.example.story import Story
from revloop.example.tables import ids, joined, only, references, staged, words
from revloop.kit.working_time.columns import Clocks, Pauses, due

PROMISES = ("answer", "answer_5min", "answer_1day", "answer_customer", "decide")
EVENTS = ("started", "paused", "resumed", "stopped")
_STARTED, _PAUSED, _RESUMED, _STOPPED = range(4)
CAUSES = ("routed", "offered", "human_attempt", "decision")
_OFFICE = agreements.CALENDARS.index("office")
PAUSED_SHARE = 0.05


@dataclass(frozen=True, eq=False)
class Promised:
    """Clocks in columns."""

    number: Ints
    inquiry: Ints
    promise: Ints
    start: Ints
    stop: Ints
    pause: Ints
    resume: Ints
    is_decision: Flags

    @property
    def size(self) -> int:
        return self.number.size


def clock_events(story: Story) -> pa.Table:
    return pa.concat_tables(
        [_events(story, "ka", _answers(story)), _events(story, "kd", _decisions(story))]
    )


def _answers(story: Story) -> Promised:
    """From routed to the first attempt of a person."""
    answers = story.answers
    lane = leads.lanes(story.hands, story.companies, story.from_customer)
    clock_of = [agreements.CLOCK_OF_LANE.get(name) for name in LANES]
    promise_of = np.array([PROMISES.index(name) if name else -1 for name in clock_of])
    routed = known(answers.routed_at) & (answers.routed_at < story.world.end) & (lane >= 0)
    promise = np.where(routed, promise_of[np.maximum(lane, 0)], -1)
    rows = np.flatnonzero(promise >= 0)
    never = np.full(rows.size, NEVER)
    stop = answers.first_attempt[rows]
    return Promised(
        number=rows,
        inquiry=rows,
        promise=promise[rows],
        start=answers.routed_at[rows],
        stop=np.where(stop < story.world.end, stop, NEVER),
        pause=never,
        resume=never,
        is_decision=np.zeros(rows.size, np.bool_),
    )


def _decisions(story: Story) -> Promised:
    """From offered to the decision; some stand still until a call that the buyer asked for."""
    passes = story.passes
    offered = np.where(known(passes.offered_at), passes.offered_at, 0)
    promised = known(passes.offered_at) & (agreements.version_at(offered) >= 1)
    rows = np.flatnonzero(promised)
    start, stop = passes.offered_at[rows], passes.decided_at[rows]
    silent = passes.verdict[rows] == leads.EXPIRE
    chance = stream(story.world.seed, story.block, "pauses")
    pause = start + between(chance, 2, 20, rows.size) * HOUR
    resume = pause + between(chance, 5, 30, rows.size) * HOUR
    end = np.where(known(stop) & ~silent, stop, story.world.end)
    paused = happens(chance, PAUSED_SHARE, rows.size) & (resume < end)
    return Promised(
        number=rows,
        inquiry=passes.inquiry[rows],
        promise=np.full(rows.size, PROMISES.index("decide")),
        start=start,
        stop=np.where(silent, NEVER, stop),
        pause=np.where(paused, pause, NEVER),
        resume=np.where(paused, resume, NEVER),
        is_decision=np.ones(rows.size, np.bool_),
    )


def _events(story: Story, prefix: str, clocks: Promised) -> pa.Table:
    """The events of the clocks, each with the instant at which the clock is then due."""
    owner = story.answers.owner[clocks.inquiry]
    version = agreements.version_at(clocks.start)
    calendar = np.where(version == 0, _OFFICE, story.floor.calendar[owner])
    due_at = _due(clocks, version, calendar, with_pauses=False)
    due_after = _due(clocks, version, calendar, with_pauses=True)
    at = np.stack([clocks.start, clocks.pause, clocks.resume, clocks.stop], axis=1)
    due_then = np.stack([due_at, np.full_like(due_at, NEVER), due_after, due_after], axis=1)
    row, event = np.nonzero(known(at))
    cause = np.full(row.size, -1)
    cause[event == _STARTED] = clocks.is_decision[row[event == _STARTED]].astype(np.int64)
    cause[event == _STOPPED] = 2 + clocks.is_decision[row[event == _STOPPED]].astype(np.int64)
    clock = ids(prefix, story.first + clocks.number[row])
    events = words(EVENTS, event)
    return staged(
        "clock_event",
        {
            "source_id": joined("-", clock, events),
            "at": at[row, event],
            "recorded_at": at[row, event],
            "clock": clock,
            "event": events,
            "promise": words(PROMISES, clocks.promise[row]),
            "inquiry_id": references("i", story.first + clocks.inquiry[row]),
            "owner_user_id": story.floor.references(owner[row]),
            "calendar": words(agreements.CALENDARS, calendar[row]),
            "cause": words(CAUSES, cause),
            "reason": only(
                event == _PAUSED, words((agreements.PAUSE,), np.zeros(row.size, np.int64))
            ),
            "due_at": due_then[row, event],
            "agreement_version": words(VERSION_NAMES, version[row]),
        },
    )


def _due(clocks: Promised, version: Ints, calendar: Ints, *, with_pauses: bool) -> Ints:
    budgets = np.array(
        [
            [
                edition.promises.get(name, edition.promises[next(iter(edition.promises))])
                for name in PROMISES
            ]
            for edition in agreements.VERSIONS
        ],
        "m8[us]",
    )
    paused = np.flatnonzero(known(clocks.pause)) if with_pauses else np.array([], np.int64)
    pauses = Pauses(
        paused, clocks.pause[paused].view("M8[us]"), clocks.resume[paused].view("M8[us]")
    )
    timed = Clocks(agreements.calendars(), calendar, clocks.start.view("M8[us]"), pauses)
    return due(timed, budgets[version, clocks.promise]).view(np.int64)
