"""Returns and decisions: what every model agrees on, and what depends on the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from revloop import engine
from revloop.analysis.credit.decisions import (
    ALIKE,
    CREDIT,
    CUT,
    DEPENDS,
    EXPERIMENT,
    HOLD,
    NOT_JUDGED,
    RAISE,
    Budget,
    Proof,
    decide,
)
from revloop.analysis.rates import Interval
from revloop.analysis.reading import Result
from revloop.engine import Facts

from .story import day, people, read, setting, sold, tell, touch


def spent(name: str, channel: str | None, minor: int, **more: Any) -> dict[str, Any]:
    money = {"amount_minor": minor, "amount_currency": "USD"}
    return {
        "source_id": name,
        "at": day(40),
        "channel": channel,
        "status": "actual",
        **money,
        **more,
    }


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    """400 are booked with 100 of goods: search and sales earned them, television nothing."""
    booked = {"amount_currency": "USD", "cost_of_goods_currency": "USD", "kind": "booking"}
    made = tell(
        tmp_path_factory.mktemp("roi"),
        {
            "account": [{"source_id": "acme", "at": day(-100)}],
            "contact": people(ann="acme"),
            "campaign": [
                {"source_id": "tv", "at": day(0), "name": "On air", "channel": "tv"}
                | {"objective": "brand"}
            ],
            "opportunity": [sold("o1", 40, 60, 400_00)],
            "booking": [
                {"source_id": "b1", "at": day(60), "opportunity_id": "crm:o1"}
                | {"account_id": "crm:acme", "amount_minor": 400_00}
                | {"cost_of_goods_minor": 100_00, **booked}
            ],
            "touch": [
                touch("a", "ann", 30, "search"),
                touch("b", "ann", 45, "sales", kind="meeting_held"),
            ],
            "spend": [
                spent("s", "search", 100_00, pool="media", side="marketing"),
                spent("t", "tv", 300_00, pool="media", side="marketing", campaign_id="crm:tv"),
                spent("p", None, 40_00, pool="people", side="marketing"),
                spent("h", None, 50_00, pool="headcount", side="sales"),
            ],
        },
    )
    with engine.open(made.lake.path) as opened:
        yield opened


@pytest.fixture(scope="module")
def returns(facts: Facts) -> Result:
    return read(facts, "roi", setting())


def row(result: Result, channel: str, model: str) -> dict[str, Any]:
    [found] = [
        each
        for each in result.table.to_pylist()
        if each["channel"] == channel and each["model"] == model
    ]
    return found


def test_returns_are_of_margin(returns: Result) -> None:
    """Linear: 200 of search at three quarters margin is 150 for a cost of 100."""
    found = row(returns, "search", "linear")

    assert (found["cost"], found["credit"]) == (100_00, 200_00)
    assert found["roas"] == 2
    assert found["roi"] == pytest.approx(0.5)


def test_what_has_no_cost_has_no_return(returns: Result) -> None:
    found = row(returns, "sales", "linear")

    assert (found["cost"], found["roas"], found["roi"]) == (None, None, None)


def test_people_and_tools_are_shared_by_media_or_by_touches(returns: Result) -> None:
    """Marketing's people by media, 100 to 300; who sells buys no media: by touches."""
    assert row(returns, "search", "linear")["loaded_cost"] == pytest.approx(110_00)
    assert row(returns, "tv", "linear")["loaded_cost"] == pytest.approx(330_00)
    assert row(returns, "sales", "linear")["loaded_cost"] == pytest.approx(50_00)
    assert row(returns, "sales", "linear")["loaded_roi"] == pytest.approx(2)


def test_a_brand_that_no_touch_shows_is_not_judged(returns: Result) -> None:
    decisions = {each["channel"]: each for each in returns.found.more["decisions"].to_pylist()}

    assert decisions["tv"]["verdict"] == NOT_JUDGED
    assert decisions["search"]["verdict"] == DEPENDS
    assert "Last touch" in decisions["search"]["why"]
    assert row(returns, "tv", "linear")["says"] is None


def test_by_campaign(facts: Facts) -> None:
    result = read(facts, "roi", setting(), "campaign")

    assert {each["campaign"] for each in result.table.to_pylist()} == {"not known", "On air"}


def said(*returns: float, width: float = 0.1) -> list[tuple[str, float, Interval]]:
    names = ("first", "last", "linear", "u_shaped", "w_shaped")
    return [
        (name, each, Interval(each - width, each + width))
        for name, each in zip(names, returns, strict=False)
    ]


def test_what_holds_and_what_flips() -> None:
    decisions = decide(
        {
            "up": said(1, 2, 3),
            "down": said(-0.5, -0.6, -0.9),
            "level": said(0, 0.05, -0.05),
            "moot": said(1, -0.5, 0),
        },
        {"up": 100, "down": 200, "level": 50, "moot": 30},
        Budget(move_at_most=0.1),
        untouched=(),
        brand=(),
    )
    found = {each.name: each for each in decisions}

    assert {name: each.verdict for name, each in found.items()} == {
        "down": CUT,
        "up": RAISE,
        "level": HOLD,
        "moot": DEPENDS,
    }
    assert [each.name for each in decisions] == ["down", "up", "level", "moot"]
    assert found["moot"].why == "raise by First touch; hold by Linear; cut by Last touch"


def test_no_more_is_moved_than_the_rules_allow() -> None:
    said_of = {"up": said(1, 2), "more": said(1, 2), "down": said(-0.5, -0.5)}
    media = {"up": 100, "more": 300, "down": 600}

    moved = decide(said_of, media, Budget(move_at_most=0.15), untouched=(), brand=())

    assert {each.name: round(each.move) for each in moved} == {"down": -150, "more": 112, "up": 38}
    assert sum(each.move for each in moved) == pytest.approx(0)
    still = decide(said_of, media, Budget(), untouched=(), brand=())
    assert all(not each.move for each in still)


def test_the_floor_of_the_brand_is_said() -> None:
    [brand] = decide({}, {"tv": 100}, Budget(brand_floor=0.25), untouched=("tv",), brand=("tv",))

    assert brand.verdict == NOT_JUDGED
    assert "has 100% of media and holds the floor of 25%" in brand.why


def test_credit_alone_raises_nothing() -> None:
    """Both earn by every model; but those whom display touched come no further than others alike."""
    said_of = {"display": said(2, 3), "event": said(2, 3)}
    alike = {"display": (1.07, Interval(0.94, 1.22)), "event": (1.3, Interval(1.1, 1.6))}

    found = {
        each.name: each
        for each in decide(
            said_of, {"display": 9, "event": 9}, Budget(), untouched=(), brand=(), alike=alike
        )
    }

    assert found["display"].verdict == HOLD
    assert "1.07 times as often (0.94 to 1.22)" in found["display"].why
    assert found["event"].verdict == RAISE


def proof(ratio: float, low: float, high: float) -> Proof:
    return Proof("by lot", ratio, Interval(low, high), 412)


def test_an_experiment_outranks_leads_alike() -> None:
    """Leads alike speak for both; where display was held back nothing was lacking, and it is held."""
    said_of = {"display": said(2, 3), "event": said(2, 3), "webinar": said(1, -0.5)}
    alike = dict.fromkeys(said_of, (1.3, Interval(1.1, 1.6)))
    proven = {"display": proof(1.02, 0.88, 1.18), "event": proof(1.4, 1.1, 1.8)}

    found = {
        each.name: each
        for each in decide(
            said_of,
            dict.fromkeys(said_of, 9),
            Budget(),
            untouched=(),
            brand=(),
            alike=alike,
            proven=proven,
        )
    }

    assert found["display"].verdict == HOLD
    assert found["display"].why.endswith(
        "but held back from 412 drawn by lot, its effect is 1.02 times (0.88 to 1.18), not clearly"
        " more than none"
    )
    assert "leads alike" not in found["display"].why
    assert found["event"].verdict == RAISE
    assert {name: each.rests_on for name, each in found.items()} == {
        "display": EXPERIMENT,
        "event": EXPERIMENT,
        "webinar": ALIKE,
    }
    assert found["webinar"].verdict == DEPENDS


def test_an_effect_that_helps_does_not_pay_by_itself() -> None:
    """It helps, and costs more than it earns by every model: still to be cut."""
    [found] = decide(
        {"event": said(-0.5, -0.6)},
        {"event": 9},
        Budget(),
        untouched=(),
        brand=(),
        proven={"event": proof(1.4, 1.1, 1.8)},
    )

    assert (found.verdict, found.rests_on) == (CUT, EXPERIMENT)
    assert "its effect is 1.40 times" in found.why


def test_what_no_touch_shows_has_its_experiment_beside_it() -> None:
    [found] = decide(
        {},
        {"tv": 100},
        Budget(),
        untouched=("tv",),
        brand=("tv",),
        proven={"tv": proof(1.1, 1.02, 1.2)},
    )

    assert found.verdict == NOT_JUDGED
    assert "its effect is 1.10 times (1.02 to 1.20)" in found.why


def test_without_other_evidence_a_verdict_rests_on_credit_alone() -> None:
    [found] = decide({"up": said(1, 2)}, {"up": 9}, Budget(), untouched=(), brand=())

    assert (found.verdict, found.rests_on) == (RAISE, CREDIT)
