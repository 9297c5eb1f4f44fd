"""Opening hours as people write them: `{"mon-fri": ["09:00-12:30", "13:30-18:00"]}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean, one_of

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_OF_DAY = 24 * 60

Window = tuple[int, int]
"""Open from the first minute of the local day until before the second; 24:00 is 1440."""
Week = tuple[tuple[Window, ...], ...]
"""The windows of Monday to Sunday."""

_WINDOW = re.compile(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)")


def read_week(hours: Mapping[str, Sequence[str]]) -> Week:
    """The week that opening hours describe.

    A key names a day (`sat`), a range that may pass Sunday (`sat-mon`), or several of these with
    commas (`mon,wed`). A value lists windows `HH:MM-HH:MM`, in any order. Each mistake is an
    InvalidInput with a code `calendar.…` and a hint that shows how to write it.
    """
    week: dict[str, tuple[Window, ...]] = {}
    for key, texts in hours.items():
        for day in _days(key):
            if day in week:
                raise InvalidInput(
                    "calendar.day_named_twice",
                    f"{day} has hours from two entries, one of them {key!r}",
                    hint="name each day once, for example mon-thu and fri",
                    day=day,
                )
            week[day] = tuple(sorted(_window(text, day) for text in _listed(texts, key)))
    return tuple(week.get(day, ()) for day in DAYS)


def check_week(week: Week) -> None:
    """Refuse a week whose windows are empty, overlap, are out of order or leave their day."""
    if len(week) != len(DAYS):
        raise InvalidInput(
            "calendar.week_incomplete",
            f"a week has seven days, and {len(week)} were given",
            hint="give an empty list of windows for a day that is closed",
        )
    for day, windows in zip(DAYS, week, strict=True):
        _check_day(day, windows)


def _check_day(day: str, windows: Sequence[Window]) -> None:
    for opens, closes in windows:
        if not 0 <= opens < closes <= MINUTES_OF_DAY:
            raise InvalidInput(
                "calendar.window_outside_day",
                f"{day} cannot be open from minute {opens} to minute {closes}",
                hint=f"minutes of a day run from 0 to {MINUTES_OF_DAY}, opening before closing",
            )
    for earlier, later in pairwise(windows):
        if later[0] < earlier[1]:
            raise InvalidInput(
                "calendar.windows_overlap",
                f"on {day}, {write_window(earlier)} and {write_window(later)} overlap",
                hint=f'write one window: "{write_window((earlier[0], max(earlier[1], later[1])))}"',
                day=day,
            )


def write_window(window: Window) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in window)


def _days(key: str) -> Iterator[str]:
    for part in str(key).split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        begin = _day_number(first)
        end = _day_number(last) if dash else begin
        for step in range((end - begin) % len(DAYS) + 1):
            yield DAYS[(begin + step) % len(DAYS)]


def _day_number(word: str) -> int:
    if word in DAYS:
        return DAYS.index(word)
    raise InvalidInput(
        "calendar.unknown_day",
        f"{word[:40]!r} is not a day",
        hint=did_you_mean(word[:3].lower(), DAYS) or f"use {one_of(DAYS)}, or a range like mon-fri",
        day=word,
    )


def _listed(texts: Sequence[str], key: str) -> Sequence[str]:
    if not isinstance(texts, str):
        return texts
    raise InvalidInput(
        "calendar.windows_not_a_list",
        f"the hours of {key} are one text, not a list of windows",
        hint=f'write {key}: ["{texts[:40]}"]',
    )


def _window(text: str, day: str) -> Window:
    match = _WINDOW.fullmatch(str(text))
    if match is None:
        raise _unreadable(text, day)
    hour, minute, to_hour, to_minute = map(int, match.groups())
    opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
    if max(opens, closes) > MINUTES_OF_DAY:
        raise _unreadable(text, day)
    if closes <= opens:
        raise _backwards((opens, closes), day)
    return opens, closes


def _unreadable(text: str, day: str) -> InvalidInput:
    return InvalidInput(
        "calendar.window_unreadable",
        f"{str(text)[:40]!r} on {day} is not a window of opening hours",
        hint='write two times of day with two digits each, such as "09:00-17:30"; 24:00 ends a day',
        day=day,
    )


def _backwards(window: Window, day: str) -> InvalidInput:
    opens, closes = window
    if opens == closes:
        return InvalidInput(
            "calendar.window_empty",
            f"{write_window(window)} on {day} is never open",
            hint='leave it out, or write "00:00-24:00" for a whole day',
            day=day,
        )
    return InvalidInput(
        "calendar.window_across_midnight",
        f"{write_window(window)} on {day} runs across midnight",
        hint=_split_at_midnight(window, day),
        day=day,
    )


def _split_at_midnight(window: Window, day: str) -> str:
    opens, closes = window
    tonight = f"{write_window((opens, MINUTES_OF_DAY))} on {day}"
    if closes == 0:
        return f"write {tonight}"
    tomorrow = DAYS[(DAYS.index(day) + 1) % len(DAYS)]
    return f"split it: {tonight} and {write_window((0, closes))} on {tomorrow}"
