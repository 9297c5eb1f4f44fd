from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.loop.statistics.mix import mix_and_rate
from revloop.analysis.rates import Rate


@st.composite
def rates(draw: st.DrawFn) -> Rate:
    n = draw(st.integers(0, 200))
    return Rate(draw(st.integers(0, n)), n)


segments = st.dictionaries(st.text(max_size=3), st.tuples(rates(), rates()), max_size=8)


def test_more_of_a_weaker_segment_is_mix_and_nothing_else() -> None:
    """Each segment converts as before, but the weaker one went from a half to three quarters."""
    found = mix_and_rate(
        {"weak": (Rate(5, 50), Rate(15, 150)), "strong": (Rate(20, 50), Rate(20, 50))}
    )

    assert found is not None
    assert (found.before.exact, found.after.exact) == (Fraction(25, 100), Fraction(35, 200))
    assert (found.mix, found.rate) == (Fraction(-3, 40), Fraction(0))


def test_the_same_segments_that_convert_less_are_rate_and_nothing_else() -> None:
    found = mix_and_rate(
        {"weak": (Rate(10, 50), Rate(5, 50)), "strong": (Rate(20, 50), Rate(20, 50))}
    )

    assert found is not None
    assert (found.mix, found.rate) == (Fraction(0), Fraction(-5, 100))
    assert found.parts["strong"].rate == 0


def test_a_segment_that_appears_or_vanishes_is_all_mix() -> None:
    """Its rate is taken for what it is in the period in which it has cases."""
    found = mix_and_rate(
        {
            "old": (Rate(20, 100), Rate(20, 100)),
            "new": (Rate(0, 0), Rate(90, 100)),
            "gone": (Rate(30, 100), Rate(0, 0)),
        }
    )

    assert found is not None
    assert found.rate == 0
    assert found.delta == Fraction(110, 200) - Fraction(50, 200)
    assert found.parts["new"].mix == Fraction(1, 2) * (Fraction(9, 10) - Fraction(2, 5))
    assert found.parts["gone"].mix == Fraction(-1, 2) * (Fraction(3, 10) - Fraction(2, 5))


def test_without_cases_in_a_period_there_is_no_change_to_take_apart() -> None:
    assert mix_and_rate({}) is None
    assert mix_and_rate({"a": (Rate(0, 0), Rate(1, 2))}) is None
    assert mix_and_rate({"a": (Rate(1, 2), Rate(0, 0))}) is None


@given(segments)
def test_the_parts_add_up_to_the_change(every: dict[str, tuple[Rate, Rate]]) -> None:
    found = mix_and_rate(every)
    if found is None:
        return

    assert found.before.exact is not None
    assert found.after.exact is not None
    assert found.delta == found.after.exact - found.before.exact


@given(segments)
def test_swapping_the_periods_turns_the_signs(every: dict[str, tuple[Rate, Rate]]) -> None:
    found = mix_and_rate(every)
    back = mix_and_rate({name: (after, before) for name, (before, after) in every.items()})

    assert (found is None) == (back is None)
    if found and back:
        for name, part in found.parts.items():
            assert (part.mix, part.rate) == (-back.parts[name].mix, -back.parts[name].rate)


@given(segments)
def test_a_segment_without_any_case_does_nothing(every: dict[str, tuple[Rate, Rate]]) -> None:
    found = mix_and_rate(every)
    more = mix_and_rate(every | {"nobody": (Rate(0, 0), Rate(0, 0))})

    assert (found is None) == (more is None)
    if found and more:
        assert (found.mix, found.rate) == (more.mix, more.rate)
        assert more.parts["nobody"].mix == more.parts["nobody"].rate == 0
