"""From exposures and outcomes to the units of each experiment, their arm and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from revloop.analysis.cuts import known
from revloop.analysis.days import dated

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

CUTS = ("channel", "campaign", "experiment")
_KEYS = ("contact_id", "account_id", "user_id")
_FALSE = ibis.literal(value=False)


def units(ground: Ground) -> ir.Table:
    """Who was assigned: `experiment`, `unit`, `variant` and what it is, `first_at`, `arms`, cuts.

    `arms` is the number of variants that the unit was in; of one that was in several no variant is
    told. `is_held_back` and `planned_share` are those of its variant. `channel` and `campaign` are what
    the experiment holds back or shows; with `began_on`, the day of the first exposure, and its month.
    """
    return ground.once(_units)


def _units(ground: Ground) -> ir.Table:
    rows = ground["experiment_exposure"]
    rows = rows.mutate(unit=_unit(rows), held=rows.is_held_back.fill_null(_FALSE).cast("int64"))
    rows = rows.filter(rows.unit.notnull())
    each = rows.group_by("experiment", "unit").agg(
        first_at=rows["at"].min(),
        arms=rows.variant.nunique().cast("int64"),
        variant=rows.variant.min(),
        held=rows.held.max(),
        contact_id=rows.contact_id.min(),
        account_id=rows.account_id.min(),
    )
    alone = each.arms == 1
    each = each.mutate(
        variant=ibis.ifelse(alone, each.variant, None),
        is_held_back=(each.held == 1) & alone,
    ).drop("held")
    about = rows.group_by(about="experiment").agg(
        channel=rows.channel.max(), campaign=rows.campaign.max()
    )
    each = each.left_join(about, each.experiment == about.about).drop("about")
    plan = rows.group_by(of="experiment", arm="variant").agg(planned_share=rows.planned_share.max())
    each = each.left_join(plan, [each.experiment == plan.of, each.variant == plan.arm])
    each = each.drop("of", "arm").mutate(
        channel=known(each.channel),
        campaign=known(each.campaign),
        began_on=ground.days.number(each.first_at),
    )
    return dated(each, "first_at", ground.days, ground.calendar)


def outcomes(ground: Ground) -> ir.Table:
    """What was last measured of each unit after it had been assigned: `measure`, `value`, of `units`."""
    rows = ground["experiment_outcome"]
    rows = rows.filter(rows.value.notnull())
    # An outcome may name person and company: it is of the one that the experiment compares.
    of = [_of(rows, key) for key in (*_KEYS, "unit")]
    told = ibis.union(*of).filter(lambda t: t.measured.notnull())
    told = told.rename(tested="experiment")
    who = units(ground)
    rows = who.inner_join(told, [who.experiment == told.tested, who.unit == told.measured])
    rows = rows.filter(rows.measured_at >= rows.first_at).drop("tested", "measured")
    latest = ibis.window(
        group_by=["experiment", "unit", "measure"],
        order_by=[ibis.desc("measured_at"), "fact_source", "fact_id"],
    )
    rows = rows.mutate(place=ibis.row_number().over(latest))
    return rows.filter(rows.place == 0).drop("place", "fact_source", "fact_id")


def experiment_sums(ground: Ground) -> ir.Table:
    """Units of experiments by `month` of the first exposure, cuts, `variant`, `measure` and `value`: `n`.

    With `is_held_back`, `planned_share`, and `first_day` and `last_day`, the days since 1970 of the
    first and last of these exposures. Without a measure it is all who were assigned; without a variant,
    who was in several.
    """
    keys = ["month", *CUTS, "variant", "is_held_back", "planned_share"]
    assigned = units(ground)
    assigned = assigned.select(
        *keys, "began_on", measure=ibis.null("string"), value=ibis.null("float64")
    )
    measured = outcomes(ground).select(*keys, "began_on", "measure", "value")
    rows = ibis.union(assigned, measured)
    return rows.group_by([*keys, "measure", "value"]).agg(
        n=rows.count().cast("int64"), first_day=rows.began_on.min(), last_day=rows.began_on.max()
    )


def experiment_rows(ground: Ground) -> ir.Table:
    """One row for each unit and each measure of it; with null for one that was not measured."""
    who, told = units(ground), outcomes(ground)
    told = told.select("measure", "value", "measured_at", of="experiment", whose="unit")
    rows = who.left_join(told, [who.experiment == told.of, who.unit == told.whose])
    return rows.drop("of", "whose", "began_on", "week")


def _unit(rows: ir.Table) -> Any:
    """What is compared, by its kind where that is said, else by the first that is named."""
    named = [
        ((rows.unit_kind == key.removesuffix("_id")) & rows[key].notnull(), _said(rows, key))
        for key in _KEYS
    ]
    first = ibis.coalesce(rows.unit, *(_said(rows, key) for key in _KEYS))
    return ibis.cases(*named, else_=first)


def _said(rows: ir.Table, key: str) -> Any:
    """`contact 17`; null where there is none."""
    return ibis.literal(key.removesuffix("_id") + " ") + rows[key].cast("string")


def _of(rows: ir.Table, key: str) -> ir.Table:
    return rows.select(
        "experiment",
        measure=known(rows.measure),
        value=rows.value,
        measured_at=rows["at"],
        measured=rows.unit if key == "unit" else _said(rows, key),
        fact_source=rows.source,
        fact_id=rows.source_id,
    )
