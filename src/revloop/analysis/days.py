"""Instants as days, weeks and months of the company's own zone, on every engine the same.

Engines differ in what they know of time zones. Here the offsets of a zone are written into the
expression, each with the instants between which it holds, and what follows is whole numbers.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from revloop.agreement.judging.events import in_microseconds
from revloop.kit.working_time.instants import to_microseconds
from revloop.kit.working_time.zone_offsets import offset_spans

if TYPE_CHECKING:
    import ibis.expr.types as ir

_A_DAY = 86_400_000_000
"""Microseconds."""
_AN_HOUR = _A_DAY // 24
_THURSDAY, _A_WEEK = 3, 7
"""The first of January 1970 was a Thursday."""
_EPOCH = date(1970, 1, 1)


class Days:
    """The days of a zone between two instants, and the week and month of each."""

    def __init__(self, zone: str, begin: datetime, end: datetime) -> None:
        spans = offset_spans(
            zone,
            to_microseconds(begin.astimezone(UTC) - timedelta(days=2)),
            to_microseconds(end.astimezone(UTC) + timedelta(days=2)),
        )
        self.zone = zone
        self._spans = [(span.begin, span.offset) for span in spans]
        self._first = _day(begin) - 2
        self._last = _day(end) + 2

    def number(self, instant: Any) -> Any:
        """The local date of an instant, as days since 1970-01-01."""
        return (self._local(instant) / _A_DAY).floor().cast("int64")

    def weekday(self, instant: Any) -> Any:
        """The local weekday of an instant, 0 for Monday."""
        return (self.number(instant) + _THURSDAY) % _A_WEEK

    def hour(self, instant: Any) -> Any:
        """The local hour of the clock, 0 to 23, in which an instant lies."""
        return (self._local(instant) / _AN_HOUR).floor().cast("int64") - self.number(instant) * 24

    def _local(self, instant: Any) -> Any:
        """Microseconds since 1970-01-01 on the clocks of the zone."""
        moment = in_microseconds(instant)
        offsets = [
            (moment >= begin, ibis.literal(offset, "int64"))
            for begin, offset in reversed(self._spans[1:])
        ]
        first = ibis.literal(self._spans[0][1], "int64")
        offset = ibis.cases(*offsets, else_=first) if offsets else first
        return moment + offset

    def table(self) -> pa.Table:
        """One row for each day: `day` as a number, `date`, `week` (its Monday), `month`."""
        numbers = range(self._first, self._last + 1)
        dates = [_EPOCH + timedelta(days=number) for number in numbers]
        return pa.table(
            {
                "day": pa.array(numbers, pa.int64()),
                "week": pa.array([_week(each) for each in dates], pa.string()),
                "month": pa.array([f"{each:%Y-%m}" for each in dates], pa.string()),
            }
        )


def dated(rows: ir.Table, column: str, days: Days, calendar: ir.Table) -> ir.Table:
    """The rows with `month` and `week` (its Monday) of an instant; rows without it have neither."""
    numbered = rows.mutate(day_of_it=days.number(rows[column]))
    joined = numbered.left_join(calendar, numbered.day_of_it == calendar.day)
    return joined.drop("day", "day_of_it")


def in_days(later: Any, earlier: Any) -> Any:
    """The wall time between two instants, in days, to the microsecond."""
    return later.delta(earlier, unit="microsecond").cast("float64") / _A_DAY


def _day(at: datetime) -> int:
    return (at.astimezone(UTC).date() - _EPOCH).days


def _week(day: date) -> str:
    return (day - timedelta(days=day.weekday())).isoformat()
