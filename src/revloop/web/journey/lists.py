"""Companies and people as lists: searched as one types, filtered, counted honestly.

Without a word to look for, a list begins with what happened last, out of published columns; with
one, operations look for names. Both give fifty numbers, of which the names are asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.http import HttpRequest

from revloop.engine.published import Table
from revloop.operations.people.looking import COUNTED, Found, Place
from revloop.web.journey.shown import of_late
from revloop.web.shell.components import Choice

AT_ONCE = 50
_LONGEST = 100
_MANY = 10**9
REACHED = {
    "customer": "Customers",
    "opportunity": "With an opportunity",
    "lead": "With a lead",
    "known": "Known only",
}
"""How far along the loop, in the words of `analysis.timeline`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a list asks for; what it cannot mean is as if it were not there."""

    text: str
    filters: Mapping[str, str]
    after: Place | None
    first: int

    def address(self, **changed: str) -> str:
        """The same list, or one with other filters, from its beginning."""
        said = {"q": self.text, **self.filters, **changed}
        return f"?{urlencode({name: value for name, value in said.items() if value})}"


@dataclass(slots=True)
class Listed:
    """A page of a list."""

    numbers: list[int]
    count: str
    """In words: 1,204, or more than 1,000."""
    is_one: bool
    on: str
    """The address of the next page, "" at the end."""
    about: dict[int, dict[str, Any]] = field(default_factory=dict)
    """By number, what is published of each."""


def asked(request: HttpRequest, *names: str) -> Asked:
    said = request.GET
    filters = {name: said.get(name, "")[:_LONGEST] for name in names}
    first = said.get("from", "")
    return Asked(
        " ".join(said.get("q", "").replace("\x00", "").split())[:_LONGEST],
        filters,
        _place(said.get("after", "")),
        int(first) if first.isascii() and first.isdigit() and int(first[:12]) < _MANY else 0,
    )


def _place(text: str) -> Place | None:
    try:
        way, key, number = json.loads(text)
    except (ValueError, TypeError):
        return None
    if isinstance(way, int) and isinstance(key, str) and isinstance(number, int):
        return Place(way, key.replace("\x00", ""), min(max(number, 0), _MANY))
    return None


def looked_for(what: Asked, found: Found) -> Listed:
    """What operations found."""
    on = ""
    if found.further is not None:
        on = what.address(after=json.dumps(found.further, separators=(",", ":")))
    return Listed(list(found.numbers), _counted(found.count), found.count == 1, on)


def latest(what: Asked, table: Table, key: str, **wanted: str) -> Listed:
    """What happened last comes first, of those with these values."""
    order = table.latest_first
    mask = np.ones(table.rows, np.bool_)
    for column, value in wanted.items():
        if value:
            mask &= table.where(column, value)
    chosen = order[mask[order]]
    shown = chosen[what.first : what.first + AT_ONCE]
    numbers = table.column(key).take(_indices(shown)).to_pylist()
    later = what.first + AT_ONCE
    on = what.address(**{"from": str(later)}) if later < len(chosen) else ""
    return Listed(numbers, f"{len(chosen):,}", len(chosen) == 1, on)


def _indices(places: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - there already: the table is made of it

    return pa.array(places)


def describe(listed: Listed, table: Table, key: str, columns: Sequence[str]) -> None:
    """What is published of those that a list shows."""
    rows = table.pick(table.places(listed.numbers), (key, *columns))
    listed.about = {row[key]: {**row, "of_late": of_late(row)} for row in rows}


def _counted(count: int) -> str:
    return f"more than {COUNTED:,}" if count > COUNTED else f"{count:,}"


def choices(what: Asked, name: str, labels: Mapping[str, str], everything: str) -> list[Choice]:
    """A filter: all, or one of these."""
    chosen = what.filters[name]
    return [
        Choice(everything, what.address(**{name: ""}), not chosen),
        *(
            Choice(label, what.address(**{name: value}), value == chosen)
            for value, label in labels.items()
        ),
    ]


def known(table: Table | None, column: str) -> dict[str, str]:
    """The values of a column of texts, as labels of themselves."""
    return {} if table is None else {word: word for word in table.words(column)}
