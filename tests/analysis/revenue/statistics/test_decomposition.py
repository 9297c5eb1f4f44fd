from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.analysis.revenue.statistics.decomposition import Change, decompose
from revloop.analysis.revenue.statistics.equation import FACTORS, Factors, factors

from .factoring import any_factors

BASE = factors(
    opps_per_seller=12, deal=25_000, win=Fraction(1, 4), cycle_days=Fraction(90), sellers=10
)


def change(before: Factors, after: Factors) -> Change:
    found = decompose(before, after)
    assert found is not None
    return found


def by_all_orders(before: Factors, after: Factors) -> dict[str, Fraction]:
    """The factors changed one after the other, in each of the 120 orders."""
    orders = list(permutations(FACTORS))
    parts = dict.fromkeys(FACTORS, Fraction(0))
    for order in orders:
        now = before
        for name in order:
            then = replace(now, **{name: getattr(after, name)})
            parts[name] += (Fraction(then.per_day or 0) - Fraction(now.per_day or 0)) / len(orders)
            now = then
    return parts


def test_one_factor_that_changed_alone_has_the_whole_change() -> None:
    found = change(BASE, replace(BASE, win=Fraction(3, 10)))

    assert found.delta == Fraction(5000, 3)
    assert found.shapley == dict.fromkeys(FACTORS, 0) | {"win": Fraction(5000, 3)}
    assert found.lmdi is not None
    assert found.lmdi["win"] == pytest.approx(5000 / 3)
    assert found.lmdi["deal"] == 0


def test_a_factor_of_zero_has_no_logarithm_but_a_part() -> None:
    found = change(BASE, replace(BASE, win=Fraction(0)))

    assert found.lmdi is None
    assert found.shapley["win"] == -found.before


def test_factors_that_cancel_out_have_parts_of_their_own() -> None:
    """Twice the opportunities at half the win rate: L(a, a) = a."""
    found = change(BASE, replace(BASE, opps_per_seller=24, win=Fraction(1, 8)))

    assert found.delta == 0
    assert found.lmdi is not None
    assert found.lmdi["opps_per_seller"] == pytest.approx(-found.lmdi["win"])
    assert found.lmdi["cycle_days"] == 0
    assert found.shapley["opps_per_seller"] == -found.shapley["win"] > 0


@pytest.mark.parametrize("missing", ["win", "cycle_days"])
def test_without_revenue_before_or_after_there_is_no_change(missing: str) -> None:
    unknown = replace(BASE, **{missing: None})

    assert decompose(BASE, unknown) is None
    assert decompose(unknown, BASE) is None
    assert decompose(replace(BASE, cycle_days=0), BASE) is None


def test_floats_will_do() -> None:
    before = factors(opps_per_seller=12, deal=25e3, win=0.25, cycle_days=90, sellers=10)
    after = factors(opps_per_seller=14, deal=24e3, win=0.3, cycle_days=84, sellers=9)

    found = change(before, after)

    assert sum(found.shapley.values()) == pytest.approx(7400 / 3)
    assert found.shapley["sellers"] == pytest.approx(-7076 / 7)


@given(any_factors(), any_factors())
@settings(max_examples=30)
def test_parts_are_the_means_over_all_orders(before: Factors, after: Factors) -> None:
    found = change(before, after)

    assert found.shapley == by_all_orders(before, after)
    assert sum(found.shapley.values()) == found.delta


@pytest.mark.parametrize("by", [Fraction(1, 10**12), 1 + Fraction(1, 10**12), Fraction(10**12)])
def test_a_part_by_logarithms_is_exact_for_great_changes_and_for_small_ones(by: Fraction) -> None:
    found = change(BASE, replace(BASE, win=Fraction(1, 4) * by))

    assert found.lmdi is not None
    assert found.lmdi["win"] == pytest.approx(float(found.delta), rel=1e-14)


@given(any_factors(above_zero=True), any_factors(above_zero=True))
def test_parts_by_logarithms_add_up(before: Factors, after: Factors) -> None:
    found = change(before, after)

    assert found.lmdi is not None
    size = float(found.before) + float(found.after)
    assert sum(found.lmdi.values()) == pytest.approx(float(found.delta), abs=1e-9 * size)


@given(any_factors(above_zero=True), any_factors(above_zero=True))
def test_swapping_the_periods_turns_the_signs(before: Factors, after: Factors) -> None:
    there, back = change(before, after), change(after, before)

    assert there.shapley == {name: -part for name, part in back.shapley.items()}
    assert there.lmdi is not None
    assert back.lmdi is not None
    for name in FACTORS:
        size = float(there.before) + float(there.after)
        assert there.lmdi[name] == pytest.approx(-back.lmdi[name], rel=1e-9, abs=1e-9 * size)


@given(any_factors(above_zero=True), any_factors(above_zero=True), st.sampled_from(FACTORS))
def test_a_factor_that_did_not_change_has_no_part(
    before: Factors, after: Factors, name: str
) -> None:
    found = change(before, replace(after, **{name: getattr(before, name)}))

    assert found.shapley[name] == 0
    assert found.lmdi is not None
    assert found.lmdi[name] == 0
