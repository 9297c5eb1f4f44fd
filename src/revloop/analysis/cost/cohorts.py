"""What the customers of a quarter cost, what they have brought so far, and what they will by an age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from revloop.analysis import phrases
from revloop.analysis.cost import charts, sold
from revloop.analysis.cost.acquisition import BUYERS, CUSTOMER_ROWS, spent_to_win
from revloop.analysis.cost.spending import ONE_RATE, SPEND, SPENT_BESIDE
from revloop.analysis.cost.statistics import returns
from revloop.analysis.cost.statistics.mean_cumulative import MeanCumulative, mean_cumulative
from revloop.analysis.periods import Period, quarters
from revloop.analysis.rates import MIN_N, Interval
from revloop.analysis.reading import (
    MONTH,
    Excluded,
    Found,
    Given,
    Headline,
    Reading,
    Sums,
)
from revloop.analysis.revenue.laying import FLAG, NUMBER, TEXT, WHOLE, col, described, laid
from revloop.analysis.revenue.measures import CUTS
from revloop.analysis.revenue.money import Flags, Whole, in_reporting, whole_numbers
from revloop.analysis.revenue.pipeline import DEALS, today

COHORTS = Sums("cohorts", sold.cohort_sums, CUTS)
AGES = (36, 24, 12)
"""Months by which returns are told: the longest that enough customers have been there for."""
_COLUMNS = (
    col("cohort", "the quarter of the first order", TEXT),
    col("customers", "new customers of the quarter", WHOLE, "customers"),
    col("is_small", "fewer than 20: no colour, no rank", FLAG),
    col("spend", "marketing and sales, a median cycle before", WHOLE, "minor units"),
    col("months", "months that are over since the quarter", WHOLE, "months"),
    col("revenue", "what they have ordered so far, less what was given back", WHOLE, "minor units"),
    col("gross_margin", "1 - cost of goods / amount, of their orders", NUMBER, "share"),
    col("gross_margin_n", "orders of which the cost of goods is known", WHOLE, "orders"),
    col("return_so_far", "revenue * margin less spend, by spend", NUMBER, "times"),
    col("age", "the age that is expected", WHOLE, "months"),
    col("expected", "revenue by that age, what is known and to come", WHOLE, "minor units"),
    col("expected_low", "lower end of its 95 % interval", WHOLE, "minor units"),
    col("expected_high", "upper end of its 95 % interval", WHOLE, "minor units"),
    col("expected_return", "expected * margin less spend, by spend", NUMBER, "times"),
    col("return_low", "lower end of its 95 % interval", NUMBER, "times"),
    col("return_high", "upper end of its 95 % interval", NUMBER, "times"),
)
_MEANS = (
    col("month", "months since the first order: 0 is its own", WHOLE, "months"),
    col("n", "customers who have been there for all of it", WHOLE, "customers"),
    col("mean", "what one of them brought in it", NUMBER, "minor units"),
    col("cumulative", "what one brings up to its end", NUMBER, "minor units"),
)


@dataclass(frozen=True)
class Customers:
    """New customers, with what each brought."""

    table: pa.Table
    """Each once: its cuts and month."""
    cohort: Whole
    """The month of the first order of each, from year 0."""
    known_for: Whole
    """Months that are over since, the first one included."""
    revenue: Whole
    """So far, in minor units of the reporting currency."""
    brought: NDArray[np.float64]
    """In each month since the first order; (customers, months)."""
    amounts: Whole
    goods: Whole
    margin_n: Whole
    """Of each, what was ordered and what its goods cost, of orders that know both; and how many."""
    unrated: int

    def those(self, chosen: Flags) -> Customers:
        return Customers(
            self.table.filter(pa.array(chosen)),
            self.cohort[chosen],
            self.known_for[chosen],
            self.revenue[chosen],
            self.brought[chosen],
            self.amounts[chosen],
            self.goods[chosen],
            self.margin_n[chosen],
            self.unrated,
        )


def conclude(given: Given) -> Found:
    by, every = given.asked.by, customers(given)
    wanted = _in_period(every, given.asked.period)
    groups = _groups(every.table, by)
    told = [
        (names, mean_cumulative(group.brought, group.known_for), group.those(wanted[chosen]))
        for names, chosen in groups
        for group in (every.those(chosen),)
    ]
    spends = _spends(given, every.those(wanted))
    rows = [
        {**dict(zip(by, names, strict=True)), **_row(cohort, quarter, mean, spends)}
        for names, mean, group in told
        for quarter, cohort in _by_quarter(group)
    ]
    mean = mean_cumulative(every.brought, every.known_for)
    excluded = Excluded("are orders in another currency and have no rate", every.unrated)
    return Found(
        table=laid(rows, by, _COLUMNS),
        sentence=_sentence(given, rows),
        headline=None if by else _headline(rows),
        excluded=(excluded,) if excluded.n else (),
        notes=_notes(given, mean),
        more={"means": laid(_means(mean), (), _MEANS)},
    )


def customers(given: Given) -> Customers:
    """The new customers of all months, of the values of cuts that were asked for."""
    table = given.everything(COHORTS.name)
    amounts, is_known, unrated = in_reporting(table, given.setting.currency)
    goods, has_goods, _ = in_reporting(table, given.setting.currency, "goods")
    is_back = whole_numbers(table["is_back"]) == 1
    signed = np.where(is_back, -np.abs(amounts), amounts)
    ids = whole_numbers(table["customer"])
    _, first, of = np.unique(ids, return_index=True, return_inverse=True)
    begun = _months(table[MONTH])
    later = _months(table["in_month"]) - begun
    is_early = is_known & (later >= 0) & (later < AGES[0])
    both = is_known & has_goods & ~is_back
    count = first.size
    place = of[is_early] * AGES[0] + later[is_early]
    brought = np.bincount(place, signed[is_early].astype(np.float64), count * AGES[0])
    return Customers(
        table.take(pa.array(first, pa.int64())).select([MONTH, *CUTS]),
        begun[first],
        np.maximum(_first_not_over(given) - begun[first], 0),
        _added(of, np.where(is_known, signed, 0), count),
        brought.reshape(count, AGES[0]).astype(np.float64),
        _added(of, np.where(both, amounts, 0), count),
        _added(of, np.where(both, goods, 0), count),
        _added(of, both.astype(np.int64), count),
        int(unrated.sum()),
    )


def _first_not_over(given: Given) -> int:
    """The month that runs; on its last day the next one."""
    tomorrow = today(given) + 1
    day = np.datetime64(tomorrow, "D").astype("datetime64[M]").astype(np.int64)
    return int(day) + 1970 * 12


def _months(column: Any) -> Whole:
    """`2026-05` as months from year 0; -1 where there is none."""
    texts: Any = column.combine_chunks().dictionary_encode()
    known = [Period.of_month(str(each)).first for each in texts.dictionary.to_pylist()]
    codes: Whole = np.asarray(texts.indices.fill_null(len(known)), np.int64)
    return np.array([*known, -1], np.int64)[codes]


def _added(of: Whole, values: Whole, count: int) -> Whole:
    return np.bincount(of, values, count).astype(np.int64)


def _in_period(every: Customers, period: Period | None) -> Flags:
    if period is None:
        return np.ones(every.cohort.size, np.bool_)
    return (every.cohort >= period.first) & (every.cohort <= period.last)


def _groups(table: pa.Table, by: Sequence[str]) -> list[tuple[tuple[str, ...], Flags]]:
    """The customers of each combination of cuts, in their order; all of them where none is asked."""
    if not by:
        return [((), np.ones(table.num_rows, np.bool_))]
    of = [*zip(*(table[cut].to_pylist() for cut in by), strict=True)]
    return [(names, np.array([each == names for each in of], np.bool_)) for names in sorted({*of})]


def _by_quarter(found: Customers) -> list[tuple[Period, Customers]]:
    if not found.cohort.size:
        return []
    whole = Period(int(found.cohort.min()), int(found.cohort.max()))
    told = [(each, found.those(_in_period(found, each))) for each in quarters(whole)]
    return [(quarter, cohort) for quarter, cohort in told if cohort.cohort.size]


def _spends(given: Given, found: Customers) -> dict[Period, int | None]:
    """What was spent to win the customers of each quarter; None where it is not known."""
    told: dict[Period, int | None] = {}
    for spent in spent_to_win(given, [quarter for quarter, _ in _by_quarter(found)]):
        quarter, asked = spent.period, given.asked.period or spent.period
        # A quarter of which only some months are asked has spend of these months alone.
        part = Period(max(quarter.first, asked.first), min(quarter.last, asked.last))
        told[quarter] = spent.in_(replace(spent, period=part).lagged) or None
    return told


def _row(
    found: Customers, quarter: Period, mean: MeanCumulative, spends: dict[Period, int | None]
) -> dict[str, Any]:
    amounts, goods = int(found.amounts.sum()), int(found.goods.sum())
    margin = 1 - goods / amounts if amounts else None
    revenue, spend = int(found.revenue.sum()), spends.get(quarter)
    age = next((each for each in AGES if mean.horizon(MIN_N) >= each), None)
    expected, between = _expected(found, mean, age)
    return {
        "cohort": str(quarter),
        "customers": found.cohort.size,
        "is_small": found.cohort.size < MIN_N,
        "spend": spend,
        "months": int(found.known_for.min()),
        "revenue": revenue,
        "gross_margin": margin,
        "gross_margin_n": int(found.margin_n.sum()),
        "return_so_far": _return(revenue, margin, spend),
        "age": age,
        "expected": None if expected is None else round(expected),
        **({} if between is None else _ends(between)),
        "expected_return": _return(expected, margin, spend),
        "return_low": None if between is None else _return(between.low, margin, spend),
        "return_high": None if between is None else _return(between.high, margin, spend),
    }


def _expected(
    found: Customers, mean: MeanCumulative, age: int | None
) -> tuple[float | None, Interval | None]:
    """What these bring by an age: what is known of the months that are over, and what is to come."""
    if age is None:
        return None, None
    over = np.arange(AGES[0]) < np.minimum(found.known_for, age)[:, None]
    known = float(np.where(over, found.brought, 0.0).sum())
    ahead, between = mean.still_to_come(found.known_for, age)
    return known + ahead, Interval(known + between.low, known + between.high)


def _ends(between: Interval) -> dict[str, Any]:
    return {"expected_low": round(between.low), "expected_high": round(between.high)}


def _return(revenue: float | None, margin: float | None, spend: int | None) -> float | None:
    if revenue is None or margin is None or spend is None:
        return None
    value = returns.roi(revenue, margin, spend)
    return None if value is None else float(value)


def _means(mean: MeanCumulative) -> list[dict[str, Any]]:
    known = mean.horizon(1)
    up_to = np.cumsum(mean.mean)
    return [
        {"month": each, "n": int(mean.at_risk[each]), "mean": mean.mean[each]}
        | {"cumulative": up_to[each]}
        for each in range(known)
    ]


def _headline(rows: Sequence[dict[str, Any]]) -> Headline | None:
    """The return so far of all cohorts whose spend and margin are known."""
    told = [row for row in rows if row["return_so_far"] is not None]
    if not told:
        return None
    earned = sum(row["revenue"] * row["gross_margin"] for row in told)
    spend = sum(row["spend"] for row in told)
    return Headline((earned - spend) / spend, "times", n=sum(row["customers"] for row in told))


def _sentence(given: Given, rows: Sequence[dict[str, Any]]) -> str:
    when = f"in {given.asked.period}" if given.asked.period else "in all that is known"
    if not rows:
        return f"Nobody became a customer {when}."
    currency = given.setting.currency
    count = phrases.counted(sum(row["customers"] for row in rows), "new customer")
    revenue = phrases.money(sum(row["revenue"] for row in rows), currency)
    begin = f"{count} {when} have brought {revenue} so far"
    whole = _headline(rows)
    if given.asked.by or given.asked.where:
        return f"{begin}; nothing says which spend was for whom."
    if whole is None or whole.value is None or whole.n is None:
        return f"{begin}; what was spent to win them, or their margin, is not known."
    told = (
        f"{begin}. What was spent to win {whole.n:,} of them has come back {whole.value + 1:.1f} times,"
        " in margin."
    )
    newest = next((row for row in reversed(rows) if row["expected_return"] is not None), None)
    if newest is None:
        return told
    so_far, by_then, low, high = (
        phrases.signed(newest[name])
        for name in ("return_so_far", "expected_return", "return_low", "return_high")
    )
    return (
        f"{told} Those of {newest['cohort']} stand at {so_far} times their cost, and by"
        f" {newest['age']} months at {by_then} ({low} to {high}) if they buy as those before."
    )


def _notes(given: Given, mean: MeanCumulative) -> tuple[str, ...]:
    told = [_EXPECTED, _LAGGED, ONE_RATE]
    if given.asked.by or given.asked.where:
        told.insert(0, _NO_PART)
    if mean.horizon(MIN_N) < AGES[-1]:
        told.insert(
            0,
            f"Fewer than {MIN_N} customers have been there for {AGES[-1]} months: nothing is expected"
            " of the others.",
        )
    return tuple(told)


_EXPECTED = (
    "Expected: the months that are over as they were, and each month to come as it was on average for"
    " those who have been there that long. It holds if later customers buy as earlier ones did; the"
    " interval is of the average alone."
)
_LAGGED = (
    "Spend is all of marketing and sales, a median cycle before the quarter: it also keeps those who"
    " are customers already, so that returns are rather too low than too high."
)
_NO_PART = "Spend names no segment, region or seller: by group there is revenue, and no return."

READING = Reading(
    name="cohort_return",
    title="Return by cohort",
    question="Have the customers whom we won brought back what they cost, and when will they?",
    meaning="New customers by the quarter of their first order: what was spent to win them, what they"
    " have brought so far, and what they are expected to bring by an age.",
    unit="times of the cost",
    grain="a new customer",
    formula="(revenue * gross margin - spend) / spend; expected: known months + sum over months to come"
    " of the mean of those who have been there that long",
    literature="Nelson, W. (1988), Journal of Quality Technology 20; Lawless, J. F. and Nadeau, C."
    " (1995), Technometrics 37",
    obeys=(),
    needs=(SPEND, BUYERS),
    columns=described(_COLUMNS),
    sums=(COHORTS, DEALS, SPENT_BESIDE),
    conclude=conclude,
    rows=CUSTOMER_ROWS,
    chart=charts.cohorts,
)
