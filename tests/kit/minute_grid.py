"""The definition of open time taken at its word: look at the wall clock of every single minute.

Shares no code with the product. Windows are compared as text, "09:00" <= "12:29" < "12:30".
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WallClocks:
    """What the clock on the wall shows in each minute of some days, from midnight UTC."""

    def __init__(self, zone: str, first: date, days: int) -> None:
        self.begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
        place = ZoneInfo(zone)
        begin = (self.begin - EPOCH) // timedelta(seconds=1)
        self.shown = [
            datetime.fromtimestamp(second, place)
            for second in range(begin, begin + days * 86_400, 60)
        ]


class MinuteGrid:
    """Which minutes are open, and how many before each."""

    def __init__(
        self,
        clocks: WallClocks,
        hours: Mapping[str, Sequence[str]],
        holidays: Collection[date] = (),
    ) -> None:
        self.clocks = clocks
        minutes = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)]
        windows = {day: [text.split("-") for text in hours.get(day, ())] for day in DAYS}
        in_window = [
            [any(opens <= shown < closes for opens, closes in windows[day]) for shown in minutes]
            for day in DAYS
        ]
        closed = set(holidays)
        self.is_open = [
            in_window[shown.weekday()][shown.hour * 60 + shown.minute]
            and shown.date() not in closed
            for shown in clocks.shown
        ]
        self.open_before = list(accumulate(self.is_open, initial=0))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return self._open_until(end) - self._open_until(start)

    def due(self, start: datetime, budget: timedelta) -> datetime:
        if not budget:
            return start
        target = self._open_until(start) + budget
        whole, rest = divmod(target, MINUTE)
        last = bisect_left(self.open_before, whole + bool(rest)) - 1
        return self.clocks.begin + last * MINUTE + (target - self.open_before[last] * MINUTE)

    def closes(self) -> dict[date, datetime]:
        """The last closing of each open date."""
        return {
            shown.date(): self.clocks.begin + (number + 1) * MINUTE
            for number, shown in enumerate(self.clocks.shown)
            if self.is_open[number]
        }

    def _open_until(self, at: datetime) -> timedelta:
        number, rest = divmod(at - self.clocks.begin, MINUTE)
        return self.open_before[number] * MINUTE + (rest if self.is_open[number] else timedelta())
