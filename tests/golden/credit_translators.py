"""Translators of the worked examples of credit (see `translators`)."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np

from revloop.agreement.terms.credit_models import MARKS, rule
from revloop.analysis.credit.statistics import markov
from revloop.analysis.credit.statistics.exact_markov import exact
from revloop.analysis.credit.statistics.grams import grams
from revloop.analysis.credit.statistics.one_journey import Touch, exact_shares, in_minor_units
from revloop.analysis.credit.statistics.shapley import by_coalitions, shapley
from revloop.analysis.credit.statistics.shares import Steps, shares
from revloop.analysis.credit.statistics.shares import in_minor_units as arrays_in_minor_units


def attribution_markov(given: dict[str, Any]) -> dict[str, Any]:
    """By fractions; and the quick chain has to say the same."""
    paths = [(each["path"], each["conversions"], each["nulls"]) for each in given["paths"]]
    found = exact(paths, given["order"], collapse=given["collapse_repeats"])
    conversions = sum(won for _, won, _ in paths)

    names = list(found.removal_effects)
    counted = grams(
        [0, *accumulate(len(path) for path, _, _ in paths)],
        [names.index(channel) + 1 for path, _, _ in paths for channel in path],
        [won for _, won, _ in paths],
        [lost for _, _, lost in paths],
        longest=given["order"],
        collapse=given["collapse_repeats"],
    )
    quick = markov.fit(counted, given["order"], len(names))
    shares = markov.credits(conversions, quick.removal_effects)
    assert abs(quick.p_conversion - found.p_conversion) < 1e-12
    for place, name in enumerate(names):
        assert abs(quick.removal_effects[place] - found.removal_effects[name]) < 1e-12
        if found.credits is not None and shares is not None:
            assert abs(shares[place] - found.credits[name]) < 1e-9
    return {
        "p_conversion": found.p_conversion,
        "removal_effect": found.removal_effects,
        "conversions": conversions,
        "credit": found.credits,
    }


def attribution_shapley(given: dict[str, Any]) -> dict[str, Any]:
    """By the closed form, and by all coalitions of the game that the example defines."""
    journeys = [(set(each["path"]), Fraction(str(each["revenue"]))) for each in given["journeys"]]
    names = sorted(set[str]().union(*(channels for channels, _ in journeys)))
    coalitions = [
        {name for place, name in enumerate(names) if number >> place & 1}
        for number in range(1 << len(names))
    ]
    inside = [
        sum((revenue for channels, revenue in journeys if channels <= coalition), Fraction(0))
        for coalition in coalitions
    ]
    closed = shapley([channels for channels, _ in journeys], [revenue for _, revenue in journeys])
    return {
        "shapley": dict(zip(names, by_coalitions(inside), strict=True)),
        "closed_form_equal_split": closed,
        "sum": sum(closed.values()),
    }


def attribution_rules(given: dict[str, Any]) -> dict[str, Any]:
    """Touch by touch in fractions; and all journeys at once have to say the same."""
    ends, milestones = given["conversion_day"], given["milestones"]
    marks = {"lead": milestones["lead_created"], "opportunity": milestones["opp_created"]}
    days = [touch["day"] for touch in given["touches"]]
    holds = {name: max((d for d in days if d <= at), default=None) for name, at in marks.items()}
    touches = [
        Touch(ends - day, frozenset(name for name, held in holds.items() if held == day))
        for day in days
    ]
    names = {
        "first": "first",
        "last": "last",
        "linear": "linear",
        "u_40_20_40": "u_shaped",
        "w_30_30_30_10": "w_shaped",
        "full_path_22_5": "full_path",
    }
    half_life = given.get("half_life_days")
    wanted = {said: rule(name) for said, name in names.items()}
    if half_life:
        wanted["time_decay"] = rule("time_decay", half_life=half_life)
    steps = Steps(
        np.array([0, len(touches)]),
        np.array([touch.age for touch in touches], np.float64),
        np.array([sum(1 << MARKS.index(mark) for mark in touch.marks) for touch in touches]),
        np.ones(len(touches)),
    )
    found = {}
    for said, model in wanted.items():
        exact_ = exact_shares(model, touches)
        assert exact_ is not None
        assert np.allclose(shares(model, steps), [float(each) for each in exact_], atol=1e-12)
        found[said] = [each * given["revenue"] for each in exact_]
    return found


def credit_rounding(given: dict[str, Any]) -> dict[str, Any]:
    """By fractions, and on arrays."""
    weights = [Fraction(each).limit_denominator(1_000) for each in given["weights"]]
    amount = given["minor_units"]
    steps = Steps(
        np.array([0, len(weights)]),
        np.zeros(len(weights)),
        np.zeros(len(weights), np.int64),
        np.ones(len(weights)),
    )
    on_arrays = arrays_in_minor_units(np.array([amount]), np.array(given["weights"]), steps)
    credited = in_minor_units(amount, weights)
    assert on_arrays.tolist() == credited
    return {"credits": credited, "sum": sum(credited)}


ALL = {
    "attribution_rules": attribution_rules,
    "credit_rounding": credit_rounding,
    "attribution_markov": attribution_markov,
    "attribution_shapley": attribution_shapley,
}
