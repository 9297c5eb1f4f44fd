from __future__ import annotations

from fractions import Fraction

import pytest

from revloop.analysis.loop.statistics.yields import Yields


def test_what_is_won_only_after_coming_back_was_recovered_by_the_loop() -> None:
    """Of six inquiries one is won at once, one in the second pass and one in the third."""
    found = Yields(6, {1: 1, 2: 1, 3: 1})

    assert found.first_pass.exact == Fraction(1, 6)
    assert found.eventual.exact == Fraction(3, 6)
    assert found.recovered.exact == Fraction(2, 6)
    assert found.mean_passes_of_won == 2


def test_without_a_win_there_is_no_mean_and_without_a_beginning_no_yield() -> None:
    assert Yields(6, {}).mean_passes_of_won is None
    assert Yields(6, {}).eventual.exact == 0
    assert Yields(0, {}).eventual.exact is None


def test_no_more_are_won_than_began() -> None:
    with pytest.raises(ValueError, match="of 1 that began 2 cannot be won"):
        Yields(1, {1: 1, 2: 1})
    with pytest.raises(ValueError, match="numbered from 1"):
        Yields(1, {0: 1})
