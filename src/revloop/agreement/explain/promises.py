"""Every promise as a sentence that the other side can hold somebody to."""

from __future__ import annotations

from decimal import Decimal

from revloop.agreement import wording
from revloop.agreement.explain.document import Promised
from revloop.agreement.form import (
    AnyPromise,
    ClockPromise,
    ClockTerm,
    CountPromise,
    CountTerm,
    Escalation,
    PacePromise,
    PaceTerm,
    SharePromise,
    ShareTerm,
)
from revloop.kit.money import Money

_STARTS = {
    "raised": "of a hand being raised",
    "routed": "of getting a lead",
    "offered": "of being offered a lead",
    "human_attempt": "of the first attempt by a person",
    "decision": "of the decision",
    "booking": "of the booking",
    "gap_ranked_top_5": "of a content gap being ranked among the top five",
    "asset_approved": "of an asset being approved",
}
_DEEDS = {
    "raised": "has the hand raised",
    "routed": "routes the lead to somebody",
    "offered": "offers the lead",
    "human_attempt": "personally tries to reach the customer",
    "decision": "accepts the lead, or rejects it with a reason",
    "booking": "books the order",
    "gap_ranked_top_5": "ranks the content gap",
    "asset_approved": "has an asset approved that closes it",
}
_MEASURES = {
    "mql_count": "qualified leads (MQLs)",
    "mql_expected_value": "qualified leads (MQLs) of this expected value",
}
_PLACES = {
    "working_days": "spread evenly over the working days",
    "calendar_days": "spread evenly over all days",
}
# Of what, and what a share of it is promised to be.
_SHARES = {
    ("offered", "acceptance"): "Sales accepts the leads that marketing offers",
    ("offered", "reason"): "Offered leads get an answer with a reason of this agreement",
    ("offered", "complete"): "Offered leads come with a complete hand-off",
    ("rejections", "acceptance"): "Rejected leads are accepted after all",
    ("rejections", "reason"): "Every rejection gives a reason of this agreement",
    ("rejections", "complete"): "Rejected leads came with a complete hand-off",
    ("handoffs", "acceptance"): "Sales accepts the leads that are handed over",
    ("handoffs", "reason"): "Hand-offs carry a reason of this agreement",
    ("handoffs", "complete"): "Every hand-off is complete",
    ("lost_returns_due", "acceptance"): "Sales accepts lost opportunities that come back",
    ("lost_returns_due", "reason"): "Lost opportunities that come back carry a reason",
    ("lost_returns_due", "complete"): "Lost opportunities come back with a complete hand-off",
    ("recycled_returns_due", "acceptance"): "Sales accepts recycled leads that come back",
    ("recycled_returns_due", "reason"): "Recycled leads that come back carry a reason",
    ("recycled_returns_due", "complete"): "Recycled leads come back with a complete hand-off",
}
_CASES = {
    "offered": "leads",
    "rejections": "rejections",
    "handoffs": "hand-offs",
    "lost_returns_due": "cases",
    "recycled_returns_due": "cases",
}
_DONE = {
    "offered": "of the offer, {team} takes up a lead",
    "rejections": "of the rejection, {team} takes up the lead again",
    "handoffs": "of the hand-off, {team} takes up the lead",
    "lost_returns_due": "of the day it is due back, {team} takes up a lost opportunity again",
    "recycled_returns_due": "of the day it is due back, {team} takes up a recycled lead again",
}


def promised(
    name: str, promise: AnyPromise, side: str, *, lanes: tuple[str, ...] = (), hours: str = ""
) -> Promised:
    """The promise in words.

    Args:
        name: Its name in the agreement.
        promise: The promise.
        side: The team that makes it.
        lanes: The lanes whose leads start its clock.
        hours: What counts its time, from `hours_of`; nothing if that is said elsewhere.
    """
    counted = (f"Time is counted in {hours}.",) if hours else ()
    match promise:
        case ClockPromise(clock=clock, goal=goal):
            return Promised(
                name,
                _clock(clock, side),
                wording.share(goal),
                "in time",
                (*_lanes(lanes), *counted, *_clock_notes(promise)),
            )
        case CountPromise(count=count, goal=goal):
            return Promised(name, _count(count, side), wording.share(goal), "of leads", counted)
        case SharePromise(share=share, goal=goal):
            of = f"of {_CASES[share.of]}"
            notes = _share_notes(promise)
            return Promised(name, _share(share, side), wording.share(goal), of, notes)
        case PacePromise(pace=pace):
            return _paced(name, pace, side)


def hours_of(promise: AnyPromise, working_days: str) -> str:
    """Whose working hours count the time of a promise; nothing for one without a clock."""
    match promise:
        case ClockPromise(calendar="owner"):
            return "the working hours of whoever has the lead"
        case ClockPromise(calendar=calendar):
            return f"the working hours of {wording.plain(calendar)}"
        case CountPromise(calendar=calendar):
            return f"the working days of {wording.plain(calendar or working_days)}"
        case _:
            return ""


def _clock(clock: ClockTerm, side: str) -> str:
    within, start = wording.duration(clock.within), _STARTS[clock.start]
    return f"Within {within} {start}, {side} {_DEEDS[clock.stop]}."


def _count(count: CountTerm, side: str) -> str:
    times = f"{count.at_least} time{'s' if count.at_least != 1 else ''}"
    unless = ", unless they talk sooner" if count.unless else ""
    within = wording.duration(count.within)
    return f"{side.capitalize()} tries to reach a lead at least {times} within {within}{unless}."


def _share(share: ShareTerm, side: str) -> str:
    if share.having:
        return f"{_SHARES[share.of, share.having]}."
    within = wording.duration(share.done_within) if share.done_within else ""
    return f"Within {within} {_DONE[share.of].format(team=side)}."


def _paced(name: str, pace: PaceTerm, side: str) -> Promised:
    says = f"{side.capitalize()} delivers {_MEASURES[pace.of]}, {_PLACES[pace.curve]}."
    if isinstance(pace.goal, Money):
        amount, currency = wording.money(pace.goal).rsplit(" ", 1)
        return Promised(name, says, amount, f"{currency} a {pace.per}")
    return Promised(name, says, wording.number(pace.goal), f"a {pace.per}")


def _lanes(lanes: tuple[str, ...]) -> tuple[str, ...]:
    if not lanes:
        return ()
    named = wording.listed([f"“{wording.plain(lane)}”" for lane in lanes])
    return (f"For leads of the lane{'s' if len(lanes) > 1 else ''} {named}.",)


def _clock_notes(promise: ClockPromise) -> tuple[str, ...]:
    notes = []
    if promise.escalate:
        told = "; ".join(escalation(step) for step in promise.escalate)
        notes.append(f"Told if it drags on: {told}.")
    if promise.reassign_at is not None:
        notes.append(f"{wording.titled(moment(promise.reassign_at))}, somebody else gets the lead.")
    return tuple(notes)


def escalation(step: Escalation) -> str:
    """`the manager at the deadline`."""
    people = [
        f"the {wording.plain(each)}" if each in {"owner", "manager"} else wording.plain(each)
        for each in step.to
    ]
    return f"{wording.listed(people)} {moment(step.at)}"


def moment(at: Decimal) -> str:
    """A share of the time that a clock gives: `at 80 % of the time`."""
    if at == 1:
        return "at the deadline"
    if at > 1:
        return f"at {wording.number(at)} times the time"
    return f"at {wording.share(at)} of the time"


def _share_notes(promise: SharePromise) -> tuple[str, ...]:
    if not promise.fields:
        return ()
    fields = wording.listed([wording.plain(each) for each in promise.fields])
    return (f"Complete means: {fields}.",)
