"""Signals and scores of the example agreement: 100,000 questions over a million touches, and one.

The tables' answers are checked against those for one person on a sample of the questions.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from bench.rows import Row

from revloop.agreement.check import check
from revloop.agreement.contract import Contract
from revloop.agreement.judging.events import Event
from revloop.agreement.judging.score_columns import interest_columns
from revloop.agreement.judging.scores import scores_of, words_of
from revloop.agreement.judging.signals import signal_columns, signals_of

EXAMPLE = (
    Path(__file__).resolve().parents[1] / "examples" / "agreements" / "acme-revenue-2.1.0.yaml"
)
QUESTIONS, PEOPLE, ACCOUNTS = 100_000, 100_000, 20_000
TOUCHES, ACTIVITIES = 1_000_000, 300_000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 180
TOUCHES_OF_ONE = 50
ROUNDS = 3
CHECKED = 200
BAR_TABLE_SECONDS, BAR_RECORD_US = 10, 1_000

TOUCH_KINDS = ("pricing_view", "content_download", "email_clicked", "page_view", "unsubscribe")
ACTIVITY_KINDS = ("call", "email", "meeting")
DIRECTIONS = ("in", "out", "two_way")


def measure() -> list[Row]:
    contract = check(EXAMPLE.read_bytes()).required()
    tables = _tables()
    connection = ibis.duckdb.connect()
    asked, touches, activities = (
        connection.create_table(name, table) for name, table in tables.items()
    )
    signals = signal_columns(contract, asked, touches, activities)
    interest = interest_columns(contract, asked, touches)
    return [
        _table_row("the example's signals", signals),
        _table_row("the example's interest, colleagues included", interest),
        _record_row(contract),
        _wrong_row(contract, tables, signals.join(interest, "question")),
    ]


def _table_row(what: str, answers: ir.Table) -> Row:
    seconds = _median_seconds(answers.to_pyarrow)
    return Row(
        what=f"{what}: {QUESTIONS:,} questions, {TOUCHES:,} touches",
        ours=f"{seconds:.2f} s",
        bar=f"<= {BAR_TABLE_SECONDS} s",
        held=seconds <= BAR_TABLE_SECONDS,
    )


def _record_row(contract: Contract) -> Row:
    at = FIRST + timedelta(days=DAYS)
    events = [
        Event(
            at - timedelta(hours=17 * number),
            f"t{number}",
            "touch",
            "p0",
            {"kind": TOUCH_KINDS[number % 5], "direction": "in", "is_bot": False},
        )
        for number in range(TOUCHES_OF_ONE)
    ]
    times = 200
    seconds = _median_seconds(
        lambda: [_one_person(contract, "p0", at, events, events) for _ in range(times)]
    )
    microseconds = seconds / times * 1e6
    return Row(
        what=f"signals and scores of one person with {TOUCHES_OF_ONE} touches",
        ours=f"{microseconds:.0f} us",
        bar=f"<= {BAR_RECORD_US:,} us",
        held=microseconds <= BAR_RECORD_US,
    )


def _wrong_row(contract: Contract, tables: dict[str, pa.Table], answers: ir.Table) -> Row:
    sample = tables["questions"].slice(0, CHECKED).to_pylist()
    found = {row["question"]: row for row in answers.to_pyarrow().slice(0).to_pylist()}
    accounts = {row["account"] for row in sample}
    events = _events_of(tables, accounts)
    wrong = sum(not _alike(_asked(contract, row, events), found[row["question"]]) for row in sample)
    return Row(
        what="other answers than one by one",
        ours=f"{wrong} of {CHECKED}",
        bar="0",
        held=not wrong,
        limit="0",
        refused=wrong > 0,
    )


def _asked(
    contract: Contract, question: dict[str, Any], events: dict[str, list[Event]]
) -> dict[str, Any]:
    of_account = events[question["account"]]
    own = [event for event in of_account if event.person == question["person"]]
    return _one_person(contract, question["person"], question["at"], own, of_account)


def _one_person(
    contract: Contract, person: str, at: datetime, own: list[Event], of_account: list[Event]
) -> dict[str, Any]:
    signals = signals_of(contract, own, at, of_account)
    return signals | words_of(scores_of(contract, signals, person, own, at, of_account))


def _alike(one: dict[str, Any], row: dict[str, Any]) -> bool:
    return all(
        math.isclose(one[name], value, rel_tol=1e-9, abs_tol=1e-9)
        for name, value in row.items()
        if name != "question"
    )


def _events_of(tables: dict[str, pa.Table], accounts: set[str]) -> dict[str, list[Event]]:
    events: dict[str, list[Event]] = {account: [] for account in accounts}
    for source, name in (("touch", "touches"), ("activity", "activities")):
        for row in tables[name].to_pylist():
            if row["account"] in accounts:
                event = Event(row["at"], row["id"], source, row["person"], row)
                events[row["account"]].append(event)
    return events


def _median_seconds(action: Callable[[], object]) -> float:
    return statistics.median(_seconds(action) for _ in range(ROUNDS))


def _seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def _tables() -> dict[str, pa.Table]:
    chance = np.random.default_rng(1)
    questions = _people_and_instants(chance, QUESTIONS) | {"question": np.arange(QUESTIONS)}
    touches = _events(chance, TOUCHES, TOUCH_KINDS) | {"is_bot": chance.random(TOUCHES) < 0.04}  # noqa: PLR2004
    activities = _events(chance, ACTIVITIES, ACTIVITY_KINDS)
    activities["automated"] = chance.random(ACTIVITIES) < 0.5  # noqa: PLR2004 - every other
    return {
        "questions": pa.table(questions),
        "touches": pa.table(touches),
        "activities": pa.table(activities),
    }


def _events(chance: np.random.Generator, rows: int, kinds: tuple[str, ...]) -> dict[str, Any]:
    return _people_and_instants(chance, rows) | {
        "id": pa.array([f"e{number:07}" for number in range(rows)]),
        "kind": pa.array(np.array(kinds)[chance.integers(0, len(kinds), rows)]),
        "direction": pa.array(np.array(DIRECTIONS)[chance.integers(0, 3, rows)]),
    }


def _people_and_instants(chance: np.random.Generator, rows: int) -> dict[str, Any]:
    people = chance.integers(0, PEOPLE, rows)
    first = int(FIRST.timestamp()) * 1_000_000
    instants = first + chance.integers(0, DAYS * 86_400_000_000, rows)
    return {
        "person": pa.array([f"p{number}" for number in people]),
        "account": pa.array([f"a{number % ACCOUNTS}" for number in people]),
        "at": pa.array(instants, pa.timestamp("us", "UTC")),
    }
