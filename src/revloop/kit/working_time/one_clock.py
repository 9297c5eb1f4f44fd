"""Working time of one clock, exact to the microsecond.

Wherever a calendar is asked for, a CalendarHistory may stand: time then counts by whoever held it.
Pauses are taken out. To see how, count in open time since the start of the clock instead of in wall
time: there a night has no length, each pause is a span, the longest pause that a reason grants is a
cut, overlapping pauses are a union, and a clock is due where its budget and the pauses before it end.

Every function raises InvalidInput `working_time.naive_instant` for a datetime without a time zone
and `working_time.out_of_range` outside the years 1970 to 2100.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from revloop.kit.errors import InvalidInput
from revloop.kit.working_time.calendar_history import CalendarHistory, Stretch
from revloop.kit.working_time.calendars import (
    LONGEST_CLOSURE,
    LONGEST_CLOSURE_US,
    Calendar,
    Span,
    joined,
    never_opens,
    refuse_long_closure,
)
from revloop.kit.working_time.instants import (
    END_OF_TIME,
    MICROSECOND,
    from_microseconds,
    to_microseconds,
)

__all__ = [
    "ROUTING",
    "Calendar",
    "CalendarHistory",
    "Pause",
    "Stretch",
    "business_days",
    "close_of_business_day",
    "due",
    "elapsed",
    "held",
    "is_open",
    "next_opening",
    "responsible",
]

ROUTING = "routing"
"""Who answers for the time that nobody held."""
NO_MAXIMA: Mapping[str, timedelta] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Pause:
    """From `start` until before `end` the clock stands still; `end` None: it still does."""

    start: datetime
    end: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        begin = to_microseconds(self.start)
        if self.end is not None and to_microseconds(self.end) < begin:
            raise InvalidInput(
                "working_time.pause_ends_before_it_starts",
                f"a pause from {self.start} cannot end at {self.end}",
                hint="give the earlier moment first, and no end for a pause that goes on",
            )


def elapsed(
    calendar: Calendar | CalendarHistory,
    start: datetime,
    end: datetime,
    pauses: Iterable[Pause] = (),
    *,
    at_most: Mapping[str, timedelta] = NO_MAXIMA,
) -> timedelta:
    """Open time in [start, end), without the pauses.

    `at_most` limits, for each reason, the open time that the pauses of this clock may take out; the
    earliest pauses use it up, and what exceeds it counts. An end before the start is an
    InvalidInput `working_time.ends_before_start`.
    """
    begin, finish = _in_order(start, end)
    total = calendar.open_between(begin, finish)
    if not pauses:
        return timedelta(microseconds=total)
    standing = _standing(calendar, begin, pauses, at_most, until=finish)
    return timedelta(microseconds=_running(total, standing))


def due(
    calendar: Calendar | CalendarHistory,
    start: datetime,
    budget: timedelta,
    pauses: Iterable[Pause] = (),
    *,
    at_most: Mapping[str, timedelta] = NO_MAXIMA,
) -> datetime:
    """The earliest moment at which `elapsed` reaches the budget, in the calendar's zone.

    A budget used up exactly at closing is due at closing, not the next morning; no budget is due at
    once. Errors: InvalidInput `working_time.negative_budget`, and `working_time.never_due` while a
    pause without end or limit holds the clock; CalendarNeverOpens where more than sixty days pass
    without open time.
    """
    begin, target = to_microseconds(start), amount(budget)
    if not target:
        return from_microseconds(begin, calendar.calendar_at(begin).zone)
    for stops, resumes in _standing(calendar, begin, pauses, at_most) if pauses else ():
        if stops >= target:
            break
        target += resumes - stops
    if target >= END_OF_TIME:
        raise _never_due(start)
    return _moment_after(calendar, begin, target)


def close_of_business_day(
    calendar: Calendar | CalendarHistory, start: datetime, days: int
) -> datetime:
    """The close of the n-th open date after the local date of the start; 0 days: the start.

    A term in business days counts dates, not hours: from any time on Monday, one day ends with the
    close of Tuesday. CalendarNeverOpens where more than sixty days pass without an open date.
    """
    begin = to_microseconds(start)
    if days < 0:
        raise InvalidInput(
            "working_time.negative_budget",
            f"{days} business days would be over before they begin",
            hint="give 0 or more days",
        )
    *_, close = begin, *_closes(calendar, begin, days)
    return from_microseconds(close, calendar.calendar_at(close).zone)


def business_days(calendar: Calendar | CalendarHistory, start: datetime, end: datetime) -> int:
    """How many open local dates follow the date of the start, up to and with that of the end."""
    begin, finish = _in_order(start, end)
    first, last = calendar.date_at(begin) + 1, calendar.date_at(finish)
    return sum(1 for _ in calendar.open_dates(first, last, begin)) if first <= last else 0


def is_open(calendar: Calendar | CalendarHistory, at: datetime) -> bool:
    instant = to_microseconds(at)
    return calendar.open_between(instant, instant + 1) == 1


def next_opening(calendar: Calendar | CalendarHistory, at: datetime) -> datetime:
    """The first open moment from `at` on, in the calendar's zone; `at` itself where it is open.

    CalendarNeverOpens where that takes more than sixty days.
    """
    instant = to_microseconds(at)
    for begin, _ in calendar.open_spans(instant, instant + LONGEST_CLOSURE_US + 1):
        return from_microseconds(begin, calendar.calendar_at(begin).zone)
    raise never_opens(instant, calendar.calendar_at(instant).zone)


def held(
    history: CalendarHistory,
    start: datetime,
    end: datetime,
    pauses: Iterable[Pause] = (),
    *,
    at_most: Mapping[str, timedelta] = NO_MAXIMA,
) -> dict[str | None, timedelta]:
    """The working time that each owner held in [start, end), in the order they came.

    The shares add up to `elapsed`. None stands for the time that nobody held.
    """
    begin, finish = _in_order(start, end)
    standing = list(_standing(history, begin, pauses, at_most, until=finish))
    shares: dict[str | None, timedelta] = {}
    reached = 0
    for part in history.parts(begin, finish):
        before, reached = reached, reached + part.open_time()
        share = (_running(reached, standing) - _running(before, standing)) * MICROSECOND
        shares[part.stretch.owner] = shares.get(part.stretch.owner, timedelta()) + share
    return shares


def responsible(
    history: CalendarHistory,
    start: datetime,
    due: datetime,
    pauses: Iterable[Pause] = (),
    *,
    at_most: Mapping[str, timedelta] = NO_MAXIMA,
) -> str:
    """Who held most of the working time from start to due; `routing` for time without an owner.

    Of equal shares the owner answers who came first.
    """
    shares = held(history, start, due, pauses, at_most=at_most)
    owner = max(shares, key=shares.__getitem__)
    return ROUTING if owner is None else owner


def _moment_after(calendar: Calendar | CalendarHistory, begin: int, open_time: int) -> datetime:
    moment = calendar.instant_after(begin, open_time)
    zone = calendar.calendar_at(moment).zone
    if moment - begin > LONGEST_CLOSURE_US:
        refuse_long_closure(begin, moment, calendar.open_spans(begin, moment), zone)
    return from_microseconds(moment, zone)


def _closes(calendar: Calendar | CalendarHistory, begin: int, days: int) -> Iterator[int]:
    """The closes of the next open dates, as many as `days`."""
    previous = calendar.date_at(begin)
    furthest = min(previous + days * LONGEST_CLOSURE.days, date.max.toordinal())
    dates = calendar.open_dates(previous + 1, furthest, begin) if days else iter(())
    for _ in range(days):
        ordinal, close = next(dates, (furthest, None))
        if close is None or ordinal - previous > LONGEST_CLOSURE.days:
            raise never_opens(begin, calendar.calendar_at(begin).zone)
        yield close
        previous = ordinal


def _standing(
    calendar: Calendar | CalendarHistory,
    begin: int,
    pauses: Iterable[Pause],
    at_most: Mapping[str, timedelta],
    until: int | None = None,
) -> Iterator[Span]:
    """When the clock stands still, as spans of open time since `begin`, in order and apart."""
    by_reason: dict[str, list[Span]] = {}
    for pause in pauses:
        span = _in_open_time(calendar, begin, pause, until)
        by_reason.setdefault(pause.reason, []).append(span)
    granted = (
        _granted(joined(sorted(spans)), at_most.get(reason)) for reason, spans in by_reason.items()
    )
    return joined(sorted(span for spans in granted for span in spans))


def _in_open_time(
    calendar: Calendar | CalendarHistory, begin: int, pause: Pause, until: int | None
) -> Span:
    latest = END_OF_TIME if until is None else until
    stops = min(max(to_microseconds(pause.start), begin), latest)
    resumes = latest if pause.end is None else min(max(to_microseconds(pause.end), begin), latest)
    end = END_OF_TIME if resumes == END_OF_TIME else calendar.open_between(begin, resumes)
    return calendar.open_between(begin, stops), end


def _granted(spans: Iterable[Span], allowance: timedelta | None) -> Iterator[Span]:
    """The spans of one reason, cut off where its allowance is used up."""
    left = END_OF_TIME if allowance is None else amount(allowance)
    for begin, end in spans:
        yield begin, min(end, begin + left)
        left = max(left - (end - begin), 0)


def _running(open_time: int, standing: Iterable[Span]) -> int:
    """How much of the open time since the start of the clock was not paused."""
    return open_time - sum(
        min(end, open_time) - begin for begin, end in standing if begin < open_time
    )


def _in_order(start: datetime, end: datetime) -> Span:
    begin, finish = to_microseconds(start), to_microseconds(end)
    if finish < begin:
        raise InvalidInput(
            "working_time.ends_before_start",
            f"a clock that starts at {start} cannot end at {end}",
            hint="give the earlier moment first",
            start=start,
            end=end,
        )
    return begin, finish


def amount(length: timedelta) -> int:
    """A budget or a maximum in microseconds; InvalidInput `working_time.negative_budget`."""
    if length < timedelta():
        raise InvalidInput(
            "working_time.negative_budget",
            f"{length.total_seconds():g} s of working time would be over before they begin",
            hint="give a length of time of 0 or more",
        )
    return length // MICROSECOND


def _never_due(start: datetime) -> InvalidInput:
    return InvalidInput(
        "working_time.never_due",
        f"the clock started at {start} is paused without an end, so it is not due at any time",
        hint="give the pause an end, or its reason a longest time in `at_most`",
    )
