"""The steps of journeys, counted on tables: which channel followed which, as `statistics.grams` counts.

A chain of any order is told from these counts. There are at most (C + 1)^(k + 1) of them, however many
journeys there are, so the chain itself is solved in memory (`statistics.markov`): a table language has
no word for the inverse of a matrix, and needs none for one of a few hundred rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from revloop.analysis.credit.in_tables.shares import JOURNEY, ORDER
from revloop.analysis.credit.statistics.grams import Grams

if TYPE_CHECKING:
    import ibis.expr.types as ir

LONGEST = 3


def steps(
    touches: ir.Table,
    won: ir.Table,
    channels: int,
    *,
    longest: int = LONGEST,
    order: Sequence[str] = ORDER,
) -> ir.Table:
    """How often each step was taken: `step`, `passes`, and how often a journey `ended` there, or was `won`.

    A step is a channel and those before it, as one number: with C channels the digits of base C + 1,
    the channel's the lowest, 0 where the journey had not begun.

    Args:
        touches: `journey`, `channel` from 1 to C, and what they are ordered by.
        won: A row for each journey that converted, `journey`; the others did not.
        channels: How many there are, C.
        longest: How many channels before each step are told apart.
        order: The columns by which the touches of a journey are ordered; no two are alike in all.

    Raises:
        ValueError: So many channels that steps which look back so far have no number.
    """
    base = channels + 1
    most = base ** (longest + 1)
    if most > np.iinfo(np.int64).max:
        raise ValueError(f"{channels} channels are too many to look back so far")
    whole = "int32" if most <= np.iinfo(np.int32).max else "int64"
    ordered = ibis.window(group_by=JOURNEY, order_by=list(order))
    step: Any = touches["channel"].cast(whole)
    for back in range(1, longest + 1):
        before = touches["channel"].cast(whole).lag(back).over(ordered).fill_null(0)
        step += before * ibis.literal(base**back, whole)
    is_last = touches["channel"].lead().over(ordered).isnull()
    rows = touches.select(JOURNEY, step=step.cast(whole), is_last=is_last)
    passed = rows.group_by("step").agg(
        passes=rows.count().cast("int64"), ended=rows.is_last.sum().cast("int64")
    )
    winning = rows.filter(rows.is_last).semi_join(won, JOURNEY)
    winning = winning.group_by(won_at="step").agg(won=winning.count().cast("int64"))
    found = passed.left_join(winning, passed.step == winning.won_at)
    return found.select("step", "passes", "ended", won=found.won.fill_null(0))


def as_grams(counted: pa.Table, channels: int, *, longest: int = LONGEST) -> Grams:
    """What `steps` counted, computed, as chains are told from it."""
    step, passes, ended, won = (
        counted[name].combine_chunks().to_numpy(zero_copy_only=False).astype(np.int64)
        for name in ("step", "passes", "ended", "won")
    )
    # An engine may hand over rows in another order, and the last digits of a chain depend on it.
    order = np.argsort(step)
    digits = step[order, None] // (channels + 1) ** np.arange(longest + 1) % (channels + 1)
    return Grams(
        digits[:, 1:],
        digits[:, 0],
        passes[order].astype(np.float64),
        won[order].astype(np.float64),
        (ended - won)[order].astype(np.float64),
    )
