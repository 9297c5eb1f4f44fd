"""The clocks of promises: when each started and ended, whose time it took, and what became of it.

Each is judged by the version of the agreement that was in force when it started: its target, its
calendar, its pauses. Working time is computed over columns, and the answer is a table again, so that
every engine reads the same. Where nothing was agreed no clock runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis

from revloop.analysis import cuts
from revloop.analysis.cuts import CUTS
from revloop.analysis.days import dated
from revloop.analysis.promises.followed import followed
from revloop.analysis.promises.judging import BREACHED, MET, OPEN_BREACHED, PENDING, VOID, judge
from revloop.analysis.reading import MONTH

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground


def clocks(ground: Ground) -> ir.Table:
    """One row for each clock that a version in force started: as facts tell of it, else as it follows.

    Columns: `clock`, `promise`, `version`, `side`; `inquiry_id`, `opportunity_id`, `account_id`,
    `contact_id`, the cuts; `owner_user_id` at the start, `responsible_user_id` of a breach, null
    where nobody held it (`routing`); `begin`, `end`, `due`; `worked` and `wall` in seconds until the
    end or the moment of the reading; `state`, `at_risk`, `late` in seconds of working time; `month`
    and `week` of the start.
    """
    return ground.once(_clocks)


def _clocks(ground: Ground) -> ir.Table:
    begun = ground.of_facts(told) if ground.has("clock_event") else ground.once(followed)
    started = ground.facts.arrow(begun)
    judged = judge(
        started,
        pauses=ground.facts.arrow(_pauses(ground)),
        owners=ground.facts.arrow(_owners(ground, begun)),
        calendars=_calendars_of_users(ground),
        setting=ground.setting,
    )
    rows = ground.facts.held(judged)
    about = cuts.subjects(ground)
    of_leads = about.filter(about.subject == "inquiry").select(
        "account_id", "contact_id", *CUTS, lead_id="subject_id"
    )
    rows = rows.left_join(of_leads, rows.inquiry_id == of_leads.lead_id).drop("lead_id")
    unknown = {cut: cuts.known(rows[cut]) for cut in CUTS}
    return dated(rows.mutate(**unknown), "begin", ground.days, ground.calendar)


def told(ground: Ground) -> ir.Table:
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
    return found.filter(found.begin.notnull())


def _pauses(ground: Ground) -> ir.Table:
    rows = ground["clock_event"]
    rows = rows.filter(rows.event.isin(("paused", "resumed")))
    return rows.select("clock", "event", "reason", "at").order_by("clock", "at", "event")


def _owners(ground: Ground, started: ir.Table) -> ir.Table:
    """Who got each lead that has a clock, and when."""
    leads = started.select("inquiry_id").distinct()
    rows = ground["assignment"]
    rows = rows.filter(rows.inquiry_id.notnull()).semi_join(leads, "inquiry_id")
    return rows.order_by("inquiry_id", "at", "digest").select("inquiry_id", "user_id", "at")


def _calendars_of_users(ground: Ground) -> Mapping[int, str]:
    """The calendar that each user works by, by its name in the agreement."""
    rows = ground.facts["user"]
    named = ground.facts.arrow(rows.select("user_id", "calendar").filter(rows.calendar.notnull()))
    return {row["user_id"]: row["calendar"] for row in named.to_pylist()}


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
