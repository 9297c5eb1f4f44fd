"""The nine models of `at_once` where not all touches fit into memory.

Touches are first written to scratch files by ranges of journeys, then one range after the other is
sorted and summed. What came of the journeys stays in memory: nine bytes for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa

from revloop.analysis.credit.statistics.at_once import (
    Earned,
    Ends,
    Sums,
    checked,
    concluded,
    nothing,
    summed,
)
from revloop.analysis.credit.statistics.packed_touches import (
    THREADS,
    Ints,
    Layout,
    Part,
    columns,
    ordered,
)

_TOGETHER = 3_000_000
"""So many touches are a range: 50 MB with those that are not sorted yet, for each thread."""


def earned(
    parts: Sequence[Part], ends: Ends, channels: int, scratch: Path, *, half_life: float = 14.0
) -> Earned:
    """The credits of all models, as of `at_once.earned`.

    Args:
        parts: The touches.
        ends: What came of their journeys.
        channels: How many there are, C.
        scratch: An empty folder, for 16 bytes a touch.
        half_life: Days in which a touch loses half its weight.

    Raises:
        ValueError: As of `at_once.earned`.
    """
    layout = checked(ends, channels)
    total = nothing(channels)
    # A range that waits for the parts of its own must not take their thread.
    with ThreadPoolExecutor(THREADS) as pool, ThreadPoolExecutor(THREADS) as ranges:

        def of_range(range_: _Range) -> Sums:
            keys = ordered(range_.keys(), [range_.as_part()], layout, pool)
            range_.remove()
            return summed(keys, layout, ends, half_life, pool)

        for found in ranges.map(of_range, _spilled(parts, layout, scratch, pool)):
            total += found
    return concluded(total, channels)


@dataclass(frozen=True, slots=True)
class _Range:
    """The touches of some journeys in their order of arrival, keys and ids in a file each."""

    place: Path

    def append(self, keys: Ints, touch: Ints) -> None:
        for suffix, numbers in ((".keys", keys), (".ids", touch)):
            with self.place.with_suffix(suffix).open("ab") as file:
                file.write(numbers.data)

    def keys(self) -> Ints:
        return np.fromfile(self.place.with_suffix(".keys"), np.int64)

    def as_part(self) -> Part:
        return Part(self.place.with_suffix(".keys").stat().st_size // 8, self._ids)

    def remove(self) -> None:
        for suffix in (".keys", ".ids"):
            self.place.with_suffix(suffix).unlink()

    def _ids(self, names: list[str]) -> pa.Table:
        touch = pa.py_buffer(self.place.with_suffix(".ids").read_bytes())
        column = pa.Array.from_buffers(pa.int64(), touch.size // 8, [None, touch])
        return pa.table([column], names=names)


def _spilled(
    parts: Sequence[Part], layout: Layout, scratch: Path, pool: Executor
) -> Iterator[_Range]:
    """Ranges of journeys with touches, ascending."""
    wanted = max(1, -(-sum(part.rows for part in parts) // _TOGETHER))
    # Of a power of two journeys each: a range is told by a shift, which is quicker than to divide.
    shift = max(0, (layout.journeys // wanted).bit_length() - 1)
    ranges = [_Range(scratch / str(each)) for each in range((layout.journeys >> shift) + 1)]
    locks = [Lock() for _ in ranges]
    list(pool.map(partial(_spill, layout, ranges, locks, shift), parts))
    return (found for found in ranges if found.place.with_suffix(".keys").exists())


def _spill(
    layout: Layout, ranges: Sequence[_Range], locks: Sequence[Lock], shift: int, part: Part
) -> None:
    journey, at, channel, touch = columns(part, ["journey", "at", "channel", "touch"])
    keys = np.empty(part.rows, np.int64)
    layout.pack(journey, at, channel, out=keys)
    number = (journey >> shift).astype(np.uint16)  # sorted by counting
    order = np.argsort(number, kind="stable")
    keys, touch = keys[order], touch[order]
    ends = np.cumsum(np.bincount(number, minlength=len(ranges))).tolist()
    for place, (lock, begin, end) in enumerate(zip(locks, [0, *ends], ends, strict=False)):
        its = slice(begin, end)
        if its.start < its.stop:
            with lock:
                ranges[place].append(keys[its], touch[its])
