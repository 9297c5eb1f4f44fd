"""The clocks of a table are those of one record, whatever happened to them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import revloop
from revloop.agreement.form import ClockPromise
from revloop.agreement.terms.clocks import Clock, clock_state
from revloop.agreement.terms.deadlines import clock_due
from revloop.analysis.ground import Setting, Tenure
from revloop.analysis.promises.judging import judge
from revloop.kit.working_time import Pause, elapsed, responsible
from revloop.kit.working_time.calendar_history import CalendarHistory, Stretch

AGREEMENTS = Path(__file__).parents[3] / "examples" / "agreements"
OLD, NEW = (
    revloop.read_agreement(AGREEMENTS / f"acme-revenue-{version}.yaml")
    for version in ("2.0.0", "2.1.0")
)
CHANGE = datetime(2026, 7, 1, 4, tzinfo=UTC)
TENURES = (Tenure(OLD, datetime(2026, 4, 1, 4, tzinfo=UTC), CHANGE), Tenure(NEW, CHANGE))
AS_OF = datetime(2026, 8, 15, 12, tzinfo=UTC)
CALENDARS = {1: "us_east", 2: "dach", 3: "nowhere"}
PROMISES = ("answer_5min", "answer_1day", "answer_customer", "decide")
INSTANT = pa.timestamp("us", tz="UTC")


def test_a_million_clocks_are_judged_as_one_is() -> None:
    chance = random.Random(20260101)  # noqa: S311
    told = [some_clock(chance, number) for number in range(400)]
    judged = {row["clock"]: row for row in judge_all(told).to_pylist()}

    for each in told:
        expected = by_hand(each)
        if expected is None:
            assert each["clock"] not in judged
            continue
        row = judged[each["clock"]]
        for name, value in expected.items():
            assert row[name] == value, (each, name)


def test_a_later_moment_decides_what_was_pending_and_nothing_else() -> None:
    chance = random.Random(7)  # noqa: S311
    told = [some_clock(chance, number) for number in range(300)]
    before = {row["clock"]: row["state"] for row in judge_all(told).to_pylist()}
    after = {
        row["clock"]: row["state"] for row in judge_all(told, AS_OF + timedelta(days=9)).to_pylist()
    }
    for clock, state in before.items():
        if state in {"met", "breached", "void"}:
            assert after[clock] == state
        elif state == "open_breached":
            assert after[clock] in {"open_breached", "breached"}
        else:
            assert after[clock] in {"open_pending", "met", "breached", "open_breached", "void"}


def test_before_anything_was_agreed_no_clock_runs() -> None:
    chance = random.Random(1)  # noqa: S311
    early = some_clock(chance, 1) | {"begin": datetime(2026, 3, 1, tzinfo=UTC)}
    early |= {"stopped": None, "voided": None, "pauses": [], "owners": []}

    assert judge_all([early]).num_rows == 0
    assert judge_all([]).num_rows == 0


@pytest.mark.parametrize(("minutes", "state"), [(5, "met"), (6, "breached")])
def test_at_the_target_is_in_time(minutes: int, state: str) -> None:
    begin = datetime(2026, 7, 7, 15, tzinfo=UTC)
    clock = {
        "clock": "c",
        "promise": "answer_5min",
        "owner": 1,
        "begin": begin,
        "stopped": begin + timedelta(minutes=minutes),
        "voided": None,
        "pauses": [],
        "owners": [],
        "lead": 1,
    }
    [row] = judge_all([clock]).to_pylist()

    assert row["state"] == state
    assert row["worked"] == minutes * 60
    assert row["late"] == (60 if state == "breached" else None)


def some_clock(chance: random.Random, number: int) -> dict[str, Any]:
    """A clock of any promise, that may be stopped, voided, paused and handed on, or not."""
    begin = datetime(2026, 4, 2, tzinfo=UTC) + timedelta(seconds=chance.randrange(130 * 86_400))

    def later(hours: int) -> datetime:
        return begin + timedelta(seconds=chance.randrange(hours * 3_600) + 1)

    pauses = []
    if chance.random() < 0.3:
        since = later(30)
        pauses = [(since, since + timedelta(seconds=chance.randrange(90_000) + 1))]
    return {
        "clock": f"c{number}",
        "promise": chance.choice(PROMISES),
        "owner": chance.choice((1, 2, 3)),
        "begin": begin,
        "stopped": later(chance.choice((1, 30, 200))) if chance.random() < 0.8 else None,
        "voided": later(80) if chance.random() < 0.2 else None,
        "pauses": pauses,
        "owners": [(later(40), chance.choice((1, 2)))] if chance.random() < 0.4 else [],
        "lead": number + 1,
    }


def judge_all(told: list[dict[str, Any]], as_of: datetime = AS_OF) -> pa.Table:
    started = pa.table(
        {
            "clock": pa.array([each["clock"] for each in told], pa.string()),
            "promise": pa.array([each["promise"] for each in told], pa.string()),
            "inquiry_id": pa.array([each["lead"] for each in told], pa.int64()),
            "opportunity_id": pa.array([None] * len(told), pa.int64()),
            "owner_user_id": pa.array([each["owner"] for each in told], pa.int64()),
            "calendar": pa.array([None] * len(told), pa.string()),
            "begin": pa.array([each["begin"] for each in told], INSTANT),
            "stopped": pa.array([each["stopped"] for each in told], INSTANT),
            "voided": pa.array([each["voided"] for each in told], INSTANT),
        }
    )
    stood = [
        (each["clock"], event, at)
        for each in told
        for pause in each["pauses"]
        for event, at in zip(("paused", "resumed"), pause, strict=True)
    ]
    pauses = pa.table(
        {
            "clock": pa.array([clock for clock, _, _ in stood], pa.string()),
            "event": pa.array([event for _, event, _ in stood], pa.string()),
            "reason": pa.array(["waiting_on_customer"] * len(stood), pa.string()),
            "at": pa.array([at for _, _, at in stood], INSTANT),
        }
    )
    got = sorted((each["lead"], at, user) for each in told for at, user in each["owners"])
    owners = pa.table(
        {
            "inquiry_id": pa.array([lead for lead, _, _ in got], pa.int64()),
            "user_id": pa.array([user for _, _, user in got], pa.int64()),
            "at": pa.array([at for _, at, _ in got], INSTANT),
        }
    )
    setting = Setting(as_of, TENURES)
    return judge(started, pauses=pauses, owners=owners, calendars=CALENDARS, setting=setting)


def by_hand(each: dict[str, Any]) -> dict[str, Any] | None:
    """The same by the scalar functions, one clock at a time."""
    contract = OLD if each["begin"] < CHANGE else NEW
    promise = contract.form.promises.sales_to_marketing[each["promise"]]
    assert isinstance(promise, ClockPromise)
    form = contract.form

    def calendar(user: int) -> Any:
        name = CALENDARS[user]
        return form.calendars[name if name in form.calendars else form.working_days].calendar

    history = CalendarHistory(
        (
            Stretch(each["begin"], calendar(each["owner"]), str(each["owner"])),
            *(Stretch(at, calendar(user), str(user)) for at, user in each["owners"]),
        )
    )
    pauses = tuple(Pause(begin, end, "waiting_on_customer") for begin, end in each["pauses"])
    at_most = {name: pause.at_most.length for name, pause in form.pauses.items()}
    clock = Clock(each["begin"], each["stopped"], each["voided"], pauses)
    target = promise.clock.within.length
    state = clock_state(clock, target, history, AS_OF, at_most=at_most)
    until = clock.ended_at(AS_OF) or AS_OF
    due = clock_due(each["begin"], promise.clock, history, pauses, at_most=at_most)
    worked = elapsed(history, each["begin"], until, pauses, at_most=at_most)
    broken = str(state) in {"breached", "open_breached"}
    whose = responsible(history, each["begin"], due, pauses, at_most=at_most)
    return {
        "version": contract.version,
        "state": str(state),
        "due": due,
        "worked": worked.total_seconds(),
        "late": (worked - target).total_seconds() if broken else None,
        "responsible_user_id": int(whose) if broken else None,
    }
