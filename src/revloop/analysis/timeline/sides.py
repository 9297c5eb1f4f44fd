"""The side that an event belongs to, where its source does not say."""

from __future__ import annotations

SIDES = ("marketing", "sales", "product", "success", "other")
"""As a timeline tells them apart; partners are among the others."""

OF_TOUCHES: dict[str, tuple[str, ...]] = {
    "sales": (
        "sdr_call",
        "sdr_email",
        "meeting_set",
        "meeting_held",
        "no_show",
        "proposal_sent",
        "quote_sent",
        "security_review",
        "contract_sent",
    ),
    "product": ("trial_start", "product_activated", "product_qualified", "product_usage_drop"),
    "success": (
        "onboarding_step",
        "support_ticket",
        "escalation",
        "nps_response",
        "qbr_held",
        "renewal_notice",
        "expansion_interest",
        "churn_notice",
        "advocacy",
    ),
}
"""Kinds of touches by side; all others are marketing's."""

OF_HANDOFFS: dict[str, tuple[str, ...]] = {
    "marketing": ("marketing_to_sdr",),
    "success": ("success_to_sales",),
}
"""The side that offers; all others are offered by sales."""

OF_BOOKINGS: dict[str, tuple[str, ...]] = {"sales": ("booking", "invoice", "recognised")}
"""What comes after the first order is success'."""

OF_CONTENT: dict[str, tuple[str, ...]] = {"sales": ("sent", "presented", "edited_copy", "searched")}
"""What a seller does with content; reading it is marketing's."""
