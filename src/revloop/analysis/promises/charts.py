"""The pictures of the promises: how answers pay, and when leads come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revloop.analysis.colors import named

if TYPE_CHECKING:
    import altair as alt

    from revloop.analysis.reading import Found

_HEIGHT = 200


def curve(found: Found) -> alt.TopLevelMixin | None:
    """The share that became qualified by the time to the first attempt, with its interval.

    None where no group is large enough to be shown.
    """
    import altair as alt  # noqa: PLC0415 - heavy

    rows = found.table.to_pylist()
    clock = rows[0]["clock"] if rows else ""
    shown = [
        {
            "bucket": row["bucket"],
            "share": row["rate"],
            "low": row["low"],
            "high": row["high"],
            "n": row["n"],
        }
        for row in rows
        if row["clock"] == clock and row["rate"] is not None and not row["is_small"]
    ]
    if not shown:
        return None
    order = [row["bucket"] for row in shown]
    base = alt.Chart(alt.InlineData(values=shown)).encode(
        y=alt.Y("bucket:N", title=None, sort=order)
    )
    told = [alt.Tooltip("share:Q", format=".1%"), alt.Tooltip("n:Q", format=",")]
    on = alt.X("share:Q", title="became qualified within 90 days", axis=alt.Axis(format=".0%"))
    doubt = base.mark_rule(color=named("sales"), strokeWidth=3, opacity=0.45).encode(
        x=alt.X("low:Q", title="became qualified within 90 days"), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=90, color=named("sales")).encode(x=on, tooltip=told)
    drawn: alt.TopLevelMixin = alt.layer(doubt, points).properties(
        width="container", height=_HEIGHT
    )
    return drawn


def hours(found: Found) -> alt.TopLevelMixin:
    """Leads by weekday and hour, the darker the more; framed where somebody works."""
    import altair as alt  # noqa: PLC0415 - heavy

    rows = found.table.to_pylist()
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("hour:O", title="hour of the day", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("day:O", title=None, sort=[day for _, day in sorted({_day(row) for row in rows})]),
    )
    told = [alt.Tooltip("day:O"), alt.Tooltip("hour:O"), alt.Tooltip("n:Q", format=",")]
    most = max((row["n"] for row in rows), default=1)
    # A scale that blends two colours cannot blend two names, so the opacity of one tells how many.
    dark = alt.Opacity("n:Q", scale=alt.Scale(domain=[0, most], range=[0.04, 1]), legend=None)
    came = base.mark_rect(color=named("ink-2")).encode(opacity=dark, tooltip=told)
    works = base.transform_filter("datum.staffed >= 0.5").mark_rect(
        filled=False, stroke=named("sales"), strokeWidth=1.5
    )
    drawn: alt.TopLevelMixin = alt.layer(came, works).properties(width="container", height=_HEIGHT)
    return drawn


def _day(row: Mapping[str, Any]) -> tuple[int, str]:
    return row["weekday"], row["day"]
