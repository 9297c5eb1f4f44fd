"""How good clusters of people are, pair by pair, where the truth is known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from revloop.operations.people import queries

from .duplicates import Numbers


class Judged(NamedTuple):
    """Of the pairs of records."""

    precision: float
    """Share of those that are found to be one, and are."""
    recall: float
    """Share of those that are one, and are found."""


def judged(truth: Numbers) -> Judged:
    """The clusters of the workspace, of contacts as `duplicates.sample` names them."""
    found = queries.persons()
    numbers = [
        np.array([int(str(each).partition(":")[2]) for each in found[column].to_pylist()])
        for column in ("contact", "person")
    ]
    clusters = np.empty(len(truth), dtype=np.int64)
    clusters[numbers[0]] = numbers[1]
    return compared(clusters, truth)


def compared(clusters: Numbers, truth: Numbers) -> Judged:
    """Clusters and truth as one number for each record."""
    right = _pairs(clusters * (int(truth.max()) + 1) + truth)
    return Judged(right / _pairs(clusters), right / _pairs(truth))


def _pairs(groups: Numbers) -> int:
    _, sizes = np.unique(groups, return_counts=True)
    return int((sizes * (sizes - 1) // 2).sum())
