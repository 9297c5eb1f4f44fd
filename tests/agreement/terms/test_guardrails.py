from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from revloop.agreement.form import Pricing
from revloop.agreement.terms.guardrails import Approval, Rate, approval, exact
from revloop.kit.durations import Duration
from revloop.kit.errors import InvalidInput

RULES: dict[str, Any] = {
    "guardrails": [
        {"discount_up_to": Decimal("0.10"), "approver": "none"},
        {
            "discount_up_to": Decimal("0.20"),
            "approver": "sales_manager",
            "within": "4 business hours",
        },
        {"discount_up_to": Decimal("0.30"), "approver": ["sales", "marketing_pricing"]},
        {"discount_up_to": Decimal("1.00"), "approver": ["finance", "marketing"]},
    ],
    "margin_floor": {"share": Decimal("0.35"), "approver": ["finance", "marketing"]},
}
PRICING = Pricing.model_validate(RULES)
NO_FLOOR = Pricing.model_validate({"guardrails": RULES["guardrails"]})


@pytest.mark.parametrize(
    ("discount", "approvers"),
    [
        (0, ("none",)),
        (Decimal("0.10"), ("none",)),
        (Decimal("0.1001"), ("sales_manager",)),
        (0.1001, ("sales_manager",)),
        (Fraction(1, 5), ("sales_manager",)),
        ("0.27", ("sales", "marketing_pricing")),
        (0.35, ("finance", "marketing")),
        (1, ("finance", "marketing")),
    ],
)
def test_the_first_guardrail_that_reaches_the_discount_says_who_approves(
    discount: Rate, approvers: tuple[str, ...]
) -> None:
    assert approval(PRICING, discount, margin=0.6).approvers == approvers


def test_a_surcharge_needs_nobody() -> None:
    assert not approval(PRICING, Decimal("-0.05"), margin=0.6).needed


def test_the_time_to_approve_comes_with_the_guardrail() -> None:
    asked = approval(PRICING, 0.15, margin=0.6)

    assert asked == Approval(("sales_manager",), Duration(4, "hour", working=True))
    assert asked.needed


@pytest.mark.parametrize("noisy", [0.1 + 0.2, 0.1 * 3, "0.30000000000000004", 1 - 0.7])
def test_the_noise_of_binary_arithmetic_does_not_lift_a_discount_over_its_ceiling(
    noisy: Rate,
) -> None:
    assert approval(PRICING, noisy, margin=0.6).approvers == ("sales", "marketing_pricing")
    assert exact(noisy) == Fraction(3, 10)


def test_noise_around_nothing_is_nothing() -> None:
    assert exact(0.1 * 3 - 0.3) == 0


def test_a_percentage_is_read_as_well_as_a_share() -> None:
    assert exact(30.000000000000004) == 30
    assert exact(10.01) == Fraction(1001, 100)


def test_a_fraction_is_never_rounded() -> None:
    third = Fraction(1, 3)

    assert exact(third) == third


@pytest.mark.parametrize("discount", [0, 0.15, 0.9])
def test_below_the_margin_floor_its_approvers_decide_whatever_the_discount(discount: Rate) -> None:
    asked = approval(PRICING, discount, margin=Decimal("0.3499"))

    assert asked == Approval(("finance", "marketing"), below_margin_floor=True)


@pytest.mark.parametrize("margin", [Decimal("0.35"), 0.34999999999999998, 0.36])
def test_a_margin_at_the_floor_is_not_below_it(margin: Rate) -> None:
    assert approval(PRICING, 0.15, margin).below_margin_floor is False


def test_a_margin_that_is_not_known_is_not_taken_for_a_good_one() -> None:
    assert approval(PRICING, 0.15).below_margin_floor is None
    assert approval(NO_FLOOR, 0.15).below_margin_floor is False


@pytest.mark.parametrize("discount", [1.01, 15])
def test_a_discount_above_every_guardrail_is_refused(discount: Rate) -> None:
    with pytest.raises(InvalidInput) as refused:
        approval(PRICING, discount, margin=0.6)

    assert refused.value.code == "guardrail.none_reaches"
    assert "the highest is 1.00" in refused.value.message


@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), "ten", "1e999999999", ""])
def test_what_is_no_number_is_refused(nonsense: Rate) -> None:
    with pytest.raises(InvalidInput) as refused:
        exact(nonsense)

    assert refused.value.code == "guardrail.not_a_rate"
