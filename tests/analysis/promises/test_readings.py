"""The readings of the promises from facts to sentence: six leads of one week, counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from revloop import engine
from revloop.analysis import registry
from revloop.analysis.ground import Ground
from revloop.analysis.periods import Period
from revloop.analysis.reading import Asked, Found, Given
from revloop.upkeep import readings

from ...engine.staging import Company
from .story import facts, offer, setting, tell


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = tell(Company(tmp_path_factory.mktemp("promises")))
    with engine.open(made.lake.path) as facts:
        yield Ground(facts, setting())


def read(ground: Ground, name: str, **where: str) -> Found:
    asked = Asked(Period.read("2026-Q3"), (), where)
    reading = registry.reading(name)
    tables = {each.name: ground.facts.arrow(each.measure(ground)) for each in reading.sums}
    return reading.conclude(Given(ground.setting, asked, tables))


def test_a_promise_counts_clocks_that_were_never_stopped(ground: Ground) -> None:
    rows = {row["promise"]: row for row in read(ground, "promises").table.to_pylist()}

    answered = rows["answer_5min"]
    assert (answered["x"], answered["n"], answered["still_open"]) == (3, 6, 1)
    assert answered["state"] == "broken"
    assert (rows["say_why"]["x"], rows["say_why"]["n"]) == (2, 2)
    assert (rows["complete"]["x"], rows["complete"]["n"]) == (5, 6)
    quality = rows["quality"]
    assert (quality["x"], quality["n"], quality["pending"]) == (3, 5, 1)
    assert (rows["volume"]["x"], rows["volume"]["state"]) == (3, "broken")
    webinar = {
        row["promise"]: row for row in read(ground, "promises", source="webinar").table.to_pylist()
    }
    assert (webinar["answer_5min"]["x"], webinar["answer_5min"]["n"]) == (2, 2)


def test_complete_is_what_the_agreement_asks_for_and_not_what_the_source_calls_so(
    tmp_path: Path,
) -> None:
    told = facts()
    told["handoff"] = [
        {**offer("a"), "completeness": 0.2},
        {**offer("c"), "completeness": 1.0},
        {**offer("b"), "fields_present": None, "fields_missing": None, "completeness": 1.0},
        {**offer("d"), "fields_present": None, "fields_missing": None, "completeness": None},
    ]
    made = Company(tmp_path)
    for kind, each in told.items():
        made.append(kind, *each)
    with engine.open(made.lake.path) as opened:
        ground = Ground(opened, setting())
        rows = {row["promise"]: row for row in read(ground, "promises").table.to_pylist()}

    assert (rows["complete"]["x"], rows["complete"]["n"]) == (2, 3)


def test_breaches_name_who_had_them_in_hand(ground: Ground) -> None:
    rows = read(ground, "breaches").table.to_pylist()
    [answered] = [row for row in rows if row["promise"] == "answer_5min"]

    assert (answered["n"], answered["still_open"], answered["side"]) == (3, 1, "sales")
    assert answered["responsible"] not in {"routing", "not known"}


def test_pacing_tells_each_month_with_what_should_have_come(ground: Ground) -> None:
    rows = read(ground, "pacing").table.to_pylist()
    [july] = [row for row in rows if row["promise"] == "volume" and row["month"] == "2026-07"]

    assert (july["actual"], july["expected"], july["is_over"]) == (3, 112, True)
    assert july["chance"] == 0.0


def test_the_curve_keeps_those_who_were_never_answered(ground: Ground) -> None:
    rows = read(ground, "response_curve").table.to_pylist()
    working = {row["bucket"]: row for row in rows if row["clock"] == "working time"}

    counts = {name: (row["x"], row["n"]) for name, row in working.items() if row["n"]}
    assert counts == {
        "up to 5 min": (1, 3),
        "1 to 24 h": (0, 2),  # d: two days of nine open hours
        "never": (0, 1),
    }


def test_attempts_are_counted_until_the_lead_is_reached(ground: Ground) -> None:
    rows = read(ground, "attempts").table.to_pylist()

    assert [(row["attempt"], row["x"], row["n"]) for row in rows[:2]] == [(1, 2, 5), (2, 1, 2)]


def test_acceptance_leaves_out_what_is_not_answered_yet(ground: Ground) -> None:
    found = read(ground, "qualification")
    [row] = found.table.to_pylist()

    assert (row["accepted"], row["n"], row["pending"]) == (3, 5, 1)
    assert (row["refusals"], row["all_met"], row["known"]) == (2, 1, 2)
    reasons = {each["reason"]: each["n"] for each in found.more["reasons"].to_pylist()}
    assert reasons == {"not_now": 1, "student": 1}


def test_completeness_names_the_field_that_is_missing(ground: Ground) -> None:
    rows = {row["field"]: row for row in read(ground, "handoff_completeness").table.to_pylist()}

    assert (rows["every field"]["x"], rows["every field"]["n"]) == (5, 6)
    assert (rows["reachable"]["x"], rows["reachable"]["n"]) == (5, 6)
    assert (rows["company"]["x"], rows["company"]["n"]) == (6, 6)


def test_arrivals_are_of_the_company_s_own_clock(ground: Ground) -> None:
    rows = read(ground, "arrivals").table.to_pylist()

    came = {(row["day"], row["hour"]): row["n"] for row in rows if row["n"]}
    assert came == {("Tue", 10): 6}


def test_first_responders_need_an_answer_of_a_buyer(ground: Ground) -> None:
    reading = registry.reading("first_responder")

    assert {need.kind for need in reading.needs} <= {"opportunity", "win_loss_answer"}
    result = readings.read(ground, "first_responder", Asked())
    assert result.found.lacks
    assert result.table.num_rows == 0
