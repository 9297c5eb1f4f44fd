"""Two agreements side by side: the places where they differ.

Members are matched by what names them (a lane by its id, an event by its kind), not by their place
in a list, so that a lane inserted at the top is one added lane and not six changed ones. Two
agreements differ somewhere if, and only if, their canonical forms differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any

from revloop.agreement import canonical, wording
from revloop.agreement.canonical import ORDERED
from revloop.agreement.conditions import Condition
from revloop.agreement.contract import Contract
from revloop.agreement.form import FitPoint, Guardrail, InterestEvent, Lane, Section
from revloop.agreement.problems import Path
from revloop.agreement.scalars import ConditionText


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two agreements differ."""

    kind: Kind
    path: Path
    """By name: `("lanes", "demo_request", "when")`."""
    before: Any = None
    after: Any = None
    """The values: as the form has them, conditions parsed."""
    place: Path = ()
    """In the file that has it, for what was added or removed: `("lanes", 2, "when")`."""


def differences(before: Contract, after: Contract) -> Iterator[Difference]:
    """Every difference, in the order of the form."""
    yield from _between(_Side(before, before.form, ()), _Side(after, after.form, ()), ())


@dataclass(frozen=True, slots=True)
class _Side:
    """A value of one agreement and its own path in it."""

    contract: Contract
    value: Any
    path: Path

    def member(self, value: Any, step: str | int) -> _Side:
        return _Side(self.contract, value, (*self.path, step))

    def read(self) -> Any:
        """The value; a condition as it was parsed."""
        if isinstance(self.value, ConditionText):
            return self.contract.conditions[self.path]
        return self.value


_NAMED_BY: dict[type[Section], Callable[[_Side], str]] = {
    Lane: lambda side: str(side.value.id),
    InterestEvent: lambda side: str(side.value.kind),
    FitPoint: lambda side: wording.said(side.contract.conditions[*side.path, "when"]),
    Guardrail: lambda side: f"up to {wording.share(side.value.discount_up_to)}",
}


def _between(before: _Side, after: _Side, path: Path) -> Iterator[Difference]:
    ones, others = _members(before), _members(after)
    if ones is None or others is None or type(before.value) is not type(after.value):
        yield from _leaf(before, after, path)
        return
    for name, one in ones.items():
        if name not in others:
            yield Difference(Kind.REMOVED, (*path, name), before=one.read(), place=one.path)
        else:
            yield from _between(one, others[name], (*path, name))
    for name, other in others.items():
        if name not in ones:
            yield Difference(Kind.ADDED, (*path, name), after=other.read(), place=other.path)
    if path in ORDERED or path == ("lanes",):
        yield from _order(list(ones), list(others), path)


def _order(ones: list[Any], others: list[Any], path: Path) -> Iterator[Difference]:
    kept = [name for name in ones if name in others]
    now = [name for name in others if name in ones]
    if kept != now:
        yield Difference(Kind.MOVED, path, kept, now)


def _leaf(before: _Side, after: _Side, path: Path) -> Iterator[Difference]:
    one, other = before.read(), after.read()
    if not _same(path, one, other):
        yield Difference(Kind.CHANGED, path, one, other)


def _same(path: Path, one: Any, other: Any) -> bool:
    if isinstance(one, Condition) and isinstance(other, Condition):
        return canonical.condition(one) == canonical.condition(other)
    one_form, other_form = (canonical.in_one_form(value, path, {}) for value in (one, other))
    return bool(one_form == other_form)


def _members(side: _Side) -> Mapping[Any, _Side] | None:
    """The named parts of a value, or None for a value that is compared as a whole."""
    value = side.value
    if isinstance(value, Section):
        return _of_section(side, value)
    if isinstance(value, dict):
        return {name: side.member(member, name) for name, member in value.items()}
    if isinstance(value, tuple):
        return _of_list(side, value)
    return None


def _of_section(side: _Side, section: Section) -> dict[Any, _Side]:
    members = {}
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        key = field.alias or name
        # A section that was empty, or not there, is new as a whole and not member by member.
        if value is not None and (side.path or value != {}):
            members[key] = side.member(value, key)
    return members


def _of_list(side: _Side, values: tuple[Any, ...]) -> dict[Any, _Side] | None:
    """The members of a list by what names them; of several with one name, all but one by number."""
    named_by = _NAMED_BY.get(type(values[0])) if values else None
    if named_by is None:
        return None
    members = [side.member(value, index) for index, value in enumerate(values)]
    named = [(named_by(member), member) for member in members]
    if len({name for name, _ in named}) < len(named):
        named.sort(key=lambda each: repr(each[1].value))  # numbered alike in any order
    found: dict[Any, _Side] = {}
    for name, member in named:
        found[next(each for each in _numbered(name) if each not in found)] = member
    return found


def _numbered(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield f"{name} ({number})"
