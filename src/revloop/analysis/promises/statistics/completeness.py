"""How complete the leads are when they are handed over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from revloop.analysis.rates import Rate


@dataclass(frozen=True, slots=True)
class Completeness:
    """Of fields that the agreement requires."""

    fields: Rate
    """Present, of all that are required over all handoffs."""
    handoffs: Rate
    """Those in which nothing is missing."""


def completeness(required: int, present: Iterable[tuple[int, int]]) -> Completeness:
    """From counts of handoffs by how many required fields they have.

    Args:
        required: How many fields the agreement requires.
        present: How many of them are there, and in how many handoffs.

    Raises:
        ValueError: More fields are present than are required, or fewer than none.
    """
    every = list(present)
    if any(not 0 <= fields <= required for fields, _ in every):
        raise ValueError(f"of {required} required fields from 0 to {required} can be present")
    handoffs = sum(count for _, count in every)
    there = sum(fields * count for fields, count in every)
    complete = sum(count for fields, count in every if fields == required)
    return Completeness(Rate(there, required * handoffs), Rate(complete, handoffs))
