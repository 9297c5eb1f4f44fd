"""Local time to UTC and back, by the same zone rules as the working clocks of `kit`.

A zone is written as one short table: for each year the offset it begins with, and the moments at
which it changes. So any engine that can index a list computes it, at a tenth of what DuckDB's own
zone functions cost, and the answer does not depend on the zone data an engine was built with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from revloop.kit.working_time.instants import SECOND_US, year_start
from revloop.kit.working_time.zone_offsets import offset_spans

if TYPE_CHECKING:
    import ibis.expr.types as ir

FIRST_YEAR, LAST_YEAR = 1970, 2100
"""The years an instant may lie in; others are marks such as 9999-12-31 for an open end."""

_NEVER = 2**62


@dataclass(frozen=True, slots=True)
class _Years:
    """For each year from FIRST_YEAR on: an offset, and changes of it; all in seconds."""

    offsets: tuple[int, ...]
    changes: tuple[tuple[tuple[int, int], ...], ...]
    """The first, second … change of each year: when, and by how much."""


def to_utc(local: ir.TimestampValue, zone: str) -> ir.TimestampValue:
    """UTC of a local time, both without a zone; null outside FIRST_YEAR to LAST_YEAR."""
    return local - offset_of_local(local, zone).as_interval("s")


def to_local(instant: ir.TimestampValue, zone: str) -> ir.TimestampValue:
    """Local time of a UTC time, both without a zone; null outside FIRST_YEAR to LAST_YEAR."""
    return instant + _offset(instant, _years(zone, of_local=False)).as_interval("s")


def offset_of_local(local: ir.TimestampValue, zone: str) -> ir.IntegerValue:
    """The seconds that a local time is ahead of UTC.

    A time that the clock skips moves forward by the gap; of a time it shows twice the first counts.
    """
    return _offset(local, _years(zone, of_local=True))


def _offset(time: ir.TimestampValue, years: _Years) -> Any:
    import ibis  # noqa: PLC0415

    if len(set(years.offsets)) == 1 and not years.changes:
        return ibis.literal(years.offsets[0], "int64")
    # The last member is null, for the years before the first; after the last there is none.
    index = ibis.greatest(time.year() - FIRST_YEAR, -1)
    second = time.truncate("s").epoch_seconds()
    offset = ibis.literal([*years.offsets, None])[index]
    for change in years.changes:
        begins = ibis.literal([*(begin for begin, _ in change), None])[index]
        by = ibis.literal([*(by for _, by in change), None])[index]
        offset += (second >= begins).cast("int64") * by
    return offset


@lru_cache(maxsize=64)
def _years(zone: str, *, of_local: bool) -> _Years:
    starts = [year_start(year) // SECOND_US for year in range(FIRST_YEAR, LAST_YEAR + 2)]
    # A day more on both sides: local time is up to 14 hours off.
    day = 86_400
    spans = list(offset_spans(zone, (starts[0] - day) * SECOND_US, (starts[-1] + day) * SECOND_US))
    moments: list[tuple[int, int]] = []  # from when on, on the chosen clock, which offset
    before = spans[0].offset // SECOND_US
    for span in spans:
        offset = span.offset // SECOND_US
        begin = span.begin // SECOND_US
        if offset != before:
            # Both of a skipped and of a repeated time the old offset is the right one: forward over
            # the gap, and the first of two.
            moments.append((begin + (max(before, offset) if of_local else 0), offset))
        before = offset
    return _by_year(starts, spans[0].offset // SECOND_US, moments)


def _by_year(starts: list[int], first: int, moments: list[tuple[int, int]]) -> _Years:
    offsets: list[int] = []
    changes: list[list[tuple[int, int]]] = []
    now = first
    for begin, end in pairwise(starts):
        for moment, offset in moments:
            if moment <= begin:
                now = offset
        offsets.append(now)
        within: list[tuple[int, int]] = []
        for moment, offset in moments:
            if begin < moment < end:
                within.append((moment, offset - now))
                now = offset
        changes.append(within)
    most = max(map(len, changes))
    columns = tuple(
        tuple(within[each] if each < len(within) else (_NEVER, 0) for within in changes)
        for each in range(most)
    )
    return _Years(tuple(offsets), columns)
