"""What of a sale is shared: all of it, its first year, its margin; and what is open, apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from revloop import engine
from revloop.agreement.terms.credit_models import DEFAULT
from revloop.analysis.credit.windows import known_values
from revloop.analysis.reading import Result
from revloop.engine import Facts
from revloop.kit.errors import InvalidInput

from .story import day, earned, people, read, setting, sold, tell, touch


def ordered(name: str, minor: int, **more: Any) -> dict[str, Any]:
    money = {"amount_minor": minor, "amount_currency": "USD", "kind": "booking"}
    paid = {"cost_of_goods_currency": "USD", "monthly_recurring_currency": "USD"}
    return {
        "source_id": f"b-{name}",
        "at": day(60),
        "account_id": "crm:acme",
        "opportunity_id": f"crm:{name}",
        **money,
        **paid,
        **more,
    }


def still_open(name: str, minor: int, **more: Any) -> dict[str, Any]:
    deal = sold(name, 100, 0, minor, is_closed=False, **more)
    return {key: value for key, value in deal.items() if key not in {"is_won", "closed_at"}}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    """Three orders and two open opportunities, all after one touch by search and one by sales.

    The first runs for three years of 10.00 a month beside 60.00 once; the second spreads 50.00 evenly
    over 18 months and costs more than it brings; of the third neither term nor goods are known.
    """
    made = tell(
        tmp_path_factory.mktemp("windows"),
        {
            "account": [{"source_id": "acme", "at": day(-100)}],
            "contact": people(ann="acme"),
            "opportunity": [
                *(sold(name, 40, 60, 1, product_id="crm:p") for name in ("o1", "o2", "o3")),
                still_open("o4", 1_000_00, probability=0.25),
                still_open("o5", 70_00),
            ],
            "product": [{"source_id": "p", "at": day(-1), "name": "P"}],
            "booking": [
                ordered("o1", 420_00, term_months=36, monthly_recurring_minor=10_00)
                | {"cost_of_goods_minor": 20_00},
                ordered("o2", 50_00, term_months=18, cost_of_goods_minor=80_00),
                ordered("o3", 30_00),
            ],
            "touch": [
                touch("a", "ann", 30, "search", opportunity_id="crm:o1"),
                touch("b", "ann", 50, "sales", kind="meeting_held", opportunity_id="crm:o1"),
                touch("c", "ann", 51, "sales", kind="sdr_call", opportunity_id="crm:o2"),
                touch("d", "ann", 105, "webinar", opportunity_id="crm:o4"),
                touch("e", "ann", 106, "sales", kind="meeting_held", opportunity_id="crm:o4"),
            ],
        },
    )
    with engine.open(made.lake.path) as opened:
        yield opened


def linear(facts: Facts, value: str) -> dict[str, int]:
    return earned(read(facts, "credit", setting(), model="linear", value=value), "linear")


def left_out(result: Result) -> dict[str, int]:
    return {each.reason: each.n for each in result.found.excluded}


def test_all_that_was_booked_is_shared_where_nothing_else_is_asked(facts: Facts) -> None:
    asked = earned(read(facts, "credit", setting(), model="linear"), "linear")

    assert asked == linear(facts, "booking")
    assert asked == {"search": 210_00, "sales": 210_00 + 50_00, "unattributed": 30_00}


def test_a_first_year_is_without_what_recurs_later(facts: Facts) -> None:
    """420.00 less 24 months of 10.00; and twelve eighteenths of 50.00."""
    result = read(facts, "credit", setting(), model="linear", value="first_year")

    assert earned(result, "linear") == {"search": 90_00, "sales": 90_00 + 33_33}
    assert left_out(result) == {"of no known term or amount: in no sum": 1}
    assert "213 USD" in result.sentence.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_margin_may_be_a_loss_and_sums_all_the_same(facts: Facts) -> None:
    result = read(facts, "credit", setting(), model="linear", value="margin")

    assert earned(result, "linear") == {"search": 200_00, "sales": 200_00 - 30_00}
    assert left_out(result) == {"of no known cost of goods or amount: in no sum": 1}


def test_the_open_pipeline_is_shared_by_its_chance_and_apart(facts: Facts) -> None:
    """A quarter of 1,000.00; the other one has no chance that anybody gave it."""
    result = read(facts, "credit", setting(), model="linear", value="pipeline")

    assert earned(result, "linear") == {"webinar": 125_00, "sales": 125_00}
    assert left_out(result) == {"of no known amount or chance of winning: in no sum": 1}
    assert "of open pipeline that was opened" in result.sentence
    assert any("Nothing of it is booked" in note for note in result.found.notes)


def test_pipeline_is_of_the_months_in_which_it_was_opened(facts: Facts) -> None:
    """Day 100 is in April 2025."""
    april = read(facts, "credit", setting(), value="pipeline", period="2025-04")
    may = read(facts, "credit", setting(), value="pipeline", period="2025-05")

    assert april.found.more["models"].to_pylist()[0]["booked"] == 250_00
    assert may.sentence == "Nothing is open that was opened in 2025-05."


@pytest.mark.parametrize("value", known_values(setting()))
def test_every_model_shares_every_value_to_the_cent(facts: Facts, value: str) -> None:
    for by in ((), ("campaign",), ("side", "segment")):
        models = read(facts, "credit", setting(), *by, value=value).found.more["models"]
        told = models.to_pylist()

        assert [each["model"] for each in told] == list(DEFAULT)
        assert all(each["credited"] + each["unattributed"] == each["booked"] for each in told)
        assert told[0]["booked"]


def test_another_value_is_refused_with_those_there_are(facts: Facts) -> None:
    with pytest.raises(InvalidInput, match="no value 'margn'") as refused:
        read(facts, "credit", setting(), value="margn")

    assert "margin" in str(refused.value.hint)
