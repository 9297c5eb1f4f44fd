"""The pictures of credit: every model side by side, what holds and what depends on the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from revloop.analysis.colors import named
from revloop.analysis.credit.laying import UNATTRIBUTED

if TYPE_CHECKING:
    import altair as alt

    from revloop.analysis.reading import Found

_MOST = 14


def side_by_side(found: Found) -> alt.TopLevelMixin:
    """The share of each value by every model: from the least to the most, and the agreement's with its interval."""
    import altair as alt  # noqa: PLC0415 - heavy

    names = found.table.column_names[: found.table.column_names.index("model")]
    rows = [
        {
            "value": ", ".join(row[name] for name in names).replace("_", " "),
            "model": row["model"].replace("_", " "),
            "share": row["share"],
            "low": row["share_low"],
            "high": row["share_high"],
            "which": "the agreement's" if row["is_primary"] else "another model",
        }
        for row in found.table.to_pylist()
        if row["share"] is not None and row[names[0]] != UNATTRIBUTED
    ]
    most: dict[str, float] = {}
    for row in rows:
        most[row["value"]] = max(most.get(row["value"], 0.0), row["share"])
    order = sorted(most, key=lambda name: -most[name])[:_MOST]
    rows = [row for row in rows if row["value"] in order]
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=alt.Y("value:N", title=None, sort=order))
    span = base.mark_rule(color=named("line-strong"), strokeWidth=6).encode(
        x=alt.X("least:Q", title="of what was booked", axis=alt.Axis(format="%")), x2="most:Q"
    )
    span = span.transform_aggregate(least="min(share)", most="max(share)", groupby=["value"])
    primary = alt.datum.which == "the agreement's"
    doubt = base.transform_filter(primary).mark_rule(color=named("ink"), strokeWidth=1.5)
    points = base.mark_point(filled=True).encode(
        x="share:Q",
        shape=alt.Shape(
            "which:N",
            title=None,
            scale=alt.Scale(
                domain=["the agreement's", "another model"], range=["diamond", "circle"]
            ),
        ),
        color=alt.Color(
            "which:N",
            title=None,
            scale=alt.Scale(
                domain=["the agreement's", "another model"],
                range=[named("ink"), named("marketing")],
            ),
        ),
        size=alt.condition(primary, alt.value(110), alt.value(36)),
        opacity=alt.condition(primary, alt.value(1), alt.value(0.7)),
        tooltip=["value:N", "model:N", alt.Tooltip("share:Q", format=".1%")],
    )
    return alt.layer(span, doubt.encode(x="low:Q", x2="high:Q"), points)


def ways(found: Found) -> alt.TopLevelMixin:
    """What was booked by the ways that are worth most."""
    import altair as alt  # noqa: PLC0415 - heavy

    rows = [
        {"way": row["path"], "booked": row["booked"] / 100, "won": row["won"], "n": row["n"]}
        for row in found.table.slice(0, 10).to_pylist()
    ]
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(color=named("marketing"))
        .encode(
            x=alt.X("booked:Q", title="booked"),
            y=alt.Y("way:N", title=None, sort=None, axis=alt.Axis(labelLimit=320)),
            tooltip=["way:N", alt.Tooltip("booked:Q", format=",.0f"), "won:Q", "n:Q"],
        )
    )
    return drawn
