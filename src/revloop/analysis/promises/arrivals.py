"""When leads come, and whether anybody works then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from revloop.analysis import cuts, phrases
from revloop.analysis.days import dated
from revloop.analysis.ground import Setting
from revloop.analysis.loop.passes import counted
from revloop.analysis.needs import Need
from revloop.analysis.promises import charts
from revloop.analysis.rates import Rate
from revloop.analysis.reading import (
    Column,
    Found,
    Given,
    Headline,
    Reading,
    Sums,
    added,
    schema,
)
from revloop.kit.working_time import elapsed

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

_CUTS = ("source", "segment", "region")
_WEEKS = 4
"""Over so many weeks it is looked who works when, so that one holiday does not close an hour."""
_HALF = 0.5
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def arrival_sums(ground: Ground) -> ir.Table:
    """Leads by `weekday` (0 for Monday) and `hour` of the company's zone, `month` and cuts: `n`."""
    leads = counted(ground).select("inquiry_id", raised_at="at")
    about = cuts.subjects(ground).filter(lambda t: t.subject == "inquiry")
    about = about.select(*_CUTS, lead_id="subject_id")
    rows = leads.left_join(about, leads.inquiry_id == about.lead_id).drop("lead_id")
    rows = rows.mutate(
        **{cut: cuts.known(rows[cut]) for cut in _CUTS},
        weekday=ground.days.weekday(rows.raised_at),
        hour=ground.days.hour(rows.raised_at),
    )
    rows = dated(rows, "raised_at", ground.days, ground.calendar)
    return rows.group_by(["weekday", "hour", "month", *_CUTS]).agg(n=rows.count().cast("int64"))


ARRIVALS = Sums("arrivals", arrival_sums, _CUTS)


def staffed(setting: Setting) -> Mapping[tuple[int, int], float] | None:
    """For each weekday and hour of the company's zone, the share of it that a calendar was open.

    Of the calendars of the agreement in force, the one that was open longest, in the four weeks
    before the moment. None where nothing was agreed.
    """
    if setting.agreement is None:
        return None
    calendars = [each.calendar for each in setting.agreement.form.calendars.values()]
    zone = ZoneInfo(setting.zone)
    monday = setting.today - timedelta(days=setting.today.weekday() + 7 * _WEEKS)
    found: dict[tuple[int, int], float] = {}
    for weekday in range(7):
        for hour in range(24):
            begins = [
                datetime.combine(
                    monday + timedelta(days=7 * week + weekday), time(hour), zone
                ).astimezone(UTC)
                for week in range(_WEEKS)
            ]
            found[weekday, hour] = max(
                sum(
                    elapsed(each, begin, begin + timedelta(hours=1)) / timedelta(hours=1)
                    for begin in begins
                )
                / _WEEKS
                for each in calendars
            )
    return found


def conclude(given: Given) -> Found:
    by = given.asked.by
    told = added(given.sums(ARRIVALS.name), (*by, "weekday", "hour"), ("n",)).to_pylist()
    open_for = staffed(given.setting)
    rows = [
        {
            **{cut: row[cut] for cut in by},
            "weekday": row["weekday"],
            "hour": row["hour"],
            "day": WEEKDAYS[row["weekday"]],
            "n": row["n"],
            "staffed": None if open_for is None else open_for[row["weekday"], row["hour"]],
        }
        for row in told
    ]
    n = sum(row["n"] for row in rows)
    alone = sum(row["n"] for row in rows if row["staffed"] is not None and row["staffed"] < _HALF)
    rate = Rate(alone, n) if open_for is not None else Rate(0, 0)
    low, high = rate.interval or (None, None)
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(rows, rate, given),
        headline=Headline(rate.value, "0 to 1", low, high, rate.x, rate.n)
        if rate.n and not by
        else None,
        notes=() if open_for is None else (_NOTE,),
    )


_NOTE = (
    "An hour counts as staffed if a calendar of the agreement in force was open for most of it in the"
    " last four weeks. Clocks run only while the calendar of their promise is open."
)


def _sentence(rows: list[dict[str, Any]], rate: Rate, given: Given) -> str:
    if not rows:
        return "No lead came in this time."
    busiest = max(rows, key=lambda row: (row["n"], -row["weekday"], -row["hour"]))
    told = f"Most leads come on {busiest['day']} from {busiest['hour']} h ({given.setting.zone})"
    if not rate.n:
        return f"{told}; no working hours are agreed."
    return f"{told}; {phrases.rate(rate)} come while nobody works."


_HELD: Mapping[str, pa.DataType] = {
    "weekday": pa.int64(),
    "hour": pa.int64(),
    "day": pa.string(),
    "n": pa.int64(),
    "staffed": pa.float64(),
}
READING = Reading(
    name="arrivals",
    title="When leads come",
    question="Do leads come when somebody works?",
    meaning="Leads by weekday and hour of the company's zone, beside the working hours agreed.",
    unit="leads",
    grain="a lead",
    formula="counts by local weekday and hour; share that comes in hours that are mostly closed;"
    " interval of Wilson",
    literature="Wilson, E. B. (1927), JASA 22",
    obeys=("calendars",),
    needs=(Need("inquiry", ("at",), "leads, with the time they came in"),),
    columns=(
        Column("weekday", "0 for Monday"),
        Column("hour", "0 to 23"),
        Column("day", "the weekday"),
        Column("n", "leads", "leads"),
        Column("staffed", "the share of the hour that a calendar is open", "0 to 1"),
    ),
    sums=(ARRIVALS,),
    conclude=conclude,
    chart=charts.hours,
)
