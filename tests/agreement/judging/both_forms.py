"""Ask for one person and in tables at once: a test sees one answer, and fails if there are two."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from revloop.agreement.contract import Contract
from revloop.agreement.judging import customers, score_columns, signals
from revloop.agreement.judging.events import Event
from revloop.agreement.judging.scores import Score, scores_of, words_of
from revloop.facts.vocabulary import ACCOUNT, CONTACT, EVENT_SOURCES, Type, Word
from revloop.kit.money import Money

Row = dict[str, Any]

ARROW = {
    Type.TEXT: pa.string(),
    Type.INTEGER: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.BOOLEAN: pa.bool_(),
    Type.INSTANT: pa.timestamp("us", "UTC"),
    Type.SCORE: pa.float64(),
}
_numbers = count()


class Happened(NamedTuple):
    """An event, and the account it belongs to."""

    event: Event
    account: str | None


def happened(
    at: str | datetime,
    source: str = "touch",
    person: str | None = "ann",
    account: str | None = "acme",
    id_: str | None = None,
    **values: Any,
) -> Happened:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at
    name = id_ or f"e{next(_numbers):06}"
    return Happened(Event(instant, name, source, person, values), account)


@dataclass(frozen=True)
class Question:
    person: str
    account: str | None
    at: datetime
    words: Mapping[str, Any] = field(default_factory=dict)
    """What is known of the person and their company."""


@dataclass(frozen=True)
class Answer:
    words: Row
    """Tier, persona, signals and scores."""
    scores: dict[str, Score]


def ask(
    contract: Contract,
    events: Iterable[Happened],
    at: str,
    *,
    person: str = "ann",
    account: str | None = "acme",
    **words: Any,
) -> Answer:
    """The answer for one person, which is the same in both forms."""
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    (answer,) = ask_all(contract, list(events), [Question(person, account, instant, words)])
    return answer


def ask_all(
    contract: Contract, events: Sequence[Happened], questions: Sequence[Question]
) -> list[Answer]:
    one_by_one = [one_person(contract, events, question) for question in questions]
    for asked, one, row in zip(
        questions, one_by_one, as_a_table(contract, events, questions), strict=True
    ):
        for name, value in one.words.items():
            assert same(value, row[name]), f"{name}: {value} is not {row[name]} for {asked}"
    return one_by_one


def same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other and type(one) is type(other)


def one_person(contract: Contract, events: Sequence[Happened], asked: Question) -> Answer:
    own = [event for event, _ in events if event.person == asked.person]
    of_account = None
    if asked.account is not None:
        of_account = [event for event, account in events if account == asked.account]
    decided: Row = {
        "icp_tier": customers.tier_of(contract, asked.words),
        "icp_excluded": customers.is_excluded(contract, asked.words),
        "persona": customers.persona_of(contract, asked.words),
        **signals.signals_of(contract, own, asked.at, of_account),
    }
    record = {**asked.words, **decided}
    scores = scores_of(contract, record, asked.person, own, asked.at, of_account)
    return Answer(decided | words_of(scores), scores)


def as_a_table(
    contract: Contract, events: Sequence[Happened], questions: Sequence[Question]
) -> list[Row]:
    connection: Backend = ibis.duckdb.connect()
    asked = connection.create_table("questions", question_table(questions))
    touches, activities = (
        connection.create_table(source, event_table(source, events)) for source in EVENT_SOURCES
    )
    people = judged_people(contract, asked, touches, activities)
    interest = score_columns.interest_columns(contract, asked, touches)
    fit = score_columns.fit_columns(contract, people)
    together = people.join(interest, "question").join(fit, "question")
    rows: list[Row] = together.order_by("question").to_pyarrow().to_pylist()
    connection.disconnect()
    return rows


def judged_people(
    contract: Contract, asked: ir.Table, touches: ir.Table, activities: ir.Table
) -> ir.Table:
    measured = signals.signal_columns(contract, asked, touches, activities)
    people = asked.join(measured, "question")
    return people.mutate(
        icp_tier=customers.tier_column(contract, people),
        icp_excluded=customers.excluded_column(contract, people),
        persona=customers.persona_column(contract, people),
    )


def question_table(questions: Sequence[Question]) -> pa.Table:
    columns: dict[str, pa.Array[Any]] = {
        "question": pa.array(range(len(questions)), pa.int64()),
        "person": pa.array([each.person for each in questions], pa.string()),
        "account": pa.array([each.account for each in questions], pa.string()),
        "at": pa.array([each.at for each in questions], ARROW[Type.INSTANT]),
    }
    for word in (*ACCOUNT, *CONTACT):
        columns |= word_columns(word, [each.words.get(word.name) for each in questions])
    return pa.table(columns)


def event_table(source: str, events: Sequence[Happened]) -> pa.Table:
    rows = [each for each in events if each.event.source == source]
    columns: dict[str, pa.Array[Any]] = {
        "at": pa.array([each.event.at for each in rows], ARROW[Type.INSTANT]),
        "id": pa.array([each.event.id for each in rows], pa.string()),
        "person": pa.array([each.event.person for each in rows], pa.string()),
        "account": pa.array([each.account for each in rows], pa.string()),
    }
    for word in EVENT_SOURCES[source].values():
        columns |= word_columns(word, [each.event.values.get(word.name) for each in rows])
    return pa.table(columns)


def word_columns(word: Word, values: list[Any]) -> dict[str, pa.Array[Any]]:
    if word.type is not Type.MONEY:
        return {word.name: pa.array(values, ARROW[word.type])}
    amounts = [value if isinstance(value, Money) else None for value in values]
    return {
        f"{word.name}_minor": pa.array([each and each.minor for each in amounts], pa.int64()),
        f"{word.name}_currency": pa.array(
            [each and each.currency for each in amounts], pa.string()
        ),
    }
