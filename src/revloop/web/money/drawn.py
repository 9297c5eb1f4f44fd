"""One journey, touch by touch, with what each touch earned by every model."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from revloop.agreement.terms.credit_models import MARKOV, MARKS, SHAPLEY, title
from revloop.analysis import phrases
from revloop.analysis.credit.crediting import models, rule_of
from revloop.analysis.credit.laying import TOUCH_ROWS
from revloop.analysis.credit.statistics.one_journey import (
    Touch,
    exact_by_channel_set,
    exact_shares,
    in_minor_units,
)
from revloop.operations.people.looking import Called
from revloop.upkeep.readings import Readings
from revloop.web.readings.words import said

_MOST = 200
"""Touches that a page lists; of a journey with more it says how many are left."""
_FINE = 10**9
_WIDE = 1000.0
_CALLED = {
    "lead": "made the lead",
    "mql": "before the MQL",
    "sal": "before the SAL",
    "sql": "before the SQL",
    "opportunity": "made the opportunity",
    "primary_campaign": "the campaign that the opportunity names",
}


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
    told = table.take(rows.tolist()).to_pylist()
    if not told:
        return None
    # An opportunity of several bookings has its touches once for each of them.
    first = min(row["place"] for row in told)
    amount = sum(row["booked"] for row in told if row["place"] == first)
    told = [*{row["place"]: row for row in sorted(told, key=lambda row: row["place"])}.values()]
    touches = [
        Touch(
            row["age"],
            frozenset(mark for bit, mark in enumerate(MARKS) if row["marks"] >> bit & 1),
            Fraction(row["part"]).limit_denominator(_FINE),
        )
        for row in told
    ]
    names = [each for each in models(found.setting) if each != MARKOV]
    earned = [_earned(found, name, touches, told, amount) for name in names]
    people = queries.people_called({row["person"] for row in told if row["person"] is not None})
    companies = queries.companies_called(
        {row["company"] for row in told if row["company"] is not None}
    )
    oldest = max(touch.age for touch in touches) or 1.0
    most = max(earned[0]) or 1
    currency = found.setting.currency
    steps = tuple(
        Step(
            row["touched_at"],
            people.get(row["person"]),
            said(row["kind"]),
            said(row["channel"]),
            row["side"],
            tuple(_CALLED[mark] for mark in MARKS if mark in touch.marks),
            tuple(
                phrases.money(by_model[place], currency) if by_model[place] else "–"
                for by_model in earned
            ),
            round((1 - touch.age / oldest) * _WIDE, 1),
            round(4 + 12 * (earned[0][place] / most) ** 0.5, 1),
        )
        for place, (row, touch) in enumerate(zip(told, touches, strict=True))
    )
    return Drawn(
        company=companies.get(told[0]["company"]),
        booked=phrases.money(amount, currency),
        models=tuple(title(name) for name in names),
        steps=steps[:_MOST],
        more=max(0, len(steps) - _MOST),
        days=phrases.days(oldest),
        channels=len({row["channel"] for row in told}),
    )


def _earned(
    found: Readings, name: str, touches: list[Touch], told: list[dict[str, Any]], amount: int
) -> list[int]:
    shares = (
        exact_by_channel_set([row["channel"] for row in told], touches)
        if name == SHAPLEY
        else exact_shares(rule_of(found.setting, name), touches)
    )
    return [0] * len(touches) if shares is None else in_minor_units(amount, shares)
