"""Did both sides keep their promises? Marketing's beside sales', each with its goal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
from django.http import HttpRequest, HttpResponseBase

from revloop.analysis import phrases
from revloop.analysis.promises.arrivals import WEEKDAYS
from revloop.analysis.reading import Asked, Result
from revloop.upkeep import readings
from revloop.upkeep.readings import Readings
from revloop.web.charts import Figure
from revloop.web.house import house
from revloop.web.pages import page
from revloop.web.readings.figures import drawn
from revloop.web.readings.filters import Filters, filters, last_quarter, said_as
from revloop.web.readings.users import called
from revloop.web.readings.views import files
from revloop.web.shell.components import Promise

FILTERS = ("source", "segment", "team", "region")
ARRIVE_BY = ("source", "segment", "region")
_SIDES = ("marketing", "sales")


def promises(request: HttpRequest) -> HttpResponseBase:
    """Every promise with its goal, who broke what, and what answering soon goes along with."""
    found = readings.published(house(request).folder)
    context: dict[str, Any] = {"title": "Did both sides keep their promises?", "found": found}
    if found is not None:
        what = filters(request, found, FILTERS, default=last_quarter(found))
        result = found.read("promises", what.asked)
        context |= {"filters": what, "result": result, "setting": found.setting}
        if not result.found.lacks:
            context |= _measured(found, what, result)
    return page(request, "promises/promises.html", context)


def _measured(found: Readings, what: Filters, result: Result) -> dict[str, Any]:
    current, earlier = by_version(result)
    trends = Trends(result)
    broken = found.read("breaches", what.asked)
    arrivals = found.read("arrivals", Asked(what.asked.period, (), _only(what, ARRIVE_BY)))
    # Only leads of 90 days ago have an outcome: a quarter is too young to compare them.
    period = what.asked.period if what.chosen else None
    answers = found.read("response_curve", Asked(period, (), what.asked.where))
    shown = ("bucket", "n", "rate", "low", "high", "ratio")
    return {
        "sides": [(side, shown_as(current, side, what, trends)) for side in _SIDES],
        "states": {side: _counts(current, side) for side in _SIDES},
        "version": current[0]["version"] if current else None,
        "earlier": [_earlier(row) for row in earlier],
        "months": _months(found, result, current),
        "newest": found.setting.agreement.version if found.setting.agreement else "",
        "ledger": _ledger(current, what),
        "in_hand": _in_hand(found, broken, current, what),
        "broken": broken,
        "arrivals": arrivals,
        "hours": None if arrivals.found.lacks else _hours(arrivals),
        "answers": answers,
        "curve": drawn(answers, shown) if not answers.found.lacks else None,
        "files": files("promises", what.asked),
        "period": said_as(what.asked.period),
    }


def by_version(result: Result) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The promises of the newest version that governed any of the time, and those of earlier ones."""
    rows = result.table.to_pylist()
    newest = rows[0]["version"] if rows else None
    return (
        [row for row in rows if row["version"] == newest],
        [row for row in rows if row["version"] != newest],
    )


class Trends:
    """The last weeks of each promise, judged throughout by the version in force."""

    def __init__(self, result: Result) -> None:
        self._weeks: dict[str, list[dict[str, Any]]] = {}
        for row in result.found.more["weeks"].to_pylist():
            self._weeks.setdefault(row["promise"], []).append(row)

    def values(self, promise: str) -> list[float | None]:
        return [week["value"] for week in self._weeks.get(promise, ())]

    def news(self, promise: str) -> str:
        """The newest signal among them, in words."""
        signals = [week for week in self._weeks.get(promise, ()) if week["signal"]]
        if not signals:
            return ""
        last = signals[-1]
        monday = date.fromisoformat(last["week"])
        return f"{last['signal']}, week of {monday.day} {monday:%b}"


def shown_as(
    rows: Iterable[Mapping[str, Any]], side: str, what: Filters, trends: Trends
) -> list[Promise]:
    """The promises of a side as a page shows them."""
    return [_promise(row, what, trends) for row in rows if row["side"] == side]


def _promise(row: Mapping[str, Any], what: Filters, trends: Trends) -> Promise:
    paced = row["kind"] == "pace"
    details = []
    if not paced and row["goal"] is not None:
        details.append(f"goal {row['goal'] * 100:.0f}\u202f%")
    if paced:
        unit = f"\u202f{row['unit']}" if row["unit"] else ""
        details.append(f"{row['x']:,} of {row['n']:,}{unit} that should have come")
    if row["chance"] is not None:
        details.append(f"P(hit) {row['chance']:.2f}")
    for name, words in (
        ("still_open", "over their time and open"),
        ("at_risk", "nearly over"),
        ("pending", "not decided yet"),
    ):
        if row[name]:
            details.append(f"{row[name]:,} {words}")
    value = row["value"]
    return Promise(
        row["sentence"],
        row["state"],
        "–" if value is None else f"{value * 100:.0f}\u202f%",
        _behind(row),
        ", ".join(details),
        None if value is None else min(value, 1.0),
        row["goal"],
        row["low"],
        row["high"],
        what.rows("promises", promise=row["promise"], version=row["version"])
        if row["kind"] == "clock"
        else "",
        () if paced else trends.values(row["promise"]),
        "" if paced else trends.news(row["promise"]),
    )


def _behind(row: Mapping[str, Any]) -> str:
    if row["kind"] == "pace":
        return "of the pace"
    if row["low"] is None:
        return f"n {row['n']:,}"
    return f"{row['low'] * 100:.0f}–{row['high'] * 100:.0f}, n {row['n']:,}"


def _only(what: Filters, cuts: Iterable[str]) -> dict[str, str]:
    return {cut: value for cut, value in what.asked.where.items() if cut in cuts}


def _counts(rows: Iterable[Mapping[str, Any]], side: str) -> dict[str, int]:
    own = [row for row in rows if row["side"] == side and row["state"] != "unknown"]
    return {"kept": sum(row["state"] == "kept" for row in own), "all": len(own)}


def _earlier(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sentence": row["sentence"],
        "side": row["side"],
        "version": row["version"],
        "value": row["value"],
        "behind": _behind(row),
        "goal": row["goal"] if row["kind"] != "pace" else None,
        "state": row["state"],
    }


def _months(found: Readings, result: Result, current: list[dict[str, Any]]) -> dict[str, Any]:
    """Each promise month by month, as the version of each month judged it, and restated.

    A promise is followed by its name through the versions: where another one judged, the series
    breaks there and says so.
    """
    versions = [each.contract.version for each in found.setting.tenures]
    judged = _told(result, "trend", versions)
    restated = _told(result, "restated", versions)
    months = sorted({month for held in (*judged.values(), *restated.values()) for month in held})
    months = months[-_MONTHS:]
    lines = []
    for row in current:
        then = judged.get(row["promise"], {})
        now = restated.get(row["promise"], {})
        if then:
            cells = [_cell(then.get(month), now.get(month)) for month in months]
            lines.append((row, cells, any(each["restated"] for each in cells)))
    by = [version_of(month, judged, versions) for month in months]
    heads = [
        {"month": month, "version": version, "breaks": version != before}
        for month, version, before in zip(months, by, by[:1] + by, strict=False)
    ]
    return {"heads": heads, "lines": lines}


_MONTHS = 6


def _told(result: Result, name: str, versions: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """By promise and month; of two versions that share a month, the later one."""
    told: dict[str, dict[str, dict[str, Any]]] = {}
    rows = result.found.more[name].to_pylist()
    for row in sorted(rows, key=lambda row: versions.index(row["version"])):
        told.setdefault(row["promise"], {})[row["month"]] = row
    return told


def version_of(month: str, judged: Mapping[str, Mapping[str, Any]], versions: list[str]) -> str:
    """The one that judged a month; of two, the later, `versions` being in the order of time."""
    found = (held[month]["version"] for held in judged.values() if month in held)
    return max(found, key=versions.index, default="")


def _cell(then: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> dict[str, Any]:
    """A month as it was judged, and restated where that says something else."""
    shown = phrases.share(then["value"], 0) if then and then["value"] is not None else None
    again = phrases.share(now["value"], 0) if now and now["value"] is not None else None
    return {
        "value": shown,
        "n": then["n"] if then else None,
        "restated": again if again != shown else None,
        "restated_n": now["n"] if now else None,
    }


def _ledger(rows: Iterable[Mapping[str, Any]], what: Filters) -> list[dict[str, Any]]:
    """What was broken, with the rows that prove it."""
    told = []
    for row in rows:
        broken = row["n"] - row["x"]
        if row["kind"] == "pace" or not broken:
            continue
        narrowed = {"promise": row["promise"], "version": row["version"]}
        told.append(
            {
                "sentence": row["sentence"],
                "side": row["side"],
                "broken": broken,
                "open": row["still_open"],
                "rows": what.rows("breaches", **narrowed),
                "open_rows": what.rows("promises", state="open_breached", **narrowed),
                "share": phrases.share(broken / row["n"]),
                "n": row["n"],
            }
        )
    return sorted(told, key=lambda each: -each["broken"])


_MOST_IN_HAND = 10


def _in_hand(
    found: Readings, broken: Result, current: list[dict[str, Any]], what: Filters
) -> list[dict[str, Any]]:
    """Who had the broken ones in hand, the most first; the rows that prove it."""
    if broken.found.lacks or not current:
        return []
    sentences = {row["promise"]: row["sentence"] for row in current}
    rows = [
        row
        for row in broken.table.to_pylist()
        if row["version"] == current[0]["version"] and row["promise"] in sentences
    ][:_MOST_IN_HAND]
    names = called(found.published, [row["responsible"] for row in rows])
    return [
        {
            **row,
            "sentence": sentences[row["promise"]],
            "who": names.get(row["responsible"], row["responsible"]),
            "late": None
            if row["mean_late_minutes"] is None
            else phrases.minutes(row["mean_late_minutes"]),
            "rows": what.rows(
                "breaches",
                promise=row["promise"],
                version=row["version"],
                responsible=row["responsible"],
            ),
        }
        for row in rows
    ]


def _hours(arrivals: Result) -> Figure | None:
    """Leads by weekday and hour, beside the hours in which somebody works."""
    rows = arrivals.table.to_pylist()
    told: dict[int, dict[str, int]] = {}
    for row in rows:
        told.setdefault(row["hour"], {})[row["day"]] = row["n"]
    twin = [
        {"hour": f"{hour:02}–{hour + 1:02} h", **{day: held.get(day, 0) for day in WEEKDAYS}}
        for hour, held in sorted(told.items())
    ]
    columns = ("hour", *WEEKDAYS)
    if not twin:
        return None
    return drawn(arrivals, columns, table=pa.Table.from_pylist(twin))
