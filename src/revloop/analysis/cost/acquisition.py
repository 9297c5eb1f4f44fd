"""What winning a new customer costs, and when it is earned back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.analysis import phrases
from revloop.analysis.cost import sold
from revloop.analysis.cost.spending import (
    ONE_RATE,
    SELLING,
    SPEND,
    SPENT_BESIDE,
    Spending,
    spending,
)
from revloop.analysis.cost.statistics import returns
from revloop.analysis.needs import Need
from revloop.analysis.periods import Period
from revloop.analysis.rates import MIN_N
from revloop.analysis.reading import (
    UNKNOWN,
    Column,
    Excluded,
    Found,
    Given,
    Headline,
    Reading,
    Rows,
    Sums,
    those,
    within,
)
from revloop.analysis.revenue.laying import FLAG, NUMBER, TEXT, WHOLE, col, described, laid
from revloop.analysis.revenue.measures import CUTS
from revloop.analysis.revenue.money import in_reporting
from revloop.analysis.revenue.pipeline import DEALS, Deals, days_of, is_over, last_quarter, pipeline

CUSTOMERS = Sums("new_customers", sold.customer_sums, CUTS)
CUSTOMER_ROWS = Rows(
    "customer_rows",
    sold.customer_rows,
    ("booked_at", "booking"),
    columns=(
        Column("booked_at", "became a customer"),
        Column("from_fact", "known by a booking or an opportunity"),
        Column("owner_user_id", "owner"),
        Column("source", "source"),
        Column("segment", "segment"),
        Column("region", "region"),
    ),
    filters=("from_fact",),
)
BUYERS = Need(
    "booking",
    ("account_id",),
    "the company of bookings, or of opportunities that were won",
    instead=(Need("opportunity", ("account_id",), "the company of opportunities"),),
)
_A_MONTH = Fraction(1461, 48)
"""Days: a twelfth of a year of 365 1/4."""
_A_YEAR = 12

_COLUMNS = (
    col("customers", "new customers of the period", WHOLE, "customers"),
    col("is_small", "fewer than 20: no colour, no rank", FLAG),
    col("cac", "spend of the lagged months by new customers", NUMBER, "minor units"),
    col("spend", "marketing and sales, all pools, of the lagged months", WHOLE, "minor units"),
    col("spend_from", "the first of the lagged months", TEXT),
    col("spend_to", "the last of them", TEXT),
    col("same_month_cac", "spend of the period itself by new customers", NUMBER, "minor units"),
    col("same_month_spend", "marketing and sales of the period itself", WHOLE, "minor units"),
    col("arpa", "monthly revenue of a new customer", NUMBER, "minor units"),
    col("arpa_n", "new customers of whom it is known", WHOLE, "customers"),
    col("gross_margin", "1 - cost of goods / amount, of their orders", NUMBER, "share"),
    col("gross_margin_n", "orders of which the cost of goods is known", WHOLE, "orders"),
    col("payback_months", "CAC / (ARPA * gross margin)", NUMBER, "months"),
    col("lag_months", "the median cycle in whole months", WHOLE, "months"),
    col("cycle_days", "median days from opening to winning new business", NUMBER, "days"),
    col("cycle_n", "won in the twelve months up to the end of the period", WHOLE, "opportunities"),
)


@dataclass(frozen=True, slots=True)
class Cycle:
    """How long new business takes to be won."""

    days: Fraction | None
    n: int

    @property
    def months(self) -> int:
        """Whole months, half of one rounded up; 0 where no cycle is known."""
        return 0 if self.days is None else int(self.days / _A_MONTH + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Bought:
    """What the new customers of a group ordered first."""

    customers: int
    arpa: Fraction | None
    arpa_n: int
    gross_margin: Fraction | None
    gross_margin_n: int


def conclude(given: Given) -> Found:
    period, by = given.asked.period or last_quarter(given), given.asked.by
    [spent] = spent_to_win(given, [period])
    table, unrated = _priced(given)
    table = within(table, period)
    whole = _row(_bought(table), spent)
    rows = [
        {**dict(zip(by, names, strict=True)), **_row(_bought(part), spent)}
        for names, part in _groups(table, by)
    ]
    return Found(
        table=laid(rows, by, _COLUMNS),
        sentence=_sentence(given, spent, whole),
        headline=None
        if whole["cac"] is None
        else Headline(float(whole["cac"]), "minor units", n=whole["customers"]),
        excluded=_excluded(spent, unrated),
        notes=_notes(given, spent),
    )


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent to win the customers of a period."""

    money: Spending
    period: Period
    lag: Cycle
    is_part: bool
    """Only some of the customers are asked about: nothing says which spend was theirs."""

    @property
    def lagged(self) -> Period:
        """As many months, a cycle earlier."""
        return Period(self.period.first - self.lag.months, self.period.last - self.lag.months)

    def in_(self, months: Period) -> int | None:
        """By marketing and sales; None where it is not known of all the months."""
        if self.is_part or not self.money.covers(months):
            return None
        return self.money.of(months, side=SELLING)


def spent_to_win(given: Given, periods: Sequence[Period]) -> list[Spent]:
    """The spend for the customers of each of these periods, which ascend; what it leaves out is of all."""
    if not periods:
        return []
    money = spending(given, SPENT_BESIDE, Period(periods[0].first, periods[-1].last))
    new = _new_business(given)
    is_part = bool(given.asked.by or given.asked.where)
    return [Spent(money, each, _cycle(new, each), is_part=is_part) for each in periods]


def _row(found: Bought, spent: Spent) -> dict[str, Any]:
    lagged, same = spent.in_(spent.lagged), spent.in_(spent.period)
    cac = None if not lagged else returns.cac(lagged, found.customers)
    return {
        "customers": found.customers,
        "is_small": found.customers < MIN_N,
        "cac": cac,
        "spend": lagged,
        "spend_from": spent.lagged.months[0],
        "spend_to": spent.lagged.months[-1],
        "same_month_cac": None if not same else returns.cac(same, found.customers),
        "same_month_spend": same,
        "arpa": found.arpa,
        "arpa_n": found.arpa_n,
        "gross_margin": found.gross_margin,
        "gross_margin_n": found.gross_margin_n,
        "payback_months": returns.payback_months(cac, found.arpa, found.gross_margin),
        "lag_months": spent.lag.months,
        "cycle_days": spent.lag.days,
        "cycle_n": spent.lag.n,
    }


def _new_business(given: Given) -> list[Deals]:
    """All of it: of one segment or seller a cycle would rest on too few."""
    whole = replace(given, asked=replace(given.asked, where={}))
    groups = pipeline(whole).groups(("opportunity_type",))
    return [deals for (kind,), deals in groups if kind not in sold.NOT_NEW]


def _cycle(new: Sequence[Deals], period: Period) -> Cycle:
    """The median days of new business that was won in the twelve months up to the end of the period."""
    _, last = days_of(period)
    first, _ = days_of(Period(period.last - _A_YEAR + 1, period.last))
    days: list[int] = []
    for deals in new:
        won = deals.those(deals.won & (deals.ended >= first) & (deals.ended <= last))
        days += np.repeat(won.cycle, won.n).tolist()
    if not days:
        return Cycle(None, 0)
    days.sort()
    middle = len(days) // 2
    return Cycle(Fraction(days[middle] + days[-middle - 1], 2), len(days))


def _priced(given: Given) -> tuple[pa.Table, int]:
    """The first orders with `amount`, `goods` and `recurring` in the reporting currency."""
    table = given.everything(CUSTOMERS.name)
    unrated = 0
    for name in ("amount", "goods", "recurring"):
        minor, known, without = in_reporting(table, given.setting.currency, name)
        told = pa.array(minor, pa.int64(), mask=~known)
        table = table.append_column(name, told)
        if name == "amount":
            unrated = int(without.sum())
    return table, unrated


def _bought(table: pa.Table) -> Bought:
    """What a group of new customers is worth.

    The monthly revenue of an order is what recurs each month, else its amount by the months of its
    term; of a customer it is that of the orders of whom one of the two is known.
    """
    monthly: Fraction = Fraction(0)
    known: set[int] = set()
    amounts = goods = orders = 0
    for row in table.to_pylist():
        amount, term = row["amount"], row["term_months"] or 0
        if row["recurring"] is not None:
            monthly += row["recurring"]
        elif amount is not None and term > 0:
            monthly += Fraction(amount, term)
        if row["recurring"] is not None or (amount is not None and term > 0):
            known.add(row["customer"])
        if amount is not None and row["goods"] is not None:
            amounts, goods, orders = amounts + amount, goods + row["goods"], orders + 1
    return Bought(
        customers=pc.count_distinct(table["customer"]).as_py(),
        arpa=monthly / len(known) if known else None,
        arpa_n=len(known),
        gross_margin=1 - Fraction(goods, amounts) if amounts else None,
        gross_margin_n=orders,
    )


def _groups(table: pa.Table, by: Sequence[str]) -> list[tuple[tuple[str, ...], pa.Table]]:
    """The customers of each combination of cuts, in their order; all of them where none is asked."""
    if not by:
        return [((), table)]
    names = sorted(set(zip(*(table[cut].to_pylist() for cut in by), strict=True)))
    return [(each, those(table, dict(zip(by, each, strict=True)))) for each in names]


def _excluded(spent: Spent, unrated: int) -> tuple[Excluded, ...]:
    told = list(spent.money.excluded)
    if unrated:
        told.append(Excluded("are first orders in another currency and have no rate", unrated))
    nobodys = within(spent.money.table, spent.lagged)
    count = int(
        pc.sum(nobodys.filter(pc.equal(nobodys["side"], pa.scalar(UNKNOWN)))["n"]).as_py() or 0
    )
    if count:
        told.append(Excluded("were spent, nobody says by which side: in no CAC", count))
    return tuple(told)


def _sentence(given: Given, spent: Spent, whole: dict[str, Any]) -> str:
    currency, customers = (
        given.setting.currency,
        phrases.counted(whole["customers"], "new customer"),
    )
    period = spent.period
    if not whole["customers"]:
        return f"Nobody became a customer in {period}: there is no cost of one."
    if spent.is_part:
        return (
            f"There were {customers} in {period}{_cut(given)}; nothing says which spend was for whom, so"
            " that a cost of one is told of all of them only."
        )
    if whole["cac"] is None:
        when = f"{period}, {phrases.counted(whole['lag_months'], 'month')} earlier"
        return f"There were {customers} in {period}; what was spent for them ({when}) is not known."
    told = (
        f"Each of {customers} of {period} cost {phrases.money(float(whole['cac']), currency)}:"
        f" {phrases.money(whole['spend'], currency)} for marketing and sales {_lag(whole)}"
    )
    if whole["lag_months"] and whole["same_month_cac"] is not None:
        same = phrases.money(float(whole["same_month_cac"]), currency)
        told += f", and {same} each by the spend of {period} itself"
    if whole["payback_months"] is None:
        return f"{told}."
    return f"{told}. It is earned back in {float(whole['payback_months']):.1f} months."


def _lag(whole: dict[str, Any]) -> str:
    months = whole["lag_months"]
    if not months:
        return "in these months"
    span = f"from {whole['spend_from']} to {whole['spend_to']}"
    span = f"in {whole['spend_from']}" if whole["spend_from"] == whole["spend_to"] else span
    return f"{span}, a median cycle of {phrases.counted(months, 'month')} earlier"


def _cut(given: Given) -> str:
    """` of large`: whom a sentence is about."""
    where = given.asked.where
    of = f" of {phrases.listed(list(where.values()))}" if where else ""
    return of + (f", by {phrases.listed(list(given.asked.by))}" if given.asked.by else "")


def _notes(given: Given, spent: Spent) -> tuple[str, ...]:
    told = [_NEW, _MONTHLY, _LAGGED, ONE_RATE]
    if spent.is_part:
        told.insert(0, _NO_PART)
    elif not spent.money.covers(spent.lagged) and spent.money.first is not None:
        known = f"from {spent.money.first} to {spent.money.last}"
        told.insert(0, f"Spend is known {known}: of the lagged months it is not, or not whole.")
    if not spent.lag.n:
        told.insert(0, "No cycle of new business is known: spend is taken of the same months.")
    if not is_over(given, spent.period):
        told.insert(0, f"{spent.period} is not over: not all its customers are known.")
    return tuple(told)


_NO_PART = (
    "Spend names no segment, region or seller. To share it by customers would give each group the CAC"
    " of all: so by group there are customers, their revenue and margin, and no CAC."
)
_NEW = (
    "A new customer is a company whose first order that is known, booked or won, is new business; who"
    " bought before the facts begin and comes back counts as new."
)
_MONTHLY = (
    "ARPA is what recurs each month, else amount by months of the term, of the first orders; margin is"
    " that of orders whose cost of goods is known. What is not known is in neither, never 0."
)
_LAGGED = (
    "Spend is all that is marketing's and sales', fully loaded, a median cycle before: what wins a"
    " customer is spent before they are won. It wins renewals and expansions, too, and nothing says how"
    " much of it: CAC is rather too high than too low."
)

READING = Reading(
    name="cac",
    title="Customer acquisition cost",
    question="What does a new customer cost us, and when is it earned back?",
    meaning="What marketing and sales spent a cycle earlier, by the new customers of the period.",
    unit="minor units of the reporting currency",
    grain="a new customer",
    formula="spend of marketing and sales, lagged by the median cycle / new customers; payback = CAC /"
    " (ARPA * gross margin)",
    literature="A ratio; the lag is that of the sales cycle",
    obeys=(),
    needs=(SPEND, BUYERS),
    columns=described(_COLUMNS),
    sums=(CUSTOMERS, DEALS, SPENT_BESIDE),
    conclude=conclude,
    rows=CUSTOMER_ROWS,
)
