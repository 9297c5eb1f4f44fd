"""From the text of a cell to a value: each reader with what exports write, all in one query."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ibis
import pyarrow as pa
import pytest

from revloop.sources import values
from revloop.sources.protocol import Settings

from ..crm.exports import at, engine

UTC = Settings("x")


def table(texts: Sequence[str | None], type_: Any = None) -> Any:
    made = pa.table({"cell": pa.array(texts, type_ or pa.string())})
    return engine().create_table(ibis.util.gen_name("cells"), made, temp=True)


def read(
    texts: Sequence[Any], how: Callable[[Any], Any], type_: Any = None
) -> dict[Any, tuple[Any, str | None]]:
    """By the text, what the reader makes of it: the value and the problem."""
    rows = table(texts, type_)
    found = how(rows["cell"])
    made = rows.select(cell=rows["cell"], value=found.value, problem=found.problem)
    return {
        each["cell"]: (each["value"], each["problem"])
        for each in engine().to_pyarrow(made).to_pylist()
    }


def understood(expected: Mapping[Any, Any], how: Callable[[Any], Any]) -> None:
    """Every text is what is expected of it, and none is a problem."""
    assert read(list(expected), how) == {text: (value, None) for text, value in expected.items()}


def refused(expected: Mapping[str, str], how: Callable[[Any], Any]) -> None:
    """Every text is unknown, for the reason that is expected."""
    assert read(list(expected), how) == {
        text: (None, f"cell: '{text}' {reason}") for text, reason in expected.items()
    }


UNKNOWN = (
    "Select",
    "N/A",
    "n/a",
    "-",
    "(blank)",
    "",
    "  ",
    "NULL",
    "None",
    "#N/A",
    "(not set)",
)


@pytest.mark.parametrize(
    "how",
    [
        values.text,
        values.number,
        values.whole,
        values.boolean,
        lambda cell: values.instant(cell, UTC),
        lambda cell: values.day(cell, UTC),
        values.country,
        values.domain,
        lambda cell: values.one_of(cell, {}, ("a",)),
    ],
)
def test_words_for_nothing_are_unknown_and_no_problem(how: Callable[[Any], Any]) -> None:
    understood(dict.fromkeys((*UNKNOWN, None)), how)


def test_which_words_stand_for_nothing_may_be_told() -> None:
    told = ("nix",)
    understood(
        {"Select": "Select", "NA": "NA", "nix": None, "Nix ": None},
        lambda cell: values.text(cell, told),
    )


class TestNumbers:
    def test_with_a_decimal_point(self) -> None:
        understood(
            {
                "1234.5": 1234.5,
                "1,234.5": 1234.5,
                "1 234.5": 1234.5,
                "1'234.50": 1234.5,
                "-3": -3.0,
                "(3.5)": -3.5,
                "3-": -3.0,
                "\u22127": -7.0,
                "$1,200": 1200.0,
                "1.5e3": 1500.0,
                ".5": 0.5,
            },
            values.number,
        )

    def test_with_a_decimal_comma(self) -> None:
        understood(
            {"1.234,5": 1234.5, "1234,50": 1234.5, "1\u00a0234,5 €": 1234.5, "12": 12.0},
            lambda cell: values.number(cell, decimal_comma=True),
        )

    def test_what_could_be_either_asks(self) -> None:
        refused(
            {
                "1.234": "may have thousands or decimals: say decimal_comma",
                "2,345": "may have thousands or decimals: say decimal_comma",
            },
            lambda cell: values.number(cell, None),
        )
        understood(
            {"1.234,5": 1234.5, "1,234.5": 1234.5, "12.5": 12.5, "0,5": 0.5},
            lambda cell: values.number(cell, None),
        )

    def test_what_is_none_is_a_problem(self) -> None:
        refused(
            dict.fromkeys(("much", "12 apples", "1.2.3", "45%", "1,2,3"), "is not a number"),
            values.number,
        )

    def test_percents_are_shares_where_they_are_meant(self) -> None:
        understood(
            {"45": 0.45, "45%": 0.45, "45 %": 0.45, "0": 0.0},
            lambda cell: values.number(cell, percent=True),
        )

    def test_whole_numbers(self) -> None:
        understood({"12": 12, "12.0": 12, "1,234": 1234}, values.whole)
        refused({"12.5": "is not a whole number", "many": "is not a number"}, values.whole)


def amounts(texts: Sequence[str], currency: str | None, **how: Any) -> dict[str, Any]:
    rows = table(texts)
    found = values.money(rows["cell"], currency, **how)
    made = rows.select("cell", minor=found.minor, currency=found.currency, problem=found.problem)
    return {
        each["cell"]: (each["minor"], each["currency"]) if not each["problem"] else each["problem"]
        for each in engine().to_pyarrow(made).to_pylist()
    }


class TestMoney:
    def test_it_is_counted_in_the_minor_units_of_its_currency(self) -> None:
        texts = ["1234.5", "€12.30", "12.30 GBP", "JPY 1200", "KWD 1.234", "0.1"]
        assert amounts(texts, "USD") == {
            "1234.5": (123_450, "USD"),
            "€12.30": (1_230, "EUR"),
            "12.30 GBP": (1_230, "GBP"),
            "JPY 1200": (1_200, "JPY"),
            "KWD 1.234": (1_234, "KWD"),
            "0.1": (10, "USD"),
        }

    def test_a_currency_that_nobody_told_is_no_guess(self) -> None:
        assert amounts(["12", "$12", "12 €"], None) == {
            "12": "cell: '12' has no currency, and none is told",
            "$12": "cell: '$12' has no currency, and none is told",
            "12 €": (1_200, "EUR"),
        }

    def test_a_column_may_count_millions(self) -> None:
        assert amounts(["1100.04"], "USD", times=1_000_000) == {"1100.04": (110_004_000_000, "USD")}

    def test_no_amount_is_as_large_as_this(self) -> None:
        assert amounts(["1e17"], "USD") == {
            "1e17": "cell: '1e17' is larger than any amount of money"
        }


def moments(texts: Sequence[str], settings: Settings = UTC, **how: Any) -> dict[str, Any]:
    found = read(texts, lambda cell: values.instant(cell, settings, **how))
    return {text: problem or (value and at(value)) for text, (value, problem) in found.items()}


class TestMoments:
    def test_forms_that_can_be_only_one_thing(self) -> None:
        nine = (
            "2024-03-01T09:00:00Z",
            "2024-03-01 09:00:00.000",
            "2024-03-01T10:00:00+0100",
            "2024-03-01T04:00:00-05:00",
            "2024/03/01 09:00",
            "20240301T090000",
            "1709283600",
            "1709283600000",
            "1709283600000000",
            "Mar 1, 2024 9:00 AM",
            "1 March 2024 09:00",
            "01.03.2024 09:00",
            "Fri, 1 Mar 2024 09:00:00 GMT",
        )
        assert moments(nine) == dict.fromkeys(nine, "2024-03-01 09:00:00")

    def test_a_day_and_a_month_that_may_be_exchanged_ask(self) -> None:
        asks = "may be day-month or month-day: say day_first"
        assert moments(["03/04/2024", "13/04/2024", "04/13/2024", "04/04/2024"]) == {
            "03/04/2024": f"cell: '03/04/2024' {asks}",
            "13/04/2024": "2024-04-13 00:00:00",
            "04/13/2024": "2024-04-13 00:00:00",
            "04/04/2024": "2024-04-04 00:00:00",
        }

    def test_the_order_may_be_told(self) -> None:
        assert moments(["03/04/2024"], day_first=True) == {"03/04/2024": "2024-04-03 00:00:00"}
        assert moments(["03/04/2024"], day_first=False) == {"03/04/2024": "2024-03-04 00:00:00"}
        told = Settings("x", day_first=True)
        assert moments(["03/04/2024 3:15 PM"], told) == {
            "03/04/2024 3:15 PM": "2024-04-03 15:15:00"
        }
        assert moments(["12/04/2024 12:15 am"], told) == {
            "12/04/2024 12:15 am": "2024-04-12 00:15:00"
        }

    def test_years_of_two_digits_are_read_only_where_they_are_meant(self) -> None:
        assert moments(["01.03.24"])["01.03.24"] == (
            "cell: '01.03.24' has a year of two digits: say two_digit_years"
        )
        assert moments(["01.03.24", "01.03.71"], two_digit_years=True) == {
            "01.03.24": "2024-03-01 00:00:00",
            "01.03.71": "1971-03-01 00:00:00",
        }

    def test_days_that_do_not_exist_are_a_problem(self) -> None:
        strange = ("2024-02-30", "2024-13-01", "2024-03-01 25:00", "soon", "Mai 2024")
        assert moments(strange) == {text: f"cell: '{text}' is not a date" for text in strange}

    def test_marks_of_an_open_end_are_unknown(self) -> None:
        open_end = ("9999-12-31", "9999-12-31 23:59:59", "1900-01-01", "0001-01-01")
        assert moments(open_end) == dict.fromkeys(open_end)

    def test_time_without_a_zone_is_that_of_the_company(self) -> None:
        berlin = Settings("x", "Europe/Berlin")
        assert moments(
            [
                "2024-01-01 09:00",
                "2024-07-01 09:00",
                "2024-03-31 02:30",  # the clock skips it: forward by the gap
                "2024-10-27 02:30",  # the clock shows it twice: the first
                "2024-07-01T09:00:00Z",
            ],
            berlin,
        ) == {
            "2024-01-01 09:00": "2024-01-01 08:00:00",
            "2024-07-01 09:00": "2024-07-01 07:00:00",
            "2024-03-31 02:30": "2024-03-31 01:30:00",
            "2024-10-27 02:30": "2024-10-27 00:30:00",
            "2024-07-01T09:00:00Z": "2024-07-01 09:00:00",
        }

    def test_a_moment_falls_on_a_day_of_the_company(self) -> None:
        tokyo = Settings("x", "Asia/Tokyo")
        found = read(
            ["2024-03-01T20:00:00Z", "2024-03-01 20:00"], lambda cell: values.day(cell, tokyo)
        )
        assert {text: str(value) for text, (value, _) in found.items()} == {
            "2024-03-01T20:00:00Z": "2024-03-02",
            "2024-03-01 20:00": "2024-03-01",
        }


def test_countries_by_code_and_by_name() -> None:
    understood(
        {
            "DE": "DE",
            "deu": "DE",
            "Germany": "DE",
            "Deutschland": "DE",
            "U.S.A.": "US",
            "United States of America": "US",
            "the Netherlands": "NL",
            "Philipines": "PH",
            "Côte d'Ivoire": "CI",
        },
        values.country,
    )
    rows = table(["Atlantis", "DE", None])
    found = values.country(rows["cell"])
    assert found.not_understood is not None
    told = engine().to_pyarrow(rows.select(strange=found.not_understood)).to_pylist()
    assert [each["strange"] for each in told] == ["Atlantis", None, None]


def test_domains_of_whatever_holds_one() -> None:
    understood(
        {
            "https://www.Acme.com/about?x=1": "acme.com",
            "acme.com": "acme.com",
            "WWW.ACME.CO.UK": "acme.co.uk",
            "http://shop.acme.com:8080/": "shop.acme.com",
        },
        values.domain,
    )


class TestWords:
    def test_yes_and_no_in_some_languages(self) -> None:
        understood(
            {
                "TRUE": True,
                "yes": True,
                "1": True,
                "ja": True,
                "No": False,
                "0": False,
                "faux": False,
            },
            values.boolean,
        )
        refused({"maybe": "is neither yes nor no"}, values.boolean)

    def test_a_closed_list(self) -> None:
        meanings = {"Neugeschäft": "new", "weg": ""}
        understood(
            {"new": "new", "NEW": "new", "neugeschäft": "new", "weg": None},
            lambda cell: values.one_of(cell, meanings, ("new", "renewal")),
        )
        refused(
            {"other": "is not one of new, renewal"},
            lambda cell: values.one_of(cell, meanings, ("new", "renewal")),
        )
        understood(
            {"other": None},
            lambda cell: values.one_of(cell, {}, ("new",), otherwise="unknown"),
        )
        understood(
            {"other": "other"}, lambda cell: values.one_of(cell, {}, ("new",), otherwise="keep")
        )

    def test_a_word_with_a_meaning_is_never_unknown(self) -> None:
        understood({"None": "nothing"}, lambda cell: values.one_of(cell, {"None": "nothing"}))

    def test_lists_in_one_cell(self) -> None:
        understood({"a; b;;c ": ["a", "b", "c"], ";": None, "n/a": None}, values.texts)


def test_an_id_made_of_a_row_depends_on_what_it_says_alone() -> None:
    rows = table([" a ", "a", "b", None])
    made = rows.select(
        cell=rows["cell"],
        one=values.row_hash(rows["cell"]),
        two=values.row_hash(rows["cell"], rows["cell"]),
    )
    hashed = [(each["one"], each["two"]) for each in engine().to_pyarrow(made).to_pylist()]
    assert hashed[0] == hashed[1]
    assert len(set(hashed)) == 3
    assert all(len(one) == len(two) == 20 and one != two for one, two in hashed)


def test_what_a_file_has_typed_already_is_taken_as_it_is() -> None:
    assert read([1.5, None], values.number, pa.float64()) == {1.5: (1.5, None), None: (None, None)}
    assert read([True], values.boolean, pa.bool_()) == {True: (True, None)}
    assert read([123.0], values.text, pa.float64()) == {123.0: ("123", None)}, "an id of a workbook"


class TestColumnsAsAWhole:
    def test_a_column_decides_the_order_of_its_dates(self) -> None:
        rows = table(["03/04/2024", "25/04/2024"])
        assert values.traits(rows, ["cell"])["cell"].day_first is True
        rows = table(["03/04/2024", "04/25/2024"])
        assert values.traits(rows, ["cell"])["cell"].day_first is False
        rows = table(["03/04/2024", "04/05/2024"])
        assert values.traits(rows, ["cell"])["cell"].has_unclear_dates
        rows = table(["25/04/2024", "04/25/2024"])
        assert values.traits(rows, ["cell"])["cell"].day_first is None

    def test_a_column_decides_its_decimal_sign(self) -> None:
        assert values.traits(table(["1.234", "1.234,5"]), ["cell"])["cell"].decimal_comma is True
        assert values.traits(table(["1,234", "1,234.5"]), ["cell"])["cell"].decimal_comma is False
        assert values.traits(table(["1.234", "2.345"]), ["cell"])["cell"].has_unclear_numbers

    def test_it_is_counted_what_is_unknown_and_what_is_unique(self) -> None:
        found = values.traits(table(["a", "b", "Select", None]), ["cell"])["cell"]
        assert (found.rows, found.unknown, found.distinct, found.words) == (4, 2, 2, ("a", "b"))
        assert not found.is_unique
        assert values.traits(table(["a", "b"]), ["cell"])["cell"].is_unique
