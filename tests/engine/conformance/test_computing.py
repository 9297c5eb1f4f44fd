"""Values and computations that two engines are known to differ in, and here do not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from revloop import engine

from ..staging import Company, on, touch
from .conftest import Open

# Ibis' way to Spark goes through pandas, and Spark leaves its sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning")

# Both changes of Berlin and New York, the hour that comes twice and the one that never does.
AROUND_CHANGES = [
    datetime(2026, month, day, hour, 30, 0, 123_456, tzinfo=UTC)
    for month, day in ((3, 8), (3, 29), (10, 25), (11, 1))
    for hour in range(8)
]


@pytest.fixture(scope="module")
def company(place: Path) -> Company:
    made = Company(place / "computing")
    made.append(
        "touch",
        *(
            touch(f"t{number:02}", contact_id=f"crm:{number % 3}", channel=channel, cost_minor=cost)
            | {"at": at, "cost_currency": None if cost is None else "EUR"}
            for number, (at, channel, cost) in enumerate(
                zip(
                    AROUND_CHANGES,
                    ["ad", "email", None, "ad"] * 8,
                    [9_007_199_254_740_993, None, -1, 0] * 8,
                    strict=True,
                )
            )
        ),
    )
    made.append("touch", {**touch("t00"), "at": AROUND_CHANGES[0], "channel": "corrected"})
    made.append(
        "contact",
        *(
            {"source_id": str(each), "at": on(1, 1), "title": title}
            for each, title in enumerate(["CFO", None])
        ),
    )
    made.append(
        "qualification_decision",
        {
            "source_id": "1",
            "at": datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            "inquiry_id": "crm:1",
            "verdict": "accept",
            "criteria_met": ["größe", ""],
            "criteria_not_met": [],
            "return_on": date(2028, 2, 29),
        },
    )
    return made


def rows(facts: engine.Facts, table: ir.Table) -> pa.Table:
    return facts.arrow(table)


def test_instants_come_back_to_the_microsecond_in_utc(read: Open, company: Company) -> None:
    facts = read(company)
    found = rows(facts, facts["touch"].order_by("source_id"))["at"]

    assert found.type == pa.timestamp("us", "UTC")
    assert found.to_pylist() == AROUND_CHANGES


def test_the_time_between_two_instants_passes_over_no_hour(read: Open, company: Company) -> None:
    facts = read(company)
    t = facts["touch"]
    window = ibis.window(order_by=[t["at"], t.source_id])
    gaps = t.select(
        "source_id", seconds=(t["at"].epoch_seconds() - t["at"].lag().over(window).epoch_seconds())
    )
    found = rows(facts, gaps.order_by("source_id"))["seconds"].to_pylist()

    expected = [
        (later - earlier) // timedelta(seconds=1) for earlier, later in pairwise(AROUND_CHANGES)
    ]
    assert found == [None, *expected]


def test_the_day_of_an_instant_is_that_of_utc(read: Open, company: Company) -> None:
    facts = read(company)
    t = facts["touch"]
    by_day = t.group_by(day=t["at"].date()).agg(touches=t.count()).order_by("day")

    assert rows(facts, by_day).to_pylist() == [
        {"day": date(2026, month, day), "touches": 8}
        for month, day in ((3, 8), (3, 29), (10, 25), (11, 1))
    ]


def test_instants_are_compared_with_a_moment(read: Open, company: Company) -> None:
    facts = read(company)
    t = facts["touch"]
    midnight = ibis.literal("2026-03-29 00:00:00").cast(t["at"].type())

    assert rows(facts, t.filter(t["at"] < midnight)).num_rows == 8


def test_money_is_exact_beyond_what_a_float_holds(read: Open, company: Company) -> None:
    facts = read(company)
    t = facts["touch"]
    one = rows(facts, t.filter(t.source_id == "t04").select("cost_minor", "cost_currency"))
    total = rows(facts, t.agg(total=t.cost_minor.sum().cast("int64")))

    assert one.to_pylist() == [{"cost_minor": 9_007_199_254_740_993, "cost_currency": "EUR"}]
    assert total["total"].to_pylist() == [7 * 9_007_199_254_740_993 - 8]


def test_unknown_is_neither_zero_nor_false(read: Open, company: Company) -> None:
    facts = read(company)
    t = facts["touch"]
    counts = t.agg(
        all=t.count(),
        known=t.cost_minor.count(),
        zero=(t.cost_minor == 0).sum(),
        not_zero=(t.cost_minor != 0).sum(),
        bots=t.is_bot.sum(),
        no_bots=(~t.is_bot).sum(),
        channels=t.channel.nunique(),
    )

    assert rows(facts, counts).to_pylist() == [
        {
            "all": 32,
            "known": 23,
            "zero": 8,
            "not_zero": 15,
            "bots": None,
            "no_bots": None,
            "channels": 3,
        }
    ]


def test_counts_by_group_count_the_unknown_group_too(read: Open, company: Company) -> None:
    facts = read(company)
    t = facts["touch"]
    counted = t.group_by("channel").agg(touches=t.count())

    assert {row["channel"]: row["touches"] for row in rows(facts, counted).to_pylist()} == {
        "ad": 15,
        "corrected": 1,
        "email": 8,
        None: 8,
    }


def test_a_join_keeps_rows_without_a_partner_apart(read: Open, company: Company) -> None:
    facts = read(company)
    t, people = facts["touch"], facts["contact"]
    joined = t.select("source_id", "contact_id").left_join(
        people.select("contact_id", "title", known=ibis.literal(value=True)), "contact_id"
    )
    counted = joined.group_by("title", "known").agg(touches=joined.count())
    found = {
        (row["title"], row["known"]): row["touches"] for row in rows(facts, counted).to_pylist()
    }

    assert found == {("CFO", True): 10, (None, True): 11, (None, None): 11}


def test_a_window_in_a_total_order_is_the_same(read: Open, company: Company) -> None:
    facts = read(company)
    t = facts["touch"].filter(facts["touch"].contact_id.notnull())
    steps = t.mutate(
        step=ibis.row_number().over(
            group_by=t.contact_id, order_by=[ibis.asc(t.cost_minor, nulls_first=True), t.source_id]
        )
    )
    first = steps.filter(steps.step == 0).order_by("contact_id").select("source_id", "cost_minor")

    assert rows(facts, first).to_pylist() == [
        {"source_id": "t09", "cost_minor": None},
        {"source_id": "t01", "cost_minor": None},
        {"source_id": "t05", "cost_minor": None},
    ]


def test_lists_and_dates_come_back_as_they_were(read: Open, company: Company) -> None:
    facts = read(company)
    (row,) = rows(facts, facts["qualification_decision"]).to_pylist()

    assert row["criteria_met"] == ["größe", ""]
    assert row["criteria_not_met"] == []
    assert row["criteria_unknown"] is None
    assert row["return_on"] == date(2028, 2, 29)
    assert row["at"] == datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def test_a_list_can_be_taken_apart(read: Open, company: Company) -> None:
    facts = read(company)
    decisions = facts["qualification_decision"]
    met = decisions.select(criterion=decisions.criteria_met.unnest())
    long = decisions.filter(decisions.criteria_not_met.length() == 0)

    assert set(rows(facts, met)["criterion"].to_pylist()) == {"", "größe"}
    assert rows(facts, long).num_rows == 1
