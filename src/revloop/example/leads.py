"""What became of each raised hand: who got it, when it was answered, how far it came.

    captured ─► mql ─► offered ─► sal ─► sql ─► opportunity
                          └──────────┴──────┴────► recycled ─► returned ─► mql … (a second pass)

Times are drawn in open hours of the seller's calendar, so that nights, weekends and both changes of
the clock shape them as they shape real ones. What would happen after the last day has not happened.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from revloop.example import agreements
from revloop.example.chance import between, choose, happens, long_tailed, stream
from revloop.example.companies import TIERS, Companies
from revloop.example.demand import CONSENTS, FORMS, HOT, KINDS, Hands, Raisers
from revloop.example.moments import (
    DAY,
    MINUTE,
    NEVER,
    SECOND,
    Flags,
    Floats,
    Ints,
    known,
    quarter_of,
    until,
    whole_seconds,
)
from revloop.example.team import Floor
from revloop.example.truths import STEPS
from revloop.example.world import World
from revloop.kit.working_time.columns import Clocks, due

LANES = (
    "everybody", "existing_customer", "inbound_call", "demo_request", "low_value", "content", "other",
)  # fmt: skip
RECYCLE_REASONS = ("not_now", "no_budget", "no_contact", "wrong_person")
DISQUALIFY_REASONS = ("student", "job_seeker", "no_such_person", "competitor")
REASONS = (*RECYCLE_REASONS, *DISQUALIFY_REASONS)
_REASON_SHARES = (0.42, 0.13, 0.10, 0.07, 0.12, 0.07, 0.05, 0.04)
COMES_BACK = ("not_now", "no_budget")
RETURN_AFTER = 90 * DAY
UNSAID = 0.4
"""Share of rejections without a reason before both teams wrote an agreement together."""
ACCEPT, RECYCLE, DISQUALIFY, EXPIRE = range(4)
OPEN_MINUTES_OF_DAY = 540
_SLOW_MEDIAN = 190.0
"""Open minutes until an answer that is not at once."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Who got each inquiry, and when they first tried to reach the person."""

    owner: Ints
    """Position on the sales floor; -1 where nobody got it: machines, repetitions, low value."""
    routed_at: Ints
    first_attempt: Ints
    is_fast: Flags
    """Within five open minutes."""


@dataclass(frozen=True, eq=False)
class Passes:
    """Ways through the stages in columns; instants are NEVER where a stage was not reached.

    One row for each inquiry that became an MQL, and one more for each that came back.
    """

    inquiry: Ints
    number: Ints
    """1, or 2 for the pass after a return."""
    returned_at: Ints
    mql_at: Ints
    offered_at: Ints
    decided_at: Ints
    verdict: Ints
    reason: Ints
    """Why it was refused or recycled, as a number of `REASONS`; -1 for none."""
    sal_at: Ints
    sql_at: Ints
    opportunity_at: Ints
    recycled_at: Ints
    """When it was given back, whether refused at once or after it had been worked."""
    return_on: Ints
    lost_to_leak: Ints
    """The number of the step that the leak took, -1 for none."""

    @property
    def size(self) -> int:
        return self.inquiry.size


def lanes(hands: Hands, companies: Companies, is_customer: Flags) -> Ints:
    """The lane of the agreement in force when each hand was raised, as a number of `LANES`."""
    version = agreements.version_at(hands.at)
    demo = np.isin(
        hands.form, [FORMS.index(name) for name in ("demo", "contact_sales", "pricing_quote")]
    )
    content = np.isin(
        hands.kind, [KINDS.index(name) for name in ("content_download", "webinar_attended")]
    )
    tests = (
        (is_customer, "existing_customer"),
        (hands.kind == KINDS.index("inbound_call"), "inbound_call"),
        (demo, "demo_request"),
        (companies.tier[hands.company] == TIERS.index("out"), "low_value"),
        (content, "content"),
    )
    lane = np.select(
        [test for test, _ in tests], [LANES.index(name) for _, name in tests], LANES.index("other")
    )
    lane = np.where(agreements.has_lanes(version), lane, LANES.index("everybody"))
    return np.where(version == agreements.NO_VERSION, -1, lane)


def answer(world: World, block: int, hands: Hands, companies: Companies, floor: Floor) -> Answers:
    """Route each inquiry and draw when it is answered: hot ones sooner than cold ones."""
    chance = stream(world.seed, block, "answers")
    size = hands.size
    lane = lanes(hands, companies, companies.is_old_customer[hands.company])
    is_worked = (hands.repeats < 0) & ~hands.is_bot & (lane != LANES.index("low_value"))
    region = companies.region[hands.company]
    is_old = companies.is_old_customer[hands.company]
    owner = np.where(is_old, floor.in_turn(region, "Success Manager"), floor.in_turn(region, "SDR"))
    routed_at = hands.at + between(chance, 1, 40, size) * SECOND
    is_fast = happens(chance, np.array(world.truths.fast_share)[hands.heat], size)
    never = happens(chance, world.truths.never_share, size) & ~is_fast
    slow = np.clip(long_tailed(chance, _SLOW_MEDIAN, 1.3, size), 6.0, 14_000.0)
    minutes = np.where(is_fast, 0.5 + 4.3 * chance.random(size), slow)
    attempt = after_open_time(floor, owner, routed_at, minutes)
    return Answers(
        owner=np.where(is_worked, owner, -1),
        routed_at=np.where(is_worked, routed_at, NEVER),
        first_attempt=np.where(is_worked & ~never, attempt, NEVER),
        is_fast=is_fast & is_worked,
    )


def after_open_time(floor: Floor, owner: Ints, start: Ints, minutes: Floats) -> Ints:
    """The instant at which so many minutes of the owner's hours have passed."""
    begun = np.where(known(start), start, 0)
    clocks = Clocks(agreements.calendars(), floor.calendar[owner], begun.view("M8[us]"))
    budget = (minutes * 60).astype(np.int64).view("m8[s]").astype("m8[us]")
    return np.where(known(start), due(clocks, budget).view(np.int64), NEVER)


@dataclass(frozen=True, eq=False)
class Ways:
    """Draws the ways of inquiries through the stages."""

    world: World
    chance: np.random.Generator
    hands: Hands
    companies: Companies
    raisers: Raisers
    answers: Answers
    floor: Floor

    def first_pass(self) -> Passes:
        """Those that become an MQL, and how far they come."""
        hands, truths = self.hands, self.world.truths
        worked = known(self.answers.routed_at) & ~self.companies.is_old_customer[hands.company]
        inquiry = np.flatnonzero(worked)
        chances = np.array(truths.captured_mql)[hands.heat] * self._may_qualify()
        enters, leaked = self._step(0, inquiry, hands.at[inquiry], chances[inquiry])
        inquiry = inquiry[enters | leaked]
        warm_up = np.array([8 * MINUTE, 2 * DAY, 9 * DAY])[hands.heat[inquiry]]
        lag = np.minimum(
            long_tailed(self.chance, warm_up.astype(float), 0.7, inquiry.size), 30 * DAY
        )
        at = hands.at[inquiry] + MINUTE + lag.astype(np.int64)
        leaked = leaked[enters | leaked]
        return self._pass(
            inquiry, 1, np.full(inquiry.size, NEVER), np.where(leaked, NEVER, at), leaked
        )

    def second_pass(self, first: Passes) -> Passes:
        """Those that had been recycled, and came back when their day had come."""
        rows = np.flatnonzero(known(first.return_on))
        rows = rows[happens(self.chance, self.world.truths.returned_share, rows.size)]
        late = np.where(
            happens(self.chance, 0.25, rows.size), between(self.chance, 6, 25, rows.size), 0
        )
        days = late + self.chance.random(rows.size) * 3
        back = whole_seconds(first.return_on[rows] + (days * DAY).astype(np.int64))
        return self._pass(
            first.inquiry[rows], 2, back, back + 5 * MINUTE, np.zeros(rows.size, np.bool_)
        )

    def _pass(
        self, inquiry: Ints, number: int, returned_at: Ints, mql_at: Ints, leaked: Flags
    ) -> Passes:
        truths, chance, size = self.world.truths, self.chance, inquiry.size
        company, source = self.hands.company[inquiry], self.hands.source[inquiry]
        offered = _later(mql_at, between(chance, 1, 20, size) * MINUTE)
        attempt = self.answers.first_attempt[inquiry]
        reached = known(attempt)
        rates = np.array(truths.mql_sal)[source, self.companies.segment[company]]
        accepted, leak_sal = self._step(1, inquiry, mql_at, rates * reached)
        decided = self._decided(offered, attempt, inquiry)
        sal = np.where(accepted, decided, NEVER)
        fast = self.answers.is_fast[inquiry] & (number == 1)
        rates = truths.sal_sql * np.where(fast, truths.response_risk_ratio, 1.0)
        qualified, leak_sql = self._step(2, inquiry, sal, rates)
        sql = self._worked_on(inquiry, np.where(qualified, sal, NEVER), 3.0)
        helped = np.where(self.hands.touched[inquiry], np.array(truths.channel_risk_ratios), 1.0)
        became, leak_opp = self._step(3, inquiry, sql, truths.sql_opportunity * helped.prod(axis=1))
        opportunity = self._worked_on(inquiry, np.where(became, sql, NEVER), 4.0)
        verdict, reason = self._refusals(accepted, reached, became)
        given_back = self._given_back(decided, sal, sql, opportunity)
        recycled = np.where((verdict == RECYCLE) | accepted, given_back, NEVER)
        return Passes(
            inquiry=inquiry,
            number=np.full(size, number),
            returned_at=returned_at,
            mql_at=mql_at,
            offered_at=offered,
            decided_at=decided,
            verdict=verdict,
            reason=reason,
            sal_at=sal,
            sql_at=sql,
            opportunity_at=opportunity,
            recycled_at=recycled,
            return_on=_return_on(recycled, reason),
            lost_to_leak=np.select([leaked, leak_sal, leak_sql, leak_opp], range(len(STEPS)), -1),
        )

    def _step(self, step: int, inquiry: Ints, at: Ints, chances: Floats) -> tuple[Flags, Flags]:
        """Who takes a step; and who would have, but for the leak of that quarter."""
        takes = known(at) & happens(self.chance, chances, inquiry.size)
        leaked = np.zeros(inquiry.size, np.bool_)
        quarter = np.where(known(at), quarter_of(np.where(known(at), at, 0)), -1)
        segment = self.companies.segment[self.hands.company[inquiry]]
        for leak in self.world.leaks:
            if leak.step != STEPS[step]:
                continue
            cell = (quarter == leak.quarter) & (segment == leak.segment)
            if cell.any():
                # Thinned by one share, so that every ratio inside the cell stays as it is.
                share = min(1.0, self.world.truths.leak_pp / 100 / chances[cell].mean())
                leaked |= cell & takes & happens(self.chance, share, inquiry.size)
        return takes & ~leaked, leaked

    def _may_qualify(self) -> Flags:
        """With consent, and out of reach only if it asks for a talk itself."""
        out = self.companies.tier[self.hands.company] == TIERS.index("out")
        denied = self.raisers.consent[self.hands.person] == CONSENTS.index("denied")
        return np.asarray(~denied & (~out | (self.hands.heat == HOT)))

    def _decided(self, offered: Ints, attempt: Ints, inquiry: Ints) -> Ints:
        """When sales decided, or would have had to: silence expires an offer."""
        owner = self.answers.owner[inquiry]
        minutes = np.clip(long_tailed(self.chance, 260.0, 0.9, inquiry.size), 10.0, 9_000.0)
        silence = agreements.SILENCE.total_seconds() / 60
        minutes = np.where(known(attempt), minutes, silence)
        decided = after_open_time(self.floor, owner, offered, minutes)
        return np.where(known(offered), np.maximum(decided, _later(attempt, 6 * MINUTE)), NEVER)

    def _worked_on(self, inquiry: Ints, since: Ints, median: float) -> Ints:
        """When sellers have worked on it for some days, and one day at least."""
        days = np.minimum(1.0 + long_tailed(self.chance, median, 0.55, inquiry.size), 15.0)
        owner = self.answers.owner[inquiry]
        return after_open_time(self.floor, owner, since, days * OPEN_MINUTES_OF_DAY)

    def _refusals(self, accepted: Flags, reached: Flags, became: Flags) -> tuple[Ints, Ints]:
        """The verdict on each offer, and the reason of those that did not become opportunities."""
        size = accepted.size
        reason = choose(self.chance, _REASON_SHARES, size)
        # What had been accepted first can only be given back, not struck out.
        recycles = reason % len(RECYCLE_REASONS)
        reason = np.where(accepted, recycles, reason)
        refused = np.where(reason < len(RECYCLE_REASONS), RECYCLE, DISQUALIFY)
        verdict = np.where(accepted, ACCEPT, np.where(reached, refused, EXPIRE))
        return verdict, np.where(became | (verdict == EXPIRE), -1, reason)

    def _given_back(self, decided: Ints, sal: Ints, sql: Ints, opportunity: Ints) -> Ints:
        """When what did not become an opportunity is given back to marketing."""
        size = decided.size
        after_sal = _later(sal, between(self.chance, 22, 40, size) * DAY)
        after_sql = _later(sql, between(self.chance, 22, 45, size) * DAY)
        back = np.select([known(sql), known(sal)], [after_sql, after_sal], decided)
        return np.where(known(opportunity), NEVER, back)


def pass_stages(ways: Ways) -> Passes:
    """All ways through the stages, the second ones after the first."""
    first = ways.first_pass()
    second = ways.second_pass(first)
    both = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])
        for name in Passes.__dataclass_fields__
    }
    return Passes(**both)


def as_seen_by(passes: Passes, end: int) -> Passes:
    """The ways so far: what comes after the last day has not happened."""
    seen = {
        name: until(end, getattr(passes, name))
        for name in Passes.__dataclass_fields__
        if name.endswith("_at")
    }
    decided = known(seen["decided_at"])
    ended = known(seen["recycled_at"]) | (decided & (passes.verdict == DISQUALIFY))
    seen["verdict"] = np.where(decided, passes.verdict, -1)
    seen["reason"] = np.where(ended, passes.reason, -1)
    seen["return_on"] = np.where(known(seen["recycled_at"]), passes.return_on, NEVER)
    rows = np.flatnonzero(known(seen["mql_at"]) | (passes.lost_to_leak == 0))
    return Passes(
        **{
            name: seen.get(name, getattr(passes, name))[rows]
            for name in Passes.__dataclass_fields__
        }
    )


def without(passes: Passes, gone: Flags) -> Passes:
    """The ways of all other inquiries."""
    rows = np.flatnonzero(~gone[passes.inquiry])
    return Passes(**{name: getattr(passes, name)[rows] for name in Passes.__dataclass_fields__})


def _later(at: Ints, by: Ints | int) -> Ints:
    return np.where(known(at), at + by, NEVER)


def _return_on(recycled: Ints, reason: Ints) -> Ints:
    """90 days later, or at the next year of the budget."""
    begun = np.where(known(recycled), recycled, 0)
    next_year = (begun.view("M8[us]").astype("M8[Y]") + 1).astype("M8[us]").view(np.int64)
    no_budget = reason == REASONS.index("no_budget")
    day = np.where(no_budget, np.maximum(next_year, begun + RETURN_AFTER), begun + RETURN_AFTER)
    comes_back = np.isin(reason, [REASONS.index(name) for name in COMES_BACK])
    return np.where(known(recycled) & comes_back, day - day % DAY, NEVER)
