"""What was booked, each booking with the touches of its journey, as arrays.

A booking stands for whatever is shared: of the open pipeline it is an opportunity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.analysis.credit import measures
from revloop.analysis.credit.statistics.shares import Floats, Ints, Steps
from revloop.analysis.credit.windows import valued
from revloop.analysis.reading import Excluded, Given, Sums
from revloop.analysis.revenue import measures as revenue
from revloop.analysis.revenue.money import whole_numbers

STEPS = Sums("credit_steps", measures.step_sums, measures.CUTS)
NO_OPPORTUNITY = "no opportunity is known for it"
NO_TOUCH = "nobody was touched in its time"


@dataclass(frozen=True)
class Codes:
    """A column of texts: its values, and the number of the value of each row."""

    values: tuple[str, ...]
    of: Ints

    def taken(self, rows: Ints) -> Codes:
        return Codes(self.values, self.of[rows])

    def texts(self) -> Any:
        """As a column again."""
        return pa.DictionaryArray.from_arrays(
            pa.array(self.of, pa.int64()), pa.array(self.values, pa.string())
        )


@dataclass(frozen=True)
class Booked:
    """Bookings in the reporting currency, and the touches that may earn them, booking by booking."""

    amounts: Ints
    """Of each booking, in minor units."""
    steps: Steps
    """The journeys of the bookings: each booking has its own copy of its opportunity's."""
    cuts: Mapping[str, Codes]
    """Of each booking."""
    touches: pa.Table
    """All touches, of any journey."""
    rows: Ints
    """Where each touch of `steps` stands in that table."""
    month: Sequence[str | None]
    """Of each booking."""
    journey: Ints
    """The number of the journey of each booking; -1 where it has none."""
    excluded: tuple[Excluded, ...]
    """Bookings that are in no sum, and why."""
    _told: dict[str, Codes] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return int(self.amounts.sum())

    @property
    def has_touches(self) -> Any:
        """Whether anything may be credited, of each booking."""
        return self.steps.sizes > 0

    @cached_property
    def unattributed(self) -> dict[str, tuple[int, int]]:
        """Why what was booked is credited to nobody: how many bookings, and how much."""
        reasons = {
            NO_OPPORTUNITY: self.journey < 0,
            NO_TOUCH: (self.journey >= 0) & ~self.has_touches,
        }
        return {
            reason: (int(rows.sum()), int(self.amounts[rows].sum()))
            for reason, rows in reasons.items()
        }

    def by_touch(self, cut: str) -> Codes:
        """A cut, of each touch."""
        if cut in self.cuts:
            return self.cuts[cut].taken(self.steps.journey)
        if cut not in self._told:
            self._told[cut] = codes(self.touches[cut].take(pa.array(self.rows, pa.int64())))
        return self._told[cut]

    @cached_property
    def drawn_together(self) -> tuple[int, Ints]:
        """How many journeys there are, and the number of that of each booking; one without is its own."""
        alone = np.where(self.journey < 0, -1 - np.arange(self.journey.size), self.journey)
        found, place = np.unique(alone, return_inverse=True)
        return found.size, place


def booked(given: Given) -> Booked:
    """The bookings that are asked for, with their touches."""
    found = valued(given)
    touches = in_order(given.tables[STEPS.name])
    starts, rows = laid_end_to_end(touches, found.journey)
    return Booked(
        amounts=found.amounts,
        steps=Steps(
            starts,
            _number(touches["age"])[rows],
            whole_numbers(touches["marks"], 0)[rows],
            _number(touches["part"])[rows],
        ),
        cuts={cut: codes(found.table[cut]) for cut in revenue.CUTS},
        touches=touches,
        rows=rows,
        month=found.table["month"].to_pylist(),
        journey=found.journey,
        excluded=found.excluded,
    )


def laid_end_to_end(touches: pa.Table, journeys: Ints) -> tuple[Ints, Ints]:
    """The touches of these journeys, one journey after the other.

    Args:
        touches: in order.
        journeys: their ids; one that is named twice is laid twice.

    Returns:
        Where each journey begins, and at last how many touches there are; and for each touch the row
        of the table in which it stands.
    """
    of_touch = whole_numbers(touches["journey"], 0)
    begin = np.searchsorted(of_touch, journeys, "left")
    sizes = np.searchsorted(of_touch, journeys, "right") - begin
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return starts, np.repeat(begin - starts[:-1], sizes) + np.arange(starts[-1])


def codes(column: Any) -> Codes:
    """A column of texts as numbers; nothing is null."""
    found: Any = pc.dictionary_encode(column).combine_chunks()
    return Codes(tuple(map(str, found.dictionary.to_pylist())), np.asarray(found.indices, np.int64))


def together(columns: Sequence[Codes]) -> tuple[list[tuple[str, ...]], Ints]:
    """The combinations of several columns that occur, sorted, and the number of that of each row."""
    key = np.zeros(columns[0].of.size, np.int64)
    for each in columns:
        key = key * max(len(each.values), 1) + each.of
    found, place = np.unique(key, return_inverse=True)
    names: list[tuple[str, ...]] = []
    for one in found.tolist():
        name: list[str] = []
        left = one
        for each in reversed(columns):
            left, code = divmod(left, max(len(each.values), 1))
            name.append(each.values[code])
        names.append(tuple(reversed(name)))
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names))
    return [names[each] for each in order], rank[place] if names else place


def in_order(touches: pa.Table) -> pa.Table:
    """By journey and place: an engine may hand over tables in another order."""
    journey, place = whole_numbers(touches["journey"], 0), whole_numbers(touches["place"], 0)
    step = np.diff(journey)
    if ((step > 0) | ((step == 0) & (np.diff(place) > 0))).all():
        return touches
    return touches.take(np.lexsort((place, journey)))


def _number(column: Any) -> Floats:
    return np.asarray(column.cast(pa.float64()).combine_chunks(), np.float64)
