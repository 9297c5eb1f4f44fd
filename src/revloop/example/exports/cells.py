"""How cells are written: ids, moments, days, amounts, yes and no."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.example.exports.books import array
from revloop.example.moments import Flags, Ints
from revloop.example.tables import Column, digits, either, joined, padded, typed
from revloop.facts.columns import Holds

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ORGANISATION = "5g"
SECOND_RECORDS = 5_000_000_000
"""Added to the number of a second record, so that its id is another one than that of the first."""


def salesforce_ids(prefix: str, numbers: Ints) -> Column:
    """18 characters; a negative number is none.

    The last three say which of the others are capitals. Only the first five are letters here, so
    all ids of an object end alike.
    """
    head = prefix + _ORGANISATION
    bits = sum(2**place for place, letter in enumerate(head) if letter.isupper())
    return joined("", head, padded(numbers, 10), f"{_ALPHABET[bits]}AA")


def hubspot_ids(first: int, numbers: Ints) -> Column:
    """Numbers from a first one on; a negative number is none."""
    return digits(np.where(numbers < 0, -1, first + numbers))


def moments(column: pa.ChunkedArray | Column | Ints, written: str, zone: str = "UTC") -> Column:  # type: ignore[type-arg]
    """Instants as a wall clock of a zone shows them, in whole seconds."""
    at = typed(column, Holds.INSTANT) if isinstance(column, np.ndarray) else array(column)
    seconds = pc.floor_temporal(at, unit="second").cast(pa.timestamp("s", zone))
    return pc.strftime(seconds, format=written)  # type: ignore[arg-type]


def days(column: pa.ChunkedArray | Column) -> Column:  # type: ignore[type-arg]
    """Days as the weekly export writes them: with an hour that means nothing."""
    return joined("", array(column).cast(pa.string()), " 00:00:00")


def amounts(minor: pa.ChunkedArray | Column) -> Column:  # type: ignore[type-arg]
    """`1250.00` of 125000 cents; unknown stays unknown."""
    column = array(minor).cast(pa.int64())
    known = np.asarray(column.is_valid())
    cents = np.asarray(column.fill_null(0).to_numpy(zero_copy_only=False), np.int64)
    text = joined(".", digits(cents // 100), padded(cents % 100, 2))
    return either(known, text, pa.nulls(len(column), pa.string()))


def zero_or_one(flags: pa.ChunkedArray | Column | Flags) -> Column:  # type: ignore[type-arg]
    """Yes and no as the weekly export writes them."""
    column = pa.array(flags) if isinstance(flags, np.ndarray) else array(flags)
    return pc.if_else(column.fill_null(False), "1", "0")  # type: ignore[no-any-return]  # noqa: FBT003


def empty(size: int) -> Column:
    return pa.nulls(size, pa.string())


def local_days(at: Ints, zone: str) -> Column:
    """The days on which instants fell in a zone, as the weekly export writes them."""
    return moments(at, "%Y-%m-%d 00:00:00", zone)
