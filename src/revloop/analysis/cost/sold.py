"""From bookings and opportunities to new customers, and to what is left of what was sold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from revloop.analysis.revenue.measures import (
    CUTS,
    FALSE,
    GIVEN_BACK,
    ORDERED,
    booking_rows,
    has_orders,
    won_rows,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

NOT_NEW = ("renewal", "expansion")
"""Types of opportunities with those who are customers already."""
_MONEY = ("cost_of_goods", "cost_to_serve", "monthly_recurring")
_COMMON = (
    "account_id",
    "contact_id",
    "owner_user_id",
    "opportunity_id",
    *CUTS,
    "month",
    "booked_at",
    "booking",
    "from_fact",
)


def orders(ground: Ground) -> ir.Table:
    """What was ordered, as `booking_rows` tells it, with what it costs us.

    With `cost_of_goods_minor`, `cost_to_serve_minor` and `monthly_recurring_minor` in the currency of
    the amount, null where the source has them in another one or not at all, and `term_months`. Of an
    opportunity only the goods are known, where its margin is.
    """
    return ground.once(_orders)


def _orders(ground: Ground) -> ir.Table:
    rows = ground.once(booking_rows)
    rows = rows.filter(rows.kind.isin(ORDERED))
    costs = _of_bookings(ground) if has_orders(ground) else _of_opportunities(ground)
    return rows.left_join(costs, rows.booking == costs.of_booking).drop("of_booking")


def _of_bookings(ground: Ground) -> ir.Table:
    rows = ground["booking"]
    return rows.select(
        "term_months",
        of_booking=rows.source.concat(":", rows.source_id),
        **{
            f"{name}_minor": ibis.ifelse(
                rows[f"{name}_currency"] == rows.amount_currency, rows[f"{name}_minor"], None
            )
            for name in _MONEY
        },
    )


def _of_opportunities(ground: Ground) -> ir.Table:
    rows = ground["opportunity"]
    goods = ibis.ifelse(
        rows.margin_currency == rows.amount_currency, rows.amount_minor - rows.margin_minor, None
    )
    nothing = ibis.null("int64")
    return rows.select(
        term_months=nothing,
        of_booking=rows.opportunity_id.cast("string"),
        cost_of_goods_minor=goods,
        cost_to_serve_minor=nothing,
        monthly_recurring_minor=nothing,
    )


def customer_rows(ground: Ground) -> ir.Table:
    """Each new customer: who ordered or was won for the first time, and that was new business.

    Columns: `month` and `booked_at` of that first order, its cuts, `account_id`, `contact_id`,
    `owner_user_id`, `opportunity_id`, `booking`, which names that order, and `from_fact`, `booking` or
    `opportunity`. Orders that name no company are of nobody.
    """
    return ground.once(_customers)


def _customers(ground: Ground) -> ir.Table:
    rows = orders(ground).select(*_COMMON).union(won_rows(ground).select(*_COMMON))
    rows = rows.filter(rows.account_id.notnull(), rows.booked_at.notnull())
    rows = rows.mutate(again=rows.opportunity_type.isin(NOT_NEW).cast("int64"))
    first = ibis.window(
        group_by="account_id", order_by=["booked_at", "again", "from_fact", "booking"]
    )
    rows = rows.mutate(place=ibis.row_number().over(first))
    return rows.filter((rows.place == 0) & (rows.again == 0)).drop("place", "again")


def customer_sums(ground: Ground) -> ir.Table:
    """Each new customer with what it ordered first: `customer`, its id, `month`, the cuts and money.

    One row for each booking of new business in the month of its first order, or of the opportunity by
    which it came; one without money where there is none. Money is as its source has it:
    `amount_minor`, `goods_minor` and `recurring_minor` of `currency` with `fx_rate`; `term_months`.
    """
    new = customer_rows(ground).select("month", *CUTS, customer="account_id", deal="opportunity_id")
    rows = orders(ground)
    rows = rows.filter(~rows.opportunity_type.isin(NOT_NEW))
    rows = rows.select(
        "amount_minor",
        "currency",
        "fx_rate",
        "term_months",
        of_account="account_id",
        of_deal="opportunity_id",
        in_month="month",
        goods_minor="cost_of_goods_minor",
        recurring_minor="monthly_recurring_minor",
    )
    of_it = (new.month == rows.in_month) | (new.deal == rows.of_deal).fill_null(FALSE)
    both = new.left_join(rows, [new.customer == rows.of_account, of_it])
    return both.drop("of_account", "of_deal", "in_month", "deal")


def margin_sums(ground: Ground) -> ir.Table:
    """Each order with `n` of 1: `month`, the cuts, and what is between its list price and its margin.

    Money is as its source has it, of `currency` with `fx_rate`: `amount_minor`, `list_minor`,
    `goods_minor` and `serve_minor`, each null where it is not known.
    """
    rows = ground.once(margin_rows)
    return rows.select(
        "month",
        *CUTS,
        "amount_minor",
        "currency",
        "fx_rate",
        "list_minor",
        goods_minor="cost_of_goods_minor",
        serve_minor="cost_to_serve_minor",
        n=ibis.literal(1, "int64"),
    )


def margin_rows(ground: Ground) -> ir.Table:
    """Each order with its cuts, keys, money and costs; `list_minor` is what it would be at list price.

    That is known where the opportunity has one order, and its newest quote adds up to it: a quote of
    another sum is another offer.
    """
    rows, quotes = orders(ground), _quotes(ground)
    alone = rows.group_by(only_of="opportunity_id").agg(orders=rows.count())
    rows = rows.left_join(alone, rows.opportunity_id == alone.only_of)
    rows = rows.left_join(quotes, rows.opportunity_id == quotes.quoted)
    # Each line may have been rounded.
    same = (rows.orders == 1) & (rows.quoted_in == rows.currency)
    same = same & ((rows.quoted_minor - rows.amount_minor).abs() <= rows.lines)
    listed = ibis.ifelse(same.fill_null(FALSE), rows.quoted_list, None)
    return rows.mutate(list_minor=listed).drop(
        "only_of", "orders", "quoted", "quoted_in", "quoted_list", "quoted_minor", "lines"
    )


def _quotes(ground: Ground) -> ir.Table:
    """The newest quote of each opportunity: what it asks, and what that is at list price.

    Only quotes of which every line has its price, its list price and a quantity, in one currency.
    """
    rows = ground["quote_line"]
    rows = rows.filter(rows.opportunity_id.notnull())
    listed = _times(rows.list_price_minor, rows.quantity)
    asked = rows.total_minor.coalesce(_times(rows.unit_price_minor, rows.quantity))
    paid_in = rows.total_currency.coalesce(rows.unit_price_currency)
    rows = rows.mutate(
        name=rows.quote.fill_null(""),
        listed=ibis.ifelse(rows.list_price_currency == paid_in, listed, None),
        asked=asked,
        paid_in=paid_in,
    )
    each = rows.group_by("opportunity_id", "name").agg(
        newest=rows["at"].max(),
        lines=rows.count(),
        priced=(rows.listed + rows.asked).count(),
        quoted_list=_whole(rows.listed.sum()),
        quoted_minor=_whole(rows.asked.sum()),
        quoted_in=rows.paid_in.max(),
        other=rows.paid_in.min(),
    )
    last = ibis.window(group_by="opportunity_id", order_by=[ibis.desc("newest"), ibis.desc("name")])
    each = each.mutate(place=ibis.row_number().over(last))
    whole = (each.priced == each.lines) & (each.quoted_in == each.other)
    each = each.filter((each.place == 0) & whole)
    return each.select("quoted_list", "quoted_minor", "quoted_in", "lines", quoted="opportunity_id")


def _times(price: Any, quantity: Any) -> Any:
    """The price of so many units, rounded to the minor unit."""
    return (price * quantity).round().cast("int64")


def _whole(total: Any) -> Any:
    """A sum of whole numbers as one of 64 bits: some engines make it wider, and Ibis does not know."""
    return total.cast("decimal(38, 0)").cast("int64")


def cohort_sums(ground: Ground) -> ir.Table:
    """Everything that each new customer has ordered: `customer`, `month` of the first order, its cuts.

    One row for each order, in `in_month`; one without money for a customer of whom no order is known.
    Money is as its source has it: `amount_minor` and `goods_minor` of `currency` with `fx_rate`;
    `is_back` is 1 where it was given back.
    """
    new = customer_rows(ground).select("month", *CUTS, customer="account_id")
    costs = orders(ground).select(of_order="booking", goods_minor="cost_of_goods_minor")
    rows = ground.once(booking_rows)
    rows = rows.left_join(costs, rows.booking == costs.of_order)
    rows = rows.select(
        "amount_minor",
        "currency",
        "fx_rate",
        "goods_minor",
        of_account="account_id",
        in_month="month",
        is_back=rows.kind.isin(GIVEN_BACK).cast("int64"),
    )
    both = new.left_join(rows, [new.customer == rows.of_account, rows.in_month >= new.month])
    told = both.drop("of_account")
    return told.order_by(told.columns)
