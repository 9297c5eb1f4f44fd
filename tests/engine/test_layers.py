"""SQL in layers says the same as SQL that writes every part out, and is shorter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from revloop.engine import Workbench

ROWS = {
    "a": ["  Ann ", "bo", None, "12", "Ann"],
    "n": [1, 2, None, 0, 5],
    "shared_0": ["x", "y", "z", None, "x"],
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with Workbench(tmp_path) as made:
        yield made


@pytest.fixture
def rows(bench: Workbench) -> Any:
    return bench.con.create_table("given", pa.table(ROWS))


def both(bench: Workbench, table: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What our workbench says, and what Ibis alone says of the same rows."""
    plain = ibis.duckdb.connect()
    plain.create_table("given", pa.table(ROWS))
    written_out = plain.raw_sql(ibis.to_sql(table, dialect="duckdb"))
    return bench.arrow(table).to_pylist(), written_out.to_arrow_table().to_pylist()


def word(column: Any) -> Any:
    return column.strip().lower().re_replace("[^a-z]", "").nullif("")


def test_what_is_said_a_thousand_times_is_written_a_few_times(bench: Workbench, rows: Any) -> None:
    value = rows.a
    for _ in range(8):
        value = ibis.ifelse(value.upper().strip() == "X", value.lower().strip(), value.strip())

    assert len(ibis.to_sql(rows.select(value=value), dialect="duckdb")) > 100_000
    assert len(str(bench.con.compile(rows.select(value=value)))) < 20_000


@pytest.mark.parametrize("shape", range(8))
def test_layers_say_the_same(bench: Workbench, rows: Any, shape: int) -> None:
    said = word(rows.a)
    first = said.substr(0, 1).upper() + said.substr(1)
    tables = [
        lambda: rows.select("n", said=said, again=said.upper(), first=first + first.lower()),
        lambda: rows.mutate(said=said + said, other=first + rows.shared_0),
        lambda: rows.filter(said.length() > 1, said != "bo").select(x=first + said, n=rows.n),
        lambda: rows.filter(first.notnull()).mutate(b=first).filter(lambda t: t.b + t.b != "BB"),
        lambda: rows.group_by(key=said + first).agg(
            n=rows.n.sum(), x=(first + said).max(), y=first.count()
        ),
        lambda: rows.mutate(
            place=ibis.row_number().over(group_by=said + said, order_by=[first, rows.n])
        ),
        lambda: rows.select(key=said + first, n=rows.n).distinct(),
        lambda: rows.select(
            parts=(said + said).split("n").map(lambda each: each + each.upper() + each),
        ),
    ]
    ours, plain = both(bench, tables[shape]())

    assert sorted(ours, key=repr) == sorted(plain, key=repr)


def test_the_order_of_rows_is_kept(bench: Workbench, rows: Any) -> None:
    said = word(rows.a)
    ours, plain = both(bench, rows.select(x=said + said.upper()).order_by(ibis.desc("x")))

    assert ours == plain


def test_tables_that_are_joined_keep_their_own_columns(bench: Workbench, rows: Any) -> None:
    said = rows.mutate(word=word(rows.a) + word(rows.a).upper())
    joined = said.left_join(said.view(), "word").select("n", "a_right", again=word(said.a))
    ours, plain = both(bench, joined)

    assert sorted(ours, key=repr) == sorted(plain, key=repr)


def test_a_look_into_another_table_stays_as_it_is(bench: Workbench, rows: Any) -> None:
    said = word(rows.a)
    known = rows.filter(rows.n > 1).select(known=word(rows.a))
    found = rows.filter((said + said.upper()).notnull() & said.isin(known.known)).select("n")
    ours, plain = both(bench, found)

    assert ours == plain == [{"n": 1}, {"n": 2}, {"n": 5}]


def test_what_only_some_rows_need_is_computed_for_no_others(bench: Workbench, rows: Any) -> None:
    number = rows.a.strip().cast("int64")  # fails for a name
    twice = ibis.cases((rows.a == "12", number * number + number), else_=0)

    assert bench.arrow(rows.select(x=twice))["x"].to_pylist() == [0, 0, 0, 156, 0]


def test_rows_that_are_left_out_are_not_computed(bench: Workbench, rows: Any) -> None:
    number = rows.a.strip().cast("int64")
    asked = rows.filter(rows.n == 0).select(x=number * number + number)

    assert bench.arrow(asked).to_pylist() == [{"x": 156}]


def test_rows_are_counted_beside_what_is_said_of_them(bench: Workbench, rows: Any) -> None:
    """A count names the table itself, which no layer below it is."""
    said = word(rows.a)
    counted = rows.aggregate(
        rows=rows.count(), known=said.count(), anns=(said == "ann").sum(), most=said.max()
    )
    ours, plain = both(bench, counted)
    assert ours == plain == [{"rows": 5, "known": 3, "anns": 2, "most": "bo"}]


def test_microseconds_between_instants_are_a_difference_that_looks_at_no_calendar(
    bench: Workbench,
) -> None:
    instants = [
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC), datetime(1970, 1, 1, tzinfo=UTC)),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 1, tzinfo=UTC)),
        (datetime(2026, 10, 25, tzinfo=UTC), datetime(2024, 2, 29, 7, 8, 9, 10, UTC)),
        (None, datetime(2026, 1, 1, tzinfo=UTC)),
    ]
    zoned = pa.timestamp("us", "UTC")
    columns = {
        name: pa.array([pair[place] for pair in instants], zoned)
        for place, name in enumerate(("early", "late"))
    }
    plain = {f"plain_{name}": column.cast(pa.timestamp("us")) for name, column in columns.items()}
    table = bench.con.create_table("instants", pa.table({**columns, **plain}))
    asked = table.select(
        zoned=table.late.delta(table.early, unit="microsecond"),
        plain=table.plain_late.delta(table.plain_early, unit="microsecond"),
    )
    by_hand = [
        None if early is None else (late - early) // timedelta(microseconds=1)
        for early, late in instants
    ]

    assert bench.arrow(asked).to_pydict() == {"zoned": by_hand, "plain": by_hand}
    assert "date_diff" not in bench.con.compile(asked).lower()
