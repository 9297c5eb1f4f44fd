"""The nearest known word to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# Comparing long words costs quadratic time, and nobody misspells a word of this length.
_LONGEST = 60


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or an empty text."""
    if len(word) > _LONGEST:
        return ""
    nearest = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {nearest[0]}?" if nearest else ""


def one_of(words: Iterable[str]) -> str:
    """`a, b or c`, for hints that list what may stand somewhere."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
