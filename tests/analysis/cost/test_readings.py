"""The readings of the cost on facts that can be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from revloop import engine
from revloop.analysis.cost import measures
from revloop.analysis.ground import Ground, Setting, known_until
from revloop.analysis.reading import Result

from ...engine.staging import Company, on
from ..revenue.story import read
from .story import AS_OF, booking, deal, spent, tell


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return tell(Company(tmp_path_factory.mktemp("cost")))


@pytest.fixture(scope="module")
def ground(company: Company) -> Iterator[Ground]:
    with engine.open(company.lake.path) as facts:
        yield Ground(facts, Setting(AS_OF))


def one(found: Result) -> dict[str, Any]:
    [row] = found.table.to_pylist()
    return dict(row)


def by(found: Result, *keys: str) -> dict[Any, dict[str, Any]]:
    rows = found.table.to_pylist()
    return {tuple(row[key] for key in keys) if keys[1:] else row[keys[0]]: row for row in rows}


def excluded(found: Result) -> dict[str, int]:
    return {each.reason: each.n for each in found.found.excluded}


class TestSpend:
    def test_where_there_is_nothing_else_it_says_until_when_facts_are_known(
        self, tmp_path: Path
    ) -> None:
        """The last period that something was spent in; what is planned, or is to come, is no fact yet."""
        made = Company(tmp_path)
        made.append(
            "spend",
            spent("one", on(2, 1), date(2026, 3, 1), 70_00, channel="search", pool="media"),
            spent("two", on(3, 1), date(2026, 4, 1), 30_00, status="actual", pool="media"),
            spent("plan", on(4, 1), date(2026, 5, 1), 90_00, status="planned", pool="media"),
            spent("later", on(9, 1), date(2026, 10, 1), 90_00, status="actual", pool="media"),
        )
        with engine.open(made.lake.path) as facts:
            known = known_until(facts)
            found = read(Ground(facts, Setting(known)), "spend")

        assert known == on(3, 1)
        assert {month: row["spent"] for month, row in by(found, "month").items()} == {
            "2026-02": 70_00,
            "2026-03": 30_00,
        }

    def test_beside_leads_it_says_nothing_of_until_when_they_are_known(
        self, tmp_path: Path
    ) -> None:
        made = Company(tmp_path)
        made.append("spend", spent("one", on(3, 1), None, 70_00))
        made.append("inquiry", {"source_id": "l", "at": on(2, 5)})
        with engine.open(made.lake.path) as facts:
            assert known_until(facts) == on(2, 5)

    def test_every_month_with_its_pools_and_sides(self, ground: Ground) -> None:
        found = by(read(ground, "spend"), "month")

        # Of the 90 days of `people` 31, 28 and 31; the 2,000 euros of `sellers` at 1.25.
        assert {month: row["spent"] for month, row in found.items()} == {
            "2026-01": 600_00 + 3_100_00,
            "2026-02": 100_01 + 300_00 + 2_800_00 + 2_500_00 + 77_00,
            "2026-03": 3_100_00 + 500_00 + 300_00 + 400_00,
            "2026-04": 300_00,
        }
        february = found["2026-02"]
        assert (february["media"], february["people"]) == (400_01, 2_800_00)
        assert (february["headcount"], february["other_pools"]) == (2_500_00, 77_00)
        assert (february["marketing"], february["sales"]) == (3_200_01, 2_500_00)
        assert february["other_sides"] == 77_00

    def test_a_campaigns_own_word_counts_only_where_nothing_else_tells_of_it(
        self, ground: Ground
    ) -> None:
        found = by(read(ground, "spend", None, "campaign", "channel"), "campaign", "channel")

        assert found["day", "event"]["media"] == 400_00
        assert found["talks", "webinar"]["spent"] == 300_00
        assert "searches" not in {campaign for campaign, _ in found}

    def test_what_is_not_spent_or_not_known_is_in_no_sum_and_is_told(self, ground: Ground) -> None:
        found = read(ground, "spend", "2026-03")

        assert excluded(found) == {
            "are planned and not spent yet": 1,
            "are committed and not spent yet": 1,
            "were spent, nobody says how much": 1,
            "are in another currency and have no rate: in no sum": 1,
        }
        assert found.sentence == (
            "4,300\N{NARROW NO-BREAK SPACE}USD were spent in 2026-03, fully loaded;"
            " 400\N{NARROW NO-BREAK SPACE}USD of it for media (9.3\N{NARROW NO-BREAK SPACE}%)."
        )

    def test_what_pays_for_months_to_come_counts_in_them(self, ground: Ground) -> None:
        found = read(ground, "spend")

        ahead = "3,050\N{NARROW NO-BREAK SPACE}USD more were spent for months to come"
        assert any(note.startswith(ahead) for note in found.found.notes)

    @pytest.mark.parametrize("cut", measures.CUTS)
    def test_the_parts_of_a_cut_add_up(self, ground: Ground, cut: str) -> None:
        whole = read(ground, "spend").headline
        parts = read(ground, "spend", None, cut).table

        assert whole is not None
        assert pc.sum(parts["spent"]).as_py() == whole.value

    def test_where_nothing_was_spent_there_is_no_cost(self, ground: Ground) -> None:
        found = read(ground, "spend", "2025-03")

        assert found.sentence == "No cost is recorded in 2025-03."
        assert (found.headline, found.table.num_rows) == (None, 0)


class TestCac:
    def test_spend_a_cycle_earlier_by_new_customers(self, ground: Ground) -> None:
        row = one(read(ground, "cac", "2026-03"))

        # Amy, Bea and Cyd; both deals took 30 days, which is a month.
        assert (row["customers"], row["lag_months"], row["cycle_n"]) == (3, 1, 2)
        assert (row["spend"], row["spend_from"]) == (3_200_01 + 2_500_00, "2026-02")
        assert row["cac"] == pytest.approx(5_700_01 / 3)
        assert row["same_month_cac"] == pytest.approx(3_800_00 / 3)

    def test_revenue_and_margin_are_those_that_are_known(self, ground: Ground) -> None:
        row = one(read(ground, "cac", "2026-03"))

        # Of Amy a hundred recur, and 600 by twelve months; of the others nothing is known.
        assert (row["arpa"], row["arpa_n"]) == (150_00, 1)
        # b1 and b3: 1,200 + 1,000 with goods of 300 + 250.
        assert (row["gross_margin"], row["gross_margin_n"]) == (0.75, 2)
        assert row["payback_months"] == pytest.approx(5_700_01 / 3 / (150_00 * 0.75))

    def test_by_segment_there_is_no_cost_but_all_else(self, ground: Ground) -> None:
        found = read(ground, "cac", "2026-03", "segment")

        rows = by(found, "segment")
        assert {name: row["customers"] for name, row in rows.items()} == {
            "large": 1,
            "not known": 1,
            "small": 1,
        }
        assert all(row["cac"] is None and row["spend"] is None for row in rows.values())
        assert rows["small"]["arpa"] == 150_00
        assert "nothing says which spend was for whom" in found.sentence
        assert one(read(ground, "cac", "2026-03", segment="small"))["cac"] is None

    def test_without_customers_there_is_no_cost_of_one(self, ground: Ground) -> None:
        found = read(ground, "cac", "2026-02")

        assert one(found)["cac"] is None
        assert found.sentence == "Nobody became a customer in 2026-02: there is no cost of one."

    def test_of_months_whose_spend_is_not_known_there_is_none(self, ground: Ground) -> None:
        found = read(ground, "cac", "2026-Q1")

        row = one(found)
        assert (row["customers"], row["cac"], row["spend"]) == (4, None, None)
        assert row["spend_from"] == "2025-12"
        assert "is not known" in found.sentence
        assert row["same_month_cac"] == (3_700_00 + 5_700_01 + 3_800_00) / 4

    def test_without_a_cycle_spend_is_that_of_the_same_months(self, ground: Ground) -> None:
        found = read(ground, "cac", "2026-01")

        row = one(found)
        assert (row["customers"], row["cac"], row["lag_months"]) == (1, 3_700_00, 0)
        assert (row["cycle_days"], row["cycle_n"]) == (None, 0)
        assert any("No cycle of new business is known" in note for note in found.found.notes)

    def test_spend_of_no_side_is_in_no_cac_and_is_told(self, ground: Ground) -> None:
        told = excluded(read(ground, "cac", "2026-03"))

        assert told["were spent, nobody says by which side: in no CAC"] == 1


class TestCostPerStage:
    def test_the_leads_of_a_month_by_what_marketing_spent(self, ground: Ground) -> None:
        found = by(read(ground, "cost_per_stage", "2026-02"), "stage")

        # Nobody says that l2 was an SQL: who was won had been one.
        volumes = {"inquiry": 4, "mql": 3, "sal": 1, "sql": 1, "opportunity": 1, "won": 1}
        assert {stage: row["n"] for stage, row in found.items()} == volumes
        for stage, n in volumes.items():
            assert found[stage]["cost_each"] == pytest.approx(3_200_01 / n)
            assert found[stage]["media_each"] == pytest.approx(400_01 / n)

    def test_by_channel_where_lead_and_spend_say_the_same(self, ground: Ground) -> None:
        found = by(read(ground, "cost_per_stage", "2026-02", "channel"), "channel", "stage")

        told = {
            channel: (found[channel, "inquiry"]["n"], found[channel, "inquiry"]["cost"])
            for channel, _ in found
        }
        assert told == {
            "not known": (0, 2_800_00),
            "organic": (1, None),
            "search": (2, 100_01),
            "webinar": (1, 300_00),
        }
        assert found["search", "won"]["cost_each"] == 100_01
        assert found["organic", "inquiry"]["cost_each"] is None
        assert found["not known", "inquiry"]["cost_each"] is None

    def test_one_channel_alone(self, ground: Ground) -> None:
        found = by(read(ground, "cost_per_stage", "2026-02", channel="webinar"), "stage")

        assert (found["mql"]["n"], found["mql"]["cost_each"]) == (1, 300_00)
        organic = read(ground, "cost_per_stage", "2026-02", channel="organic")
        assert organic.sentence == "No cost of marketing is recorded in 2026-02."

    def test_of_months_whose_spend_is_not_known_there_is_none(self, ground: Ground) -> None:
        found = read(ground, "cost_per_stage", "2025-12..2026-02")

        assert {row["cost"] for row in found.table.to_pylist()} == {None}
        assert found.headline is None
        assert any("of 2025-12..2026-02 it is not" in note for note in found.found.notes)


class TestCustomerMargin:
    def test_each_step_is_of_the_orders_of_which_it_is_known(self, ground: Ground) -> None:
        found = read(ground, "customer_margin", "2026-03")

        row = one(found)
        assert (row["n"], row["net"]) == (5, 1_200_00 + 600_00 + 1_000_00 + 500_00 + 240_00)
        # The newest quote of o4 adds up to its order; o1 has two orders.
        assert (row["listed_n"], row["list_price"], row["discount"]) == (1, 625_00, 125_00)
        assert row["discount_share"] == 0.2
        assert (row["margin_n"], row["cost_of_goods"]) == (3, 300_00 + 250_00 + 100_00)
        assert row["gross_margin"] == 2_700_00 - 650_00
        assert (row["served_n"], row["contribution"]) == (2, 1_700_00 - 400_00 - 150_00)
        selling = Fraction(1_700_00 * 3_800_00, 3_540_00)
        assert row["sales_and_marketing"] == pytest.approx(float(selling))
        assert row["customer_margin"] == pytest.approx(float(1_150_00 - selling))

    def test_what_is_not_known_is_named(self, ground: Ground) -> None:
        told = excluded(read(ground, "customer_margin", "2026-03"))

        assert told["are orders of no known amount or rate: in no step"] == 1
        assert told["are orders to which no quote adds up: in no list price"] == 4
        assert told["are orders of no known cost of goods: in no margin"] == 2
        assert told["are orders of no known cost to serve: in no contribution"] == 1

    def test_the_waterfall_is_of_orders_of_which_every_step_is_known(self, ground: Ground) -> None:
        rows = read(ground, "customer_margin", "2026-03").found.more["waterfall"].to_pylist()

        amounts = {row["step"]: row["amount"] for row in rows}
        selling = 500_00 * 3_800_00 / 3_540_00
        assert list(amounts.values()) == pytest.approx(
            [625_00, -125_00, 500_00, -100_00, 400_00, -50_00, 350_00, -selling, 350_00 - selling]
        )
        assert {row["n"] for row in rows} == {1}

    def test_groups_bear_their_part_of_the_spend(self, ground: Ground) -> None:
        whole = one(read(ground, "customer_margin", "2026-03"))
        groups = by(
            read(ground, "customer_margin", "2026-03", "opportunity_type"), "opportunity_type"
        )

        shared = sum(row["sales_and_marketing"] or 0 for row in groups.values())
        assert shared == pytest.approx(whole["sales_and_marketing"])
        alone = one(read(ground, "customer_margin", "2026-03", opportunity_type="renewal"))
        assert alone["customer_margin"] == groups["renewal"]["customer_margin"]

    def test_without_spend_the_waterfall_ends_at_the_contribution(self, ground: Ground) -> None:
        found = read(ground, "customer_margin", "2026-03..2026-06")

        assert one(found)["customer_margin"] is None
        assert one(found)["contribution"] == 1_150_00
        steps = found.found.more["waterfall"]["step"].to_pylist()
        assert steps[-1] == "Contribution"


class TestOther:
    @pytest.mark.parametrize("name", ["cost_per_stage", "customer_margin"])
    def test_all_that_is_known_are_the_months_of_which_spend_is(
        self, ground: Ground, name: str
    ) -> None:
        whole = read(ground, name, "2026-01..2026-04")

        assert read(ground, name).table == whole.table
        assert read(ground, name).sentence == whole.sentence

    def test_a_month_without_leads_or_orders_says_so(self, ground: Ground) -> None:
        stages = read(ground, "cost_per_stage", "2026-04")
        assert stages.sentence.endswith("in 2026-04, and no lead came in it.")
        assert {row["cost_each"] for row in stages.table.to_pylist()} == {None}
        orders = read(ground, "customer_margin", "2026-04")
        assert (orders.sentence, orders.headline) == ("Nothing was ordered in 2026-04.", None)
        assert one(orders)["net"] is None

    def test_what_the_facts_lack_is_named_and_nothing_is_zero(
        self, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        made = Company(tmp_path_factory.mktemp("nothing"))
        made.append("account", {"source_id": "amy", "at": on(1, 1)})
        with engine.open(made.lake.path) as facts:
            ground = Ground(facts, Setting(AS_OF))
            for name in ("spend", "cac", "cost_per_stage", "customer_margin"):
                assert read(ground, name).found.lacks, name

    def test_won_opportunities_stand_for_bookings(
        self, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        made = Company(tmp_path_factory.mktemp("deals"))
        made.append("account", {"source_id": "amy", "at": on(1, 1)})
        made.append(
            "opportunity",
            deal("o1", "amy", on(3, 1), on(3, 3), 1_000_00, margin_minor=600_00)
            | {"margin_currency": "USD"},
        )
        made.append("spend", spent("1", on(3, 1), None, 250_00, side="sales"))
        with engine.open(made.lake.path) as facts:
            ground = Ground(facts, Setting(AS_OF))
            cac = one(read(ground, "cac", "2026-03"))
            margin = one(read(ground, "customer_margin", "2026-03"))
        assert (cac["customers"], cac["cac"], cac["lag_months"]) == (1, 250_00, 0)
        assert (cac["gross_margin"], cac["arpa"], cac["payback_months"]) == (0.6, None, None)
        assert (margin["gross_margin"], margin["contribution"]) == (600_00, None)

    def test_a_customer_of_before_is_new_to_nobody(
        self, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        """Whose first order that is known is a renewal had bought before."""
        made = Company(tmp_path_factory.mktemp("before"))
        made.append("account", {"source_id": "amy", "at": on(1, 1)})
        made.append(
            "booking",
            booking("1", "amy", on(1, 3), 10_00) | {"kind": "renewal"},
            booking("2", "amy", on(3, 3), 10_00),
        )
        made.append("spend", spent("1", on(1, 1), date(2026, 4, 1), 250_00, side="sales"))
        with engine.open(made.lake.path) as facts:
            row = one(read(Ground(facts, Setting(AS_OF)), "cac", "2026-03"))
        assert row["customers"] == 0
