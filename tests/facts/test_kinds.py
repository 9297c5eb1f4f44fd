"""The kinds of facts are plain data, and agree with each other and with the words of conditions."""

from __future__ import annotations

import re

import pytest

from revloop.facts import vocabulary
from revloop.facts.columns import PROVENANCE, Holds, Kind
from revloop.facts.kinds import ENTITIES, KINDS
from revloop.facts.vocabulary import Type

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_STORED_AS = {
    Type.TEXT: {Holds.TEXT},
    Type.INTEGER: {Holds.INTEGER},
    Type.NUMBER: {Holds.NUMBER},
    Type.BOOLEAN: {Holds.BOOLEAN},
    Type.MONEY: {Holds.MONEY},
    Type.INSTANT: {Holds.INSTANT},
}
# Words that are worked out, not read: from lists kept in operations, or from other facts.
_WORKED_OUT = {"is_competitor", "is_embargoed", "roles_known", "roles_engaged"}


def kinds() -> list[Kind]:
    return list(KINDS.values())


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_names_are_plain_and_no_column_stands_twice(kind: Kind) -> None:
    stored = [name for name, _ in kind.stored()]
    private = [column.name for column in kind.private]

    assert all(_NAME.fullmatch(name) for name in (kind.name, *stored, *private))
    assert len({*stored, *private}) == len(stored) + len(private)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_every_reference_names_a_kind_with_keys(kind: Kind) -> None:
    for column in kind.references:
        assert column.of in ENTITIES
        assert column.name.endswith(f"{column.of}_id")


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_everything_is_explained(kind: Kind) -> None:
    assert kind.means
    assert kind.happened
    assert all(column.means for column in kind.columns)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_private_columns_never_reach_the_lake(kind: Kind) -> None:
    stored = {name for name, _ in kind.stored()}

    assert not stored & {column.name for column in kind.private}
    assert not stored & {"email", "phone", "mobile", "first_name", "last_name", "note", "comment"}


def test_every_fact_carries_where_it_comes_from_and_when() -> None:
    for kind in kinds():
        stored = dict(kind.stored())
        for column in PROVENANCE:
            assert stored[column.name] is column.holds


def test_money_is_minor_units_and_a_currency() -> None:
    stored = dict(KINDS["opportunity"].stored())

    assert stored["amount_minor"] is Holds.INTEGER
    assert stored["amount_currency"] is Holds.TEXT
    assert "amount" not in stored


@pytest.mark.parametrize("word", vocabulary.VOCABULARY.values(), ids=lambda word: word.name)
def test_the_words_of_conditions_are_columns_of_the_facts(word: vocabulary.Word) -> None:
    if word.name in _WORKED_OUT:
        return
    column = KINDS[word.of][word.name]

    assert column.holds in _STORED_AS[word.type]
    if word.values and word.of not in {"touch", "activity"}:
        assert column.values == word.values


def test_what_a_signal_counts_are_columns_of_touch_and_activity() -> None:
    for kind, columns in vocabulary.EVENT_SOURCES.items():
        for name, word in columns.items():
            assert KINDS[kind][name].holds in _STORED_AS[word.type]
            assert KINDS[kind][name].values == word.values
