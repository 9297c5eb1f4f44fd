from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.loop.statistics.chains import (
    LoopValue,
    Transitions,
    chain,
    value_of_loop,
)

ENDS = ("customer", "out")
STAGES = ("inquiry", "mql", "opp", "nurture")

LOOP = {
    "inquiry": {"opp": 1, "nurture": 1},
    "opp": {"customer": 1, "nurture": 1},
    "nurture": {"inquiry": 1, "out": 1},
}

counts = st.fixed_dictionaries(
    {
        stage: st.fixed_dictionaries(
            {to: st.integers(0, 20) for to in (*STAGES, *ENDS) if to != stage}
        )
        for stage in STAGES
    }
)


def test_who_comes_back_has_another_chance() -> None:
    """P = ¼ + ¾·½·P, for of four inquiries one becomes a customer and half of three come back."""
    value = value_of_loop(LOOP, ENDS, back="nurture", customer="customer")["inquiry"]

    assert value.with_loop == Fraction(2, 5)
    assert value.without_loop == Fraction(1, 4)
    assert value.uplift == Fraction(3, 5)


def test_a_lead_is_seen_in_its_first_stage_once_and_again_whenever_it_is_back() -> None:
    """It comes back with ¾·½ = 3/8, so an inquiry is seen 1/(1 − 3/8) = 8/5 times."""
    found = chain(LOOP, ENDS)

    assert found.visits("inquiry") == {
        "inquiry": Fraction(8, 5),
        "opp": Fraction(4, 5),
        "nurture": Fraction(6, 5),
    }


def test_counts_and_their_shares_are_the_same_chain() -> None:
    shares = {stage: dict.fromkeys(row, Fraction(1, 2)) for stage, row in LOOP.items()}

    assert chain(LOOP, ENDS) == chain(shares, ENDS)


def test_nothing_is_told_of_a_stage_that_nobody_is_seen_to_leave() -> None:
    """Nor of one that leads there; but of the others it is."""
    found = chain({"inquiry": {"mql": 1, "out": 1}, "opp": {"customer": 3, "out": 1}}, ENDS)

    assert found.reaches("customer") == {"inquiry": None, "opp": Fraction(3, 4), "mql": None}
    assert found.visits("inquiry") is None
    assert found.visits("opp") == {
        "inquiry": Fraction(0),
        "opp": Fraction(1),
        "mql": Fraction(0),
    }


def test_leads_that_only_go_around_never_come_to_an_end() -> None:
    found = chain({"mql": {"nurture": 1}, "nurture": {"mql": 1}}, ENDS)

    assert found.undetermined == {"mql", "nurture"}
    assert found.reaches("customer") == {"mql": None, "nurture": None}


def test_where_nobody_comes_through_at_once_there_is_no_uplift() -> None:
    only_later = {"inquiry": {"nurture": 1}, "nurture": {"opp": 1}, "opp": {"customer": 1}}
    value = value_of_loop(only_later, ENDS, back="nurture", customer="customer")["inquiry"]

    assert value == LoopValue(Fraction(1), Fraction(0))
    assert value.uplift is None
    assert LoopValue(None, Fraction(1, 2)).uplift is None


def test_who_begins_in_nurture_has_nothing_without_it() -> None:
    value = value_of_loop(LOOP, ENDS, back="nurture", customer="customer")["nurture"]

    assert value.with_loop == Fraction(1, 5)
    assert value.without_loop == 0


def test_transitions_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="nobody leaves an end: customer"):
        chain({"customer": {"mql": 1}}, ENDS)
    with pytest.raises(ValueError, match="less often than never"):
        chain({"mql": {"customer": -1}}, ENDS)
    with pytest.raises(ValueError, match="mql is not an end"):
        chain(LOOP, ENDS).reaches("mql")


@given(counts)
def test_everybody_comes_to_one_of_the_ends(transitions: Transitions) -> None:
    found = chain(transitions, ENDS)
    ends = [found.reaches(end) for end in ENDS]

    for stage in found.stages:
        shares = [reached[stage] for reached in ends]
        if stage in found.undetermined:
            assert shares == [None, None]
        else:
            assert sum(share for share in shares if share is not None) == 1


@given(counts)
def test_the_exact_chain_agrees_with_the_inverse_of_a_matrix(transitions: Transitions) -> None:
    found = chain(transitions, ENDS)
    known = [stage for stage in found.stages if stage not in found.undetermined]
    if not known:
        return
    q = np.array([[float(found.steps[a].get(b, 0)) for b in known] for a in known])
    b = np.array([float(found.steps[stage].get("customer", 0)) for stage in known])
    fundamental = np.linalg.inv(np.eye(len(known)) - q)

    reached = found.reaches("customer")
    visits = [found.visits(entry) for entry in known]

    told = [float(reached[stage] or 0) for stage in known]
    assert told == pytest.approx((fundamental @ b).tolist(), rel=1e-9, abs=1e-12)
    for row, visited in zip(fundamental, visits, strict=True):
        assert visited is not None
        assert [float(visited[stage]) for stage in known] == pytest.approx(row, rel=1e-9, abs=1e-12)


@given(counts)
def test_the_loop_never_costs_customers(transitions: Transitions) -> None:
    value = value_of_loop(transitions, ENDS, back="nurture", customer="customer")["inquiry"]

    if value.with_loop is not None and value.without_loop is not None:
        assert value.without_loop <= value.with_loop
