"""The pictures of credit: every model side by side, what holds and what depends on the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from revloop.analysis.colors import named
from revloop.analysis.credit.laying import UNATTRIBUTED
from revloop.kit.money import DECIMALS

if TYPE_CHECKING:
    import altair as alt

    from revloop.analysis.credit.journey import Journey
    from revloop.analysis.reading import Found

_MOST = 14
_OURS, _OTHER = "the agreement's", "another model"


def side_by_side(found: Found) -> alt.TopLevelMixin:
    """The share of each value by every model: from the least to the most, and the agreement's with its interval."""
    names = found.table.column_names[: found.table.column_names.index("model")]
    rows = [
        {
            "value": ", ".join(row[name] for name in names).replace("_", " "),
            "model": row["model"].replace("_", " "),
            "share": row["share"],
            "low": row["share_low"],
            "high": row["share_high"],
            "which": _OURS if row["is_primary"] else _OTHER,
        }
        for row in found.table.to_pylist()
        if row["share"] is not None and row[names[0]] != UNATTRIBUTED
    ]
    most: dict[str, float] = {}
    for row in rows:
        most[row["value"]] = max(most.get(row["value"], 0.0), row["share"])
    order = sorted(most, key=lambda name: -most[name])[:_MOST]
    rows = [row for row in rows if row["value"] in order]
    return _by_models(rows, "share", "share of the whole", ".1%", order)


def _by_models(
    rows: list[dict[str, Any]], of: str, says: str, form: str, order: Any = None
) -> alt.TopLevelMixin:
    """Points for every model on the span of them all; the agreement's larger, with its interval."""
    import altair as alt  # noqa: PLC0415 - heavy

    # Channels are typed: of a bare text Altair finds the class anew, which costs 2 ms each time.
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=alt.Y("value:N", title=None, sort=order))
    axis = alt.Axis(format="%" if form.endswith("%") else form)
    span = base.mark_rule(color=named("line-strong"), strokeWidth=6)
    span = span.transform_aggregate(least=f"min({of})", most=f"max({of})", groupby=["value"])
    span = span.encode(x=alt.X("least:Q", title=says, axis=axis), x2=alt.X2("most:Q"))
    is_ours = alt.datum.which == _OURS
    doubt = base.transform_filter(is_ours).mark_rule(color=named("ink"), strokeWidth=1.5)
    points = base.mark_point(filled=True).encode(
        x=alt.X(f"{of}:Q"),
        shape=alt.Shape(
            "which:N",
            title=None,
            scale=alt.Scale(domain=[_OURS, _OTHER], range=["diamond", "circle"]),
        ),
        color=alt.Color(
            "which:N",
            title=None,
            scale=alt.Scale(domain=[_OURS, _OTHER], range=[named("ink"), named("marketing")]),
        ),
        size=alt.SizeValue(36, condition={"test": is_ours, "value": 110}),
        opacity=alt.OpacityValue(0.7, condition={"test": is_ours, "value": 1}),
        tooltip=[
            alt.Tooltip("value:N"),
            alt.Tooltip("model:N"),
            alt.Tooltip(f"{of}:Q", format=form),
        ],
    )
    return alt.layer(span, doubt.encode(x=alt.X("low:Q"), x2=alt.X2("high:Q")), points)


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


def returns(found: Found) -> alt.TopLevelMixin | None:
    """The return of each value by every model: from the least to the most, and the agreement's."""
    name = found.table.column_names[0]
    rows = [
        {
            "value": row[name].replace("_", " "),
            "model": row["model"].replace("_", " "),
            "roi": row["roi"],
            "low": row["roi_low"],
            "high": row["roi_high"],
            "which": _OURS if row["is_primary"] else _OTHER,
        }
        for row in found.table.to_pylist()
        if row["roi"] is not None
    ]
    if not rows:
        return None
    return _by_models(rows, "roi", "return by cost: 0 is what it cost", ".1f")


def alike(found: Found) -> alt.TopLevelMixin | None:
    """How often leads that a channel touched come through, by leads alike; 1 is as often."""
    import altair as alt  # noqa: PLC0415 - heavy

    rows = [
        {name: row[name] for name in ("channel", "ratio", "low", "high", "crude")}
        for row in found.table.to_pylist()
        if row["ratio"] is not None and not row["is_small"]
    ]
    if not rows:
        return None
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("channel:N", title=None, sort=alt.EncodingSortField("ratio", order="descending"))
    )
    one = alt.Chart(alt.InlineData(values=[{"as_often": 1}])).mark_rule(
        color=named("ink-2"), strokeDash=[4, 3]
    )
    points = base.mark_point(filled=True, size=70, color=named("marketing"))
    return alt.layer(
        one.encode(x="as_often:Q"),
        base.mark_rule(color=named("ink-2")).encode(
            x=alt.X("low:Q", title="times as often as leads alike", scale=alt.Scale(zero=False)),
            x2="high:Q",
        ),
        points.encode(
            x="ratio:Q", tooltip=["channel:N", alt.Tooltip("ratio:Q", format=".2f"), "crude:Q"]
        ),
    )


def journey(found: Journey) -> alt.TopLevelMixin:
    """The touches of one journey on a line of time; the area of each is what it earned by our model."""
    import altair as alt  # noqa: PLC0415 - heavy

    [ours, *_] = found.earned.values()
    rows = [
        {
            "days": touch.age,
            "what": row["kind"].replace("_", " "),
            "channel": row["channel"].replace("_", " "),
            "team": row["side"],
            "earned": minor / 10 ** DECIMALS.get(found.setting.currency, 2),
        }
        for row, touch, minor in zip(found.rows, found.touches, ours, strict=True)
    ]
    teams = sorted({row["team"] for row in rows})
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_circle(opacity=0.75)
        .encode(
            x=alt.X("days:Q", title="days before the win", scale=alt.Scale(reverse=True)),
            y=alt.Y(
                "channel:N", title=None, sort=alt.EncodingSortField("days", "max", "descending")
            ),
            size=alt.Size("earned:Q", legend=None, scale=alt.Scale(range=[20, 500])),
            color=alt.Color(
                "team:N",
                title=None,
                scale=alt.Scale(domain=teams, range=[_of_team(team) for team in teams]),
            ),
            tooltip=[
                "what:N",
                "channel:N",
                alt.Tooltip("days:Q", format=".0f"),
                alt.Tooltip("earned:Q", format=",.2f"),
            ],
        )
    )
    return drawn


def _of_team(side: str) -> str:
    return named(side if side in ("marketing", "sales", "success") else "other")
