"""How touches share what came of their journeys, by all rule models at once: `statistics.shares` on tables.

Every journey is laid in its order once, and all models look at that one window. What they add up over a
journey is added in any order, so that engines differ in the last digits of a share, and no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import ibis

from revloop.agreement.terms.credit_models import CONVERSIONS, CONVERTING, FIRST, LAST, MARKS, Model

if TYPE_CHECKING:
    import ibis.expr.types as ir

JOURNEY = "journey"
ORDER = ("place",)
_PLACE, _SIZE, _NEWEST = "__place", "__size", "__newest"


def _float(value: float | Fraction) -> Any:
    """A float; written as digits it would be a decimal to DuckDB, and slow to add up."""
    return ibis.literal(repr(float(value))).cast("float64")


_NONE = _float(0)


def with_shares(
    touches: ir.Table,
    models: Mapping[str, Model],
    *,
    by_channel_set: str | None = None,
    order: Sequence[str] = ORDER,
) -> ir.Table:
    """The touches with the share of each in its journey, from 0 to 1, in a column for each model.

    The shares of a journey sum to 1, or are all 0.

    Args:
        touches: `journey`; what they are ordered by; for a model that decays `age`, the days before
            the journey ended; for one of milestones `marks`, those that a touch holds by the bits of
            `MARKS`. With a column `part`, so much of a touch belongs to the journey; without, all.
        models: By the name of the column that each becomes.
        by_channel_set: The name of a column for Shapley's value by `channel`, if it is wanted
            (`statistics.shares.by_channel_set`).
        order: The columns by which the touches of a journey are ordered; no two are alike in all.
    """
    lay = _Laying(touches, order)
    rows = lay.counted(models, by_channel_set)
    raw = {name: f"__raw_{place}" for place, name in enumerate(models)}
    rows = rows.mutate(**{raw[name]: lay.raw(rows, model) for name, model in models.items()})
    if by_channel_set is not None:
        raw[by_channel_set] = "__raw_set"
        rows = rows.mutate(__raw_set=lay.in_its_channel(rows))
    rows = rows.mutate(
        **{f"__total{column}": rows[column].sum().over(lay.whole) for column in raw.values()}
    )
    told = {
        name: ibis.ifelse(
            rows[column] > 0, rows[column] / rows[f"__total{column}"].nullif(0), _NONE
        )
        for name, column in raw.items()
    }
    return rows.select(*touches.columns, **told)


class _Laying:
    """Touches of journeys in their order, as far as the models look at them."""

    def __init__(self, touches: ir.Table, order: Sequence[str]) -> None:
        self.touches = touches
        self.has_parts = "part" in touches.columns
        self.ordered = ibis.window(group_by=JOURNEY, order_by=list(order))
        # Added up in the order of touches, DuckDB takes a hundred times as long.
        self.whole = ibis.window(group_by=JOURNEY)
        self.to_the_end = ibis.window(
            group_by=JOURNEY, order_by=list(order), preceding=None, following=None
        )

    def counted(self, models: Mapping[str, Model], by_channel_set: str | None) -> ir.Table:
        """The touches with their places, and with what is counted in each journey."""
        rows = self.touches
        columns: dict[str, Any] = {
            _PLACE: ibis.row_number().over(self.ordered),
            _SIZE: rows.count().over(self.whole),
        }
        if any(each.half_life is not None for each in models.values()):
            columns[_NEWEST] = rows["age"].last().over(self.to_the_end)
        for milestone in {name for each in models.values() for name in _marked(each)}:
            holds = _holds_mark(rows, milestone).cast("int64")
            columns[f"__holders_{milestone}"] = holds.sum().over(self.whole)
        if by_channel_set is not None:
            of_channel = ibis.window(group_by=[JOURNEY, "channel"])
            its = rows["part"].sum() if self.has_parts else rows.count().cast("float64")
            columns["__of_channel"] = its.over(of_channel)
        rows = rows.mutate(**columns)
        others = {
            _others(model): self._is_other(rows, model).cast("int64").sum().over(self.whole)
            for model in models.values()
            if model.rest and _marked(model)
        }
        return rows.mutate(**others) if others else rows

    def raw(self, rows: ir.Table, model: Model) -> Any:
        """What a touch earns by a model, before the journey's shares are made to sum to 1."""
        weight = self._weight(rows, model)
        return weight * rows["part"] if self.has_parts else weight

    def in_its_channel(self, rows: ir.Table) -> Any:
        """The part of a touch in what touches of its channel are to the journey."""
        if not self.has_parts:
            return 1 / rows["__of_channel"]
        its = rows["part"] / rows["__of_channel"].nullif(0)
        return ibis.ifelse(rows["part"] > 0, its, _NONE)

    def _weight(self, rows: ir.Table, model: Model) -> Any:
        if model.half_life is not None:
            return _float(2) ** ((rows[_NEWEST] - rows["age"]) / model.half_life)
        if model.from_the_end:
            behind = rows[_SIZE] - 1 - rows[_PLACE]
            weights = [(behind == back, _float(w)) for back, w in enumerate(model.from_the_end)]
            return ibis.cases(*weights, else_=_NONE)
        weight = _NONE
        # In the order of `statistics.shares`, so that the same floats come out.
        for milestone, part in model.parts.items():
            if milestone in (FIRST, LAST):
                its = _float(part)
            else:
                its = _float(part) / rows[f"__holders_{milestone}"].nullif(0)
            weight += ibis.ifelse(self._holds(rows, milestone), its, _NONE)
        if model.rest:
            its = _float(model.rest) / self._others(rows, model).nullif(0)
            weight += ibis.ifelse(self._is_other(rows, model), its, _NONE)
        return weight

    def _others(self, rows: ir.Table, model: Model) -> Any:
        """How many touches of the journey hold no milestone of the model."""
        if _marked(model):
            return rows[_others(model)]
        return ibis.greatest(rows[_SIZE] - len(model.parts), 0)

    def _is_other(self, rows: ir.Table, model: Model) -> Any:
        found: Any = ibis.literal(value=True)
        for milestone in model.parts:
            found &= ~self._holds(rows, milestone)
        return found

    def _holds(self, rows: ir.Table, milestone: str) -> Any:
        if milestone == FIRST:
            return rows[_PLACE] == 0
        if milestone == LAST:
            return rows[_PLACE] == rows[_SIZE] - 1
        return _holds_mark(rows, milestone)


def _holds_mark(rows: ir.Table, milestone: str) -> Any:
    names = CONVERTING if milestone == CONVERSIONS else (milestone,)
    bits = sum(1 << MARKS.index(each) for each in names)
    return (rows["marks"] & bits) != 0


def _marked(model: Model) -> list[str]:
    """The milestones of a model that the facts say."""
    return [name for name in model.parts if name not in (FIRST, LAST)]


def _others(model: Model) -> str:
    return "__others_" + "_".join(sorted(model.parts))
