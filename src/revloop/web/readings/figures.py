"""The chart of a reading as a figure of a page, with its table twin."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from revloop.analysis import phrases
from revloop.analysis.reading import Result
from revloop.web.charts import Figure, figure
from revloop.web.readings import words

_MOST = 40
_HEIGHT = 240


def drawn(
    result: Result,
    columns: Sequence[str],
    *,
    sentence: str = "",
    behind: str = "",
    table: pa.Table | None = None,
) -> Figure | None:
    """The chart of a reading; None where it draws none.

    Altair compares every part of a chart with a schema, which takes longer than the reading itself:
    that the charts of readings hold to it is what tests are for.

    Args:
        result: the reading.
        columns: those of its table that the twin shows, the first naming each row.
        sentence: what it shows; the reading's own sentence if nothing is given.
        behind: what it rests on.
        table: another table for the twin.

    """
    from altair.utils import schemapi  # noqa: PLC0415 - a second that pages without a chart need not wait

    with schemapi.debug_mode(arg=False):
        return _drawn(result, columns, sentence, behind, table)


def _drawn(
    result: Result, columns: Sequence[str], sentence: str, behind: str, table: pa.Table | None
) -> Figure | None:
    import altair as alt  # noqa: PLC0415 - likewise

    chart = result.drawing()
    if chart is None:
        return None
    if isinstance(chart, alt.Chart | alt.LayerChart):
        # A height of steps and a width that fits do not go together.
        height = (
            _HEIGHT if isinstance(chart.height, alt.utils.schemapi.UndefinedType) else chart.height
        )
        chart = chart.properties(width="container", height=height)
    shown = (table if table is not None else result.table).select(list(columns)).slice(0, _MOST)
    heads = [phrases.label(name) for name in columns]
    rows = [[cell.text for cell in row] for row in words.rows(shown, result.reading.columns)]
    return figure(
        chart,
        result.reading.name.replace("_", "-"),
        sentence or result.sentence,
        behind=behind or f"as of {result.provenance.as_of:%d %b %Y}",
        columns=heads,
        rows=rows,
    )
