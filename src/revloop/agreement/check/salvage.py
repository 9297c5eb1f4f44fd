"""What of a file can still be checked when parts of it do not fit the form.

A misspelt key in one lane must not hide a wrong condition in another. So the parts that do not fit
are set aside, with all that needs them, until the rest fits; paths of the rest lead back to the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from revloop.agreement.check.form_problems import path_in_file
from revloop.agreement.form import Agreement
from revloop.agreement.problems import Path

# A fault climbs from a value to its section, its member, its map … and then the rest fits.
_MOST_ROUNDS = 8
_STANDING_IN: dict[str, Any] = {
    "agreement": "unnamed",
    "version": "0.0.0",
    "effective_from": "2000-01-01T00:00:00Z",
    "signatures_required": ["marketing", "sales"],
    "working_days": "unnamed",
    "notice": "0 days",
    "stages": {"unnamed": {"owner": "both", "enter_by": "booking"}},
    "lanes": [{"id": "unnamed", "when": "true", "route": "nurture"}],
    "calendars": {"unnamed": {"timezone": "UTC", "hours": {}}},
}
# The sections that declare names for conditions, and how long the path to a name is in each.
_DECLARING: dict[str | int, int] = {
    "signals": 2,
    "scores": 2,
    "personas": 2,
    "lanes": 2,
    "ideal_customer": 3,
}


@dataclass(frozen=True)
class Salvaged:
    """The parts of an agreement that fit the form."""

    form: Agreement
    set_aside: frozenset[Path]
    origins: dict[Path, Path]
    """From a path in the form to its path in the file; set-aside members shift their list."""

    @property
    def names_are_complete(self) -> bool:
        """Whether every name that conditions may use has been read."""
        lost = any(len(path) <= _DECLARING.get(path[0], 0) for path in self.set_aside)
        return not lost and ("lanes",) in self.origins


def salvage(values: dict[str, Any]) -> Salvaged | None:
    """The largest part that fits, or None if nothing worth checking is left."""
    set_aside: set[Path] = set()
    for _ in range(_MOST_ROUNDS):
        origins: dict[Path, Path] = {}
        rest = _without(values, set_aside, (), (), origins)
        try:
            form = Agreement.model_validate(_STANDING_IN | rest)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            faults = {_faulty(detail, rest, origins) for detail in details}
            if () in faults or faults <= set_aside:
                return None
            set_aside |= faults
        else:
            return Salvaged(form, frozenset(set_aside), origins)
    return None


def _faulty(detail: ErrorDetails, rest: dict[str, Any], origins: dict[Path, Path]) -> Path:
    path = path_in_file(detail["loc"], rest)
    if detail["type"] == "missing" or path not in origins:
        path = path[:-1]
    return origins.get(path, ())


def _without(
    value: Any, set_aside: set[Path], new: Path, old: Path, origins: dict[Path, Path]
) -> Any:
    origins[new] = old
    if isinstance(value, dict):
        return {
            key: _without(member, set_aside, (*new, key), (*old, key), origins)
            for key, member in value.items()
            if (*old, key) not in set_aside
        }
    if isinstance(value, list):
        kept = enumerate(_kept(value, set_aside, old))
        return [
            _without(member, set_aside, (*new, index), path, origins)
            for index, (path, member) in kept
        ]
    return value


def _kept(members: list[Any], set_aside: set[Path], old: Path) -> Iterator[tuple[Path, Any]]:
    for index, member in enumerate(members):
        if (*old, index) not in set_aside:
            yield (*old, index), member
