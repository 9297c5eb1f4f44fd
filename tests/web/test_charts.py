"""From a chart to its figure."""

from __future__ import annotations

from typing import Any

import altair as alt
import pytest

from revloop.operations.connection import load_django

load_django()

from django.template import engines  # noqa: E402 - once Django is loaded

from revloop.web.charts import Figure, color, figure  # noqa: E402
from revloop.web.styleguide import drawings  # noqa: E402

SCRIPT = "</script><script>alert(1)</script>"


def chart(name: str = "hot", **about: Any) -> Any:
    data = alt.InlineData(values=[{"lane": name, "n": 214}])
    return alt.Chart(data, **about).mark_bar(color=color("sales")).encode(x="n:Q", y="lane:N")


def drawn(name: str = "hot", **about: Any) -> Figure:
    return figure(
        chart(name, **about),
        "lanes",
        f"Most leads are {name}.",
        behind="n 214",
        columns=("Lane", "Leads"),
        rows=[(name, 214)],
    )


def page(shown: Figure) -> str:
    return engines["django"].from_string("{% figure shown %}").render({"shown": shown})


def test_a_figure_says_what_it_shows_what_that_rests_on_and_the_same_as_a_table() -> None:
    said = page(drawn())

    assert said.index("Most leads are hot.") < said.index("[n 214]") < said.index("<table>")
    assert '<th scope="row">hot</th><td class="num">214</td>' in said


def test_a_drawing_is_named_by_its_sentence() -> None:
    assert 'role="img" aria-labelledby="lanes-says"' in page(drawn())


def test_data_cannot_end_the_block_it_stands_in() -> None:
    assert "<script>alert" not in page(drawn(SCRIPT))


def test_a_chart_may_say_otherwise_than_the_theme() -> None:
    plain, other = drawn(), drawn(config={"axis": {"grid": False}})

    assert "grid" not in plain.spec["config"]["axis"]
    assert other.spec["config"]["axis"]["grid"] is False
    assert other.spec["config"]["axis"]["labelColor"] == color("ink-3")


def test_a_view_has_no_frame() -> None:
    assert drawn().spec["config"]["view"]["stroke"] == "transparent"


@pytest.mark.parametrize("name", ["answered", "moved"])
def test_a_table_twin_has_a_cell_for_every_column(name: str) -> None:
    shown = drawings.shown()[name]

    assert {len(row) for row in shown.rows} == {len(shown.columns)}
