"""How much the name of a column or table is like a name that is known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

SAME, PLURAL, CONTAINED, MISSPELT = 1.0, 0.97, 0.8, 0.75
_NEAR = 90
"""Of 100: fewer letters than this in common is another word."""
_SHORTEST_MISSPELT = 5
_FILLER = frozenset({"property", "hs", "hubspot", "salesforce", "sf", "crm", "the", "of", "export"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@lru_cache(maxsize=20_000)
def plain(name: str) -> str:
    """`Lead_Source__c`, `leadSource` and `Lead source` are all `lead source`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower().removesuffix("__c")
    ascii_ = unicodedata.normalize("NFKD", spaced.translate(_UMLAUTS)).encode("ascii", "ignore")
    words = re.sub(r"[^a-z0-9]+", " ", ascii_.decode()).split()
    kept = [word for word in words if word not in _FILLER] or words
    return " ".join(kept)


def likeness(name: str, known: Iterable[str]) -> tuple[float, str]:
    """From 0 to 1, and the known name that it is most like."""
    own = plain(name)
    best = (0.0, "")
    for each in known:
        best = max(best, (_one(own, plain(each)), each), key=lambda found: found[0])
    return best


@lru_cache(maxsize=100_000)
def _one(own: str, known: str) -> float:
    from rapidfuzz import fuzz  # noqa: PLC0415 - only somebody who asks for a suggestion needs it

    if not own or not known:
        return 0.0
    if own == known:
        return SAME
    if _singular(own) == _singular(known):
        return PLURAL
    words, wanted = own.split(), known.split()
    # `billing country` is a country; `country manager` is none: what is meant stands last.
    if words[-len(wanted) :] == wanted:
        return CONTAINED * (1 - 0.1 * (len(words) - len(wanted) - 1))
    long = min(len(own), len(known)) >= _SHORTEST_MISSPELT
    return MISSPELT if long and fuzz.ratio(own, known) >= _NEAR else 0.0


def _singular(name: str) -> str:
    words = name.split()
    last = words[-1]
    if last.endswith("ies"):
        last = f"{last[:-3]}y"
    elif last.endswith("s") and not last.endswith("ss"):
        last = last[:-1]
    return " ".join((*words[:-1], last))
