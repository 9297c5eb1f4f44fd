"""The pictures of the promises: how answers pay, and how each promise went month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from revloop.analysis.colors import named

if TYPE_CHECKING:
    import altair as alt

    from revloop.analysis.reading import Found

_HEIGHT = 200


def curve(found: Found) -> alt.TopLevelMixin:
    """The share that became qualified by the time to the first attempt, with its interval."""
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
