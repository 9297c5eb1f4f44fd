"""The example company's agreement with one value changed: every change that the form allows."""

from __future__ import annotations

import calendar
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from revloop.agreement import canonical
from revloop.agreement.check import check, source
from revloop.agreement.conditions import Condition, ConditionError, parse
from revloop.agreement.contract import Contract
from revloop.agreement.form import Agreement, condition_texts
from revloop.agreement.names import words_for
from revloop.agreement.problems import Path as PathInFile
from revloop.facts import words
from revloop.facts.vocabulary import Word

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "agreements"
ENVELOPE = ("agreement", "version", "supersedes", "effective_from")
"""What every version says of itself."""

_CLOSED_LISTS: tuple[tuple[str, ...], ...] = (
    *(listed for name, listed in vars(words).items() if name.isupper()),
    ("touch", "activity"),
    ("person", "account"),
    ("person", "day", "kind"),
    ("week", "month", "quarter"),
    ("working_days", "calendar_days"),
    ("acceptance", "booking"),
    ("account", "buying_group"),
    ("account_owner", "territory", "language", "working_now"),
    ("weighted_round_robin", "round_robin"),
    tuple(day.lower() for day in calendar.day_abbr),
    tuple(month.lower() for month in calendar.month_name[1:]),
)
_OTHER_WORDS = {
    r"\d+ minutes": "11 minutes",
    r"\d+ (business|working) hours": "11 business hours",
    r"\d+ (business|working) days": "11 business days",
    r"\d+ days": "11 days",
    r"\d+ USD": "11 USD",
    r"\d+ per .*": "1 per 11 days",
    r"\d{4}-\d\d-\d\d": "2031-01-02",
    r"\d{4}-\d\d-\d\dT.*": "2031-01-02T00:00:00Z",
    r"\d+\.\d+\.\d+": "9.9.9",
    r"\d{4}-Q\d": "2031-Q1",
    r"\w+/\w+": "Asia/Tokyo",
    r"\d\d:\d\d-\d\d:\d\d": "07:00-07:30",
}


@dataclass(frozen=True)
class Edit:
    """One value of a file, replaced."""

    path: PathInFile
    value: Any


def example(version: str) -> Contract:
    content = (EXAMPLES / f"acme-revenue-{version}.yaml").read_bytes()
    return check(content).required()


@cache
def _values(version: str) -> dict[str, Any]:
    content = (EXAMPLES / f"acme-revenue-{version}.yaml").read_bytes()
    return source.read(content).values


def example_values(version: str = "2.1.0") -> dict[str, Any]:
    return copy.deepcopy(_values(version))


def with_edits(values: dict[str, Any], *edits: Edit) -> dict[str, Any]:
    changed = copy.deepcopy(values)
    for edit in edits:
        *way, last = edit.path
        section: Any = changed
        for step in way:
            section = section[step]
        section[last] = edit.value
    return changed


def contract_of(values: dict[str, Any]) -> Contract:
    """A contract of values that fit the form, whether or not its sections agree."""
    form = Agreement.model_validate(values)
    known = Agreement.model_validate(_values("2.1.0"))
    conditions = {}
    for path, written in condition_texts(form):
        words_here = words_for(form, path, written)
        try:
            conditions[path] = _parsed(written.text, tuple(words_here.items()))
        except ConditionError:  # it asks for a lane that now has another name
            conditions[path] = parse(written.text, words_for(known, path, written))
    return Contract(form, conditions)


@cache
def _parsed(text: str, known: tuple[tuple[str, Word], ...]) -> Condition:
    return parse(text, dict(known))


def agreed(contract: Contract) -> str:
    """The canonical form of what was agreed, without what a version says of itself."""
    form = contract.form.model_copy(update=dict.fromkeys(ENVELOPE, "0"))
    return canonical.text(form, contract.conditions)


def leaves(value: Any, path: PathInFile = ()) -> Iterator[tuple[PathInFile, Any]]:
    """Every single value of a file."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, (*path, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from leaves(member, (*path, index))
    else:
        yield path, value


def edit_of(values: dict[str, Any], path: PathInFile, value: Any) -> Edit | None:
    """Another value that the form allows at this place; None where it allows only one."""
    for other in _others(value):
        if other == value:
            continue
        edit = Edit(path, other)
        try:
            contract_of(with_edits(values, edit))
        except (ValidationError, ConditionError):
            continue
        return edit
    return None


@cache
def every_edit(version: str) -> tuple[tuple[Edit, Contract], ...]:
    """One change of each value of an example, with the agreement that it leads to."""
    values = example_values(version)
    found = (edit_of(values, path, value) for path, value in leaves(values))
    edits = [edit for edit in found if edit is not None]
    return tuple((edit, contract_of(with_edits(values, edit))) for edit in edits)


def _others(value: Any) -> Iterator[Any]:
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1)
        case Decimal():
            yield from (value + Decimal("0.01"), value - Decimal("0.01"))
        case str():
            yield from (other for form, other in _OTHER_WORDS.items() if re.fullmatch(form, value))
            yield from (word for listed in _CLOSED_LISTS if value in listed for word in listed)
            yield from (f"{value}_x", f"{value}-x", f"not ({value})")
