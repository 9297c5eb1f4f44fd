"""The pictures of the cost: what was spent, what each stage costs, and what is left of a price."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from revloop.analysis.colors import named

if TYPE_CHECKING:
    import altair as alt

    from revloop.analysis.reading import Found

_MINOR = 100
"""Axes are in units of a hundred minor ones; which currency the page says."""


def months(found: Found) -> alt.TopLevelMixin:
    """What was spent in each month, by whose budget it was."""
    import altair as alt  # noqa: PLC0415 - heavy

    sides = {"marketing": "marketing", "sales": "sales", "other_sides": "others"}
    table = found.table.filter(pc.is_valid(found.table["month"]))
    grouped = table.group_by("month").aggregate([(side, "sum") for side in sides])
    rows = [
        {"month": row["month"], "side": said, "spent": row[f"{side}_sum"] / _MINOR}
        for row in grouped.sort_by("month").to_pylist()
        for side, said in sides.items()
        if row[f"{side}_sum"]
    ]
    color = alt.Color(
        "side:N",
        scale=alt.Scale(
            domain=list(sides.values()),
            range=[named("marketing"), named("sales"), named("success")],
        ),
    )
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("month:O", title=None),
            y=alt.Y("spent:Q", title="spent"),
            color=color,
            tooltip=["month:O", "side:N", alt.Tooltip("spent:Q", format=",.0f")],
        )
    )
    return drawn


def waterfall(found: Found) -> alt.TopLevelMixin | None:
    """From the list price down to what is left, of the orders of which every step is known."""
    import altair as alt  # noqa: PLC0415 - heavy

    if "waterfall" not in found.more or not found.more["waterfall"].num_rows:
        return None
    rows = []
    at = 0
    for row in found.more["waterfall"].to_pylist():
        begin = 0 if row["is_level"] else at
        at = row["amount"] if row["is_level"] else at + row["amount"]
        kind = "left" if row["is_level"] else "taken off"
        rows.append({"step": row["step"], "from": begin / _MINOR, "to": at / _MINOR, "kind": kind})
    color = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=["left", "taken off"], range=[named("sales"), named("broken")]),
    )
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("from:Q", title="money"),
            x2="to:Q",
            y=alt.Y("step:N", title=None, sort=[row["step"] for row in rows]),
            color=color,
            tooltip=["step:N", alt.Tooltip("to:Q", format=",.0f")],
        )
    )
    return drawn


def cohorts(found: Found) -> alt.TopLevelMixin | None:
    """The return on the customers of each quarter: so far, and by the age that is expected."""
    import altair as alt  # noqa: PLC0415 - heavy

    names = ("cohort", "return_so_far", "expected_return", "return_low", "return_high", "customers")
    rows = [
        {name: row[name] for name in names}
        for row in found.table.to_pylist()
        if row["return_so_far"] is not None
    ]
    if not rows:
        return None
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=alt.X("cohort:O", title=None))
    zero = alt.Chart(alt.InlineData(values=[{"paid": 0}])).mark_rule(
        color=named("ink-2"), strokeDash=[4, 3]
    )
    between = base.mark_rule(color=named("ink-2")).encode(
        y=alt.Y("return_low:Q", title="return by cost: 0 is what they cost"), y2="return_high:Q"
    )
    kinds = alt.Scale(
        domain=["so far", "expected"], range=[named("marketing"), named("ink-2")], type="ordinal"
    )
    told = ["cohort:O", "customers:Q"]
    so_far = base.mark_point(filled=True, size=80).encode(
        y="return_so_far:Q",
        color=alt.Color("kind:N", scale=kinds),
        tooltip=[*told, alt.Tooltip("return_so_far:Q", format="+.1f")],
    )
    expected = base.mark_point(filled=False, size=80, shape="diamond").encode(
        y="expected_return:Q",
        color=alt.Color("kind:N", scale=kinds),
        tooltip=[*told, alt.Tooltip("expected_return:Q", format="+.1f")],
    )
    return alt.layer(
        zero.encode(y="paid:Q"),
        between,
        so_far.transform_calculate(kind="'so far'"),
        expected.transform_calculate(kind="'expected'"),
    )
