"""The facts of one block as they stand on the last day."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.example.moments import Flags, Ints
from revloop.example.story import Story
from revloop.example.tables import Column


class Books:
    """Tables of facts, each row in its last version; made when they are asked for."""

    def __init__(self, story: Story, make: Mapping[str, Callable[[], pa.Table]]) -> None:
        self.story = story
        self._make = make
        self._made: dict[str, pa.Table] = {}

    def __getitem__(self, kind: str) -> pa.Table:
        if kind not in self._made:
            self._made[kind] = _last_versions(self._make[kind]())
        return self._made[kind]

    def rows(self, kind: str, references: Column) -> Ints:
        """Where the facts of these references stand in their table; -1 for none."""
        ids = pc.binary_join_element_wise("acme", array(self[kind]["source_id"]), ":")  # type: ignore[call-overload]
        return places(references, ids)


def _last_versions(table: pa.Table) -> pa.Table:
    codes = array(table["source_id"]).dictionary_encode().indices.to_numpy()
    last = np.zeros(int(codes.max()) + 1 if codes.size else 0, np.int64)
    np.maximum.at(last, codes, np.arange(codes.size))
    return taken(table, last)


def taken(table: pa.Table, rows: Ints) -> pa.Table:
    """The rows of a table with these numbers."""
    return table.take(pa.array(rows, pa.int64()))


def array(column: pa.ChunkedArray | Column) -> Column:  # type: ignore[type-arg]
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def places(wanted: Column, among: Column) -> Ints:
    """Where each text stands among others, -1 where it does not."""
    found = pc.index_in(array(wanted), value_set=array(among))
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)


def numbers(references: pa.ChunkedArray | Column) -> Ints:  # type: ignore[type-arg]
    """The number at the end of each id or reference: 12 of `acme:p-12`; -1 where there is none."""
    texts = pc.replace_substring_regex(array(references), r"^.*-", "")
    return np.asarray(texts.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False), np.int64)


def instants(column: pa.ChunkedArray | Column) -> Ints:  # type: ignore[type-arg]
    """Instants as numbers; NEVER where they are unknown."""
    at = array(column).cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    return np.asarray(at.astype("M8[us]").view(np.int64))


def says(column: pa.ChunkedArray | Column, *words: str) -> Flags:  # type: ignore[type-arg]
    """Which cells hold one of these words."""
    return np.asarray(pc.is_in(array(column), value_set=pa.array(words, pa.string())))


def is_true(column: pa.ChunkedArray | Column) -> Flags:  # type: ignore[type-arg]
    """Which cells are true; what is unknown is not."""
    return np.asarray(array(column).fill_null(False))  # noqa: FBT003
