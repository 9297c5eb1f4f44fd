"""Promises that are no clock: shares of cases handled as agreed, and enough attempts in time.

Each case is judged by the version of the agreement that was in force when it arose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from revloop.agreement.form import CountPromise, SharePromise
from revloop.analysis import cuts
from revloop.analysis.cuts import CUTS
from revloop.analysis.days import dated
from revloop.analysis.ground import Tenure
from revloop.analysis.loop.revisits import grace, talked_again
from revloop.analysis.loop.words import moves
from revloop.analysis.promises.clocks import clock_sums
from revloop.analysis.promises.handovers import holds, names_fields, offers
from revloop.analysis.promises.judging import MARKETING, SALES
from revloop.analysis.reading import MONTH, schema
from revloop.kit.working_time.columns import Clocks, close_of_business_day
from revloop.kit.working_time.columns.arrow import instants_from_arrow, instants_to_arrow

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

FALSE = ibis.literal(value=False)
KEPT, BROKEN, PENDING = "kept", "broken", "pending"
REFUSED = ("reject", "recycle", "disqualify")
WEEK = "week"
_TALKED = ("connected", "replied", "held", "meeting_set")
_INSTANT = "timestamp('UTC', 6)"
_NONE = ibis.null("int64")
_NO_TIME = ibis.null(_INSTANT)
_NO_CASES = schema(
    ("promise", "version", "side", "kind"),
    {
        **dict.fromkeys(("inquiry_id", "opportunity_id", "user_id"), pa.int64()),
        **dict.fromkeys(("arose", "due"), pa.timestamp("us", "UTC")),
        "state": pa.string(),
    },
).empty_table()


def promise_sums(ground: Ground) -> ir.Table:
    """Every promise of clock, share and count: what became of its cases.

    Columns: `promise`, `version`, `side`, `kind`; `month` in which the case arose; cuts; `kept`,
    `broken`, of which `still_open` are not ended yet; `pending`, `void` and `at_risk`.
    """
    return _counted(ground, MONTH)


def restated_sums(ground: Ground) -> ir.Table:
    """As `promise_sums`, had the version in force at the moment governed since ever."""
    return promise_sums(ground.restated)


def restated_weeks(ground: Ground) -> ir.Table:
    """As `restated_sums`, by `week` (its Monday), with the `month` of that Monday."""
    found = _counted(ground.restated, WEEK)
    return found.mutate(month=found.week.substr(0, 7))


def _counted(ground: Ground, time: str) -> ir.Table:
    found = clock_sums(ground, time)
    found = found.select(
        "promise",
        "version",
        "side",
        time,
        *CUTS,
        kind=ibis.literal("clock"),
        kept=found.met,
        broken=found.breached + found.open_breached,
        still_open=found.open_breached,
        pending=found.pending,
        void=found.void,
        at_risk=found.at_risk,
    )
    rows = cases(ground)
    grouped = rows.group_by(["promise", "version", "side", time, *CUTS, "kind"]).agg(
        kept=(rows.state == KEPT).sum().cast("int64"),
        broken=(rows.state == BROKEN).sum().cast("int64"),
        pending=(rows.state == PENDING).sum().cast("int64"),
    )
    none = ibis.literal(0, "int64")
    return found.union(
        grouped.mutate(still_open=none, void=none, at_risk=none).select(*found.columns)
    )


@dataclass(frozen=True, slots=True)
class _Term:
    tenure: Tenure
    name: str
    side: str
    promise: SharePromise | CountPromise


def _agreed(ground: Ground) -> Iterator[_Term]:
    for tenure in ground.setting.tenures:
        promises = tenure.contract.form.promises
        sides = ((SALES, promises.sales_to_marketing), (MARKETING, promises.marketing_to_sales))
        for side, named in sides:
            for name, promise in named.items():
                if isinstance(promise, SharePromise | CountPromise):
                    yield _Term(tenure, name, side, promise)


def cases(ground: Ground) -> ir.Table:
    """Every case of a share or a count, as the version in force when it arose judges it.

    Columns: `promise`, `version`, `side`, `kind`; `inquiry_id`, `opportunity_id`; `user_id`, who had
    it in hand; `arose`, `due` where it had a day, `state`; `month`, `week`, the cuts, `account_id`
    and `contact_id`.
    """
    return ground.once(_cases)


def _cases(ground: Ground) -> ir.Table:
    told = [_judged(ground, term) for term in _agreed(ground)]
    rows = ibis.union(*told) if told else ground.facts.held(_NO_CASES)
    about = cuts.subjects(ground).filter(lambda t: t.subject == "inquiry")
    about = about.select("account_id", "contact_id", *CUTS, lead_id="subject_id")
    rows = rows.left_join(about, rows.inquiry_id == about.lead_id).drop("lead_id")
    rows = rows.mutate(**{cut: cuts.known(rows[cut]) for cut in CUTS})
    return dated(rows, "arose", ground.days, ground.calendar)


def _judged(ground: Ground, term: _Term) -> ir.Table:
    if isinstance(term.promise, CountPromise):
        found, kind = _persisted(ground, term), "count"
    else:
        found, kind = _CASES[term.promise.share.of](ground, term), "share"
    found = found.filter(found.arose >= ground.moment(term.tenure.begins, found.arose))
    if term.tenure.ends is not None:
        found = found.filter(found.arose < ground.moment(term.tenure.ends, found.arose))
    return found.select(
        promise=ibis.literal(term.name),
        version=ibis.literal(term.tenure.contract.version),
        side=ibis.literal(term.side),
        kind=ibis.literal(kind),
        inquiry_id=found.inquiry_id.cast("int64"),
        opportunity_id=found.opportunity_id.cast("int64"),
        user_id=found.user_id.cast("int64"),
        arose=found.arose.cast(_INSTANT),
        due=found.due.cast(_INSTANT),
        state=found.state,
    )


def _state(*, kept: Any, pending: Any) -> Any:
    return ibis.cases(
        (kept.fill_null(FALSE), KEPT), (pending.fill_null(FALSE), PENDING), else_=BROKEN
    )


def _offered(ground: Ground, term: _Term) -> ir.Table:
    """Offers of marketing, and what sales answered."""
    rows = offers(ground)
    accepted = rows.accepted_at.notnull() & ground.until(rows.accepted_at)
    refused = rows.rejected_at.notnull() & ground.until(rows.rejected_at)
    expired = rows.expired_at.notnull() & ground.until(rows.expired_at)
    kept, pending = accepted, ~(accepted | refused | expired)
    if _having(term) == "complete":
        kept, pending = _complete(rows, term), ~_is_told(rows)
    return rows.select(
        inquiry_id="inquiry_id",
        opportunity_id="opportunity_id",
        user_id="from_user_id",
        arose=rows["at"],
        due=_NO_TIME,
        state=_state(kept=kept, pending=pending),
    )


def _handed(ground: Ground, term: _Term) -> ir.Table:
    """Hand-overs, and whether what they must hold was there."""
    rows = offers(ground)
    rows = rows.filter(_is_told(rows))
    return rows.select(
        inquiry_id="inquiry_id",
        opportunity_id="opportunity_id",
        user_id="from_user_id",
        arose=rows["at"],
        due=_NO_TIME,
        state=_state(kept=_complete(rows, term), pending=FALSE),
    )


def _is_told(rows: ir.Table) -> Any:
    return names_fields(rows) | rows.completeness.notnull()


def _complete(rows: ir.Table, term: _Term) -> Any:
    """Whether all was there that this version asks for; where fields are not named, the source's word."""
    said_so = (rows.completeness >= 1).fill_null(FALSE)
    fields = term.promise.fields if isinstance(term.promise, SharePromise) else ()
    if not fields:
        return said_so
    whole = names_fields(rows)
    for field in fields:
        whole &= holds(rows, field)
    return ibis.ifelse(names_fields(rows), whole, said_so)


def _rejections(ground: Ground, term: _Term) -> ir.Table:
    """Refusals, and whether they gave a reason that the agreement knows."""
    rows = ground["qualification_decision"]
    rows = rows.filter(rows.verdict.isin(REFUSED))
    reasons = term.tenure.contract.form.reasons
    known = [*reasons.disqualify, *reasons.recycle, *reasons.lost]
    return rows.select(
        inquiry_id="inquiry_id",
        opportunity_id=_NONE,
        user_id="decider_user_id",
        arose=rows["at"],
        due=_NO_TIME,
        state=_state(kept=rows.reason.isin(known), pending=FALSE),
    )


def _recycled_returns(ground: Ground, term: _Term) -> ir.Table:
    """Recycled leads whose day has come, and whether they came back in time."""
    moved = moves(ground)
    moved = moved.filter(moved.subject == "inquiry", moved.inquiry_id.notnull())
    put = moved.filter(moved.return_on.notnull(), moved.stage == "recycled")
    put = put.select("inquiry_id", put_at=put["at"], due=put.return_on.cast(put["at"].type()))
    later = moved.filter(
        ~moved.stage.isin(("recycled", "disqualified", "expired", "rejected", "lost"))
    )
    later = later.select(lead="inquiry_id", came_at=later["at"])
    joined = put.left_join(later, (put.inquiry_id == later.lead) & (later.came_at > put.put_at))
    cases = joined.group_by(["inquiry_id", "put_at", "due"]).agg(came_at=joined.came_at.min())
    return _back(ground, term, cases.mutate(opportunity_id=_NONE, user_id=_NONE))


def _lost_returns(ground: Ground, term: _Term) -> ir.Table:
    """Lost opportunities whose day has come, and whether somebody talked to the company again."""
    return _back(ground, term, talked_again(ground, _grace(term)))


def _back(ground: Ground, term: _Term, cases: ir.Table) -> ir.Table:
    cases = cases.filter(ground.until(cases.due))
    ends = cases.due + ibis.interval(days=_grace(term) + 1)  # the whole of the last day counts
    moment = ground.moment(ground.setting.as_of, cases.due)
    return cases.select(
        inquiry_id="inquiry_id",
        opportunity_id="opportunity_id",
        user_id="user_id",
        arose=cases.due,
        due=ends,
        state=_state(kept=cases.came_at < ends, pending=cases.came_at.isnull() & (ends > moment)),
    )


def _grace(term: _Term) -> int:
    return grace(term.promise if isinstance(term.promise, SharePromise) else None)


def _having(term: _Term) -> str | None:
    return term.promise.share.having if isinstance(term.promise, SharePromise) else None


_CASES: dict[str, Callable[[Ground, _Term], ir.Table]] = {
    "offered": _offered,
    "handoffs": _handed,
    "rejections": _rejections,
    "recycled_returns_due": _recycled_returns,
    "lost_returns_due": _lost_returns,
}


def _persisted(ground: Ground, term: _Term) -> ir.Table:
    """Leads that were routed to somebody, and whether enough attempts were made in time."""
    if not isinstance(term.promise, CountPromise):
        raise TypeError(term.name)
    count = term.promise.count
    form = term.tenure.contract.form
    named = form.calendars[term.promise.calendar or form.working_days]
    got = ground["assignment"]
    got = got.filter(got.inquiry_id.notnull(), got.user_id.notnull())
    order = [got["at"], got.digest]
    first = ibis.row_number().over(group_by="inquiry_id", order_by=order)
    got = got.mutate(turn=first).filter(lambda t: t.turn == 0)
    got = got.select("inquiry_id", "user_id", begin=got["at"])
    got = got.filter(got.begin >= ground.moment(term.tenure.begins, got.begin))
    started = ground.facts.arrow(got.order_by("inquiry_id"))
    begin = instants_from_arrow(started["begin"])
    if count.within.by_date:
        clocks = Clocks([named.calendar], np.zeros(len(begin), np.int64), begin)
        until = close_of_business_day(clocks, count.within.amount)
    else:
        until = begin + np.timedelta64(count.within.length, "us")
    windows = ground.facts.held(
        pa.table(
            {
                "inquiry_id": started["inquiry_id"].cast(pa.int64()),
                "user_id": started["user_id"].cast(pa.int64()),
                "begin": instants_to_arrow(begin),
                "until": instants_to_arrow(until),
            }
        )
    )
    done = ground["activity"]
    done = done.filter(done.inquiry_id.notnull(), ~done.automated.fill_null(FALSE))
    done = done.select(
        lead="inquiry_id",
        made_at=done["at"],
        tried=done.direction == "out",
        talked=(done.direction == "two_way") | done.outcome.isin(_TALKED),
    )
    within = (done.made_at >= windows.begin) & (done.made_at <= windows.until)
    joined = windows.left_join(done, (windows.inquiry_id == done.lead) & within)
    cases = joined.group_by(["inquiry_id", "user_id", "begin", "until"]).agg(
        attempts=joined.tried.fill_null(FALSE).sum(), talked=joined.talked.fill_null(FALSE).max()
    )
    excused = cases.talked if count.unless == "connected" else FALSE
    moment = ground.moment(ground.setting.as_of, cases.until)
    return cases.select(
        inquiry_id="inquiry_id",
        opportunity_id=_NONE,
        user_id="user_id",
        arose=cases.begin,
        due=cases.until,
        state=_state(
            kept=(cases.attempts >= count.at_least) | excused, pending=cases.until > moment
        ),
    )
