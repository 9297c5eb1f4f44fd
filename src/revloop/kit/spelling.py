"""The nearest known word to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

# Comparing long words costs quadratic time, and nobody misspells a word of this length.
_LONGEST = 60
_MOST_COMPARED = 700  # more than there are time zones
_MOST_LISTED = 50


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or an empty text."""
    if len(word) > _LONGEST:
        return ""
    choices = tuple(known)
    nearest = _nearest(word, choices) if len(choices) <= _MOST_COMPARED else None
    return f"did you mean {nearest}?" if nearest else ""


@lru_cache(maxsize=4_096)
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    """A file that is read in several rounds asks the same of each wrong word again."""
    near = get_close_matches(word, known, n=5, cutoff=0.6)

    def nearness(each: str) -> tuple[float, bool]:
        # Of words that are equally near, people mostly mean the one that begins alike.
        return SequenceMatcher(None, each, word).ratio(), each[:1] == word[:1]

    return max(near, key=nearness, default=None)


def one_of(words: Iterable[str]) -> str:
    """`a, b or c`, for hints that list what may stand somewhere."""
    choices = list(words)
    if len(choices) > _MOST_LISTED:
        choices[_MOST_LISTED:] = [f"one of {len(choices) - _MOST_LISTED:,} more"]
    return " or ".join(part for part in (", ".join(choices[:-1]), *choices[-1:]) if part)
