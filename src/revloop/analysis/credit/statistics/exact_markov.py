"""The chain of `markov` over fractions, path by path: slow, and right to the last digit.

It is written from the definition, removing one channel after the other, so that the quick way has
something to be held against; and it explains the numbers of a few paths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise

from revloop.analysis.loop.statistics.chains import chain

_CONVERSION, _NULL = "conversion", "null"
_Counts = Mapping[tuple[str, ...], Mapping[tuple[str, ...] | str, int]]


@dataclass(frozen=True, slots=True)
class ExactChain:
    """What a chain says of the channels, by their names in alphabetical order."""

    p_conversion: Fraction
    """0 where there are no journeys."""
    removal_effects: Mapping[str, Fraction]
    credits: Mapping[str, Fraction] | None
    """Of all conversions; None where all effects are 0."""


def exact(
    paths: Iterable[tuple[Sequence[str], int, int]], order: int, *, collapse: bool = False
) -> ExactChain:
    """The chain of paths.

    Args:
        paths: Channels in their order, how many such journeys converted, and how many did not. A
            path without channels is not counted.
        order: How many channels back decide about the next step, from 1 on.
        collapse: A channel that follows itself is the same touch.

    Raises:
        ValueError: The order is below 1, or a count below 0.
    """
    if order < 1:
        raise ValueError("a chain looks back at least one channel")
    walked = [
        (tuple(key for key, _ in groupby(path)) if collapse else tuple(path), won, lost)
        for path, won, lost in paths
    ]
    counts = _counted(walked, order)
    names = sorted({channel for path, _, _ in walked for channel in path})
    p = _p_conversion(counts)
    effects = {name: 1 - _p_conversion(_without(counts, name)) / p if p else p for name in names}
    total, whole = sum(won for path, won, _ in walked if path), sum(effects.values())
    shares = {name: total * effect / whole for name, effect in effects.items()} if whole else None
    return ExactChain(p, effects, shares)


def _counted(paths: Iterable[tuple[tuple[str, ...], int, int]], order: int) -> _Counts:
    counts: defaultdict[tuple[str, ...], defaultdict[tuple[str, ...] | str, int]]
    counts = defaultdict(lambda: defaultdict(int))
    for path, won, lost in paths:
        if not path or not (won or lost):
            continue
        states = [path[max(0, end - order) : end] for end in range(len(path) + 1)]
        for state, after in pairwise(states):
            counts[state][after] += won + lost
        counts[states[-1]][_CONVERSION] += won
        counts[states[-1]][_NULL] += lost
    return counts


def _without(counts: _Counts, channel: str) -> _Counts:
    """Every step to the channel ends the journey for nothing."""
    left: dict[tuple[str, ...], dict[tuple[str, ...] | str, int]] = {}
    for state, row in counts.items():
        if state[-1:] == (channel,):
            continue
        left[state] = defaultdict(int)
        for to, often in row.items():
            left[state][_NULL if isinstance(to, tuple) and to[-1] == channel else to] += often
    return left


def _p_conversion(counts: _Counts) -> Fraction:
    if not counts:
        return Fraction(0)
    # A state is named by its text, which no end has: it begins with a parenthesis.
    named = {
        repr(state): {to if isinstance(to, str) else repr(to): often for to, often in row.items()}
        for state, row in counts.items()
    }
    reached = chain(named, (_CONVERSION, _NULL)).reaches(_CONVERSION)[repr(())]
    assert reached is not None  # noqa: S101 - every journey ends
    return reached
