"""Signals: numbers about the recent past of a person or their account, at the moment of asking.

An event counts if it happened at that moment or before and, where the signal looks back only
`within` a time, after its start: an event exactly 30 days old is outside `within: 30 days`. Time is
wall time in UTC and a day has 24 hours. An event whose `where` is unknown does not count.

    count           whole number; 0 if there is none
    count_distinct  whole number of different values, unknown ones left out
    sum             number, unknown values left out; 0 if there is none
    first, last     instant; unknown if there is none
    days_since      days as a fraction, from the last one; unknown if there is none

Over an account, the events of everybody there count. Somebody without an account has no account
signals: they are unknown.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from revloop.agreement.contract import Contract
from revloop.agreement.form import Signal
from revloop.agreement.judging.customers import over
from revloop.agreement.judging.events import (
    Event,
    day_of,
    in_microseconds,
    known_at,
    rows_that_count,
)
from revloop.agreement.judging.judges import judge
from revloop.agreement.problems import Path
from revloop.facts.vocabulary import EVENT_SOURCES
from revloop.kit.working_time.instants import DAY_US, MICROSECOND, in_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir

Value: TypeAlias = int | float | datetime | None
"""A whole number, a number or an instant; None is unknown."""

_DAY = timedelta(days=1)
_NOTHING_COUNTED = {"count": 0, "count_distinct": 0, "sum": 0.0}


# For one person.


def signals_of(
    contract: Contract,
    events: Iterable[Event],
    at: datetime,
    account_events: Iterable[Event] | None = None,
) -> dict[str, Value]:
    """Every signal of one person, by its name.

    Args:
        contract: The agreement that declares the signals.
        events: The person's own events, in any order; later ones than `at` are left out.
        at: The moment of asking.
        account_events: The events of everybody of their account, the person included; None if
            the person has no account.
    """
    now = in_utc(at)
    past = {"person": _by_source(events, now)}
    if account_events is not None:
        past["account"] = _by_source(account_events, now)
    return {
        name: _value(signal, _counted(contract, name, past[signal.over][signal.source], now), now)
        if signal.over in past
        else None
        for name, signal in contract.form.signals.items()
    }


def _by_source(events: Iterable[Event], at: datetime) -> dict[str, list[Event]]:
    every = list(events)
    return {source: known_at(every, source, at) for source in EVENT_SOURCES}


def _counted(contract: Contract, name: str, events: list[Event], at: datetime) -> list[Event]:
    signal = contract.form.signals[name]
    if signal.within is not None:
        start = at - signal.within.length
        events = [event for event in events if event.at > start]
    if signal.where is not None:
        holds = judge(contract, _where(name)).judge
        events = [event for event in events if holds(event.values).value]
    return events


def _value(signal: Signal, events: Sequence[Event], at: datetime) -> Value:
    match signal.measure:
        case "count":
            return len(events)
        case "count_distinct":
            return len(set(_known_values(signal, events)))
        case "sum":
            return math.fsum(_known_values(signal, events))
        case "first":
            return min((event.at for event in events), default=None)
        case "last":
            return max((event.at for event in events), default=None)
        case _:
            last = max((event.at for event in events), default=None)
            return None if last is None else (at - last) / _DAY


def _known_values(signal: Signal, events: Iterable[Event]) -> Iterable[Any]:
    values = (_value_of(event, signal.column or "") for event in events)
    return (value for value in values if value is not None)


def _value_of(event: Event, column: str) -> Any:
    match column:
        case "day":
            return event.day
        case "person":
            return event.person
        case _:
            return event.values.get(column)


def _where(name: str) -> Path:
    return ("signals", name, "where")


# For tables. Signals of one source over the same people share one pass over its events.


def signal_columns(
    contract: Contract, questions: ir.Table, touches: ir.Table, activities: ir.Table
) -> ir.Table:
    """Every signal for every question, as columns named like the signals beside `question`.

    Args:
        contract: The agreement that declares the signals.
        questions: `question` (unique), `person`, `account` (null if none), `at`: who is asked
            about, and the moment of asking.
        touches: Events as `revloop.agreement.judging.events` describes them.
        activities: The same.
    """
    sources = {"touch": touches, "activity": activities}
    asked = questions.select(
        "question", "person", "account", asked=in_microseconds(questions["at"])
    )
    signals = contract.form.signals
    answers = asked.select("question", _account="account")
    for (source, whose), names in _passes(signals).items():
        events = _events(contract, names, sources[source], whose)
        pairs = _pairs(signals, names, asked, events, whose)
        measures = {name: _measure(signals[name], pairs, name) for name in names}
        measured = pairs.group_by(_question=pairs["question"]).aggregate(**measures)
        same = answers["question"] == measured["_question"]
        answers = answers.left_join(measured, same).drop("_question")
    columns = {name: _answer(signal, answers, name) for name, signal in signals.items()}
    return answers.select("question", **columns)


def _passes(signals: Mapping[str, Signal]) -> dict[tuple[str, str], list[str]]:
    passes: dict[tuple[str, str], list[str]] = {}
    for name, signal in signals.items():
        passes.setdefault((signal.source, signal.over), []).append(name)
    return passes


def _events(contract: Contract, names: list[str], events: ir.Table, whose: str) -> ir.Table:
    """The events that any of the signals counts, with what each of them needs."""
    import ibis  # noqa: PLC0415 - half a second that one person's signals never need

    signals = contract.form.signals
    rows = rows_that_count(events, signals[names[0]].source)
    happened = in_microseconds(rows["at"])
    columns: dict[str, Any] = {}
    for name in names:
        where = contract.conditions.get(_where(name))
        holds = ibis.literal(value=True) if where is None else over(rows, where)
        columns[_counts(name)] = holds.fill_null(ibis.literal(value=False))
        if signals[name].column is not None:
            columns[_counted_value(name)] = _column(signals[name], rows, happened)
    kept = rows.select(whose=rows[whose], happened=happened, at=rows["at"], **columns)
    return kept.filter(functools.reduce(operator.or_, (kept[_counts(name)] for name in names)))


def _column(signal: Signal, events: ir.Table, happened: ir.IntegerColumn) -> ir.Value:
    import ibis  # noqa: PLC0415

    if signal.column == "day":
        return day_of(happened)
    known = signal.column in events.columns
    value = events[signal.column] if known else ibis.null("string")
    return value.cast("float64") if signal.sum is not None else value


def _pairs(
    signals: Mapping[str, Signal], names: list[str], asked: ir.Table, events: ir.Table, whose: str
) -> ir.Table:
    """Every question with every event that one of the signals may count for it."""
    same = [asked[whose] == events["whose"], events["happened"] <= asked["asked"]]
    windows = [_window(signals[name]) for name in names]
    if None not in windows:
        widest = max(window for window in windows if window is not None)
        same.append(events["happened"] > asked["asked"] - widest)
    return asked.select("question", "asked", whose).join(events, same)


def _window(signal: Signal) -> int | None:
    return None if signal.within is None else signal.within.length // MICROSECOND


def _measure(signal: Signal, pairs: ir.Table, name: str) -> ir.Value:
    window = _window(signal)
    counts = pairs[_counts(name)]
    if window is not None:
        counts &= pairs["happened"] > pairs["asked"] - window
    match signal.measure:
        case "count":
            return pairs.count(where=counts)
        case "count_distinct":
            return pairs[_counted_value(name)].nunique(where=counts)
        case "sum":
            return pairs[_counted_value(name)].sum(where=counts)
        case "first":
            return pairs["at"].min(where=counts)
        case "last":
            return pairs["at"].max(where=counts)
        case _:
            return (pairs["asked"] - pairs["happened"]).min(where=counts) / DAY_US


def _answer(signal: Signal, answers: ir.Table, name: str) -> ir.Value:
    """What the pass found; where it found nothing, what the signal says of nothing."""
    import ibis  # noqa: PLC0415

    found = answers[name]
    nothing = _NOTHING_COUNTED.get(signal.measure)
    value = found if nothing is None else found.fill_null(nothing)
    return value if signal.over == "person" else ibis.cases((answers["_account"].notnull(), value))


# No signal can have these names: identifiers begin with a letter.


def _counts(name: str) -> str:
    return f"_counts_{name}"


def _counted_value(name: str) -> str:
    return f"_value_{name}"
