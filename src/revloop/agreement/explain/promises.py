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
    "human_attempt": "tries, in person, to reach the customer",
    "decision": "accepts the lead, or rejects it with a reason",
    "booking": "books the order",
    "gap_ranked_top_5": "ranks the content gap",
    "asset_approved": "has an asset approved that closes it",
}
_CASES = {
    "offered": "offered leads",
    "rejections": "rejections",
    "handoffs": "hand-offs",
    "lost_returns_due": "lost opportunities",
    "recycled_returns_due": "recycled leads",
}
_HAVING = {
    "acceptance": "are accepted by sales",
    "reason": "carry a reason of this agreement",
    "complete": "are complete",
}
_MEASURES = {
    "mql_count": "qualified leads (MQLs)",
    "mql_expected_value": "expected value in qualified leads",
}


def promised(name: str, promise: AnyPromise, side: str, lanes: tuple[str, ...]) -> Promised:
    """The promise in words; `lanes` are those whose leads start its clock."""
    team = side.capitalize()
    match promise:
        case ClockPromise(clock=clock, goal=goal):
            return Promised(
                name,
                _clock(clock, team),
                wording.share(goal),
                "in time",
                (*_lanes(lanes), *_clock_notes(promise)),
            )
        case CountPromise(count=count, goal=goal):
            return Promised(name, _count(count, team), wording.share(goal), "of leads")
        case SharePromise(share=share, goal=goal):
            kept = _share(share, team)
            return Promised(name, kept, wording.share(goal), "of all", _share_notes(promise))
        case PacePromise(pace=pace):
            return Promised(name, _pace(pace, team), _amount(pace), f"a {pace.per}")


def _clock(clock: ClockTerm, team: str) -> str:
    within, start = wording.duration(clock.within), _STARTS[clock.start]
    return f"Within {within} {start}, {team.lower()} {_DEEDS[clock.stop]}."


def _count(count: CountTerm, team: str) -> str:
    unless = ", unless they connect sooner" if count.unless else ""
    within = wording.duration(count.within)
    return f"{team} makes at least {count.at_least} attempts within {within}{unless}."


def _share(share: ShareTerm, team: str) -> str:
    cases = _CASES[share.of]
    if share.having:
        return f"{cases.capitalize()} {_HAVING[share.having]}."
    within = wording.duration(share.done_within) if share.done_within else ""
    return f"Within {within} of their day of return, {team.lower()} takes up {cases}."


def _pace(pace: PaceTerm, team: str) -> str:
    spread = wording.plain(pace.curve)
    return f"{team} delivers {_MEASURES[pace.of]}, spread evenly over {spread}."


def _amount(pace: PaceTerm) -> str:
    if isinstance(pace.goal, Money):
        return wording.money(pace.goal)
    return wording.number(pace.goal)


def _lanes(lanes: tuple[str, ...]) -> tuple[str, ...]:
    if not lanes:
        return ()
    named = wording.listed([wording.plain(lane) for lane in lanes])
    return (f"Leads of the lane{'s' if len(lanes) > 1 else ''} {named}.",)


def _clock_notes(promise: ClockPromise) -> tuple[str, ...]:
    counted = (
        "Counted in the working hours of whoever has the lead."
        if promise.calendar == "owner"
        else f"Counted in the working hours of the calendar {wording.plain(promise.calendar)}."
    )
    notes = [counted]
    if promise.escalate:
        told = [_escalation(step) for step in promise.escalate]
        notes.append(f"Told: {wording.listed(told)}.")
    if promise.reassign_at is not None:
        notes.append(f"{_moment(promise.reassign_at)}, somebody else gets the lead.".capitalize())
    return tuple(notes)


def _escalation(step: Escalation) -> str:
    who = wording.listed([wording.plain(each) for each in step.to])
    return f"{who} {_moment(step.at)}"


def _moment(at: Decimal) -> str:
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
