"""The pictures of the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from revloop.analysis.colors import named
from revloop.analysis.loop.stages import said

if TYPE_CHECKING:
    import altair as alt

    from revloop.analysis.reading import Found

_WIDTH, _HEIGHT = 560, 90
"""Charts below each other cannot take the width of their page."""


def weeks(found: Found) -> alt.TopLevelMixin | None:
    """A line for each stage with its limits; signals are marked. None with a cut: too many lines."""
    import altair as alt  # noqa: PLC0415 - heavy

    if found.table.column_names[0] != "stage":
        return None
    rows = found.table.to_pylist()
    lines = []
    for stage in dict.fromkeys(row["stage"] for row in rows):
        own = [row for row in rows if row["stage"] == stage]
        base = alt.Chart(alt.InlineData(values=own)).encode(
            x=alt.X("week:T", title=None, axis=alt.Axis(format="%d %b", tickCount=6))
        )
        told = [alt.Tooltip("week:N"), alt.Tooltip("n:Q", format=","), alt.Tooltip("signal:N")]
        scale = alt.Scale(zero=True, nice=True)
        count = alt.Y("n:Q", title=said(stage), scale=scale, axis=alt.Axis(tickCount=3))
        limits = base.mark_area(color=named("line-strong"), opacity=0.35).encode(
            y=alt.Y("lower_limit:Q", title=said(stage)), y2="upper_limit:Q"
        )
        center = base.mark_line(color=named("ink-2"), strokeWidth=1, strokeDash=[3, 3]).encode(
            y="center:Q"
        )
        line = base.mark_line(color=named("sales"), strokeWidth=1.5).encode(y=count)
        news = base.transform_filter("isValid(datum.signal)").mark_point(
            color=named("broken"), filled=True, size=60, shape="diamond"
        )
        drawn = alt.layer(limits, center, line, news.encode(y=count, tooltip=told))
        lines.append(drawn.properties(width=_WIDTH, height=_HEIGHT))
    return alt.vconcat(*lines).resolve_scale(x="shared") if lines else None
