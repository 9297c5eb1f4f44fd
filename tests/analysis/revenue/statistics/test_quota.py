from __future__ import annotations

from fractions import Fraction

from revloop.analysis.revenue.statistics.quota import attainment


def test_at_the_quota_is_made_and_without_a_quota_nobody_counts() -> None:
    """Of four one is above, one at, one below; the fourth has no quota, and sold all the same."""
    found = attainment([(120, 100), (100, 100), (99, 100), (500, 0)])

    assert found.made.exact == Fraction(2, 3)
    assert found.of_quotas == Fraction(319, 300)
    assert found.without_quota == 1


def test_where_nobody_has_a_quota_nothing_is_attained() -> None:
    found = attainment([(500, 0)])

    assert (found.made.exact, found.of_quotas, found.without_quota) == (None, None, 1)
