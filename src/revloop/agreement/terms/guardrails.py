"""Who must approve a discount."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction
from typing import TypeAlias

from revloop.agreement.form import Pricing
from revloop.kit.durations import Duration
from revloop.kit.errors import InvalidInput

Rate: TypeAlias = Fraction | Decimal | int | float | str
"""A share of the list price or of revenue: 0.1 is 10 %."""

# Noise of binary arithmetic sits in the sixteenth decimal or so; nobody means the thirteenth.
_FINEST = Decimal("1e-12")
_PRECISE = Context(prec=40)
NOBODY = ("none",)


@dataclass(frozen=True, slots=True)
class Approval:
    approvers: tuple[str, ...]
    """All of them must say yes; `none` alone means that nobody needs to."""
    within: Duration | None = None
    """How long they have."""
    below_margin_floor: bool | None = False
    """None: the agreement has a floor, and the margin is not known."""

    @property
    def needed(self) -> bool:
        return self.approvers != NOBODY


def approval(pricing: Pricing, discount: Rate, margin: Rate | None = None) -> Approval:
    """Who must approve a discount at a margin.

    The first guardrail that reaches up to the discount says who. A margin below the floor goes to
    the approvers of the floor, whatever the discount; a margin that is not known is said to be so.
    """
    asked = exact(discount)
    floor = pricing.margin_floor
    below = None if floor and margin is None else False
    if floor is not None and margin is not None and exact(margin) < exact(floor.share):
        return Approval(floor.approver, below_margin_floor=True)
    for guardrail in pricing.guardrails:
        if asked <= exact(guardrail.discount_up_to):
            return Approval(guardrail.approver, guardrail.within, below)
    highest = max(guardrail.discount_up_to for guardrail in pricing.guardrails)
    raise InvalidInput(
        "guardrail.none_reaches",
        f"no guardrail reaches up to a discount of {str(discount)[:60]}; the highest is {highest:f}",
        hint="write the discount as a share (0.1 is 10 %), or let the last guardrail end at 1.00",
    )


def exact(rate: Rate) -> Fraction:
    """A rate as an exact number.

    A fraction or a whole number is what it is. A float, a decimal or a text is read to twelve
    decimals: 0.30000000000000004, which is how a program adds 0.1 and 0.2, is 30 %, and 10.01 %
    stays more than 10 %.
    """
    if isinstance(rate, Fraction | int):
        return Fraction(rate)
    try:
        return Fraction(Decimal(str(rate)).quantize(_FINEST, context=_PRECISE))
    except (InvalidOperation, ValueError, OverflowError):
        raise InvalidInput(
            "guardrail.not_a_rate",
            f"{str(rate)[:60]!r} is not a rate",
            hint="write a share such as 0.1 for 10 %",
        ) from None
