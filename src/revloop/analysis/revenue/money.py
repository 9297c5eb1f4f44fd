"""Amounts of many currencies as amounts of one, exact to the minor unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from revloop.kit.money import DECIMALS

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

_PLACES = 10**9
"""A rate is taken as it is written, up to nine decimals."""
_PART = 10**6
_LARGEST_RATE = 10**6


def in_reporting(
    table: pa.Table, currency: str, column: str = "amount"
) -> tuple[Whole, Flags, Flags]:
    """The column `<column>_minor` in minor units of the reporting currency.

    Each amount times its own `fx_rate`, the reporting currency for one unit of `currency` at booking,
    rounded half away from zero. It needs no rate where it is in that currency already.

    Returns:
        The amounts, 0 where they are not known; whether each is known; and whether it is not because
        there is no rate.
    """
    amounts = whole_numbers(table[f"{column}_minor"])
    given = np.asarray(table[f"{column}_minor"].is_valid().combine_chunks())
    rates = _filled(table["fx_rate"].cast(pa.float64()), np.nan).astype(np.float64)
    currencies: Any = table["currency"]
    own: Any = pc.dictionary_encode(currencies.fill_null("")).combine_chunks()
    names: Sequence[str] = own.dictionary.to_pylist()
    of = np.asarray(own.indices)
    same = np.array([name == currency for name in names], np.bool_)[of]
    shift = np.array([_shift(name, currency) for name in names], np.float64)[of]
    usable = np.isfinite(rates) & (rates > 0) & (rates < _LARGEST_RATE) & np.isfinite(shift)
    known = given & (same | usable)
    scaled = np.rint(np.where(known & ~same, rates * shift, 0.0) * _PLACES).astype(np.int64)
    converted = np.sign(amounts) * _times(np.abs(amounts), scaled)
    return np.where(known, np.where(same, amounts, converted), 0), known, given & ~known


def _shift(own: str, reporting: str) -> float:
    """Minor units of the one for those of the other, if one unit were worth one unit."""
    if own not in DECIMALS or reporting not in DECIMALS:
        return float("nan")
    return 10.0 ** (DECIMALS[reporting] - DECIMALS[own])


def _times(amounts: Whole, scaled: Whole) -> Whole:
    """Amount * scaled / 10^9, rounded half up, in whole numbers that never outgrow 64 bits.

    With amount = a·10^6 + b and scaled = c·10^9 + d the product is a·10^6·c + b·c + (a·d·10^6 + b·d)
    / 10^9, and a·d / 10^3 leaves a rest that is added to b·d.
    """
    a, b = np.divmod(amounts, _PART)
    c, d = np.divmod(scaled, _PLACES)
    whole, rest = np.divmod(a * d, _PLACES // _PART)
    below = rest * _PART + b * d
    rounded: Whole = amounts * c + whole + (below + _PLACES // 2) // _PLACES
    return rounded


def whole_numbers(column: Any, otherwise: int = 0) -> Whole:
    """A column of whole numbers; this, where it is null."""
    return _filled(column.cast(pa.int64()), otherwise).astype(np.int64)


def _filled(column: Any, otherwise: float) -> NDArray[Any]:
    return np.asarray(column.fill_null(otherwise).combine_chunks())
