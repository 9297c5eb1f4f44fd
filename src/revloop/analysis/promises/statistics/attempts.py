"""How often to try: what each further attempt to connect brings.

The share of leads that were reached says too little, because most of the others were given up
early. Of those who got a k-th attempt, h_k were reached by it, and if nobody were given up,
1 − Π(1 − h_i) would be reached by the k-th (the product limit of Kaplan and Meier 1958, over
attempts). That holds if those who were given up would have been reached like the others; sellers
who give up the hopeless first make it too high.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from revloop.analysis.rates import Rate


class Outcome(StrEnum):
    CONNECTED = "connected"
    """Reached by the last attempt."""
    GIVEN_UP = "given_up"
    """Closed without having been reached."""
    OPEN = "open"
    """Neither yet."""


class Tried(NamedTuple):
    """So many leads that had so many attempts, with the same outcome."""

    attempts: int
    outcome: Outcome
    leads: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """The k-th attempt, of the leads that got one."""

    number: int
    """From 1 on."""
    hazard: Rate
    """Reached by it, of those who had at least so many attempts."""
    cumulative: Fraction
    """Reached by it or before, if nobody were given up."""
    smoothed: Fraction
    """The hazard, made to fall from attempt to attempt (`falling`)."""


@dataclass(frozen=True, slots=True)
class Attempts:
    every: tuple[Attempt, ...]
    """From the first to the last that anybody had."""
    reached: Rate
    """Of all leads, with however many attempts: too low, see above."""
    given_up: tuple[tuple[int, int], ...]
    """Attempts, and how many leads were given up after so many."""

    def persistence(self, at_least: int) -> Rate:
        """Of the leads that were given up, those that had at least so many attempts before."""
        enough = sum(leads for attempts, leads in self.given_up if attempts >= at_least)
        return Rate(enough, sum(leads for _, leads in self.given_up))


def attempts_to_connect(tried: Iterable[Tried]) -> Attempts:
    """From counts of leads by attempts and outcome."""
    every = [each for each in tried if each.leads]
    last = max((each.attempts for each in every), default=0)
    hazards = [_hazard(every, number) for number in range(1, last + 1)]
    smoothed = falling(hazards)
    missed, found = Fraction(1), []
    for number, (hazard, smooth) in enumerate(zip(hazards, smoothed, strict=True), start=1):
        missed *= 1 - (hazard.exact or Fraction(0))
        found.append(Attempt(number, hazard, 1 - missed, smooth))
    reached = sum(each.leads for each in every if each.outcome is Outcome.CONNECTED)
    lost = [(each.attempts, each.leads) for each in every if each.outcome is Outcome.GIVEN_UP]
    return Attempts(tuple(found), Rate(reached, sum(each.leads for each in every)), tuple(lost))


def falling(rates: Sequence[Rate]) -> list[Fraction]:
    """The rates nearest to these that never rise, weighted by their cases.

    Neighbours that rise are pooled until none do (Ayer et al. 1955). Pooling keeps the sum of cases
    that count; a rate of nobody is 0 and weighs nothing.
    """
    blocks: list[tuple[int, int, int]] = []  # x, n, how many rates
    for rate in rates:
        x, n, count = rate.x, rate.n, 1
        while blocks and _share(blocks[-1][0], blocks[-1][1]) < _share(x, n):
            before = blocks.pop()
            x, n, count = x + before[0], n + before[1], count + before[2]
        blocks.append((x, n, count))
    return [_share(x, n) for x, n, count in blocks for _ in range(count)]


def marginal_values(
    attempts: Attempts, value_of_connect: Fraction | float, cost: Fraction | float
) -> list[Fraction | float]:
    """What each attempt is worth, after its cost, by the smoothed hazard.

    Args:
        attempts: The attempts of a group of leads.
        value_of_connect: P(won | connected) times the margin of a won deal, in minor units.
        cost: Of one attempt, in minor units.
    """
    return [each.smoothed * value_of_connect - cost for each in attempts.every]


def recommended(
    attempts: Attempts, value_of_connect: Fraction | float, cost: Fraction | float
) -> int | None:
    """The last attempt that is worth more than it costs, 0 if not even the first is.

    None without any attempt. An answer as high as the last attempt that anybody had says only that
    nobody tried for long enough to know better.
    """
    if not attempts.every:
        return None
    return sum(value > 0 for value in marginal_values(attempts, value_of_connect, cost))


def _hazard(every: Iterable[Tried], number: int) -> Rate:
    trying = [each for each in every if each.attempts >= number]
    reached = (
        each.leads
        for each in trying
        if each.attempts == number and each.outcome is Outcome.CONNECTED
    )
    return Rate(sum(reached), sum(each.leads for each in trying))


def _share(x: int, n: int) -> Fraction:
    return Fraction(x, n) if n else Fraction(0)
