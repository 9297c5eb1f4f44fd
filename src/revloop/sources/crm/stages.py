"""Entries into stages, out of histories that have a row for any change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir


def entries(rows: ir.Table) -> ir.Table:
    """The rows at which a subject entered a stage, with `from_stage` and `visit`.

    `rows` have `subject_id`, `stage`, `created` and `source_id`. Equal stages one after the other
    are one stay: its first row counts. The order is that of `created`, then of `source_id`, so the
    order of the rows themselves means nothing.
    """
    in_order = ibis.window(group_by="subject_id", order_by=["created", "source_id"])
    before = rows.mutate(from_stage=rows.stage.lag().over(in_order))
    entered = before.filter(before.from_stage.isnull() | (before.from_stage != before.stage))
    visits = ibis.window(group_by=["subject_id", "stage"], order_by=["created", "source_id"])
    return entered.mutate(visit=(ibis.row_number().over(visits) + 1).cast("int64"))


def with_direction(entered: ir.Table, ranks: ir.Table) -> ir.Table:
    """Entries with `is_backward`: whether the stage ranks below the one before; null if unknown.

    `ranks` has one row for each `stage`, with its `rank`.
    """
    of_new = ranks.select(stage_=ranks.stage, rank_=ranks["rank"])
    of_old = ranks.select(from_stage_=ranks.stage, from_rank_=ranks["rank"])
    ranked = entered.left_join(of_new, entered.stage == of_new.stage_)
    ranked = ranked.left_join(of_old, ranked.from_stage == of_old.from_stage_)
    backward = ranked.rank_ < ranked.from_rank_
    return ranked.mutate(is_backward=backward).drop("stage_", "rank_", "from_stage_", "from_rank_")


def rank_of(probability: ir.FloatingValue, is_closed: ir.BooleanValue) -> ir.FloatingValue:
    """Where a stage stands on the way to a win, 0 to 1; null where nobody can say.

    A lost opportunity has a probability of 0 and yet is at the end of the way; so 0 ranks last
    where the stage is known to be closed, first where it is known to be open.
    """
    return ibis.cases(
        (is_closed, 1.0),
        (probability > 0, probability),
        ((probability == 0) & ~is_closed, 0.0),
        else_=nothing("float64"),
    )
