from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.promises.statistics.judgement import Acceptance, Rejections, kappa

tables = st.integers(2, 4).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 40), min_size=size, max_size=size), min_size=size, max_size=size
    )
)


def test_what_was_neither_accepted_nor_rejected_in_time_was_not_accepted() -> None:
    found = Acceptance(accepted=6, rejected=2, expired=2, pending=5)

    assert found.rate.exact == Fraction(6, 10)


def test_a_rejection_whose_criteria_are_unknown_is_no_dispute_and_no_lack() -> None:
    assert Rejections(met=2, not_met=1, unknown=1).dispute_share.exact == Fraction(2, 3)
    assert Rejections(met=0, not_met=0, unknown=4).dispute_share.exact is None


def test_kappa_is_the_agreement_beyond_chance() -> None:
    """75 of 100 agree; with 55 and 50 qualified, 50 would by chance."""
    found = kappa([[40, 15], [10, 35]])

    assert (found.observed, found.expected) == (Fraction(3, 4), Fraction(1, 2))
    assert found.exact == Fraction(1, 2)
    assert found.value == 0.5


def test_the_variance_of_kappa_is_that_of_the_delta_method() -> None:
    """Var = g'(diag(p) − pp')g/n with the gradient g of kappa, taken numerically."""
    table = np.array([[40.0, 15, 3], [10, 35, 4], [2, 1, 20]])
    p, n = table / table.sum(), table.sum()

    def of(q: np.ndarray) -> float:
        by_chance = q.sum(1) @ q.sum(0)
        return float((np.trace(q) - by_chance) / (1 - by_chance))

    step = 1e-6
    gradient = []
    for place in range(9):
        change = np.eye(9)[place].reshape(3, 3) * step
        gradient.append((of(p + change) - of(p - change)) / (2 * step))
    g, flat = np.array(gradient), p.ravel()
    error = math.sqrt((g**2 @ flat - (g @ flat) ** 2) / n)

    found = kappa([[int(count) for count in row] for row in table])

    assert found.interval is not None
    assert (found.interval.high - found.interval.low) / 2 == pytest.approx(
        1.959963984540054 * error, rel=1e-6
    )


def test_where_chance_would_agree_on_everything_there_is_no_kappa() -> None:
    """Both qualify everything."""
    found = kappa([[20, 0], [0, 0]])

    assert found.observed == found.expected == 1
    assert (found.exact, found.interval, found.value) == (None, None, None)


def test_without_a_lead_nobody_agrees() -> None:
    assert kappa([[0, 0], [0, 0]]).observed is None


def test_a_table_that_is_no_square_is_refused() -> None:
    with pytest.raises(ValueError, match="a square of counts"):
        kappa([[1, 2]])
    with pytest.raises(ValueError, match="a square of counts"):
        kappa([[1, -2], [3, 4]])


@given(tables)
def test_kappa_lies_between_minus_one_and_one_within_its_interval(table: list[list[int]]) -> None:
    found = kappa(table)
    if found.exact is None:
        return

    assert found.observed is not None
    assert -1 <= found.exact <= found.observed
    assert found.interval is not None
    assert -1 <= found.interval.low <= float(found.exact) <= found.interval.high <= 1


@given(tables)
def test_who_judged_first_does_not_matter(table: list[list[int]]) -> None:
    turned = [list(row) for row in zip(*table, strict=True)]

    assert kappa(turned) == kappa(table)
