"""Real exports, made by nobody here, become facts, and every row of them is accounted for."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from revloop import engine, intake, operations
from revloop.agreement.problems import Severity
from revloop.intake.quarantine import Quarantine
from revloop.intake.report import Report, TableReport
from revloop.kit import folder
from revloop.kit.folder import Folder
from revloop.sources import mapping, reading, values
from revloop.sources.protocol import ROW

from ..real_data import real_data

pytestmark = pytest.mark.slow

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mappings"


@dataclass(frozen=True)
class Imported:
    """A workspace with one import in it."""

    workspace: Folder
    request: intake.Request
    report: Report

    def rows(self, kind: str, *columns: str) -> list[dict[str, Any]]:
        with engine.open(self.workspace.lake) as facts:
            table = facts[kind].select(*columns) if columns else facts[kind]
            found: list[dict[str, Any]] = facts.arrow(table).to_pylist()
            return found

    def texts(self) -> set[str]:
        """Every text that the lake holds, in force or not."""
        found: set[str] = set()
        with engine.open(self.workspace.lake) as facts:
            for kind in engine.Lake(self.workspace.lake).kinds():
                for row in facts.arrow(facts.history(kind)).to_pylist():
                    found |= {value for value in row.values() if isinstance(value, str)}
        return found

    @property
    def tables(self) -> Mapping[str, TableReport]:
        return {table.name: table for table in self.report.tables}


def imported(path: Path, made: Path, *, with_mapping: Path | None = None) -> Imported:
    workspace = folder.create(made)
    operations.connect(workspace, create=True)
    request = intake.Request(path, "tester", AT, mapping=with_mapping)
    return Imported(workspace, request, intake.run(request, workspace))


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    path = real_data("maven_crm")
    made = tmp_path_factory.mktemp("maven") / "acme"
    yield imported(path, made, with_mapping=EXAMPLES / "maven_crm.yaml")
    operations.disconnect()


@pytest.fixture(scope="module")
def xeducation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    path = real_data("xeducation")
    made = tmp_path_factory.mktemp("xeducation") / "acme"
    yield imported(path, made, with_mapping=EXAMPLES / "xeducation.yaml")
    operations.disconnect()


@pytest.fixture(scope="module")
def hubspot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    yield imported(real_data("hubspot_tables"), tmp_path_factory.mktemp("hubspot") / "acme")
    operations.disconnect()


@pytest.fixture(scope="module")
def salesforce(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    yield imported(real_data("salesforce_tables"), tmp_path_factory.mktemp("salesforce") / "acme")
    operations.disconnect()


def lines(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


class TestMavenWithItsMapping:
    def test_every_opportunity_is_there_with_its_end(self, maven: Imported) -> None:
        rows = maven.rows("opportunity", "stage", "amount_minor", "amount_currency", "is_won")
        won = [row for row in rows if row["is_won"]]

        assert len(rows) == 8_800
        assert len(won) == 4_238
        assert sum(row["amount_minor"] for row in won) == 10_005_534_00
        assert {row["amount_currency"] for row in won} == {"USD"}
        stages = [row["stage"] for row in rows]
        assert {name: stages.count(name) for name in set(stages)} == {
            "Won": 4_238,
            "Lost": 2_473,
            "Engaging": 1_589,
            "Prospecting": 500,
        }

    def test_what_is_still_open_is_neither_won_nor_lost(self, maven: Imported) -> None:
        rows = maven.rows("opportunity", "stage", "is_won", "is_closed", "closed_at")
        still_open = [row for row in rows if row["stage"] in {"Engaging", "Prospecting"}]

        assert {(row["is_won"], row["is_closed"], row["closed_at"]) for row in still_open} == {
            (None, False, None)
        }

    def test_a_product_spelled_two_ways_is_one(self, maven: Imported) -> None:
        in_file = lines(maven.request.path / "sales_pipeline.csv")
        assert sum(row["product"] == "GTXPro" for row in in_file) == 1_480

        [product] = [
            row["product_id"]
            for row in maven.rows("product", "product_id", "source_id")
            if row["source_id"] == "GTX Pro"
        ]
        sold = [row["product_id"] for row in maven.rows("opportunity", "product_id")]
        assert sold.count(product) == 1_480
        assert None not in sold
        assert "GTXPro" not in maven.texts()

    def test_an_opportunity_of_no_account_is_kept(self, maven: Imported) -> None:
        accounts = [row["account_id"] for row in maven.rows("opportunity", "account_id")]

        assert accounts.count(None) == 1_425
        assert len(set(accounts) - {None}) == 85

    def test_the_money_of_what_was_won_is_booked(self, maven: Imported) -> None:
        booked = maven.rows("booking", "kind", "amount_minor")

        assert (len(booked), {row["kind"] for row in booked}) == (4_238, {"booking"})
        assert sum(row["amount_minor"] for row in booked) == 10_005_534_00

    def test_the_name_of_no_seller_is_in_the_lake(self, maven: Imported) -> None:
        team = lines(maven.request.path / "sales_teams.csv")
        names = {row[column] for row in team for column in ("sales_agent", "manager")}
        owners = {row["owner_user_id"] for row in maven.rows("opportunity", "owner_user_id")}
        users = {row["user_id"] for row in maven.rows("user", "user_id")}

        assert len(names) == 41
        assert not names & maven.texts()
        assert len(users) == 41
        assert owners <= users, "an opportunity names its seller all the same"

    def test_every_row_became_a_fact(self, maven: Imported) -> None:
        assert maven.report.quarantined == 0
        assert maven.report.not_understood == []
        for table in maven.report.tables:
            assert table.kept_without == []
            assert table.left_alone is None, table.name

    def test_the_same_files_again_change_nothing(self, maven: Imported) -> None:
        operations.disconnect()
        operations.connect(maven.workspace)
        before = engine.Lake(maven.workspace.lake).counts()
        later = intake.Request(
            maven.request.path,
            "tester",
            AT + timedelta(days=9),
            mapping=maven.request.mapping,
        )
        again = intake.run(later, maven.workspace)

        assert engine.Lake(maven.workspace.lake).counts() == before
        assert {(kind.added, kind.corrected) for kind in again.kinds.values()} == {(0, 0)}
        assert again.kinds["opportunity"].unchanged == 8_800


class TestXEducationWithItsMapping:
    def test_every_lead_is_an_inquiry_of_a_person(self, xeducation: Imported) -> None:
        inquiries = xeducation.rows("inquiry", "contact_id", "is_converted")
        converted = [row["is_converted"] for row in inquiries]

        assert len(inquiries) == 9_240
        assert len({row["contact_id"] for row in inquiries}) == 9_240
        assert None not in converted
        assert round(100 * sum(converted) / len(converted), 1) == 38.5

    def test_what_nobody_selected_is_unknown(self, xeducation: Imported) -> None:
        in_file = lines(xeducation.request.path / "Leads.csv")
        columns = [name for name in in_file[0] if any(row[name] == "Select" for row in in_file)]
        unmapped = set(xeducation.tables["Leads.csv"].unmapped)

        assert columns, "the file has it"
        assert set(columns) - unmapped, "and the mapping reads a column that has it"
        assert not {text for text in xeducation.texts() if text.lower() == "select"}

    def test_a_country_that_is_none_is_unknown_and_reported(self, xeducation: Imported) -> None:
        [reason] = xeducation.tables["Leads.csv"].kept_without

        assert (reason.text, reason.rows) == (
            "Country: 'Asia/Pacific Region' is not understood",
            2,
        )
        assert xeducation.report.quarantined == 0


def held(made: Imported, table: TableReport) -> list[dict[str, Any]]:
    return Quarantine(made.workspace.quarantine).rows(table.understood_as, table.name)


@pytest.mark.parametrize("product", ["hubspot", "salesforce"])
class TestTablesThatNeedNoMapping:
    def test_no_row_is_dropped_silently(self, product: str, request: pytest.FixtureRequest) -> None:
        made: Imported = request.getfixturevalue(product)
        for table in made.report.tables:
            in_file = lines(made.request.path / table.name)
            assert table.rows == len(in_file), table.name
            alone = table.left_alone.rows if table.left_alone else 0
            assert table.quarantined == len(held(made, table))
            # Of one kind every row gives one fact at most here, so the most of a kind is the least
            # number of rows that became facts.
            assert table.rows - alone - table.quarantined >= max(table.facts.values(), default=0)
            if alone:
                assert table.left_alone is not None
                assert table.left_alone.text, f"{table.name} says no reason"
            if not any(table.facts.values()):
                assert alone + table.quarantined == table.rows, table.name

    def test_every_table_is_understood(self, product: str, request: pytest.FixtureRequest) -> None:
        made: Imported = request.getfixturevalue(product)
        in_folder = {each.name for each in made.request.path.glob("*.csv")}

        assert made.tables.keys() == in_folder
        assert made.report.not_understood == []
        assert made.report.refused == []

    def test_rows_in_quarantine_are_whole(
        self, product: str, request: pytest.FixtureRequest
    ) -> None:
        made: Imported = request.getfixturevalue(product)
        for table in made.report.tables:
            for row in held(made, table):
                assert row["reason"]
                assert set(json.loads(row["raw"])) == set(lines(made.request.path / table.name)[0])


class TestSalesforce:
    def test_a_share_that_is_none_does_not_lose_the_opportunity(self, salesforce: Imported) -> None:
        table = salesforce.tables["sf_opportunity_data.csv"]

        assert (table.facts["opportunity"], table.quarantined) == (10, 0)
        assert [(each.text, each.rows) for each in table.kept_without] == [
            ("amount: '24120000' has no currency, and none is told", 4),
            ("probability: '1000' is not between 0 and 100 percent", 1),
        ]

    def test_opportunities_that_were_deleted_are_kept_and_not_in_force(
        self, salesforce: Imported
    ) -> None:
        assert salesforce.tables["sf_opportunity_data.csv"].deleted == {"opportunity": 10}
        assert salesforce.rows("opportunity") == []
        with engine.open(salesforce.workspace.lake) as facts:
            kept = facts.arrow(facts.history("opportunity")).to_pylist()
        assert len({row["source_id"] for row in kept}) == 10

    def test_a_to_do_is_no_attempt_and_is_accounted_for(self, salesforce: Imported) -> None:
        alone = salesforce.tables["sf_task_data.csv"].left_alone

        assert alone is not None
        assert (alone.rows, alone.example_row) == (10, 2)
        assert "to-dos" in alone.text

    def test_a_table_that_only_serves_says_for_what(self, salesforce: Imported) -> None:
        alone = salesforce.tables["sf_user_role_data.csv"].left_alone

        assert alone is not None
        assert (alone.rows, alone.text) == (10, "names the roles of users")


class TestHubSpot:
    def test_deals_contacts_and_sellers_are_there(self, hubspot: Imported) -> None:
        counts = {name: kind.given for name, kind in hubspot.report.kinds.items() if kind.given}

        assert counts == {
            "account": 24,
            "activity": 102,
            "buying_group_role": 11,
            "campaign": 100,
            "contact": 26,
            "inquiry": 5,
            "opportunity": 44,
            "opportunity_stage": 14,
            "team": 3,
            "ticket": 25,
            "touch": 99,
            "user": 100,
        }

    def test_revenue_without_a_currency_is_unknown_and_reported(self, hubspot: Imported) -> None:
        [reason] = hubspot.tables["company_data.csv"].kept_without

        assert reason.rows == 24
        assert reason.text.endswith("has no currency, and none is told")

    def test_a_message_of_no_channel_waits_in_quarantine(self, hubspot: Imported) -> None:
        [row] = held(hubspot, hubspot.tables["engagement_communication_data.csv"])

        assert row["reason"].startswith("hs_communication_channel_type: is empty")
        assert hubspot.report.quarantined == 1


FOLDERS = ("maven_crm", "xeducation", "hubspot_tables")
LAST_DAY = date(2026, 3, 1)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_suggestion_can_be_used_as_it_is(name: str, tmp_path: Path) -> None:
    found = reading.read_folder(real_data(name), tmp_path / "raw")
    with engine.Workbench(tmp_path) as bench:
        tables = {table.name: bench.read(table.file) for table in found.tables}
        traits = {
            each: values.traits(table, [column for column in table.columns if column != ROW])
            for each, table in tables.items()
        }
        told: Any = {"source": "guess", "exported_on": LAST_DAY, "currency": "USD"}
        text = mapping.suggest(tables, traits, **told)
        again = mapping.suggest(dict(sorted(tables.items(), reverse=True)), traits, **told)
        read, wrong = mapping.parse(text.encode())
        assert read is not None, wrong
        problems = mapping.check(read, tables)

    assert text == again
    assert [each for each in problems if each.severity is Severity.ERROR] == []


def test_a_suggestion_for_maven_brings_every_opportunity(tmp_path: Path) -> None:
    path, file = real_data("maven_crm"), tmp_path / "suggested.yaml"
    intake.suggest(path, file, today=LAST_DAY, source="maven", currency="USD")
    made = imported(path, tmp_path / "acme", with_mapping=file)
    rows = made.rows("opportunity", "is_won", "amount_minor", "account_id")
    operations.disconnect()

    assert len(rows) == 8_800
    won = [row["amount_minor"] for row in rows if row["is_won"]]
    assert (len(won), sum(won)) == (4_238, 10_005_534_00)
    assert [row["account_id"] for row in rows].count(None) == 1_425
    assert made.report.quarantined == 0
