"""Where do people move on, come back, or get lost?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from revloop.analysis import phrases
from revloop.analysis.loop.leaks import compared
from revloop.analysis.loop.measures import AWAY
from revloop.analysis.loop.passes import path
from revloop.analysis.loop.stages import said
from revloop.analysis.loop.value import ASIDE
from revloop.analysis.promises.loose_ends import KINDS
from revloop.analysis.rates import Rate
from revloop.analysis.reading import Asked, Result
from revloop.upkeep import readings
from revloop.upkeep.readings import Readings
from revloop.web.house import house
from revloop.web.loop.drawn import Map, Stage, drawn
from revloop.web.pages import page
from revloop.web.readings.filters import Filters, filters, last_year, said_as
from revloop.web.readings.views import files
from revloop.web.shell.components import trend

FILTERS = ("source", "segment", "team", "region")
_OUT = ("lost", "disqualified", "expired", "rejected")
_MOST_LEAKS = 6


def loop(request: HttpRequest) -> HttpResponseBase:
    """The map of the loop, its leaks, how long each stage takes, and what becomes of whom."""
    found = readings.published(house(request).folder)
    context: dict[str, Any] = {
        "title": "Where do people move on, come back, or get lost?",
        "found": found,
    }
    if found is not None:
        what = filters(request, found, FILTERS, default=last_year(found))
        steps = found.read("stage_conversion", what.asked)
        context |= {"filters": what, "result": steps, "setting": found.setting}
        if not steps.found.lacks:
            context |= _measured(found, what, steps)
    return page(request, "loop/loop.html", context)


@dataclass(frozen=True, slots=True)
class Leak:
    """A leak as the page says it."""

    step: str
    part: str
    now: str
    before: str
    worth: str
    between: str
    href: str


def _measured(found: Readings, what: Filters, steps: Result) -> dict[str, Any]:
    times = found.read("time_in_stage", what.asked)
    exits = found.read("stage_exits", what.asked)
    yields = found.read("yields", what.asked)
    value = found.read("loop_value", what.asked)
    loose = found.read("loose_ends", what.asked)
    weeks = found.read("weekly", what.asked)
    lost = found.read("revisits", what.asked)
    # A year would hide what a quarter lost; leaks are those of the last whole quarter, unless asked.
    period = what.asked.period if what.chosen else None
    leaks = found.read("leaks", Asked(period, (), what.asked.where))
    leaking = leaks_as_shown(leaks, what, found)
    time_of = {row["stage"]: row for row in times.table.to_pylist()}
    return {
        "map": _map(found, what, _Read(steps, times, exits, yields, leaks)),
        "steps": [_step(row, time_of, what) for row in steps.table.to_pylist()],
        "exits": [_way(row, what) for row in exits.table.to_pylist() if row["cause"] != "next"],
        "leaks": leaking[:_MOST_LEAKS],
        "leaks_lack": leaks.found.lacks,
        "leaks_result": leaks,
        "leaks_compared": [said_as(each) for each in compared(found.setting, period)],
        "yields": yields.table.to_pylist()[0] if yields.table.num_rows else None,
        "yields_sentence": yields.sentence,
        "loose": [_loose(row, what) for row in loose.table.to_pylist() if row["x"]],
        "loose_result": loose,
        "weeks": _weeks(weeks),
        "weeks_sentence": weeks.sentence,
        "revisits": None if lost.found.lacks else lost.sentence,
        "value": value,
        "value_rows": [_worth(row) for row in value.table.to_pylist() if row["n"]],
        "turned": _turned(what),
        "files": files("stage_conversion", what.asked),
        "dearest": leaking[0] if leaking else None,
    }


def _label(stage: str) -> str:
    text = said(stage)
    return text if text[:1].isupper() else text.capitalize()


def _behind(row: dict[str, Any]) -> str:
    if row["rate"] is None:
        return "n 0"
    return f"{row['low'] * 100:.0f}–{row['high'] * 100:.0f}\u202f%, n {row['n']:,}"


@dataclass(frozen=True, slots=True)
class _Read:
    """What the map is drawn from."""

    steps: Result
    times: Result
    exits: Result
    yields: Result
    leaks: Result


def _map(found: Readings, what: Filters, read: _Read) -> Map:
    going = {row["stage"]: row for row in read.steps.table.to_pylist()}
    held = {row["stage"]: row for row in read.times.table.to_pylist()}
    left: dict[str, dict[str, int]] = {}
    for row in read.exits.table.to_pylist():
        left.setdefault(row["stage"], {})[row["cause"]] = row["left"]
    leaking = {
        row["stage"]: f"leak: {_part(row) or 'everybody'} −{row['drop'] * 100:.0f} points"
        for row in reversed(read.leaks.table.to_pylist())
        if row["is_leak"]
    }
    stages, before = [], ""
    for name in path(found.setting):
        step, out = going.get(name), left.get(name, {})
        reached = going[before]["reached"] if before in going else 0
        most = max(_OUT, key=lambda cause, out=out: out.get(cause, 0))  # type: ignore[misc]
        stages.append(
            Stage(
                name,
                _label(name),
                step["entered"] if step else reached,
                _half(held.get(name, {})),
                what.rows("stage_conversion", stage=name),
                _team(found, name),
                _going(what, step) if step else None,
                leaking.get(name, ""),
                sum(out.get(cause, 0) for cause in _OUT),
                what.rows("stage_conversion", stage=name, cause=most),
                out.get("recycled", 0),
            )
        )
        before = name
    again = [row["stage"] for row in going.values() if row["again"]]
    return drawn(stages, back_to=again[0] if again else "", returned=_returned(read.yields))


def _going(what: Filters, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "share": "–" if row["rate"] is None else f"{row['rate'] * 100:.0f}\u202f%",
        "behind": _behind(row),
        "x": row["reached"],
        "href": what.rows("stage_conversion", stage=row["stage"], cause="next"),
    }


def _returned(yields: Result) -> str:
    rows = yields.table.to_pylist()
    if not rows or not rows[0]["returned"]:
        return ""
    return f"came back {rows[0]['returned']:,}, of them {rows[0]['won_returned']:,} won"


def _team(found: Readings, stage: str) -> str:
    """The side that brings leads into a stage, by the agreement in force."""
    agreement = found.setting.agreement
    if agreement is None or stage not in agreement.form.stages:
        return "marketing"
    owner = str(agreement.form.stages[stage].owner)
    return owner if owner in {"marketing", "sales", "success"} else "sales"


def _half(held: dict[str, Any]) -> str:
    return phrases.days(held["median"]) if held.get("median") is not None else ""


def _step(row: dict[str, Any], time_of: dict[str, dict[str, Any]], what: Filters) -> dict[str, Any]:
    held = time_of.get(row["stage"], {})
    between = ""
    if held.get("low") is not None and held.get("high") is not None:
        between = _days_between(held["low"], held["high"])
    return {
        "name": f"{_label(row['stage'])} → {_label(row['later'])}",
        "rate": row["rate"],
        "behind": _behind(row),
        "is_small": row["is_small"],
        "horizon": row["horizon_days"],
        "young": row["young"],
        "half": phrases.days(held["median"]) if held.get("median") is not None else "–",
        "between": between,
        "waiting": held.get("still_there"),
        "stalled": held.get("stalled"),
        "long": what.rows("stage_conversion", stage=row["stage"], stalled="stalled"),
        "on": what.rows("stage_conversion", stage=row["stage"], cause="next"),
        "still": what.rows("stage_conversion", stage=row["stage"], cause="still there"),
    }


def _days_between(low: float, high: float) -> str:
    """`9.0–12 days`; `40 hours to 3.0 days` where the units differ."""
    first, last = phrases.days(low), phrases.days(high)
    number, unit = first.split(" ")
    return f"{number}–{last}" if last.endswith(f" {unit}") else f"{first} to {last}"


def _weeks(result: Result) -> list[dict[str, Any]]:
    """For each stage: how many entered it week by week, what is usual, and what of it is news."""
    held: dict[str, list[dict[str, Any]]] = {}
    for row in result.table.to_pylist():
        held.setdefault(row["stage"], []).append(row)
    told = []
    for stage, rows in held.items():
        last, counts = rows[-1], [row["n"] for row in rows]
        usual = ""
        if last["center"] is not None:
            low, high = max(0, last["lower_limit"]), last["upper_limit"]
            usual = f"{low:,.0f}–{high:,.0f}"
        signals = [row for row in rows if row["signal"]]
        told.append(
            {
                "stage": _label(stage),
                "line": trend(counts, least=max(counts) / 5 or 1),
                "last": last["n"],
                "usual": usual,
                "news": f"{signals[-1]['signal']}, week of {_day(signals[-1]['week'])}"
                if signals
                else "",
                "signals": len(signals),
            }
        )
    return told


def _day(week: str) -> str:
    day = date.fromisoformat(week)
    return f"{day.day} {day:%b %Y}"


def _loose(row: dict[str, Any], what: Filters) -> dict[str, Any]:
    """Of one kind of loose ends: how many, of what, and whose turn it is."""
    kind = KINDS[row["kind"]]
    return {
        "of": kind.of,
        "left": kind.left,
        "side": row["side"],
        "x": row["x"],
        "rate": row["rate"],
        "behind": _behind(row),
        "href": what.rows("loose_ends", kind=row["kind"]),
    }


def _worth(row: dict[str, Any]) -> dict[str, Any]:
    """What coming back is worth to those in a stage."""
    return {
        "stage": row["stage"].capitalize() if row["stage"] == ASIDE else _label(row["stage"]),
        "customers": row["customers"],
        "behind": f"{row['low'] * 100:.1f}–{row['high'] * 100:.1f}\u202f%, n {row['n']:,}"
        if row["low"] is not None
        else f"n {row['n']:,}",
        "without": row["without"],
        "uplift": row["uplift"],
        "between": f"{row['uplift_low'] * 100:.0f}–{row['uplift_high'] * 100:.0f}\u202f%"
        if row["uplift_low"] is not None
        else "",
    }


def _turned(what: Filters) -> dict[str, str]:
    """Where the lists are of those who came back, and of those who have not."""
    return {
        "away": what.rows("loop_value", exit="recycled", back_to=AWAY),
        "all": what.rows("loop_value"),
    }


def _way(row: dict[str, Any], what: Filters) -> dict[str, Any]:
    between = ""
    if row["low"] is not None:
        between = f"{row['low'] * 100:.0f}–{row['high'] * 100:.0f}\u202f%, "
    return {
        "stage": _label(row["stage"]),
        "cause": row["cause"],
        "left": row["left"],
        "share": row["share"],
        "behind": f"{between}n {row['n']:,}",
        "within": row["horizon_days"],
        "href": what.rows("stage_conversion", stage=row["stage"], cause=row["cause"]),
    }


def _part(row: dict[str, Any]) -> str:
    return row["value"].replace("_", " ") if row["cut"] else ""


def leaks_as_shown(result: Result, what: Filters, found: Readings) -> list[Leak]:
    """Leaks in the words of a page, the dearest first."""
    currency = found.setting.currency
    told = []
    for parts in _same_leads(row for row in result.table.to_pylist() if row["is_leak"]):
        row = parts[0]
        value, low, high = row["lost_minor"], row["lost_low_minor"], row["lost_high_minor"]
        narrowed = {row["cut"]: row["value"]} if row["cut"] else {}
        told.append(
            Leak(
                f"{_label(row['stage'])} → {_label(row['later'])}",
                " and ".join(dict.fromkeys(filter(None, map(_part, parts)))),
                phrases.rate(Rate(row["x"], row["n"])),
                phrases.rate(Rate(row["x_before"], row["n_before"])),
                phrases.money(value, currency) if value is not None else "not known",
                f"{phrases.money(low, currency)} to {phrases.money(high, currency)}"
                if low is not None
                else "",
                what.rows("stage_conversion", stage=row["stage"], **narrowed),
            )
        )
    return told


def _same_leads(rows: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Leaks that are of the same leads are one: where a team is a region, it is found twice."""
    by: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        of = ("stage", "x", "n", "x_before", "n_before")
        by.setdefault(tuple(row[each] for each in of), []).append(row)
    return list(by.values())
