"""What is not known of a company, or waits for somebody: each with where to settle it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.urls import reverse

from revloop.operations.people import queries

QUIET_DAYS = 30
_ASKED_ABOUT = 200
"""People among whom proposals are looked for."""
_BUYS = ("economic", "budget", "decision", "buyer")
"""What the role of somebody who decides on money is called."""

Row = Mapping[str, Any]


class Question(NamedTuple):
    """Something that is open."""

    text: str
    href: str = ""


def open_questions(
    about: Row | None,
    sold: Sequence[Row],
    parts: Sequence[Row],
    people: Sequence[Row],
    *,
    until: datetime | None,
) -> list[Question]:
    """What is open, what costs most first."""
    still_open = [row for row in sold if not row["is_closed"]]
    found = [
        *_quiet(about, still_open, until),
        *_nobody_buys(still_open, parts),
        *_without_amount(still_open),
        *_proposals(people),
    ]
    if not people:
        found.append(Question("Nobody who works there is known.", reverse("data_unmatched")))
    if about is not None and about["owner_user_id"] is None:
        found.append(Question("Nobody owns the company."))
    return found


def _quiet(about: Row | None, still_open: Sequence[Row], until: datetime | None) -> list[Question]:
    if about is None or until is None or not still_open or about["last_at"] is None:
        return []
    quiet = until - about["last_at"]
    if quiet < timedelta(days=QUIET_DAYS):
        return []
    return [Question(f"Nothing happened for {quiet.days:,} days, and an opportunity is open.")]


def _nobody_buys(still_open: Sequence[Row], parts: Sequence[Row]) -> list[Question]:
    decided = {
        row["opportunity_id"]
        for row in parts
        if any(word in str(row["role"] or "").casefold() for word in _BUYS)
    }
    without = sum(row["opportunity_id"] not in decided for row in still_open)
    if not without:
        return []
    which = "1 open opportunity" if without == 1 else f"{without:,} open opportunities"
    return [Question(f"Who decides on the money? Of {which} no economic buyer is known.")]


def _without_amount(still_open: Sequence[Row]) -> list[Question]:
    without = sum(row["amount_minor"] is None for row in still_open)
    if not without:
        return []
    which = "1 open opportunity has" if without == 1 else f"{without:,} open opportunities have"
    return [Question(f"{which} no amount.")]


def _proposals(people: Sequence[Row]) -> list[Question]:
    waiting = queries.waiting_proposals([row["person"] for row in people[:_ASKED_ABOUT]])
    if not waiting:
        return []
    pairs = "1 pair of people" if waiting == 1 else f"{waiting:,} pairs of people"
    return [Question(f"{pairs} may be one person each.", reverse("data_proposals"))]
