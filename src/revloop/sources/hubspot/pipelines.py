"""Stages and pipelines of deals and tickets. Ids of stages are those of one pipeline each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import good

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.objects import Object
    from revloop.sources.crm.records import Export

_SAID = ("label", "probability", "is_closed", "is_won", "state")


def with_stage(export: Export, rows: ir.Table, stages: Object) -> ir.Table:
    """Rows with `stage_id` and `pipeline_id`, and what is known of that stage.

    A stage is looked up in its own pipeline. Where the pipeline is unknown, an id that only one
    pipeline has is enough.
    """
    known = good(export.records(stages))
    said = {f"stage_{name}": known[name].max() for name in _SAID}
    exact = known.group_by("pipeline_id", "stage_id").agg(**said)
    exact = exact.rename(pipeline_1="pipeline_id", stage_1="stage_id")
    alone = known.group_by("stage_id").agg(
        pipelines=known.pipeline_id.nunique(),
        **{f"alone_{name}": known[name].max() for name in _SAID},
    )
    alone = alone.filter(alone.pipelines == 1).rename(stage_2="stage_id").drop("pipelines")
    rows = rows.left_join(
        exact, (rows.pipeline_id == exact.pipeline_1) & (rows.stage_id == exact.stage_1)
    )
    rows = rows.left_join(alone, rows.stage_id == alone.stage_2)
    # A pipeline that is known to have other stages than this one does not lend it a label.
    unknown = rows.pipeline_id.isnull()
    return rows.mutate(
        **{
            f"stage_{name}": ibis.coalesce(
                rows[f"stage_{name}"], unknown.ifelse(rows[f"alone_{name}"], ibis.null())
            )
            for name in _SAID
        }
    ).drop("pipeline_1", "stage_1", "stage_2", *(f"alone_{name}" for name in _SAID))


def with_pipeline(export: Export, rows: ir.Table, pipelines: Object) -> ir.Table:
    """Rows with `pipeline_id`, and its label as `pipeline_label`."""
    known = good(export.records(pipelines))
    known = known.group_by("pipeline_id").agg(pipeline_label=known.label.min())
    known = known.rename(pipeline_3="pipeline_id")
    return rows.left_join(known, rows.pipeline_id == known.pipeline_3).drop("pipeline_3")
