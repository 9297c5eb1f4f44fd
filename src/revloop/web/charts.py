"""From a chart to its figure: the drawing, the sentence that says what it shows, and its table twin.

Colours are named, never written: `var(--sales)` is what tokens.css says in the theme that is shown, so
a chart changes with the theme and prints in ink. That holds for marks and for scales of steps; a scale
that blends two colours cannot blend two names, so it varies the opacity of one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from revloop.web.assets import FOLDER

if TYPE_CHECKING:
    import altair as alt

_SMALL = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as a page shows it."""

    name: str
    """Of this page's figures, this one."""
    sentence: str
    """What it shows, for those who do not see it as well."""
    behind: str
    """What it rests on: `n 214, 76 to 86 %`."""
    spec: dict[str, Any]
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    """The same numbers as a table, the first column naming each row."""


def figure(
    chart: alt.TopLevelMixin,
    name: str,
    sentence: str,
    *,
    behind: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
) -> Figure:
    """A chart with its twins. Every number has its n, so `behind` is never left out."""
    from altair.utils import schemapi  # noqa: PLC0415 - whoever has a chart has it already

    spec = chart.to_dict(validate=schemapi.DEBUG_MODE)
    own = spec.get("config", {})
    spec["config"] = {key: _over(theme().get(key), own.get(key)) for key in {**theme(), **own}}
    return Figure(name, sentence, behind, spec, tuple(columns), tuple(map(tuple, rows)))


def _over(ours: Any, own: Any) -> Any:
    """What a chart says of itself goes before the theme, word by word."""
    if isinstance(ours, dict) and isinstance(own, dict):
        return {**ours, **own}
    return ours if own is None else own


@cache
def theme() -> dict[str, Any]:
    """How every chart looks: few lines, small words, no frame."""
    font = tokens()["sans"]
    quiet, ink, line = color("ink-3"), color("ink"), color("line")
    words = {"labelFont": font, "titleFont": font, "labelFontSize": _SMALL}
    return {
        "background": "transparent",
        "font": font,
        "view": {"stroke": "transparent", "discreteHeight": {"step": 32}},
        "axis": {
            **words,
            "labelColor": quiet,
            "labelPadding": 6,
            "titleColor": quiet,
            "titleFontSize": _SMALL,
            "titleFontWeight": 400,
            "domain": False,
            "ticks": False,
            "gridColor": line,
        },
        "axisX": {"grid": False, "domain": True, "domainColor": color("line-strong")},
        "axisBand": {"labelColor": ink, "labelFontSize": 13, "labelLimit": 220, "domain": False},
        "legend": {
            **words,
            "labelColor": color("ink-2"),
            "title": None,
            "orient": "top",
            "symbolSize": 90,
        },
        "range": {"category": [color(each) for each in _TEAMS]},
        "mark": {"color": color("ink-2"), "tooltip": True},
        "bar": {"cornerRadius": 2},
        "line": {"strokeWidth": 2.25, "strokeCap": "round", "strokeJoin": "round"},
        "area": {"opacity": 0.16},
        "rule": {"color": ink, "strokeWidth": 1.5},
        "text": {"color": ink, "font": font, "fontSize": _SMALL},
    }


_TEAMS = ("marketing", "sales", "success", "other")


def color(token: str) -> str:
    """A colour of tokens.css, by its name; one that is not there is a mistake of ours."""
    if token not in tokens():
        raise LookupError(f"tokens.css has no colour --{token}")
    return f"var(--{token})"


@cache
def tokens() -> dict[str, str]:
    """What tokens.css says, by name."""
    text = (FOLDER / "tokens.css").read_text(encoding="utf-8")
    return {
        name: " ".join(value.split())
        for name, value in re.findall(r"^  --([\w-]+):\s*([^;]+);", text, re.MULTILINE)
    }
