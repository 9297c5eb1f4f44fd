"""Names and texts of a company as an agreement can hold them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import count

LONGEST_COMMENT = 100
RESERVED = frozenset({"null", "true", "false"})
"""In YAML these are no texts."""


def on_one_line(text: str) -> str:
    """The text as a comment can hold it: no line break, and no character that YAML refuses."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(printable.split())[:LONGEST_COMMENT]


def identifier(name: str) -> str:
    """`Zoë Müller` as `zoe_muller`; empty where nothing of the name can be kept."""
    letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    text = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")[:40].strip("_")
    return f"a_{text}" if text[:1].isdecimal() else text


def identifiers(names: Sequence[str], otherwise: str, taken: Sequence[str] = ()) -> list[str]:
    """One identifier for each name that is not blank, no two of them alike.

    Args:
        names: What they are called.
        otherwise: The word for a name of which nothing can be kept; it gets a number.
        taken: Identifiers that may not be used.
    """
    found: list[str] = []
    for name in filter(str.strip, names):
        used = {*found, *taken, *RESERVED}
        found.append(
            next(each for each in _numbered(identifier(name), otherwise) if each not in used)
        )
    return found


def _numbered(name: str, otherwise: str) -> Iterator[str]:
    if name:
        yield name
    for number in count(2 if name else 1):
        yield f"{name or otherwise}_{number}"
