"""What an import says to a person: no row and no value goes without a word."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from revloop.cli.output import screen
from revloop.cli.reports import show_import, show_status
from revloop.intake.report import Reason, Report, TableReport
from revloop.kit.folder import Folder
from revloop.upkeep.status import Freshness, Status


def table(**more: object) -> TableReport:
    said = {"rows": 10, "unreadable": 0, "quarantined": 0, "found": {}, **more}
    return TableReport("Task.csv", "salesforce", **said)  # type: ignore[arg-type]


def shown(one: TableReport) -> list[str]:
    with screen.capture() as captured:
        show_import(Report("i-1", "exports", "2026-11-25", tables=[one]), Folder(Path("acme")))
    return captured.get().splitlines()


def test_rows_that_became_nothing_are_counted_with_the_reason() -> None:
    lines = shown(table(facts={"activity": 7}, left_alone=Reason("to-dos", 3, 5)))

    assert "Task.csv  10 rows of salesforce: 7 activity" in lines
    assert "  3 rows left alone: to-dos (as in row 5)" in lines


def test_a_table_of_which_no_fact_is_made_says_what_it_is_for() -> None:
    lines = shown(table(left_alone=Reason("names the roles of users", 10, 2)))

    assert "Task.csv  10 rows of salesforce: no facts (names the roles of users)" in lines


def test_a_value_that_could_not_be_read_is_named_although_its_row_became_a_fact() -> None:
    lacking = [Reason("Amount: 'abc' is not a number", 2, 15)]
    lines = shown(table(facts={"opportunity": 10}, kept_without=lacking))

    assert "  2 rows kept without this: Amount: 'abc' is not a number (as in row 15)" in lines


def test_what_the_source_has_deleted_is_not_counted_in_silence() -> None:
    lines = shown(table(facts={"contact": 10}, deleted={"contact": 4}))

    assert "  4 contact deleted in salesforce: not in force" in lines


def test_a_status_has_one_empty_line_between_its_parts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    moment = datetime(2026, 9, 1, tzinfo=UTC)
    fresh = Freshness("hubspot", 2, moment, moment)
    show_status(Status("acme", {"contact": 2}, (fresh,), (), ()))

    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "facts    in force",
        "contact         2",
        "",
        "source   facts    newest happened     newest learned",
        "hubspot      2  2026-09-01 00:00Z  2026-09-01 00:00Z",
        "",
        "What it can show",
    ]
