"""Ranges of time that more than one version governs: periods with goals, and series of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from revloop.agreement.versions.edition import Edition
from revloop.agreement.versions.history import Entry, History, Tenure, governing, tenures
from revloop.kit.errors import InvalidInput
from revloop.kit.working_time.calendars import Calendar
from revloop.kit.working_time.instants import in_utc, to_microseconds


@dataclass(frozen=True, slots=True)
class PeriodPart:
    """The part [begins, ends) of a period whose goals and incentives one version sets."""

    edition: Edition | None
    """None before the first version: nobody had promised anything."""
    begins: datetime
    ends: datetime
    working_days: int
    share: Fraction | None
    """Of the working days of the period; None if it has none."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch [begins, ends) of a series under one version."""

    edition: Edition | None
    begins: datetime
    ends: datetime
    breaks: bool
    """It means something else than the segment before, so the two are never pooled."""


def period_parts(
    history: History, start: datetime, end: datetime, calendar: Calendar
) -> tuple[PeriodPart, ...]:
    """Which version sets the goals and incentives of a period, and for which share of it.

    They belong to the version that governs as the period starts. A version that takes effect later
    changes them only if it says that it amends the period and all signed it, and then from the
    moment on at which both are so; an emergency that is not signed normally changes none. A working
    day belongs to the version that governs at its close.
    """
    first, last = _in_order(start, end)
    changes = list(_changes(_agreed(history.entries), first, last))
    ends = [begins for _, begins in changes[1:]] + [last]
    parts = [
        (edition, begins, until, _closes(calendar, begins, until))
        for (edition, begins), until in zip(changes, ends, strict=True)
    ]
    total = sum(days for *_, days in parts)
    return tuple(
        PeriodPart(*part, share=Fraction(part[-1], total) if total else None) for part in parts
    )


def series(in_order: Sequence[Tenure], start: datetime, end: datetime) -> tuple[Segment, ...]:
    """The versions that govern a range, in order, and where a series over it has to break.

    It breaks where the major version changes, because stages and conditions then mean something
    else, and where the first version begins. A smaller change is shown and may be pooled.
    """
    first, last = _in_order(start, end)
    edges = {edge for each in in_order for edge in (each.begins, each.ends) if edge is not None}
    begins = [first, *sorted(edge for edge in edges if first < edge < last)]
    editions = [governing(in_order, at) for at in begins]
    return tuple(
        Segment(edition, at, until, breaks=at != first and _major(before) != _major(edition))
        for before, edition, at, until in zip(
            [None, *editions], editions, begins, [*begins[1:], last], strict=False
        )
    )


def _agreed(entries: Sequence[Entry]) -> tuple[Tenure, ...]:
    """Who would govern when, if a version counted only once all had signed it normally."""
    return tenures(
        [
            replace(entry, begins=max(entry.begins, entry.agreed_at), expires=None)
            for entry in entries
            if entry.agreed_at is not None
        ]
    )


def _changes(
    agreed: Sequence[Tenure], start: datetime, end: datetime
) -> Iterator[tuple[Edition | None, datetime]]:
    holder = governing(agreed, start)
    yield holder, start
    for tenure in agreed:
        if start < tenure.begins < end and (holder is None or tenure.edition.amends_period):
            holder = tenure.edition
            yield holder, tenure.begins


def _closes(calendar: Calendar, begins: datetime, ends: datetime) -> int:
    """How many working days close after `begins` and not after `ends`."""
    since, until = to_microseconds(begins), to_microseconds(ends)
    dates = calendar.open_dates(calendar.date_at(since), calendar.date_at(until), since)
    return sum(closes <= until for _, closes in dates)


def _in_order(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    first, last = in_utc(start), in_utc(end)
    if last - first <= timedelta():
        raise InvalidInput(
            "period.ends_before_it_starts",
            f"a period from {start} cannot end at {end}",
            hint="give the earlier moment first",
        )
    return first, last


def _major(edition: Edition | None) -> int | None:
    return edition.major if edition else None
