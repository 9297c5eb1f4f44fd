from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.cost.statistics.returns import (
    cac,
    cost_per_stage,
    customer_margin,
    lifetime_value,
    payback_months,
    roas,
    roi,
)

AMOUNTS = st.integers(-(10**12), 10**12)
COUNTS = st.integers(0, 10**6)
HALF = Fraction(1, 2)


def test_what_is_divided_by_nothing_is_none_and_never_infinite() -> None:
    assert roas(100, 0) is None
    assert roi(100, HALF, 0) is None
    assert cac(100, 0) is None
    assert lifetime_value(100, HALF, 0) is None
    assert cost_per_stage(100, {"won": 0}) == {"won": None}
    assert customer_margin(0, 0, 0, 0, 0).gross_margin_share is None
    assert customer_margin(5, 0, 0, 0, 0, 0).share_of_wallet is None


def test_nothing_is_earned_back_by_a_customer_of_no_margin() -> None:
    for arpa, margin in ((0, HALF), (100, 0), (100, -HALF), (None, HALF), (100, None)):
        assert payback_months(100, arpa, margin) is None
    assert payback_months(None, 100, HALF) is None


def test_whole_numbers_give_fractions_and_floats_give_floats() -> None:
    assert cac(100, 3) == Fraction(100, 3)
    assert isinstance(cac(100, 3), Fraction)
    assert isinstance(cac(100.0, 3), float)


@given(AMOUNTS, AMOUNTS, st.fractions(0, 1))
def test_return_of_the_whole_margin_is_return_on_spend_less_one(
    revenue: int, cost: int, margin: Fraction
) -> None:
    back, gain = roas(revenue, cost), roi(revenue, 1, cost)
    assert (back is None) == (gain is None) == (cost == 0)
    if back is not None and gain is not None:
        assert gain == back - 1
        assert roi(revenue, margin, cost) == back * margin - 1


@given(AMOUNTS, st.dictionaries(st.text(max_size=3), COUNTS))
def test_each_stage_costs_all_of_it(cost: int, volumes: dict[str, int]) -> None:
    for stage, each in cost_per_stage(cost, volumes).items():
        assert (each is None) == (volumes[stage] == 0)
        assert each is None or each * volumes[stage] == cost


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_what_is_left_and_what_was_taken_off_is_the_list_price(
    listed: int, discount: int, goods: int, serve: int, selling: int
) -> None:
    found = customer_margin(listed, discount, goods, serve, selling)
    assert found.customer_margin + selling + serve + goods + discount == listed
    assert found.contribution + serve == found.gross_margin
