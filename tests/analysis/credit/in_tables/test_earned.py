"""Credits of channels from tables of touches are those of the one pass over arrays."""

from __future__ import annotations

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.terms.credit_models import rule
from revloop.analysis.credit.in_tables.earned import credits as credited
from revloop.analysis.credit.in_tables.earned import earned
from revloop.analysis.credit.in_tables.steps import as_grams, steps
from revloop.analysis.credit.statistics.grams import grams

from ..statistics.test_at_once import HALF_LIFE, Told, assert_equal, drawn, passed
from .laid import DUCKDB, JOURNEYS, Journeys, as_rows, as_steps, channels


def sold(told: Told) -> ibis.Table:
    won = np.flatnonzero(told.ends.converted)
    amounts = told.ends.value[won]
    return ibis.memtable(
        pa.table(
            {
                "journey": pa.array(won.tolist(), pa.int64()),
                "amount": pa.array(amounts.tolist(), pa.int64()),
            }
        )
    )


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(1, 60),
    st.integers(1, 300),
    st.integers(1, 6),
    st.sampled_from([1, 5, 10**6]),
)
def test_nine_models_are_those_of_the_arrays(
    seed: int, journeys: int, touches: int, channels: int, seconds: int
) -> None:
    """With few seconds nearly all touches are tied; some journeys have no touches."""
    told = drawn(seed, journeys=journeys, touches=touches, channels=channels, seconds=seconds)
    table = ibis.memtable(pa.Table.from_batches([told.touches]))

    got = earned(DUCKDB.to_pyarrow, table, sold(told), channels, half_life=HALF_LIFE)

    assert_equal(got, passed(told))


@settings(max_examples=8, deadline=None)
@given(JOURNEYS, st.sets(st.integers(0, 11)), st.sampled_from([1, 3, 4]))
def test_steps_are_counted_as_those_of_arrays(
    journeys: Journeys, winning: set[int], longest: int
) -> None:
    won = np.isin(np.arange(len(journeys)), list(winning)).astype(np.float64)
    wanted = grams(as_steps(journeys).starts, channels(journeys), won, 1 - won, longest=longest)
    ended = ibis.memtable(pa.table({"journey": pa.array(sorted(winning), pa.int64())}))

    table = steps(ibis.memtable(as_rows(journeys)), ended, 4, longest=longest)
    got = as_grams(DUCKDB.to_pyarrow(table), 4, longest=longest)

    def rows(of: object) -> list[list[float]]:
        columns = (of.before, of.channel, of.passes, of.won, of.lost)  # type: ignore[attr-defined]
        return sorted(np.column_stack(columns).tolist())

    assert rows(got) == rows(wanted)


def test_steps_that_have_no_number_are_refused() -> None:
    table = ibis.memtable(as_rows([[(1.0, 0, 1.0, 1)]]))
    with pytest.raises(ValueError, match="70000 channels are too many"):
        steps(table, table, 70_000)


def test_credits_in_minor_units_sum_to_what_was_sold() -> None:
    """100.01 by three touches of two campaigns, and 50.00 by one."""
    rows = as_rows(
        [[(3.0, 0, 1.0, 1), (2.0, 0, 1.0, 2), (1.0, 0, 1.0, 1)], [(1.0, 0, 1.0, 2)]]
    ).rename_columns({"channel": "campaign"})
    paid = ibis.memtable(pa.table({"journey": [0, 1], "amount": [10_001, 5_000]}))
    linear = {"linear": rule("linear")}

    table = credited(ibis.memtable(rows), paid, linear, by=["campaign"], in_minor_units=True)
    got = DUCKDB.to_pyarrow(table).sort_by("campaign")

    assert got["linear_value"].to_pylist() == [3_334 + 3_333, 3_334 + 5_000]
    assert got["linear_conversions"].to_pylist() == pytest.approx([2 / 3, 1 / 3 + 1])
