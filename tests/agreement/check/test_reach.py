"""Conditions that nothing can reach: found where they are, and never claimed where they are not."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.check.reach import Unreachable, unreachable
from revloop.agreement.conditions import Condition, compile_for_records, parse
from revloop.agreement.conditions.record import UPPER
from revloop.facts.vocabulary import Type, Word

WORDS = {
    word.name: word
    for word in (
        Word("employees", Type.INTEGER, "account", "people"),
        Word("locations", Type.INTEGER, "account", "places"),
        Word("days", Type.NUMBER, "person", "days since"),
        Word("is_bot", Type.BOOLEAN, "touch", "a machine"),
        Word("country", Type.TEXT, "account", "any country"),
        Word("tier", Type.TEXT, "account", "one of three", ("A", "B", "out")),
        Word("fit", Type.SCORE, "person", "a score"),
        Word("amount", Type.MONEY, "opportunity", "money"),
        Word("last_visit", Type.INSTANT, "person", "a moment"),
    )
}


def parsed(*texts: str) -> tuple[Condition, ...]:
    return tuple(parse(text, WORDS) for text in texts)


def lanes(*texts: str) -> list[tuple[int, int | None]]:
    """The lanes that nothing reaches, each with the earlier one that takes all it would."""
    return [(found.index, found.covered_by) for found in unreachable(parsed(*texts))]


# Shadowed by what stands before.


@pytest.mark.parametrize(
    "texts",
    [
        ("employees >= 50", "employees >= 200"),
        ("employees >= 50", "employees between 50 and 60"),
        ("employees > 2.5", "employees >= 3"),
        ("tier in ('A','B')", "tier = 'A'"),
        ("tier != 'out'", "tier = 'B'"),
        ("is_bot or employees > 5", "is_bot and employees < 3"),
        ("is_bot", "is_bot = true"),
        ("country = 'US'", "country in ('US')"),
        ("country = 'US'", "country = 'US' and country like 'U%'"),
        ("country like 'U%'", "is_bot and country like 'U%'"),
        ("country is null", "country is null and is_bot"),
        ("fit >= 40", "fit >= 60"),
        ("days < 2", "days < 1.5"),
        ("amount >= '100 USD'", "amount > '100 USD'"),
        ("last_visit < '2026-02-01T00:00:00Z'", "last_visit < '2026-01-01T00:00:00Z'"),
        ("true", "is_bot"),
        ("employees = locations", "employees = locations and is_bot"),
    ],
)
def test_a_lane_after_one_that_takes_all_of_it_is_unreachable(texts: tuple[str, str]) -> None:
    assert lanes(*texts) == [(1, 0)]


@pytest.mark.parametrize(
    ("texts", "index"),
    [
        (("is_bot", "not is_bot", "is_bot is null", "employees > 5"), 3),
        (("employees < 50", "employees > 50", "employees = 50", "employees is not null"), 3),
        (("employees <= 5", "employees > 5", "employees is not null and is_bot"), 2),
        (("tier = 'A'", "tier = 'B'", "tier = 'out'", "tier is not null"), 3),
    ],
)
def test_several_lanes_may_take_all_of_it_together(texts: tuple[str, ...], index: int) -> None:
    assert lanes(*texts) == [(index, None)]


@pytest.mark.parametrize(
    "texts",
    [
        ("employees >= 50", "employees >= 49"),
        ("employees > 5", "employees = 5"),
        ("employees > 2.5 and employees < 3.4", "employees between 2 and 4"),
        ("is_bot", "not is_bot", "true"),  # whether it is one may be unknown
        ("tier = 'A'", "tier = 'B'", "tier is not null"),
        ("country = 'US'", "country != 'US'", "country is null"),
        ("country like 'U%'", "country = 'US'"),  # patterns are taken as free to be anything
        ("fit >= 60", "fit < 60", "true"),  # a score may be known only within bounds
        ("amount >= '100 USD'", "amount >= '100 EUR'"),
        ("days < 1.5", "days < 2"),
        ("employees = locations", "locations = employees"),
    ],
)
def test_a_lane_that_something_reaches_is_not_reported(texts: tuple[str, ...]) -> None:
    assert lanes(*texts) == []


@pytest.mark.parametrize(
    "text",
    [
        "false",
        "is_bot and not is_bot",
        "employees > 50 and employees < 50",
        "employees > 5 and employees < 6",
        "employees = 2.5",
        "tier = 'A' and tier = 'B'",
        "tier not in ('A','B','out')",
        "country = 'US' and country = 'CA'",
        "country is null and country = 'US'",
        "fit >= 60 and fit < 40",
        "days > 2 and days < 1",
        "amount = '1 USD' and amount = '1 EUR'",
        "last_visit < '2026-01-01T00:00:00Z' and last_visit > '2026-01-01T00:00:00Z'",
        "country like 'U%' and not country like 'U%'",
    ],
)
def test_a_condition_that_contradicts_itself_is_never_true(text: str) -> None:
    assert unreachable(parsed(text)) == (Unreachable(0, None, never_true=True),)


@pytest.mark.parametrize(
    "text",
    [
        "employees > 2.5 and employees < 3.4",  # 3
        "employees > 5 and employees < 7",
        "days > 5 and days < 6",
        "last_visit = '0001-01-01T00:00:00+00:00'",
        "last_visit > '9999-12-31T23:59:59.999998+00:00'",
        "tier not in ('A','B')",
        "country not in ('US','CA')",
        "fit > 0 and fit < 1",
        "amount > '0.01 USD' and amount < '0.03 USD'",
    ],
)
def test_a_condition_that_one_record_meets_is_not_reported(text: str) -> None:
    assert unreachable(parsed(text)) == ()


def test_an_unknown_tier_ends_the_search_and_an_unknown_lane_is_passed_over() -> None:
    conditions = parsed("is_bot", "is_bot is null")

    assert unreachable(conditions) == ()
    assert unreachable(conditions, unknown_blocks=True) == (Unreachable(1, None),)


def test_nothing_is_said_where_there_are_too_many_cases() -> None:
    many = " or ".join(f"employees = {number}" for number in range(190))
    narrow = "employees between 300 and 400 and employees > 500"

    assert unreachable(parsed(narrow)) != ()
    assert unreachable(parsed(many, narrow)) == ()


# Whatever is reported holds for records drawn at random.

NUMBERS = (-1, 0, 1, 2, 3, 4, 5)
CLAUSES = [
    *(f"employees {sign} {number}" for sign in ("=", "!=", "<", ">=") for number in (1, 2.5, 4)),
    *(f"days {sign} {number}" for sign in ("<=", ">") for number in (1, 2)),
    *(f"fit {sign} {number}" for sign in ("<", ">=") for number in (2, 4)),
    *("fit between 1 and 3", "employees between 2 and 3", "employees = locations"),
    *("is_bot", "is_bot = false", "is_bot is null", "true", "false"),
    *("tier = 'A'", "tier != 'B'", "tier in ('A','out')", "tier is null"),
    *("country = 'US'", "country like 'U%'", "country in ('US','CA')", "length(country) > 1"),
    *("amount > '2 USD'", "amount = '3 USD'", "amount < '2 EUR'"),
    *("last_visit >= '2026-01-01T00:00:00Z'", "last_visit < '2026-01-02T00:00:00Z'"),
]


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(parts, st.sampled_from(("and", "or")), parts)
    return pairs.map(lambda each: f"({each[0]}) {each[1]} ({each[2]})") | parts.map(
        "not ({})".format
    )


TEXTS = st.recursive(st.sampled_from(CLAUSES), _joined, max_leaves=4)


def record(random: Random) -> dict[str, Any]:
    low, high = sorted(random.choices(NUMBERS, k=2))
    money = parse("amount in ('1 USD','2 USD','3 USD','1 EUR','5 EUR')", WORDS).root
    full = {
        "employees": random.choice(NUMBERS),
        "locations": random.choice(NUMBERS),
        "days": random.choice((*NUMBERS, 1.5, 2.5)),
        "is_bot": random.random() < 0.5,
        "country": random.choice(("US", "CA", "UK", "X", "")),
        "tier": random.choice(("A", "B", "out")),
        "fit": low,
        "fit" + UPPER: high,
        "amount": random.choice(money.values),  # type: ignore[union-attr]
        "last_visit": datetime.fromisoformat(f"2026-01-0{random.randint(1, 3)}T00:00:00Z"),
    }
    unknown = {name for name in WORDS if random.random() < 0.25}
    return {name: value for name, value in full.items() if name.removesuffix(UPPER) not in unknown}


RECORDS = [record(Random(seed)) for seed in range(400)]  # noqa: S311 - the same in every run


@settings(max_examples=150)
@given(texts=st.lists(TEXTS, min_size=1, max_size=5), unknown_blocks=st.booleans())
def test_what_is_reported_is_never_the_first_true_one_of_any_record(
    *, texts: list[str], unknown_blocks: bool
) -> None:
    conditions = parsed(*texts)
    judges = [compile_for_records(condition) for condition in conditions]
    reported = {
        found.index: found for found in unreachable(conditions, unknown_blocks=unknown_blocks)
    }

    for known in RECORDS:
        answers = [judge(known) for judge in judges]
        ends = [answer or (unknown_blocks and answer is None) for answer in answers]
        first = ends.index(True) if True in ends else None
        for index, found in reported.items():
            assert not (first == index and answers[index])
            assert not (found.never_true and answers[index])
            if found.covered_by is not None:
                assert answers[found.covered_by] or not answers[index]
