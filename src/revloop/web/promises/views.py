"""Did both sides keep their promises? Marketing's beside sales', each with its goal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from revloop.analysis import phrases
from revloop.analysis.reading import Asked, Result
from revloop.upkeep import readings
from revloop.upkeep.readings import Readings
from revloop.web.house import house
from revloop.web.pages import page
from revloop.web.readings.figures import drawn
from revloop.web.readings.filters import Filters, filters, last_quarter, said_as
from revloop.web.readings.views import files
from revloop.web.shell.components import Promise

FILTERS = ("source", "segment", "team", "region")
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
    # Only leads of 90 days ago have an outcome: a quarter is too young to compare them.
    period = what.asked.period if what.chosen else None
    answers = found.read("response_curve", Asked(period, (), what.asked.where))
    shown = ("bucket", "n", "rate", "low", "high", "ratio")
    return {
        "sides": [(side, shown_as(current, side, what)) for side in _SIDES],
        "states": {side: _counts(current, side) for side in _SIDES},
        "version": current[0]["version"] if current else None,
        "earlier": [_earlier(row) for row in earlier],
        "months": _months(result, current),
        "ledger": _ledger(current, what),
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


def shown_as(rows: Iterable[Mapping[str, Any]], side: str, what: Filters) -> list[Promise]:
    """The promises of a side as a page shows them."""
    return [_promise(row, what) for row in rows if row["side"] == side]


def _promise(row: Mapping[str, Any], what: Filters) -> Promise:
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
        _rows(what, promise=row["promise"], version=row["version"])
        if row["kind"] == "clock"
        else "",
    )


def _behind(row: Mapping[str, Any]) -> str:
    if row["kind"] == "pace":
        return "of the pace"
    if row["low"] is None:
        return f"n {row['n']:,}"
    return f"{row['low'] * 100:.0f}–{row['high'] * 100:.0f}, n {row['n']:,}"


def _rows(what: Filters, **narrowed: str) -> str:
    period = str(what.asked.period) if what.asked.period else "all"
    said = {"period": period, **what.asked.where, **narrowed}
    return f"{reverse('reading_rows', args=('promises',))}?{urlencode(said)}"


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


def _months(result: Result, current: list[dict[str, Any]]) -> dict[str, Any]:
    """Each promise month by month; a version that did not govern a month has no number there."""
    trend = result.found.more["trend"].to_pylist()
    months = sorted({row["month"] for row in trend})[-12:]
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for row in trend:
        told.setdefault((row["promise"], row["version"]), {})[row["month"]] = row
    lines = []
    for row in current:
        held = told.get((row["promise"], row["version"]))
        if held:
            lines.append((row, [held.get(month) for month in months]))
    return {"names": months, "lines": lines}


def _ledger(rows: Iterable[Mapping[str, Any]], what: Filters) -> list[dict[str, Any]]:
    """What was broken, with the rows that prove it."""
    told = []
    for row in rows:
        broken = row["n"] - row["x"]
        if row["kind"] == "pace" or not broken:
            continue
        by_rows = row["kind"] == "clock"
        narrowed = {"promise": row["promise"], "version": row["version"]}
        told.append(
            {
                "sentence": row["sentence"],
                "side": row["side"],
                "late": broken - row["still_open"],
                "open": row["still_open"],
                "late_rows": _rows(what, state="breached", **narrowed) if by_rows else "",
                "open_rows": _rows(what, state="open_breached", **narrowed) if by_rows else "",
                "share": phrases.share(broken / row["n"]),
                "n": row["n"],
            }
        )
    return sorted(told, key=lambda each: -(each["late"] + each["open"]))
