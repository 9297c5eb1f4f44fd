"""How each kind of event reads, with the person first: "Ann Smith" "looked at a page"."""

from __future__ import annotations

TOUCHES = {
    "page_view": "looked at a page",
    "unbranded_search": "came by a search",
    "branded_search": "searched for us by name",
    "ad_click": "clicked an ad",
    "ad_impression_agg": "was shown ads",
    "form_submit": "sent a form",
    "content_download": "downloaded content",
    "content_view": "read content",
    "webinar_registered": "registered for a webinar",
    "webinar_attended": "attended a webinar",
    "event_visit": "visited us at an event",
    "email_sent": "was sent an e-mail",
    "email_opened": "opened an e-mail",
    "email_clicked": "followed a link of an e-mail",
    "email_replied": "answered an e-mail",
    "unsubscribe": "unsubscribed",
    "chat": "chatted with us",
    "inbound_call": "called us",
    "callback_request": "asked to be called back",
    "demo_request": "asked for a demonstration",
    "pricing_view": "looked at prices",
    "trial_start": "started a trial",
    "product_activated": "began to use the product",
    "product_qualified": "used the product as buyers do",
    "product_usage_drop": "used the product less",
    "referral": "was referred to us",
    "review_posted": "wrote a review",
    "sdr_call": "was called",
    "sdr_email": "was written to",
    "meeting_set": "agreed to meet",
    "meeting_held": "met us",
    "no_show": "did not come to a meeting",
    "proposal_sent": "was sent a proposal",
    "quote_sent": "was sent a quote",
    "security_review": "reviewed our security",
    "contract_sent": "was sent a contract",
    "onboarding_step": "took a step of onboarding",
    "support_ticket": "asked for support",
    "escalation": "escalated",
    "nps_response": "answered how likely they recommend us",
    "qbr_held": "reviewed the quarter with us",
    "renewal_notice": "was reminded of the renewal",
    "expansion_interest": "showed interest in more",
    "churn_notice": "gave notice",
    "advocacy": "spoke for us",
}
ACTIVITIES = {
    "call": ("called", "called us"),
    "email": ("wrote to", "wrote to us"),
    "sms": ("texted", "texted us"),
    "social": ("reached out to", "reached out to us"),
    "meeting": ("met", "met us"),
    "video": ("had a video call with", "had a video call with us"),
}
"""What we did, and what they did."""
OUTCOMES = {
    "connected": "they spoke",
    "voicemail": "voicemail",
    "no_answer": "no answer",
    "bounced": "it bounced",
    "replied": "they replied",
    "meeting_set": "a meeting was set",
    "held": "held",
    "no_show": "nobody came",
    "planned": "planned, not done",
    "accepted": "accepted",
    "rejected": "rejected",
    "expired": "nobody answered in time",
    "closed": "closed",
    "approved": "approved",
    "countered": "countered",
    "withdrawn": "withdrawn",
}
VERDICTS = {
    "accept": "Sales accepted the lead",
    "reject": "Sales rejected the lead",
    "recycle": "Sales gave the lead back for later",
    "disqualify": "Sales disqualified the lead",
}
HANDOFFS = {
    "marketing_to_sdr": "Marketing handed over to development",
    "sdr_to_ae": "Development handed over to the seller",
    "ae_to_success": "Sales handed over to success",
    "success_to_sales": "Success handed over to sales",
    "sales_to_marketing": "Sales gave back to marketing",
}
BOOKINGS = {
    "booking": "Ordered",
    "invoice": "Invoiced",
    "recognised": "Revenue recognised",
    "renewal": "Renewed",
    "expansion": "Bought more",
    "contraction": "Bought less",
    "churn": "Left us",
    "refund": "Was refunded",
    "credit": "Was credited",
}
CONTENT = {
    "sent": "was sent content",
    "presented": "was shown content",
    "downloaded": "downloaded content",
    "edited_copy": "was sent an edited copy of content",
    "viewed": "read content",
    "searched": "was searched content for",
}
SUBJECTS = {
    "inquiry": "The lead",
    "contact": "The person",
    "account": "The company",
    "opportunity": "The opportunity",
}

SHORT = {"mql": "an MQL", "sal": "an SAL", "sql": "an SQL"}
"""States that are known by their first letters."""
