"""A change in words that both teams read alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from revloop.agreement import wording
from revloop.agreement.canonical import is_set
from revloop.agreement.conditions import Condition
from revloop.agreement.conditions.tree import And, Node, OneOf, Or, clauses, written
from revloop.agreement.contract import Contract
from revloop.agreement.diff.compare import Difference, Kind
from revloop.agreement.explain import declared
from revloop.agreement.explain.promises import escalation, moment, promised
from revloop.agreement.form import (
    ClockPromise,
    CountPromise,
    Escalation,
    FitPoint,
    Guardrail,
    InterestEvent,
    Lane,
    Meeting,
    PacePromise,
    Pause,
    Persona,
    Promise,
    Queue,
    Return,
    Section,
    SharePromise,
    Signal,
    Stage,
    Term,
    WorkingHours,
)
from revloop.agreement.problems import Path
from revloop.agreement.scalars import Cap
from revloop.kit.durations import Duration
from revloop.kit.money import Money

# How a place is called: the path's beginning, and how many steps of it the name takes.
_CALLED: tuple[tuple[Path, str], ...] = (
    (("promises", "sales_to_marketing"), "sales' promise {}"),
    (("promises", "marketing_to_sales"), "marketing's promise {}"),
    (("fundamentals", "target_markets"), "the market {}"),
    (("ideal_customer", "tiers"), "the tier {}"),
    (("reasons", "recycle"), "the reason {}"),
    (("reasons", "lost"), "the lost reason {}"),
    (("routing", "queues"), "the queue {}"),
    (("routing", "weights"), "the turns of {}"),
    (("goals", "shares"), "what {} brings of the bookings"),
    (("goals", "plan", "rates"), "the plan's rate from {}"),
    (("goals", "plan", "lag_months"), "the plan's months from {}"),
    (("incentives", "marketing"), "marketing's pay, the weight of {}"),
    (("incentives", "sales"), "sales' pay, the weight of {}"),
    (("pricing", "guardrails"), "the discount {}"),
    (("attribution", "models"), "the model {}"),
    (("vocabulary",), "the word {}"),
    (("personas",), "the persona {}"),
    (("signals",), "the signal {}"),
    (("scores",), "the score {}"),
    (("stages",), "the stage {}"),
    (("lanes",), "the lane {}"),
    (("calendars",), "the calendar {}"),
    (("pauses",), "the pause {}"),
    (("meetings",), "the {} meeting"),
)
# Of these the name is no word that somebody chose and looks for in the file.
_PLAIN_NAMES = frozenset({"goals", "incentives", "meetings", "pricing"})
# Steps of a path that only repeat what stands before them.
_SILENT = frozenset({"clock", "count", "share", "pace", "plan"})
_STEPS = {"escalate": "who is told", "reassign_at": "when somebody else gets the lead"}
_A_MEMBER = len(("scores", "fit", "points", "…"))
_SHARES = frozenset(
    {
        "account_share",
        "below",
        "brand_floor",
        "caps_own_measures_at",
        "discount_up_to",
        "goal",
        "move_at_most_per_quarter",
        "share",
    }
)


def sentence(difference: Difference, before: Contract, after: Contract) -> str:
    """One sentence, without a class."""
    return wording.visible(_capitalised(_sentence(difference, before, after)))


def _sentence(difference: Difference, before: Contract, after: Contract) -> str:
    place = _place(difference.path)
    match difference.kind:
        case Kind.ADDED if _is_section(difference):
            return f"a new section: {place}."
        case Kind.REMOVED if _is_section(difference):
            return f"the section {place} is gone."
        case Kind.ADDED:
            return f"{place} is new{_content(difference, difference.after, after)}"
        case Kind.REMOVED:
            return f"{place} is gone{_content(difference, difference.before, before)}"
        case Kind.MOVED:
            return f"{place}: {_order(difference.after)}."
        case _:
            return _changed(place, difference)


def _is_section(difference: Difference) -> bool:
    value = difference.before if difference.after is None else difference.after
    return len(difference.path) == 1 and isinstance(value, Section | dict)


def _capitalised(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _order(names: Sequence[Any]) -> str:
    return f"the order is now {wording.listed([wording.plain(str(name)) for name in names])}"


def _place(path: Path) -> str:
    if path[:1] == ("scores",) and len(path) >= _A_MEMBER and path[2] in {"points", "events"}:
        when = "when" if path[2] == "points" else "for"
        member, *steps = map(wording.plain, map(str, path[3:]))
        return ", ".join([f"the score {path[1]}, points {when} {member}", *steps])
    for beginning, called in _CALLED:
        length = len(beginning)
        if path[:length] == beginning and len(path) > length:
            name = str(path[length])
            if beginning[:2] == ("goals", "plan"):
                name = name.replace("_", "_to_", 1)
            name = wording.plain(name) if path[0] in _PLAIN_NAMES else name
            return ", ".join([called.format(name), *_steps(path[length + 1 :])])
    return ", ".join(_steps(path))


def _steps(path: Path) -> list[str]:
    steps = [str(step) for step in path]
    told = [step for step in steps[:-1] if step not in _SILENT] + steps[-1:]
    if len(told) > 1 and told[-1] in _SILENT - {"plan"}:
        told.pop()
    return [_STEPS.get(step, wording.plain(step)) for step in told]


def _content(difference: Difference, value: Any, contract: Contract) -> str:
    """What was added or removed, where it can be said in a sentence."""
    if isinstance(value, dict | tuple):
        return "."
    name, place = str(difference.path[-1]), difference.place
    match value:
        case Condition():
            says = wording.said(value)
        case ClockPromise() | CountPromise() | SharePromise() | PacePromise():
            told = promised(name, value, str(place[1]).split("_", 1)[0])
            told_so = told.sentence.removesuffix(".")
            says = f"{told_so[:1].lower()}{told_so[1:]} ({told.goal} {told.goal_says})"
        case Signal():
            says = declared.signal(contract, name)
        case Stage():
            says = f"a lead enters it when {declared.entrance(contract, name)[0]}"
        case Lane():
            takes = declared.lane_takes(contract, int(place[-1]))
            says = f"{takes}; goes to {declared.goes_to(value)}"
        case Return():
            says = f"comes back {declared.comes_back(contract, place)[0]}"
        case Persona():
            says = declared.said(contract, *place, "when")
        case Section():
            says = _section(difference.path, value)
        case _:
            says = _value(difference.path, value)
    return f": {says.removesuffix('.')}." if says else "."


def _section(path: Path, section: Section) -> str:
    match section:
        case Term(means=means):
            return means
        case WorkingHours(timezone=timezone):
            return f"{declared.week(section)}, {timezone}"
        case Pause(at_most=at_most):
            return f"for at most {wording.duration(at_most)}"
        case Queue(members=members):
            return wording.listed([*map(wording.plain, members)])
        case FitPoint(points=points) | InterestEvent(points=points):
            return f"{wording.number(points)} points"
        case Guardrail(approver=approver, within=within):
            who = _value((*path, "approver"), approver)
            return f"{who}, within {wording.duration(within)}" if within else who
        case Meeting(minutes=minutes, attend=attend):
            return f"{minutes} minutes with {wording.listed([*map(wording.plain, attend)])}"
        case _:
            return ", ".join(_keys(path, section))


def _keys(path: Path, section: Section) -> Iterator[str]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if value is not None and not isinstance(value, dict):
            yield f"{wording.plain(name)} {_value((*path, name), value)}"


def _changed(place: str, difference: Difference) -> str:
    before, after, path = difference.before, difference.after, difference.path
    if isinstance(before, Condition) and isinstance(after, Condition):
        change = condition_change(before.root, after.root)
        return f"{place}{', ' if change.startswith('before: ') else ': '}{change}."
    if isinstance(before, Promise | PacePromise):
        return f"{place} is now another kind of promise."
    if isinstance(before, Section):
        return f"{place} is now another kind of {path[0]}".removesuffix("s") + "."
    if isinstance(before, tuple) and isinstance(after, tuple) and _by_members(path, before, after):
        return f"{place}: {_members_changed(path, before, after)}."
    said = [_value(path, value) for value in (before, after)]
    if isinstance(before, str) and max(map(len, said)) > _SHORT:
        return f"{place} reads differently: “{said[1]}” (before: “{said[0]}”)."
    return f"{place}: {said[0]} becomes {said[1]}."


_SHORT = 40


def _by_members(path: Path, before: tuple[Any, ...], after: tuple[Any, ...]) -> bool:
    every = before + after
    return is_set(path, every) or all(isinstance(each, Escalation | str) for each in every)


def _members_changed(path: Path, before: tuple[Any, ...], after: tuple[Any, ...]) -> str:
    """Who joined a list, and who left it."""
    new = [_member(path, value) for value in after if value not in before]
    gone = [_member(path, value) for value in before if value not in after]
    said = []
    if new:
        said.append(f"now also {wording.listed(new)}")
    if gone:
        said.append(f"no longer {wording.listed(gone)}")
    return "; ".join(said) or _order(after)


def _member(path: Path, value: Any) -> str:
    said = _value(path, value)
    return f"“{said}”" if isinstance(value, str) and " " in value else said


def condition_change(before: Node, after: Node) -> str:
    """Which clauses came and went; a list that grew or shrank by its members."""
    ones, others = _clauses(before), _clauses(after)
    if type(before) is not type(after) and Or in {type(before), type(after)}:
        return f"before: {wording.node_in_words(before)}; now: {wording.node_in_words(after)}"
    gone = [node for text, node in ones.items() if text not in others]
    new = [node for text, node in others.items() if text not in ones]
    if len(gone) == len(new) == 1:
        return _one_clause(gone[0], new[0])
    said = [f"no longer: {wording.node_in_words(node)}" for node in gone]
    said += [f"now also: {wording.node_in_words(node)}" for node in new]
    return "; ".join(said) or "the same clauses in another order"


def _clauses(node: Node) -> dict[str, Node]:
    parts = node.parts if isinstance(node, And | Or) else clauses(node)
    return {written(part): part for part in parts}


def _one_clause(gone: Node, new: Node) -> str:
    if isinstance(gone, OneOf) and isinstance(new, OneOf) and gone.term == new.term:
        added = [value for value in new.values if value not in gone.values]
        removed = [value for value in gone.values if value not in new.values]
        subject = wording.node_in_words(OneOf(new.term, ("",))).removesuffix(" is ")
        said = []
        if added:
            said.append(f"may now also be {_values(added)}")
        if removed:
            said.append(f"may no longer be {_values(removed)}")
        return f"{subject} {' and '.join(said)}"
    if type(gone) is type(new) and isinstance(gone, And | Or):
        return condition_change(gone, new)
    return f"before: {wording.node_in_words(gone)}; now: {wording.node_in_words(new)}"


def _values(values: Sequence[Any]) -> str:
    return wording.listed([wording.value_in_words(value) for value in values], "or")


def _value(path: Path, value: Any) -> str:
    match value:
        case tuple() if path[-1:] == ("payout",):
            points = [f"{wording.share(paid)} at {wording.share(met)}" for met, paid in value]
            return wording.listed(points)
        case tuple():
            return wording.listed([_value(path, each) for each in value]) if value else "nothing"
        case Escalation():
            return escalation(value)
        case Cap():
            return declared.cap(value)
        case Section():
            return _section(path, value)
        case Decimal() if path[-1:] == ("reassign_at",):
            return moment(value)
        case Decimal() if _is_share(path):
            return wording.share(value)
        case "none":
            return "nobody"
        case str():
            named = path[-1:] and path[-1] in _NAMES_OF_THE_FILE
            return value if named or not _IDENTIFIER.fullmatch(value) else wording.plain(value)
        case _:
            return _amount(value)


def _amount(value: bool | int | Decimal | Duration | Money | date) -> str:  # noqa: FBT001
    match value:
        case bool():
            return "yes" if value else "no"
        case Duration():
            return wording.duration(value)
        case Money():
            return wording.money(value)
        case datetime():
            return wording.instant(value)
        case date():
            return wording.day(value)
        case _:
            return wording.number(value)


_NAMES_OF_THE_FILE = frozenset({"calendar", "clock", "queue", "working_days"})
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


def _is_share(path: Path) -> bool:
    if not path:
        return False
    if path[-1] in _SHARES or path[:2] in {("goals", "shares"), ("incentives", "marketing")}:
        return True
    return path[:2] == ("incentives", "sales") or path[:3] == ("goals", "plan", "rates")
