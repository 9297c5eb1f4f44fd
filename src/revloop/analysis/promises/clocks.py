"""The clocks of promises: when each started and ended, whose time it took, and what became of it.

Each is judged by the version of the agreement that was in force when it started: its target, its
calendar, its pauses. Working time is computed over columns, and the answer is a table again, so that
every engine reads the same. Where nothing was agreed no clock runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from revloop.agreement.contract import Contract
from revloop.agreement.form import ClockPromise
from revloop.analysis import cuts
from revloop.analysis.cuts import CUTS
from revloop.analysis.days import dated
from revloop.analysis.reading import MONTH
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
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground


Integers = NDArray[np.int64]
Instants = NDArray[np.datetime64]
Texts = NDArray[np.str_]

MET, BREACHED, OPEN_BREACHED, PENDING, VOID = (
    "met",
    "breached",
    "open_breached",
    "open_pending",
    "void",
)
SALES, MARKETING = "sales", "marketing"
AT_RISK = 0.8
"""The share of the time after which a clock that runs is at risk."""
_OF_OWNER = "owner"
_NO_TIME = np.timedelta64("NaT", "us")
_NEVER = np.datetime64("NaT", "us")
FALSE = ibis.literal(value=False)


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


def clocks(ground: Ground) -> ir.Table:
    """One row for each clock that a version in force started.

    Columns: `clock`, `promise`, `version`, `side`; `inquiry_id`, `opportunity_id`, `account_id`,
    `contact_id`, the cuts; `owner_user_id` at the start, `responsible_user_id` of a breach, null
    where nobody held it (`routing`); `begin`, `end`, `due`; `worked` and `wall` in seconds until the
    end or the moment of the reading; `state`, `at_risk`, `late` in seconds of working time; `month`
    and `week` of the start.
    """
    return ground.once(_clocks)


def _clocks(ground: Ground) -> ir.Table:
    started = ground.facts.arrow(_started(ground))
    judged = judge(
        started,
        pauses=ground.facts.arrow(_pauses(ground)),
        owners=ground.facts.arrow(_owners(ground)),
        calendars=_calendars_of_users(ground),
        ground=ground,
    )
    rows = ground.facts.held(judged)
    about = cuts.subjects(ground)
    of_leads = about.filter(about.subject == "inquiry").select(
        "account_id", "contact_id", *CUTS, lead_id="subject_id"
    )
    rows = rows.left_join(of_leads, rows.inquiry_id == of_leads.lead_id).drop("lead_id")
    unknown = {cut: cuts.known(rows[cut]) for cut in CUTS}
    return dated(rows.mutate(**unknown), "begin", ground.days, ground.calendar)


def _started(ground: Ground) -> ir.Table:
    """Clocks as facts tell of them: one row each, with what is known of start and end."""
    rows = ground["clock_event"]

    def at(event: str) -> Any:
        return rows["at"].min(where=rows.event == event)

    def said(column: str) -> Any:
        return rows[column].max(where=rows.event == "started")

    found = rows.group_by("clock").agg(
        promise=rows.promise.max(),
        inquiry_id=rows.inquiry_id.max(),
        opportunity_id=rows.opportunity_id.max(),
        owner_user_id=said("owner_user_id"),
        calendar=said("calendar"),
        begin=at("started"),
        stopped=at("stopped"),
        voided=at("voided"),
    )
    return found.filter(found.begin.notnull()).order_by("begin", "clock")


def _pauses(ground: Ground) -> ir.Table:
    rows = ground["clock_event"]
    rows = rows.filter(rows.event.isin(("paused", "resumed")))
    return rows.select("clock", "event", "reason", "at").order_by("clock", "at", "event")


def _owners(ground: Ground) -> ir.Table:
    """Who got each lead that has a clock, and when."""
    leads = ground["clock_event"].select("inquiry_id").distinct()
    rows = ground["assignment"]
    rows = rows.filter(rows.inquiry_id.notnull()).semi_join(leads, "inquiry_id")
    return rows.order_by("inquiry_id", "at", "digest").select("inquiry_id", "user_id", "at")


def _calendars_of_users(ground: Ground) -> Mapping[int, str]:
    """The calendar that each user works by, by its name in the agreement."""
    rows = ground.facts["user"]
    named = ground.facts.arrow(rows.select("user_id", "calendar").filter(rows.calendar.notnull()))
    return {row["user_id"]: row["calendar"] for row in named.to_pylist()}


# From here on columns, not tables.


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
        self, agreed: Sequence[tuple[Contract, Term]], governed: Integers, names: Texts
    ) -> Integers:
        """The calendar of each clock: the one that its promise names, else that of its holder."""
        words, word = np.unique(names, return_inverse=True)
        pairs, pair = np.unique(governed * len(words) + word, return_inverse=True)
        found = []
        for each in pairs:
            contract, term = agreed[int(each) // len(words)]
            named = term.promise.calendar
            found.append(
                self.number(
                    contract, str(words[each % len(words)]) if named == _OF_OWNER else named
                )
            )
        return np.asarray(found, np.int64)[pair]


def judge(
    started: pa.Table,
    *,
    pauses: pa.Table,
    owners: pa.Table,
    calendars: Mapping[int, str],
    ground: Ground,
) -> pa.Table:
    """What became of each clock, at the moment of the reading.

    Args:
        started: `clock`, `promise`, `inquiry_id`, `opportunity_id`, `owner_user_id`, `calendar`,
            `begin`, `stopped`, `voided`.
        pauses: `clock`, `event` (paused or resumed), `reason`, `at`, by clock and time.
        owners: `inquiry_id`, `user_id`, `at`, by lead and time.
        calendars: of each user, the name of a calendar.
        ground: for the versions in force and the moment.

    """
    governed = _governed(started, ground)
    rows = np.flatnonzero(governed >= 0)
    started = started.take(rows)
    governed = governed[rows]
    agreed = _agreed(ground)
    moment = np.datetime64(ground.setting.as_of.astimezone(UTC).replace(tzinfo=None), "us")
    begin = instants_from_arrow(started["begin"])
    stopped, voided = (_known(started[name], moment) for name in ("stopped", "voided"))
    end = np.fmin(stopped, voided)
    until = np.where(np.isnat(end), moment, end)
    book = _Book([], {})
    stretches = _stretches(_Held(started, owners, calendars), agreed, governed, book)
    kept = _pauses_of(started, pauses)
    result = _Judged(
        np.full(len(rows), _NO_TIME),
        np.full(len(rows), _NEVER),
        np.full(len(rows), NOBODY - 10, np.int64),
    )
    for number, (contract, term) in enumerate(agreed):
        some = np.flatnonzero(governed == number)
        if some.size:
            part = _part(some, begin, stretches, kept, book, contract)
            _work_out(result, some, part, until, term)
    terms_of = [agreed[each][1] for each in governed]
    return _told(started, terms_of, result, _Times(begin, stopped, end, until))


@dataclass(frozen=True, eq=False, slots=True)
class _Judged:
    worked: NDArray[np.timedelta64]
    due: Instants
    responsible: Integers


def _agreed(ground: Ground) -> list[tuple[Contract, Term]]:
    return [
        (each.contract, term) for each in ground.setting.tenures for term in terms(each.contract)
    ]


def _governed(started: pa.Table, ground: Ground) -> Integers:
    """For each clock the number of its term in the version in force when it began; -1 for none."""
    begin = instants_from_arrow(started["begin"])
    promise = np.asarray(started["promise"].to_pylist(), np.object_)
    found = np.full(len(begin), -1, np.int64)
    number = 0
    for tenure in ground.setting.tenures:
        during = begin >= _instant(tenure.begins)
        if tenure.ends is not None:
            during &= begin < _instant(tenure.ends)
        for term in terms(tenure.contract):
            found[during & (promise == term.name)] = number
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


@dataclass(frozen=True, eq=False, slots=True)
class _Held:
    """Who held what: clocks with the owner that they began with, leads with those who got them."""

    started: pa.Table
    owners: pa.Table
    calendars: Mapping[int, str]

    def names(self, users: Integers, said: Texts) -> Texts:
        """The calendar of each user, else the one that the fact names."""
        each, user = np.unique(users, return_inverse=True)
        own = np.asarray([self.calendars.get(int(one), "") for one in each], np.str_)[user]
        return np.where(own == "", said, own)


def _stretches(
    held: _Held, agreed: Sequence[tuple[Contract, Term]], governed: Integers, book: _Book
) -> Stretches:
    """Who held each clock since when, and by which calendar it counted then."""
    begin = instants_from_arrow(held.started["begin"])
    owner = _numbers(held.started["owner_user_id"])
    said = np.asarray([each or "" for each in held.started["calendar"].to_pylist()], np.str_)
    clock, place = _later(held, begin)
    user = _numbers(held.owners["user_id"])[place]
    users = np.concatenate([owner, user])
    named = held.names(users, np.concatenate([said, np.full(len(place), "", said.dtype)]))
    clocks = np.concatenate([np.arange(len(begin)), clock])
    return Stretches(
        clocks,
        np.concatenate([begin, instants_from_arrow(held.owners["at"])[place]]),
        book.counting(agreed, governed[clocks], named),
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
    place = {name: row for row, name in enumerate(started["clock"].to_pylist())}
    clock: list[int] = []
    begins: list[np.datetime64] = []
    ends: list[np.datetime64] = []
    reasons: list[str] = []
    at = instants_from_arrow(pauses["at"])
    open_at: dict[str, int] = {}
    for number, row in enumerate(pauses.select(["clock", "event", "reason"]).to_pylist()):
        name = row["clock"]
        if name not in place:
            continue
        if row["event"] == "paused" and name not in open_at:
            open_at[name] = len(clock)
            clock.append(place[name])
            begins.append(at[number])
            ends.append(_NEVER)
            reasons.append(row["reason"] or "")
        elif row["event"] == "resumed" and name in open_at:
            ends[open_at.pop(name)] = at[number]
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


def _told(started: pa.Table, terms_of: Sequence[Term], result: _Judged, times: _Times) -> pa.Table:
    by_date, target = _targets(terms_of)
    in_time = np.where(by_date, times.until <= result.due, result.worked <= target)
    ended = ~np.isnat(times.end)
    state = np.select(
        [ended & in_time & (times.end == times.stopped), ended & in_time, ended, in_time],
        [MET, VOID, BREACHED, PENDING],
        OPEN_BREACHED,
    )
    broken = (state == BREACHED) | (state == OPEN_BREACHED)
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
            "version": pa.array([each.version for each in terms_of], pa.string()),
            "side": pa.array([each.side for each in terms_of], pa.string()),
            "begin": instants_to_arrow(times.begin),
            "end": instants_to_arrow(times.end),
            "due": instants_to_arrow(result.due),
            "worked": pa.array(_seconds(result.worked)),
            "wall": pa.array(_seconds(times.until - times.begin)),
            "late": pa.array(_seconds(late), mask=~broken),
            "state": pa.array(state.astype(object), pa.string()),
            "at_risk": pa.array((state == PENDING) & near),
            "responsible_user_id": pa.array(result.responsible, mask=~named),
            "unowned": pa.array(broken & ~named),
        }
    )


def _targets(terms_of: Sequence[Term]) -> tuple[Any, Any]:
    """Whether the time of each clock is counted by date, and how long it is where it is not."""
    within = {id(each): each.promise.clock.within for each in terms_of}
    lengths = {
        key: (one.by_date, timedelta(0) if one.by_date else one.length)
        for key, one in within.items()
    }
    told = [lengths[id(each)] for each in terms_of]
    return (
        np.asarray([by_date for by_date, _ in told], np.bool_),
        np.asarray([length for _, length in told], "timedelta64[us]"),
    )


def _seconds(lengths: Any) -> Any:
    return lengths.astype("timedelta64[us]").astype(np.int64) / 1e6


def clock_sums(ground: Ground, time: str = MONTH) -> ir.Table:
    """Clocks by `promise`, `version`, `side`, `month` or `week` of the start, cuts: how many of each.

    Columns: `met`, `breached`, `open_breached`, `pending`, `void`, `at_risk`.
    """
    rows = clocks(ground)
    states = {
        "met": MET,
        "breached": BREACHED,
        "open_breached": OPEN_BREACHED,
        "pending": PENDING,
        "void": VOID,
    }
    return rows.group_by(["promise", "version", "side", time, *CUTS]).agg(
        **{name: (rows.state == state).sum().cast("int64") for name, state in states.items()},
        at_risk=rows.at_risk.sum().cast("int64"),
    )


def clock_rows(ground: Ground) -> ir.Table:
    """Each clock, with `late_minutes` of working time."""
    rows = clocks(ground)
    return rows.mutate(
        late_minutes=rows.late / 60,
        minutes=rows.worked / 60,
        who=ibis.ifelse(rows.unowned, "routing", ""),
    ).drop("at_risk", "unowned")
