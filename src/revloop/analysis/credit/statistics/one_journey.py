"""How the touches of one journey share what came of it, exactly.

It explains a journey touch by touch, and is what `shares`, all journeys at once, is held to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from revloop.agreement.terms.credit_models import CONVERSIONS, CONVERTING, FIRST, LAST, Model

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Touch:
    """One touch of a journey."""

    age: float
    """Days before the journey ended."""
    marks: frozenset[str] = field(default_factory=frozenset)
    """The milestones of `MARKS` that it holds."""
    part: Fraction = _ONE
    """How much of the touch belongs to this journey."""


def exact_shares(model: Model, touches: Sequence[Touch]) -> list[Fraction] | None:
    """The share of each touch, in their order; None where no touch earns anything.

    Of time decay the powers of two are floats: their shares are the exact quotients of those.
    """
    raw = [each * touch.part for each, touch in zip(_raw(model, touches), touches, strict=True)]
    total = sum(raw, Fraction(0))
    return [each / total for each in raw] if total else None


def _raw(model: Model, touches: Sequence[Touch]) -> list[Fraction]:
    if model.half_life is not None:
        newest = touches[-1].age if touches else 0.0
        return [Fraction(2 ** -((each.age - newest) / model.half_life)) for each in touches]
    if model.from_the_end:
        weights = [*model.from_the_end[: len(touches)]]
        return [Fraction(0)] * (len(touches) - len(weights)) + weights[::-1]
    held = [_held(model, place, touches) for place in range(len(touches))]
    holders = {name: sum(name in each for each in held) for name in model.parts}
    others = sum(not each for each in held)
    return [
        sum((model.parts[name] / holders[name] for name in each), Fraction(0))
        if each
        else model.rest / others
        for each in held
    ]


def _held(model: Model, place: int, touches: Sequence[Touch]) -> set[str]:
    """The milestones of the model that a touch holds."""
    holds = set(touches[place].marks)
    if holds & {*CONVERTING}:
        holds.add(CONVERSIONS)
    if place == 0:
        holds.add(FIRST)
    if place == len(touches) - 1:
        holds.add(LAST)
    return holds & model.parts.keys()


def exact_by_channel_set(channels: Sequence[str], touches: Sequence[Touch]) -> list[Fraction]:
    """Shapley's value of one journey: each channel of it alike, each touch its part of its channel."""
    whole: dict[str, Fraction] = {}
    for channel, touch in zip(channels, touches, strict=True):
        whole[channel] = whole.get(channel, Fraction(0)) + touch.part
    return [
        touch.part / whole[channel] / len(whole)
        for channel, touch in zip(channels, touches, strict=True)
    ]


def in_minor_units(amount: int, shares: Sequence[Fraction]) -> list[int]:
    """An amount in whole minor units by shares that sum to 1: they sum to it exactly.

    An amount may be below 0, as a margin may. What is left after rounding down goes to the largest remainders, of equal ones to the first
    (Hamilton 1792).
    """
    exact = [share * amount for share in shares]
    whole = [floor(each) for each in exact]
    left = amount - sum(whole)
    order = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))
    for place in order[:left]:
        whole[place] += 1
    return whole
