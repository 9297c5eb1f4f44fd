"""Inquiries (leads), their stages, decisions, hand-offs, owners and clocks."""

from __future__ import annotations

from revloop.facts import words
from revloop.facts.columns import Kind, day, flag, instant, key, number, private, text, texts, whole

INQUIRY = Kind(
    "inquiry",
    "one raised hand; a person may have many",
    "when the hand was raised",
    (
        key("contact", "who raised it"),
        key("account", "their company"),
        text("entry_point", "where the loop was entered", words.ENTRY_POINTS),
        text("lane", "the lane of the agreement it went to"),
        text("lead_source", "where it came from, as the source names it"),
        text("channel", "channel of the touch that raised it"),
        text("kind", "what raised it", words.TOUCH_KINDS + words.ACTIVITY_KINDS),
        text("form", "the form that raised it"),
        key("campaign", "the campaign that raised it"),
        text("campaign", "name of that campaign"),
        text("segment", "segment, as the source names it"),
        text("value_tier", "how much it may be worth"),
        text("status", "its state in the source, in the source's own word"),
        text("state", "its state in the loop"),
        flag("is_converted", "the source has made an opportunity of it"),
        flag("wants_rep", "the person asked for a representative"),
        flag("is_bot", "made by a machine"),
        key("opportunity", "the opportunity it became"),
        key("user", "who owns it", name="owner_user_id"),
        key("inquiry", "the earlier inquiry that it repeats", name="duplicate_of_inquiry_id"),
        text("agreement_version", "version of the agreement when it was raised"),
        text("rating", "how warm the source holds it to be"),
        number("source_score", "score that the source gave it"),
        private("need", "what the person wrote"),
    ),
    has_key=True,
)

LIFECYCLE_TRANSITION = Kind(
    "lifecycle_transition",
    "a lead, a contact, an account or an opportunity entered another stage",
    "when it entered the stage",
    (
        text(
            "subject",
            "what moved",
            ("inquiry", "contact", "account", "opportunity"),
            required=True,
        ),
        key("inquiry", "the lead"),
        key("contact", "the person"),
        key("account", "the company"),
        key("opportunity", "the opportunity"),
        text("field", "the field of the source that says so"),
        text("from_state", "the stage it left, in the source's own word"),
        text("to_state", "the stage it entered, in the source's own word", required=True),
        text("stage", "the stage it entered, in the words of the loop"),
        text("actor", "what moved it", ("user", "rule", "import")),
        key("user", "who moved it"),
        text("reason", "coded reason"),
        text("agreement_version", "version of the agreement that governed it"),
        day("return_on", "the day it is to come back"),
        flag("is_backward", "it went back"),
        flag("is_irregular", "no such step is declared"),
        flag("date_only", "the source knows the day, not the time"),
    ),
)

QUALIFICATION_DECISION = Kind(
    "qualification_decision",
    "sales accepted or refused a lead",
    "when it was decided",
    (
        key("inquiry", "the lead", required=True),
        key("user", "who decided", name="decider_user_id"),
        text(
            "verdict",
            "what was decided",
            ("accept", "reject", "recycle", "disqualify"),
            required=True,
        ),
        text("reason", "coded reason"),
        texts("criteria_met", "criteria that held"),
        texts("criteria_not_met", "criteria that did not"),
        texts("criteria_unknown", "criteria that could not be known"),
        whole("attempts_before", "attempts to connect before the decision", "attempts"),
        flag("is_disputed", "the other side disagrees"),
        day("return_on", "the day a recycled lead is to come back"),
        text("agreement_version", "version of the agreement that governed it"),
        private("note", "what the seller wrote"),
    ),
)

HANDOFF = Kind(
    "handoff",
    "one team offered a lead or an account to another",
    "when it was offered",
    (
        key("inquiry", "the lead"),
        key("opportunity", "the opportunity"),
        key("account", "the company"),
        key("team", "the team that offered", name="from_team_id"),
        key("team", "the team that was offered it", name="to_team_id"),
        key("user", "who offered", name="from_user_id"),
        key("user", "who was offered it", name="to_user_id"),
        text(
            "type",
            "between whom",
            (
                "marketing_to_sdr",
                "sdr_to_ae",
                "ae_to_success",
                "success_to_sales",
                "sales_to_marketing",
            ),
        ),
        instant("accepted_at", "when it was accepted"),
        instant("rejected_at", "when it was rejected"),
        instant("expired_at", "when nobody had answered in time"),
        texts("fields_present", "required fields that were filled"),
        texts("fields_missing", "required fields that were not"),
        number("completeness", "share of the required fields that were filled", "0 to 1"),
        text("promise", "name of the promise in the agreement"),
        text("agreement_version", "version of the agreement that governed it"),
    ),
)

ASSIGNMENT = Kind(
    "assignment",
    "a lead, an opportunity or an account got an owner",
    "when the owner got it",
    (
        key("inquiry", "the lead"),
        key("opportunity", "the opportunity"),
        key("account", "the company"),
        key("contact", "the person"),
        key("user", "the owner, a person or a queue"),
        key("user", "the owner before", name="from_user_id"),
        text("queue", "name of the queue, where nobody owns it"),
        text("reason", "why", ("rule", "manual", "absence", "rejected", "territory", "import")),
        text("rule", "the routing rule"),
    ),
)

CLOCK_EVENT = Kind(
    "clock_event",
    "the clock of a promise started, paused, went on, stopped or was voided",
    "when it did",
    (
        text("clock", "the clock's own id, the same in all its events", required=True),
        text(
            "event",
            "what happened",
            ("started", "paused", "resumed", "stopped", "voided"),
            required=True,
        ),
        text("promise", "name of the promise in the agreement", required=True),
        key("inquiry", "the lead"),
        key("opportunity", "the opportunity"),
        key("account", "the company"),
        key("user", "who held it", name="owner_user_id"),
        text("calendar", "calendar that the clock runs on"),
        text("cause", "the event that started or stopped it", words.CLOCK_EVENTS),
        text("reason", "coded reason of a pause or of voiding"),
        instant("due_at", "when it is due, as known at that moment"),
        text("agreement_version", "version of the agreement that governs it"),
    ),
)

KINDS = (
    INQUIRY,
    LIFECYCLE_TRANSITION,
    QUALIFICATION_DECISION,
    HANDOFF,
    ASSIGNMENT,
    CLOCK_EVENT,
)
