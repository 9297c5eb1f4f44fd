"""Colours of charts, by the names that a page gives them.

A chart names a colour, `var(--kept)`, and a page says by its theme what that is. In a notebook or a
file nobody knows the names, so that each is written out.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

_WIDTH = 560
"""Of a chart that does not say how wide it is, in pixels: that of a cell, and no scrolling."""
ELSEWHERE = {
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
    if token not in ELSEWHERE:
        raise LookupError(f"no colour is called {token}")
    return f"var(--{token}, {ELSEWHERE[token]})"


def written_out(chart: alt.TopLevelMixin) -> alt.TopLevelMixin:
    """The chart with its colours instead of their names, for whoever draws on a canvas."""
    import altair as alt  # noqa: PLC0415 - heavy

    if isinstance(chart, alt.Chart | alt.LayerChart) and chart.width is alt.Undefined:
        chart = chart.properties(width=_WIDTH)
    said: dict[str, Any] = json.loads(_NAMED.sub(r"\g<color>", json.dumps(chart.to_dict())))
    drawn: alt.TopLevelMixin = alt.Chart.from_dict(said)
    return drawn


_NAMED = re.compile(r"var\(--[\w-]+, (?P<color>#[0-9a-f]{6})\)")
