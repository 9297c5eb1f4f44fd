"""A table, and a whole reading, as a notebook shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from revloop.analysis import registry
from revloop.analysis.ground import Setting
from revloop.analysis.reading import (
    Asked,
    Column,
    Excluded,
    Found,
    Headline,
    Reading,
    Result,
    concluded,
)
from revloop.analysis.revenue.laying import NUMBER, TEXT, WHOLE, col, laid
from revloop.analysis.sheet import Sheet, explained
from revloop.kit.errors import InvalidInput

AT = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
COLUMNS = (
    col("credit", "what it earned", WHOLE, "minor units"),
    col("share", "of what was booked", NUMBER, "0 to 1"),
    col("share_low", "lower end", NUMBER, "0 to 1"),
    col("share_high", "upper end", NUMBER, "0 to 1"),
    col("why", "why", TEXT),
)
ROWS = [
    {"channel": "web", "credit": 1_234_567, "share": 0.257, "share_low": 0.2, "share_high": 0.314},
    {"channel": "paid_search", "credit": -5, "share": 0.0, "why": "<b>&"},
]


def table() -> pa.Table:
    return laid(ROWS, ("channel",), COLUMNS)


def reading() -> Reading:
    """The reading of credit, concluded as this table."""
    found = Found(
        table=table(),
        sentence="web earned <most>",
        headline=Headline(0.257, "0 to 1", 0.2, 0.314, x=9, n=35),
        excluded=(Excluded("have no amount & no rate", 1_200),),
        notes=("Credit is association.",),
        more={"models": laid([{"channel": "all", "credit": 100}], ("channel",), COLUMNS[:1])},
    )
    return replace(registry.reading("credit"), conclude=lambda _: found)


def result() -> Result:
    setting = Setting(AT, (), "Europe/Berlin", "EUR")
    return concluded(reading(), setting, Asked(), {}, snapshot="touch@1")


def test_money_is_in_its_currency_and_a_share_has_its_interval_beside_it() -> None:
    sheet = Sheet(table(), "EUR")

    assert sheet.heads == ["Channel", "Credit, EUR", "Share", "Why"]
    assert sheet.rows == [
        ["web", "12,345.67", "25.7\u202f% [20.0 to 31.4\u202f%]", "–"],
        ["paid search", "\N{MINUS SIGN}0.05", "0.0\u202f%", "<b>&"],
    ]


def test_a_currency_without_cents_has_none() -> None:
    assert Sheet(table(), "JPY").rows[0][1] == "1,234,567"


def test_an_unnamed_interval_belongs_to_the_column_before_it_and_a_rate_to_its_own() -> None:
    told = {"n": 3, "cost": 1.5, "low": 1.0, "high": 2.0, "win_rate": 0.5}
    told |= {"win_low": 0.25, "win_high": 0.75}

    sheet = Sheet(pa.Table.from_pylist([told]))

    assert sheet.heads == ["n", "Cost", "Win rate"]
    assert sheet.rows == [["3", "1.50 [1.00 to 2.00]", "0.50 [0.25 to 0.75]"]]


def test_a_key_is_a_name_and_a_day_is_that_of_the_company() -> None:
    told = [{"opportunity_id": 12345, "at": AT, "is_won": True, "zero": -0.0}]

    [row] = Sheet(pa.Table.from_pylist(told), zone="Europe/Berlin").rows

    # Half past eleven at night in Greenwich is the first of April in Berlin.
    assert row == ["12345", "01 Apr 2026", "yes", "0.00"]


def test_what_a_column_means_survives_a_join() -> None:
    joined = table().join(pa.table({"channel": ["web"], "side": ["marketing"]}), "channel")

    again = explained(joined, [Column("side", "the team")], [table()])

    assert "Credit, EUR" in Sheet(again, "EUR").heads
    assert again.schema.field("side").metadata == {b"means": b"the team", b"unit": b""}


def test_numbers_stand_to_the_right_and_every_text_is_escaped() -> None:
    shown = Sheet(table(), "EUR")._repr_html_()

    assert '<td style="text-align: right">12,345.67</td>' in shown
    assert '<td style="text-align: left">&lt;b&gt;&amp;</td>' in shown
    assert 'title="what it earned"' in shown
    assert "<b>" not in shown


def test_a_head_that_somebody_wrote_cannot_leave_its_attribute() -> None:
    hostile = '"><script>alert(1)</script>'
    shown = Sheet(explained(pa.table({hostile: [1]}), [Column(hostile, hostile)], []))._repr_html_()

    assert "<script>" not in shown
    assert '""' not in shown


def test_a_long_table_says_how_much_of_it_is_left() -> None:
    sheet = Sheet(pa.table({"n": list(range(1_025))}), most=5)

    assert len(sheet.rows) == 5
    assert "and 1,020 more rows" in sheet._repr_html_()
    assert repr(sheet).splitlines() == ["n", *"01234", "and 1,020 more rows"]


def test_a_reading_shows_its_answer_its_number_and_what_it_rests_on() -> None:
    shown = result()._repr_html_()

    assert "What earned what was booked?" in shown
    assert "web earned &lt;most&gt;" in shown
    assert "25.7\u202f% [20.0\u202f% to 31.4\u202f%], 9 of 35" in shown
    assert "Left out: 1,200 that have no amount &amp; no rate." in shown
    assert "Credit is association." in shown
    assert "As of 31 Mar 2026, period all that is known, no agreement." in shown
    assert "Snapshot: touch@1." in shown


def test_a_further_table_is_asked_for_by_its_name() -> None:
    found = result()

    assert found.sheet("models").rows == [["all", "1.00"]]
    assert found.sheet(found.table.slice(1), columns=["channel"]).rows == [["paid search"]]
    with pytest.raises(InvalidInput) as raised:
        found.sheet("model")
    assert raised.value.code == "reading.no_such_table"
    assert "models" in raised.value.hint
