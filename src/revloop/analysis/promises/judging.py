"""What became of clocks, over columns: their working time, when each was due, and who answers for it.

Working time is the one thing that is not written as a table; see `kit.working_time`. Words are
compared once each and stand as numbers from there on, for there are a million clocks and ten words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from revloop.agreement.contract import Contract
from revloop.agreement.form import ClockPromise
from revloop.kit.working_time.calendars import Calendar, always_open
from revloop.kit.working_time.columns import (
    NOBODY,
    Clocks,
    Pauses,
    Stretches,
    close_of_business_day,
    due,
    elapsed,
    responsible,
)
from revloop.kit.working_time.columns.arrow import (
    instants_from_arrow,
    instants_to_arrow,
)

if TYPE_CHECKING:
    from revloop.analysis.ground import Setting

Integers = NDArray[np.int64]
Instants = NDArray[np.datetime64]

MET, BREACHED, OPEN_BREACHED, PENDING, VOID = (
    "met",
    "breached",
    "open_breached",
    "open_pending",
    "void",
)
_STATES = (MET, VOID, BREACHED, PENDING, OPEN_BREACHED)
SALES, MARKETING = "sales", "marketing"
AT_RISK = 0.8
"""The share of the time after which a clock that runs is at risk."""
_OF_OWNER = "owner"
_NO_TIME = np.timedelta64("NaT", "us")
_NEVER = np.datetime64("NaT", "us")
_NOT_SAID = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A promise with a clock, as one version of the agreement says it."""

    version: str
    name: str
    side: str
    promise: ClockPromise


def terms(contract: Contract) -> list[Term]:
    """The promises with a clock of a version, those of sales first."""
    promises = contract.form.promises
    sides = ((SALES, promises.sales_to_marketing), (MARKETING, promises.marketing_to_sales))
    return [
        Term(contract.version, name, side, promise)
        for side, named in sides
        for name, promise in named.items()
        if isinstance(promise, ClockPromise)
    ]


def judge(
    started: pa.Table,
    *,
    pauses: pa.Table,
    owners: pa.Table,
    calendars: Mapping[int, str],
    setting: Setting,
) -> pa.Table:
    """What became of each clock that a version in force started, at the moment of the reading.

    Args:
        started: `clock`, `promise`, `inquiry_id`, `opportunity_id`, `owner_user_id`, `calendar`,
            `begin`, `stopped`, `voided`.
        pauses: `clock`, `event` (paused or resumed), `reason`, `at`, by clock and time.
        owners: `inquiry_id`, `user_id`, `at`, by lead and time.
        calendars: of each user, the name of a calendar.
        setting: the versions, with when each was in force, and the moment.

    """
    governed = _governed(started, setting)
    judged = governed >= 0
    if not judged.all():
        started, governed = started.filter(pa.array(judged)), governed[judged]
    agreed = [(each.contract, term) for each in setting.tenures for term in terms(each.contract)]
    moment = _instant(setting.as_of)
    begin = instants_from_arrow(started["begin"])
    stopped, voided = (_known(started[name], moment) for name in ("stopped", "voided"))
    end = np.fmin(stopped, voided)
    until = np.where(np.isnat(end), moment, end)
    book = _Book([], {})
    stretches = _stretches(_Held(started, owners, calendars), agreed, governed, book)
    kept = _pauses_of(started, pauses)
    result = _Judged(
        np.full(len(begin), _NO_TIME),
        np.full(len(begin), _NEVER),
        np.full(len(begin), NOBODY - 10, np.int64),
    )
    for number, (contract, term) in enumerate(agreed):
        some = np.flatnonzero(governed == number)
        if some.size:
            part = _part(some, begin, stretches, kept, book, contract)
            _work_out(result, some, part, until, term)
    terms_of = _TermOf([term for _, term in agreed], governed)
    return _told(started, terms_of, result, _Times(begin, stopped, end, until))


@dataclass(frozen=True, eq=False, slots=True)
class _Judged:
    worked: NDArray[np.timedelta64]
    due: Instants
    responsible: Integers


@dataclass(frozen=True, eq=False, slots=True)
class _Words:
    """A column of words: of each row the number of its word."""

    number: Integers
    words: list[str]

    @classmethod
    def of(cls, column: Any) -> _Words:
        """Of a column of texts; what is null is said as nothing."""
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        coded = whole.fill_null(_NOT_SAID).dictionary_encode()
        return cls(_numbers(coded.indices), [str(each) for each in coded.dictionary.to_pylist()])


def _governed(started: pa.Table, setting: Setting) -> Integers:
    """For each clock the number of its term in the version in force when it began; -1 for none."""
    begin = instants_from_arrow(started["begin"])
    promise = _Words.of(started["promise"])
    found = np.full(len(begin), -1, np.int64)
    number = 0
    for tenure in setting.tenures:
        during = begin >= _instant(tenure.begins)
        if tenure.ends is not None:
            during &= begin < _instant(tenure.ends)
        for term in terms(tenure.contract):
            if term.name in promise.words:
                found[during & (promise.number == promise.words.index(term.name))] = number
            number += 1
    return found


def _instant(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")


def _known(column: Any, moment: np.datetime64) -> Instants:
    """Instants up to the moment; what is later is not known."""
    found = instants_from_arrow(column)
    return np.where(found <= moment, found, _NEVER)


def _numbers(column: Any) -> Integers:
    """Keys, -1 where there is none."""
    return np.asarray(column.cast(pa.int64()).fill_null(-1).to_numpy(), np.int64)


@dataclass(frozen=True, slots=True)
class _Book:
    """Every calendar that some clock counts by, numbered."""

    calendars: list[Calendar]
    numbers: dict[tuple[str, str], int]

    def number(self, contract: Contract, name: str) -> int:
        """That of a calendar of a version; of one that it does not have, its working days."""
        known = contract.form.calendars
        name = name if name in known else contract.form.working_days
        key = (contract.version, name)
        if key not in self.numbers:
            self.numbers[key] = len(self.calendars)
            self.calendars.append(known[name].calendar)
        return self.numbers[key]

    def counting(
        self, agreed: Sequence[tuple[Contract, Term]], governed: Integers, named: _Words
    ) -> Integers:
        """The calendar of each clock: the one that its promise names, else that of its holder."""
        pairs = governed * len(named.words) + named.number
        found = np.full(len(agreed) * len(named.words), -1, np.int64)
        for pair in np.flatnonzero(np.bincount(pairs, minlength=len(found))):
            contract, term = agreed[int(pair) // len(named.words)]
            own = named.words[int(pair) % len(named.words)]
            calendar = term.promise.calendar
            found[pair] = self.number(contract, own if calendar == _OF_OWNER else calendar)
        calendars: Integers = found[pairs]
        return calendars


@dataclass(frozen=True, eq=False, slots=True)
class _Held:
    """Who held what: clocks with the owner that they began with, leads with those who got them."""

    started: pa.Table
    owners: pa.Table
    calendars: Mapping[int, str]

    def named(self, users: Integers, said: _Words) -> _Words:
        """The name of each user's calendar, else what the fact says."""
        words = [*said.words, *dict.fromkeys(self.calendars.values())]
        known = np.asarray(sorted(self.calendars), np.int64)
        if not known.size:
            return _Words(said.number, words)
        own = np.asarray([words.index(self.calendars[int(user)]) for user in known], np.int64)
        place = np.minimum(np.searchsorted(known, users), len(known) - 1)
        return _Words(np.where(known[place] == users, own[place], said.number), words)


def _stretches(
    held: _Held, agreed: Sequence[tuple[Contract, Term]], governed: Integers, book: _Book
) -> Stretches:
    """Who held each clock since when, and by which calendar it counted then."""
    begin = instants_from_arrow(held.started["begin"])
    owner = _numbers(held.started["owner_user_id"])
    said = _Words.of(held.started["calendar"])
    clock, place = _later(held, begin)
    users = np.concatenate([owner, _numbers(held.owners["user_id"])[place]])
    # An assignment says nothing of calendars: for it stands a word more.
    nothing = np.full(len(place), len(said.words), np.int64)
    said = _Words(np.concatenate([said.number, nothing]), [*said.words, _NOT_SAID])
    clocks = np.concatenate([np.arange(len(begin)), clock])
    return Stretches(
        clocks,
        np.concatenate([begin, instants_from_arrow(held.owners["at"])[place]]),
        book.counting(agreed, governed[clocks], held.named(users, said)),
        np.where(users < 0, NOBODY, users),
    )


def _later(held: _Held, begin: Instants) -> tuple[Integers, Integers]:
    """For every time that a lead changed hands while its clock had begun: the clock, and the row."""
    lead = _numbers(held.started["inquiry_id"])
    leads = _numbers(held.owners["inquiry_id"])
    first = np.searchsorted(leads, lead, "left")
    count = np.where(lead < 0, 0, np.searchsorted(leads, lead, "right") - first)
    clock = np.repeat(np.arange(len(lead)), count)
    within = np.arange(len(clock)) - np.repeat(np.cumsum(count) - count, count)
    place = np.repeat(first, count) + within
    after = instants_from_arrow(held.owners["at"])[place] > begin[clock]
    return clock[after], place[after]


@dataclass(frozen=True, eq=False, slots=True)
class _Stood:
    """Pauses by the number of their clock."""

    clock: Integers
    start: Instants
    end: Instants
    reason: list[str]


def _pauses_of(started: pa.Table, pauses: pa.Table) -> _Stood:
    """A pause goes from `paused` to the next `resumed` of its clock, or goes on."""
    clock: list[int] = []
    begins: list[np.datetime64] = []
    ends: list[np.datetime64] = []
    reasons: list[str] = []
    if pauses.num_rows:
        place = _numbers(pc.index_in(pauses["clock"], value_set=started["clock"].combine_chunks()))
        at = instants_from_arrow(pauses["at"])
        open_at: dict[int, int] = {}
        told = zip(
            place.tolist(),
            pauses["event"].to_pylist(),
            pauses["reason"].to_pylist(),
            at,
            strict=True,
        )
        for row, event, reason, instant in told:
            if row < 0:
                continue
            if event == "paused" and row not in open_at:
                open_at[row] = len(clock)
                clock.append(row)
                begins.append(instant)
                ends.append(_NEVER)
                reasons.append(reason or _NOT_SAID)
            elif event == "resumed" and row in open_at:
                ends[open_at.pop(row)] = instant
    return _Stood(
        np.asarray(clock, np.int64),
        np.asarray(begins, "datetime64[us]"),
        np.asarray(ends, "datetime64[us]"),
        reasons,
    )


def _part(
    some: Integers,
    begin: Instants,
    stretches: Stretches,
    stood: _Stood,
    book: _Book,
    contract: Contract,
) -> Clocks:
    """The clocks of one term, numbered from 0."""
    number = np.full(len(begin), -1, np.int64)
    number[some] = np.arange(some.size)
    own = number[stretches.clock] >= 0
    paused = number[stood.clock] >= 0 if stood.clock.size else np.zeros(0, np.bool_)
    allowed = contract.form.pauses
    names = sorted({stood.reason[row] for row in np.flatnonzero(paused)} & set(allowed))
    counts = np.asarray(
        [bool(each) and stood.reason[row] in allowed for row, each in enumerate(paused)], np.bool_
    )
    held = Stretches(
        number[stretches.clock[own]],
        np.maximum(stretches.since[own], begin[stretches.clock[own]]),
        stretches.calendar[own],
        stretches.owner[own] if stretches.owner is not None else None,
    )
    kept = Pauses(
        number[stood.clock[counts]],
        stood.start[counts],
        stood.end[counts],
        np.asarray([names.index(stood.reason[row]) for row in np.flatnonzero(counts)], np.int64),
        tuple(names),
    )
    at_most = {name: allowed[name].at_most.length for name in names}
    return Clocks(
        book.calendars or [always_open()],
        held,
        begin[some],
        kept if counts.any() else None,
        at_most,
    )


def _work_out(
    result: _Judged,
    some: Integers,
    part: Clocks,
    until: Instants,
    term: Term,
) -> None:
    within = term.promise.clock.within
    result.worked[some] = elapsed(part, until[some])
    if within.by_date:
        result.due[some] = close_of_business_day(part, within.amount)
    else:
        result.due[some] = due(part, within.length)
    result.responsible[some] = responsible(part, result.due[some])


@dataclass(frozen=True, eq=False, slots=True)
class _Times:
    """Of each clock: when it began, was stopped, ended, and until when it is looked at."""

    begin: Instants
    stopped: Instants
    end: Instants
    until: Instants


@dataclass(frozen=True, eq=False, slots=True)
class _TermOf:
    """Of each clock its term, as a number among all of them."""

    terms: list[Term]
    number: Integers

    def said(self, words: Sequence[str]) -> Any:
        """Of each clock the word of its term."""
        return pa.array(words, pa.string()).take(pa.array(self.number, pa.int64()))

    def by_date(self) -> NDArray[np.bool_]:
        """Whether the time of each clock is counted by date."""
        told = [each.promise.clock.within.by_date for each in self.terms]
        return np.asarray(told, np.bool_)[self.number]

    def target(self) -> NDArray[np.timedelta64]:
        """How long each clock has; nothing for those counted by date."""
        within = [each.promise.clock.within for each in self.terms]
        told = [timedelta(0) if each.by_date else each.length for each in within]
        return np.asarray(told, "timedelta64[us]")[self.number]


def _told(started: pa.Table, terms_of: _TermOf, result: _Judged, times: _Times) -> pa.Table:
    by_date, target = terms_of.by_date(), terms_of.target()
    in_time = np.where(by_date, times.until <= result.due, result.worked <= target)
    ended = ~np.isnat(times.end)
    met, void, breached, pending, open_breached = range(len(_STATES))
    state = np.select(
        [ended & in_time & (times.end == times.stopped), ended & in_time, ended, in_time],
        [met, void, breached, pending],
        open_breached,
    )
    broken = (state == breached) | (state == open_breached)
    near = np.where(
        by_date,
        (times.until - times.begin) >= AT_RISK * (result.due - times.begin),
        result.worked >= AT_RISK * target,
    )
    late = np.where(by_date, times.until - result.due, result.worked - target)
    named = broken & (result.responsible >= 0)
    keys = ("clock", "promise", "inquiry_id", "opportunity_id", "owner_user_id")
    return pa.table(
        {
            **{name: started[name] for name in keys},
            "version": terms_of.said([each.version for each in terms_of.terms]),
            "side": terms_of.said([each.side for each in terms_of.terms]),
            "begin": instants_to_arrow(times.begin),
            "end": instants_to_arrow(times.end),
            "due": instants_to_arrow(result.due),
            "worked": pa.array(_seconds(result.worked)),
            "wall": pa.array(_seconds(times.until - times.begin)),
            "late": pa.array(_seconds(late), mask=~broken),
            "state": pa.array(_STATES).take(pa.array(state, pa.int64())),
            "at_risk": pa.array((state == pending) & near),
            "responsible_user_id": pa.array(result.responsible, mask=~named),
            "unowned": pa.array(broken & ~named),
        }
    )


def _seconds(lengths: Any) -> Any:
    return lengths.astype("timedelta64[us]").astype(np.int64) / 1e6
