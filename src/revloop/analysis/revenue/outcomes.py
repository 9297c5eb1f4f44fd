"""How many opportunities are won, and how long that takes, with those that are still open."""

from __future__ import annotations

from typing import Any

from revloop.analysis import phrases
from revloop.analysis.periods import Period
from revloop.analysis.rates import Rate
from revloop.analysis.reading import MONTH, Found, Given, Headline, Reading
from revloop.analysis.revenue.factors import BY_AGE, OF_ENDED, mean
from revloop.analysis.revenue.laying import (
    DATES,
    DEAL_ROWS,
    FLAG,
    NUMBER,
    OUTCOMES,
    TEXT,
    WHOLE,
    col,
    described,
    ends,
    laid,
)
from revloop.analysis.revenue.pipeline import (
    DEALS,
    MANY_OPEN,
    Deals,
    days_of,
    month_of,
    noted,
    pipeline,
    title_of,
    window,
)
from revloop.analysis.revenue.statistics.ageing import Window

_OPEN = (
    col("opened", "opened in the period", WHOLE, "opportunities"),
    col("open", "of these, still open", WHOLE, "opportunities"),
    col("share_open", "open of opened", NUMBER, "0 to 1"),
    col("at_risk", "open on any day of the period", WHOLE, "opportunities"),
)
_WIN = (
    col("n", "won or lost in the period", WHOLE, "opportunities"),
    col("x", "of these, won", WHOLE, "opportunities"),
    col("rate", "x of n", NUMBER, "0 to 1"),
    col("low", "lower end of the 95 % interval of the rate", NUMBER, "0 to 1"),
    col("high", "upper end of the 95 % interval of the rate", NUMBER, "0 to 1"),
    col("is_small", "n is below 20: no colour, no rank", FLAG),
    *_OPEN,
    col("by_age", "share won of those that end, with those still open", NUMBER, "0 to 1"),
    col("by_age_low", "lower end of its 95 % interval", NUMBER, "0 to 1"),
    col("by_age_high", "upper end of its 95 % interval", NUMBER, "0 to 1"),
    col("known_until", "the greatest age that anybody was seen at", NUMBER, "days"),
    col("method", "which of the two to go by: of those that ended, or cumulative incidence", TEXT),
)
_MONTHS = (
    col(MONTH, "the month of closing", TEXT),
    col("n", "won or lost in it", WHOLE, "opportunities"),
    col("x", "of these, won", WHOLE, "opportunities"),
    col("rate", "x of n", NUMBER, "0 to 1"),
    col("low", "lower end of the 95 % interval", NUMBER, "0 to 1"),
    col("high", "upper end of the 95 % interval", NUMBER, "0 to 1"),
)
_CYCLE = (
    col("won_n", "won in the period", WHOLE, "opportunities"),
    col("won_days", "mean days from opening to winning", NUMBER, "days"),
    col("won_low", "lower end of its 95 % interval", NUMBER, "days"),
    col("won_high", "upper end of its 95 % interval", NUMBER, "days"),
    col("lost_n", "lost in the period", WHOLE, "opportunities"),
    col("lost_days", "mean days from opening to losing", NUMBER, "days"),
    col("lost_low", "lower end of its 95 % interval", NUMBER, "days"),
    col("lost_high", "upper end of its 95 % interval", NUMBER, "days"),
    col("is_small", "fewer than 20 were won: no colour, no rank", FLAG),
    *_OPEN,
    col("by_age_days", "mean days to winning, with those still open", NUMBER, "days"),
    col("by_age_low", "lower end of its 95 % interval", NUMBER, "days"),
    col("by_age_high", "upper end of its 95 % interval", NUMBER, "days"),
    col(
        "median_days",
        "days until half have ended, either way, with those still open",
        NUMBER,
        "days",
    ),
    col("method", "which of the two to go by: of those that ended, or cumulative incidence", TEXT),
)
_AGE = (
    col("days", "the age", WHOLE, "days"),
    col("at_risk", "open at that age", WHOLE, "opportunities"),
    col("won", "share won by then", NUMBER, "0 to 1"),
    col("lost", "share lost by then", NUMBER, "0 to 1"),
    col("open", "share still open", NUMBER, "0 to 1"),
)
_WHICH = (
    "Where more than 20 % of the opportunities opened in the period are still open, those that ended"
    " are the quick ones: then go by cumulative incidence, in which everybody who was open on a day of"
    " the period is at risk at the age they had."
)
_DAYS = "A cycle is counted in days of the calendar: what ends on the day it began has none."


def _open(deals: Deals, days: Window) -> dict[str, Any]:
    opened, share = deals.opened_in(days), deals.share_open(days)
    still = 0 if share is None else round(share * opened.count)
    return {
        "opened": opened.count,
        "open": still,
        "share_open": share,
        "at_risk": deals.open_in(days).count,
    }


def _method(open_: dict[str, Any], by_age: float | None) -> str:
    """Which of the two to go by."""
    many = (open_["share_open"] or 0.0) > MANY_OPEN
    return BY_AGE if many and by_age is not None else OF_ENDED


def _closed(deals: Deals, days: Window) -> Rate:
    ended = deals.ended_in(days)
    won = ended.those(ended.won).count
    return Rate(won, won + ended.those(ended.lost).count)


def _win(deals: Deals, days: Window) -> dict[str, Any]:
    rate, found, open_ = _closed(deals, days), deals.ageing(days), _open(deals, days)
    by_age = found.share("won") if found else None
    return {
        **rate.as_row,
        "is_small": rate.is_small(),
        **open_,
        "by_age": by_age,
        **ends("by_age_", found.share_interval("won") if found else None),
        "known_until": found.ends.known_until if found else None,
        "method": _method(open_, by_age),
    }


def conclude_wins(given: Given) -> Found:
    found, by = pipeline(given), given.asked.by
    days = window(given, given.asked.period, found.deals)
    rows = [
        {**dict(zip(by, names, strict=True)), **_win(deals, days)}
        for names, deals in found.groups(by)
        if not by or deals.open_in(days).count
    ]
    whole, rate = _win(found.deals, days), _closed(found.deals, days)
    low, high = rate.interval or (None, None)
    return Found(
        table=laid(rows, by, _WIN),
        sentence=_win_sentence(given, whole, rate),
        headline=None
        if by or rate.value is None
        else Headline(rate.value, "0 to 1", low, high, rate.x, rate.n),
        excluded=found.excluded,
        notes=(_WHICH,),
        more={"months": laid(_by_month(found.deals, days), (), _MONTHS)},
    )


def _by_month(deals: Deals, days: Window) -> list[dict[str, Any]]:
    if not days.days:
        return []
    span = Period(
        Period.of_month(month_of(days.first)).first, Period.of_month(month_of(days.last)).last
    )
    rows = []
    for month in span.months:
        first, last = days_of(Period.of_month(month))
        rows.append({MONTH: month, **_closed(deals, Window(first, min(last, days.last))).as_row})
    return rows


def _win_sentence(given: Given, whole: dict[str, Any], rate: Rate) -> str:
    when = title_of(given.asked)
    if not rate.n:
        return f"No opportunity was won or lost {when}."
    told = f"Of the opportunities that were won or lost {when}, {phrases.rate(rate)} were won."
    if whole["method"] != BY_AGE:
        return told
    between = (
        f" ({whole['by_age_low'] * 100:.1f} to {phrases.share(whole['by_age_high'])})"
        if whole["by_age_low"] is not None
        else ""
    )
    return (
        f"{told} As {noted(whole['share_open'])}, their cumulative incidence says more:"
        f" {phrases.share(whole['by_age'])}{between} of those that end are won."
    )


def _cycle(deals: Deals, days: Window) -> dict[str, Any]:
    ended, found, open_ = deals.ended_in(days), deals.ageing(days), _open(deals, days)
    by_age = found.mean_age("won") if found else None
    won, lost = ended.those(ended.won), ended.those(ended.lost)
    of_won, of_lost = mean(won.cycle, won.n), mean(lost.cycle, lost.n)
    return {
        "won_n": of_won.n,
        "won_days": of_won.value,
        **ends("won_", of_won.interval),
        "lost_n": of_lost.n,
        "lost_days": of_lost.value,
        **ends("lost_", of_lost.interval),
        "is_small": Rate(0, of_won.n).is_small(),
        **open_,
        "by_age_days": by_age,
        **ends("by_age_", found.mean_age_interval("won") if found else None),
        "median_days": found.survival.median if found else None,
        "method": _method(open_, by_age),
    }


def conclude_cycles(given: Given) -> Found:
    found, by = pipeline(given), given.asked.by
    days = window(given, given.asked.period, found.deals)
    rows = [
        {**dict(zip(by, names, strict=True)), **_cycle(deals, days)}
        for names, deals in found.groups(by)
        if not by or deals.open_in(days).count
    ]
    whole = _cycle(found.deals, days)
    return Found(
        table=laid(rows, by, _CYCLE),
        sentence=_cycle_sentence(given, whole),
        headline=None if by else _cycle_headline(whole),
        excluded=found.excluded,
        notes=(_WHICH, _DAYS),
        more={} if by else {"ages": laid(_ages(found.deals, days), (), _AGE)},
    )


def _ages(deals: Deals, days: Window) -> list[dict[str, Any]]:
    """The curves, at each age at which something ended."""
    found = deals.ageing(days)
    if found is None:
        return []
    shares = found.ends.incidence
    rows = zip(
        found.ends.times,
        found.ends.at_risk,
        shares["won"],
        shares["lost"],
        found.ends.survival,
        strict=True,
    )
    told = []
    last = None
    for age, at_risk, won, lost, still in rows:
        if (won, lost) == last:
            continue
        last = (won, lost)
        told.append(
            {"days": int(age), "at_risk": int(at_risk), "won": won, "lost": lost, "open": still}
        )
    return told


def _cycle_headline(whole: dict[str, Any]) -> Headline | None:
    """By age where many are open."""
    name = "by_age" if whole["method"] == BY_AGE else "won"
    value = whole[f"{name}_days"]
    if value is None:
        return None
    return Headline(
        float(value), "days", whole[f"{name}_low"], whole[f"{name}_high"], None, whole["won_n"]
    )


def _cycle_sentence(given: Given, whole: dict[str, Any]) -> str:
    when = title_of(given.asked)
    if whole["won_days"] is None:
        return f"No opportunity was won {when}."
    told = (
        f"The opportunities won {when} had taken {phrases.days(float(whole['won_days']))} on average"
        f" ({phrases.count(whole['won_n'])} won)"
    )
    if whole["lost_days"] is not None:
        lost = phrases.days(float(whole["lost_days"]))
        told += f", those lost {lost} ({phrases.count(whole['lost_n'])} lost)"
    if whole["method"] != BY_AGE:
        return f"{told}."
    return (
        f"{told}. As {noted(whole['share_open'])}, their cumulative incidence says more:"
        f" {phrases.days(whole['by_age_days'])} to winning."
    )


_LITERATURE = (
    "Wilson, E. B. (1927), JASA 22; Aalen, O. O. and Johansen, S. (1978), Scand. J. Statist. 5;"
    " Brenner, H. and Gefeller, O. (1996), Cancer 78"
)

WIN_RATE = Reading(
    name="win_rate",
    title="Win rate",
    question="How many of our opportunities do we win?",
    meaning="Of the opportunities that were won or lost in the period, the share that was won.",
    unit="share, 0 to 1",
    grain="an opportunity",
    formula="won / (won + lost) by the day of closing, interval of Wilson; beside it F_won / (F_won +"
    " F_lost) with F the cumulative incidence by age over the period",
    literature=_LITERATURE,
    obeys=(),
    needs=(OUTCOMES, DATES),
    columns=described(_WIN),
    sums=(DEALS,),
    conclude=conclude_wins,
    rows=DEAL_ROWS,
)

CYCLE_TIME = Reading(
    name="cycle_time",
    title="Sales cycle",
    question="How long does it take us to win, and to lose?",
    meaning="The days from opening an opportunity to its end, of those that ended in the period.",
    unit="days",
    grain="an opportunity",
    formula="mean of day ended − day opened, ± 1.96 s / √n; beside it the mean age at winning under the"
    " cumulative incidence by age, and the median by Kaplan and Meier",
    literature=f"Kaplan, E. L. and Meier, P. (1958), JASA 53; {_LITERATURE}",
    obeys=(),
    needs=(OUTCOMES, DATES),
    columns=described(_CYCLE),
    sums=(DEALS,),
    conclude=conclude_cycles,
    rows=DEAL_ROWS,
)
