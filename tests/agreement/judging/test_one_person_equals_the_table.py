"""Every word that an agreement decides for a person is the same one by one and in tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revloop.agreement.check import check
from revloop.agreement.contract import Contract

from ..contracts import contract_with
from . import random_people
from .both_forms import Happened, Question, ask_all

few = settings(
    max_examples=5,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
many = settings(few, max_examples=60)

agreements = st.fixed_dictionaries(
    {"signals": random_people.signals(), "scores": random_people.scores()}
)

EXAMPLE = (
    Path(__file__).resolve().parents[3] / "examples" / "agreements" / "acme-revenue-2.1.0.yaml"
)


def assert_one_answer(
    contract: Contract, events: list[Happened], questions: list[Question]
) -> None:
    """`ask_all` fails where the two forms differ."""
    assert len(ask_all(contract, events, questions)) == len(questions)


@few
@given(agreements, random_people.events(), random_people.questions())
def test_any_agreement_answers_alike(
    sections: dict[str, Any], events: list[Happened], questions: list[Question]
) -> None:
    contract = contract_with(**random_people.CUSTOMERS, **sections)

    assert_one_answer(contract, events, questions)


@pytest.mark.slow
@many
@given(agreements, random_people.events(), random_people.questions())
def test_many_agreements_answer_alike(
    sections: dict[str, Any], events: list[Happened], questions: list[Question]
) -> None:
    contract = contract_with(**random_people.CUSTOMERS, **sections)

    assert_one_answer(contract, events, questions)


@few
@given(random_people.events(), random_people.questions())
def test_the_agreement_of_the_example_answers_alike(
    events: list[Happened], questions: list[Question]
) -> None:
    assert_one_answer(check(EXAMPLE.read_bytes()).required(), events, questions)
