"""Charts name their colours for pages, and write them out for everybody else."""

from __future__ import annotations

import json

import altair as alt

from revloop.analysis.colors import ELSEWHERE, named, written_out


def chart(width: int | None = None) -> alt.Chart:
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=[{"n": 1}])).mark_bar(color=named("sales")).encode(x="n:Q")
    )
    return drawn if width is None else drawn.properties(width=width)


def test_outside_of_pages_a_colour_is_written_out() -> None:
    said = json.dumps(written_out(chart()).to_dict())

    assert ELSEWHERE["sales"] in said
    assert "var(" not in said


def test_a_chart_that_says_its_width_keeps_it() -> None:
    assert written_out(chart(200)).to_dict()["width"] == 200
    assert written_out(chart()).to_dict()["width"] == 560
    assert "width" not in written_out(alt.hconcat(chart(), chart())).to_dict()
