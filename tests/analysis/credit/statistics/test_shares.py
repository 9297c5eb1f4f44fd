"""The two interpreters of the rule models agree; money is whole, and none of it is lost."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.terms.credit_models import MARKS, RULES, Model, rule
from revloop.analysis.credit.statistics import one_journey, shares
from revloop.analysis.credit.statistics.one_journey import Touch
from revloop.analysis.credit.statistics.shares import Steps
from revloop.kit.errors import InvalidInput

PARTS = (Fraction(1), Fraction(1, 2), Fraction(3, 4))
TOUCHES = st.builds(
    Touch,
    age=st.floats(0, 400),
    marks=st.frozensets(st.sampled_from(MARKS), max_size=3),
    part=st.sampled_from(PARTS),
)
JOURNEYS = st.lists(
    st.lists(TOUCHES, max_size=8).map(lambda each: sorted(each, key=lambda t: -t.age)),
    min_size=1,
    max_size=6,
)


def laid(journeys: list[list[Touch]]) -> Steps:
    every = [touch for journey in journeys for touch in journey]
    bits = [sum(1 << MARKS.index(mark) for mark in touch.marks) for touch in every]
    return Steps(
        np.cumsum([0, *map(len, journeys)]).astype(np.int64),
        np.array([touch.age for touch in every]),
        np.array(bits, np.int64),
        np.array([float(touch.part) for touch in every]),
    )


@settings(max_examples=60, deadline=None)
@given(JOURNEYS, st.sampled_from(sorted(RULES)))
def test_one_journey_and_all_at_once_agree(journeys: list[list[Touch]], name: str) -> None:
    steps = laid(journeys)

    got = shares.shares(RULES[name], steps)

    for journey, begin in zip(journeys, steps.starts, strict=False):
        found = got[begin : begin + len(journey)]
        wanted = one_journey.exact_shares(RULES[name], journey)
        if wanted is None:
            assert not found.any()
        else:
            assert found == pytest.approx([float(each) for each in wanted], abs=1e-12)
            assert sum(wanted) == 1


@settings(max_examples=100, deadline=None)
@given(
    JOURNEYS,
    st.sampled_from(sorted(RULES)),
    st.lists(st.integers(0, 10**16), min_size=6, max_size=6),
)
def test_what_touches_earn_is_what_was_booked(
    journeys: list[list[Touch]], name: str, amounts: list[int]
) -> None:
    steps = laid(journeys)
    share = shares.shares(RULES[name], steps)
    booked = np.array(amounts[: steps.count], np.int64)

    got = shares.in_minor_units(booked, share, steps)

    for number, (begin, end) in enumerate(zip(steps.starts[:-1], steps.starts[1:], strict=True)):
        has = share[begin:end].any()
        assert sum(got[begin:end].tolist()) == (booked[number] if has else 0)


def test_no_cent_of_a_number_that_no_float_holds_is_lost() -> None:
    """An odd number above 2^53 in two parts, 3 to 1."""
    steps = laid([[Touch(0.0, frozenset()), Touch(0.0, frozenset())]])
    share = shares.shares(RULES["adobe:inverse_j"], steps)

    got = shares.in_minor_units(np.array([9_999_999_999_998_723]), share, steps)

    assert sum(got.tolist()) == 9_999_999_999_998_723


@settings(max_examples=60, deadline=None)
@given(JOURNEYS, st.sampled_from(sorted(RULES)), st.integers(0, 10**9))
def test_minor_units_are_those_of_exact_shares(
    journeys: list[list[Touch]], name: str, amount: int
) -> None:
    steps = laid(journeys)
    share = shares.shares(RULES[name], steps)

    got = shares.in_minor_units(np.full(steps.count, amount), share, steps)

    for journey, begin in zip(journeys, steps.starts, strict=False):
        wanted = one_journey.exact_shares(RULES[name], journey)
        if wanted is not None:
            whole = one_journey.in_minor_units(amount, wanted)
            found = got[begin : begin + len(journey)].tolist()
            # An irrational remainder may be another float's neighbour, and no more than a unit.
            assert max(abs(a - b) for a, b in zip(found, whole, strict=True)) <= 1


def test_touches_of_one_channel_share_its_part() -> None:
    """Three touches of two channels: each channel has half."""
    steps = laid([[Touch(3), Touch(2), Touch(1)], [Touch(1)], []])

    got = shares.by_channel_set(steps, np.array([0, 1, 0, 1]), 2)

    assert got == pytest.approx([0.25, 0.5, 0.25, 1.0])


@settings(max_examples=50, deadline=None)
@given(JOURNEYS, st.sampled_from(sorted(RULES)), st.randoms(use_true_random=False))
def test_the_order_of_journeys_does_not_matter(
    journeys: list[list[Touch]], name: str, random: object
) -> None:
    turned = journeys[::-1]
    one = shares.shares(RULES[name], laid(journeys))
    other = shares.shares(RULES[name], laid(turned))
    sizes = np.cumsum([len(each) for each in journeys])[:-1]
    back = [*reversed(np.split(other, np.cumsum([len(each) for each in turned])[:-1]))]
    for left, right in zip(np.split(one, sizes), back, strict=True):
        assert left == pytest.approx(right, abs=1e-12)


def test_a_model_of_unknown_milestones_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        Model("mine", "Mine", {"fist": Fraction(1)})
    assert "first" in str(refused.value.hint)


def test_a_model_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        rule("hubspot:ushaped")
    assert "hubspot:u_shaped" in str(refused.value.hint)
