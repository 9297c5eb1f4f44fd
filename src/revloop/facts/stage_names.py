"""What sources call the stages of the loop, where that is certain."""

from __future__ import annotations

from collections.abc import Mapping

_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "captured": ("captured",),
    "nurture": ("nurture", "nurturing"),
    "mql": ("mql", "marketingqualified", "marketingqualifiedlead"),
    "sal": ("sal", "salesaccepted", "salesacceptedlead"),
    "sql": ("sql", "salesqualified", "salesqualifiedlead"),
    "opportunity": ("opportunity", "opp"),
    "won": ("won", "closedwon"),
    "lost": ("lost", "closedlost"),
    "live": ("live", "onboarded"),
    "recycled": ("recycled", "recycle"),
    "disqualified": ("disqualified", "unqualified"),
    "expired": ("expired",),
    "duplicate": ("duplicate",),
}
_MEANING = {word: stage for stage, words in _SYNONYMS.items() for word in words}


def plain(name: str) -> str:
    """A name without case, spaces and signs: `Sales Accepted` and `sales_accepted` are one."""
    return "".join(filter(str.isalnum, name.casefold()))


def meaning(name: str) -> str:
    """The word of the loop for a stage; empty where that is not certain."""
    return _MEANING.get(plain(name), "")
