"""What is left of what was sold, step by step from the list price."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.analysis import phrases
from revloop.analysis.cost import charts, sold
from revloop.analysis.cost.spending import ONE_RATE, SELLING, SPEND, SPENT_BESIDE, spending
from revloop.analysis.cost.statistics.returns import Waterfall, customer_margin
from revloop.analysis.needs import Need
from revloop.analysis.periods import Period
from revloop.analysis.rates import MIN_N
from revloop.analysis.reading import (
    Column,
    Excluded,
    Found,
    Given,
    Headline,
    Reading,
    Rows,
    Sums,
    added,
    within,
)
from revloop.analysis.revenue.laying import FLAG, NUMBER, TEXT, WHOLE, col, described, laid
from revloop.analysis.revenue.measures import CUTS
from revloop.analysis.revenue.money import in_reporting, whole_numbers
from revloop.analysis.revenue.pipeline import is_over, last_quarter

MARGINS = Sums("margins", sold.margin_sums, CUTS)
MARGIN_ROWS = Rows(
    "margin_rows",
    sold.margin_rows,
    ("booked_at", "booking"),
    columns=(
        Column("booked_at", "when"),
        Column("list_minor", "at list price, in its own currency", "minor units"),
        Column("amount_minor", "amount", "minor units"),
        Column("cost_of_goods_minor", "cost of goods", "minor units"),
        Column("cost_to_serve_minor", "cost to serve", "minor units"),
        Column("currency", "currency"),
        Column("owner_user_id", "owner"),
        Column("opportunity_type", "what is sold"),
        Column("segment", "segment"),
    ),
    filters=("opportunity_type",),
)
_COUNTS = (
    "n",
    "net",
    *("listed_n", "list_price", "listed_net"),
    *("margin_n", "margin_net", "cost_of_goods"),
    *("served_n", "served_net", "served_goods", "cost_to_serve"),
    *("whole_n", "whole_list", "whole_net", "whole_goods", "whole_serve"),
)

_COLUMNS = (
    col("n", "orders of a known amount", WHOLE, "orders"),
    col("net", "what was sold", WHOLE, "minor units"),
    col("listed_n", "orders of a known list price", WHOLE, "orders"),
    col("list_price", "of these, what they were at list price", WHOLE, "minor units"),
    col("discount", "of these, what was taken off", WHOLE, "minor units"),
    col("discount_share", "discount by list price", NUMBER, "share"),
    col("margin_n", "orders of a known cost of goods", WHOLE, "orders"),
    col("cost_of_goods", "of these, what the goods cost", WHOLE, "minor units"),
    col("gross_margin", "of these, net less cost of goods", WHOLE, "minor units"),
    col("gross_margin_share", "gross margin by net", NUMBER, "share"),
    col("served_n", "orders of a known cost of goods and cost to serve", WHOLE, "orders"),
    col("cost_to_serve", "of these, what serving costs", WHOLE, "minor units"),
    col("contribution", "of these, gross margin less cost to serve", WHOLE, "minor units"),
    col("sales_and_marketing", "their share of the period's, by amount", NUMBER, "minor units"),
    col("customer_margin", "contribution less that", NUMBER, "minor units"),
    col("customer_margin_share", "customer margin by net", NUMBER, "share"),
    col("is_small", "fewer than 20 orders: no colour, no rank", FLAG),
)
_STEPS = (
    col("step", "the step", TEXT),
    col("amount", "what is left, or is taken off (below 0)", NUMBER, "minor units"),
    col("is_level", "what is left after the steps before it", FLAG),
    col("share", "of the net price", NUMBER, "share"),
    col("n", "orders of which every step is known", WHOLE, "orders"),
)


def conclude(given: Given) -> Found:
    by = given.asked.by
    money = spending(given, SPENT_BESIDE, given.asked.period)
    period = given.asked.period or money.months or last_quarter(given)
    cost = money.of(period, side=SELLING) if money.covers(period) else None
    # Each group bears its part of what all orders of the period bear, whichever are asked for.
    every = added(within(_priced(given, given.tables[MARGINS.name]), period), (), ("net",))
    sold_in_all = every["net"].to_pylist()[0]
    rate = Fraction(cost, sold_in_all) if cost and sold_in_all else None
    table = within(_priced(given, given.everything(MARGINS.name)), period)
    whole = added(table, (), _COUNTS).to_pylist()[0]
    rows = [
        {**{cut: row[cut] for cut in by}, **_row(row, rate)}
        for row in added(table, by, _COUNTS).to_pylist()
    ]
    told = _row(whole, rate)
    return Found(
        table=laid(rows, by, _COLUMNS),
        sentence=_sentence(given, period, told, whole),
        headline=_headline(told) if not by else None,
        excluded=(*money.excluded, *_excluded(whole, table)),
        notes=_notes(given, period, money.first, money.last, is_known=cost is not None),
        more={"waterfall": laid(_steps(whole, rate), (), _STEPS)},
    )


def _priced(given: Given, table: pa.Table) -> pa.Table:
    """The orders with what is to be added up.

    Every step is told of the orders of which it is known, so that nothing unknown counts as 0.
    """
    n = whole_numbers(table["n"])
    money, known = {}, {}
    for name in ("amount", "list", "goods", "serve"):
        minor, known[name], _ = in_reporting(table, given.setting.currency, name)
        money[name] = minor * n
    priced = known["amount"]
    listed, margin = priced & known["list"], priced & known["goods"]
    served = margin & known["serve"]
    whole = served & listed
    columns = {
        "n": np.where(priced, n, 0),
        "net": np.where(priced, money["amount"], 0),
        "listed_n": np.where(listed, n, 0),
        "list_price": np.where(listed, money["list"], 0),
        "listed_net": np.where(listed, money["amount"], 0),
        "margin_n": np.where(margin, n, 0),
        "margin_net": np.where(margin, money["amount"], 0),
        "cost_of_goods": np.where(margin, money["goods"], 0),
        "served_n": np.where(served, n, 0),
        "served_net": np.where(served, money["amount"], 0),
        "served_goods": np.where(served, money["goods"], 0),
        "cost_to_serve": np.where(served, money["serve"], 0),
        "whole_n": np.where(whole, n, 0),
        "whole_list": np.where(whole, money["list"], 0),
        "whole_net": np.where(whole, money["amount"], 0),
        "whole_goods": np.where(whole, money["goods"], 0),
        "whole_serve": np.where(whole, money["serve"], 0),
    }
    told = table.drop_columns(["n"])
    for name, values in columns.items():
        told = told.append_column(name, pa.array(values, pa.int64()))
    return told.append_column("orders", pa.array(n, pa.int64()))


def _row(row: dict[str, Any], rate: Fraction | None) -> dict[str, Any]:
    """A step of which no order is known is null."""
    told: dict[str, Any] = {
        "n": row["n"],
        "net": row["net"] if row["n"] else None,
        "listed_n": row["listed_n"],
        "margin_n": row["margin_n"],
        "served_n": row["served_n"],
        "is_small": row["n"] < MIN_N,
    }
    if row["listed_n"]:
        discount = row["list_price"] - row["listed_net"]
        told |= {"list_price": row["list_price"], "discount": discount}
        told["discount_share"] = _share(discount, row["list_price"])
    if row["margin_n"]:
        found = customer_margin(row["margin_net"], 0, row["cost_of_goods"], 0, 0)
        told |= {"cost_of_goods": row["cost_of_goods"], "gross_margin": found.gross_margin}
        told["gross_margin_share"] = found.gross_margin_share
    if row["served_n"]:
        net = row["served_net"]
        selling = net * rate if rate is not None else None
        found = customer_margin(
            net, 0, row["served_goods"], row["cost_to_serve"], 0 if selling is None else selling
        )
        told |= {"cost_to_serve": row["cost_to_serve"], "contribution": found.contribution}
        if selling is not None:
            told |= {"sales_and_marketing": selling, "customer_margin": found.customer_margin}
            told["customer_margin_share"] = _share(found.customer_margin, net)
    return told


def _share(part: Any, whole: int) -> Fraction | None:
    return Fraction(part) / whole if whole else None


def _steps(row: dict[str, Any], rate: Fraction | None) -> list[dict[str, Any]]:
    """The waterfall of the orders of which every step is known; none where there are none."""
    if not row["whole_n"]:
        return []
    net = row["whole_net"]
    selling = net * rate if rate is not None else Fraction(0)
    found: Waterfall = customer_margin(
        row["whole_list"], row["whole_list"] - net, row["whole_goods"], row["whole_serve"], selling
    )
    steps: list[tuple[str, Any, bool]] = [
        ("List price", found.list_price, True),
        ("Discount", -found.discount, False),
        ("Net price", found.net, True),
        ("Cost of goods", -found.cost_of_goods, False),
        ("Gross margin", found.gross_margin, True),
        ("Cost to serve", -found.cost_to_serve, False),
        ("Contribution", found.contribution, True),
    ]
    if rate is not None:
        steps += [
            ("Sales and marketing", -found.sales_and_marketing, False),
            ("Customer margin", found.customer_margin, True),
        ]
    return [
        {
            "step": step,
            "amount": amount,
            "is_level": is_level,
            "share": _share(amount, net),
            "n": row["whole_n"],
        }
        for step, amount, is_level in steps
    ]


def _headline(row: dict[str, Any]) -> Headline | None:
    """What is left at the end, else as far as it is known."""
    if row.get("customer_margin_share") is not None:
        return Headline(float(row["customer_margin_share"]), "share of net", n=row["served_n"])
    if row.get("gross_margin_share") is not None:
        return Headline(float(row["gross_margin_share"]), "share of net", n=row["margin_n"])
    return None


def _excluded(whole: dict[str, Any], table: pa.Table) -> tuple[Excluded, ...]:
    orders = int(pc.sum(table["orders"]).as_py() or 0)
    told = (
        ("are orders of no known amount or rate: in no step", orders - whole["n"]),
        ("are orders to which no quote adds up: in no list price", whole["n"] - whole["listed_n"]),
        ("are orders of no known cost of goods: in no margin", whole["n"] - whole["margin_n"]),
        (
            "are orders of no known cost to serve: in no contribution",
            whole["margin_n"] - whole["served_n"],
        ),
    )
    return tuple(Excluded(reason, n) for reason, n in told if n)


def _sentence(given: Given, period: Period, row: dict[str, Any], counts: dict[str, Any]) -> str:
    currency = given.setting.currency
    if not row["n"]:
        return f"Nothing was ordered in {period}."
    if given.asked.by:
        return phrases.compared(counts["n"], given.asked.by, "order")
    net = phrases.money(row["net"], currency)
    told = f"{net} were sold in {period} in {phrases.counted(row['n'], 'order')}"
    if row.get("discount_share") is not None:
        told += (
            f", {phrases.share(float(row['discount_share']))} below list price"
            f" ({phrases.count(row['listed_n'])} known)"
        )
    if row.get("gross_margin_share") is None:
        return f"{told}; what the goods cost is not known."
    margin = phrases.share(float(row["gross_margin_share"]))
    told += f". Of each net price {margin} are left after the goods ({phrases.count(row['margin_n'])} known)"
    if row.get("contribution") is None:
        return f"{told}; what serving costs is not known."
    contribution = phrases.share(float(Fraction(row["contribution"], counts["served_net"] or 1)))
    told += f", {contribution} after serving ({phrases.count(row['served_n'])} known)"
    if row.get("customer_margin_share") is None:
        return f"{told}; what sales and marketing spent is not known."
    last = phrases.share(float(row["customer_margin_share"]))
    return f"{told}, and {last} after sales and marketing."


def _notes(
    given: Given, period: Period, first: str | None, last: str | None, *, is_known: bool
) -> tuple[str, ...]:
    told = [_KNOWN, _LIST, _SHARED, _SPENT, ONE_RATE]
    if not is_known and first is not None:
        told.insert(
            0, f"Spend is known from {first} to {last}: of {period} it is not, or not whole."
        )
    if not is_over(given, period):
        told.insert(0, f"{period} is not over: neither all its orders nor all its cost are known.")
    return tuple(told)


_KNOWN = (
    "Each step is told of the orders of which it is known, with their number beside it; the waterfall"
    " of those of which every step is. What is not known is never 0. Refunds and credits are not taken"
    " off."
)
_LIST = (
    "The list price of an order is that of the newest quote of its opportunity, where this is its only"
    " order and the quote adds up to it."
)
_SHARED = (
    "What marketing and sales spent in the period is shared by all its orders by their amount, new and"
    " renewed alike: it is a share, no cause."
)
_SPENT = "Share of wallet is not told: no fact says what customers spend with others."

READING = Reading(
    name="customer_margin",
    title="Customer margin",
    question="What is left of what we sell, after discount, goods, service, sales and marketing?",
    meaning="The orders of the period, from the list price down to what is left after each cost.",
    unit="minor units of the reporting currency",
    grain="an order; an opportunity that was won, where there are no bookings",
    formula="list − discount = net; − cost of goods = gross margin; − cost to serve = contribution; −"
    " sales and marketing by amount = customer margin",
    literature="A price waterfall: Marn, M. V. and Rosiello, R. L. (1992), Harvard Business Review 70(5)",
    obeys=(),
    needs=(
        Need(
            "booking",
            ("cost_of_goods_minor",),
            "what the goods of bookings cost, or the margin of opportunities",
            instead=(Need("opportunity", ("margin_minor",), "the margin of opportunities"),),
        ),
        SPEND,
    ),
    columns=described(_COLUMNS),
    sums=(MARGINS, SPENT_BESIDE),
    conclude=conclude,
    rows=MARGIN_ROWS,
    chart=charts.waterfall,
)
