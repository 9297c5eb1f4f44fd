"""Charts of the style page: a promise week by week, and what moved revenue."""

from __future__ import annotations

from functools import cache

from revloop.web.charts import Figure, color, figure

_GOAL = 90
_ANSWERED = (
    ("28 Sep", 92, 86, 96, 171),
    ("5 Oct", 91, 85, 95, 188),
    ("12 Oct", 93, 88, 96, 202),
    ("19 Oct", 89, 84, 93, 197),
    ("26 Oct", 90, 85, 94, 205),
    ("2 Nov", 86, 80, 90, 210),
    ("9 Nov", 84, 78, 89, 199),
    ("16 Nov", 81, 76, 86, 214),
)
"""Week, share in time, between which, of how many hot leads."""
_MOVED = (
    ("Last quarter", 0, 8_333, "before"),
    ("Opportunities", 8_333, 9_804, "more"),
    ("Deal size", 9_804, 9_413, "less"),
    ("Win rate", 9_413, 11_151, "more"),
    ("Cycle time", 11_151, 11_810, "more"),
    ("Sellers", 11_810, 10_800, "less"),
    ("This quarter", 0, 10_800, "now"),
)
"""Part, from where to where, and what it is."""


@cache
def shown() -> dict[str, Figure]:
    return {"answered": _answered(), "moved": _moved()}


def _answered() -> Figure:
    import altair as alt  # noqa: PLC0415 - a second that the other pages need not wait

    weeks = [
        {"week": week, "share": share, "low": low, "high": high, "n": n}
        for week, share, low, high, n in _ANSWERED
    ]
    on = alt.X(
        "week:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, domain=True)
    )
    base = alt.Chart(alt.InlineData(values=weeks)).encode(x=on)
    scale = alt.Scale(domain=[60, 100], clamp=True)
    sales = color("sales")
    band = base.mark_area(color=sales).encode(
        y=alt.Y("low:Q", title="% in time", scale=scale, axis=alt.Axis(tickCount=4)), y2="high:Q"
    )
    told = [alt.Tooltip("share:Q", title="in time, %"), alt.Tooltip("n:Q", title="hot leads")]
    line = base.mark_line(color=sales, point={"color": sales, "size": 42}).encode(
        y="share:Q", tooltip=told
    )
    goal = alt.Chart(alt.InlineData(values=[{"goal": _GOAL}])).mark_rule(strokeDash=[4, 4])
    return figure(
        (band + goal.encode(y="goal:Q") + line).properties(width="container", height=220),
        "answered",
        "Hot leads answered in five minutes fell from 92\u202f% to 81\u202f% in "
        "eight weeks; the goal is 90\u202f%.",
        behind="95\u202f% intervals, n 171 to 214 a week",
        columns=("Week of", "In time, %", "Between, %", "n"),
        rows=[(week, share, f"{low}–{high}", n) for week, share, low, high, n in _ANSWERED],
    )


def _moved() -> Figure:
    import altair as alt  # noqa: PLC0415

    parts = [
        {"part": part, "from": begin, "to": end, "what": what, "said": _said(begin, end, what)}
        for part, begin, end, what in _MOVED
    ]
    colors = {"before": "other", "more": "kept", "less": "broken", "now": "ink"}
    scale = alt.Scale(domain=list(colors), range=[color(each) for each in colors.values()])
    base = alt.Chart(alt.InlineData(values=parts)).encode(y=alt.Y("part:N", sort=None, title=None))
    bars = base.mark_bar(size=17).encode(
        x=alt.X("from:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 18_000])),
        x2="to:Q",
        color=alt.Color("what:N", scale=scale, legend=None),
        tooltip=[alt.Tooltip("part:N", title="part"), alt.Tooltip("said:N", title="dollars a day")],
    )
    right = alt.expr.max(alt.datum["from"], alt.datum.to)
    words = (
        base.transform_calculate(end=right)
        .mark_text(align="left", dx=6, fontWeight=600)
        .encode(x="end:Q", text="said:N")
    )
    return figure(
        (bars + words).properties(width="container", height=33 * len(_MOVED)),
        "moved",
        "Bookings rose from $8,333 to $10,800 a day, mostly by a better win rate.",
        behind="Shapley shares of the change, n 402 won",
        columns=("Part", "Dollars a day"),
        rows=[(part, _said(begin, end, what)) for part, begin, end, what in _MOVED],
    )


def _said(begin: int, end: int, what: str) -> str:
    if what in {"before", "now"}:
        return f"${end:,}"
    return f"{end - begin:+,}".replace("-", "−")
