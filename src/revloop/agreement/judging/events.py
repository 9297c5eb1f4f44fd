"""Touches and activities as signals and scores read them: of one person, and in tables.

In a table an event has the columns `at` (instant), `id`, `person` and `account` (text, either may
be null), and the words of `vocabulary.EVENT_SOURCES`. In both forms the order of events is that of
(at, id), and a touch made by a machine (`is_bot`) is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from revloop.kit.working_time.instants import DAY_US, EPOCH, EPOCH_ORDINAL, in_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Event:
    """One touch or activity."""

    at: datetime
    """With its zone; kept in UTC, where instants compare and differ as instants."""
    id: str
    source: str
    """`touch` or `activity`"""
    person: str | None
    values: Mapping[str, Any]
    """The words of `vocabulary.EVENT_SOURCES[source]`; what is absent or None is unknown."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", in_utc(self.at))

    @property
    def day(self) -> int:
        """Its day in UTC, counted from Monday, 1 January of the year 1."""
        return self.at.toordinal() - 1


def known_at(events: Iterable[Event], source: str, at: datetime) -> list[Event]:
    """The events of a source that had happened at an instant, that instant included."""
    return [
        event
        for event in events
        if event.source == source and event.at <= at and event.values.get("is_bot") is not True
    ]


# The same for tables. Instants become whole microseconds there, because engines agree on the
# arithmetic of integers, but not on that of instants, days and sessions' zones.


def rows_that_count(events: ir.Table, source: str) -> ir.Table:
    """The events of one source without those that a machine made."""
    import ibis  # noqa: PLC0415 - half a second that one person's signals never need

    if source != "touch" or "is_bot" not in events.columns:
        return events
    return events.filter(~events.is_bot.fill_null(ibis.literal(value=False)))


def in_microseconds(instants: ir.TimestampColumn) -> ir.IntegerColumn:
    """Microseconds since 1970 in UTC; a column without a zone is in UTC."""
    import ibis  # noqa: PLC0415

    epoch = EPOCH if instants.type().timezone else EPOCH.replace(tzinfo=None)
    return instants.delta(ibis.literal(epoch), unit="microsecond")


def day_of(microseconds: ir.IntegerColumn) -> ir.IntegerColumn:
    """The days of `Event.day`."""
    return microseconds // DAY_US + (EPOCH_ORDINAL - 1)
