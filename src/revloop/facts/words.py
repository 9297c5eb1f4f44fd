"""The closed lists of words that facts and agreements share: kinds, sides, events, measures.

A word that is not here is a mistake, and `revloop agreement check` proposes the nearest one.
"""

from __future__ import annotations

SIDES = ("marketing", "sales", "success", "product", "partner")
ROLES = ("marketing", "sales", "success", "product", "partner", "revops", "executive", "finance")
OWNERS = ("marketing", "sales", "success", "both")

DIRECTIONS = ("in", "out", "two_way")
CONSENTS = ("granted", "denied", "unknown")
SENIORITIES = ("c_level", "vp", "director", "manager", "ic")
ENTRY_POINTS = ("inbound", "outbound", "referral", "event", "product", "success", "partner")
OPPORTUNITY_TYPES = ("new", "expansion", "renewal")

TOUCH_KINDS = (
    "page_view",
    "unbranded_search",
    "branded_search",
    "ad_click",
    "ad_impression_agg",
    "form_submit",
    "content_download",
    "content_view",
    "webinar_registered",
    "webinar_attended",
    "event_visit",
    "email_sent",
    "email_opened",
    "email_clicked",
    "email_replied",
    "unsubscribe",
    "chat",
    "inbound_call",
    "callback_request",
    "demo_request",
    "pricing_view",
    "trial_start",
    "product_activated",
    "product_qualified",
    "product_usage_drop",
    "referral",
    "review_posted",
    "sdr_call",
    "sdr_email",
    "meeting_set",
    "meeting_held",
    "no_show",
    "proposal_sent",
    "quote_sent",
    "security_review",
    "contract_sent",
    "onboarding_step",
    "support_ticket",
    "escalation",
    "nps_response",
    "qbr_held",
    "renewal_notice",
    "expansion_interest",
    "churn_notice",
    "advocacy",
)
ACTIVITY_KINDS = ("call", "email", "sms", "social", "meeting", "video")
ACTIVITY_OUTCOMES = (
    "connected",
    "voicemail",
    "no_answer",
    "bounced",
    "replied",
    "meeting_set",
    "held",
    "no_show",
)

# What starts or stops the clock of a promise. `human_attempt` is an outbound try by a person, an
# accepted inbound call or a held chat; automated sends never count.
CLOCK_EVENTS = (
    "raised",
    "routed",
    "offered",
    "human_attempt",
    "decision",
    "booking",
    "gap_ranked_top_5",
    "asset_approved",
)
# Of what a share is a share, and what makes a member of it count.
DENOMINATORS = ("offered", "rejections", "handoffs", "lost_returns_due", "recycled_returns_due")
NUMERATORS = ("acceptance", "reason", "complete")
COUNTED = ("attempts",)
COUNT_EXEMPTIONS = ("connected",)
PACED_MEASURES = ("mql_count", "mql_expected_value")
MEASURES = (
    "mql_count",
    "mql_expected_value",
    "bookings",
    "velocity",
    "promises_marketing",
    "promises_sales",
    "customer_experience",
)
RETURN_TRIGGERS = ("next_fiscal_year", "competitor_contract_end", "feature_released")
HANDOFF_FIELDS = (
    "reachable",
    "company",
    "lane",
    "consent",
    "last_touch",
    "score_explanation",
    "need",
)
HANDOFF_STATES = ("accepted", "rejected", "expired")
