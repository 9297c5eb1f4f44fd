from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, fisher_exact

from revloop.analysis.loop.statistics.leaks import (
    CheckedStep,
    Method,
    Step,
    below_baseline,
    benjamini_hochberg,
    find_leaks,
    fisher_below,
    ranked,
)
from revloop.analysis.rates import Rate

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@st.composite
def rates(draw: st.DrawFn, most: int = 400) -> Rate:
    n = draw(st.integers(1, most))
    return Rate(draw(st.integers(0, n)), n)


@st.composite
def steps(draw: st.DrawFn) -> list[Step]:
    return [
        Step(str(number), now, before, value=100)
        for number, (now, before) in enumerate(
            draw(st.lists(st.tuples(rates(), rates()), max_size=8))
        )
    ]


def found(*every: Step) -> dict[str, CheckedStep]:
    return {each.step.name: each for each in find_leaks(every)}


def names(tested: dict[str, CheckedStep]) -> set[str]:
    return {name for name, each in tested.items() if each.is_leak}


def test_a_step_that_fell_by_fifteen_points_is_a_leak_and_has_a_price() -> None:
    """75 % of 2000 before, 60 % of 200 now: 30 cases at 300 each."""
    leak = found(Step("MQL>SAL", Rate(120, 200), Rate(1500, 2000), value=300))["MQL>SAL"]

    assert leak.is_leak
    assert leak.shown
    assert leak.drop == Fraction(15, 100)
    assert leak.lost == 30
    assert leak.value_lost == 9000
    assert leak.value_lost_interval is not None
    assert leak.value_lost_interval.low < 9000 < leak.value_lost_interval.high


def test_a_step_that_rose_has_lost_nothing() -> None:
    step = found(Step("MQL>SAL", Rate(44, 60), Rate(500, 700), value=1500))["MQL>SAL"]

    assert not step.is_leak
    assert step.drop is not None
    assert step.drop < 0
    assert step.lost == step.value_lost == 0
    assert step.value_lost_interval is None


def test_a_drop_too_small_to_matter_is_no_leak_however_certain() -> None:
    """Of 40,000 and 400,000, so that chance is out of the question."""
    just = Step("just", Rate(28 * 400, 40_000), Rate(30 * 4_000, 400_000))
    less = Step("less", Rate(28 * 400 + 1, 40_000), Rate(30 * 4_000, 400_000))

    assert names(found(just, less)) == {"just"}  # 30 % less 28 % is two points, and not a hair less


def test_fewer_than_thirty_cases_are_no_leak_however_far_they_fell() -> None:
    few = Step("few", Rate(0, 29), Rate(900, 1000))
    enough = Step("enough", Rate(0, 30), Rate(900, 1000))

    assert names(found(few, enough)) == {"enough"}


def test_where_few_are_expected_the_exact_test_is_used() -> None:
    few = below_baseline(Rate(0, 30), Rate(20, 180))
    many = below_baseline(Rate(10, 40), Rate(300, 800))

    assert few is not None
    assert many is not None
    assert (few.method, many.method) == (Method.FISHER, Method.Z)
    assert few.p == pytest.approx(fisher_exact([[0, 30], [20, 160]], alternative="less").pvalue)


def test_a_small_baseline_asks_for_the_exact_test_too() -> None:
    found = below_baseline(Rate(500, 1000), Rate(4, 5))

    assert found is not None
    assert found.method is Method.FISHER


def test_an_expected_count_of_exactly_five_is_enough() -> None:
    """10 of 100 and 10 of 100: 5 of 50 expected."""
    exactly, less = (
        below_baseline(Rate(3, 50), Rate(7, 50)),
        below_baseline(Rate(2, 50), Rate(7, 50)),
    )

    assert exactly is not None
    assert less is not None
    assert (exactly.method, less.method) == (Method.Z, Method.FISHER)


def test_where_all_convert_now_and_before_nothing_fell() -> None:
    for now, baseline in ((Rate(40, 40), Rate(90, 90)), (Rate(0, 40), Rate(0, 90))):
        test = below_baseline(now, baseline)

        assert test is not None
        assert (test.method, test.z) == (Method.FISHER, None)
        assert test.p == pytest.approx(1)


def test_without_cases_there_is_no_test_and_the_others_are_not_held_up_by_it() -> None:
    empty = Step("empty", Rate(0, 0), Rate(5, 10))
    new = Step("new", Rate(5, 10), Rate(0, 0))
    step = Step("step", Rate(120, 200), Rate(1500, 2000))

    together = found(empty, new, step)

    for name in ("empty", "new"):
        assert together[name].test is None
        assert together[name].p_adjusted is None
        assert together[name].drop is None
        assert together[name].value_lost is None
        assert not together[name].is_leak
    assert together["step"].p_adjusted == found(step)["step"].p_adjusted


def test_parts_are_tested_among_themselves_and_shown_below_a_leak() -> None:
    whole = Step("all", Rate(120, 200), Rate(1500, 2000))
    fell = Step("fell", Rate(20, 100), Rate(750, 1000), parent="all")
    kept = Step("kept", Rate(75, 100), Rate(750, 1000), parent="all")

    together = found(whole, fell, kept)

    assert names(together) == {"all", "fell"}
    assert together["kept"].shown  # its parent leaks, though it does not itself
    assert together["fell"].p_adjusted == pytest.approx(
        2 * together["fell"].test.p  # type: ignore[union-attr]  # of two in its family
    )
    assert together["all"].p_adjusted == together["all"].test.p  # type: ignore[union-attr]


def test_a_part_that_leaks_alone_is_shown_and_its_quiet_sisters_are_not() -> None:
    whole = Step("all", Rate(740, 1000), Rate(7500, 10_000))
    fell = Step("fell", Rate(20, 100), Rate(750, 1000), parent="all")
    kept = Step("kept", Rate(750, 1000), Rate(7500, 10_000), parent="all")

    together = found(whole, fell, kept)

    assert names(together) == {"fell"}
    assert {name for name, each in together.items() if each.shown} == {"fell"}


def test_the_dearest_leak_stands_first_and_unknown_prices_last() -> None:
    def leak(name: str, value: int | None, n: int = 200) -> Step:
        return Step(name, Rate(0, n), Rate(1500, 2000), value=value)

    every = [leak("unknown", None), leak("cheap", 1), leak("more", None, 300), leak("dear", 9)]

    assert [each.step.name for each in ranked(find_leaks(every))] == [
        "dear",
        "cheap",
        "more",
        "unknown",
    ]


def test_each_step_has_a_name_and_a_parent_that_is_there() -> None:
    step = Step("a", Rate(1, 2), Rate(1, 2))
    with pytest.raises(ValueError, match="name of its own"):
        find_leaks([step, step])
    with pytest.raises(ValueError, match="no step is called b"):
        find_leaks([Step("a", Rate(1, 2), Rate(1, 2), parent="b")])
    assert find_leaks([]) == []


@given(rates(most=60), rates(most=60))
def test_the_exact_test_is_that_of_scipy(now: Rate, baseline: Rate) -> None:
    table = [[now.x, now.n - now.x], [baseline.x, baseline.n - baseline.x]]

    assert fisher_below(now, baseline) == pytest.approx(
        fisher_exact(table, alternative="less").pvalue, rel=1e-9, abs=1e-12
    )


@given(p_values)
def test_adjusted_values_are_those_of_scipy_and_never_below_the_raw(p: list[float]) -> None:
    adjusted = benjamini_hochberg(p)

    assert adjusted == pytest.approx(false_discovery_control(p), abs=1e-12)
    assert (adjusted >= np.array(p) * (1 - 1e-12)).all()
    assert (adjusted <= 1).all()


@given(p_values)
def test_adjusting_keeps_the_order(p: list[float]) -> None:
    order = np.argsort(p, kind="stable")

    assert (np.diff(benjamini_hochberg(p)[order]) >= 0).all()


@given(p_values)
def test_one_more_test_that_shows_nothing_never_makes_a_flag(p: list[float]) -> None:
    assert (benjamini_hochberg([*p, 1.0])[:-1] >= benjamini_hochberg(p) * (1 - 1e-12)).all()


@given(p_values)
def test_what_was_not_tested_does_not_count(p: list[float]) -> None:
    with_gaps = benjamini_hochberg([np.nan, *p, np.nan])

    assert np.isnan(with_gaps[[0, -1]]).all()
    assert (with_gaps[1:-1] == benjamini_hochberg(p)).all()


@given(steps(), st.randoms(use_true_random=False))
def test_the_order_of_the_steps_changes_nothing(every: list[Step], chance: object) -> None:
    shuffled = list(every)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert names(found(*shuffled)) == names(found(*every))


@given(rates(), rates())
def test_a_lower_rate_is_never_less_suspicious(now: Rate, baseline: Rate) -> None:
    assume(now.x)
    worse = below_baseline(Rate(now.x - 1, now.n), baseline)
    better = below_baseline(now, baseline)

    assert worse is not None
    assert better is not None
    if worse.method is better.method:
        assert worse.p <= better.p + 1e-12
