"""Journeys by the names of their channels, made up and real, and how they are laid end to end."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeAlias

from hypothesis import strategies as st

from revloop.analysis.credit.statistics.grams import Grams, grams

from ....real_data import real_data

Path: TypeAlias = tuple[tuple[str, ...], int, int]
"""Channels, how many such journeys converted, and how many did not."""

NAMES = ("ads", "demo", "mail", "search")

paths = st.lists(
    st.tuples(
        st.lists(st.sampled_from(NAMES[:3]), max_size=6).map(tuple),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=6,
)
"""Of three channels: the fourth is in no journey."""


def laid(
    given: Sequence[Path],
    names: Sequence[str] = NAMES,
    *,
    longest: int = 4,
    collapse: bool = False,
) -> Grams:
    number = {name: place for place, name in enumerate(names, start=1)}
    return grams(
        [0, *accumulate(len(channels) for channels, _, _ in given)],
        [number[channel] for channels, _, _ in given for channel in channels],
        [won for _, won, _ in given],
        [lost for _, _, lost in given],
        longest=longest,
        collapse=collapse,
    )


def real_paths() -> list[Path]:
    """10,000 paths of twelve channels, an example of an R package; 19,785 conversions."""
    with (real_data("channelattribution") / "PathData.csv").open(encoding="utf-8") as file:
        return [
            (
                tuple(row["path"].split(" > ")),
                int(row["total_conversions"]),
                int(float(row["total_null"] or 0)),
            )
            for row in csv.DictReader(file)
        ]
