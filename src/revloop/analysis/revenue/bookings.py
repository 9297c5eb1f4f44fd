"""What was booked, month by month, exact to the cent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.analysis import phrases
from revloop.analysis.periods import Period
from revloop.analysis.reading import (
    MONTH,
    Excluded,
    Found,
    Given,
    Headline,
    Reading,
    Sums,
    added,
    within,
)
from revloop.analysis.revenue import charts, measures
from revloop.analysis.revenue.laying import BOOKING_ROWS, ORDERS, TEXT, WHOLE, col, described, laid
from revloop.analysis.revenue.money import in_reporting, whole_numbers
from revloop.analysis.revenue.pipeline import title_of

BOOKED = Sums("booked", measures.booking_sums, measures.CUTS)
_COUNTS = ("n", "booked", "new", "expansion", "renewal", "given_back", "unpriced")
_QUARTER = "quarter"

_MONEY = (
    col("n", "bookings", WHOLE, "bookings"),
    col("booked", "what was ordered", WHOLE, "minor units"),
    col("new", "of this, new business", WHOLE, "minor units"),
    col("expansion", "of this, more for customers", WHOLE, "minor units"),
    col("renewal", "of this, renewed", WHOLE, "minor units"),
    col("given_back", "refunds and credits, not taken off", WHOLE, "minor units"),
    col("unpriced", "bookings of no known amount, in no sum", WHOLE, "bookings"),
)
_COLUMNS = (col(MONTH, "the month it was booked in", TEXT), *_MONEY)
_QUARTERS = (col(_QUARTER, "the quarter of the calendar", TEXT), *_MONEY)


def conclude(given: Given) -> Found:
    table, unrated = priced(given)
    table = within(table, given.asked.period)
    by = given.asked.by
    months = added(table, (*by, MONTH), _COUNTS).to_pylist()
    quarters = added(table, (*by, _QUARTER), _COUNTS).to_pylist()
    total = added(table, (), _COUNTS).to_pylist()[0]
    from_deals = "opportunity" in pc.unique(table["from_fact"]).to_pylist()
    return Found(
        table=laid(months, by, _COLUMNS),
        sentence=_sentence(given, total, len(quarters)),
        headline=Headline(float(total["booked"]), "minor units", n=total["n"])
        if total["n"] and not by
        else None,
        excluded=(Excluded("in another currency and without a rate: in no sum", unrated),)
        if unrated
        else (),
        notes=(_FROM_DEALS if from_deals else _FROM_BOOKINGS, _RATES),
        more={
            "quarters": laid(quarters, by, _QUARTERS),
            "total": laid(added(table, by, _COUNTS).to_pylist(), by, _MONEY),
        },
    )


def priced(given: Given) -> tuple[pa.Table, int]:
    """The bookings in the reporting currency, and how many have no rate.

    Each amount is converted and rounded, then they are added: that is how they are in the books.
    """
    table = given.everything(BOOKED.name)
    amount, known, unrated = in_reporting(table, given.setting.currency)
    n = whole_numbers(table["n"])
    kinds = table["kind"]
    ordered = _is_in(kinds, measures.ORDERED)
    back = _is_in(kinds, measures.GIVEN_BACK)
    total = amount * n
    columns = {
        "n": np.where(ordered, n, 0),
        "booked": np.where(ordered, total, 0),
        "expansion": np.where(
            ordered & _is_in(table["opportunity_type"], ("expansion",)), total, 0
        ),
        "renewal": np.where(ordered & _is_in(table["opportunity_type"], ("renewal",)), total, 0),
        "given_back": np.where(back, total, 0),
        "unpriced": np.where(ordered & ~known, n, 0),
    }
    columns["new"] = columns["booked"] - columns["expansion"] - columns["renewal"]
    told = table.drop_columns(["n"])
    for name, values in columns.items():
        told = told.append_column(name, pa.array(values, pa.int64()))
    months = table[MONTH].to_pylist()
    quarter = pa.array([None if month is None else _quarter(month) for month in months])
    return told.append_column(_QUARTER, quarter.cast(pa.string())), int(n[unrated & ordered].sum())


def _is_in(column: Any, words: tuple[str, ...]) -> Any:
    return np.asarray(pc.is_in(column, pa.array(words)).combine_chunks())


def _quarter(month: str) -> str:
    year, number = month.split("-")
    return f"{year}-Q{(int(number) + 2) // 3}"


def _sentence(given: Given, total: dict[str, Any], quarters: int) -> str:
    if not total["n"]:
        return f"Nothing was booked {title_of(given.asked)}."
    told = phrases.money(total["booked"], given.setting.currency)
    booked = phrases.counted(total["n"], "booking")
    if given.asked.by:
        return f"{told} in {booked}, by {phrases.listed(list(given.asked.by))}."
    period: Period | None = given.asked.period
    over = f", over {phrases.counted(quarters, 'quarter')}" if period is None else ""
    return f"{told} were booked {title_of(given.asked)}, in {booked}{over}."


_FROM_BOOKINGS = (
    "Booked is what was ordered: bookings, expansions and renewals. Refunds and credits stand beside"
    " it and are not taken off; invoices and what was recognised are other steps of the same money."
)
_FROM_DEALS = "There are no bookings: booked is the amount of each opportunity that was won, on the day it was."
_RATES = (
    "Each amount is in the reporting currency at the rate of its booking, rounded to the minor unit,"
    " before it is added."
)

READING = Reading(
    name="bookings",
    title="Bookings",
    question="How much was booked in each month?",
    meaning="The money that was ordered, by the month of the booking.",
    unit="minor units of the reporting currency",
    grain="a booking; an opportunity that was won, where there are none",
    formula="sum of amount * rate at booking, each rounded half up to the minor unit",
    literature="A sum",
    obeys=(),
    needs=(ORDERS,),
    columns=described(_COLUMNS),
    sums=(BOOKED,),
    conclude=conclude,
    rows=BOOKING_ROWS,
    chart=charts.months,
)
