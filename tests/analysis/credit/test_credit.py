"""Credit from facts: what was booked is shared to the cent, and the rest is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from revloop import engine
from revloop.agreement.terms.credit_models import DEFAULT, RULES
from revloop.analysis.credit.credit import READING
from revloop.analysis.ground import Ground
from revloop.analysis.kept import Kept
from revloop.analysis.periods import Period
from revloop.analysis.reading import Asked, Result, concluded
from revloop.engine import Facts
from revloop.kit.errors import InvalidInput

from .story import agreement, day, earned, people, read, setting, sold, tell, touch

LOOKBACK = {"scope": "account", "lookback": "90 days"}


def company() -> dict[str, list[dict[str, Any]]]:
    """Three wins, one in euros, one that nobody was touched for; and colleagues who never buy."""
    return {
        "account": [{"source_id": name, "at": day(-100)} for name in ("acme", "bolt", "calm")],
        "contact": people(ann="acme", ben="acme", cat="bolt", dan="calm"),
        "campaign": [{"source_id": "c1", "at": day(0), "name": "Loop Day", "channel": "event"}],
        "inquiry": [
            {"source_id": "i1", "at": day(20), "contact_id": "crm:ann", "opportunity_id": "crm:o1"}
        ],
        "opportunity": [
            sold("o1", 40, 60, 100_01, campaign_id="crm:c1", source_side="marketing"),
            sold("o2", 70, 95, 90_00, account_id="crm:bolt", amount_currency="EUR", fx_rate=1.1),
            sold("o3", 80, 99, 50_00, account_id="crm:calm"),
            sold("o4", 200, 210, 0, account_id="crm:bolt"),
        ],
        "touch": [
            touch("t1", "ann", 5, "search"),
            touch("t2", "ann", 19, "webinar", kind="webinar_attended"),
            touch("t3", "ben", 30, "event", kind="event_visit", campaign_id="crm:c1"),
            touch("t4", "ann", 39, "sales", kind="sdr_call"),
            touch("t5", "ann", 55, "sales", kind="meeting_held", opportunity_id="crm:o1"),
            # the same person, kind and day: one touch
            touch("t6", "ann", 55.1, "sales", kind="meeting_held", opportunity_id="crm:o1"),
            touch("t7", "cat", 60, "search"),
            touch("t8", "cat", 61, "email", kind="email_opened"),
            touch("t9", "cat", 205, "search"),
            touch("ta", "dan", 90, "display", is_bot=True),
        ],
    }


Tables = Mapping[str, pa.Table]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    made = tell(tmp_path_factory.mktemp("credit"), company())
    with engine.open(made.lake.path) as opened:
        yield opened


@pytest.fixture(scope="module")
def tables(facts: Facts) -> Tables:
    """The sums of the company without an agreement, made once for many questions."""
    ground = Ground(facts, setting())
    return {each.name: facts.arrow(each.measure(ground)) for each in READING.sums}


def asked(tables: Tables, *by: str, period: str | None = None, **where: str) -> Result:
    question = Asked(Period.read(period) if period else None, by, where)
    return concluded(READING, setting(), question, tables, snapshot="")


def test_without_an_agreement_the_models_in_common_use_are_shown(tables: Tables) -> None:
    result = asked(tables)

    models = result.found.more["models"].to_pylist()
    assert tuple(each["model"] for each in models) == DEFAULT
    assert all(each["credited"] + each["unattributed"] == each["booked"] for each in models)
    assert models[0]["booked"] == 100_01 + 99_00 + 50_00
    assert "to the cent" in result.sentence
    assert any("no agreement" in note.lower() for note in result.found.notes)


def test_readings_that_share_what_they_made_say_what_each_says_alone(tables: Tables) -> None:
    """Whatever was asked before: another period, another slice, another model, another cut."""
    kept = Kept()
    questions = [
        Asked(Period.read(period) if period else None, by, where)
        for period in (None, "2026-Q1", "2026-Q2")
        for by in ((), ("side",), ("source", "channel"))
        for where in ({}, {"source": "not known"}, {"model": "linear"}, {"channel": "search"})
    ]

    shared = [_said(tables, question, kept) for question in questions]

    assert shared == [_said(tables, question, Kept()) for question in questions]


def _said(tables: Tables, question: Asked, kept: Kept) -> dict[str, Any]:
    return concluded(READING, setting(), question, tables, snapshot="", kept=kept).document()


def test_each_touch_of_a_day_counts_once_and_machines_never(tables: Tables) -> None:
    """o1 has five touches, o2 has one, and of o3 the only one was a machine's."""
    linear = earned(asked(tables, model="linear"), "linear")

    assert linear == {
        "search": 20_01 + 99_00,
        "webinar": 20_00,
        "event": 20_00,
        "sales": 40_00,
        "unattributed": 50_00,
    }


def test_milestones_are_the_last_touches_before_them(tables: Tables) -> None:
    """The lead was made at day 20 by the webinar, the opportunity at day 40 by the call."""
    shaped = earned(asked(tables, model="w_shaped"), "w_shaped")

    assert shaped["search"] == 30_01 + 99_00
    assert shaped["webinar"] == 30_00
    assert shaped["sales"] == 30_00 + 5_00
    assert shaped["event"] == 5_00


def test_why_something_is_credited_to_nobody_is_said(tables: Tables) -> None:
    found = asked(tables).found.more["unattributed"].to_pylist()

    assert found == [{"reason": "nobody was touched in its time", "n": 1, "minor": 50_00}]


@pytest.mark.parametrize("name", sorted(RULES))
@pytest.mark.parametrize("by", ["channel", "campaign", "side", "phase", "segment", "persona"])
def test_every_model_and_cut_reconciles(tables: Tables, name: str, by: str) -> None:
    result = asked(tables, by, model=name)

    assert sum(row["credit"] for row in result.table.to_pylist()) == 100_01 + 99_00 + 50_00


def test_months_add_up_to_the_whole(tables: Tables) -> None:
    whole = asked(tables)
    parts = [asked(tables, period=month) for month in ("2025-03", "2025-04", "2025-07")]

    for model in DEFAULT:
        if model == "markov":  # a chain is told from the journeys of its own period
            continue
        added: dict[str, int] = {}
        for part in parts:
            for value, minor in earned(part, model).items():
                added[value] = added.get(value, 0) + minor
        assert added == earned(whole, model), model


def test_the_campaign_that_the_opportunity_names(tables: Tables) -> None:
    name = "salesforce:primary_campaign"
    found = earned(asked(tables, "campaign", model=name), name, "campaign")

    assert found == {"Loop Day": 100_01, "unattributed": 99_00 + 50_00}


def test_sides_source_and_influence_are_not_added(tables: Tables) -> None:
    sides = {row["side"]: row for row in asked(tables).found.more["sides"].to_pylist()}

    assert sides["marketing"]["sourced"] == 100_01 + 99_00
    assert sides["marketing"]["influenced"] == 100_01 + 99_00
    assert sides["sales"]["sourced"] == 0
    assert sides["sales"]["influenced"] == 100_01


def test_the_agreement_says_which_models_and_whose_touches(facts: Facts) -> None:
    terms = agreement(
        primary="last",
        also="[linear]",
        sides="[marketing]",
        exclude="\"channel = 'event'\"",
        **LOOKBACK,
    )
    result = read(facts, "credit", setting(terms))

    assert [each["model"] for each in result.found.more["models"].to_pylist()] == ["last", "linear"]
    assert earned(result, "last") == {
        "webinar": 100_01,
        # an exclusion that speaks of events alone lets opened mails and machines earn
        "email": 99_00,
        "display": 50_00,
    }


def test_a_touch_in_the_time_of_two_opportunities_is_parted_by_what_they_are_worth(
    tmp_path: Path,
) -> None:
    made = tell(
        tmp_path,
        {
            "account": [{"source_id": "acme", "at": day(-100)}],
            "contact": people(ann="acme"),
            "opportunity": [sold("o1", 40, 60, 300_00), sold("o2", 50, 80, 100_00)],
            "touch": [
                touch("both", "ann", 45, "search"),
                touch("first", "ann", 46, "sales", kind="sdr_call", opportunity_id="crm:o1"),
                touch("second", "ann", 70, "event", kind="event_visit"),
            ],
        },
    )
    with engine.open(made.lake.path) as opened:
        found = earned(read(opened, "credit", setting(), model="linear"), "linear")

    # of o1 the search is 3/4 of a touch beside one: 3/7; of o2 it is 1/4 beside one: 1/5
    assert found == {"search": 128_57 + 20_00, "sales": 171_43, "event": 80_00}


def test_content_for_a_product_belongs_to_the_opportunity_about_it(tmp_path: Path) -> None:
    made = tell(
        tmp_path,
        {
            "account": [{"source_id": "acme", "at": day(-100)}],
            "contact": people(ann="acme"),
            "product": [{"source_id": name, "at": day(-100), "name": name} for name in ("X", "Y")],
            "content_asset": [
                {"source_id": "paper", "at": day(0), "title": "On Y", "products": ["Y"]}
            ],
            "opportunity": [
                sold("o1", 40, 60, 300_00, product_id="crm:X"),
                sold("o2", 50, 80, 100_00, product_id="crm:Y"),
            ],
            "touch": [
                touch("a", "ann", 45, "web", kind="content_download", content_asset_id="crm:paper")
            ],
        },
    )
    with engine.open(made.lake.path) as opened:
        found = earned(read(opened, "credit", setting(), model="linear"), "linear")

    assert found == {"web": 100_00, "unattributed": 300_00}


def test_touches_of_one_instant_are_in_the_order_of_their_ids(tmp_path: Path) -> None:
    made = tell(
        tmp_path,
        {
            "account": [{"source_id": "acme", "at": day(-100)}],
            "contact": people(ann="acme"),
            "opportunity": [sold("o1", 40, 60, 100_00)],
            "touch": [
                touch("b", "ann", 45, "second"),
                touch("a", "ann", 45, "first", kind="chat"),
                touch("c", "ann", 45, "third", kind="form_submit"),
            ],
        },
    )
    with engine.open(made.lake.path) as opened:
        result = read(opened, "credit", setting())

    assert earned(result, "first") == {"first": 100_00}
    assert earned(result, "last") == {"third": 100_00}


def test_a_model_that_nobody_knows_is_refused(tables: Tables) -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(tables, model="w_shape")
    assert refused.value.code == "credit.no_such_model"


def test_nothing_booked_is_said(tables: Tables) -> None:
    result = asked(tables, period="2026-02")

    assert result.sentence == "Nothing was booked in 2026-02."
    assert result.headline is None


def test_intervals_hold_the_share_and_come_out_alike(tables: Tables) -> None:
    first, again = (asked(tables).table for _ in range(2))

    assert first.equals(again)
    for row in first.to_pylist():
        if row["share_low"] is not None:
            assert row["share_low"] <= row["share"] <= row["share_high"]


def test_a_journey_without_an_opportunity_counts_once_it_is_over(tmp_path: Path) -> None:
    """Two people of companies that bought nothing: the older journey is over, the younger may still."""
    made = tell(
        tmp_path,
        {
            "account": [{"source_id": name, "at": day(-100)} for name in ("acme", "bolt", "calm")],
            "contact": people(ann="acme", ben="bolt", cat="calm"),
            "opportunity": [sold("o1", 40, 60, 100_00)],
            "touch": [
                touch("a", "ann", 45, "web"),
                touch("b", "ben", 10, "web"),
                touch("c", "cat", 350, "web"),
            ],
        },
    )
    of = setting(as_of=day(365) + timedelta(hours=1))
    with engine.open(made.lake.path) as opened:
        notes = read(opened, "credit", of).found.notes

    assert any("1 won, 0 lost and 1 without an opportunity" in note for note in notes)


def test_bookings_come_in_one_order(facts: Facts, tables: Tables) -> None:
    """Engines hand rows over as they please, and sums of floats depend on it."""
    rows = tables["earned"].to_pylist()

    assert rows == sorted(rows, key=lambda row: (row["month"], row["source"], row["segment"]))
    ground = Ground(facts, setting())
    again = {each.name: facts.arrow(each.measure(ground)) for each in READING.sums}
    assert again["earned"].equals(tables["earned"])
