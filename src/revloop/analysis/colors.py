"""Colours of charts, by the names that a page gives them.

A chart names a colour, `var(--kept)`, and whoever shows it says what that is: pages by theme, a
notebook by the colour behind the comma.
"""

from __future__ import annotations

_ELSEWHERE = {
    "kept": "#26734d",
    "broken": "#b3261e",
    "ink": "#1d1b18",
    "ink-2": "#5b5750",
    "line-strong": "#cfc9bb",
    "marketing": "#09736e",
    "sales": "#3d4eac",
    "success": "#855a0a",
    "other": "#6a665f",
}


def named(token: str) -> str:
    """The colour of this name; one that no page knows is a mistake of ours.

    Raises:
        LookupError: It is not in the list.
    """
    if token not in _ELSEWHERE:
        raise LookupError(f"no colour is called {token}")
    return f"var(--{token}, {_ELSEWHERE[token]})"
