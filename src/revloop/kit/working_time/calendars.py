"""When people work: a calendar of opening hours, and its open time year by year.

An instant is open if and only if the local wall clock then shows a time inside a window [open,
close) of its local date, and that date is not a holiday; or if it lies in an extra opening. The rule
asks what the clock on the wall says at an instant, never at which instant a window "really" begins.
So a skipped hour has no length, a repeated hour counts on both passes, and parts always add up.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from revloop.kit.errors import CalendarNeverOpens, InvalidInput
from revloop.kit.working_time.instants import (
    DAY_US,
    END_OF_TIME,
    MINUTE_US,
    from_microseconds,
    local_midnight,
    local_ordinal,
    to_microseconds,
    year_of,
    year_start,
)
from revloop.kit.working_time.opening_hours import MINUTES_OF_DAY, Week, check_week, read_week
from revloop.kit.working_time.zone_offsets import OffsetSpan, offset_spans, time_zone

LONGEST_CLOSURE = timedelta(days=60)
"""A calendar that is closed for longer than this counts as one that never opens."""
LONGEST_CLOSURE_US = LONGEST_CLOSURE.days * DAY_US

Span = tuple[int, int]
"""From the first instant until before the second, in microseconds since 1970."""
OpenDate = tuple[int, int, int]
"""A local date (as `date.toordinal` counts), its first opening and its last closing."""


@dataclass(frozen=True)
class Calendar:
    """Opening hours in one time zone.

    Each year is worked out when it is first asked for and then kept: hold on to a calendar rather
    than making it anew for every question. Methods count in microseconds since 1970; the functions
    of `working_time` take and give datetimes.
    """

    timezone: str
    """An IANA name."""
    week: Week
    """The windows of Monday to Sunday in minutes of the local day, in order and apart."""
    holidays: frozenset[date] = frozenset()
    """Local dates on which no window of the week opens."""
    also_open: tuple[tuple[datetime, datetime], ...] = ()
    """Extra openings from the first instant until before the second, holiday or not."""
    _years: dict[int, OpenTime] = field(default_factory=dict, init=False, repr=False, compare=False)
    _dates: dict[int, list[OpenDate]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        time_zone(self.timezone)
        check_week(self.week)
        for day in self.holidays:
            _check_holiday(day)
        for opening in self.also_open:
            _check_opening(opening)

    @classmethod
    def from_hours(
        cls,
        timezone: str,
        hours: Mapping[str, Sequence[str]],
        holidays: Iterable[date] = (),
        also_open: Iterable[tuple[datetime, datetime]] = (),
    ) -> Calendar:
        """A calendar from hours as an agreement writes them.

        For example `{"mon-fri": ["09:00-12:30", "13:30-18:00"], "sat": ["10:00-14:00"]}`; a key is
        a day, a range or a list with commas. What cannot be read is an InvalidInput with a code
        `calendar.…` and a hint that shows the mended form.
        """
        return cls(timezone, read_week(hours), frozenset(holidays), tuple(also_open))

    @property
    def zone(self) -> ZoneInfo:
        return time_zone(self.timezone)

    def calendar_at(self, instant: int) -> Calendar:  # noqa: ARG002 - a history needs the instant
        """The calendar that holds at an instant: this one, always."""
        return self

    def date_at(self, instant: int) -> int:
        """The local date of an instant, as `date.toordinal` counts it."""
        return from_microseconds(instant, self.zone).toordinal()

    def open_between(self, begin: int, end: int) -> int:
        """Open microseconds in [begin, end)."""
        first = year_of(begin)
        year = self.year(first)
        if end <= year.until:
            return year.open_until(end) - year.open_until(begin)
        last = year_of(end)
        whole = sum(self.year(number).total for number in range(first, last))
        return whole - year.open_until(begin) + self.year(last).open_until(end)

    def instant_after(self, begin: int, budget: int) -> int:
        """The earliest instant before which `budget`, at least 1, was open since `begin`."""
        number = year_of(begin)
        year = self.year(number)
        target = year.open_until(begin) + budget
        while target > year.total:
            target -= year.total
            number += 1
            year = self.year(number)
            if not year.total:
                raise never_opens(year_start(number), self.zone)
        return year.instant_when(target)

    def open_spans(self, begin: int, end: int) -> Iterator[Span]:
        """The open spans of [begin, end), cut to it, in order; one may touch the next."""
        for number in range(year_of(begin), year_of(end) + 1):
            yield from self.year(number).spans(begin, end)

    def open_dates(
        self, first: int, last: int, since: int, until: int = END_OF_TIME
    ) -> Iterator[Span]:
        """Each date from `first` to `last` that is open in [since, until), and its last closing."""
        for number in range(date.fromordinal(first).year, date.fromordinal(last).year + 1):
            dates = self.dates(number)
            reach = range(bisect_left(dates, (first,)), bisect_left(dates, (last + 1,)))
            for ordinal, opens, closes in (dates[at] for at in reach):
                if opens >= until:
                    return
                if since < closes <= until:
                    yield ordinal, closes
                elif until < closes and self.open_between(max(opens, since), until):
                    yield ordinal, max(end for _, end in self.open_spans(opens, until))

    def year(self, number: int) -> OpenTime:
        """The open time of one year of UTC."""
        known = self._years.get(number)
        if known is None:
            begin, until = year_start(number), year_start(number + 1)
            spans = sorted((opens, closes) for _, opens, closes in self.openings(begin, until))
            known = self._years[number] = OpenTime.of(spans, until)
        return known

    def dates(self, number: int) -> list[OpenDate]:
        """The open dates of one year of the local calendar, in order."""
        known = self._dates.get(number)
        if known is None:
            first, end = (date(year, 1, 1).toordinal() for year in (number, number + 1))
            by_date = sorted(self.openings(year_start(number) - DAY_US, _day_after(number)))
            edges: dict[int, Span] = {}
            for ordinal, opens, closes in by_date:
                earliest, latest = edges.get(ordinal, (opens, closes))
                edges[ordinal] = earliest, max(latest, closes)
            known = self._dates[number] = [
                (ordinal, *span) for ordinal, span in edges.items() if first <= ordinal < end
            ]
        return known

    def openings(self, begin: int, end: int) -> Iterator[OpenDate]:
        """All that is open in [begin, end), cut to it and at each midnight, in no order."""
        closed = {day.toordinal() for day in self.holidays}
        extra = [(to_microseconds(opens), to_microseconds(ends)) for opens, ends in self.also_open]
        for span in offset_spans(self.timezone, begin, end):
            yield from _weekly(self.week, closed, span)
            for opens, ends in extra:
                yield from _by_date(max(opens, span.begin), min(ends, span.end), span.offset)


@dataclass(frozen=True, slots=True)
class OpenTime:
    """Open spans in order, with the open time before each: every question is a bisection."""

    begins: list[int]
    ends: list[int]
    before: list[int]
    """Open microseconds before each span."""
    total: int
    until: int
    """The instant up to which these are all the open spans."""

    @classmethod
    def of(cls, spans: Iterable[Span], until: int) -> OpenTime:
        """Join sorted spans where they touch or overlap, and add them up."""
        merged = list(joined(spans))
        *before, total = accumulate((end - begin for begin, end in merged), initial=0)
        begins, ends = [begin for begin, _ in merged], [end for _, end in merged]
        return cls(begins, ends, before, total, until)

    def open_until(self, instant: int) -> int:
        """Open microseconds before an instant."""
        at = bisect_right(self.begins, instant) - 1
        if at < 0:
            return 0
        return self.before[at] + min(instant, self.ends[at]) - self.begins[at]

    def instant_when(self, target: int) -> int:
        """The earliest instant before which `target` microseconds, at least 1, were open."""
        at = bisect_left(self.before, target) - 1
        return self.begins[at] + target - self.before[at]

    def spans(self, begin: int, end: int) -> Iterator[Span]:
        """The spans inside [begin, end), cut to it."""
        for at in range(bisect_right(self.ends, begin), bisect_left(self.begins, end)):
            yield max(self.begins[at], begin), min(self.ends[at], end)


def always_open(timezone: str = "UTC") -> Calendar:
    """Day and night, every day: a clock on it shows wall time."""
    return Calendar(timezone, (((0, MINUTES_OF_DAY),),) * 7)


def joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans sorted by begin, made one where they touch or overlap."""
    current: Span | None = None
    for begin, end in spans:
        if current is None:
            current = begin, end
        elif begin <= current[1]:
            current = current[0], max(current[1], end)
        else:
            yield current
            current = begin, end
    if current is not None:
        yield current


def refuse_long_closure(begin: int, end: int, spans: Iterable[Span], zone: ZoneInfo) -> None:
    """CalendarNeverOpens where more than sixty days of [begin, end] pass without open time."""
    edges = [begin, *(edge for span in spans for edge in span), end]
    for closed, opened in zip(edges[::2], edges[1::2], strict=True):
        if opened - closed > LONGEST_CLOSURE_US:
            raise never_opens(closed, zone)


def never_opens(since: int, zone: ZoneInfo) -> CalendarNeverOpens:
    moment = from_microseconds(since, zone)
    return CalendarNeverOpens(
        "calendar.never_opens",
        f"no open time in the {LONGEST_CLOSURE.days} days after {moment.isoformat(' ', 'minutes')}",
        hint='give the calendar hours, such as mon-fri: ["09:00-17:00"], and check its holidays',
        since=moment,
    )


def _day_after(year: int) -> int:
    # 1 January begins up to a day later west of Greenwich than in UTC.
    return year_start(year + 1) + DAY_US


def _weekly(week: Week, closed: set[int], span: OffsetSpan) -> Iterator[OpenDate]:
    """The windows of the week inside one span of constant offset, moved to UTC and cut to it."""
    first = local_ordinal(span.begin + span.offset)
    last = local_ordinal(span.end - 1 + span.offset)
    for ordinal in range(first, last + 1):
        if ordinal in closed:
            continue
        midnight = local_midnight(ordinal) - span.offset
        for opens, closes in week[(ordinal - 1) % 7]:  # 1 January of the year 1 was a Monday
            begin = max(midnight + opens * MINUTE_US, span.begin)
            end = min(midnight + closes * MINUTE_US, span.end)
            if begin < end:
                yield ordinal, begin, end


def _by_date(begin: int, end: int, offset: int) -> Iterator[OpenDate]:
    """An extra opening, cut at each local midnight."""
    while begin < end:
        ordinal = local_ordinal(begin + offset)
        close = min(end, local_midnight(ordinal + 1) - offset)
        yield ordinal, begin, close
        begin = close


def _check_opening(opening: tuple[datetime, datetime]) -> None:
    opens, closes = opening
    if to_microseconds(opens) >= to_microseconds(closes):
        raise InvalidInput(
            "calendar.opening_ends_before_it_starts",
            f"an extra opening from {opens} to {closes} is never open",
            hint="give the opening first and a later closing second",
        )


def _check_holiday(day: object) -> None:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise InvalidInput(
            "calendar.holiday_not_a_date",
            f"the holiday {day!r} is not a date",
            hint="give a date without a time, such as date(2026, 12, 25)",
        )
