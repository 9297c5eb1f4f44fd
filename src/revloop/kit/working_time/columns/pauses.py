"""When many clocks stand still: unions and cuts of spans, for all clocks of a block at once.

Spans are measured in open time since the start of their clock, as in the scalar form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from revloop.kit.working_time.columns.open_time import Integers, Truths
from revloop.kit.working_time.instants import END_OF_TIME


@dataclass(frozen=True, eq=False)
class Spans:
    """Spans by group (a clock, or a reason of a clock), in order and apart within each group."""

    group: Integers
    begin: Integers
    end: Integers
    """END_OF_TIME where the clock never goes on."""

    @property
    def endless(self) -> Truths:
        endless: Truths = self.end == END_OF_TIME
        return endless

    def lengths(self) -> Integers:
        """The length of each span, 0 for an endless one, which is always the last of its group."""
        return np.where(self.endless, 0, self.end - self.begin)

    def before(self) -> Integers:
        """What the earlier spans of the group add up to."""
        lengths = self.lengths()
        total = np.cumsum(lengths) - lengths
        return total - total[np.searchsorted(self.group, self.group)]

    def covered(self, group: Integers, until: Integers) -> Integers:
        """How much of [0, until) the spans of each group cover."""
        result = np.zeros(until.size, np.int64)
        first = np.searchsorted(self.group, group)
        last = np.searchsorted(self.group, group, side="right") - 1
        some = np.flatnonzero(first <= last)
        until = until[some]
        at = last_reached(first[some], last[some], self.begin, until - 1)
        inside = np.maximum(np.minimum(self.end[at], until) - self.begin[at], 0)
        result[some] = self.before()[at] + inside
        return result


def union(group: Integers, begin: Integers, end: Integers) -> Spans:
    """The spans, at least one, sorted within their groups, and made one where they touch."""
    order = np.lexsort((begin, group))
    group, begin, end = group[order], begin[order], end[order]
    reach = _running_maximum(group, end)
    apart = np.append(True, (group[1:] != group[:-1]) | (begin[1:] > reach[:-1]))
    first = np.flatnonzero(apart)
    last = np.append(first[1:], group.size) - 1
    return Spans(group[first], begin[first], reach[last])


def cut(spans: Spans, allowance: Integers) -> Spans:
    """Each span cut off where its group has used up the allowance beside it."""
    left = np.maximum(allowance - spans.before(), 0)
    return Spans(spans.group, spans.begin, np.minimum(spans.end, spans.begin + left))


def last_reached(first: Integers, last: Integers, edges: Integers, value: Integers) -> Integers:
    """The last index in [first, last] whose edge is at most the value; `first` if none is.

    Climbs one step in all rows at a time: groups are short, and their keys would not fit 63 bits.
    """
    at = first.copy()
    while True:
        onward = (at < last) & (edges[np.minimum(at + 1, last)] <= value)
        if not onward.any():
            return at
        at += onward


def _running_maximum(group: Integers, values: Integers) -> Integers:
    """The largest value so far within each group.

    Values stand for their ranks meanwhile, so that group and rank fit into one integer whose plain
    running maximum starts afresh with each group.
    """
    by_value = np.argsort(values, kind="stable")
    rank = np.empty_like(by_value)
    rank[by_value] = np.arange(values.size)
    shift = np.cumsum(np.append(False, group[1:] != group[:-1])) * values.size
    highest: Integers = np.maximum.accumulate(shift + rank) - shift
    return values[by_value[highest]]
