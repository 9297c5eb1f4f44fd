"""How many units are enough."""

from __future__ import annotations

import math

import numpy as np
import pytest

from revloop.analysis.experiments.statistics.sample_size import each_arm


def test_so_many_units_find_the_difference_as_often_as_was_asked_for() -> None:
    """20 % beside 30 %: of 2,000 experiments of that size 80 %, within three standard errors."""
    n = math.ceil(each_arm(0.2, 0.3))
    chance = np.random.default_rng(1)
    held, shown = (chance.binomial(n, share, 2_000) for share in (0.2, 0.3))
    mean = (held + shown) / (2 * n)
    z = (shown - held) / n / np.sqrt(2 * mean * (1 - mean) / n)

    assert (z > 1.96).mean() == pytest.approx(0.8, abs=3 * math.sqrt(0.8 * 0.2 / 2_000))


@pytest.mark.parametrize(("without", "shown"), [(0.1, 0.1), (-0.1, 0.2), (0.1, 1.2)])
def test_shares_that_no_number_tells_apart_are_refused(without: float, shown: float) -> None:
    with pytest.raises(ValueError, match="two different shares"):
        each_arm(without, shown)
