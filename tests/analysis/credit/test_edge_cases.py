"""Where vendors differ or are silent: every model, ours and theirs, in the cases that part them.

Shares of journeys stand in `edge_cases.json`, each with its derivation; what is decided before there
is a journey is told by facts below.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from revloop import engine
from revloop.agreement.terms.credit_models import MARKS, RULES, declared
from revloop.analysis.credit.crediting import rule_of
from revloop.analysis.credit.statistics.one_journey import Touch, exact_shares, in_minor_units
from revloop.analysis.credit.statistics.shares import Steps, shares
from revloop.analysis.credit.statistics.shares import in_minor_units as at_once
from revloop.engine import Facts
from revloop.kit.errors import InvalidInput

from ...engine.staging import IMPORTED
from .story import agreement, day, earned, people, read, setting, sold, tell, touch

CASES = {
    each["case"]: each
    for each in json.loads(Path(__file__).with_name("edge_cases.json").read_text(encoding="utf-8"))
}
PAIRS = [
    (name, model, expected["shares"])
    for name, case in CASES.items()
    for expected in case["expected"]
    for model in expected["models"]
]


def touches_of(case: str) -> list[Touch]:
    return [Touch(float(each["age"]), frozenset(each["holds"])) for each in CASES[case]["touches"]]


def steps_of(case: str) -> Steps:
    touches = touches_of(case)
    marks = [sum(1 << MARKS.index(mark) for mark in each.marks) for each in touches]
    return Steps(
        np.array([0, len(touches)]),
        np.array([each.age for each in touches]),
        np.array(marks, np.int64),
        np.ones(len(touches)),
    )


@pytest.mark.parametrize("case", CASES)
def test_every_model_is_told_in_every_case_once(case: str) -> None:
    told = [model for name, model, _ in PAIRS if name == case]

    assert sorted(told) == sorted(RULES)


@pytest.mark.parametrize(("case", "model", "expected"), PAIRS)
def test_a_journey_is_shared_as_derived_by_hand(
    case: str, model: str, expected: list[str] | None
) -> None:
    wanted = None if expected is None else [Fraction(each) for each in expected]

    assert exact_shares(RULES[model], touches_of(case)) == wanted
    found = shares(RULES[model], steps_of(case))
    assert found.tolist() == pytest.approx(
        [float(each) for each in wanted or [Fraction(0)] * found.size], abs=1e-12
    )


@pytest.mark.parametrize(("case", "model", "expected"), PAIRS)
def test_an_amount_is_shared_to_the_last_minor_unit(
    case: str, model: str, expected: list[str] | None
) -> None:
    """100.01, in which hardly a share is whole; nobody is further off than one minor unit."""
    steps = steps_of(case)

    told = at_once(np.array([100_01]), shares(RULES[model], steps), steps).tolist()

    if expected is None:
        assert sum(told) == 0
        return
    exact = [Fraction(each) for each in expected]
    assert sum(told) == 100_01
    assert all(abs(minor - share * 100_01) < 1 for minor, share in zip(told, exact, strict=True))
    assert told == in_minor_units(100_01, exact)


# What is decided before there is a journey.


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    """Six opportunities, each of a company of its own, that each show one case."""
    companies = ("tied", "after", "again", "moved", "other", "free", "euro")
    made = tell(
        tmp_path_factory.mktemp("edges"),
        {
            "account": [{"source_id": name, "at": day(-100)} for name in companies],
            "contact": people(
                tom="tied", ann="after", amy="again", max="moved", fred="free", eva="euro"
            ),
            "opportunity": [
                sold("tied", 40, 60, 100_00, account_id="crm:tied"),
                sold("after", 40, 60, 100_00, account_id="crm:after"),
                sold("again", 40, 60, 100_00, account_id="crm:again", is_won=False),
                sold("moved", 40, 60, 100_00, account_id="crm:moved"),
                sold("free", 40, 60, 0, account_id="crm:free"),
                sold("euro", 40, 60, 33_33, account_id="crm:euro")
                | {"amount_currency": "EUR", "fx_rate": 1.1},
            ],
            "touch": [
                touch("t2", "tom", 30, "webinar", kind="webinar_attended"),
                touch("t1", "tom", 30, "search"),
                touch("a1", "ann", 30, "search"),
                touch("a2", "ann", 50, "sales", kind="meeting_held"),
                touch("a3", "ann", 61, "webinar"),
                touch("g1", "amy", 30, "search"),
                touch("g2", "amy", 80, "sales", kind="meeting_held"),
                touch("m1", "max", 30, "search"),
                touch("m2", "max", 50, "webinar", account_id="crm:moved"),
                touch("f1", "fred", 30, "search"),
                touch("e1", "eva", 30, "search"),
                touch("e2", "eva", 31, "webinar"),
                touch("e3", "eva", 32, "sales", kind="sdr_call"),
            ],
        },
    )
    # Opened again, and won a month after it had been lost; and Max works elsewhere by now.
    later = IMPORTED + timedelta(days=1)
    made.append("opportunity", sold("again", 40, 90, 100_00, account_id="crm:again"), at=later)
    moved = {"source_id": "max", "at": day(55), "account_id": "crm:other"}
    made.append("contact", moved, at=later)
    with engine.open(made.lake.path) as opened:
        yield opened


def test_of_one_instant_the_lower_id_comes_first(facts: Facts) -> None:
    assert [each["channel"] for each in steps(facts, "tied")] == ["search", "webinar"]


def test_a_touch_after_the_opening_counts_until_the_win(facts: Facts) -> None:
    found = steps(facts, "after")

    assert [(each["channel"], each["phase"]) for each in found] == [
        ("search", "before the lead"),
        ("sales", "opportunity"),
    ]
    # The opportunity was made by the last touch before it, not by the meeting in it.
    assert [bool(each["marks"] >> MARKS.index("opportunity") & 1) for each in found] == [
        True,
        False,
    ]


def test_one_that_was_opened_again_ends_when_it_ended_last(facts: Facts) -> None:
    assert [each["channel"] for each in steps(facts, "again")] == ["search", "sales"]
    found = read(facts, "credit", setting(), model="last", period="2025-04")
    assert earned(found, "last") == {"sales": 100_00}


def test_who_moves_takes_the_touches_along_that_name_no_company(facts: Facts) -> None:
    """A touch that names its company stays with it."""
    assert [each["channel"] for each in steps(facts, "moved")] == ["webinar"]


def test_a_booking_of_nothing_is_a_conversion_all_the_same(facts: Facts) -> None:
    """Of the five bookings of the month all have a touch."""
    told = read(facts, "credit", setting(), model="linear", period="2025-03").table.to_pylist()

    assert sum(row["conversions"] for row in told) == pytest.approx(5)
    assert [each["channel"] for each in steps(facts, "free")] == ["search"]


@pytest.mark.parametrize("model", sorted(RULES))
def test_currencies_are_one_before_anything_is_shared(facts: Facts, model: str) -> None:
    """33.33 euros at 1.1 are 36.66 dollars, beside three times 100.00 and nothing."""
    models = read(facts, "credit", setting(), model=model, period="2025-03").found.more["models"]
    [told] = models.to_pylist()

    assert told["booked"] == 3 * 100_00 + 36_66
    assert told["credited"] + told["unattributed"] == told["booked"]


def steps(facts: Facts, opportunity: str) -> list[dict[str, Any]]:
    """The journey of an opportunity, by its place."""
    from revloop.analysis.credit import measures  # noqa: PLC0415 - Ibis
    from revloop.analysis.ground import Ground  # noqa: PLC0415 - likewise

    deals = facts["opportunity"]
    told = measures.steps(Ground(facts, setting()))
    mine = deals.filter(deals.source_id == opportunity).select("opportunity_id")
    found = told.inner_join(mine, told.journey == mine.opportunity_id)
    rows = found.select("place", "channel", "phase", "marks").order_by("place")
    return facts.arrow(rows).to_pylist()


# Models of an agreement.


def test_an_agreement_may_have_models_of_its_own(facts: Facts) -> None:
    ours = agreement(
        primary="ours",
        also="[first, hubspot:u_shaped, slow]",
        models="{ours: {first: 60, opportunity: 20, rest: 20}, slow: {half_life: 20 days}}",
        scope="account",
        lookback="180 days",
    )

    told = read(facts, "credit", setting(ours), period="2025-03")

    assert [each["model"] for each in told.found.more["models"].to_pylist()] == [
        "ours",
        "first",
        "hubspot:u_shaped",
        "slow",
    ]
    assert told.found.more["models"].to_pylist()[0]["title"] == "Ours"
    only = read(facts, "credit", setting(ours), model="slow", period="2025-03")
    assert only.found.more["models"].to_pylist()[0]["model"] == "slow"


def test_what_an_agreement_weighs_is_what_a_touch_earns() -> None:
    """60 first, 20 opportunity, 20 rest: the middle one and the last have 10 each."""
    ours = agreement(
        primary="ours",
        models="{ours: {first: 6, opportunity: 2, rest: 2}}",
        scope="account",
        lookback="180 days",
    )
    model = rule_of(setting(ours), "ours")

    assert exact_shares(model, touches_of("milestone_missing")) == [
        Fraction(6, 10),
        Fraction(1, 10),
        Fraction(2, 10),
        Fraction(1, 10),
    ]
    assert ours.form.attribution is not None
    assert declared("ours", ours.form.attribution.models["ours"]) == model


def test_a_model_of_another_agreement_is_not_known() -> None:
    with pytest.raises(InvalidInput, match="no model 'ours'"):
        rule_of(setting(), "ours")
