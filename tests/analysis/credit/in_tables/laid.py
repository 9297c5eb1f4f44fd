"""Journeys as tables, and as the arrays that they are held to."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from revloop.agreement.terms.credit_models import MARKS
from revloop.analysis.credit.statistics.shares import Steps

DUCKDB = ibis.duckdb.connect()

_TOUCH = st.tuples(
    st.sampled_from([0.0, 0.5, 1.0, 3.25, 30.0, 401.5]),
    st.integers(0, 2 ** len(MARKS) - 1) | st.just(0),
    st.sampled_from([0.25, 0.5, 1.0, 1.0]),
    st.integers(1, 4),
)
"""Age, marks, part and channel: few ages, so that many are equal."""
JOURNEYS = st.lists(
    st.lists(_TOUCH, min_size=1, max_size=9).map(lambda each: sorted(each, key=lambda t: -t[0])),
    min_size=1,
    max_size=12,
)
Journeys = list[list[tuple[float, int, float, int]]]


def as_rows(journeys: Journeys) -> pa.Table:
    every = [
        (number, place, *touch)
        for number, touches in enumerate(journeys)
        for place, touch in enumerate(touches, start=1)
    ]
    names = ("journey", "place", "age", "marks", "part", "channel")
    columns = dict(zip(names, map(list, zip(*every, strict=True)), strict=True))
    # In an order of no meaning: an engine promises none.
    order = np.random.default_rng(len(every)).permutation(len(every)).tolist()
    return pa.table(columns).take(order)


def as_steps(journeys: Journeys) -> Steps:
    every = [touch for touches in journeys for touch in touches]
    age, marks, part, _ = zip(*every, strict=True)
    return Steps(
        np.cumsum([0, *map(len, journeys)]).astype(np.int64),
        np.array(age, np.float64),
        np.array(marks, np.int64),
        np.array(part, np.float64),
    )


def channels(journeys: Journeys) -> Any:
    return np.array([touch[3] for touches in journeys for touch in touches], np.int64)


def in_order(table: Any) -> pa.Table:
    """Computed on DuckDB, journey by journey."""
    found: pa.Table = DUCKDB.to_pyarrow(table)
    return found.sort_by([("journey", "ascending"), ("place", "ascending")])
