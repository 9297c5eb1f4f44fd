"""Translators of the worked examples of the loop (see `translators`)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from revloop.analysis.loop.statistics.chains import chain, value_of_loop
from revloop.analysis.loop.statistics.competing import aalen_johansen
from revloop.analysis.loop.statistics.control_chart import control_chart
from revloop.analysis.loop.statistics.leaks import Step, find_leaks
from revloop.analysis.loop.statistics.mix import mix_and_rate
from revloop.analysis.loop.statistics.revisits import revisit, revisits
from revloop.analysis.loop.statistics.survival import kaplan_meier
from revloop.analysis.loop.statistics.yields import Yields
from revloop.analysis.rates import Rate


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


def mix_rate_decomposition(given: dict[str, Any]) -> dict[str, Any]:
    def rate(counts: list[int]) -> Rate:
        n, converted = counts
        return Rate(converted, n)

    found = mix_and_rate(
        {
            name: (rate(each["period0"]), rate(each["period1"]))
            for name, each in given["segments"].items()
        }
    )
    assert found is not None
    return {
        "overall0": found.before.exact,
        "overall1": found.after.exact,
        "delta": found.delta,
        "mix": {name: part.mix for name, part in found.parts.items()},
        "rate": {name: part.rate for name, part in found.parts.items()},
        "mix_total": found.mix,
        "rate_total": found.rate,
    }


def leak_detection(given: dict[str, Any]) -> dict[str, Any]:
    steps = [
        Step(
            each["step"],
            Rate(each["x"], each["n"]),
            Rate(each["baseline_x"], each["baseline_n"]),
            each["value_per_next_stage"],
        )
        for each in given["steps"]
    ]
    found = find_leaks(steps, q=given["q"])
    return {
        "z": [each.test.z if each.test else None for each in found],
        "p_one_sided": [each.test.p if each.test else None for each in found],
        "p_bh": [each.p_adjusted for each in found],
        "leaks": [each.step.name for each in found if each.is_leak],
        "expected_value_lost": [each.value_lost for each in found],
    }


def weekly_control_chart(given: dict[str, Any]) -> dict[str, Any]:
    found = control_chart(given["baseline"], given["new_points"])
    assert found.limits is not None
    return {
        "center": found.limits.center,
        "mr_bar": found.limits.mean_range,
        "lcl": found.limits.low,
        "ucl": found.limits.high,
        "signal": [each.signal for each in found.points],
    }


def loop_absorption(given: dict[str, Any]) -> dict[str, Any]:
    """Whatever comes back comes back from nurture, and everybody begins as an inquiry."""
    entry, back, customer = "inquiry", "nurture", "customer"
    ends = given["absorbing"]
    transitions = {
        stage: {to: Fraction(str(share)) for to, share in row.items()}
        for stage, row in given["transitions"].items()
    }
    found = chain(transitions, ends)
    one_way = {stage: row for stage, row in transitions.items() if stage != back}
    without = chain(one_way, [*ends, back]).reaches(customer)
    value = value_of_loop(transitions, ends, back=back, customer=customer)[entry]
    return {
        "p_customer": found.reaches(customer),
        "expected_visits_from_inquiry": found.visits(entry),
        "p_customer_no_recycle": without | {back: Fraction(0)},
        "uplift_from_recycling": value.uplift,
    }


def lost_opportunity_revisit(given: dict[str, Any]) -> dict[str, Any]:
    grace = timedelta(days=given["grace_days"])
    found = revisits(
        revisit(
            date.fromisoformat(each["return_on"]),
            date.fromisoformat(each["revisited"]) if each["revisited"] else None,
            grace,
            date.fromisoformat(given["as_of"]),
        )
        for each in given["lost"]
    )
    return {
        "due": found.due,
        "on_time": found.on_time,
        "late": found.late,
        "never": found.never,
        "revisit_compliance": found.rate.exact,
    }


def first_pass_vs_eventual_yield(given: dict[str, Any]) -> dict[str, Any]:
    passes = [each["pass_outcomes"] for each in given["inquiries"]]
    won = Counter(outcomes.index("won") + 1 for outcomes in passes if "won" in outcomes)
    found = Yields(len(passes), won)
    return {
        "first_pass": found.first_pass.exact,
        "eventual": found.eventual.exact,
        "recovered_by_loop": found.recovered.exact,
        "mean_passes_of_won": found.mean_passes_of_won,
    }


def _exact(values: list[int]) -> NDArray[np.object_]:
    return np.array([Fraction(value) for value in values], dtype=object)


def _counted(values: list[int], times: list[int]) -> NDArray[np.object_]:
    return _exact([values.count(time) for time in times])


ALL = {
    translator.__name__: translator
    for translator in (
        time_in_stage_km,
        time_in_stage_aalen_johansen,
        mix_rate_decomposition,
        leak_detection,
        weekly_control_chart,
        loop_absorption,
        lost_opportunity_revisit,
        first_pass_vs_eventual_yield,
    )
}
