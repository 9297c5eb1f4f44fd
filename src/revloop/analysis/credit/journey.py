"""One journey touch by touch, with what each touch earned by every model, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from revloop.agreement.terms.credit_models import BY_CHANNEL, MARKS, SHAPLEY, title
from revloop.analysis import phrases
from revloop.analysis.credit.crediting import models, rule_of
from revloop.analysis.credit.statistics.one_journey import (
    Touch,
    exact_by_channel_set,
    exact_shares,
    in_minor_units,
)
from revloop.analysis.ground import Setting
from revloop.analysis.sheet import MINOR, Sheet

if TYPE_CHECKING:
    import altair as alt

_FINE = 10**9
HOLDS = {
    "lead": "made the lead",
    "mql": "before the MQL",
    "sal": "before the SAL",
    "sql": "before the SQL",
    "opportunity": "made the opportunity",
    "primary_campaign": "the campaign that the opportunity names",
}
"""What a touch is called that holds a milestone of the journey."""


@dataclass(frozen=True)
class Journey:
    """What was booked by an opportunity, and the touches that led there."""

    booked: int
    """In minor units of the reporting currency."""
    rows: Sequence[Mapping[str, Any]]
    """Of `touch_rows`, one for each touch, in their order."""
    touches: Sequence[Touch]
    earned: Mapping[str, Sequence[int]]
    """By model, the agreement's first, what each touch earned: each sums to `booked`, or to nothing."""
    setting: Setting

    @property
    def days(self) -> float:
        """From the first touch to the win; a day where there is none between them."""
        return max(touch.age for touch in self.touches) or 1.0

    @property
    def sentence(self) -> str:
        channels = len({row["channel"] for row in self.rows})
        return (
            f"{phrases.money(self.booked, self.setting.currency)}, after"
            f" {phrases.counted(len(self.touches), 'touch', 'touches')} over"
            f" {phrases.counted(channels, 'channel')} in {phrases.days(self.days)}."
        )

    @property
    def table(self) -> pa.Table:
        """One row for each touch: when, what, the milestones it holds, and a column for each model."""
        told = {
            "touched_at": [row["touched_at"] for row in self.rows],
            **{name: [row[name] for row in self.rows] for name in ("kind", "channel", "side")},
            "holds": ["; ".join(self.held(place)) for place in range(len(self.rows))],
        }
        table = pa.table(told)
        for name, credits_ in self.earned.items():
            field = pa.field(title(name), pa.int64(), metadata={"unit": MINOR})
            table = table.append_column(field, pa.array(credits_, pa.int64()))
        return table

    def held(self, place: int) -> tuple[str, ...]:
        """The milestones that a touch holds, in words."""
        return tuple(HOLDS[mark] for mark in MARKS if mark in self.touches[place].marks)

    def chart(self) -> alt.TopLevelMixin:
        """The touches on a line of time, larger where they earned more by the agreement's model."""
        from revloop.analysis.colors import written_out  # noqa: PLC0415 - heavy
        from revloop.analysis.credit import charts  # noqa: PLC0415 - likewise

        return written_out(charts.journey(self))

    def _repr_html_(self) -> str:
        shown = Sheet(self.table, self.setting.currency, self.setting.zone, most=50)
        return f"<p>{escape(self.sentence)}</p>{shown._repr_html_()}"

    def __repr__(self) -> str:
        return f"<journey: {self.sentence}>"


def journey(rows: Sequence[Mapping[str, Any]], setting: Setting) -> Journey | None:
    """The journey of one opportunity; None where nothing was booked by it, or nobody touched.

    Args:
        rows: those of `touch_rows` with this journey, in any order.
        setting: whose agreement says which models are shown.

    """
    if not rows:
        return None
    # An opportunity of several bookings has its touches once for each of them.
    first = min(row["place"] for row in rows)
    booked = sum(row["booked"] for row in rows if row["place"] == first)
    by_place = {row["place"]: row for row in sorted(rows, key=lambda row: row["place"])}
    told = [*by_place.values()]
    touches = [
        Touch(
            row["age"],
            frozenset(mark for bit, mark in enumerate(MARKS) if row["marks"] >> bit & 1),
            Fraction(row["part"]).limit_denominator(_FINE),
        )
        for row in told
    ]
    channels = [row["channel"] for row in told]
    # A chain knows channels alone, no single touch.
    names = [each for each in models(setting) if each not in BY_CHANNEL]
    earned = {name: _earned(setting, name, touches, channels, booked) for name in names}
    return Journey(booked, told, touches, earned, setting)


def _earned(
    setting: Setting, name: str, touches: list[Touch], channels: list[str], amount: int
) -> list[int]:
    shares = (
        exact_by_channel_set(channels, touches)
        if name == SHAPLEY
        else exact_shares(rule_of(setting, name), touches)
    )
    return [0] * len(touches) if shares is None else in_minor_units(amount, shares)
