"""A change in words that both teams read alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from revloop.agreement import wording
from revloop.agreement.conditions import Condition
from revloop.agreement.conditions.tree import And, Node, OneOf, Or, clauses, written
from revloop.agreement.diff.compare import Difference, Kind
from revloop.agreement.explain.promises import promised
from revloop.agreement.form import (
    ClockPromise,
    CountPromise,
    PacePromise,
    Promise,
    Section,
    SharePromise,
)
from revloop.agreement.problems import Path
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
    (("vocabulary",), "the word {}"),
    (("personas",), "the persona {}"),
    (("signals",), "the signal {}"),
    (("scores",), "the score {}"),
    (("stages",), "the stage {}"),
    (("lanes",), "the lane {}"),
    (("calendars",), "the calendar {}"),
    (("pauses",), "the pause {}"),
)
# Steps of a path that only repeat what stands before them.
_SILENT = frozenset({"clock", "count", "share", "pace", "plan"})
_A_POINT = len(("scores", "fit", "points"))
_SHARES = frozenset(
    {"goal", "below", "brand_floor", "move_at_most_per_quarter", "discount_up_to", "account_share"}
)


def sentence(difference: Difference) -> str:
    """One sentence, without a class."""
    if difference.kind in {Kind.ADDED, Kind.REMOVED} and _is_member(difference):
        return _capitalised(_membership(difference))
    place = _place(difference.path)
    match difference.kind:
        case Kind.ADDED if _is_section(difference):
            return f"A new section: {place}."
        case Kind.REMOVED if _is_section(difference):
            return f"The section {place} is gone."
        case Kind.ADDED:
            return _capitalised(f"{place} is new{_content(difference.path, difference.after)}")
        case Kind.REMOVED:
            return _capitalised(f"{place} is gone{_content(difference.path, difference.before)}")
        case Kind.MOVED:
            now = wording.listed([wording.plain(str(name)) for name in difference.after])
            return _capitalised(f"{place}: the order is now {now}.")
        case _:
            return _capitalised(_changed(place, difference))


def _is_section(difference: Difference) -> bool:
    value = difference.before if difference.after is None else difference.after
    return len(difference.path) == 1 and isinstance(value, Section | dict)


def _is_member(difference: Difference) -> bool:
    """Whether a plain list gained or lost this word or date."""
    value = difference.before if difference.after is None else difference.after
    return bool(value == difference.path[-1])


def _membership(difference: Difference) -> str:
    *path, member = difference.path
    now = "now also" if difference.kind is Kind.ADDED else "no longer"
    return f"{_place(tuple(path))}: {now} {_value((), member)}."


def _capitalised(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _place(path: Path) -> str:
    if path[:1] == ("scores",) and path[2:3] == ("points",) and len(path) > _A_POINT:
        return f"the score {path[1]}, points when {', '.join(map(str, path[3:]))}"
    for beginning, called in _CALLED:
        length = len(beginning)
        if path[:length] == beginning and len(path) > length:
            rest = [wording.plain(str(step)) for step in path[length + 1 :] if step not in _SILENT]
            return ", ".join([called.format(path[length]), *rest])
    return ", ".join(wording.plain(str(step)) for step in path if step not in _SILENT)


def _content(path: Path, value: Any) -> str:
    """What was added or removed, where it can be said in a sentence."""
    if isinstance(value, Condition):
        return f": {wording.said(value)}."
    if isinstance(value, ClockPromise | CountPromise | SharePromise | PacePromise):
        side = str(path[1]).split("_", 1)[0]
        told = promised(str(path[-1]), value, side, ())
        told_so = told.sentence.removesuffix(".")
        return f": {told_so[:1].lower()}{told_so[1:]} ({told.goal} {told.goal_says})."
    if isinstance(value, Section | dict | Sequence) and not isinstance(value, str):
        return "."
    return f": {_value(path, value)}."


def _changed(place: str, difference: Difference) -> str:
    before, after = difference.before, difference.after
    if isinstance(before, Condition) and isinstance(after, Condition):
        return f"{place}: {condition_change(before.root, after.root)}."
    if isinstance(before, Promise | PacePromise):
        return f"{place} is now another kind of promise."
    said = [_value(difference.path, value) for value in (before, after)]
    if isinstance(before, str) and max(map(len, said)) > _SHORT:
        return f"{place} reads differently: “{said[1]}” (before: “{said[0]}”)."
    return f"{place}: {said[0]} becomes {said[1]}."


_SHORT = 40


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
        case bool():
            return "yes" if value else "no"
        case Duration():
            return wording.duration(value)
        case Money():
            return wording.money(value)
        case Decimal():
            return wording.share(value) if _is_share(path) else wording.number(value)
        case int():
            return wording.number(value)
        case date():
            return wording.instant(value) if isinstance(value, datetime) else wording.day(value)
        case tuple() if path[-1:] == ("payout",):
            points = [f"{wording.share(paid)} at {wording.share(met)}" for met, paid in value]
            return f"“{wording.listed(points)}”"
        case tuple():
            return wording.listed([_value(path, each) for each in value]) if value else "nothing"
        case Section():
            return _section(path, value)
        case _:
            return str(value)


def _is_share(path: Path) -> bool:
    if not path:
        return False
    if path[-1] in _SHARES or path[:2] in {("goals", "shares"), ("incentives", "marketing")}:
        return True
    return path[:2] == ("incentives", "sales") or path[:3] == ("goals", "plan", "rates")


def _section(path: Path, section: Section) -> str:
    fields = type(section).model_fields
    said = [
        f"{wording.plain(name)} {_value((*path, name), getattr(section, name))}"
        for name in fields
        if getattr(section, name) is not None
    ]
    return " ".join(said)
