"""Translators of the worked examples of credit (see `translators`)."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from typing import Any

from revloop.analysis.credit.statistics import markov
from revloop.analysis.credit.statistics.exact_markov import exact
from revloop.analysis.credit.statistics.grams import grams
from revloop.analysis.credit.statistics.shapley import by_coalitions, shapley


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


ALL = {
    "attribution_markov": attribution_markov,
    "attribution_shapley": attribution_shapley,
}
