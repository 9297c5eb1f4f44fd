"""One journey, touch by touch, with what each touch earned by every model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from revloop.agreement.terms.credit_models import title
from revloop.analysis import phrases
from revloop.analysis.credit.journey import journey as told_journey
from revloop.analysis.credit.laying import TOUCH_ROWS
from revloop.operations.people.looking import Called
from revloop.upkeep.readings import Readings
from revloop.web.readings.words import said

_MOST = 200
"""Touches that a page lists; of a journey with more it says how many are left."""
_WIDE = 1000.0


@dataclass(frozen=True, slots=True)
class Step:
    """A touch as the page shows it."""

    at: Any
    who: Called | None
    kind: str
    channel: str
    side: str
    marks: tuple[str, ...]
    earned: tuple[str, ...]
    """By each model, in its order."""
    x: float
    """Where it stands on the line, 0 to 1000."""
    size: float
    """Radius, by what it earned by the agreement's model."""


@dataclass(frozen=True, slots=True)
class Drawn:
    company: Called | None
    booked: str
    models: tuple[str, ...]
    """What they are called, the agreement's first."""
    steps: tuple[Step, ...]
    more: int
    """Touches that are not listed."""
    days: str
    channels: int


def drawn_journey(found: Readings, journey: int) -> Drawn | None:
    """The journey of an opportunity; None where nothing was booked by it, or nobody touched."""
    from revloop.operations.people import queries  # noqa: PLC0415 - its tables

    table = found.published[TOUCH_ROWS.name]
    rows = np.flatnonzero(table.where("journey", str(journey)))
    told = told_journey(table.take(rows.tolist()).to_pylist(), found.setting)
    if told is None:
        return None
    people = queries.people_called(
        {row["person"] for row in told.rows if row["person"] is not None}
    )
    companies = queries.companies_called(
        {row["company"] for row in told.rows if row["company"] is not None}
    )
    earned = [*told.earned.values()]
    most = max(earned[0]) or 1
    currency = found.setting.currency
    steps = tuple(
        Step(
            row["touched_at"],
            people.get(row["person"]),
            said(row["kind"]),
            said(row["channel"]),
            row["side"],
            told.held(place),
            tuple(
                phrases.money(by_model[place], currency) if by_model[place] else "–"
                for by_model in earned
            ),
            round((1 - touch.age / told.days) * _WIDE, 1),
            round(4 + 12 * (earned[0][place] / most) ** 0.5, 1),
        )
        for place, (row, touch) in enumerate(zip(told.rows, told.touches, strict=True))
    )
    return Drawn(
        company=companies.get(told.rows[0]["company"]),
        booked=phrases.money(told.booked, currency),
        models=tuple(title(name) for name in told.earned),
        steps=steps[:_MOST],
        more=max(0, len(steps) - _MOST),
        days=phrases.days(told.days),
        channels=len({row["channel"] for row in told.rows}),
    )
