"""Factors of the revenue equation, drawn at random."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from revloop.analysis.revenue.statistics.equation import Factors


def any_factors(*, above_zero: bool = False) -> st.SearchStrategy[Factors]:
    """Exact factors; with `above_zero` none of them is 0, and the cycle never is."""
    least = Fraction(1, 100) if above_zero else 0
    return st.builds(
        Factors,
        opps_per_seller=st.fractions(least, 100, max_denominator=100),
        deal=st.integers(1 if above_zero else 0, 10**8).map(Fraction),
        win=st.fractions(least, 1, max_denominator=100),
        cycle_days=st.fractions(Fraction(1, 10), 500, max_denominator=100),
        sellers=st.fractions(least, 100, max_denominator=100),
    )
