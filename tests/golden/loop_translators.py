"""Translators of the worked examples of the loop (see `translators`)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from revloop.analysis.loop.statistics.competing import aalen_johansen
from revloop.analysis.loop.statistics.survival import kaplan_meier


def time_in_stage_km(given: dict[str, Any]) -> dict[str, Any]:
    durations, event = given["durations_days"], given["event"]
    ended = [time for time, left in zip(durations, event, strict=True) if left]
    stayed = [time for time, left in zip(durations, event, strict=True) if not left]
    times = sorted(set(durations))
    curve = kaplan_meier(_exact(times), _counted(ended, times), _counted(stayed, times))
    mean = curve.mean_until(Fraction(given["tau"]))
    columns = (curve.times, curve.at_risk, curve.exits, curve.survival, curve.variance)
    return {
        "table": [
            {"t": t, "n": n, "d": d, "S": survival, "greenwood_var": variance}
            for t, n, d, survival, variance in zip(*columns, strict=True)
            if d
        ],
        "median": curve.median,
        "rmst_tau": mean.exact if mean else None,
        "naive_mean_of_completed": Fraction(sum(ended), len(ended)) if ended else None,
    }


def time_in_stage_aalen_johansen(given: dict[str, Any]) -> dict[str, Any]:
    durations, ways = given["durations_days"], given["exit"]
    times = sorted(set(durations))

    def leaving(*by: str) -> NDArray[np.object_]:
        return _counted([t for t, way in zip(durations, ways, strict=True) if way in by], times)

    conv, lost = leaving("conv"), leaving("lost")
    found = aalen_johansen(_exact(times), {"conv": conv, "lost": lost}, leaving("cens"))
    alone = kaplan_meier(_exact(times), conv, leaving("cens", "lost"))
    shares = (found.incidence["conv"], found.incidence["lost"], found.survival)
    return {
        "table": [
            {"t": t, "n": n, "cif_conv": one, "cif_lost": other, "S": survival}
            for t, n, left, one, other, survival in zip(
                found.times, found.at_risk, conv + lost, *shares, strict=True
            )
            if left
        ],
        "sum_check_final": sum(share[-1] for share in shares),
        "wrong_1_minus_km_conv": 1 - alone.survival[-1],
    }


def _exact(values: list[int]) -> NDArray[np.object_]:
    return np.array([Fraction(value) for value in values], dtype=object)


def _counted(values: list[int], times: list[int]) -> NDArray[np.object_]:
    return _exact([values.count(time) for time in times])


ALL = {
    "time_in_stage_km": time_in_stage_km,
    "time_in_stage_aalen_johansen": time_in_stage_aalen_johansen,
}
