"""Who makes their quota, and whether their wins differ by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa

from revloop.analysis import phrases
from revloop.analysis.periods import Period
from revloop.analysis.rates import Rate
from revloop.analysis.reading import Excluded, Found, Given, Headline, Reading, added, within
from revloop.analysis.revenue import charts
from revloop.analysis.revenue.bookings import BOOKED, priced
from revloop.analysis.revenue.laying import (
    DEAL_ROWS,
    NUMBER,
    OWNERS,
    QUOTAS,
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
    Seller,
    days_of,
    is_over,
    last_quarter,
    pipeline,
    sellers,
    window,
)
from revloop.analysis.revenue.statistics.ageing import Window
from revloop.analysis.revenue.statistics.quota import Attainment, attainment

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_A_YEAR = 12
_WITHIN, _WARNING, _FAR = "within chance", "outside 95 %", "outside 99.8 %"

_COLUMNS = (
    col("seller", "the id of the user; pages add the name", TEXT),
    col("team", "their team", TEXT),
    col("region", "their region", TEXT),
    col("quota", "their quota for the months in which they were active", NUMBER, "minor units"),
    col("booked", "what was booked on their opportunities", WHOLE, "minor units"),
    col("attainment", "booked by quota", NUMBER, "share, 1 is all"),
    col("won", "opportunities they won", WHOLE, "opportunities"),
    col("closed", "opportunities they won or lost", WHOLE, "opportunities"),
    col("win_rate", "won of closed", NUMBER, "0 to 1"),
    col("low", "lower end of its 95 % interval", NUMBER, "0 to 1"),
    col("high", "upper end of its 95 % interval", NUMBER, "0 to 1"),
    col(
        "expected_wins",
        "what the win rate of all with a quota would have won",
        NUMBER,
        "opportunities",
    ),
    col("against_chance", "whether the win rate is one that chance alone would give", TEXT),
)
_GROUPS = (
    col("n", "sellers with a quota", WHOLE, "sellers"),
    col("x", "of these, at or above it", WHOLE, "sellers"),
    col("share", "x of n", NUMBER, "0 to 1"),
    col("low", "lower end of its 95 % interval", NUMBER, "0 to 1"),
    col("high", "upper end of its 95 % interval", NUMBER, "0 to 1"),
    col("of_quotas", "what was booked by all quotas", NUMBER, "share, 1 is all"),
    col("without_quota", "sellers without a quota: in neither", WHOLE, "sellers"),
)
_LIMITS = (
    col("n", "won or lost", WHOLE, "opportunities"),
    col("low_95", "lower limit", NUMBER, "0 to 1"),
    col("high_95", "upper limit", NUMBER, "0 to 1"),
    col("low_998", "lower limit", NUMBER, "0 to 1"),
    col("high_998", "upper limit", NUMBER, "0 to 1"),
)


@dataclass(frozen=True, slots=True)
class Carried:
    """A seller and what they had to book in the period."""

    seller: Seller
    quota: Fraction
    booked: int
    deals: Rate
    """Won, of those that they won or lost."""


def conclude(given: Given) -> Found:
    period = given.asked.period or last_quarter(given)
    found, by = pipeline(given), given.asked.by
    table, unrated = priced(given)
    booked = added(within(table, period), ("seller",), ("booked",)).to_pylist()
    sold = {row["seller"]: row["booked"] for row in booked}
    days = window(given, period, found.deals)
    closed = {names[0]: _closed(deals, days) for names, deals in found.groups(("seller",))}
    every = [each for each in sellers(given) if each.days_in(days)]
    foreign = [each for each in every if _foreign(each, given.setting.currency)]
    carried = [
        Carried(
            each, quota_of(each, period), sold.get(each.name, 0), closed.get(each.name, Rate(0, 0))
        )
        for each in every
        if each not in foreign
    ]
    whole = _attained(carried)
    return Found(
        table=laid(_rows(carried), (), _COLUMNS),
        sentence=_sentence(given, period, whole, carried),
        headline=_headline(whole),
        excluded=_excluded(foreign, unrated),
        notes=_notes(given, period),
        more={"groups": laid(_groups(carried, by), _told(by), _GROUPS), "limits": _limits(carried)},
    )


def quota_of(seller: Seller, period: Period) -> Fraction:
    """Their quota for the months of the period in which they were active; 0 where they have none."""
    months = _MONTHS.get(seller.quota_period or "")
    if months is None or not seller.quota_minor:
        return Fraction(0)
    active = sum(
        1 for month in period.months if seller.days_in(Window(*days_of(Period.of_month(month))))
    )
    return Fraction(seller.quota_minor * active, months)


def _closed(deals: Any, days: Window) -> Rate:
    ended = deals.ended_in(days)
    won = ended.those(ended.won).count
    return Rate(won, won + ended.those(ended.lost).count)


def _foreign(seller: Seller, currency: str) -> bool:
    """A quota in another currency: nobody says at which rate it is to be told."""
    return bool(seller.quota_minor) and seller.quota_currency != currency


def _attained(carried: Sequence[Carried]) -> Attainment:
    """In twelfths of minor units, in which a part of every quota is whole."""
    return attainment((each.booked * _A_YEAR, int(each.quota * _A_YEAR)) for each in carried)


def _rows(carried: Sequence[Carried]) -> list[dict[str, Any]]:
    whole = _together(carried)
    return [
        {
            "seller": each.seller.name,
            "team": each.seller.team,
            "region": each.seller.region,
            "quota": each.quota or None,
            "booked": each.booked,
            "attainment": each.booked / each.quota if each.quota else None,
            "won": each.deals.x,
            "closed": each.deals.n,
            "win_rate": each.deals.value,
            **ends("", each.deals.interval),
            "expected_wins": each.deals.n * whole.exact if each.quota and whole.exact else None,
            "against_chance": _against(each.deals, whole) if each.quota else None,
        }
        for each in carried
    ]


def _together(carried: Sequence[Carried]) -> Rate:
    """Won of closed, of those with a quota: who renews contracts has another rate by trade."""
    with_quota = [each.deals for each in carried if each.quota]
    return Rate(sum(each.x for each in with_quota), sum(each.n for each in with_quota))


def _against(deals: Rate, whole: Rate) -> str | None:
    """Within which limits of the funnel a win rate is."""
    if not deals.n or whole.value is None:
        return None
    for share, said in ((0.998, _FAR), (0.95, _WARNING)):
        low, high = _limit(deals.n, whole.value, share)
        if not low <= deals.x <= high:
            return said
    return _WITHIN


def _limit(n: int, rate: float, share: float) -> tuple[float, float]:
    from scipy.stats import binom

    tail = (1 - share) / 2
    return float(binom.ppf(tail, n, rate)), float(binom.ppf(1 - tail, n, rate))


def _limits(carried: Sequence[Carried]) -> pa.Table:
    """The funnel: within what chance alone keeps a win rate, by how many were closed."""
    whole = _together(carried)
    most = max((each.deals.n for each in carried if each.quota), default=0)
    rows = []
    if whole.value is not None:
        step = max(most // 100, 1)
        for n in range(1, most + step, step):
            row: dict[str, Any] = {"n": n}
            for name, share in (("95", 0.95), ("998", 0.998)):
                low, high = _limit(n, whole.value, share)
                row |= {f"low_{name}": low / n, f"high_{name}": high / n}
            rows.append(row)
    return laid(rows, (), _LIMITS)


def _told(by: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in by if each in {"team", "region", "seller"})


def _groups(carried: Sequence[Carried], by: Sequence[str]) -> list[dict[str, Any]]:
    """The share of sellers who made their quota, of all or by what a seller has."""
    cuts = _told(by)
    groups: dict[tuple[str, ...], list[Carried]] = {}
    for each in carried:
        names = {"team": each.seller.team, "region": each.seller.region, "seller": each.seller.name}
        groups.setdefault(tuple(names[cut] for cut in cuts), []).append(each)
    rows = []
    for names_of, members in sorted(groups.items()):
        found = _attained(members)
        rows.append(
            {
                **dict(zip(cuts, names_of, strict=True)),
                "n": found.made.n,
                "x": found.made.x,
                "share": found.made.value,
                **ends("", found.made.interval),
                "of_quotas": found.of_quotas,
                "without_quota": found.without_quota,
            }
        )
    return rows


def _headline(whole: Attainment) -> Headline | None:
    if whole.made.value is None:
        return None
    low, high = whole.made.interval or (None, None)
    return Headline(whole.made.value, "0 to 1", low, high, whole.made.x, whole.made.n)


def _excluded(foreign: Sequence[Seller], unrated: int) -> tuple[Excluded, ...]:
    told = (
        ("sellers with a quota in another currency", len(foreign)),
        ("bookings in another currency and without a rate", unrated),
    )
    return tuple(Excluded(reason, n) for reason, n in told if n)


def _sentence(given: Given, period: Period, whole: Attainment, carried: Sequence[Carried]) -> str:
    if whole.made.value is None or whole.of_quotas is None:
        return f"No seller who was active in {period} has a quota."
    sold = sum(each.booked for each in carried if each.quota)
    return (
        f"In {period} {phrases.rate(whole.made)} of the sellers with a quota made it; together they"
        f" booked {phrases.money(sold, given.setting.currency)},"
        f" {phrases.share(float(whole.of_quotas))} of all quotas."
    )


def _notes(given: Given, period: Period) -> tuple[str, ...]:
    told = [
        "A quota is told for the months of the period in which its seller was active.",
        (
            "Sellers are in the order of their ids, never ranked: the limits say which win rates are other"
            " than chance alone would give (funnel plot)."
        ),
        "Booked is what was ordered by opportunities that the seller owns.",
    ]
    if not is_over(given, period):
        told.append(f"{period} is not over: its quotas are whole, its bookings are not.")
    return tuple(told)


READING = Reading(
    name="quota_attainment",
    title="Quota attainment",
    question="How many of our sellers make their quota?",
    meaning="Of the sellers with a quota who were active in the period, the share that booked at least"
    " that much.",
    unit="share, 0 to 1",
    grain="a seller",
    formula="sellers with booked >= quota / sellers with quota > 0, interval of Wilson; limits of the"
    " funnel: quantiles of the binomial at the win rate of all",
    literature="Wilson, E. B. (1927), JASA 22; Spiegelhalter, D. J. (2005), Statistics in Medicine 24",
    obeys=(),
    needs=(QUOTAS, OWNERS),
    columns=described(_COLUMNS),
    sums=(DEALS, SELLERS, BOOKED),
    conclude=conclude,
    rows=DEAL_ROWS,
    chart=charts.funnel,
)
