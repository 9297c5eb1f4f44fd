"""Translators of the worked examples of the revenue (see `translators`)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from revloop.analysis.revenue.statistics.decomposition import decompose
from revloop.analysis.revenue.statistics.equation import Factors, factors
from revloop.analysis.revenue.statistics.quota import attainment


def revenue_equation(given: dict[str, Any]) -> dict[str, Any]:
    found = _factors(given)
    return {
        "per_seller_per_day": found.per_seller_per_day,
        "team_per_day": found.per_day,
        "team_per_90_days": found.per_days(90),
        "gain_from_10pct_improvement": found.levers(),
        "gain_if_all_10pct": found.gain_of_all(),
    }


def revenue_change_decomposition(given: dict[str, Any]) -> dict[str, Any]:
    found = decompose(_factors(given["period0"]), _factors(given["period1"]))
    assert found is not None
    return {
        "R0": found.before,
        "R1": found.after,
        "delta": found.delta,
        "lmdi": found.lmdi,
        "lmdi_sum": sum(found.lmdi.values()) if found.lmdi is not None else None,
        "shapley": found.shapley,
        "shapley_sum": sum(found.shapley.values()),
    }


def quota_attainment(given: dict[str, Any]) -> dict[str, Any]:
    found = attainment((each["bookings"], each["quota"]) for each in given["reps"])
    return {
        "carrying": found.made.n,
        "made": found.made.x,
        "share_made": found.made.exact,
        "aggregate_attainment": found.of_quotas,
    }


def _factors(given: dict[str, Any]) -> Factors:
    return factors(**{name: Fraction(str(value)) for name, value in given.items()})


ALL = {
    "revenue_equation": revenue_equation,
    "revenue_change_decomposition": revenue_change_decomposition,
    "quota_attainment": quota_attainment,
}
