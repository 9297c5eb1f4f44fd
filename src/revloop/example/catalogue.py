"""What Acme sells, and at which prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from revloop.example.moments import HOUR, NEVER, instant
from revloop.example.tables import Money, named, staged

CURRENCIES = ("USD", "EUR")
"""By region."""
USD_PER_EUR = 1.08
GUIDELINE = 0.90
"""Sellers should reach this share of the list price; a discount above the rest needs a request."""
FLOOR_MARGIN = 0.35


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    name: str
    family: str
    seat_price: int
    """US dollars a year."""
    cost_share: float
    is_active: bool = True


PRODUCTS = (
    Product("loop-core", "Loop Core", "Platform", 600, 0.22),
    Product("loop-insight", "Loop Insight", "Platform", 240, 0.18),
    Product("loop-connect", "Loop Connect", "Integration", 180, 0.30),
    Product("onboarding", "Onboarding", "Services", 4_800, 0.62),
    Product("loop-classic", "Loop Classic", "Platform", 420, 0.30, is_active=False),
)
CORE, INSIGHT, CONNECT, ONBOARDING = range(4)
_ON_SALE = instant("2018-03-01T09:00:00-05:00")
_PRICE_CHANGES = ("2018-03-01T00:00:00Z", "2026-01-01T00:00:00Z")


def products() -> pa.Table:
    at = np.full(len(PRODUCTS), _ON_SALE)
    return staged(
        "product",
        {
            "source_id": [product.id for product in PRODUCTS],
            "at": at,
            "recorded_at": at,
            "name": [product.name for product in PRODUCTS],
            "sku": [product.id.upper() for product in PRODUCTS],
            "family": [product.family for product in PRODUCTS],
            "is_active": [product.is_active for product in PRODUCTS],
            "unit_cost": Money(
                np.array(
                    [round(product.seat_price * product.cost_share * 100) for product in PRODUCTS]
                )
            ),
        },
    )


def price_book() -> pa.Table:
    """The prices of each product in each currency, from 2018 on and again from 2026 on."""
    rows = [
        (product, currency, number)
        for product in PRODUCTS
        for currency in CURRENCIES
        for number in range(len(_PRICE_CHANGES))
        if product.is_active or number == 0
    ]
    begins = np.array([instant(_PRICE_CHANGES[number]) for _, _, number in rows])
    ended = [number == 0 for _, _, number in rows]
    price = np.array([list_price(product, currency) for product, currency, _ in rows])
    return staged(
        "price_book_entry",
        {
            "source_id": [
                f"{product.id}-{currency.lower()}-{number + 1}"
                for product, currency, number in rows
            ],
            "at": begins,
            "recorded_at": begins - HOUR,
            "product_id": named(pa.array([product.id for product, _, _ in rows])),
            "price_book": [f"Standard {currency}" for _, currency, _ in rows],
            "list_price": Money(price, pa.array([currency for _, currency, _ in rows])),
            "guideline_price": Money(
                np.round(price * GUIDELINE).astype(np.int64),
                pa.array([currency for _, currency, _ in rows]),
            ),
            "floor_margin": np.full(len(rows), FLOOR_MARGIN),
            "valid_to": np.where(ended, instant(_PRICE_CHANGES[1]), NEVER),
            "is_active": [not old for old in ended],
        },
    )


def list_price(product: Product, currency: str) -> int:
    """Minor units for one unit."""
    return round(product.seat_price * 100 * (1 if currency == "USD" else 0.95))
