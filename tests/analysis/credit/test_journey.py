"""One journey, told touch by touch from the rows behind credit."""

from __future__ import annotations

from typing import Any

from revloop.agreement.terms.credit_models import MARKOV, MARKS
from revloop.analysis.credit.journey import journey

from .story import day, setting

LEAD = 1 << MARKS.index("lead")


def row(place: int, channel: str, age: float, **more: Any) -> dict[str, Any]:
    told = {"place": place, "channel": channel, "age": age, "marks": 0, "part": 1.0}
    told |= {"touched_at": day(100 - age), "kind": "page_view", "side": "marketing"}
    return {**told, "booked": 100_01, **more}


ROWS = [
    row(2, "sales", 0.0, side="sales", kind="meeting_held"),
    row(0, "search", 90.0),
    row(1, "webinar", 40.0, marks=LEAD),
]


def test_every_model_shares_out_what_was_booked_to_the_cent() -> None:
    told = journey(ROWS, setting())

    assert told is not None
    assert told.booked == 100_01
    assert {sum(earned) for earned in told.earned.values()} == {100_01}
    assert told.earned["first"] == [100_01, 0, 0]
    # 100.01 by three is 33.33 and two cents, which go to the first of equal remainders.
    assert told.earned["linear"] == [33_34, 33_34, 33_33]
    assert MARKOV not in told.earned


def test_touches_come_in_their_order_with_what_they_hold() -> None:
    told = journey(ROWS, setting())

    assert told is not None
    assert told.table["channel"].to_pylist() == ["search", "webinar", "sales"]
    assert told.table["holds"].to_pylist() == ["", "made the lead", ""]
    assert told.sentence == "100\u202fUSD, after 3 touches over 3 channels in 90 days."


def test_two_bookings_of_one_opportunity_are_one_journey() -> None:
    again = [{**each, "booked": 50_00} for each in ROWS]

    told = journey([*ROWS, *again], setting())

    assert told is not None
    assert (told.booked, len(told.touches)) == (150_01, 3)


def test_a_notebook_shows_it_as_a_table_and_on_a_line_of_time() -> None:
    told = journey([row(0, "<b>", 5.0)], setting())

    assert told is not None
    assert "First touch, USD" in told._repr_html_()
    assert "<b>" not in told._repr_html_()
    assert told.chart().to_dict()["width"] == 560


def test_without_a_touch_there_is_no_journey() -> None:
    assert journey([], setting()) is None
