"""Products, prices, lines of opportunities, and orders."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import dated
from revloop.sources.protocol import PROBLEM
from revloop.sources.salesforce.entities import entities, events
from revloop.sources.salesforce.objects import LINE, ORDER, PRICE, PRODUCT

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.records import Export
    from revloop.sources.protocol import FactTable

_ACTIVE = ("activated", "a")
"""What StatusCode says of an order that holds: the word in exports, the letter in older ones."""


def facts(export: Export) -> Iterator[FactTable]:
    yield from export.facts("product", PRODUCT, partial(entities, thing=PRODUCT))
    yield from export.facts("price_book_entry", PRICE, partial(entities, thing=PRICE))
    yield from export.facts("quote_line", LINE, partial(events, thing=LINE))
    yield from export.facts("booking", ORDER, orders)


def orders(export: Export) -> ir.Table:
    """Activated orders are bookings.

    A won opportunity is none: whether it counts as one is for a reading to say, and a company with
    orders would count it twice.
    """
    rows = events(export, ORDER)
    active = ibis.coalesce(rows.status_code, rows.status).lower().isin(_ACTIVE)
    less = rows.is_reduction.fill_null(False) | (rows.amount_minor < 0).fill_null(False)  # noqa: FBT003
    rows = rows.mutate(
        at=ibis.coalesce(rows.activated, export.start_of(rows.starts_on), rows["at"]),
        kind=less.ifelse("contraction", "booking"),
        amount_minor=rows.amount_minor.abs(),
        period_start=rows.starts_on,
        period_end=(rows.last_day + ibis.interval(days=1)).cast("date"),
    )
    return dated(rows.filter(active | rows[PROBLEM].notnull()), "ActivatedDate")
