"""Content and its use, experiments, surveys, tickets."""

from __future__ import annotations

from revloop.facts import words
from revloop.facts.columns import (
    Kind,
    flag,
    instant,
    key,
    money,
    number,
    private,
    text,
    texts,
    whole,
)

CONTENT_ASSET = Kind(
    "content_asset",
    "a version of a piece of content",
    "when this version was made",
    (
        text("title", "title"),
        text("asset_kind", "case study, deck, white paper …"),
        text("version", "version"),
        text("status", "status of this version", ("draft", "approved", "retired")),
        texts("personas", "for whom"),
        texts("stages", "for which stages"),
        texts("objections", "against which objections"),
        texts("products", "for which products"),
        text("language", "language (ISO 639)"),
        flag("is_sales_facing", "made for sellers to use"),
        flag("is_latest", "the newest version"),
        instant("approved_at", "when it was approved"),
        instant("retired_at", "when it was retired"),
        key("content_asset", "the one it was derived from", name="derived_from_content_asset_id"),
        key("user", "who owns it", name="owner_user_id"),
        money("cost", "what making it cost"),
    ),
    has_key=True,
)

CONTENT_USE = Kind(
    "content_use",
    "a seller sent or showed content, or a person read it",
    "when it was used",
    (
        key("content_asset", "the content", required=True),
        text("asset_version", "version that was used"),
        key("user", "who used it"),
        key("opportunity", "for which opportunity"),
        key("contact", "for whom"),
        key("account", "for which company"),
        text(
            "mode",
            "how",
            ("sent", "presented", "downloaded", "edited_copy", "viewed", "searched"),
        ),
        number("seconds", "how long it was read", "seconds"),
        number("share_read", "how much of it was read", "0 to 1"),
    ),
)

EXPERIMENT_EXPOSURE = Kind(
    "experiment_exposure",
    "a unit saw a variant of an experiment for the first time",
    "when it first saw it",
    (
        text("experiment", "the experiment", required=True),
        text("variant", "the variant", required=True),
        text("unit_kind", "what is compared", ("contact", "account", "user", "region")),
        key("contact", "the person"),
        key("account", "the company"),
        key("user", "the seller"),
        text("unit", "the unit, where it is none of these"),
        text("channel", "the channel that is held back from some and shown to others"),
        text("campaign", "the campaign, where it is that alone"),
        flag("is_held_back", "this variant goes without what is tried"),
        number("planned_share", "how much of all units this variant was to get", "0 to 1"),
    ),
)

EXPERIMENT_OUTCOME = Kind(
    "experiment_outcome",
    "what became of a unit of an experiment",
    "when it was measured",
    (
        text("experiment", "the experiment", required=True),
        text("measure", "what was measured"),
        key("contact", "the person"),
        key("account", "the company"),
        key("user", "the seller"),
        text("unit", "the unit, where it is none of these"),
        number("value", "what was measured, in the measure's own unit"),
    ),
)

SURVEY_RESPONSE = Kind(
    "survey_response",
    "an answer to one question of a survey, without a name",
    "when it was answered",
    (
        text("wave", "which round of the survey", required=True),
        text("item", "which question", required=True),
        text("respondent", "keyed hash of who answered"),
        text("side", "whose answer", ("marketing", "sales", "success", "executive", "customer")),
        number("value", "answer on the question's scale"),
        key("account", "company of a customer who answered"),
        private("comment", "what they wrote"),
    ),
)

TICKET = Kind(
    "ticket",
    "a customer asked for help",
    "when it was opened",
    (
        key("account", "the customer"),
        key("contact", "who asked"),
        key("opportunity", "the opportunity it is about"),
        key("user", "who answers", name="owner_user_id"),
        text("pipeline", "pipeline, as the source names it"),
        text("stage", "stage, as the source names it"),
        text("category", "category, as the source names it"),
        text("severity", "severity, as the source names it"),
        flag("is_closed", "is closed"),
        flag("is_escalation", "was escalated"),
        instant("first_reply_at", "first answer by a person"),
        instant("closed_at", "when it was closed"),
        number("score", "how satisfied the customer was, on the source's scale"),
        text("side", "team that answers", words.SIDES),
        whole("replies", "messages to the customer", "messages"),
        private("subject", "what it is about"),
    ),
)

KINDS = (
    CONTENT_ASSET,
    CONTENT_USE,
    EXPERIMENT_EXPOSURE,
    EXPERIMENT_OUTCOME,
    SURVEY_RESPONSE,
    TICKET,
)
