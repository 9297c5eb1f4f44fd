"""What channels earned, on tables: by rule models and Shapley's, and the nine models of `at_once`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from revloop.agreement.terms.credit_models import FIRST, LAST, LINEAR, SHAPLEY, Model, rule
from revloop.analysis.credit.in_tables.money import with_minor_units
from revloop.analysis.credit.in_tables.shares import JOURNEY, ORDER, with_shares
from revloop.analysis.credit.in_tables.steps import as_grams, steps
from revloop.analysis.credit.statistics import markov
from revloop.analysis.credit.statistics.at_once import ORDERS, TIME_DECAY, U_SHAPED, Earned
from revloop.analysis.rates import Floats

if TYPE_CHECKING:
    import ibis.expr.types as ir

_A_DAY = 86_400
_AT, _TOUCH = "at", "touch"


def credits(  # noqa: A001, PLR0913 - what they are called; five of them are by name
    touches: ir.Table,
    sold: ir.Table,
    models: Mapping[str, Model],
    *,
    by: Sequence[str] = ("channel",),
    by_channel_set: str | None = None,
    order: Sequence[str] = ORDER,
    in_minor_units: bool = False,
) -> ir.Table:
    """What each value of a column earned by each model.

    One row for each combination of `by`, and for each model two columns: `<model>_conversions`, of
    which all together are the journeys that were sold and could be credited, and `<model>_value`, in
    minor units before rounding; or rounded for each touch, if money shall sum to the cent.

    Args:
        touches: As of `with_shares`.
        sold: A row for each journey that was sold, or for each time it was: `journey` and `amount` in
            minor units. A journey that was sold twice is named differently each time.
        models: By name.
        by: The columns of touches to tell apart.
        by_channel_set: The name of Shapley's model by `channel`, if it is wanted.
        order: The columns by which the touches of a journey are ordered; no two are alike in all.
        in_minor_units: In whole minor units, of each journey exactly its amount.
    """
    rows = touches.inner_join(sold.select(JOURNEY, "amount"), JOURNEY)
    rows = with_shares(rows, models, by_channel_set=by_channel_set, order=order)
    names = [*models, *(() if by_channel_set is None else (by_channel_set,))]
    earned: dict[str, Any] = {name: rows[name] * rows.amount for name in names}
    if in_minor_units:
        place = ibis.row_number().over(ibis.window(group_by=JOURNEY, order_by=list(order)))
        rows = rows.mutate(__place=place)
        rows = with_minor_units(rows, {f"__{name}": name for name in names}, place="__place")
        earned = {name: rows[f"__{name}"] for name in names}
    money = "int64" if in_minor_units else "float64"
    sums = {f"{name}_conversions": rows[name].sum() for name in names}
    sums |= {f"{name}_value": each.sum().cast(money) for name, each in earned.items()}
    return rows.group_by(list(by)).agg(**sums)


def earned(
    arrow: Callable[[ir.Table], pa.Table],
    touches: ir.Table,
    sold: ir.Table,
    channels: int,
    *,
    half_life: float = 14.0,
) -> Earned:
    """The credits of nine models: `at_once.earned`, with every touch left where it is.

    Args:
        arrow: Computes a small table into memory, as `Workspace.arrow` does.
        touches: `journey`, `at` in seconds, `touch` that orders those of a second, `channel` from 1 to C.
        sold: A row for each journey that converted: `journey`, `amount`.
        channels: How many there are, C.
        half_life: Days in which a touch loses half its weight.

    Raises:
        ValueError: So many channels that a chain of order 3 cannot number its steps.
    """
    models = {name: rule(name) for name in (FIRST, LAST, LINEAR, U_SHAPED)}
    models[TIME_DECAY] = rule(TIME_DECAY, half_life=half_life)
    order = (_AT, _TOUCH)
    # Of two ages only the difference counts.
    aged = touches.mutate(age=-touches[_AT] / _A_DAY)
    told = arrow(credits(aged, sold, models, by_channel_set=SHAPLEY, order=order))
    counted = arrow(steps(touches, sold, channels, order=order))
    conversions, value = (
        {name: _by_channel(told, f"{name}_{which}", channels) for name in (*models, SHAPLEY)}
        for which in ("conversions", "value")
    )
    grams = as_grams(counted, channels)
    effects: dict[int, Floats] = {}
    for back in ORDERS:
        effects[back] = markov.fit(grams, back, channels).removal_effects
        for found in (conversions, value):
            shared = markov.credits(float(found[LAST].sum()), effects[back])
            found[f"markov_{back}"] = np.zeros(channels) if shared is None else shared
    return Earned(conversions, value, effects)


def _by_channel(told: pa.Table, column: str, channels: int) -> Floats:
    """(C,); 0 for a channel in no journey that was sold."""
    found = np.zeros(channels + 1)
    found[told["channel"].to_numpy().astype(np.int64)] = told[column].to_numpy()
    return found[1:]
