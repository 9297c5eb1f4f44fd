from __future__ import annotations

import pytest

from revloop.agreement import wording
from revloop.agreement.conditions import parse
from revloop.agreement.names import words_in_scope
from revloop.facts.vocabulary import Word

from .contracts import contract_with

CONTRACT = contract_with(
    scores={"fit": {"threshold": 60, "points": [{"points": 1, "when": "employees > 1"}]}},
    signals={
        "last_seen": {"last": "touch"},
        "visits": {"count": "touch"},
    },
)
WORDS: dict[str, Word] = words_in_scope(CONTRACT.form, "activity") | words_in_scope(
    CONTRACT.form, "stage"
)


def said(condition: str) -> str:
    return wording.said(parse(condition, WORDS))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("true", "always"),
        ("false", "never"),
        ("is_customer", "the company is a customer"),
        ("not is_customer", "the company is not a customer"),
        ("is_customer = true", "the company is a customer"),
        ("is_customer = false", "the company is not a customer"),
        ("not automated", "a person did it"),
        (
            "coalesce(is_competitor, false)",
            "the company is a competitor (where that is not known, it counts as not so)",
        ),
        ("country = 'US'", "the country is US"),
        ("country != 'US'", "the country is not US"),
        ("seniority = 'c_level'", "the seniority is C-level"),
        ("direction = 'two_way'", "the direction is two-way"),
        ("kind = 'nps_response'", "the kind of event is NPS response"),
        ("employees < 10", "the number of employees is below 10"),
        ("employees <= 1000", "the number of employees is at most 1,000"),
        ("employees > 10", "the number of employees is above 10"),
        ("fit >= 60", "the fit score is at least 60"),
        ("fit >= 60.50", "the fit score is at least 60.5"),
        ("visits >= 3", "“visits” is at least 3"),
        ("amount >= '30000 USD'", "the amount is at least 30,000 USD"),
        ("amount >= '30000.50 USD'", "the amount is at least 30,000.50 USD"),
        (
            "last_seen >= '2026-07-01T09:00:00-04:00'",
            "“last seen” is at least 1 July 2026, 09:00 (UTC-04:00)",
        ),
        ("employees between 50 and 200", "the number of employees is between 50 and 200"),
        (
            "employees not between 50 and 200",
            "the number of employees is not between 50 and 200",
        ),
        ("country in ('US','CA','GB')", "the country is US, CA or GB"),
        ("country in ('US')", "the country is US"),
        ("country not in ('US','CA')", "the country is none of US and CA"),
        ("amount is null", "the amount is not known"),
        ("amount is not null", "the amount is known"),
        (
            "roles_engaged < roles_known",
            "the number of engaged roles is below the number of known roles",
        ),
        ("title like 'Chief%'", "the job title begins with “Chief”"),
        ("title ilike '%marketing%'", "the job title contains “marketing”"),
        ("title ilike '%officer'", "the job title ends with “officer”"),
        ("title ilike 'cfo'", "the job title reads “cfo”"),
        (
            "title ilike 'chief%officer'",
            "the job title begins with “chief” and ends with “officer”",
        ),
        ("title ilike 'vp%sales%'", "the job title begins with “vp”, later “sales”"),
        ("sic like '73_2'", "the SIC code looks like “73_2”"),
        ("title not ilike '%intern%'", "the job title does not contain “intern”"),
        ("lower(country) = 'us'", "the country is us"),
        ("length(title) > 3", "the number of letters of the job title is above 3"),
        (
            "coalesce(employees, 0) >= 5",
            "the number of employees (or 0 where it is not known) is at least 5",
        ),
        (
            "title ilike 'a%' or title ilike 'b%' or title ilike '%c%'",
            "the job title begins with “a” or “b” or contains “c”",
        ),
        (
            "is_target and employees > 5 and country = 'US'",
            (
                "the company is a target account, the number of employees is above 5 and the country "
                "is US"
            ),
        ),
        (
            "is_target and (country = 'US' or country = 'CA')",
            "the company is a target account and (the country is US or the country is CA)",
        ),
        (
            "is_target or (is_bot and wants_rep)",
            (
                "the company is a target account or (a machine made it and the person asks for "
                "somebody of sales)"
            ),
        ),
        (
            "not (is_bot and wants_rep) and is_target",
            (
                "it is not so that (a machine made it and the person asks for somebody of sales) and "
                "the company is a target account"
            ),
        ),
    ],
)
def test_a_condition_in_words(condition: str, words: str) -> None:
    assert said(condition) == words


@pytest.mark.parametrize(
    ("denied", "same"),
    [
        ("not (employees >= 5)", "employees < 5"),
        ("not (employees < 5)", "employees >= 5"),
        ("not (employees = 5)", "employees != 5"),
        ("not (roles_known > roles_engaged)", "roles_known <= roles_engaged"),
        ("not (not is_target)", "is_target"),
        ("not true", "false"),
    ],
)
def test_a_denied_comparison_is_said_as_its_contrary(denied: str, same: str) -> None:
    assert said(denied) == said(same)


@pytest.mark.parametrize(
    ("identifier", "plain", "titled"),
    [
        ("not_now", "not now", "Not now"),
        ("us_east", "US east", "US east"),
        ("mql", "MQL", "MQL"),
        ("dach_mid_saas", "DACH mid SaaS", "DACH mid SaaS"),
        ("a__b", "a b", "A b"),
    ],
)
def test_an_identifier_in_running_text_has_no_underscores(
    identifier: str, plain: str, titled: str
) -> None:
    assert wording.plain(identifier) == plain
    assert wording.titled(identifier) == titled


def test_what_nobody_sees_is_left_out() -> None:
    from_right_to_left, red, bell = "\N{RIGHT-TO-LEFT OVERRIDE}", "\x1b[31m", "\a"

    assert wording.visible(f"pay {from_right_to_left}10{red} to{bell}\n us") == "pay 10[31m to us"
    assert wording.visible("naïve 日本 👩‍💻") == "naïve 日本 👩‍💻"
