"""What earned it, and what should we do next?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from revloop.agreement.terms.credit_models import title
from revloop.analysis import phrases
from revloop.analysis.credit.crediting import MODEL
from revloop.analysis.credit.decisions import (
    CUT,
    DEPENDS,
    EXPERIMENT,
    HOLD,
    NOT_JUDGED,
    RAISE,
)
from revloop.analysis.credit.laying import TOUCH_ROWS, UNATTRIBUTED
from revloop.analysis.credit.windows import BOOKING, KNOWN, PIPELINE, VALUE
from revloop.analysis.periods import Period
from revloop.analysis.reading import Asked
from revloop.kit.money import Money
from revloop.upkeep import readings
from revloop.upkeep.readings import Readings
from revloop.web.house import house
from revloop.web.money.drawn import Drawn, drawn_journey
from revloop.web.pages import page
from revloop.web.readings.figures import drawn
from revloop.web.readings.filters import Filters, filters, last_quarter, said_as
from revloop.web.readings.views import files

FILTERS = ("source", "segment", "team", "region", VALUE)
_MOST_WAYS, _MOST_CAMPAIGNS, _MOST_COHORTS = 8, 12, 6
_SHAPES = {RAISE: "kept", HOLD: "unknown", CUT: "broken", DEPENDS: "risk", NOT_JUDGED: "unknown"}


def money(request: HttpRequest) -> HttpResponseBase:
    """Every model side by side, what holds under all of them, returns, ways, and the reconciliation."""
    found = readings.published(house(request).folder)
    context: dict[str, Any] = {
        "title": "What earned it, and what should we do next?",
        "found": found,
    }
    if found is not None:
        what = filters(request, found, FILTERS, default=last_quarter(found))
        result = found.read("credit", what.asked)
        context |= {"filters": what, "result": result, "setting": found.setting}
        if not result.found.lacks:
            context |= _measured(found, what)
    return page(request, "money/money.html", context)


def _measured(found: Readings, what: Filters) -> dict[str, Any]:
    currency = found.setting.currency
    result = found.read("credit", what.asked)
    first, *_ = models = result.found.more["models"].to_pylist()
    # Spend names no segment and no team: returns are those of the whole company.
    returns = found.read("roi", Asked(what.asked.period))
    ways = found.read("journeys", Asked(what.asked.period, (), what.cuts))
    twin = _side_by_side(result.found.more["spread"], result.table, currency)
    lacks = returns.found.lacks
    by_side = _by_side(found, what, first["model"])
    return {
        "booked": exact(first["booked"], currency),
        "first": first,
        "credited": exact(first["credited"], currency),
        "nobody": exact(first["unattributed"], currency),
        "models": models,
        "reasons": result.found.more["unattributed"].to_pylist(),
        "chart": drawn(result, twin.column_names, table=twin) if twin.num_rows else None,
        "earned": _leading(result.table.to_pylist()),
        "sides": [_side(each, by_side, currency, what) for each in _sides(result)],
        "returns": returns,
        "decisions": [] if lacks else _decisions(returns, currency),
        **_customers(found, what, currency),
        "campaigns": [] if lacks else _campaigns(found, what, first["model"]),
        "ways": ways,
        "ways_rows": [_way(each, currency) for each in ways.table.slice(0, _MOST_WAYS).to_pylist()],
        "value": KNOWN[what.asked.where.get(VALUE, BOOKING)],
        "of_bookings": what.asked.where.get(VALUE, BOOKING) == BOOKING,
        "narrowed": bool(what.cuts),
        "rows": "" if _is_open(what) else what.rows("credit"),
        "files": files("credit", what.asked),
        "period": said_as(what.asked.period),
    }


def _is_open(what: Filters) -> bool:
    """Whether the open pipeline is looked at: the touches that are listed are those of bookings."""
    return what.asked.where.get(VALUE) == PIPELINE


def exact(minor: int, currency: str) -> str:
    """Money to the minor unit: `7,085,156.10 USD`."""
    return f"{Money(minor, currency).amount:,f}\N{NARROW NO-BREAK SPACE}{currency}"


def _leading(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What earned most by the agreement's model, and the least and most that any model gives it."""
    ours = [row for row in rows if row["is_primary"] and row["channel"] != UNATTRIBUTED]
    if not ours or not max(row["credit"] for row in ours):
        return None
    best = max(ours, key=lambda row: (row["credit"], row["channel"]))
    every = [row["share"] for row in rows if row["channel"] == best["channel"]]
    return best | {
        "name": best["channel"].replace("_", " "),
        "model_title": title(best["model"]),
        "least": min(every),
        "most": max(every),
    }


def _side_by_side(spread: pa.Table, table: pa.Table, currency: str) -> pa.Table:
    """The twin of the chart: what each channel earned by the agreement's model and by the extremes."""
    ours = {row["channel"]: row for row in table.to_pylist() if row["is_primary"]}
    rows = [
        {
            "channel": row["channel"],
            "earned": phrases.money(ours[row["channel"]]["credit"], currency),
            "share": _share(ours[row["channel"]]),
            "least": f"{phrases.share(row['lowest'])}, {title(row['lowest_model'])}",
            "most": f"{phrases.share(row['highest'])}, {title(row['highest_model'])}",
            "bookings_touched": str(ours[row["channel"]]["touched"]),
        }
        for row in spread.to_pylist()
    ]
    rows.sort(key=lambda row: -ours[row["channel"]]["credit"])
    return pa.Table.from_pylist(rows)


def _share(row: dict[str, Any]) -> str:
    said = phrases.share(row["share"])
    if row["share_low"] is None:
        return said
    return f"{said} ({row['share_low'] * 100:.1f} to {phrases.share(row['share_high'])})"


def _sides(result: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = result.found.more["sides"].to_pylist()
    return sorted(rows, key=lambda row: (-row["influenced"], row["side"]))


def _by_side(found: Readings, what: Filters, primary: str) -> dict[str, Any]:
    where = {**what.asked.where, MODEL: primary}
    result = found.read("credit", Asked(what.asked.period, ("side",), where))
    return {row["side"]: row for row in result.table.to_pylist()}


def _side(
    row: dict[str, Any], by_side: dict[str, Any], currency: str, what: Filters
) -> dict[str, Any]:
    ours = by_side.get(row["side"])
    return {
        "side": row["side"],
        "href": "" if _is_open(what) else what.rows("credit", side=row["side"]),
        "sourced": phrases.money(row["sourced"], currency),
        "n": row["n"],
        "influenced": phrases.money(row["influenced"], currency),
        "attributed": phrases.money(ours["credit"], currency) if ours else None,
        "share": _share(ours) if ours else "",
    }


def _decisions(returns: Any, currency: str) -> list[dict[str, Any]]:
    rows = returns.found.more["decisions"].to_pylist()
    ours = {row["channel"]: row for row in returns.table.to_pylist() if row["is_primary"]}
    return [
        {
            "name": row["channel"].replace("_", " "),
            "verdict": row["verdict"],
            "shape": _SHAPES[row["verdict"]],
            "cost": phrases.money(row["cost"], currency),
            "roi": _times(ours[row["channel"]]["roi"]) if row["lowest_roi"] is not None else None,
            "between": _between(ours[row["channel"]]),
            "spread": f"{_times(row['lowest_roi'])} to {_times(row['highest_roi'])}"
            if row["lowest_roi"] is not None
            else "",
            "loaded": _times(ours[row["channel"]]["loaded_roi"])
            if row["lowest_roi"] is not None
            else None,
            "why": row["why"],
            "rests_on": row["rests_on"],
            "by_experiment": row["rests_on"] == EXPERIMENT,
            "move": phrases.money(row["move"], currency) if row["move"] else None,
        }
        for row in rows
    ]


def _campaigns(found: Readings, what: Filters, primary: str) -> list[dict[str, Any]]:
    """Campaigns with a cost, the most expensive first, by the agreement's model."""
    currency = found.setting.currency
    result = found.read("roi", Asked(what.asked.period, ("campaign",), {MODEL: primary}))
    rows = [row for row in result.table.to_pylist() if row["is_primary"] and row["cost"]]
    rows.sort(key=lambda row: (-row["cost"], row["campaign"]))
    return [
        {
            "name": row["campaign"],
            "href": what.rows("credit", campaign=row["campaign"]),
            "cost": phrases.money(row["cost"], currency),
            "credit": phrases.money(row["credit"], currency),
            "roas": None if row["roas"] is None else f"{row['roas']:.1f}",
            "roi": _times(row["roi"]) if row["says"] else None,
            "between": _between(row),
        }
        for row in rows[:_MOST_CAMPAIGNS]
    ]


def _customers(found: Readings, what: Filters, currency: str) -> dict[str, Any]:
    """What winning a customer costs, and what those of each of the last quarters have brought."""
    period = what.asked.period
    told = found.read("cohort_return", Asked(None if period is None else _up_to(period)))
    known = [row for row in told.table.to_pylist() if row["return_so_far"] is not None]
    return {
        "costs": [each for each in _costs(found, period, currency) if each],
        "cohorts": [_cohort(row, currency) for row in known[-_MOST_COHORTS:]],
        "age": known[-1]["age"] if known else None,
    }


def _up_to(period: Period) -> Period:
    """The quarters of its last month and before."""
    last = period.last - period.last % 3 + 2
    return Period(last - 3 * _MOST_COHORTS + 1, last)


def _costs(
    found: Readings, period: Period | None, currency: str
) -> Iterator[dict[str, Any] | None]:
    """Of a new customer, of an opportunity; when it is earned back, and what is left of a price."""
    of_customer = _only_row(found, "cac", period)
    if of_customer.get("cac") is not None:
        n = f"n {phrases.count(of_customer['customers'])}"
        months = f"spend of {of_customer['spend_from']} to {of_customer['spend_to']}"
        cost = phrases.money(of_customer["cac"], currency)
        yield _figure("A new customer", cost, f"{n}, {months}", "cac")
    if of_customer.get("payback_months") is not None:
        said = f"{of_customer['payback_months']:.1f} months"
        yield _figure("Earned back in", said, "by what recurs, at its margin", "cac")
    stages = found.read("cost_per_stage", Asked(period)).table.to_pylist()
    opened = next((row for row in stages if row["stage"] == "opportunity"), None)
    if opened is not None and opened["cost_each"] is not None:
        cost = phrases.money(opened["cost_each"], currency)
        n = f"n {phrases.count(opened['n'])}, what marketing spent"
        yield _figure("An opportunity", cost, n, "cost_per_stage")
    left = _only_row(found, "customer_margin", period)
    if left.get("customer_margin_share") is not None:
        share = phrases.share(left["customer_margin_share"])
        n = f"n {phrases.count(left['served_n'])} orders, after goods, service and selling"
        yield _figure("Left of a price", share, n, "customer_margin")


def _only_row(found: Readings, name: str, period: Period | None) -> dict[str, Any]:
    rows: list[dict[str, Any]] = found.read(name, Asked(period)).table.to_pylist()
    return rows[0] if rows else {}


def _figure(label: str, value: str, rests_on: str, reading: str) -> dict[str, Any]:
    return {"label": label, "value": value, "rests_on": rests_on, "reading": reading}


def _cohort(row: dict[str, Any], currency: str) -> dict[str, Any]:
    expected = row["expected_return"]
    return {
        "quarter": said_as(Period.read(row["cohort"])),
        "customers": row["customers"],
        "spend": phrases.money(row["spend"], currency),
        "revenue": phrases.money(row["revenue"], currency),
        "months": row["months"],
        "so_far": _times(row["return_so_far"]),
        "expected": None if expected is None else _times(expected),
        "between": ""
        if expected is None
        else f"{_times(row['return_low'])} to {_times(row['return_high'])}",
    }


def _times(value: float | None) -> str:
    """A return as times of the cost: `+2.4` and `-0.3` times."""
    if value is None:
        return "–"
    return f"{phrases.signed(value)}\N{MULTIPLICATION SIGN}"


def _between(row: dict[str, Any]) -> str:
    if row["roi_low"] is None:
        return ""
    return f"{_times(row['roi_low'])} to {_times(row['roi_high'])}"


def _way(row: dict[str, Any], currency: str) -> dict[str, Any]:
    return {
        "path": row["path"].replace("_", " "),
        "booked": phrases.money(row["booked"], currency),
        "share": row["share"],
        "won": row["won"],
        "n": row["n"],
        "win": row["win_rate"],
        "between": ""
        if row["win_low"] is None
        else (f"{row['win_low'] * 100:.0f} to {phrases.share(row['win_high'], 0)}"),
        "touches": row["touches"],
        "days": None if row["days"] is None else phrases.days(row["days"]),
        "example": reverse("journey", args=(row["example"],)) if row["example"] else None,
    }


def journey(request: HttpRequest, journey: int) -> HttpResponseBase:
    """One journey touch by touch, and what each touch earned by every model."""
    found = readings.published(house(request).folder)
    if found is None or TOUCH_ROWS.name not in found.published.rows:
        raise Http404
    shown: Drawn | None = drawn_journey(found, journey)
    if shown is None:
        raise Http404
    context = {
        "title": "What earned this one?",
        "found": found,
        "setting": found.setting,
        "journey": shown,
    }
    return page(request, "money/journey.html", context)
