from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.revenue.statistics.equation import FACTORS, Factors, Number, factors

from .factoring import any_factors

TOLD: dict[str, Number | None] = {
    "deal": 25_000,
    "win": Fraction(1, 4),
    "cycle_days": 90,
    "sellers": 10,
}
BASE = factors(opps_per_seller=12, **TOLD)


def test_revenue_of_a_day_is_the_product_by_the_cycle() -> None:
    assert BASE.per_day == Fraction(12 * 25_000 * 10, 4 * 90)
    assert BASE.per_seller_per_day == Fraction(12 * 25_000, 4 * 90)
    assert BASE.per_days(90) == 750_000


def test_a_tenth_off_the_cycle_is_a_ninth_more_revenue() -> None:
    assert BASE.levers() == {
        "opps_per_seller": Fraction(1, 10),
        "deal": Fraction(1, 10),
        "win": Fraction(1, 10),
        "cycle_days": Fraction(1, 9),
        "sellers": Fraction(1, 10),
    }
    assert BASE.gain_of_all() == Fraction(11**4, 9 * 10**3) - 1


def test_several_levers_can_be_pulled_at_once() -> None:
    assert BASE.gain({"win": Fraction(1, 5), "cycle_days": Fraction(-1, 2)}) == Fraction(7, 5)
    assert BASE.with_change({"sellers": Fraction(1, 2)}).sellers == 15


def test_no_lever_has_another_name() -> None:
    with pytest.raises(ValueError, match="no factor is called luck"):
        BASE.gain({"luck": 1})


def test_a_total_of_opportunities_has_the_sellers_in_it_already() -> None:
    total = factors(opps_total=120, deal=25_000, win=Fraction(1, 4), cycle_days=90)

    assert total.per_day == BASE.per_day
    with pytest.raises(ValueError, match="would count them twice"):
        factors(opps_total=120, deal=25_000, win=Fraction(1, 4), cycle_days=90, sellers=10)


@pytest.mark.parametrize("form", [{}, {"opps_total": 120, "opps_per_seller": 12}])
def test_opportunities_are_told_in_one_form(form: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="either opps_total or opps_per_seller"):
        factors(**form, deal=25_000, win=Fraction(1, 4), cycle_days=90)


@pytest.mark.parametrize("wrong", [{"win": Fraction(5, 4)}, {"deal": -1}, {"cycle_days": -90}])
def test_factors_that_cannot_be_are_refused(wrong: dict[str, Number | None]) -> None:
    with pytest.raises(ValueError, match="no factor is below 0"):
        factors(opps_per_seller=12, **TOLD | wrong)


@pytest.mark.parametrize(
    "missing", [{"cycle_days": 0}, {"cycle_days": None}, {"win": None}, {"sellers": None}]
)
def test_without_a_factor_there_is_no_revenue_and_no_lever(
    missing: dict[str, Number | None],
) -> None:
    found = factors(opps_per_seller=12, **TOLD | missing)

    assert found.per_day is None
    assert found.per_days(90) is None
    assert found.levers() == dict.fromkeys(FACTORS)


def test_revenue_of_nothing_cannot_grow_by_a_share() -> None:
    nothing = factors(opps_per_seller=0, deal=25_000, win=Fraction(1, 4), cycle_days=90, sellers=9)

    assert nothing.per_day == 0
    assert nothing.gain_of_all() is None


def test_a_cycle_that_takes_no_time_is_no_gain() -> None:
    assert BASE.gain({"cycle_days": -1}) is None


@given(any_factors(above_zero=True), st.fractions(Fraction(1, 100), Fraction(1, 2)))
def test_a_gain_does_not_depend_on_where_it_starts(found: Factors, by: Fraction) -> None:
    expected = dict.fromkeys(FACTORS, by) | {"cycle_days": 1 / (1 - by) - 1}

    assert found.levers(by) == expected
    assert found.gain_of_all(by) == (1 + by) ** 4 / (1 - by) - 1
