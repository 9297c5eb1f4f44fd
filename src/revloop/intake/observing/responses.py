"""How long inquiries wait for an answer, by lane and by where they came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from revloop.agreement.starting.evidence import plural
from revloop.agreement.starting.observed import LaneSeen, Response, SourceSeen
from revloop.intake.observing.hours import Places
from revloop.intake.observing.raised import COLUMNS, UNKNOWN, Inquiries
from revloop.intake.observing.waiting import response
from revloop.kit.working_time import columns

MOST_VALUES = 12

Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Waits:
    """How long each inquiry waited, in working time; numbers are those of `Inquiries`."""

    measured: Truths
    """Whether the facts can tell."""
    waited: NDArray[np.int64]
    answered: Truths
    not_timed: Truths

    def of(self, chosen: Truths) -> Response:
        rows = np.flatnonzero(chosen & self.measured)
        not_timed = int((chosen & self.not_timed).sum())
        return response(self.waited[rows], self.answered[rows], not_timed)


def waits(found: Inquiries, places: Places) -> Waits:
    """The working time of whoever owned each inquiry, from the raised hand to the first answer."""
    answered = found.answered_at != UNKNOWN
    measured = (found.at <= found.until) & ~found.not_timed
    rows = np.flatnonzero(measured)
    waited = np.zeros(found.count, np.int64)
    if rows.size:
        start = found.at[rows]
        end = np.where(answered[rows], found.answered_at[rows], found.until)
        clocks = columns.Clocks(
            places.calendars(_years(start, end)),
            places.of_users(found.owner[rows]),
            start.view("datetime64[us]"),
        )
        waited[rows] = columns.elapsed(clocks, end.view("datetime64[us]")).astype(np.int64)
    return Waits(measured, waited, answered, found.not_timed)


def lanes(found: Inquiries, waits: Waits) -> tuple[LaneSeen, ...]:
    """The lanes that any inquiry would take, hottest first, and the last one."""
    return tuple(
        LaneSeen(name, when, int(taken.sum()), waits.of(taken))
        for name, (when, taken) in found.lanes().items()
        if taken.any()
    )


def sources(found: Inquiries, waits: Waits) -> tuple[SourceSeen, ...]:
    """The most frequent values of each column that says where inquiries came from."""
    return tuple(
        SourceSeen(column, value, count, waits.of(found.has(column, (value,))))
        for column in COLUMNS
        for value, count in found.values(column)[:MOST_VALUES]
    )


def missing(found: Inquiries) -> Iterator[str]:
    if not found.count:
        yield "inquiries: there are none, so nothing is known of sources and response times"
    elif not found.attempts:
        yield "response times: no call, mail or meeting of a person says that it went out"
    elif not found.said_automatic:
        yield (
            "response times: no activity says whether a machine sent it, so automatic mails may "
            "count as answers"
        )
    if found.not_timed.any():
        yield (
            "response times: of the first answer only the day is known, so left out are "
            f"{plural(int(found.not_timed.sum()), 'inquiry', 'inquiries')}"
        )


def _years(start: NDArray[np.int64], end: NDArray[np.int64]) -> range:
    first, last = (
        int(instants.astype("datetime64[us]").astype("datetime64[Y]").astype(np.int64)) + 1970
        for instants in (start.min(), end.max())
    )
    return range(first, last + 1)
