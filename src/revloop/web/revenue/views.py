"""What makes our revenue, and what moved it? The equation, its change, its levers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from revloop.analysis import phrases
from revloop.analysis.reading import Asked
from revloop.analysis.revenue.factors import BY_AGE
from revloop.kit.money import DECIMALS
from revloop.upkeep import readings
from revloop.upkeep.readings import Readings
from revloop.web.house import house
from revloop.web.pages import page
from revloop.web.readings.figures import drawn
from revloop.web.readings.filters import Filters, filters, last_quarter, last_year, said_as
from revloop.web.readings.users import named
from revloop.web.readings.views import files

FILTERS = ("source", "segment", "team", "region")
_MOST_SELLERS = 30
"""More are no list to look through, and each has a win rate and a cycle to be told."""
FACTORS = {
    "opps_per_seller": ("Opportunities", "open, of a seller"),
    "deal": ("Average deal", "of those won"),
    "win": ("Win rate", "won of those that ended"),
    "cycle_days": ("Cycle", "from opening to winning"),
    "sellers": ("Sellers", "at work"),
}


def revenue(request: HttpRequest) -> HttpResponseBase:
    """Five tiles, what changed since the period before, and what each lever would bring."""
    found = readings.published(house(request).folder)
    context: dict[str, Any] = {
        "title": "What makes our revenue, and what moved it?",
        "found": found,
    }
    if found is not None:
        what = filters(request, found, FILTERS, default=last_quarter(found))
        result = found.read("revenue_equation", what.asked)
        context |= {"filters": what, "result": result, "setting": found.setting}
        if not result.found.lacks:
            context |= _measured(found, what)
    return page(request, "revenue/revenue.html", context)


def _measured(found: Readings, what: Filters) -> dict[str, Any]:
    currency = found.setting.currency
    result = found.read("revenue_equation", what.asked)
    change = found.read("revenue_change", what.asked)
    # A quarter is three bars: where no period is asked for, the year that it ends.
    year = what.asked.period if what.chosen else last_year(found)
    bookings = found.read("bookings", Asked(year, (), what.asked.where))
    wins = found.read("win_rate", what.asked)
    factors = result.found.more.get("factors")
    levers = result.found.more.get("levers")
    parts = ("factor", "before", "after", "change", "mix")
    return {
        "tiles": [_tile(row, currency) for row in factors.to_pylist()] if factors else [],
        "change": change,
        "waterfall": None if change.found.lacks else drawn(change, parts, sentence=change.sentence),
        "levers": [_lever(row, currency) for row in levers.to_pylist()] if levers else [],
        "bookings": bookings,
        "booked": None
        if bookings.found.lacks
        else drawn(bookings, ("month", "n", "booked", "new", "expansion", "renewal")),
        "wins": wins,
        "sellers": _sellers(found, what),
        "by_seller": what.address(by="seller"),
        "files": files("revenue_equation", what.asked),
        "period": said_as(what.asked.period),
    }


def _tile(row: dict[str, Any], currency: str) -> dict[str, Any]:
    label, behind = FACTORS[row["factor"]]
    between = ""
    if row["low"] is not None and row["high"] is not None and row["low"] != row["high"]:
        ends = (valued(row["factor"], row[name], currency) for name in ("low", "high"))
        between = "{} to {}".format(*ends)
    return {
        "label": label,
        "value": valued(row["factor"], row["value"], currency),
        "between": between,
        "behind": behind if row["method"] == "counted in full" else f"{behind}, {row['method']}",
        "n": row["n"],
    }


def _sellers(found: Readings, what: Filters) -> list[dict[str, Any]]:
    """The equation of each seller, in the order of their keys: who is first says nothing."""
    if len(found.known.cuts.get("seller", ())) > _MOST_SELLERS:
        return []
    currency = found.setting.currency
    result = found.read("revenue_equation", replace(what.asked, by=("seller",)))
    keys = map(str, result.table["seller"].to_pylist())
    return [
        {
            "name": row["seller"],
            "href": what.rows("revenue_equation", seller=key),
            "open": valued("opps_per_seller", row["opps_open"], currency),
            "deal": valued("deal", row["deal"], currency),
            "win": row["win"],
            "behind": _won(row),
            "cycle": valued("cycle_days", row["cycle_days"], currency),
            "per_day": valued("deal", row["per_day"], currency),
            "between": ""
            if row["per_day_low"] is None
            else f"{row['per_day_low'] / 10 ** DECIMALS.get(currency, 2):,.0f} to"
            f" {valued('deal', row['per_day_high'], currency)}",
        }
        for row, key in zip(named(result.table, found.published).to_pylist(), keys, strict=True)
    ]


def _won(row: dict[str, Any]) -> str:
    """What a win rate rests on: `24 of 61, 28 to 52 %`."""
    if row["win_low"] is None:
        return f"{row['won']:,} of {row['closed']:,}"
    between = f"{row['win_low'] * 100:.0f} to {phrases.share(row['win_high'], 0)}"
    if row["win_method"] == BY_AGE:
        return f"cumulative incidence, {between}, n {row['closed']:,}"
    return f"{row['won']:,} of {row['closed']:,}, {between}"


def valued(factor: str, value: float | None, currency: str) -> str:
    """A factor of the equation as people say it."""
    if value is None:
        return "–"
    match factor:
        case "deal":
            return phrases.money(round(value), currency)
        case "win":
            return phrases.share(value)
        case "cycle_days":
            return f"{value:,.0f} days"
        case _:
            return f"{value:,.1f}"


def _lever(row: dict[str, Any], currency: str) -> dict[str, Any]:
    label = FACTORS[row["factor"]][0] if row["factor"] in FACTORS else "All five at once"
    return {
        "label": label,
        "gain": row["gain"],
        "worth": None
        if row["per_90_days"] is None
        else phrases.money(round(row["per_90_days"]), currency),
    }
