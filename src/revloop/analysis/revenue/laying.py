"""How the readings of the revenue lay out their tables, and what they all need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from revloop.analysis.needs import Need
from revloop.analysis.rates import Interval
from revloop.analysis.reading import Column, Rows, schema
from revloop.analysis.revenue import measures
from revloop.analysis.sheet import explaining

DEAL_ROWS = Rows(
    "deal_rows",
    measures.deal_rows,
    ("opened_at", "opportunity_id"),
    columns=(
        Column("outcome", "open, won or lost"),
        Column("stage", "its stage"),
        Column("opened_at", "opened"),
        Column("days", "open for", "days"),
        Column("amount_minor", "amount, in its own currency", "minor units"),
        Column("amount_currency", "currency"),
        Column("owner_user_id", "owner"),
        Column("opportunity_type", "what is sold"),
        Column("segment", "segment"),
    ),
    filters=("outcome", "stage", "opportunity_type"),
)
BOOKING_ROWS = Rows(
    "booking_rows",
    measures.booking_rows,
    ("booked_at", "booking"),
    columns=(
        Column("kind", "what was booked"),
        Column("booked_at", "when"),
        Column("amount_minor", "amount, in its own currency", "minor units"),
        Column("currency", "currency"),
        Column("owner_user_id", "owner"),
        Column("opportunity_type", "what is sold"),
        Column("segment", "segment"),
    ),
    filters=("kind", "opportunity_type"),
)

DATES = Need("opportunity", ("closed_at", "close_date"), "the day on which opportunities closed")
OUTCOMES = Need("opportunity", ("is_won",), "whether opportunities were won")
AMOUNTS = Need("opportunity", ("amount_minor",), "the amounts of opportunities")
ORDERS = Need(
    "opportunity",
    ("amount_minor",),
    "the amounts of opportunities that were won, or bookings",
    instead=(Need("booking", ("amount_minor",), "bookings"),),
)
OWNERS = Need("opportunity", ("owner_user_id",), "the seller of each opportunity")
QUOTAS = Need("user", ("quota_minor",), "the quotas of sellers")

WHOLE, NUMBER, TEXT, FLAG = pa.int64(), pa.float64(), pa.string(), pa.bool_()
Columns = Sequence[tuple[Column, pa.DataType]]


def col(name: str, means: str, holds: pa.DataType, unit: str = "") -> tuple[Column, pa.DataType]:
    return Column(name, means, unit), holds


def laid(rows: Sequence[Mapping[str, Any]], by: Sequence[str], columns: Columns) -> pa.Table:
    """Rows as a table: the cuts, then the columns; fractions as the nearest float.

    Each column takes its meaning and its unit along, whatever is made of the table.
    """
    types = schema(by, {each.name: holds for each, holds in columns})
    for place, (each, _) in enumerate(columns, start=len(by)):
        types = types.set(place, explaining(types.field(place), each))
    fractions = {each.name for each in types if pa.types.is_floating(each.type)}
    told = [
        {
            name: float(value) if name in fractions else value
            for name, value in row.items()
            if value is not None
        }
        for row in rows
    ]
    return pa.Table.from_pylist(told, schema=types)


def ends(name: str, interval: Interval | None) -> dict[str, float | None]:
    """`<name>low` and `<name>high`."""
    low, high = interval or (None, None)
    return {f"{name}low": low, f"{name}high": high}


def described(columns: Columns) -> tuple[Column, ...]:
    return tuple(each for each, _ in columns)
