"""Text as people type it, made comparable: letters without accents, words without punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u200b-\u200f\u2060\ufeff]")
_NO_DECOMPOSITION = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
)
_JOINS_LETTERS = str.maketrans("", "", "'`\u00b4\u2018\u2019.")
_NOT_A_WORD = re.compile(r"[\W_]+")


def listed(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


def clean(text: str | None) -> str:
    """The text without what a database refuses or nobody sees, and without blanks around it."""
    if not text:
        return ""
    if not (text.isascii() and text.isprintable()):
        text = _UNSTORABLE.sub("", text)
    return text.strip()


@lru_cache(maxsize=1 << 16)
def words(text: str) -> tuple[str, ...]:
    """Its words in lower case without accents: `O'Brien-Łuk` is obrien, luk."""
    text = text.casefold().translate(_JOINS_LETTERS)
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.translate(_NO_DECOMPOSITION))
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return tuple(filter(None, _NOT_A_WORD.split(text)))
