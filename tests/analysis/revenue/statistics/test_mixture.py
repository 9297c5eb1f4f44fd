from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.loop.statistics.mix import mix_and_rate
from revloop.analysis.rates import Rate
from revloop.analysis.revenue.statistics.mixture import Total, mixture

totals = st.builds(Total, st.integers(0, 10**6), st.integers(1, 100)) | st.just(Total(0, 0))
several = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.tuples(totals, totals))


def mean(of: list[Total]) -> Fraction | None:
    return Total(sum(each.sum for each in of), sum(each.n for each in of)).mean


@given(several)
def test_the_parts_add_up_exactly(segments: dict[str, tuple[Total, Total]]) -> None:
    before = mean([each for each, _ in segments.values()])
    after = mean([each for _, each in segments.values()])
    found = mixture(segments)

    if before is None or after is None:
        assert found is None
        return
    assert found is not None
    assert sum(each.mix + each.rate for each in found.values()) == after - before


@given(several)
def test_swapping_the_periods_turns_the_signs(segments: dict[str, tuple[Total, Total]]) -> None:
    found = mixture(segments)
    turned = mixture({name: (after, before) for name, (before, after) in segments.items()})

    assert (found is None) == (turned is None)
    if found is not None and turned is not None:
        for name, each in found.items():
            assert (turned[name].mix, turned[name].rate) == (-each.mix, -each.rate)


@given(several)
def test_the_same_twice_is_no_change(segments: dict[str, tuple[Total, Total]]) -> None:
    found = mixture({name: (before, before) for name, (before, _) in segments.items()})

    for each in (found or {}).values():
        assert each.mix == 0
        assert each.rate == 0


rates = st.integers(1, 50).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.dictionaries(st.text("ab", min_size=1, max_size=2), st.tuples(rates, rates), min_size=1))
def test_of_rates_it_is_that_of_the_loop(
    segments: dict[str, tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    found = mixture({name: (Total(*old), Total(*new)) for name, (old, new) in segments.items()})
    loop = mix_and_rate({name: (Rate(*old), Rate(*new)) for name, (old, new) in segments.items()})

    assert found is not None
    assert loop is not None
    for name, each in found.items():
        assert (each.mix, each.rate) == (loop.parts[name].mix, loop.parts[name].rate)
