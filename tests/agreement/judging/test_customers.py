from __future__ import annotations

from typing import Any

from revloop.agreement.contract import Contract
from revloop.kit.money import Money

from ..contracts import contract_with
from .both_forms import ask

COMPANIES = contract_with(
    ideal_customer={
        "tiers": {
            "A": "employees >= 200 and country = 'US'",
            "B": "employees >= 50",
        },
        "exclude": "is_competitor or country = 'KP'",
    }
)
PEOPLE = contract_with(
    personas={
        "buyer": {"when": "title ilike 'chief %'", "required": 1},
        "champion": {"when": "seniority = 'director'", "required": 1},
    }
)


def told(contract: Contract, name: str, **words: Any) -> Any:
    return ask(contract, [], "2026-03-31", **words).words[name]


def test_the_first_tier_that_holds_is_the_tier() -> None:
    assert told(COMPANIES, "icp_tier", employees=300, country="US") == "A"
    assert told(COMPANIES, "icp_tier", employees=300, country="DE") == "B"


def test_a_company_of_no_tier_is_out() -> None:
    assert told(COMPANIES, "icp_tier", employees=10, country="US") == "out"


def test_an_unknown_tier_before_the_one_that_holds_makes_the_tier_unknown() -> None:
    # With 300 people it is an A or a B, and its country decides.
    assert told(COMPANIES, "icp_tier", employees=300) is None


def test_what_is_unknown_does_not_matter_where_the_tier_is_false_without_it() -> None:
    # With 100 people it is no A, wherever it is.
    assert told(COMPANIES, "icp_tier", employees=100) == "B"


def test_a_tier_may_stand_on_money_in_one_currency() -> None:
    rich = contract_with(ideal_customer={"tiers": {"A": "annual_revenue >= '1000000 USD'"}})

    assert told(rich, "icp_tier", annual_revenue=Money.parse("2000000 USD")) == "A"
    assert told(rich, "icp_tier", annual_revenue=Money.parse("2 USD")) == "out"
    assert told(rich, "icp_tier", annual_revenue=Money.parse("2000000 EUR")) is None


def test_an_agreement_without_tiers_knows_none() -> None:
    assert told(PEOPLE, "icp_tier", employees=300) is None


def test_a_company_is_excluded_not_excluded_or_unknown() -> None:
    assert told(COMPANIES, "icp_excluded", is_competitor=True) is True
    assert told(COMPANIES, "icp_excluded", is_competitor=False, country="US") is False
    assert told(COMPANIES, "icp_excluded", is_competitor=False) is None


def test_where_nothing_is_excluded_nobody_is() -> None:
    assert told(PEOPLE, "icp_excluded", is_competitor=True) is False


def test_a_person_plays_the_first_part_that_holds() -> None:
    both = {"title": "Chief of Staff", "seniority": "director"}

    assert told(PEOPLE, "persona", **both) == "buyer"
    assert told(PEOPLE, "persona", title="Director", seniority="director") == "champion"


def test_a_part_that_is_known_to_be_none_differs_from_an_unknown_one() -> None:
    nobody = {"title": "Intern", "seniority": "ic"}

    assert told(PEOPLE, "persona", **nobody) == "none"
    assert told(PEOPLE, "persona", title="Director") is None


def test_an_unknown_part_before_the_one_that_holds_makes_it_unknown() -> None:
    assert told(PEOPLE, "persona", seniority="director") is None


def test_an_agreement_without_personas_knows_no_part() -> None:
    assert told(COMPANIES, "persona", title="Chief of Staff") is None


def test_a_missing_title_is_not_held_against_a_fit_that_asks_for_a_part() -> None:
    scored = contract_with(
        personas={"buyer": {"when": "title ilike 'chief %'", "required": 1}},
        scores={
            "fit": {"threshold": 30, "points": [{"points": 30, "when": "persona is not null"}]}
        },
    )

    assert (told(scored, "fit"), told(scored, "fit_upper")) == (0, 30)
    assert (told(scored, "fit", title="Chief"), told(scored, "fit_upper", title="Chief")) == (0, 0)
    assert told(scored, "fit", title="Chief of Staff") == 30
