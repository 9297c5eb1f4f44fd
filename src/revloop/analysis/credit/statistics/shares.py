"""How the touches of all journeys share what came of them: `one_journey` on arrays.

Journeys lie end to end, each in the order of time. A share is a float; what is left over by rounding
to minor units is given to the largest remainders, so that money is whole and sums exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from revloop.agreement.terms.credit_models import CONVERSIONS, CONVERTING, FIRST, LAST, MARKS, Model

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FINE = 10**6
"""Remainders are compared in millionths of a minor unit: what differs by less is equal."""
_PLACE_BITS, _REST_BITS = 20, 20
"""A key has room for eight million journeys of a million touches."""


@dataclass(frozen=True)
class Steps:
    """The touches of journeys."""

    starts: Ints
    """Where each journey begins among the touches, and at last how many there are: n + 1."""
    age: Floats
    """Days before the journey ended, of each touch."""
    marks: Ints
    """The milestones that it holds, by the bits of `MARKS`."""
    part: Floats
    """How much of the touch belongs to its journey: 1 where it belongs to no other."""

    @property
    def count(self) -> int:
        return self.starts.size - 1

    @cached_property
    def sizes(self) -> Ints:
        return np.diff(self.starts)

    @cached_property
    def journey(self) -> Ints:
        """The number of the journey of each touch."""
        return np.repeat(np.arange(self.count), self.sizes)

    @cached_property
    def is_first(self) -> Flags:
        return self._at(self.starts[:-1])

    @cached_property
    def is_last(self) -> Flags:
        return self._at(self.starts[1:] - 1)

    def _at(self, places: Ints) -> Flags:
        found = np.zeros(self.age.size, np.bool_)
        found[places[self.sizes > 0]] = True
        return found

    def held(self, milestone: str) -> Flags:
        """Which touches hold a milestone."""
        if milestone == FIRST:
            return self.is_first
        if milestone == LAST:
            return self.is_last
        if milestone == CONVERSIONS:
            bits = sum(1 << MARKS.index(each) for each in CONVERTING)
            return np.asarray((self.marks & bits) != 0)
        return np.asarray((self.marks & (1 << MARKS.index(milestone))) != 0)

    def summed(self, values: Floats) -> Floats:
        """Values of touches added up for each journey."""
        return np.bincount(self.journey, values, self.count).astype(np.float64, copy=False)


def shares(model: Model, steps: Steps) -> Floats:
    """The share of each touch in its journey by a rule model: they sum to 1, or are all 0."""
    raw = _raw(model, steps) * steps.part
    total = steps.summed(raw)
    return np.divide(raw, total[steps.journey], out=np.zeros_like(raw), where=raw > 0)


def _raw(model: Model, steps: Steps) -> Floats:
    if model.half_life is not None:
        newest = steps.age[steps.starts[1:] - 1] if steps.age.size else steps.age
        return np.asarray(np.exp2((newest[steps.journey] - steps.age) / model.half_life))
    if model.from_the_end:
        weights = np.array([float(each) for each in model.from_the_end])
        behind = steps.starts[1:][steps.journey] - 1 - np.arange(steps.age.size)
        return np.where(behind < weights.size, weights[np.minimum(behind, weights.size - 1)], 0.0)
    raw = np.zeros(steps.age.size)
    is_other = np.ones(steps.age.size, np.bool_)
    for milestone, part in model.parts.items():
        holds = steps.held(milestone)
        if milestone in (FIRST, LAST):
            raw += np.where(holds, float(part), 0.0)
        else:
            holders = steps.summed(holds.astype(np.float64))[steps.journey]
            raw += np.divide(float(part), holders, out=np.zeros_like(raw), where=holds)
        is_other &= ~holds
    if model.rest:
        others = steps.summed(is_other.astype(np.float64))[steps.journey]
        raw += np.divide(float(model.rest), others, out=np.zeros_like(raw), where=is_other)
    return raw


def by_channel_set(steps: Steps, channel: Ints, channels: int) -> Floats:
    """Shapley's value of each journey, by touches: each channel of it has the same, each touch its part.

    With v(S) what the journeys earned whose channels all lie in S, the value of a channel is what
    each of its journeys earned by the number of channels in it (Shapley 1953, closed form).
    """
    _, place = np.unique(steps.journey * channels + channel, return_inverse=True)
    raw = np.where(steps.part > 0, steps.part, 0.0)
    raw = np.divide(raw, np.bincount(place, raw)[place], out=np.zeros_like(raw), where=raw > 0)
    sets = steps.summed(raw)[steps.journey]
    return np.divide(raw, sets, out=np.zeros_like(raw), where=raw > 0)


def in_minor_units(amounts: Ints, share: Floats, steps: Steps) -> Ints:
    """What each touch earned, in whole minor units: of each journey exactly its amount.

    Args:
        amounts: of each journey, below 0 where it is a loss; one without a share is left out.
        share: of each touch.
        steps: the journeys.

    """
    exact = np.rint(share * amounts[steps.journey] * FINE) / FINE
    whole = np.floor(exact).astype(np.int64)
    has = steps.summed(share) > 0
    # Not added up as floats: those above 2^53 are no whole numbers any more.
    up_to = np.concatenate([[0], np.cumsum(whole)])
    left = np.where(has, amounts - np.diff(up_to[steps.starts]), 0)
    # Of amounts beyond 2^53 millionths, floats may be off by more than one unit for each touch.
    each, left = np.divmod(left, np.maximum(steps.sizes, 1))
    whole += each[steps.journey]
    place = np.arange(share.size) - steps.starts[:-1][steps.journey]
    rest = FINE - np.rint((exact - np.floor(exact)) * FINE).astype(np.int64)
    order = np.sort((((steps.journey << _REST_BITS) | rest) << _PLACE_BITS) | place)
    # The sorted keys of a journey lie where its touches do.
    gains = place < left[steps.journey]
    at = steps.starts[:-1][steps.journey] + (order & ((1 << _PLACE_BITS) - 1))
    whole[at[gains]] += 1
    return whole
