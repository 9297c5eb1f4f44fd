"""From bytes to values: YAML 1.2's core schema, nothing else, and where each value stands."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.agreement.check.source import (
    DEEPEST_NESTING,
    LARGEST_FILE,
    LONGEST_NUMBER,
    MOST_VALUES,
    Source,
    read,
)
from revloop.agreement.problems import MOST_PROBLEMS, Place, Problem

LONGEST_SECONDS = 0.2  # of this thread, so that a busy machine does not count


def value_of(written: str) -> Any:
    """What a value of a mapping is read as, without a problem."""
    source = read(f"key: {written}".encode())
    assert source.problems == ()
    return source.values["key"]


def only_problem(content: bytes | str) -> Problem:
    source = read(content.encode() if isinstance(content, str) else content)
    (problem,) = source.problems
    return problem


# Scalars.


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("nul", "nul"),
        ("7", 7),
        ("-7", -7),
        ("+7", 7),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("1e5", Decimal(100_000)),
        ("1E-2", Decimal("0.01")),
        (".5", Decimal("0.5")),
        ("5.", Decimal(5)),
        ("0.1", Decimal("0.1")),
        ("0.10", Decimal("0.10")),
        ("0.30000000000000004", Decimal("0.30000000000000004")),
        ("-0.0", Decimal("-0.0")),
        ("90 %", "90 %"),
        ("30000 USD", "30000 USD"),
        ("5 minutes", "5 minutes"),
        ("2026-Q3", "2026-Q3"),
        ("2026-07-01", "2026-07-01"),
        ("12:3", "12:3"),
        ("=", "="),
        ("'7'", "7"),
        ('"true"', "true"),
        ("! 7", "7"),
        ("'it''s'", "it's"),
        (r'"a\tb\u00e9\n"', "a\tb\u00e9\n"),
        ("'a\n\n  b c'", "a\nb c"),
        ("plain\n  goes on", "plain goes on"),
        ("|\n  one\n  two\n", "one\ntwo\n"),
        ("|-\n  one\n  two\n", "one\ntwo"),
        (">\n  one\n  two\n", "one two\n"),
        ("[NO, [], {}]", ["NO", [], {}]),
        ("text # a comment", "text"),
    ],
)
def test_a_value_is_read_by_the_core_schema_of_yaml_1_2(written: str, value: Any) -> None:
    found = value_of(written)

    assert found == value
    assert type(found) is type(value)


@given(st.integers(-(10**20), 10**20))
def test_a_whole_number_is_read_as_itself(number: int) -> None:
    assert value_of(str(number)) == number


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=9
    )
)
def test_a_decimal_is_read_exactly(number: Decimal) -> None:
    assert value_of(f"{number:f}") == number


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("12:30", "12:30 is a clock time"),
        ("9:05", "9:05 is a clock time"),
        ("12:30:59", "12:30:59 is a clock time"),
        ("09:00-17:00", "09:00-17:00 is a clock time"),
        ("09:00 - 17:00", "09:00 - 17:00 is a clock time"),
        ("2026-07-01T00:00:00-04:00", "2026-07-01T00:00:00-04:00 is an instant"),
        ("2026-7-1 9:00", "2026-7-1 9:00 is an instant"),
        ("2.1.0", "2.1.0 is a version"),
        ("v2.1.0-rc1", "v2.1.0-rc1 is a version"),
    ],
)  # fmt: skip
def test_what_yaml_reads_in_two_ways_must_stand_in_quotes(written: str, says: str) -> None:
    problem = only_problem(f"key: {written}")

    assert problem.code == "yaml.needs_quotes"
    assert problem.message == says
    assert problem.hint == f'put it in quotes: "{written}"'
    assert problem.path == ("key",)
    assert problem.place == Place(1, 6)
    assert value_of(f'"{written}"') == written


@pytest.mark.parametrize("written", [".inf", "-.INF", "+.Inf", ".nan", ".NaN"])
def test_infinity_is_not_a_number_of_an_agreement(written: str) -> None:
    assert only_problem(f"key: {written}").code == "yaml.not_a_number"


def test_a_number_has_as_many_digits_as_are_kept_exactly() -> None:
    assert value_of("1" * LONGEST_NUMBER) == int("1" * LONGEST_NUMBER)
    assert only_problem("key: " + "1" * (LONGEST_NUMBER + 1)).code == "yaml.number_too_long"
    assert only_problem("key: 0." + "1" * LONGEST_NUMBER).code == "yaml.number_too_long"
    assert value_of("'" + "1" * 100 + "'") == "1" * 100


def test_an_exponent_of_three_digits_makes_a_text() -> None:
    assert value_of("1e999") == "1e999"


# What is refused.


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ("a: 1\nb: 2\na: 3", "yaml.duplicate_key", Place(3, 1)),
        ("a: {b: 1, 'b': 2}", "yaml.duplicate_key", Place(1, 11)),
        ("a: &anchor 1", "yaml.no_anchors", Place(1, 4)),
        ("a: &anchor [1]", "yaml.no_anchors", Place(1, 4)),
        ("&anchor a: 1", "yaml.no_anchors", Place(1, 1)),
        ("a: *alias", "yaml.no_anchors", Place(1, 4)),
        ("<<: {a: 1}", "yaml.no_anchors", Place(1, 1)),
        ("a: !!str 1", "yaml.no_tags", Place(1, 4)),
        ("a: !!binary aGk=", "yaml.no_tags", Place(1, 4)),
        ("a: !mine [1]", "yaml.no_tags", Place(1, 4)),
        ("a: !!python/object/apply:os.system ['true']", "yaml.no_tags", Place(1, 4)),
        ("!!str a: 1", "yaml.key_not_text", Place(1, 1)),
        ("? [a, b]\n: 1", "yaml.key_not_text", Place(1, 3)),
        ("? {a: b}\n: 1", "yaml.key_not_text", Place(1, 3)),
        ("*alias : 1", "yaml.key_not_text", Place(1, 1)),
        ("a: 1\n---\nb: 2", "file.several_documents", Place(1, 1)),
        ("- 1\n- 2", "file.not_an_agreement", Place(1, 1)),
        ("only a text", "file.not_an_agreement", Place(1, 1)),
        ("", "file.empty", Place(1, 1)),
        ("# a comment\n", "file.empty", Place(1, 1)),
        ("---\n", "file.empty", Place(1, 1)),
        ("{}", "file.empty", Place(1, 1)),
        ("null", "file.empty", Place(1, 1)),
        ("a: 1\nb: c\x07d", "yaml.forbidden_character", Place(2, 5)),
        ("\x00", "yaml.forbidden_character", Place(1, 1)),
        ("a: '1", "yaml.syntax", Place(1, 4)),
        ("a: [1", "yaml.syntax", Place(2, 1)),
        ("a: b: c", "yaml.syntax", Place(1, 5)),
        ("a:\n\t- 1", "yaml.syntax", Place(2, 1)),
        ("a: @b", "yaml.syntax", Place(1, 4)),
        ("a:\n  b: 1\n c: 2", "yaml.syntax", Place(3, 2)),
        ("a:\n- b\nc", "yaml.syntax", Place(3, 1)),
        ("a: - b", "yaml.syntax", Place(1, 4)),
        ("%YAML 9.9\n---\na: 1", "yaml.syntax", Place(1, 1)),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_at_its_place(content: str, code: str, place: Place) -> None:
    problem = only_problem(content)

    assert (problem.code, problem.place) == (code, place)
    assert problem.hint
    assert "\n" not in problem.message + problem.hint


@pytest.mark.parametrize(
    ("content", "says", "hint"),
    [
        ("a: we win: always", "a colon stands where none may", "in quotes"),
        ("a: `b`", "nothing may begin with this sign", "in quotes"),
        ("a: [1, 2", "a bracket is not closed", "close every [ and {"),
        ("a: 'open", "a quote is not closed", "every quote"),
        ("a: 1\nb\nc: 2", "a key without a colon", "`name: value`"),
    ],
)
def test_yaml_s_own_complaints_are_said_in_plain_words(content: str, says: str, hint: str) -> None:
    problem = only_problem(content)

    assert problem.code == "yaml.syntax"
    assert says in problem.message
    assert hint in problem.hint


def test_of_a_name_that_stands_twice_the_first_holds_with_its_places() -> None:
    source = read(b"a: {b: 1}\na: {b: 2, c: 3}")

    assert source.values == {"a": {"b": 1}}
    assert source.place(("a", "b")) == Place(1, 5)
    assert source.place(("a", "c")) == Place(1, 1)


def test_a_member_without_a_usable_name_leaves_nothing_behind() -> None:
    source = read(b"<<: {a: 1}\n? [x]\n: 2\nb: 3")

    assert source.values == {"b": 3}
    assert [each.code for each in source.problems] == ["yaml.no_anchors", "yaml.key_not_text"]


def test_every_problem_of_a_file_is_found_at_once() -> None:
    source = read(b"a: 12:30\nb: *x\nc: !t 1\na: 2")

    codes = [each.code for each in source.problems]
    assert codes == ["yaml.needs_quotes", "yaml.no_anchors", "yaml.no_tags", "yaml.duplicate_key"]


def test_reading_stops_when_so_much_is_wrong_that_more_helps_nobody() -> None:
    source = read(b"a: 1\n" * 1_000)

    assert len(source.problems) == MOST_PROBLEMS + 1
    assert source.problems[-1].code == "file.too_many_problems"


# Bytes.


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_only_utf_8_is_read(encoding: str) -> None:
    problem = only_problem("a: 1\nb: Zürich".encode(encoding))

    assert problem.code in {"file.not_utf8", "yaml.forbidden_character"}


def test_the_line_of_a_byte_that_is_not_utf_8_is_named() -> None:
    problem = only_problem(b"a: 1\nb: Z\xfcrich\n")

    assert (problem.code, problem.place) == ("file.not_utf8", Place(2, 1))


def test_a_byte_order_mark_is_passed_over() -> None:
    source = read(b"\xef\xbb\xbfa: 1")

    assert source.values == {"a": 1}
    assert source.place(("a",)) == Place(1, 1)


def test_lines_may_end_as_on_any_system() -> None:
    for end in ("\n", "\r\n", "\r"):
        source = read(f"a: 1{end}b:{end}  c: 2{end}".encode())

        assert source.values == {"a": 1, "b": {"c": 2}}
        assert source.place(("b", "c")) == Place(3, 3)


def test_a_file_may_be_as_large_as_256_kibibytes() -> None:
    content = b"a: 1 #".ljust(LARGEST_FILE, b"x")

    assert LARGEST_FILE == 262_144
    assert read(content).values == {"a": 1}
    assert only_problem(content + b"x").code == "file.too_large"


# Depth and size.


def test_sections_may_be_nested_thirty_deep() -> None:
    def nested(depth: int) -> bytes:
        return b"a: " + b"[" * (depth - 1) + b"]" * (depth - 1)

    assert read(nested(DEEPEST_NESTING)).problems == ()
    assert only_problem(nested(DEEPEST_NESTING + 2)).code == "yaml.too_deep"


def test_a_file_may_hold_five_thousand_values() -> None:
    def listed(count: int) -> bytes:
        return b"a: [" + b"1," * count + b"]"

    assert len(read(listed(MOST_VALUES - 2)).values["a"]) == MOST_VALUES - 2
    assert only_problem(listed(MOST_VALUES - 1)).code == "yaml.too_many_values"


ALIAS_BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "a call of python": "a: !!python/object/apply:os.system ['touch /tmp/owned']",
    "an object of python": "a: !!python/object/new:subprocess.Popen [['true']]",
    "binary data": "a: !!binary " + "QUFB" * 60_000,
    "merge keys": "base: &b {a: 1}\n" + "".join(f"k{i}: {{<<: *b}}\n" for i in range(5_000)),
    "nine levels of aliases": ALIAS_BOMB,
    "5,000 brackets": "a: " + "[" * 5_000,
    "50,000 brackets": "a: " + "[" * 50_000,
    "50,000 braces": "a: " + "{a: " * 50_000,
    "50,000 brackets in a name": "? " + "[" * 50_000,
    "deep indentation": "".join(" " * i + "a:\n" for i in range(500)),
    "50,000 dashes": "a:\n " + "- " * 50_000,
    "one long line": "a: " + "x" * 250_000,
    "one long quote": 'a: "' + "\\x41" * 60_000 + '"',
    "an open quote": "a: '" + "x\n" * 100_000,
    "a long name": "x" * 250_000 + ": 1",
    "many names": "".join(f"k{i}: 1\n" for i in range(20_000)),
    "the same name": "a: 1\n" * 50_000,
    "many documents": "a: 1\n" + "---\n" * 50_000,
    "many anchors": "a: [" + "&x 1, " * 40_000 + "1]",
    "a long number": "a: " + "9" * 250_000,
    "a large exponent": "a: 1e99",
    "many comments": "#\n" * 120_000 + "a: 1",
    "percent signs": "%" * 250_000,
    "many directives": "%X y\n" * 50_000,
}  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_read_or_refused_at_once(content: str) -> None:
    seconds = []
    for _ in range(3):  # the collector of garbage may sit in one
        began = time.thread_time()
        source = read(content.encode())
        seconds.append(time.thread_time() - began)

    assert min(seconds) < LONGEST_SECONDS
    assert source.problems or source.values
    assert len(source.problems) <= MOST_PROBLEMS + 1


@pytest.mark.parametrize(
    "name", ["a call of python", "binary data", "merge keys", "nine levels of aliases", "5,000 brackets"]
)  # fmt: skip
def test_the_files_that_break_other_readers_are_refused(name: str) -> None:
    codes = {problem.code for problem in read(HOSTILE[name].encode()).problems}

    assert codes & {"yaml.no_tags", "yaml.no_anchors", "yaml.too_deep"}


# Places.

PLACES = b"""\
# Places count from 1, in letters.
agreement: acme
signals:
  attempts: {count: activity, "where": 'kind = ''call'''}
lanes:
  - id: hot
    when: "true"
  - {id: z\xc3\xbcri, when: is_bot}
"""


@pytest.fixture
def placed() -> Source:
    return read(PLACES)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), Place(2, 1)),
        (("agreement",), Place(2, 1)),
        (("signals",), Place(3, 1)),
        (("signals", "attempts"), Place(4, 3)),
        (("signals", "attempts", "where"), Place(4, 31)),
        (("lanes", 0), Place(6, 5)),
        (("lanes", 0, "when"), Place(7, 5)),
        (("lanes", 1, "id"), Place(8, 6)),
        (("lanes", 1, "when"), Place(8, 16)),
        (("lanes", 1, "clock"), Place(8, 5)),
        (("lanes", 7, "id", "x"), Place(5, 1)),
        (("nowhere",), Place(2, 1)),
    ],
)
def test_a_value_stands_where_its_name_stands_or_the_nearest_thing_around_it(
    placed: Source, path: tuple[str | int, ...], place: Place
) -> None:
    assert placed.place(path) == place


@pytest.mark.parametrize(
    ("written", "place", "letter_by_letter"),
    [
        ("is_bot", Place(1, 4), True),
        ('"is_bot"', Place(1, 5), True),
        ("'is_bot'", Place(1, 5), True),
        ("'kind = ''a'''", Place(1, 5), False),
        (r'"a \" b"', Place(1, 5), False),
        ("one\n  two", Place(1, 4), False),
        ("|\n  one", Place(1, 4), False),
        ('"äöü 🚀"', Place(1, 5), True),
    ],
)
def test_the_place_of_a_text_is_where_its_first_letter_stands(
    written: str, place: Place, letter_by_letter: object
) -> None:
    assert read(f"a: {written}".encode()).texts["a",] == (place, letter_by_letter)
