"""What the pages of a company and of a person show alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from revloop.analysis.timeline.sides import SIDES
from revloop.engine.published import Table
from revloop.operations.people import queries
from revloop.web.journey import reading, sentences
from revloop.web.journey.sentences import Names
from revloop.web.shell.components import Choice

Row = Mapping[str, Any]
LARGEST = 2**62
"""Numbers of records are smaller; a database refuses larger ones."""
RECENT = tuple(f"recent_{side}" for side in SIDES)
_FURTHEST = 10**9


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a timeline an address asks for."""

    first: int
    side: str
    person: int | None

    def address(self, **changed: object) -> str:
        said = {"side": self.side, "person": self.person or "", "from": "", **changed}
        written = urlencode({name: value for name, value in said.items() if value})
        return f"?{written}#timeline"


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; a page of the history is asked for whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def asked(request: HttpRequest, people: Collection[int] = ()) -> Asked:
    """What it cannot mean is as if it were not there."""
    said = request.GET
    side = said.get("side", "")
    first, person = _whole(said.get("from", "")), _whole(said.get("person", ""))
    return Asked(
        first or 0,
        side if side in SIDES else "",
        person if person in people else None,
    )


def _whole(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(_FURTHEST)):
        return None
    return int(text)


def first(
    table: Table, keys: Sequence[int], columns: Sequence[str], *, held: bool = False
) -> dict[str, Any] | None:
    """What is published of the first of these records of which anything is.

    `held`: out of columns that stay in memory, for tables that are small enough.
    """
    for key in keys:
        if span := table.span(key):
            (row,) = table.pick(span, columns) if held else table.read(span, columns).to_pylist()
            return {**row, "of_late": of_late(row)}
    return None


def recent(about: Row | None) -> list[tuple[str, int]]:
    """How often each side was there of late, those that were not left out."""
    if about is None:
        return []
    return [(side, about[f"recent_{side}"]) for side in SIDES if about[f"recent_{side}"]]


def of_late(about: Row) -> int:
    """How often anything happened in the last ninety days that are told."""
    return sum(about.get(name, 0) for name in RECENT)


def timeline(
    request: HttpRequest, told: reading.Part, asked_for: Asked, names: Names
) -> dict[str, Any]:
    """What the template of a timeline needs."""
    later, earlier = told.first - reading.AT_ONCE, told.first + reading.AT_ONCE
    last = told.first + len(told.rows)
    who = names.people.get(asked_for.person) if asked_for.person is not None else None
    return {
        "entries": sentences.entries(told.rows, names),
        "count": told.count,
        "said": f"{told.first + 1:,} – {last:,} of {told.count:,}" if told.rows else "",
        "back": asked_for.address(**{"from": later or ""}) if told.first else "",
        "on": asked_for.address(**{"from": earlier}) if last < told.count else "",
        "sides": [
            Choice("all sides", asked_for.address(side=""), not asked_for.side),
            *(Choice(side, asked_for.address(side=side), side == asked_for.side) for side in SIDES),
        ],
        "person": who,
        "everybody": asked_for.address(person=""),
        "is_filtered": bool(asked_for.side or asked_for.person),
    }


def opportunity_names(sold: Sequence[Row]) -> dict[int, str]:
    """By key, the name that the source gives it."""
    references = {row["reference"]: row["opportunity_id"] for row in sold if row["reference"]}
    notes = queries.notes("opportunity", references) if references else {}
    return {
        references[reference]: text for (reference, field), text in notes.items() if field == "name"
    }


def owners(sold: Sequence[Row], about: Row | None) -> list[dict[str, Any]]:
    """As events that name nobody but an owner, so that all names are asked for at once."""
    users = [row["owner_user_id"] for row in sold]
    users += [about["owner_user_id"]] if about else []
    nothing = {"person": None, "campaign_id": None, "content_id": None}
    return [{"user_id": user, **nothing} for user in users]


def opportunity(row: Row, titles: Mapping[int, str], names: Names) -> dict[str, Any]:
    """An opportunity as a list shows it."""
    is_known = row["amount_minor"] is not None and row["amount_currency"]
    return {
        "name": titles.get(row["opportunity_id"]) or row["reference"],
        "state": "won" if row["is_won"] else "lost" if row["is_closed"] else "open",
        "stage": row["stage"],
        "type": row["opportunity_type"],
        "amount": sentences.money(row["amount_minor"], row["amount_currency"]) if is_known else "",
        "began": row["at"],
        "closes": row["closed_at"] or row["close_date"],
        "reason": row["loss_reason"],
        "owner": names.users.get(row["owner_user_id"], ""),
    }
