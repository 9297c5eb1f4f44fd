"""Which record stands for which: chains of `same as`, followed to their end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray


def stands_for(
    records: NDArray[np.int64],
    same_as: NDArray[np.int64],
    choose: Callable[[Sequence[int]], int],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For every record that does not stand for itself, the one that stands for it.

    Args:
        records: keys, each at most once.
        same_as: for each, the record that was said to stand for it; perhaps itself.
        choose: the one of a circle of records that is to stand for all of them.

    Returns:
        The records and who stands for each, in the order of the records.

    """
    every = np.unique(np.concatenate([records, same_as]))
    next_one = np.arange(len(every))
    next_one[np.searchsorted(every, records)] = np.searchsorted(every, same_as)
    _cut_circles(every, next_one, choose)
    end = next_one
    while not np.array_equal(end, further := end[end]):
        end = further
    moved = end != np.arange(len(every))
    return every[moved], every[end[moved]]


def _cut_circles(
    every: NDArray[np.int64], next_one: NDArray[np.intp], choose: Callable[[Sequence[int]], int]
) -> None:
    """Let the chosen record of each circle stand for itself."""
    far = next_one
    for _ in range(len(every).bit_length()):  # after as many steps as there are records
        far = far[far]
    reached = np.unique(far)
    left = set(reached[next_one[reached] != reached].tolist())  # no end, so on a circle
    while left:
        circle = [min(left)]
        while (following := int(next_one[circle[-1]])) != circle[0]:
            circle.append(following)
        left -= set(circle)
        chosen = choose([int(every[each]) for each in circle])
        place = int(np.searchsorted(every, chosen))
        next_one[place] = place
