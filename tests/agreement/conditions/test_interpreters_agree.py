"""One condition, three answers: of the record's interpreter, of the table's, and of DuckDB itself.

DuckDB is asked the text as it was written, so nothing of ours stands between it and its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from ibis.backends.duckdb import Backend

from revloop.agreement.conditions import compile_for_records, expression, parse
from revloop.agreement.conditions.record import lowered, uppered
from revloop.facts.vocabulary import Type
from revloop.kit.money import Money

from .random_conditions import WORDS, conditions, plain_conditions, records

Answers = list[bool | None]

_COLUMNS = {
    Type.TEXT: pa.string(),
    Type.INTEGER: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.BOOLEAN: pa.bool_(),
    Type.INSTANT: pa.timestamp("us", "UTC"),
    Type.SCORE: pa.float64(),
}
few = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
fewer = settings(few, max_examples=150)
many = settings(few, max_examples=3_000)


class Asked:
    """The same records for all three."""

    def __init__(self, rows: Sequence[dict[str, Any]], *without: str) -> None:
        self.rows = rows
        self.connection: Backend = ibis.duckdb.connect()
        table = table_of(rows).drop_columns(list(without))
        self.table = self.connection.create_table("records", table)

    def one_by_one(self, text: str) -> Answers:
        condition = compile_for_records(parse(text, WORDS))
        return [condition(row) for row in self.rows]

    def as_a_table(self, text: str) -> Answers:
        columns = {name: self.table[name] for name in self.table.columns}
        answer = expression(parse(text, WORDS), columns)
        return first_column(self.table.select(answer=answer).to_pyarrow())

    def of_duckdb(self, text: str) -> Answers:
        query = f"select ({text}) from records"  # noqa: S608 - the text is the point
        answer = self.connection.con.execute(query)
        return first_column(answer.to_arrow_table())


def table_of(rows: Sequence[dict[str, Any]]) -> pa.Table:
    columns: dict[str, Any] = {}
    for name, word in WORDS.items():
        values = [row.get(name) for row in rows]
        if word.type is Type.MONEY:
            columns[f"{name}_minor"] = pa.array([v and v.minor for v in values], pa.int64())
            columns[f"{name}_currency"] = pa.array([v and v.currency for v in values], pa.string())
        else:
            columns[name] = pa.array(values, _COLUMNS[word.type])
        if word.type is Type.SCORE:
            upper = [row.get(f"{name}_upper") for row in rows]
            columns[f"{name}_upper"] = pa.array(upper, pa.float64())
    return pa.table(columns)


def first_column(table: pa.Table) -> Answers:
    answers: Answers = table.column(0).to_pylist()
    return answers


def differences(asked: Asked, one: Answers, other: Answers) -> list[tuple[Any, ...]]:
    return [
        (row, mine, theirs)
        for row, mine, theirs in zip(asked.rows, one, other, strict=True)
        if mine is not theirs
    ][:3]


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked(records(400, seed=1))


@pytest.fixture(scope="module")
def asked_in_part() -> Asked:
    """Half of the words have no column, and no record knows them."""
    missing = ["country", "locations", "discount", "is_target", "replied_at", "budget"]
    missing += ["interest", "interest_upper", "fit_upper"]
    known = [
        {name: value for name, value in row.items() if name not in missing}
        for row in records(100, seed=2)
    ]
    missing.remove("budget")
    return Asked(known, *missing, "budget_minor", "budget_currency")


def check_all_three(asked: Asked, text: str) -> None:
    one_by_one = asked.one_by_one(text)

    assert differences(asked, one_by_one, asked.as_a_table(text)) == []
    assert differences(asked, one_by_one, asked.of_duckdb(text)) == []


@given(plain_conditions)
@few
def test_a_record_a_table_and_duckdb_itself_give_one_answer(asked: Asked, text: str) -> None:
    check_all_three(asked, text)


@given(conditions)
@fewer
def test_a_record_and_a_table_agree_about_money_and_scores(asked: Asked, text: str) -> None:
    assert differences(asked, asked.one_by_one(text), asked.as_a_table(text)) == []


@given(conditions)
@fewer
def test_a_record_and_a_table_agree_where_words_are_missing(
    asked_in_part: Asked, text: str
) -> None:
    one_by_one = asked_in_part.one_by_one(text)

    assert differences(asked_in_part, one_by_one, asked_in_part.as_a_table(text)) == []


@pytest.mark.slow
@given(plain_conditions)
@many
def test_many_more_conditions_get_one_answer(asked: Asked, text: str) -> None:
    check_all_three(asked, text)


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("", ("",), ("a",)),
        ("%", ("", "a", "a\nb", "\0"), ()),
        ("%%", ("", "a", "ab"), ()),
        ("_", ("a", "%", "_", "😀", "\n", "İ"), ("", "ab", "e\u0301")),
        ("e_", ("e\u0301", "ee"), ("é", "e")),
        ("%_", ("a", "ab"), ("",)),
        ("_%_", ("ab", "abc"), ("", "a")),
        ("a%a", ("aa", "aba", "a%a"), ("a", "ab", "AA")),
        ("a%_a", ("aba", "abba"), ("aa", "a")),
        ("%aa%aa%", ("aaaa", "baabaab"), ("aaa",)),
        ("%ab%ab%", ("abab", "xabyabz"), ("ab", "aab", "abb")),
        ("%a_c%a_c", ("abcadc", "acaabcaxc"), ("abc", "abcadcx", "a_bc")),
        ("ab%bc", ("abbc", "abxbc"), ("abc",)),
        (".*", (".*",), ("", "a", "ab")),
        ("[a]", ("[a]",), ("a",)),
        ("100%", ("100", "100%"), ("10", "1")),
    ],
)
def test_like_matches_character_by_character(
    pattern: str, matching: tuple[str, ...], others: tuple[str, ...]
) -> None:
    asked = Asked([{"title": text} for text in (*matching, *others)])
    text = f"title like '{pattern}'"

    expected = [True] * len(matching) + [False] * len(others)
    assert asked.one_by_one(text) == expected
    assert asked.as_a_table(text) == expected
    assert asked.of_duckdb(text) == expected


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("straße", ("STRAẞE", "Straße"), ("STRASSE", "strasse")),
        ("İ%", ("İstanbul", "Istanbul", "izmir"), ("\u0131sparta",)),
        ("%ΟΣ", ("ΝΙΚΟΣ", "νικο\u03c3"), ("νικος",)),
        ("i%", ("İstanbul", "Istanbul", "izmir"), ("\u0131sparta",)),
        ("%\u03c3", ("ΝΙΚΟΣ", "νικο\u03c3"), ("νικος",)),
        ("%ς", ("νικος",), ("ΝΙΚΟΣ",)),
        ("s", ("S", "s"), ("\u017f",)),
        ("k", ("K", "k", "\u212a"), ("ĸ",)),
        ("É_", ("éa", "Éb"), ("e\u0301", "é")),
        ("ᾼ", ("ᾳ", "ᾼ"), ("\u03b1\u03b9",)),
    ],
)
def test_ilike_knows_each_letter_by_itself(
    pattern: str, matching: tuple[str, ...], others: tuple[str, ...]
) -> None:
    asked = Asked([{"title": text} for text in (*matching, *others)])
    text = f"title ilike '{pattern}'"

    expected = [True] * len(matching) + [False] * len(others)
    assert asked.one_by_one(text) == expected
    assert asked.as_a_table(text) == expected
    assert asked.of_duckdb(text) == expected


def test_every_letter_has_the_same_case_in_a_record_as_in_duckdb() -> None:
    # Python 3.11 to 3.13 and DuckDB 1.5 know other versions of Unicode, and the same letters.
    letters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code <= 0xDFFF]
    connection = duckdb.connect()
    connection.register("letters", pa.table({"letter": letters}))
    rows = connection.execute("select letter, lower(letter), upper(letter) from letters").fetchall()

    assert len(rows) == len(letters)
    assert [letter for letter, lower, _ in rows if lowered(letter) != lower] == []
    assert [letter for letter, _, upper in rows if uppered(letter) != upper] == []


@pytest.mark.parametrize("word", ["ΑΣ", "ΑΣ.", "ΑΣ ΔΣ", "Σ", "ΑİΣ", "ﬁßᾳŉ", "straße ΐ"])
def test_the_letters_beside_a_letter_do_not_change_its_case(word: str) -> None:
    answer = duckdb.execute("select lower($1), upper($1)", [word]).fetchone()

    assert (lowered(word), uppered(word)) == answer


@pytest.mark.parametrize(
    ("employees", "duration", "equal"),
    [
        (2**53, 2.0**53, True),
        (2**53 + 1, 2.0**53, True),  # no float lies between: both become 2.0**53
        (2**53 + 3, 2.0**53, False),
        (2**63 - 1, 2.0**63, True),
    ],
)
def test_a_whole_number_meets_a_float_as_a_float(
    employees: int, duration: float, *, equal: bool
) -> None:
    asked = Asked([{"employees": employees, "duration": duration}])

    assert asked.one_by_one("employees = duration") == [equal]
    assert asked.as_a_table("employees = duration") == [equal]
    assert asked.of_duckdb("employees = duration") == [equal]
    assert asked.one_by_one("duration >= employees") == [equal]


def test_a_decimal_fraction_equals_the_float_that_is_nearest_to_it() -> None:
    asked = Asked([{"discount": 0.3}, {"discount": 0.1 + 0.2}, {"discount": 0.123456789012345}])

    for text, expected in {
        "discount = 0.3": [True, False, False],
        "discount in (0.30, 7)": [True, False, False],
        "discount > 0.3": [False, True, False],
        "discount = 0.123456789012345": [False, False, True],
    }.items():
        assert asked.one_by_one(text) == expected
        assert asked.as_a_table(text) == expected
        assert asked.of_duckdb(text) == expected


def test_an_instant_is_compared_as_an_instant_whatever_its_offset() -> None:
    noon = datetime.fromisoformat("2026-07-01T12:00:00+00:00")
    asked = Asked([{"raised_at": noon}, {"raised_at": noon.astimezone(ZoneInfo("Asia/Tokyo"))}])

    for text in (
        "raised_at = '2026-07-01T08:00:00-04:00'",
        "raised_at in ('2026-07-01T21:00:00+09:00')",
        "raised_at between '2026-07-01T12:00:00Z' and '2026-07-01T12:00Z'",
    ):
        assert asked.one_by_one(text) == [True, True]
        assert asked.as_a_table(text) == [True, True]


USD_1, USD_2, EUR_1 = Money(100, "USD"), Money(200, "USD"), Money(100, "EUR")


@pytest.mark.parametrize(
    ("text", "of_1_usd", "of_2_usd", "of_1_eur"),
    [
        ("amount = '1 USD'", True, False, None),
        ("amount != '1 USD'", False, True, None),
        ("amount < '2 USD'", True, False, None),
        ("'1.50 USD' >= amount", True, False, None),
        ("amount between '0.01 USD' and '1 USD'", True, False, None),
        ("amount in ('1 USD', '3 USD')", True, False, None),
        # Two dollars are not one dollar, but whether they are one euro nobody knows.
        ("amount in ('1 USD', '1 EUR')", True, None, True),
        ("not amount in ('1 USD', '1 EUR')", False, None, False),
        ("amount = budget", False, True, None),
        ("amount < budget", True, False, None),
        ("amount is null", False, False, False),
    ],
)
def test_amounts_in_another_currency_are_not_comparable(
    text: str, *, of_1_usd: bool | None, of_2_usd: bool | None, of_1_eur: bool | None
) -> None:
    asked = Asked([{"amount": each, "budget": USD_2} for each in (USD_1, USD_2, EUR_1, None)])

    unknown = True if text == "amount is null" else None
    assert asked.one_by_one(text) == [of_1_usd, of_2_usd, of_1_eur, unknown]
    assert asked.as_a_table(text) == [of_1_usd, of_2_usd, of_1_eur, unknown]


BOUNDS = [(low, high) for low in range(6) for high in range(low, 6)]


def within(low: int, high: int) -> list[float]:
    """Enough values between the bounds: each end, and one on either side of each whole number."""
    return [low + step / 2 for step in range(2 * (high - low) + 1)]


def answer_for(values: list[bool]) -> bool | None:
    return True if all(values) else None if any(values) else False


SCORE_TESTS: dict[str, Callable[[float], bool]] = {
    "fit = 3": lambda fit: fit == 3,
    "fit != 3": lambda fit: fit != 3,
    "fit < 3": lambda fit: fit < 3,
    "fit <= 3": lambda fit: fit <= 3,
    "fit > 3": lambda fit: fit > 3,
    "3 > fit": lambda fit: fit < 3,
    "fit >= 3": lambda fit: fit >= 3,
    "fit between 2 and 3": lambda fit: 2 <= fit <= 3,
    "fit between 3 and 3": lambda fit: fit == 3,
    "not fit >= 3": lambda fit: not fit >= 3,
}


@pytest.mark.parametrize("text", SCORE_TESTS)
def test_a_score_answers_if_all_values_within_its_bounds_answer_alike(text: str) -> None:
    asked = Asked([{"fit": low, "fit_upper": high} for low, high in BOUNDS])

    expected = [
        answer_for([SCORE_TESTS[text](fit) for fit in within(low, high)]) for low, high in BOUNDS
    ]
    assert {True, False, None} == set(expected)
    assert asked.one_by_one(text) == expected
    assert asked.as_a_table(text) == expected


@pytest.mark.parametrize("text", SCORE_TESTS)
def test_a_score_without_both_bounds_is_unknown(text: str) -> None:
    asked = Asked([{"fit": fit, "fit_upper": upper} for fit, upper in ((None, 1.0), (5.0, None))])

    assert asked.one_by_one(text) == [None, None]
    assert asked.as_a_table(text) == [None, None]


def test_a_score_without_a_column_for_its_upper_bound_is_known_exactly() -> None:
    asked = Asked([{"fit": 2.0}, {"fit": 3.0}, {"fit": None}], "fit_upper")

    for text, expected in {
        "fit >= 3": [False, True, None],
        "fit is null": [False, False, True],
    }.items():
        assert asked.one_by_one(text) == expected
        assert asked.as_a_table(text) == expected


def test_a_score_known_only_within_bounds_is_null() -> None:
    bounds = ((2.0, 2.0), (2.0, 3.0), (None, None), (None, 3.0), (2.0, None))
    asked = Asked([{"fit": low, "fit_upper": high} for low, high in bounds])

    assert asked.one_by_one("fit is null") == [False, True, True, True, True]
    assert asked.as_a_table("fit is null") == [False, True, True, True, True]


@pytest.mark.parametrize(
    "text",
    [
        "title = 'a'",
        "title != country",
        "title ilike 'a%'",
        "lower(title) in ('a')",
        "length(title) > employees",
        "employees between 1 and 2",
        "duration in (1, 2.5)",
        "is_customer",
        "raised_at > '2026-07-01T00:00:00Z'",
        "amount > '1 USD'",
        "amount in ('1 USD', '1 EUR')",
        "amount = budget",
        "fit >= 3",
        "fit between 2 and 3",
    ],
)
def test_a_word_without_a_column_is_unknown_in_every_row(text: str) -> None:
    rows = ibis.memtable(pa.table({"row": [1, 2]}))
    answer = expression(parse(text, WORDS), {})

    assert first_column(rows.select(answer=answer).to_pyarrow()) == [None, None]
    assert compile_for_records(parse(text, WORDS))({}) is None


@pytest.mark.parametrize(
    "text",
    [
        " or ".join(f"employees = {each}" for each in range(199)),
        " and ".join(f"not employees = {each}" for each in range(1, 100)),
        "(" * 20 + "employees = 0" + ")" * 20,
        "not (" * 10 + "employees = 0" + ")" * 10,
        "lower(" * 20 + "title" + ")" * 20 + " = 'a'",
        f"employees in ({', '.join(map(str, range(250)))})",
    ],
    ids=["many or", "many and", "parentheses", "nots", "functions", "a long list"],
)
def test_the_largest_conditions_are_answered_too(text: str) -> None:
    asked = Asked([{"employees": 0, "title": "A"}])

    assert asked.one_by_one(text) == [True]
    assert asked.as_a_table(text) == [True]
    assert asked.of_duckdb(text) == [True]
