"""The canonical form of an agreement and its hash: what two people sign.

Comments, spacing, the order of keys and defaults that are written out do not change it; anything
that changes a meaning does. Lists of words and dates (who attends, the holidays) are sets; where an
order decides (the first lane, tier or persona that is true holds; stages follow one another), it is
kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from revloop.agreement.conditions import Condition
from revloop.agreement.conditions.tree import in_one_order, written
from revloop.agreement.form import Agreement, FitPoint, InterestEvent, Section
from revloop.agreement.problems import Path
from revloop.agreement.scalars import ConditionText

ORDERED: frozenset[Path] = frozenset(
    {("ideal_customer", "tiers"), ("personas",), ("stages",), ("goals", "plan", "rates")}
)
"""The mappings whose order means something."""
_UNORDERED_SECTIONS = (FitPoint, InterestEvent)
"""What adds up to a score adds up in any order."""


def text(form: Agreement, conditions: Mapping[Path, Condition]) -> str:
    """The canonical JSON: sorted keys, no spaces, durations, money and conditions in one form."""
    return _as_json(in_one_form(form, (), conditions))


def digest(canonical: str) -> str:
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def is_set(path: Path, values: tuple[Any, ...]) -> bool:
    """Whether the order of a list means nothing, and a member means the same once or twice."""
    words = all(isinstance(value, str) or _is_day(value) for value in values)
    return words and path != ("routing", "match") and not _takes_turns(path)


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _takes_turns(path: Path) -> bool:
    return path[:2] == ("routing", "queues") and path[-1] == "members"


def _as_json(plain: Any) -> str:
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def condition(parsed: Condition) -> str:
    """A condition with its parts and lists in one order."""
    return written(in_one_order(parsed.root))


def in_one_form(value: Any, path: Path, conditions: Mapping[Path, Condition]) -> Any:
    match value:
        case Section():
            return _section(value, path, conditions)
        case dict():
            members = {
                key: in_one_form(member, (*path, key), conditions) for key, member in value.items()
            }
            return (
                [[key, member] for key, member in members.items()] if path in ORDERED else members
            )
        case tuple():
            return _list(value, path, conditions)
        case ConditionText():
            return condition(conditions[path])
        case _:
            return _scalar(value)


def _section(section: Section, path: Path, conditions: Mapping[Path, Condition]) -> dict[str, Any]:
    """What a section says beyond its defaults."""
    said = {}
    for name, field in type(section).model_fields.items():
        key = field.alias or name
        member = in_one_form(getattr(section, name), (*path, key), conditions)
        if field.is_required() or member != in_one_form(field.default, (*path, key), {}):
            said[key] = member
    return said


def _list(values: tuple[Any, ...], path: Path, conditions: Mapping[Path, Condition]) -> list[Any]:
    members = [in_one_form(each, (*path, index), conditions) for index, each in enumerate(values)]
    if is_set(path, values):
        return sorted(set(members))
    if all(isinstance(value, _UNORDERED_SECTIONS) for value in values):
        return sorted(members, key=_as_json)
    return members


def _scalar(value: Any) -> bool | int | str | None:
    match value:
        case bool() | int() | None:
            return value
        case Decimal():
            return plain_number(value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case _:
            return str(value)


def plain_number(value: Decimal) -> str:
    """Every digit, and no zero that says nothing."""
    written = f"{value + 0 if value == 0 else value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
