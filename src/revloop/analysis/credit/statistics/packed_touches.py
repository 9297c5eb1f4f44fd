"""The touches of all journeys in their order, each packed into one number.

A key holds journey, second and channel in 63 bits, so that a plain sort of numbers lays journeys end
to end, each in the order of time. Of touches of a journey in the same second, the one with the lower
id comes first. Ids do not fit into a key, so the few touches that need theirs are read once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

Ints = NDArray[np.int64]

THREADS = 2
_BITS = 63
_CHUNK = 1 << 16
"""So many numbers fit into the cache of a core, together with what is computed from them."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the touches; it may be read more than once, and beside other parts."""

    rows: int
    read: Callable[[list[str]], Any]
    """The named ones of the columns `journey`, `at`, `touch` and `channel`, as a table of Arrow.

    They are whole numbers without gaps: journeys from 0 on, seconds since 1970, ids, channels from 1.
    """


def of_batches(batches: Iterable[pa.RecordBatch]) -> list[Part]:
    return [Part(batch.num_rows, partial(_selected, batch)) for batch in batches]


def of_files(paths: Iterable[Path]) -> list[Part]:
    """Parquet files, by their row groups."""
    parts = []
    for path in paths:
        told = pq.read_metadata(path)
        parts += [
            Part(told.row_group(group).num_rows, partial(_row_group, path, told, group))
            for group in range(told.num_row_groups)
        ]
    return parts


@dataclass(frozen=True, slots=True)
class Layout:
    """Where in a key its three numbers are."""

    journeys: int
    channels: int

    @property
    def channel_bits(self) -> int:
        return self.channels.bit_length()

    @property
    def second_bits(self) -> int:
        return _BITS - self.channel_bits - max(1, (self.journeys - 1).bit_length())

    def pack(self, journey: Ints, at: Ints, channel: Ints, *, out: Ints) -> None:
        """Write the keys of touches.

        Raises:
            ValueError: A number that has no place in a key.
        """
        for values, least, above, said in (
            (journey, 0, self.journeys, "journeys are numbered from 0 on, below"),
            (at, 0, 1 << self.second_bits, "seconds are from 0, the start of 1970, and below"),
            (channel, 1, self.channels + 1, "channels are numbered from 1 on, below"),
        ):
            if values.size and not least <= int(values.min()) <= int(values.max()) < above:
                raise ValueError(f"{said} {above}")
        np.left_shift(journey, self.second_bits, out=out)
        out |= at
        out <<= self.channel_bits
        out |= channel

    def journey(self, keys: Ints) -> Ints:
        return keys >> (self.second_bits + self.channel_bits)

    def moment(self, keys: Ints) -> Ints:
        """Journey and second."""
        return keys >> self.channel_bits

    def second(self, keys: Ints) -> Ints:
        return self.moment(keys) & ((1 << self.second_bits) - 1)

    def channel(self, keys: Ints) -> Ints:
        return keys & ((1 << self.channel_bits) - 1)

    def chunks(self, keys: Ints, at_least: int = _CHUNK) -> list[slice]:
        """Slices of sorted keys, each with whole journeys."""
        shift = self.second_bits + self.channel_bits
        nominal = keys[at_least::at_least]
        begins = np.searchsorted(keys, nominal >> shift << shift)
        bounds = np.unique(np.concatenate(([0], begins, [keys.size]))).tolist()
        return [slice(*pair) for pair in pairwise(bounds)]


def in_order(parts: Sequence[Part], layout: Layout, pool: Executor) -> Ints:
    """The keys of all touches: by journey, second and id.

    Raises:
        ValueError: As of `Layout.pack`, or a gap in a column.
    """
    return ordered(packed(parts, layout, pool), parts, layout, pool)


def ordered(as_read: Ints, parts: Sequence[Part], layout: Layout, pool: Executor) -> Ints:
    """Keys in order, given as they lie in parts; of these only the column `touch` is read."""
    keys = np.sort(as_read)
    tied = _tied(keys, layout, pool)
    if tied.size:
        look_up = partial(_with_ids, layout, tied, as_read)
        _put_by_id(keys, tied, pool.map(look_up, parts, _begins(parts)), layout)
    return keys


def packed(parts: Sequence[Part], layout: Layout, pool: Executor) -> Ints:
    """The keys of all touches, in the order of their parts."""
    keys = np.empty(sum(part.rows for part in parts), np.int64)

    def fill(part: Part, begin: int) -> None:
        journey, at, channel = columns(part, ["journey", "at", "channel"])
        layout.pack(journey, at, channel, out=keys[begin : begin + part.rows])

    list(pool.map(fill, parts, _begins(parts)))
    return keys


def _begins(parts: Sequence[Part]) -> list[int]:
    return list(accumulate((part.rows for part in parts[:-1]), initial=0))[: len(parts)]


def _tied(keys: Ints, layout: Layout, pool: Executor) -> Ints:
    """The moments with touches of several channels, ascending."""
    other_channel = np.uint64((1 << layout.channel_bits) - 1)

    def find(chunk: slice) -> Ints:
        own = keys[chunk]
        differ = own[1:] ^ own[:-1]
        differ -= 1  # equal ones become the largest of all
        return layout.moment(own[1:][differ.view(np.uint64) < other_channel])

    found = list(pool.map(find, layout.chunks(keys)))
    return np.unique(np.concatenate(found)) if found else keys


def _with_ids(
    layout: Layout, tied: Ints, as_read: Ints, part: Part, begin: int
) -> tuple[Ints, Ints]:
    """Keys and ids of the touches of a part at tied moments."""
    keys = as_read[begin : begin + part.rows]
    concerned = np.zeros(layout.journeys, np.bool_)
    concerned[tied >> layout.second_bits] = True
    some = np.flatnonzero(concerned[layout.journey(keys)])
    moment = layout.moment(keys[some])
    some = some[tied[np.minimum(np.searchsorted(tied, moment), tied.size - 1)] == moment]
    if not some.size:
        return some, some
    [touch] = columns(part, ["touch"])
    return keys[some], touch[some]


def _put_by_id(keys: Ints, tied: Ints, found: Iterable[tuple[Ints, Ints]], layout: Layout) -> None:
    """Put sorted keys at tied moments into the order of their ids.

    Args:
        keys: All of them, changed in place.
        tied: The moments, ascending.
        found: Keys and ids of all touches at these moments.
        layout: That of the keys.
    """
    its, touch = (np.concatenate(each) for each in zip(*found, strict=True))
    begin = np.searchsorted(keys, tied << layout.channel_bits)
    sizes = np.searchsorted(keys, (tied + 1) << layout.channel_bits) - begin
    places = np.repeat(begin - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
    keys[places] = its[np.lexsort((its, touch, layout.moment(its)))]


def columns(part: Part, names: list[str]) -> list[Ints]:
    table = part.read(names)
    return [numbers(table.column(name), name) for name in names]


def numbers(column: Any, name: str) -> Ints:
    """A column, without a copy where it is of int64; `to_numpy` would import pandas.

    Raises:
        ValueError: It has gaps.
    """
    if column.null_count:
        raise ValueError(f"the column {name} has gaps")
    whole = column.cast(pa.int64())
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.combine_chunks()
    if not len(whole):
        return np.empty(0, np.int64)
    return np.frombuffer(whole.buffers()[1], np.int64, len(whole), 8 * whole.offset)


def _selected(batch: pa.RecordBatch, names: list[str]) -> pa.RecordBatch:
    return batch.select(names)


def _row_group(path: Path, told: Any, group: int, names: list[str]) -> pa.Table:
    with pq.ParquetFile(path, metadata=told) as file:
        return file.read_row_group(group, columns=names, use_threads=False)
