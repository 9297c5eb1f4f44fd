from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.credit.statistics.grams import Grams, grams

from .journeys import NAMES, Path, laid, paths

Row = tuple[tuple[int, ...], int]


def rows(found: Grams) -> dict[Row, tuple[float, float, float]]:
    keys = zip(map(tuple, found.before.tolist()), found.channel.tolist(), strict=True)
    counts = zip(found.passes.tolist(), found.won.tolist(), found.lost.tolist(), strict=True)
    return dict(zip(keys, counts, strict=True))


def test_a_step_is_counted_with_what_came_before_and_what_came_of_it() -> None:
    found = laid([(("ads", "mail", "mail"), 2, 3), (("ads",), 1, 0)], longest=2)

    assert rows(found) == {
        ((0, 0), 1): (6, 1, 0),
        ((1, 0), 3): (5, 0, 0),
        ((3, 1), 3): (5, 2, 3),
    }
    assert found.journeys == 6
    assert found.conversions == 3


def test_a_channel_that_follows_itself_may_count_as_one_touch() -> None:
    """But not across journeys."""
    found = laid([(("ads", "ads", "mail"), 1, 0), (("mail",), 0, 1)], longest=1, collapse=True)

    assert rows(found) == {((0,), 1): (1, 0, 0), ((1,), 3): (1, 1, 0), ((0,), 3): (1, 0, 1)}


def test_a_journey_without_touches_is_not_counted() -> None:
    found = laid([((), 5, 5), (("ads",), 1, 1), ((), 5, 5)], longest=1)

    assert rows(found) == {((0,), 1): (2, 1, 1)}
    assert laid([((), 5, 5)]).channel.size == 0
    assert grams([0], [], [], []).before.shape == (0, 3)


def test_rows_are_chosen_and_put_together() -> None:
    found = laid([(("ads", "mail"), 2, 3)])
    first, second = found.select(np.array([0])), found.select(found.channel == 3)

    assert rows(Grams.concatenate([second, first])) == rows(found)
    with pytest.raises(ValueError, match="look back equally far"):
        Grams.concatenate([found, laid([(("ads",), 1, 0)], longest=1)])
    with pytest.raises(ValueError, match="order 5 is not from 0 to 4"):
        found.contexts(5)


def test_journeys_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="n \\+ 1 offsets"):
        grams([0, 1], [1], [1, 2], [0, 0])
    with pytest.raises(ValueError, match="offsets ascend"):
        grams([0, 2], [1], [1], [0])
    with pytest.raises(ValueError, match="from 1 on"):
        grams([0, 1], [0], [1], [0])
    with pytest.raises(ValueError, match="less often than never"):
        grams([0, 1], [1], [-1], [0])
    with pytest.raises(ValueError, match="too many"):
        grams([0, 1], [10_000], [1], [0], longest=4)


def test_many_channels_are_counted_as_few_are() -> None:
    """Their steps are too many to mark off in a table."""
    few = grams([0, 2, 4], [1, 2, 1, 2], [1, 0], [0, 1])
    many = grams([0, 2, 4], [5000, 6000, 5000, 6000], [1, 0], [0, 1])

    assert many.channel.tolist() == [5000, 6000]
    assert many.passes.tolist() == few.passes.tolist() == [2, 2]
    assert many.before[:, 0].tolist() == [0, 5000]


@given(paths, st.integers(1, 4), st.booleans())
def test_the_counts_are_those_of_walking_every_path(
    given: list[Path],
    longest: int,
    collapse: bool,  # noqa: FBT001 - drawn
) -> None:
    passes: Counter[Row] = Counter()
    won: Counter[Row] = Counter()
    for path, wins, losses in given:
        walked = [NAMES.index(channel) + 1 for channel in path]
        if collapse:
            walked = [
                c for place, c in enumerate(walked) if walked[max(0, place - 1)] != c or not place
            ]
        keys = []
        for place, channel in enumerate(walked):
            back = [walked[place - j] if place >= j else 0 for j in range(1, longest + 1)]
            keys.append((tuple(back), channel))
            passes[keys[-1]] += wins + losses
        if keys:
            won[keys[-1]] += wins

    found = rows(laid(given, longest=longest, collapse=collapse))

    assert {key: counts[0] for key, counts in found.items()} == passes
    assert all(counts[1] == won[key] for key, counts in found.items())
