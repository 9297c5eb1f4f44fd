"""The revenue equation: what opportunities, deals, wins, speed and sellers bring in a day."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from revloop.analysis import phrases
from revloop.analysis.rates import Rate
from revloop.analysis.reading import Found, Given, Headline, Reading
from revloop.analysis.revenue import charts
from revloop.analysis.revenue.factors import BY_AGE, Estimate, Period, measured
from revloop.analysis.revenue.laying import (
    AMOUNTS,
    DATES,
    DEAL_ROWS,
    FLAG,
    NUMBER,
    OUTCOMES,
    OWNERS,
    TEXT,
    WHOLE,
    col,
    described,
    ends,
    laid,
)
from revloop.analysis.revenue.pipeline import (
    DEALS,
    SELLERS,
    noted,
    of_group,
    pipeline,
    sellers,
    title_of,
    window,
)
from revloop.analysis.revenue.statistics.equation import DIVISOR, FACTORS, TEN_PERCENT

DAYS = 90

_COLUMNS = (
    col("opps_per_seller", "opportunities open at the end of a day, of one seller", NUMBER),
    col("opps_low", "lower end of its 95 % interval", NUMBER),
    col("opps_high", "upper end of its 95 % interval", NUMBER),
    col("opps_open", "opportunities open at the end of a day, of all sellers", NUMBER),
    col("opps_n", "opportunities that were open on any day", WHOLE, "opportunities"),
    col("deal", "mean amount of what was won", NUMBER, "minor units"),
    col("deal_low", "lower end of its 95 % interval", NUMBER, "minor units"),
    col("deal_high", "upper end of its 95 % interval", NUMBER, "minor units"),
    col("deal_n", "won, with an amount", WHOLE, "opportunities"),
    col("any_deal", "mean amount of all that were open on any day", NUMBER, "minor units"),
    col("any_deal_n", "of these, those with an amount", WHOLE, "opportunities"),
    col("win", "share that is won", NUMBER, "0 to 1"),
    col("win_low", "lower end of its 95 % interval", NUMBER, "0 to 1"),
    col("win_high", "upper end of its 95 % interval", NUMBER, "0 to 1"),
    col("win_method", "of those that ended, or by cumulative incidence", TEXT),
    col("won", "won in the period", WHOLE, "opportunities"),
    col("closed", "won or lost in the period", WHOLE, "opportunities"),
    col("cycle_days", "days from opening to winning", NUMBER, "days"),
    col("cycle_low", "lower end of its 95 % interval", NUMBER, "days"),
    col("cycle_high", "upper end of its 95 % interval", NUMBER, "days"),
    col("cycle_method", "of those that ended, or by cumulative incidence", TEXT),
    col("share_open", "of those opened in the period, still open", NUMBER, "0 to 1"),
    col("sellers", "seller days by the days of the period", NUMBER, "sellers"),
    col("seller_days", "days on which a seller was active", WHOLE, "days"),
    col("sellers_n", "sellers active on any day", WHOLE, "sellers"),
    col("days", "days of the period that have passed", WHOLE, "days"),
    col("per_day", "revenue of a day", NUMBER, "minor units"),
    col("per_day_low", "lower end of its 95 % interval", NUMBER, "minor units"),
    col("per_day_high", "upper end of its 95 % interval", NUMBER, "minor units"),
    col("per_seller_per_day", "revenue of a day of one seller", NUMBER, "minor units"),
    col("per_90_days", "revenue of 90 days", NUMBER, "minor units"),
    col("is_small", "fewer than 20 were won or lost: no colour, no rank", FLAG),
)
_FACTORS = (
    col("factor", "one of the five", TEXT),
    col("value", "what it is", NUMBER),
    col("low", "lower end of its 95 % interval", NUMBER),
    col("high", "upper end of its 95 % interval", NUMBER),
    col("n", "of how many", WHOLE),
    col("unit", "of the value", TEXT),
    col("method", "how it was told", TEXT),
    col("elasticity", "percent of revenue for a percent of the factor", NUMBER),
)
_LEVERS = (
    col("factor", "what becomes better by a tenth: of the cycle, less", TEXT),
    col("gain", "by what share the revenue grows", NUMBER, "0 to 1"),
    col("per_day", "that much a day", NUMBER, "minor units"),
    col("per_90_days", "that much in 90 days", NUMBER, "minor units"),
)
ALL_AT_ONCE = "all"
_UNITS = {
    "opps_per_seller": "opportunities",
    "deal": "minor units",
    "win": "0 to 1",
    "cycle_days": "days",
    "sellers": "sellers",
}
_WHAT = (
    "A run rate: what a pipeline like that of the period brings in a day, no forecast.",
    (
        "Opportunities are counted at the end of each day, from the day they were opened on until the day"
        " before they ended: opening one is sales' own word that it is qualified."
    ),
    (
        "A win rate and a cycle of cumulative incidence are told where more than 20 % of the"
        " opportunities opened in the period are still open; everybody open in it is then at risk."
    ),
    (
        "Sellers are counted in full. The intervals of the other factors go into that of the revenue as"
        " if each varied on its own."
    ),
)


def conclude(given: Given) -> Found:
    found, people = pipeline(given), sellers(given)
    by = given.asked.by
    days = window(given, given.asked.period, found.deals)
    told = []
    for names, deals in found.groups(by):
        if not deals.open_in(days).count and by:
            continue
        group = measured(deals, of_group(people, by, names), days)
        told.append({**dict(zip(by, names, strict=True)), **_row(group)})
    whole = measured(found.deals, people, days)
    return Found(
        table=laid(told, by, _COLUMNS),
        sentence=_sentence(given, whole),
        headline=_headline(given, whole),
        excluded=found.excluded,
        notes=(*_WHAT, *_begun(people), *_stand_beside(by)),
        more={} if by else {"factors": _factors(whole), "levers": levers(whole)},
    )


def _row(found: Period) -> dict[str, Any]:
    whole = found.factors
    return {
        "opps_per_seller": found.opportunities.value,
        **ends("opps_", found.opportunities.interval),
        "opps_open": found.opps_open,
        "opps_n": found.opportunities.n,
        "deal": found.deal.value,
        **ends("deal_", found.deal.interval),
        "deal_n": found.deal.n,
        "any_deal": found.any_deal.value,
        "any_deal_n": found.any_deal.n,
        "win": found.win.value,
        **ends("win_", found.win.interval),
        "win_method": found.win.method,
        "won": found.closed.x,
        "closed": found.closed.n,
        "cycle_days": found.cycle.value,
        **ends("cycle_", found.cycle.interval),
        "cycle_method": found.cycle.method,
        "share_open": found.share_open,
        "sellers": found.sellers.value,
        "seller_days": found.seller_days,
        "sellers_n": found.sellers.n,
        "days": found.days,
        "per_day": whole.per_day,
        **ends("per_day_", found.per_day_interval),
        "per_seller_per_day": whole.per_seller_per_day,
        "per_90_days": whole.per_days(DAYS),
        "is_small": found.closed.is_small(),
    }


def by_name(found: Period) -> dict[str, Estimate]:
    every = (found.opportunities, found.deal, found.win, found.cycle, found.sellers)
    return dict(zip(FACTORS, every, strict=True))


def _factors(found: Period) -> pa.Table:
    rows = [
        {
            "factor": name,
            "value": each.value,
            **ends("", each.interval),
            "n": each.n,
            "unit": _UNITS[name],
            "method": each.method,
            "elasticity": -1 if name == DIVISOR else 1,
        }
        for name, each in by_name(found).items()
    ]
    return laid(rows, (), _FACTORS)


def levers(found: Period) -> pa.Table:
    """What a tenth of each factor is worth, and of all at once."""
    whole = found.factors
    per_day = whole.per_day
    gains = {**whole.levers(TEN_PERCENT), ALL_AT_ONCE: whole.gain_of_all(TEN_PERCENT)}
    rows: list[dict[str, Any]] = []
    for name, gain in gains.items():
        worth = None if gain is None or per_day is None else gain * per_day
        rows.append(
            {
                "factor": name,
                "gain": gain,
                "per_day": worth,
                "per_90_days": None if worth is None else worth * DAYS,
            }
        )
    return laid(rows, (), _LEVERS)


def _headline(given: Given, whole: Period) -> Headline | None:
    value = whole.per_day
    if given.asked.by or value is None:
        return None
    low, high = whole.per_day_interval or (None, None)
    return Headline(float(value), "minor units a day", low, high, None, whole.closed.n)


def _sentence(given: Given, whole: Period) -> str:
    currency = given.setting.currency
    per_day, when = whole.per_day, title_of(given.asked)
    if per_day is None:
        names = {
            "opps_per_seller": "opportunities of a seller",
            "deal": "an amount of what was won",
            "win": "opportunities that were won or lost",
            "cycle_days": "a cycle of at least a day",
            "sellers": "sellers who were active",
        }
        missing = [
            names[name]
            for name, each in by_name(whole).items()
            if each.value is None or (name == DIVISOR and not each.value)
        ]
        return f"The run rate {when} is not known: it lacks {phrases.listed(missing)}."
    interval = whole.per_day_interval
    between = (
        f" ({phrases.money(interval.low, currency)} to {phrases.money(interval.high, currency)})"
        if interval
        else ""
    )
    win = (
        f"{phrases.share(float(whole.win.value or 0))} won"
        f" ({whole.win.method}; {noted(whole.share_open)})"
        if whole.win.method == BY_AGE
        else f"{phrases.rate(Rate(whole.closed.x, whole.closed.n))} won"
    )
    return (
        f"The run rate {when} is {phrases.money(float(per_day), currency)} a day{between}:"
        f" {float(whole.opportunities.value or 0):.1f} opportunities of a seller,"
        f" {phrases.money(float(whole.deal.value or 0), currency)} a deal, {win},"
        f" {phrases.days(float(whole.cycle.value or 0))},"
        f" {float(whole.sellers.value or 0):.1f} sellers."
    )


def _begun(people: list[Any]) -> tuple[str, ...]:
    untold = sum(1 for each in people if not each.told)
    if not untold:
        return ()
    return (
        (
            f"The first day of {phrases.counted(untold, 'seller')} is not known: they count from their"
            " first opportunity on."
        ),
    )


def _stand_beside(by: tuple[str, ...]) -> tuple[str, ...]:
    if not by or set(by) & {"seller", "team", "region"}:
        return ()
    return (
        (
            f"All sellers stand beside each {phrases.listed(list(by))}: opportunities of a seller are"
            " those of this value, by all of them."
        ),
    )


READING = Reading(
    name="revenue_equation",
    title="Revenue equation",
    question="What does our pipeline bring in a day, and which lever is worth most?",
    meaning="The run rate of the pipeline: opportunities of a seller, times the average deal, times"
    " the win rate, by the cycle, times the sellers.",
    unit="minor units of the reporting currency a day",
    grain="an opportunity",
    formula="R = O * D * W / L * S, with O = opportunity days / seller days, D = mean amount won,"
    " W = won / (won + lost), L = mean days from opening to winning, S = seller days / days; W and L by"
    " cumulative incidence where more than 20 % are open; intervals by the delta method",
    literature="Sales velocity; Aalen, O. O. and Johansen, S. (1978), Scand. J. Statist. 5; Brenner, H."
    " and Gefeller, O. (1996), Cancer 78; Wilson, E. B. (1927), JASA 22",
    obeys=(),
    needs=(OUTCOMES, DATES, AMOUNTS, OWNERS),
    columns=described(_COLUMNS),
    sums=(DEALS, SELLERS),
    conclude=conclude,
    rows=DEAL_ROWS,
    chart=charts.levers,
)
