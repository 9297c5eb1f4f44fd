"""How many sellers make their quota, and how much of all quotas was sold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from revloop.analysis.rates import Rate


@dataclass(frozen=True, slots=True)
class Attainment:
    made: Rate
    """At or above their quota, of those who have one."""
    of_quotas: Fraction | None
    """What they sold, by the sum of their quotas; None where nobody has one."""
    without_quota: int
    """In neither of the two."""


def attainment(sellers: Iterable[tuple[int, int]]) -> Attainment:
    """From the bookings and the quota of each seller, in minor units; a quota of 0 is none."""
    every = list(sellers)
    carrying = [(booked, quota) for booked, quota in every if quota > 0]
    made = sum(booked >= quota for booked, quota in carrying)
    quotas = sum(quota for _, quota in carrying)
    sold = sum(booked for booked, _ in carrying)
    return Attainment(
        Rate(made, len(carrying)),
        Fraction(sold, quotas) if quotas else None,
        len(every) - len(carrying),
    )
