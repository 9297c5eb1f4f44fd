"""When the people of each place reach out to leads and customers, by the clock on their wall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import available_timezones

import numpy as np
from numpy.typing import NDArray

from revloop.agreement.starting.countries import closed_weekdays, country_of
from revloop.agreement.starting.naming import identifiers
from revloop.agreement.starting.observed import FEWEST_ACTIVITIES, HoursSeen
from revloop.intake.observing.attempts import by_people, whole_numbers
from revloop.kit.working_time import Calendar
from revloop.kit.working_time.instants import DAY_US, MINUTE_US
from revloop.kit.working_time.opening_hours import (
    DAYS,
    MINUTES_OF_DAY,
    Window,
    read_week,
    write_window,
)
from revloop.kit.working_time.zone_offsets import offset_spans

if TYPE_CHECKING:
    from revloop.engine import Facts

OFFICE = "office"
"""The place of everybody, where there is only one."""
MOST_PLACES = 10
HALF_HOUR = 30
BEYOND_PERCENT = 5
"""So many of the activities lie before the hours begin, and as many after they end."""
DAY_IN_USE_PERCENT = 5
"""A weekday with a smaller share of the activities is not one on which people work."""
FEWEST_OF_A_DAY = 20
"""A weekday with fewer activities has the hours of the week as a whole."""
NOBODY = -1
_TAKEN = ("owner", OFFICE)
_EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a company's hours beside the facts."""

    timezone: str
    """Zone of the workspace: where a user works who names none."""
    usual_hours: str
    """Hours on weekdays where the facts show none: `09:00-17:00`."""
    only_timezone: str | None = None
    """Everybody is to be taken to work in this zone."""
    only_hours: str | None = None
    """Everybody is to be taken to work in these hours on weekdays."""

    @property
    def one_place(self) -> bool:
        return self.only_timezone is not None or self.only_hours is not None


@dataclass(frozen=True)
class Places:
    """Where people work and when; the number of a place is its position in `seen`."""

    seen: tuple[HoursSeen, ...]
    """The busiest first."""
    zone_from: str
    """What says the zone of the first one."""
    missing: tuple[str, ...]
    usual_hours: str
    place_of: Mapping[int, int]
    """The place of each user who is not of the first one."""

    def calendars(self, years: Sequence[int]) -> tuple[Calendar, ...]:
        """The hours of each place, closed on the public holidays of these years."""
        return tuple(
            Calendar(
                each.timezone,
                read_week(each.hours or {"mon-fri": [self.usual_hours]}),
                frozenset(closed_weekdays(country_of(each.timezone), years)),
            )
            for each in self.seen
        )

    def of_users(self, users: Ints) -> Ints:
        """The place of each user; the first one for nobody."""
        different, positions = np.unique(users, return_inverse=True)
        numbers = [self.place_of.get(user, 0) for user in different.tolist()]
        return np.array(numbers, np.int64)[positions] if numbers else users


class Desk(NamedTuple):
    """Where a user works."""

    place: str
    """In the source's own words; empty where it says nothing."""
    timezone: str


def places(facts: Facts, given: Given) -> Places:
    """The places of a company with their hours."""
    desks, told = _desks(facts, given)
    local, people = _local_times(facts, desks, given)
    ranked = sorted(local, key=lambda desk: (-local[desk].size, desk))
    large = [desk for desk in ranked if local[desk].size >= FEWEST_ACTIVITIES][:MOST_PLACES]
    place_of: dict[int, int] = {}
    seen: tuple[HoursSeen, ...]
    if given.one_place or len(large) < 2:  # noqa: PLR2004 - more than one
        everybody = np.concatenate([local[desk] for desk in ranked])
        only = {"mon-fri": (given.only_hours,)} if given.only_hours else {}
        seen = (_seen(OFFICE, ranked[0].timezone, people.total(), everybody, only),)
    else:
        named = zip(_names(large), large, strict=True)
        seen = tuple(
            _seen(name, desk.timezone, people[desk], local[desk], {}) for name, desk in named
        )
        numbers = {desk: number for number, desk in enumerate(large)}
        place_of = {user: numbers.get(desk, 0) for user, desk in desks.items()}
    said = "an option" if given.only_timezone else "users" if told else "the workspace"
    return Places(seen, said, tuple(_missing(seen, said, given)), given.usual_hours, place_of)


def _nowhere(given: Given) -> Desk:
    return Desk("", given.only_timezone or given.timezone)


def _desks(facts: Facts, given: Given) -> tuple[dict[int, Desk], bool]:
    """Where each person works, and whether a user or a calendar told any zone."""
    of_calendar, of_user = _zones_of_calendars(facts)
    known = available_timezones()
    table = facts["user"]
    rows = facts.arrow(
        table.filter(~table.is_queue.fill_null(False)).select(  # noqa: FBT003 - of a column
            "user_id", "calendar", "region", "timezone"
        )
    )
    found, any_told = {}, False
    for row in rows.to_pylist():
        told = (row["timezone"], of_user.get(row["user_id"]), of_calendar.get(row["calendar"]))
        zone = next((zone for zone in told if zone in known), None)
        any_told = any_told or zone is not None
        found[row["user_id"]] = Desk(
            row["calendar"] or row["region"] or "", given.only_timezone or zone or given.timezone
        )
    return found, any_told


def _zones_of_calendars(facts: Facts) -> tuple[dict[str, str], dict[int, str]]:
    """The zone of each calendar, by its name and by whose it is; the latest one holds."""
    table = facts["user_calendar"].order_by("at", "source", "source_id")
    rows = facts.arrow(table.select("calendar", "user_id", "timezone")).to_pylist()
    by_name = {row["calendar"]: row["timezone"] for row in rows if row["user_id"] is None}
    return by_name, {row["user_id"]: row["timezone"] for row in rows if row["user_id"] is not None}


def _local_times(
    facts: Facts, desks: Mapping[int, Desk], given: Given
) -> tuple[dict[Desk, Ints], Counter[Desk]]:
    """By desk, what the clock on the wall showed at each try whose time of day is known.

    And how many people made these tries.
    """
    nowhere = _nowhere(given)
    table = by_people(facts)
    timed = table.filter(
        table.direction == "out",
        ~table.date_only.fill_null(False),  # noqa: FBT003 - a value of a column
    )
    rows = facts.arrow(timed.select("user_id", "at"))
    at = whole_numbers(rows["at"], 0)
    users, positions = np.unique(whole_numbers(rows["user_id"], NOBODY), return_inverse=True)
    of_user = [desks.get(user, nowhere) for user in users.tolist()]
    found = {}
    for desk in {*desks.values(), nowhere}:
        here = np.array([each == desk for each in of_user], np.bool_)
        found[desk] = _on_the_wall(at[here[positions]], desk.timezone)
    return found, Counter(
        desk for user, desk in zip(users.tolist(), of_user, strict=True) if user != NOBODY
    )


def _names(desks: Sequence[Desk]) -> list[str]:
    """One identifier for each place: its own name, with the city where the name is not enough."""
    alike = Counter(desk.place for desk in desks)
    words = [
        desk.place
        if desk.place and alike[desk.place] == 1
        else f"{desk.place} {desk.timezone.rpartition('/')[2]}"
        for desk in desks
    ]
    return identifiers(words, "place", _TAKEN)


def _seen(
    name: str, timezone: str, people: int, local: Ints, only: Mapping[str, tuple[str, ...]]
) -> HoursSeen:
    minute = local % DAY_US // MINUTE_US
    weekday = (local // DAY_US + _EPOCH_WEEKDAY) % len(DAYS)
    windows = _week(minute, weekday) if local.size >= FEWEST_ACTIVITIES else {}
    hours = only or dict(_written(windows))
    inside = np.zeros(local.size, np.bool_)
    for day, opened in enumerate(read_week(hours)):
        for opens, closes in opened:
            inside |= (weekday == day) & (minute >= opens) & (minute < closes)
    return HoursSeen(name, timezone, people, int(local.size), int(inside.sum()), hours)


def _week(minute: Ints, weekday: Ints) -> dict[int, Window]:
    """The hours of each weekday in use: its own where they differ, else those of the whole week."""
    in_use = [
        day
        for day in range(len(DAYS))
        if (weekday == day).sum() * 100 >= weekday.size * DAY_IN_USE_PERCENT
    ]
    usual = _window(minute[np.isin(weekday, in_use)])
    found = {}
    for day in in_use:
        of_day = minute[weekday == day]
        own = _window(of_day) if of_day.size >= FEWEST_OF_A_DAY else usual
        differs = max(abs(own[0] - usual[0]), abs(own[1] - usual[1])) > HALF_HOUR
        found[day] = own if differs else usual
    return found


def _window(minute: Ints) -> Window:
    """From the first half hour to the last without the few earliest and latest activities."""
    ordered = np.sort(minute)
    few = ordered.size * BEYOND_PERCENT // 100
    first, last = int(ordered[few]), int(ordered[ordered.size - 1 - few])
    closes = (last // HALF_HOUR + 1) * HALF_HOUR
    return first // HALF_HOUR * HALF_HOUR, min(closes, MINUTES_OF_DAY)


def _written(windows: Mapping[int, Window]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """`mon-thu`, `fri`: weekdays in a row with the same hours together."""
    in_order = sorted(windows)
    for _, group in groupby(
        enumerate(in_order), key=lambda each: (each[1] - each[0], windows[each[1]])
    ):
        run = [day for _, day in group]
        days = DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}"
        yield days, (write_window(windows[run[0]]),)


def _on_the_wall(at: Ints, zone: str) -> Ints:
    """What the clock on the wall shows at these instants."""
    if not at.size:
        return at
    spans = list(offset_spans(zone, int(at.min()), int(at.max()) + 1))
    begins = np.array([span.begin for span in spans])
    offsets = np.array([span.offset for span in spans])
    shown: Ints = at + offsets[np.searchsorted(begins, at, "right") - 1]
    return shown


def _missing(seen: Sequence[HoursSeen], zone_from: str, given: Given) -> Iterator[str]:
    if not seen[0].hours:
        yield (
            f"working hours: {seen[0].activities:,} calls, mails and meetings by people tell the "
            f"time of day, and at least {FEWEST_ACTIVITIES} are needed"
        )
    if zone_from == "the workspace":
        yield f"time zone: no user names one, so everybody is taken to work in {given.timezone}"
