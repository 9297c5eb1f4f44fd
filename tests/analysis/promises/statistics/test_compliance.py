from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.promises.statistics.compliance import Compliance

counts = st.builds(Compliance, *[st.integers(0, 100)] * 5)


def test_a_clock_that_still_runs_over_its_time_has_broken_the_promise() -> None:
    """Of 10 clocks one is pending and one void; of the other 8, one breach is still open."""
    found = Compliance(met=4, breached=3, open_breached=1, pending=1, void=1)

    assert found.rate.exact == Fraction(1, 2)
    assert found.bounds == (Fraction(4, 9), Fraction(5, 9))


def test_where_nothing_is_decided_only_the_bounds_are_known() -> None:
    found = Compliance(met=0, breached=0, open_breached=0, pending=3)

    assert found.rate.exact is None
    assert found.bounds == (Fraction(0), Fraction(1))
    assert Compliance(0, 0, 0, void=2).bounds is None


@given(counts)
def test_compliance_lies_within_its_bounds(found: Compliance) -> None:
    if found.rate.exact is not None:
        assert found.bounds is not None
        assert found.bounds[0] <= found.rate.exact <= found.bounds[1]


@given(counts, st.data())
def test_whatever_the_pending_become_the_result_is_within_the_bounds(
    found: Compliance, data: st.DataObject
) -> None:
    meet = data.draw(st.integers(0, found.pending))
    later = Compliance(
        found.met + meet, found.breached, found.open_breached + found.pending - meet, 0, found.void
    )

    if later.rate.exact is not None:
        assert found.bounds is not None
        assert found.bounds[0] <= later.rate.exact <= found.bounds[1]
