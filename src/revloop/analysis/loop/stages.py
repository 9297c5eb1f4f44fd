"""What stages are called, and what every reading of the loop needs."""

from __future__ import annotations

from revloop.analysis.cuts import CUTS
from revloop.analysis.ground import Setting
from revloop.analysis.loop import measures
from revloop.analysis.loop.passes import path
from revloop.analysis.needs import Need
from revloop.analysis.reading import Column, Rows, Sums

STEPS = Sums("steps", measures.step_sums, CUTS)
STAYS = Sums("stays", measures.stay_sums, CUTS)
WORTH = Sums("worth", measures.worth_sums, CUTS)
YIELDS = Sums("yields", measures.yield_sums, CUTS)
ENTRIES = Sums("entries", measures.entry_sums, CUTS)
TURNS = Sums("turns", measures.turn_sums, CUTS)

STAY_ROWS = Rows(
    "stay_rows",
    measures.stay_rows,
    ("begin", "subject", "subject_id", "pass_no", "stage"),
    columns=(
        Column("stage", "the stage"),
        Column("begin", "entered it"),
        Column("cause", "what ended it"),
        Column("days", "held it for", "days"),
        Column("stalled", "whether longer than nine of ten"),
        Column("owner_user_id", "owner"),
        Column("source", "source"),
        Column("segment", "segment"),
    ),
    filters=("stage", "cause", "stalled", "subject"),
)

TURN_ROWS = Rows(
    "turn_rows",
    measures.turn_rows,
    ("left_at", "subject", "subject_id", "pass_no"),
    columns=(
        Column("exit", "how it was put aside"),
        Column("left_at", "when"),
        Column("back_to", "where it came back to"),
        Column("back_at", "came back"),
        Column("days", "away for", "days"),
        Column("owner_user_id", "owner"),
        Column("source", "source"),
        Column("segment", "segment"),
    ),
    filters=("exit", "back_to", "subject"),
)

NEEDS = (
    Need(
        "lifecycle_transition",
        ("to_state",),
        "the history of stages, or one date column for each stage",
        # Of a source that has deals alone the last step is told.
        (Need("opportunity", ("is_won",), "which opportunities were won"),),
    ),
)
_SAID = {
    "inquiry": "lead",
    "opportunity": "opportunity",
    "won": "customer",
    "live": "live customer",
}


def order(setting: Setting) -> dict[str, int]:
    """The place of each stage on the path."""
    return {stage: number for number, stage in enumerate(path(setting))}


def said(stage: str) -> str:
    """A stage in a sentence: `MQL`, `lead`, `opportunity`."""
    return _SAID.get(stage, stage.upper() if len(stage) <= 3 else stage.replace("_", " "))  # noqa: PLR2004
