"""Working time of a million clocks, against two peers and against looking at the wall clock.

Peers are measured on a sample and compared per clock. Runs alternate, and medians are compared, so
that a machine which slows down meanwhile slows down all of them.
"""

from __future__ import annotations

import resource
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pytz  # type: ignore[import-untyped]  # only businesstimedelta needs it
from bench.rows import Row, times
from businesstimedelta import HolidayRule, Rules, WorkDayRule
from tests.kit.minute_grid import DAYS, MinuteGrid, WallClocks

from revloop.kit import working_time
from revloop.kit.working_time.calendars import Calendar
from revloop.kit.working_time.columns import Clocks, due, elapsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

CLOCKS = 1_000_000
CHECKED = 10_000
ROUNDS = 3
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
LONGEST_DAYS = 30
FIRST = date(2026, 1, 20)
FIRST_INSTANT = datetime(2026, 1, 20, tzinfo=UTC)
DAYS_OF_STARTS = 340  # with the spans, both changes of each zone and a turn of the year
SECONDS_BAR, DUE_BAR, SCALAR_BAR_US, MEMORY_BAR_MB = 0.5, 2, 30, 200

WEEKDAYS, ALL_DAYS = DAYS[:5], DAYS
SPLIT = ("09:00-12:30", "13:30-18:00")
KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "single shift": dict.fromkeys(WEEKDAYS, ("09:00-17:00",)),
    "split shift": dict.fromkeys(WEEKDAYS, SPLIT),
    "split and Saturday": {**dict.fromkeys(WEEKDAYS, SPLIT), "sat": ("10:00-14:00",)},
    "24x7": dict.fromkeys(ALL_DAYS, ("00:00-24:00",)),
    "night shift": dict.fromkeys(WEEKDAYS, ("00:00-06:00", "22:00-24:00")),
}
TEAMS = [
    ("single shift", "America/New_York"),
    ("single shift", "Europe/London"),
    ("single shift", "Australia/Sydney"),
    ("split shift", "Europe/Berlin"),
    ("split shift", "America/Santiago"),
    ("split shift", "Australia/Lord_Howe"),
    ("split and Saturday", "Europe/Berlin"),
    ("split and Saturday", "America/Los_Angeles"),
    ("24x7", "America/New_York"),
    ("24x7", "Africa/Casablanca"),
    ("night shift", "Europe/London"),
    ("night shift", "America/New_York"),
]
HOLIDAYS = frozenset(
    date(year, month, day)
    for year in (2026, 2027)
    for month, day in (
        *((1, 1), (2, 16), (3, 9), (4, 3), (4, 6), (5, 1)),
        *((5, 25), (7, 3), (9, 7), (10, 26), (12, 25), (12, 28)),
    )
)


@dataclass(frozen=True)
class Sample:
    """Clocks in columns: the number of the team, start and end."""

    team: NDArray[np.int64]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]

    def rows(self, first: int) -> Iterator[tuple[int, datetime, datetime]]:
        """The clocks from a row on, as datetimes."""
        for at in range(first, self.team.size):
            start, end = self.start[at].item(), self.end[at].item()
            yield int(self.team[at]), start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)


def measure() -> list[Row]:
    sample = _sample(CLOCKS)
    ours, loop, peer = _speeds(sample)
    scalar, memory = _scalar_microseconds(), _memory_growth_mb()
    wrong = _wrong_answers(sample)
    return [
        _speed_row("businesstimedelta 1.0.1", ours, peer.per_clock, bar=5_000, limit=5_000),
        _speed_row("exact loop over days", ours, loop.per_clock, bar=150, limit=100),
        _cost_row(
            f"elapsed, {CLOCKS:,} clocks, {len(TEAMS)} calendars", ours * CLOCKS, SECONDS_BAR, "s"
        ),
        _due_row(sample),
        _cost_row("elapsed, one clock over 30 days", scalar, SCALAR_BAR_US, "us"),
        _cost_row(f"memory, {CLOCKS:,} clocks and their columns", memory, MEMORY_BAR_MB, "MB"),
        *[_wrong_row(kind, *counts) for kind, counts in wrong.items()],
        _peers_row("businesstimedelta 1.0.1", peer),
        _peers_row("exact loop over days", loop),
    ]


def _sample(size: int) -> Sample:
    chance = np.random.default_rng(20)
    start = np.datetime64(FIRST, "us") + chance.integers(0, DAYS_OF_STARTS * 86_400 * 10**6, size)
    length = chance.integers(0, LONGEST_DAYS * 86_400 * 10**6, size)
    return Sample(chance.integers(0, len(TEAMS), size), start, start + length)


@cache
def _calendars() -> list[Calendar]:
    return [Calendar.from_hours(zone, KINDS[kind], HOLIDAYS) for kind, zone in TEAMS]


def _clocks(sample: Sample) -> Clocks:
    return Clocks(_calendars(), sample.team, sample.start)


# Speed.


@dataclass(frozen=True)
class Peer:
    """What a peer did with its part of the sample."""

    per_clock: float
    answered: int
    wrong: int


def _speeds(sample: Sample) -> tuple[float, Peer, Peer]:
    clocks = _clocks(sample)
    answers = elapsed(clocks, sample.end)  # works out the calendars' years, which are then kept
    ours, loop, peer = (
        [],
        _Run(_LoopOverDays().elapsed, 1.0),
        _Run(_BusinessTimeDelta().elapsed, 2.5),
    )
    for _ in range(ROUNDS):
        ours.append(_seconds(lambda: elapsed(clocks, sample.end)) / CLOCKS)
        loop.go_on(sample, answers)
        peer.go_on(sample, answers)
    return statistics.median(ours), loop.result(), peer.result()


class _Run:
    """A peer that answers as many clocks as it can in some seconds, in each round further ones."""

    def __init__(
        self, answer: Callable[[int, datetime, datetime], timedelta], seconds: float
    ) -> None:
        self._answer = answer
        self._seconds = seconds
        self._rates: list[float] = []
        self._row = 0
        self._wrong = 0

    def go_on(self, sample: Sample, right: NDArray[np.timedelta64]) -> None:
        begun, first, found = time.perf_counter(), self._row, []
        for team, start, end in sample.rows(first):
            found.append(self._answer(team, start, end))
            if time.perf_counter() - begun > self._seconds:
                break
        self._rates.append((time.perf_counter() - begun) / len(found))
        self._row += len(found)
        # Peers that answer in whole seconds are taken at their word.
        self._wrong += sum(
            abs(answer - known) > SECOND
            for answer, known in zip(found, right[first : self._row].tolist(), strict=True)
        )

    def result(self) -> Peer:
        return Peer(statistics.median(self._rates), self._row, self._wrong)


class _BusinessTimeDelta:
    """The rules of businesstimedelta for each team."""

    def __init__(self) -> None:
        self._rules = [self._rules_of(kind, zone) for kind, zone in TEAMS]

    def elapsed(self, team: int, start: datetime, end: datetime) -> timedelta:
        took = self._rules[team].difference(start, end)
        return timedelta(hours=took.hours, seconds=took.seconds)

    def _rules_of(self, kind: str, zone: str) -> Any:
        place = pytz.timezone(zone)
        days_of: dict[str, list[int]] = {}
        for day, windows in KINDS[kind].items():
            for window in windows:
                days_of.setdefault(window, []).append(DAYS.index(day))
        shifts = [
            WorkDayRule(*map(self._time, window.split("-")), days, tz=place)
            for window, days in days_of.items()
        ]
        return Rules([*shifts, HolidayRule(sorted(HOLIDAYS), tz=place)])

    @staticmethod
    def _time(text: str) -> clock_time:
        # It knows no 24:00.
        return clock_time.max if text == "24:00" else clock_time.fromisoformat(text)


class _LoopOverDays:
    """What one would write by hand, and exact: day by day, and by the minute where clocks change."""

    def __init__(self) -> None:
        self._zones = [ZoneInfo(zone) for _, zone in TEAMS]
        self._weeks = [
            [[_minutes(window) for window in KINDS[kind].get(day, ())] for day in DAYS]
            for kind, _ in TEAMS
        ]

    def elapsed(self, team: int, start: datetime, end: datetime) -> timedelta:
        zone, total = self._zones[team], timedelta()
        day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        begin = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
        while day <= last:
            following = day + timedelta(days=1)
            midnight = datetime(following.year, following.month, following.day, tzinfo=zone)
            finish = midnight.astimezone(UTC)
            for since, until in self._open_on(day, begin, finish, team):
                total += max(min(until, end) - max(since, start), timedelta())
            day, begin = following, finish
        return total

    def _open_on(
        self, day: date, begin: datetime, finish: datetime, team: int
    ) -> list[tuple[datetime, datetime]]:
        if day in HOLIDAYS:
            return []
        if finish - begin != timedelta(days=1):
            return self._by_minute(day, team)
        return [
            (begin + timedelta(minutes=opens), begin + timedelta(minutes=closes))
            for opens, closes in self._weeks[team][day.weekday()]
        ]

    @cache  # noqa: B019 - lives as long as the program
    def _by_minute(self, day: date, team: int) -> list[tuple[datetime, datetime]]:
        found, minute = [], timedelta(minutes=1)
        at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
        for _ in range(54 * 60):
            wall = at.astimezone(self._zones[team])
            number = wall.hour * 60 + wall.minute
            windows = self._weeks[team][day.weekday()]
            if wall.date() == day and any(opens <= number < closes for opens, closes in windows):
                found.append((at, at + minute))
            at += minute
        return found


def _minutes(window: str) -> tuple[int, int]:
    (opens, to_opens), (closes, to_closes) = (text.split(":") for text in window.split("-"))
    return int(opens) * 60 + int(to_opens), int(closes) * 60 + int(to_closes)


def _due_row(sample: Sample) -> Row:
    clocks, budget = _clocks(sample), 8 * 3_600 * SECOND
    pairs = [
        (_seconds(lambda: due(clocks, budget)), _seconds(lambda: elapsed(clocks, sample.end)))
        for _ in range(ROUNDS)
    ]
    took = statistics.median(took for took, _ in pairs)
    ratio = statistics.median(took / one_way for took, one_way in pairs)
    exact = bool((elapsed(clocks, due(clocks, budget)) == np.timedelta64(budget)).all())
    return Row(
        what=f"due in 8 open hours, {CLOCKS:,} clocks, against elapsed",
        ours=f"{took:.3g} s",
        ratio=times(ratio),
        bar=f"<= {DUE_BAR}x",
        held=ratio <= DUE_BAR,
        limit="elapsed until due = 8 h",
        refused=not exact,
    )


def _cost_row(what: str, cost: float, bar: float, unit: str) -> Row:
    return Row(what=what, ours=f"{cost:.3g} {unit}", bar=f"<= {bar:g} {unit}", held=cost <= bar)


def _speed_row(name: str, ours: float, peer: float, *, bar: int, limit: int) -> Row:
    return Row(
        what=f"elapsed, against {name}, per clock",
        ours=f"{ours * 1e6:.2f} us",
        peer=f"{peer * 1e6:,.0f} us",
        ratio=times(peer / ours),
        bar=f">= {bar:,}x",
        held=peer / ours >= bar,
        limit=f">= {limit:,}x",
        refused=peer / ours < limit,
    )


def _scalar_microseconds() -> float:
    calendar = _calendars()[3]
    start = datetime(2026, 3, 6, 16, 50, tzinfo=UTC)
    end = start + timedelta(days=LONGEST_DAYS)
    repeats = 20_000

    def ask() -> None:
        for _ in range(repeats):
            working_time.elapsed(calendar, start, end)

    return statistics.median(_seconds(ask) for _ in range(ROUNDS)) / repeats * 1e6


def _memory_growth_mb() -> float:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(_grown_mb).result()


def _grown_mb() -> float:
    """Growth of the largest memory of this process while it answers, including the columns."""
    before = _largest_memory_mb()
    sample = _sample(CLOCKS)
    elapsed(_clocks(sample), sample.end)
    return _largest_memory_mb() - before


def _largest_memory_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():  # Linux lets a child process begin with the largest memory of its parent
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        if "VmHWM" in fields:
            return int(fields["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def _seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


# Correctness.


def _wrong_answers(sample: Sample) -> dict[str, tuple[int, int]]:
    """For each kind of calendar: wrong answers and checked ones, of either form."""
    first = Sample(sample.team[:CHECKED], sample.start[:CHECKED], sample.end[:CHECKED])
    columns = elapsed(_clocks(first), first.end).tolist()
    calendars, counts = _calendars(), dict.fromkeys(KINDS, (0, 0))
    clocks_by_team: Mapping[int, list[int]] = {
        team: np.flatnonzero(first.team == team).tolist() for team in range(len(TEAMS))
    }
    rows = list(first.rows(0))
    walls: dict[str, WallClocks] = {}
    for team, (kind, zone) in enumerate(TEAMS):
        if zone not in walls:
            walls[zone] = WallClocks(zone, FIRST, DAYS_OF_STARTS + LONGEST_DAYS + 1)
        grid = MinuteGrid(walls[zone], KINDS[kind], HOLIDAYS)
        for row in clocks_by_team[team]:
            _, start, end = rows[row]
            right = grid.elapsed(start, end)
            one = working_time.elapsed(calendars[team], start, end)
            wrong, checked = counts[kind]
            counts[kind] = wrong + (not right == one == columns[row]), checked + 1
    return counts


def _wrong_row(kind: str, wrong: int, checked: int) -> Row:
    return Row(
        what=f"wrong against each minute's wall clock, {kind}",
        ours=f"{wrong} of {checked:,}",
        bar="0",
        held=not wrong,
        limit="0",
        refused=wrong > 0,
    )


def _peers_row(name: str, peer: Peer) -> Row:
    return Row(
        what=f"other answers than ours, {name}",
        ours="",
        peer=f"{peer.wrong} of {peer.answered:,}",
        bar="",
        held=True,
    )
