"""Who has been in a stage for longer than nine of ten are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from revloop.analysis.loop.statistics.survival import kaplan_meier
from revloop.analysis.rates import MIN_N
from revloop.analysis.reading import added

MOST = 0.9
STAYING = "still there"


def longest(stays: pa.Table) -> Mapping[str, float]:
    """The hours within which nine of ten have left each stage (Kaplan–Meier), by the sums of stays.

    A stage that fewer than 20 held has none, nor one that fewer than nine of ten are seen to leave.
    """
    counted: dict[str, dict[int, list[int]]] = {}
    for row in added(stays, ("stage", "hours", "cause"), ("n",)).to_pylist():
        at = counted.setdefault(row["stage"], {}).setdefault(row["hours"], [0, 0])
        at[row["cause"] == STAYING] += row["n"]
    found = {stage: _hours(held) for stage, held in counted.items()}
    return {stage: hours for stage, hours in found.items() if hours is not None}


def _hours(held: Mapping[int, list[int]]) -> float | None:
    times = np.array(sorted(held))
    counts: Any = np.array([held[hours] for hours in times.tolist()])
    if counts.sum() < MIN_N:
        return None
    return kaplan_meier(times.astype(np.float64), counts[:, 0], counts[:, 1]).quantile(MOST)
