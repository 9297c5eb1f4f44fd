"""Whether the lot fell as planned."""

from __future__ import annotations

import pytest

from revloop.analysis.experiments.statistics.sample_ratio import sample_ratio


def test_shares_are_scaled_to_add_up() -> None:
    """60 and 40 of a plan of 3 to 2."""
    found = sample_ratio([60, 40], [0.3, 0.2])

    assert found is not None
    assert found.chi2 == 0
    assert (found.df, found.p) == (1, 1.0)


def test_of_nobody_and_of_one_arm_nothing_is_said() -> None:
    assert sample_ratio([0, 0], [0.5, 0.5]) is None
    assert sample_ratio([7], [1.0]) is None


@pytest.mark.parametrize("split", [[0.5], [1.0, 0.0], [1.0, -0.5]])
def test_a_plan_that_gives_an_arm_nothing_is_refused(split: list[float]) -> None:
    with pytest.raises(ValueError, match="planned share"):
        sample_ratio([5, 5], split)
