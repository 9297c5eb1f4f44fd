"""The pictures of the revenue: what its levers are worth, what changed it, what was booked, who won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from revloop.analysis.colors import named

if TYPE_CHECKING:
    import altair as alt

    from revloop.analysis.reading import Found

_SAID = {
    "opps_per_seller": "Opportunities of a seller",
    "deal": "Average deal",
    "win": "Win rate",
    "cycle_days": "Cycle",
    "sellers": "Sellers",
    "all": "All at once",
}
_MINOR = 100
"""Axes are in units of a hundred minor ones; which currency the page says."""


def levers(found: Found) -> alt.TopLevelMixin:
    """What a tenth of each factor is worth in 90 days; the run rate of each group where it is cut."""
    import altair as alt  # noqa: PLC0415 - heavy

    if "levers" not in found.more:
        return _groups(found)
    rows = [
        {"lever": _SAID[row["factor"]], "worth": row["per_90_days"] / _MINOR, "gain": row["gain"]}
        for row in found.more["levers"].to_pylist()
        if row["per_90_days"] is not None
    ]
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(color=named("sales"))
        .encode(
            x=alt.X("worth:Q", title="more in 90 days, each lever a tenth better"),
            y=alt.Y("lever:N", title=None, sort=list(_SAID.values())),
            tooltip=[alt.Tooltip("worth:Q", format=",.0f"), alt.Tooltip("gain:Q", format=".1%")],
        )
    )
    return drawn


def _groups(found: Found) -> alt.TopLevelMixin:
    import altair as alt  # noqa: PLC0415 - heavy

    names = found.table.column_names[: found.table.column_names.index("opps_per_seller")]
    rows = [
        {
            "group": ", ".join(row[name] for name in names),
            "per_day": row["per_day"] / _MINOR,
            "low": None if row["per_day_low"] is None else row["per_day_low"] / _MINOR,
            "high": None if row["per_day_high"] is None else row["per_day_high"] / _MINOR,
        }
        for row in found.table.to_pylist()
        if row["per_day"] is not None
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=alt.Y("group:N", title=None, sort=None))
    points = base.mark_point(filled=True, size=70, color=named("sales")).encode(
        x=alt.X("per_day:Q", title="revenue of a day")
    )
    return alt.layer(base.mark_rule(color=named("ink-2")).encode(x="low:Q", x2="high:Q"), points)


def waterfall(found: Found) -> alt.TopLevelMixin:
    """From the run rate before to the one after, factor by factor."""
    import altair as alt  # noqa: PLC0415 - heavy

    rows = steps(found.table.to_pylist(), found.more["whole"].to_pylist())
    color = alt.Color(
        "kind:N",
        scale=alt.Scale(
            domain=["run rate", "more", "less"],
            range=[named("ink-2"), named("kept"), named("broken")],
        ),
    )
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("from:Q", title="revenue of a day"),
            x2="to:Q",
            y=alt.Y("step:N", title=None, sort=[row["step"] for row in rows]),
            color=color,
            tooltip=["step:N", alt.Tooltip("by:Q", format="+,.0f")],
        )
    )
    return drawn


def steps(
    factors: Sequence[Mapping[str, Any]], whole: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The bars of a waterfall, each from where the one before it ended."""
    if not whole:
        return []
    at = whole[0]["before"]
    rows = [_bar("Before", 0.0, at, "run rate")]
    for row in factors:
        rows.append(
            _bar(
                _SAID[row["factor"]],
                at,
                at + row["change"],
                "more" if row["change"] >= 0 else "less",
            )
        )
        at += row["change"]
    return [*rows, _bar("After", 0.0, whole[0]["after"], "run rate")]


def _bar(step: str, begin: float, end: float, kind: str) -> dict[str, Any]:
    return {
        "step": step,
        "from": begin / _MINOR,
        "to": end / _MINOR,
        "by": (end - begin) / _MINOR,
        "kind": kind,
    }


def months(found: Found) -> alt.TopLevelMixin:
    """What was booked in each month, by what was sold."""
    import altair as alt  # noqa: PLC0415 - heavy

    kinds = ("new", "expansion", "renewal")
    table = found.table.filter(pc.is_valid(found.table["month"]))
    grouped = table.group_by("month").aggregate([(kind, "sum") for kind in kinds])
    rows = [
        {"month": row["month"], "kind": kind, "booked": row[f"{kind}_sum"] / _MINOR}
        for row in grouped.sort_by("month").to_pylist()
        for kind in kinds
        if row[f"{kind}_sum"]
    ]
    color = alt.Color(
        "kind:N",
        scale=alt.Scale(
            domain=list(kinds), range=[named("sales"), named("marketing"), named("success")]
        ),
    )
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("month:O", title=None),
            y=alt.Y("booked:Q", title="booked"),
            color=color,
            tooltip=["month:O", "kind:N", alt.Tooltip("booked:Q", format=",.0f")],
        )
    )
    return drawn


def funnel(found: Found) -> alt.TopLevelMixin:
    """The win rate of each seller by how many they closed, within what chance alone would do."""
    import altair as alt  # noqa: PLC0415 - heavy

    limits = alt.Chart(alt.InlineData(values=found.more["limits"].to_pylist())).encode(
        x=alt.X("n:Q", title="won or lost"),
    )
    rows = [row for row in found.table.to_pylist() if row["closed"] and row["quota"]]
    points = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_point(filled=True, size=70, color=named("sales"))
        .encode(
            x="closed:Q",
            y=alt.Y("win_rate:Q", title="won", axis=alt.Axis(format="%")),
            tooltip=["seller:N", "won:Q", "closed:Q"],
        )
    )
    lines = [
        limits.mark_line(color=named(color), strokeWidth=1, strokeDash=dash).encode(y=f"{name}:Q")
        for name, color, dash in (
            ("low_95", "ink-2", [4, 3]),
            ("high_95", "ink-2", [4, 3]),
            ("low_998", "line-strong", [1, 0]),
            ("high_998", "line-strong", [1, 0]),
        )
    ]
    return alt.layer(*lines, points)
