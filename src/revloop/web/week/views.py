"""Did we keep our word, and what did it earn? Promises, what waits, revenue, leaks, definitions."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from revloop.analysis import phrases
from revloop.analysis.reading import Asked
from revloop.engine.published import Table
from revloop.upkeep import readings
from revloop.upkeep.readings import Readings
from revloop.web.house import house
from revloop.web.loop.views import leaks_as_shown
from revloop.web.pages import page
from revloop.web.promises.views import Trends, by_version, shown_as
from revloop.web.readings.figures import drawn
from revloop.web.readings.filters import Filters, filters, last_quarter, said_as
from revloop.web.shell.components import Promise

FILTERS = ("team", "region")
_FEW = 4
_MOST_LEAKS = 3
_WORST_FIRST = ("broken", "risk", "unknown", "kept")


def week(request: HttpRequest) -> HttpResponseBase:
    """One screen of what both teams talk about this week; every number leads to its rows."""
    found = readings.published(house(request).folder)
    context: dict[str, Any] = {
        "title": "Did we keep our word, and what did it earn?",
        "found": found,
    }
    if found is not None:
        what = filters(request, found, FILTERS, default=last_quarter(found))
        kept = found.read("promises", what.asked)
        current, _ = ([], []) if kept.found.lacks else by_version(kept)
        trends = None if kept.found.lacks else Trends(kept)
        context |= {
            "filters": what,
            "setting": found.setting,
            "period": said_as(what.asked.period),
            "kept": kept,
            "sides": [
                (side, _worst(shown_as(current, side, what, trends)) if trends else [])
                for side in ("marketing", "sales")
            ],
            "counts": {side: _counts(current, side) for side in ("marketing", "sales")},
            "version": current[0]["version"] if current else None,
            "waiting": _waiting(found),
            "definitions": _definitions(found),
            **_revenue(found, what),
            **_leaks(found, what),
        }
    return page(request, "week/week.html", context)


def _worst(shown: list[Promise]) -> list[Promise]:
    """The promises of a side that most need talking about."""
    return sorted(shown, key=lambda each: _WORST_FIRST.index(each.state))[:_FEW]


def _counts(rows: list[dict[str, Any]], side: str) -> dict[str, int]:
    own = Counter(row["state"] for row in rows if row["side"] == side and row["state"] != "unknown")
    return {"kept": own["kept"], "all": own.total()}


def _revenue(found: Readings, what: Filters) -> dict[str, Any]:
    rate = found.read("revenue_equation", what.asked)
    if rate.found.lacks or rate.headline is None or rate.headline.value is None:
        return {"rate": rate, "rate_lacks": rate.found.lacks}
    change = found.read("revenue_change", what.asked)
    currency = found.setting.currency
    head, moved = rate.headline, change.headline
    # Where the two had to be told in different ways, the change is no change of this number.
    whole = change.found.more["whole"].to_pylist() if moved else []
    is_same = any(row["after"] == head.value for row in whole)
    return {
        "rate": rate,
        "per_day": phrases.money(round(head.value or 0), currency),
        "per_day_between": _between(head.low, head.high, currency),
        "moved": _moved(moved.value, currency)
        if is_same and moved and moved.value is not None
        else None,
        "change": change,
        "waterfall": None
        if change.found.lacks
        else drawn(change, ("factor", "before", "after", "change", "mix")),
    }


def _between(low: float | None, high: float | None, currency: str) -> str:
    if low is None or high is None:
        return ""
    return f"{phrases.money(round(low), currency)} to {phrases.money(round(high), currency)}"


def _moved(value: float, currency: str) -> str:
    way = "up" if value >= 0 else "down"
    return f"{way} {phrases.money(round(abs(value)), currency)}"


def _leaks(found: Readings, what: Filters) -> dict[str, Any]:
    period = what.asked.period if what.chosen else None
    leaks = found.read("leaks", Asked(period, (), what.asked.where))
    return {
        "leaks": leaks_as_shown(leaks, what, found)[:_MOST_LEAKS],
        "leaks_said": leaks.sentence,
        "leaks_lack": leaks.found.lacks,
    }


def _waiting(found: Readings) -> list[dict[str, Any]]:
    """What waits for an answer at the moment of the data, of every promise with a clock."""
    if "clock_rows" not in found.published.rows:
        return []
    table = found.published["clock_rows"]
    open_breached = table.where("state", "open_breached")
    pending = table.where("state", "open_pending")
    due = _instants(table, "due")
    moment = found.setting.as_of
    told = [_figure("past due", open_breached, {"state": "open_breached"}, "broken")]
    begun = _instants(table, "begin")
    if open_breached.any():
        oldest = moment.timestamp() - float(begun[open_breached].min()) / 1e6
        told[0]["note"] = f"the oldest for {phrases.days(oldest / 86_400)}"
    soon, today = _micros(moment + timedelta(hours=1)), _micros(moment + timedelta(days=1))
    told += [
        _figure("due within an hour", pending & (due <= soon), {"state": "open_pending"}),
        _figure("due within a day", pending & (due <= today), {"state": "open_pending"}),
        _figure("due later", pending & (due > today), {"state": "open_pending"}),
    ]
    return told


def _instants(table: Table, column: str) -> Any:
    """A column of instants as microseconds; those that are not known are at the very beginning."""
    held = table.column(column).cast(pa.timestamp("us", "UTC"))
    return held.cast(pa.int64()).fill_null(0).to_numpy()


def _micros(at: datetime) -> int:
    return int(at.timestamp() * 1e6)


def _figure(label: str, mask: Any, narrowed: dict[str, str], state: str = "") -> dict[str, Any]:
    count = int(np.count_nonzero(mask))
    href = (
        f"{reverse('reading_rows', args=('promises',))}?{urlencode({'period': 'all', **narrowed})}"
    )
    return {
        "label": label,
        "count": count,
        "href": href,
        "state": state if count else "",
        "note": "",
    }


def _definitions(found: Readings) -> list[dict[str, Any]]:
    """Versions of the agreement, the newest first: what changed in what the numbers mean."""
    versions = [
        {
            "version": each.contract.version,
            "begins": each.begins,
            "before": found.setting.tenures[number - 1].contract.version if number else "",
        }
        for number, each in enumerate(found.setting.tenures)
    ]
    return versions[::-1][:2]
