"""How background work goes on: when again, when no more, how long it is remembered. Pure."""

from __future__ import annotations

from datetime import timedelta

LEASE = timedelta(minutes=2)
"""How long a hold lasts that nobody renews; longer than most transactions on a large file."""
MOST_TRIES = 8
"""After so many a job is set aside, for a person: the waits between them add up to three hours."""
KEPT = timedelta(days=30)
"""How long a job is remembered when it has ended; for so long one that was set aside can be revived,
and the files lie there that it should have imported."""

_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(hours=1)
_GROWTH = 4
_LONGEST_SENTENCE = 500


def wait(tries: int) -> timedelta:
    """How long to wait after so many tries: 10 s, 40 s, 3 min, 11 min, 43 min, an hour."""
    if tries > MOST_TRIES:
        return _LONGEST_WAIT
    grown: int = _GROWTH ** max(tries - 1, 0)
    return min(_FIRST_WAIT * grown, _LONGEST_WAIT)


def gives_up(tries: int) -> bool:
    return tries >= MOST_TRIES


def sentence(said: str) -> str:
    """An error as it is kept: one line, and not a page of it."""
    line = " ".join(said.split())
    return line if len(line) <= _LONGEST_SENTENCE else f"{line[: _LONGEST_SENTENCE - 1]}…"
