"""What a condition may say, and how everything else is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.conditions import ConditionError, compile_for_records, parse
from revloop.agreement.conditions.tree import (
    And,
    Between,
    Call,
    Compare,
    CompareTerms,
    Constant,
    IsUnknown,
    Matches,
    Name,
    Node,
    Not,
    OneOf,
    Or,
    Truth,
)
from revloop.facts.vocabulary import VOCABULARY, Type, Word
from revloop.kit.money import Money

from .random_conditions import WORDS, conditions

ALL_WORDS = VOCABULARY | {
    "fit": Word("fit", Type.SCORE, "person", "how well the person fits"),
    "last_visit": Word("last_visit", Type.INSTANT, "person", "when the person last visited"),
}
T = TypeVar("T")
LONGEST_SECONDS = 0.2  # of this thread, so that a busy machine does not count


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and the quickest of three runs: the collector of garbage may sit in one."""
    seconds = []
    for _ in range(3):
        started = time.thread_time()
        result = work()
        seconds.append(time.thread_time() - started)
    return result, min(seconds)


def refusal(text: str) -> ConditionError:
    with pytest.raises(ConditionError) as caught:
        parse(text, ALL_WORDS)
    return caught.value


def name(word: str) -> Name:
    return Name(ALL_WORDS[word])


# What is read.


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("true", Constant(value=True)),
        ("is_customer", Truth(name("is_customer"))),
        ("is_customer = true", Compare(name("is_customer"), "=", value=True)),
        ("employees >= 50", Compare(name("employees"), ">=", 50)),
        ("50 <= employees", Compare(name("employees"), ">=", 50)),
        ("50 > employees", Compare(name("employees"), "<", 50)),
        ("employees <> 50", Compare(name("employees"), "!=", 50)),
        ("employees = -5", Compare(name("employees"), "=", -5)),
        ("employees = 50.0", Compare(name("employees"), "=", 50)),
        ("employees = 5e1", Compare(name("employees"), "=", 50)),
        ("employees < 0.5", Compare(name("employees"), "<", Decimal("0.5"))),
        (
            "roles_known = roles_engaged",
            CompareTerms(name("roles_known"), "=", name("roles_engaged")),
        ),
        ("employees between 1 and 9", Between(name("employees"), 1, 9)),
        ("country in ('US', 'CA')", OneOf(name("country"), ("US", "CA"))),
        ("country not in ('US')", Not(OneOf(name("country"), ("US",)))),
        ("title like 'VP %'", Matches(name("title"), "VP %", ignore_case=False)),
        ("title not ilike '%''s'", Not(Matches(name("title"), "%'s", ignore_case=True))),
        ("title is null", IsUnknown(name("title"))),
        ("title is not null", Not(IsUnknown(name("title")))),
        ("lower(title) = 'a'", Compare(Call("lower", name("title")), "=", "a")),
        ("length(title) > 3", Compare(Call("length", name("title")), ">", 3)),
        ("coalesce(title, '') = ''", Compare(Call("coalesce", name("title"), ""), "=", "")),
        (
            "coalesce(is_bot, false)",
            Compare(Call("coalesce", name("is_bot"), default=False), "=", value=True),
        ),
        ("amount >= '30000 USD'", Compare(name("amount"), ">=", Money(3_000_000, "USD"))),
        (
            "last_visit > '2026-07-01T09:00:00-04:00'",
            Compare(name("last_visit"), ">", datetime(2026, 7, 1, 13, tzinfo=UTC)),
        ),
        ("fit between 40 and 60", Between(name("fit"), 40, 60)),
    ],
)
def test_each_kind_of_clause_is_read(text: str, root: Node) -> None:
    assert parse(text, ALL_WORDS).root == root


def test_not_binds_before_and_and_and_binds_before_or() -> None:
    bot, customer, target = (Truth(name(word)) for word in ("is_bot", "is_customer", "is_target"))

    read = parse("is_bot or not is_customer and is_target", ALL_WORDS).root
    assert read == Or((bot, And((Not(customer), target))))
    read = parse("(is_bot or not (is_customer)) and is_target", ALL_WORDS).root
    assert read == And((Or((bot, Not(customer))), target))


def test_a_chain_of_one_connective_is_flat() -> None:
    read = parse("is_bot and is_customer and is_target", ALL_WORDS).root

    assert isinstance(read, And)
    assert len(read.parts) == 3


def test_keywords_and_functions_are_read_in_any_case_and_words_only_in_their_own() -> None:
    read = parse("LOWER(title) LIKE 'a%' AND NOT is_bot", ALL_WORDS)

    assert str(read) == "lower(title) like 'a%' and (not is_bot)"
    assert refusal("TITLE = 'a'").code == "condition.unknown_word"


@pytest.mark.parametrize("word", ALL_WORDS.values(), ids=lambda word: word.name)
def test_every_word_of_the_vocabulary_can_be_asked_for(word: Word) -> None:
    assert parse(f"{word.name} is null", ALL_WORDS).root == IsUnknown(Name(word))


def test_the_words_that_a_condition_uses_are_listed_once_in_order() -> None:
    condition = parse("title = 'a' or lower(country) = 'us' and title is not null", ALL_WORDS)

    assert [word.name for word in condition.words] == ["title", "country"]


# What is refused because it makes no sense, and how that is said.


@pytest.mark.parametrize(
    ("text", "code", "place", "says"),
    [
        ("employees = 'many'", "types_differ", "employees", "employees is a whole number and 'many' is a text"),
        ("title = 5", "types_differ", "title", "title is a text and 5 is a whole number"),
        ("is_bot = 1", "types_differ", "is_bot", "is_bot is true or false and 1 is a whole number"),
        ("is_bot or employees = title", "types_differ", "employees", "employees is a whole number and title is a text"),
        ("length(title) = 'a'", "types_differ", "length", "length(title) is a whole number and 'a' is a text"),
        ("amount > 30000", "types_differ", "amount", "amount is money and 30000 is a whole number"),
        ("amount > '30000 XYZ'", "types_differ", "amount", "'XYZ' is not a currency"),
        ("amount between '1 USD' and '2 EUR'", "types_differ", "amount", "two currencies"),
        ("last_visit > '2026-07-01'", "types_differ", "last_visit", "'2026-07-01' is not an instant"),
        ("last_visit > '0001-01-01T00:00:00+14:00'", "types_differ", "last_visit", "not an instant"),
        ("fit = employees", "types_differ", "fit", "fit is a score and employees is a whole number"),
        ("lower(employees) = 'a'", "types_differ", "employees", "lower takes a text"),
        ("coalesce(employees, 0.5) = 1", "types_differ", "coalesce", "0.5 is a number"),
        ("coalesce(amount, '1 USD') = '1 USD'", "not_allowed", "coalesce", "amount is money"),
        ("employees like '5%'", "types_differ", "employees", "employees is a whole number"),
        ("title like country", "types_differ", "title", "country is a text"),
        ("title < 'm'", "no_order", "title", "title is a text; it has no smaller"),
        ("title between 'a' and 'b'", "no_order", "title", "title is a text; it has no smaller"),
        ("employees between 500 and 50", "empty_range", "employees", "nothing lies between 500 and 50"),
        ("fit between 70 and 60", "empty_range", "fit", "nothing lies between 70 and 60"),
        ("fit in (60)", "no_list_of_scores", "fit", "fit is a score"),
        ("employees", "not_a_condition", "employees", "employees is a whole number, not something true"),
        ("is_bot and title", "not_a_condition", "title", "title is a text, not something true"),
        ("coalesce(title, 'a')", "not_a_condition", "coalesce", "coalesce(title, 'a') is a text"),
        ("is_bot and 1 = 1", "compares_literals", "1 = 1", "fixed value on both sides"),
        ("'a' in ('a')", "compares_literals", "'a' in", "'a' is a fixed value"),
        ("title = null", "compares_null", "title", "nothing equals null"),
        ("title in ('a', null)", "compares_null", "title", "nothing equals null"),
        ("is_bot is true", "is_takes_null", "is_bot", "is null"),
        ("length(title) is null", "is_takes_null", "length", "is null"),
        ("seniority = 'vpp'", "unknown_value", "seniority", "seniority is never 'vpp'"),
        ("seniority in ('vp', 'boss')", "unknown_value", "'boss'", "seniority is never 'boss'"),
        ("is_bot and employes > 5", "unknown_word", "employes", "'employes' is not a word"),
        ('title = "VP"', "double_quotes", '"VP"', "double quotes"),
        ("title in (country)", "needs_literal", "country)", "country is a word"),
        ("is_bot and", "not_understood", "and", "near 'and'"),
        ("is_bot is_target", "not_understood", "is_target", "near 'is_target'"),
        ("employees > 0.1234567890123456", "number_out_of_range", "0.1", "more digits"),
        ("employees > 1000000000000000", "number_out_of_range", "1000", "more digits"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_its_place(
    text: str, code: str, place: str, says: str
) -> None:
    error = refusal(text)

    assert error.code == f"condition.{code}"
    assert error.data["offset"] == text.index(place)
    assert says in error.message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("employes > 5", "did you mean employees?"),
        ("titles = 'a'", "did you mean title?"),
        ("seniority = 'directer'", "did you mean director?"),
        ("lowr(title) = 'a'", "did you mean lower?"),
        ("qqqqqq > 5", "known here: amount"),
        ("side = 'nobody'", "it is marketing, sales, success, product or partner"),
        ("amount > 5", "amount >= '10000 USD'"),
        ("last_visit > 5", "last_visit >= '2026-07-01T00:00:00Z'"),
        ("seniority", "seniority = 'c_level'"),
        ('country = "US"', "'US'"),
        ("employees between 500 and 50", "between 50 and 500"),
        ("country = 'US", "close every text with its quote"),
        ("nvl(title, 'a') = 'a'", "lower, upper, length or coalesce"),
    ],
)
def test_a_refusal_says_what_to_write_instead(text: str, hint: str) -> None:
    assert hint in refusal(text).hint


# What is refused because it could do harm.

HOSTILE = {
    "a second statement": ("1=1); DROP TABLE lead;--", "not_allowed"),
    "another statement": ("true; select 1", "not_allowed"),
    "a comment": ("true -- x", "not_allowed"),
    "a hint": ("true /*+ x */", "not_allowed"),
    "a subquery": ("employees = (select 1)", "not_allowed"),
    "a list from a query": ("employees in (select 1)", "not_allowed"),
    "exists": ("exists (select 1)", "not_allowed"),
    "a named query": ("with a as (select 1) select 1 from a", "not_allowed"),
    "a union": ("true union select 1", "not_understood"),
    "a window": ("length(title) over () = 1", "not_allowed"),
    "a filter": ("length(title) filter (where true) = 1", "not_allowed"),
    "a clause after it": ("true order by 1", "not_allowed"),
    "a limit": ("true limit 1", "not_understood"),
    "a file": ("read_text('/etc/passwd') = 'x'", "not_allowed"),
    "a file as a table": ("title in '/etc/passwd'", "not_allowed"),
    "the environment": ("getenv('HOME') = 'x'", "not_allowed"),
    "sleep": ("pg_sleep(10)", "not_allowed"),
    "an extension": ("load_extension('x')", "not_allowed"),
    "a gigabyte": ("randomblob(1e9) = 'a'", "not_allowed"),
    "a gigabyte of spaces": ("printf('%1000000000d', 1) = 'a'", "not_allowed"),
    "a gigabyte of letters": ("repeat('a', 1e9) = 'a'", "not_allowed"),
    "glob": ("title glob 'a*'", "not_allowed"),
    "glob as a function": ("glob('/*') = 'a'", "not_allowed"),
    "a regular expression": ("title ~ '(a+)+$'", "not_allowed"),
    "similar to": ("title similar to '(a+)+$'", "not_allowed"),
    "a setting": ("current_setting('x') = 'y'", "not_allowed"),
    "the clock": ("last_visit < now()", "not_allowed"),
    "the clock as a word": ("last_visit < current_timestamp", "not_allowed"),
    "the user": ("title = current_user", "not_allowed"),
    "a pragma": ("PRAGMA database_list", "not_understood"),
    "attach": ("attach 'x.db'", "not_understood"),
    "copy": ("copy x to 'y'", "not_understood"),
    "install": ("install httpfs", "not_understood"),
    "set": ("set threads = 1", "not_understood"),
    "a query as text": ("query('select 1')", "not_allowed"),
    "a macro": ("create macro f(x) as x", "not_allowed"),
    "a lambda": ("list_transform([1], x -> x) = 1", "not_allowed"),
    "a lambda of Python": ("lambda x: x", "not_allowed"),
    "a cast": ("cast(title as int) = 1", "not_allowed"),
    "a short cast": ("title::regclass = 'x'", "not_allowed"),
    "a typed literal": ("last_visit > timestamp '2026-07-01'", "not_allowed"),
    "an interval": ("last_visit > interval '1 day'", "not_allowed"),
    "case": ("case when is_bot then true else false end", "not_allowed"),
    "if": ("if(is_bot, true, false)", "not_allowed"),
    "arithmetic": ("employees + 1 = 2", "not_allowed"),
    "a difference": ("employees - 1 = 2", "not_allowed"),
    "concatenation": ("title || 'a' = 'b'", "not_allowed"),
    "texts side by side": ("title = 'a' 'b'", "not_allowed"),
    "a tuple": ("(employees, locations) = (1, 2)", "not_allowed"),
    "a list": ("employees = any([1])", "not_allowed"),
    "a struct": ("{'a': 1} = 1", "not_allowed"),
    "an element": ("title[1] = 'x'", "not_allowed"),
    "a star": ("columns(*) = 1", "not_allowed"),
    "a parameter": ("title = ?", "not_allowed"),
    "a named parameter": ("title = $title", "not_allowed"),
    "a variable": ("@title = 'x'", "not_allowed"),
    "bytes": ("title = E'a'", "not_allowed"),
    "text between dollars": ("title = $$a$$", "not_allowed"),
    "collation": ("title collate nocase = 'a'", "not_allowed"),
    "a time zone": ("last_visit at time zone 'UTC' = 'x'", "not_allowed"),
    "distinct from": ("title is distinct from 'a'", "not_allowed"),
    "an escape": ("title like 'a' escape 'b'", "not_allowed"),
    "any of some patterns": ("title like any ('a', 'b')", "not_allowed"),
    "symmetric": ("employees between symmetric 2 and 1", "not_allowed"),
    "a chain of comparisons": ("1 < employees < 5", "not_allowed"),
    "a comparison compared": ("is_bot = (employees > 1)", "not_allowed"),
    "two arguments": ("length(title, country) = 1", "not_allowed"),
    "another spelling of a function": ("lcase(title) = 'a'", "not_allowed"),
    "another spelling of not": ("!is_bot", "not_allowed"),
    "another spelling of like": ("title ~~ 'a'", "not_allowed"),
    "distinct": ("lower(distinct title) = 'a'", "not_allowed"),
    "an attribute": ("title.__class__ = 'x'", "not_allowed"),
    "a method": ("title.lower() = 'x'", "not_allowed"),
    "a name of Python": ("__class__ = 1", "unknown_word"),
    "a name of the generated code": ("record = 1", "unknown_word"),
    "a letter that looks alike": ("titl\u0435 = 'x'", "unknown_word"),
    "a name in another script": ("должность = 'x'", "unknown_word"),
    "typographic quotes": ("title = \u2018x\u2019", "not_allowed"),
    "an open text": ("title = 'abc", "not_understood"),
    "an open name": ('"title = 1', "not_understood"),
    "an open parenthesis": ("is_bot and (is_bot", "not_understood"),
    "a stray parenthesis": ("is_bot)", "not_understood"),
    "a sentence": ("companies that are large", "not_understood"),
    "punctuation": ("?!?", "not_allowed"),
    "nothing": ("", "empty"),
    "spaces": (" \t\r\n", "empty"),
    "NUL": ("title = 'a\0'", "unsafe_character"),
    "an escape character": ("title = '\x1b[2J'", "unsafe_character"),
    "a backslash": ("title like 'a\\%'", "unsafe_character"),
    "half a character": ("title = '\ud800'", "unsafe_character"),
    "a huge exponent": ("employees = 1e999", "number_out_of_range"),
    "an absurd exponent": ("employees = 1e9999999", "number_out_of_range"),
    "an exponent beyond decimals": ("employees = 1e99999999999999999999", "number_out_of_range"),
    "an absurdly small number": ("employees = 1e-9999999", "number_out_of_range"),
    "4,000 digits": ("employees = " + "9" * 4_000, "number_out_of_range"),
    "5,000 digits": ("employees = " + "9" * 5_000, "too_large"),
    "a name of 4,000 letters": ("x" * 4_000 + " = 1", "unknown_word"),
    "20,000 parentheses": ("(" * 20_000 + "is_bot" + ")" * 20_000, "too_large"),
    "2,000 parentheses": ("(" * 2_000 + "is_bot" + ")" * 2_000, "too_large"),
    "450 parentheses": ("(" * 450 + "is_bot" + ")" * 450, "too_large"),
    "21 parentheses": ("(" * 21 + "is_bot" + ")" * 21, "too_large"),
    "450 open parentheses": ("(" * 450, "too_large"),
    "450 functions": ("lower(" * 450 + "title" + ")" * 450 + " = 'a'", "too_large"),
    "20,000 nots": ("not " * 20_000 + "is_bot", "too_large"),
    "900 nots": ("not " * 900 + "is_bot", "too_large"),
    "nots within parentheses": (("not " * 10 + "(") * 15 + "is_bot" + ")" * 15, "too_large"),
    "20,000 minuses": ("employees = " + "- " * 20_000 + "1", "too_large"),
    "900 minuses": ("employees = " + "- " * 900 + "1", "too_large"),
    "3,000 cases": ("case when true then " * 3_000 + "true" + " end" * 3_000, "too_large"),
    "90 cases": ("case when true then " * 90 + "true" + " end" * 90, "not_allowed"),
    "450 lists": ("[" * 450 + "]" * 450 + " = 1", "not_allowed"),
    "5,000 ors": (" or ".join(["is_bot"] * 5_000), "too_large"),
    "400 ors": (" or ".join(["is_bot"] * 400), "too_large"),
    "200 ands and ors": (" or ".join(["is_bot and is_bot"] * 100), "too_large"),
    "5,000 values": (f"employees in ({','.join('1' * 5_000)})", "too_large"),
    "251 values": (f"employees in ({','.join('1' * 251)})", "too_large"),
    "a long default": (f"coalesce(title, '{'x' * 4_000}') = 5", "types_differ"),
    "a long value": (f"employees = '{'x' * 4_000}'", "types_differ"),
    "4 kB": ("is_bot" + " " * 4_091, "too_large"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_at_once(text: str, code: str) -> None:
    error, seconds = timed(lambda: refusal(text))

    assert error.code == f"condition.{code}"
    assert error.hint
    assert len(error.message) < 200
    assert seconds < LONGEST_SECONDS


def test_almost_every_refusal_knows_its_place() -> None:
    nowhere = {name for name, (text, _) in HOSTILE.items() if refusal(text).data["offset"] is None}

    # There is no one place where a text is too long, or where a quote is missing.
    without_place = {HOSTILE[name][1] for name in nowhere}
    assert without_place == {"too_large", "not_understood"}
    assert {name for name in nowhere if HOSTILE[name][1] == "not_understood"} == {
        "an open text",
        "an open name",
    }


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("(" * 25, 20),
        ("not " * 25, 20 * len("not ")),
        ("not (" * 15, 10 * len("not (")),
        ("not lower(" * 15, 10 * len("not lower(")),
        ("is_bot and " + "(" * 25, len("is_bot and ") + 20),
    ],
)
def test_the_place_where_the_nesting_becomes_too_deep_is_named(text: str, place: int) -> None:
    error = refusal(text)

    assert error.code == "condition.too_large"
    assert error.data["offset"] == place


def at_depth(depth: int, call: Callable[[], object]) -> object:
    return call() if depth == 0 else at_depth(depth - 1, call)


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_from_a_deep_stack_too(text: str, code: str) -> None:
    error = at_depth(300, lambda: refusal(text))

    assert isinstance(error, ConditionError)
    assert error.code == f"condition.{code}"


@pytest.mark.parametrize(
    "text",
    [
        " and ".join(["not is_bot"] * 60),
        " or ".join(["employees between -2 and -1"] * 30),
        f"employees in ({', '.join(['-1'] * 60)})",
    ],
)
def test_signs_that_have_their_operand_are_no_nesting(text: str) -> None:
    assert len(parse(text, ALL_WORDS).words) == 1


DEEPEST = {
    "parentheses": "(" * 20 + "is_customer" + ")" * 20,
    "nots": "not " * 20 + "is_customer",
    "nots of parentheses": "not (" * 10 + "is_customer" + ")" * 10,
    "ands in ors": "is_customer and (is_target or (" * 10 + "is_customer" + "))" * 10,
    "functions": "lower(" * 20 + "title" + ")" * 20 + " = 'a'",
    "defaults": "coalesce(" * 20 + "title" + ", 'b')" * 20 + " = 'a'",
}


@pytest.mark.parametrize("text", DEEPEST.values(), ids=DEEPEST)
def test_the_deepest_conditions_are_read_from_a_deep_stack(text: str) -> None:
    read, seconds = timed(
        lambda: at_depth(300, lambda: compile_for_records(parse(text, WORDS))({}))
    )

    assert read in (None, False)
    assert seconds < LONGEST_SECONDS


def test_a_stack_with_no_room_left_is_a_refusal_and_no_crash() -> None:
    error = at_depth(850, lambda: refusal(DEEPEST["parentheses"]))

    assert isinstance(error, ConditionError)
    assert error.code == "condition.too_large"


@pytest.mark.parametrize(
    "text",
    [
        f"employees in ({', '.join(map(str, range(250)))})",
        " or ".join(["is_customer"] * 199),
        " and ".join(["employees = 1"] * 199),
        f"title = '{'x' * 4_000}'",
        f"title like '{'%a_' * 1_300}'",
        f"title = '{chr(39) * 4_000}'",
    ],
    ids=["250 values", "199 words", "199 comparisons", "a long text", "a long pattern", "quotes"],
)
def test_the_largest_conditions_are_read_at_once(text: str) -> None:
    read, seconds = timed(lambda: compile_for_records(parse(text, WORDS))({}))

    assert read is None
    assert seconds < LONGEST_SECONDS


@pytest.mark.parametrize(
    "value",
    ["{0.__class__}", "{title}", "%(x)s", "__import__('os')", "'); drop table x; --", "None", "k0"],
)
def test_a_value_that_looks_like_code_is_a_value(value: str) -> None:
    text = f"title = '{value.replace(chr(39), chr(39) * 2)}'"
    condition = compile_for_records(parse(text, WORDS))

    assert condition.condition.root == Compare(Name(WORDS["title"]), "=", value)
    assert condition({"title": value}) is True
    assert condition({"title": "another"}) is False


# Anything at all.

_words_and_signs = st.sampled_from(
    """( ) , = != < <= > >= - and or not in is null like ilike between true false lower upper
    length coalesce title employees is_customer amount fit raised_at '1 USD' 'a' 1 2.5 1e5 ; . ::
    : [ ] { } $ ? @ # * + / % ^ & | ~ ! -> => := -- /* */ ' " \\ case when then else end select
    from with union over cast as interval date exists distinct all any some array struct map row
    values unique overlaps escape collate at time zone similar to glob default using prior
    current_date x'6' e'a' n'a' b'1' 0x1 1_0 .5 5. 1.2.3 $$ $a$ :a ?1 \ufeff \u200b İ ß 😀
    __class__""".split()  # noqa: SIM905 - a list of them would fill the page
)
soup = st.lists(_words_and_signs, max_size=25).map(" ".join)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid condition with something put in, taken out or repeated."""
    text = draw(conditions)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        put = draw(_words_and_signs | st.just("") | st.characters() | st.just(text[start:end] * 3))
        text = text[:start] + put + text[end:]
    return text


def reads_or_refuses(text: str) -> None:
    """No exception but one passes."""
    try:
        condition = parse(text, WORDS)
    except ConditionError as error:
        place = error.data["offset"]
    else:
        compile_for_records(condition)({})
        place = 0

    assert place is None or (isinstance(place, int) and 0 <= place <= len(text))


@given(st.text() | soup | mutated())
@settings(max_examples=500, deadline=None, database=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    reads_or_refuses(text)


@pytest.mark.slow
@given(st.text() | soup | mutated())
@settings(max_examples=10_000, deadline=None, database=None)
def test_very_many_texts_are_read_or_refused(text: str) -> None:
    reads_or_refuses(text)
