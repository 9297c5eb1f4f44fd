"""The readings of the revenue on facts that can be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from revloop import engine
from revloop.analysis.ground import Ground, known_until
from revloop.analysis.reading import Result
from revloop.analysis.registry import READINGS
from revloop.analysis.revenue import measures

from ...engine.staging import Company, on
from .story import deal, read, standing, tell, user, won

NAMES = (
    "revenue_equation",
    "revenue_change",
    "bookings",
    "win_rate",
    "cycle_time",
    "quota_attainment",
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return tell(Company(tmp_path_factory.mktemp("revenue")))


@pytest.fixture(scope="module")
def ground(company: Company) -> Iterator[Ground]:
    with engine.open(company.lake.path) as facts:
        yield standing(facts)


@pytest.fixture(scope="module")
def sellers(company: Company) -> dict[str, str]:
    """The id of each seller, as a cut says it."""
    return {name.removeprefix("crm:"): str(key) for key, name in company.references("user").items()}


def one(found: Result) -> dict[str, Any]:
    [row] = found.table.to_pylist()
    return dict(row)


def excluded(found: Result) -> dict[str, int]:
    return {each.reason: each.n for each in found.found.excluded}


class TestEquation:
    def test_every_factor_of_a_month(self, ground: Ground) -> None:
        row = one(read(ground, "revenue_equation", "2026-01"))

        # Open as the day ends: o1 ten days, o2 twenty, o3 from the 5th on, o5 from the 20th on.
        days = 10 + 20 + 27 + 12
        # Ann all of January, Bob from his first opportunity on the 5th, Cat not yet.
        seller_days = 31 + 27
        assert row["seller_days"] == seller_days
        assert row["sellers_n"] == 2
        assert row["opps_n"] == 4
        assert row["opps_per_seller"] == pytest.approx(days / seller_days)
        assert row["opps_open"] == pytest.approx(days / 31)
        assert (row["won"], row["closed"], row["win"]) == (1, 2, 0.5)
        assert (row["deal"], row["deal_n"]) == (1_000_00, 1)
        assert row["cycle_days"] == 10
        assert row["per_day"] == pytest.approx(days / 31 * 1_000_00 * 0.5 / 10)
        assert row["per_90_days"] == pytest.approx(row["per_day"] * 90)
        assert row["is_small"]

    def test_all_deals_stand_beside_those_that_were_won(self, ground: Ground) -> None:
        row = one(read(ground, "revenue_equation", "2026-01"))

        # o1, o3 in dollars at its rate, o5; o2 has no amount.
        assert row["any_deal_n"] == 3
        assert row["any_deal"] == pytest.approx((1_000_00 + 110_06 + 700_00) / 3)

    def test_a_month_that_is_under_way_has_the_days_that_have_passed(self, ground: Ground) -> None:
        assert one(read(ground, "revenue_equation", "2026-03"))["days"] == 10

    def test_a_factor_that_is_not_known_is_named(self, ground: Ground) -> None:
        found = read(ground, "revenue_equation", "2026-03")

        assert one(found)["per_day"] is None
        assert found.headline is None
        assert found.sentence == (
            "The run rate in 2026-03 is not known: it lacks an amount of what was won,"
            " opportunities that were won or lost and a cycle of at least a day."
        )

    def test_a_tenth_of_each_lever_is_worth_so_much(self, ground: Ground) -> None:
        found = read(ground, "revenue_equation", "2026-01")
        per_day = one(found)["per_day"]
        levers = {row["factor"]: row for row in found.found.more["levers"].to_pylist()}

        assert levers["deal"]["per_day"] == pytest.approx(per_day / 10)
        assert levers["cycle_days"]["per_day"] == pytest.approx(per_day / 9)
        assert levers["all"]["gain"] == pytest.approx(1.1**4 / 0.9 - 1)

    def test_what_says_too_little_is_excluded_with_its_reason(self, ground: Ground) -> None:
        assert excluded(read(ground, "revenue_equation")) == {
            "won or lost, but it is not known when": 1,
            "closed before it was opened": 1,
            "closed, but it is not known whether won or lost: in no win rate": 1,
            "in another currency and without a rate: in no amount": 1,
        }

    def test_each_team_has_its_own_sellers(self, ground: Ground) -> None:
        rows = read(ground, "revenue_equation", "2026-01", "team").table.to_pylist()

        assert [(row["team"], row["seller_days"], row["opps_n"]) for row in rows] == [
            ("East", 31, 3),
            ("West", 27, 1),
        ]

    def test_all_sellers_stand_beside_a_segment(self, ground: Ground) -> None:
        found = read(ground, "revenue_equation", "2026-01", "segment")

        assert [(row["segment"], row["seller_days"]) for row in found.table.to_pylist()] == [
            ("large", 58),
            ("small", 58),
        ]
        assert any("All sellers stand beside each segment" in note for note in found.found.notes)

    def test_the_parts_of_a_cut_add_up_to_the_whole(self, ground: Ground) -> None:
        whole = one(read(ground, "revenue_equation", "2026-02"))
        for cut in ("segment", "region", "team", "opportunity_type", "seller", "source"):
            rows = read(ground, "revenue_equation", "2026-02", cut).table.to_pylist()
            for name in ("opps_n", "won", "closed", "deal_n"):
                assert sum(row[name] for row in rows) == whole[name], (cut, name)

    def test_where_asks_for_one_seller(self, ground: Ground, sellers: dict[str, str]) -> None:
        found = read(ground, "revenue_equation", "2026-01", seller=sellers["ann"])

        assert (one(found)["opps_n"], one(found)["sellers_n"]) == (3, 1)


class TestOutcomes:
    def test_the_win_rate_is_of_those_that_closed_in_the_period(self, ground: Ground) -> None:
        found = read(ground, "win_rate", "2026-02")
        row = one(found)

        # Won: o3, o4. Lost: o9, of which only the day is known.
        assert (row["x"], row["n"]) == (2, 3)
        assert found.headline is not None
        assert found.headline.low == pytest.approx(0.2077, abs=1e-4)

    def test_with_many_open_the_incidence_is_told_beside(self, ground: Ground) -> None:
        found = read(ground, "win_rate")
        row = one(found)

        # o5, o8, o10 are open of the nine that say enough.
        assert (row["opened"], row["open"], row["method"]) == (9, 3, "cumulative incidence")
        assert "cumulative incidence" in found.sentence
        assert row["by_age"] is not None

    def test_what_ended_later_than_the_moment_is_open(self, company: Company) -> None:
        with engine.open(company.lake.path) as facts:
            later = standing(facts, on(3, 31))
            assert one(read(later, "win_rate", "2026-03"))["x"] == 1
            earlier = standing(facts, on(1, 15))
            row = one(read(earlier, "win_rate", "2026-01"))
            assert (row["x"], row["n"], row["open"]) == (1, 1, 2)

    def test_cycles_are_days_of_the_calendar(self, ground: Ground) -> None:
        row = one(read(ground, "cycle_time", "2026-02"))

        assert (row["won_n"], row["won_days"]) == (2, (30 + 9) / 2)
        assert (row["lost_n"], row["lost_days"]) == (1, 14)

    def test_a_day_is_that_of_the_companys_zone(self, company: Company) -> None:
        with engine.open(company.lake.path) as facts:
            there = standing(facts, zone="America/New_York")
            row = one(read(there, "cycle_time", "2026-01"))
            # 1 January 09:00 and 11 January 17:00 in UTC are the same dates in New York; midnight of
            # 5 January is the 4th there. The date of o9 is a date everywhere.
            assert (row["won_days"], row["lost_days"]) == (10, 19)
            row = one(read(there, "cycle_time", "2026-02"))
            assert (row["won_days"], row["lost_days"]) == ((30 + 9) / 2, 15)


class TestBookings:
    def test_without_bookings_what_was_won_is_booked(self, ground: Ground) -> None:
        found = read(ground, "bookings")

        assert [
            (row["month"], row["n"], row["booked"], row["unpriced"])
            for row in found.table.to_pylist()
        ] == [("2026-01", 1, 1_000_00, 0), ("2026-02", 2, 110_06, 1)]
        assert found.headline is not None
        assert found.headline.value == 1_110_06
        assert excluded(found) == {"in another currency and without a rate: in no sum": 1}

    def test_bookings_are_added_by_what_they_are(self, tmp_path: Any) -> None:
        made = tell(Company(tmp_path))
        money: dict[str, Any] = {"amount_minor": 10_00, "amount_currency": "USD"}
        made.append(
            "booking",
            {"source_id": "b1", "at": on(1, 11), "kind": "booking", "opportunity_id": "crm:o1"}
            | money,
            {"source_id": "b2", "at": on(4, 1), "kind": "renewal"} | money,
            {"source_id": "b3", "at": on(2, 1), "kind": "renewal", "account_id": "crm:acme"}
            | money,
            {"source_id": "b4", "at": on(2, 2), "kind": "refund"} | money,
            {"source_id": "b5", "at": on(2, 2), "kind": "invoice"} | money,
        )
        with engine.open(made.lake.path) as facts:
            found = read(standing(facts), "bookings", "2026-Q1")
            [quarter] = found.found.more["quarters"].to_pylist()
            by_segment = read(standing(facts), "bookings", "2026-Q1", "segment").found.more["total"]
            by_source = read(standing(facts), "bookings", "2026-Q1", "source").found.more["total"]

        # The source of an opportunity, which is not known; never that of the fact, a CRM.
        assert by_source["source"].to_pylist() == ["not known"]
        assert quarter == {
            "quarter": "2026-Q1",
            "n": 2,
            "booked": 20_00,
            "new": 10_00,
            "expansion": 0,
            "renewal": 10_00,
            "given_back": 10_00,
            "unpriced": 0,
        }
        assert [(row["segment"], row["booked"]) for row in by_segment.to_pylist()] == [
            ("not known", 10_00),
            ("small", 10_00),
        ]


class TestQuotas:
    def test_a_quota_is_for_the_months_in_which_its_seller_was_active(
        self, ground: Ground, sellers: dict[str, str]
    ) -> None:
        found = read(ground, "quota_attainment", "2026-Q1")
        rows = {row["seller"]: row for row in found.table.to_pylist()}

        assert rows[sellers["ann"]]["quota"] == 3_000_00
        assert rows[sellers["ann"]]["attainment"] == pytest.approx(1 / 3)
        assert rows[sellers["cat"]]["quota"] == 4_000_00
        assert rows[sellers["bob"]]["attainment"] is None
        assert found.headline is not None
        assert (found.headline.x, found.headline.n) == (0, 2)
        assert any("2026-Q1 is not over" in note for note in found.found.notes)

    def test_who_booked_their_quota_to_the_cent_made_it(self, ground: Ground) -> None:
        found = read(ground, "quota_attainment", "2026-01")

        assert found.headline is not None
        assert (found.headline.x, found.headline.n) == (1, 1)

    def test_a_manager_who_owns_nothing_is_no_seller(
        self, ground: Ground, sellers: dict[str, str]
    ) -> None:
        rows = read(ground, "quota_attainment", "2026-Q1").table.to_pylist()

        told = {row["seller"] for row in rows}
        assert told == {sellers[name] for name in ("ann", "bob", "cat")}


class TestChange:
    def test_parts_add_up_and_the_mix_is_set_apart(self, ground: Ground) -> None:
        found = read(ground, "revenue_change", "2026-02")
        rows = found.table.to_pylist()
        [whole] = found.found.more["whole"].to_pylist()

        assert [row["factor"] for row in rows] == [
            "opps_per_seller",
            "deal",
            "win",
            "cycle_days",
            "sellers",
        ]
        assert sum(row["change"] for row in rows) == pytest.approx(whole["delta"])
        assert sum(row["lmdi"] for row in rows) == pytest.approx(whole["delta"])
        for row in rows:
            assert row["mix"] + row["rate"] == pytest.approx(row["change"])

    def test_without_a_run_rate_there_is_no_change(self, ground: Ground) -> None:
        found = read(ground, "revenue_change", "2026-03")

        assert found.table.num_rows == 0
        assert found.sentence == (
            "The change from 2026-02 to 2026-03 is not known: one of them has no run rate."
        )


@pytest.mark.parametrize("name", NAMES)
class TestEach:
    def test_it_says_what_every_column_is(self, ground: Ground, name: str) -> None:
        found = read(ground, name, "2026-02")

        assert found.table.column_names == [each.name for each in READINGS[name].columns]
        assert found.sentence.endswith(".")
        assert found.document()["provenance"]["period"] == "2026-02"

    def test_it_can_be_drawn_where_it_has_a_chart(self, ground: Ground, name: str) -> None:
        drawn = read(ground, name, "2026-02").chart()

        assert (drawn is None) == (READINGS[name].chart is None)
        if drawn is not None:
            assert drawn.to_dict()["$schema"]

    def test_it_names_what_is_lacking(self, tmp_path: Any, name: str) -> None:
        made = Company(tmp_path)
        made.append("contact", {"source_id": "ann", "at": on(1, 1)})
        with engine.open(made.lake.path) as facts:
            found = read(standing(facts), name)

        assert found.found.lacks
        assert found.headline is None
        assert found.table.num_rows == 0
        assert found.sentence.startswith("This needs what has not been loaded: ")

    def test_the_rows_behind_it_name_whom_they_are_about(self, ground: Ground, name: str) -> None:
        rows = READINGS[name].rows
        assert rows is not None
        table = ground.facts.arrow(rows.measure(ground))

        named = {"month", "account_id", "contact_id", *rows.order, *rows.filters}
        assert {*named, *(each.name for each in rows.columns)} <= set(table.column_names)
        assert table.num_rows == (3 if name == "bookings" else 11)


def test_an_open_opportunity_is_in_the_month_of_the_reading(ground: Ground) -> None:
    table = ground.facts.arrow(measures.deal_rows(ground))
    months = set(zip(table["outcome"].to_pylist(), table["month"].to_pylist(), strict=True))

    assert {month for outcome, month in months if outcome == "open"} == {"2026-03"}
    assert {month for outcome, month in months if outcome == "won"} == {"2026-01", "2026-02"}
    assert {month for outcome, month in months if outcome == "undated"} == {None}


def test_bookings_do_without_opportunities(tmp_path: Any) -> None:
    made = Company(tmp_path)
    money: dict[str, Any] = {"amount_minor": 10_00, "amount_currency": "USD"}
    before = datetime(2023, 5, 1, tzinfo=UTC)
    made.append(
        "booking",
        {"source_id": "b", "at": on(2, 1), "kind": "renewal"} | money,
        {"source_id": "a", "at": before, "kind": "booking"} | money,
    )
    with engine.open(made.lake.path) as facts:
        found = read(standing(facts), "bookings")

    assert [(row["month"], row["booked"]) for row in found.table.to_pylist()] == [
        ("2023-05", 10_00),
        ("2026-02", 10_00),
    ]


def test_what_was_closed_is_known_until_then(company: Company) -> None:
    """Nothing happened after the last opportunity was created but that others were closed."""
    with engine.open(company.lake.path) as facts:
        assert known_until(facts) == on(3, 20)


def test_the_order_of_the_facts_changes_nothing(tmp_path: Any) -> None:
    """Sums come from the engine in any order."""
    rows = [
        deal(f"o{each}", "ann", on(1, 1 + each % 9), **won(on(2, 1 + each % 20), 100_00 + each))
        for each in range(60)
    ]
    told = []
    for name, facts_of in (("one", rows), ("two", rows[::-1])):
        made = Company(tmp_path / name)
        made.append("user", user("ann"))
        made.append("opportunity", *facts_of)
        with engine.open(made.lake.path) as facts:
            ground = standing(facts)
            told.append([one(read(ground, each, "2026-02")) for each in ("win_rate", "cycle_time")])
            told[-1].append(one(read(ground, "revenue_equation", "2026-02")))
    assert told[0] == told[1]
    assert Fraction(told[0][2]["deal"]) == sum(100_00 + each for each in range(60)) / Fraction(60)


def test_a_change_that_is_told_in_another_way_than_the_run_rate_says_so(tmp_path: Any) -> None:
    """Of February many are open; of January nobody was as young as those who ended first."""
    old = datetime(2025, 11, 3, 9, tzinfo=UTC)
    made = Company(tmp_path)
    made.append("user", user("ann", active_from=date(2026, 1, 1)))
    made.append("account", {"source_id": "acme", "at": on(1, 1), "name": "Acme"})
    made.append(
        "opportunity",
        deal("quick", "ann", on(1, 5, 9), **won(on(1, 6, 17), 500_00)),
        *(deal(f"old-{n}", "ann", old, **won(on(1, 10 + n), 500_00)) for n in range(5)),
        *(deal(f"new-{n}", "ann", on(2, 2, 9), **won(on(2, 5 + n), 700_00)) for n in range(20)),
        *(deal(f"open-{n}", "ann", on(2, 2, 9), amount_minor=7) for n in range(10)),
    )
    with engine.open(made.lake.path) as facts:
        ground = standing(facts)
        [equation] = read(ground, "revenue_equation", "2026-02").table.to_pylist()
        found = read(ground, "revenue_change", "2026-02")
    [whole] = found.found.more["whole"].to_pylist()

    assert equation["win_method"] == "cumulative incidence"
    assert whole["after"] != equation["per_day"]
    assert found.sentence.startswith("Of what ended alone: from 2026-01 to 2026-02")
