"""What the readings of credit need, and the touches behind them."""

from __future__ import annotations

from revloop.analysis.credit.touch_rows import touch_rows
from revloop.analysis.needs import Need
from revloop.analysis.reading import Column, Rows

UNATTRIBUTED = "unattributed"

TOUCHES = Need(
    "touch", ("channel",), "touches with their channels: what people saw, did or were sent"
)
TOUCH_ROWS = Rows(
    "touch_rows",
    touch_rows,
    ("touched_at", "opportunity_id", "place"),
    columns=(
        Column("kind", "what happened"),
        Column("touched_at", "when"),
        Column("channel", "channel"),
        Column("campaign", "campaign"),
        Column("side", "team"),
        Column("phase", "where the journey stood"),
        Column("place", "place in the journey", "touches"),
        Column("of_touches", "touches of the journey", "touches"),
        Column("age", "days before the win", "days"),
        Column("credit", "earned by the model of the agreement, in the reporting currency", "minor units"),
        Column("owner_user_id", "owner"),
    ),
    filters=("kind", "phase", "journey"),
)  # fmt: skip
