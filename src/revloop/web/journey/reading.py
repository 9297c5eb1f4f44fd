"""Which events a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.engine.published import Table

AT_ONCE = 50
_COMPUTE: Any = pc
"""Its types know nothing of a text beside a column."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a timeline, the latest first."""

    rows: list[dict[str, Any]]
    first: int
    """How many come before it."""
    count: int
    """Of all that were asked for."""


def part(
    events: Table, keys: Sequence[int], *, first: int, side: str = "", person: int | None = None
) -> Part:
    """Fifty events of these keys from the given one on; several keys are one after a merge."""
    spans = [span for span in map(events.span, keys) if span]
    whole = sum(map(len, spans))
    if len(spans) == 1 and not side and person is None:
        (span,) = spans
        shown = span[first : first + AT_ONCE]
        return Part(events.read(shown).to_pylist() if shown else [], first, whole)
    if not spans:
        return Part([], first, 0)
    chosen = _chosen(events, spans, side, person)
    shown_rows = chosen[first : first + AT_ONCE]
    return Part(events.take(shown_rows).to_pylist(), first, len(chosen))


def _chosen(events: Table, spans: Sequence[range], side: str, person: int | None) -> list[int]:
    """The numbers of the rows that are asked for, the latest first; few columns tell which."""
    columns = ["at", *(["side"] if side else []), *(["person"] if person is not None else [])]
    read = pa.concat_tables([events.read(span, columns) for span in spans])
    numbers = np.fromiter(chain.from_iterable(spans), np.int64)
    wanted = np.ones(len(numbers), np.bool_)
    if side:
        wanted &= _COMPUTE.equal(read["side"], side).to_numpy()
    if person is not None:
        wanted &= _COMPUTE.fill_null(
            _COMPUTE.equal(read["person"], person), fill_value=False
        ).to_numpy()
    at = read["at"].cast(pa.int64()).to_numpy()[wanted]
    order = np.argsort(-at, kind="stable")
    found: list[int] = numbers[wanted][order].tolist()
    return found
