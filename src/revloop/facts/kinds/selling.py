"""Opportunities, their stages, buying groups, and why they were won or lost."""

from __future__ import annotations

from revloop.facts import words
from revloop.facts.columns import (
    Kind,
    day,
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

OPPORTUNITY = Kind(
    "opportunity",
    "a chance to sell, with an amount and a stage",
    "when it was created",
    (
        key("account", "the company"),
        key("contact", "the main person"),
        key("campaign", "the campaign the source names"),
        key("inquiry", "the lead that it came from"),
        key("user", "the seller who owns it", name="owner_user_id"),
        key("product", "the main product"),
        text("opportunity_type", "what is sold", words.OPPORTUNITY_TYPES),
        text("pipeline", "pipeline, as the source names it"),
        text("stage", "its stage, as the source names it"),
        money("amount", "what it is worth"),
        money("margin", "what of it is left after the cost of what is sold"),
        number("fx_rate", "reporting currency for one unit of its own, at booking"),
        number("probability", "chance of winning that the source gives", "0 to 1"),
        text("forecast_category", "the source's forecast category"),
        day("close_date", "day it closed, or is expected to"),
        instant("closed_at", "when it was won or lost"),
        flag("is_closed", "is won or lost"),
        flag("is_won", "is won; unknown while open"),
        text("loss_reason", "coded reason for losing"),
        text("competitor", "who won, or was against us"),
        text("first_responder", "who answered the buyer first", ("us", "other", "unknown")),
        text("lead_source", "where it came from, as the source names it"),
        text("source_side", "the side that found it", words.SIDES),
        text("segment", "segment, as the source names it"),
        text("region", "region, as the source names it"),
        day("return_on", "day to ask again after a loss"),
        private("name", "its name in the source"),
    ),
    has_key=True,
)

OPPORTUNITY_STAGE = Kind(
    "opportunity_stage",
    "an opportunity entered a stage",
    "when it entered the stage",
    (
        key("opportunity", "the opportunity", required=True),
        text("pipeline", "the pipeline"),
        text("stage", "the stage, as the source names it", required=True),
        text("from_stage", "the stage before"),
        instant("exited_at", "when it left the stage, as the source says"),
        money("amount", "what it was worth then"),
        day("close_date", "expected close then"),
        number("probability", "chance of winning then", "0 to 1"),
        text("forecast_category", "forecast category then"),
        key("user", "who moved it"),
        whole("visit", "which visit of this stage it is, from 1", "visits"),
        flag("is_backward", "it went back"),
        flag("date_only", "the source knows the day, not the time"),
    ),
)

BUYING_GROUP_ROLE = Kind(
    "buying_group_role",
    "a person plays a part in a purchase",
    "when that became known",
    (
        key("opportunity", "the opportunity", required=True),
        key("contact", "the person", required=True),
        text("role", "the part, as the source names it"),
        flag("is_primary", "is the main contact"),
        number("influence", "how much they decide", "0 to 1"),
        text("stance", "where they stand", ("champion", "neutral", "blocker", "unknown")),
    ),
)

WIN_LOSS_ANSWER = Kind(
    "win_loss_answer",
    "what a buyer said about a purchase won or lost",
    "when they were asked",
    (
        key("opportunity", "the opportunity", required=True),
        text("first_responder", "who answered them first", ("us", "other", "unknown")),
        flag("on_shortlist_before_contact", "we were on their list before we spoke"),
        flag("in_person_wanted", "they wanted to meet in person"),
        text("decisive_factor", "what decided it, coded"),
        text("competitor", "whom else they looked at"),
        whole("price_rank", "our rank by price, 1 is the cheapest"),
        texts("objections", "coded objections"),
        texts("content_that_helped", "ids of the content that helped"),
        private("comment", "what they said"),
    ),
)

KINDS = (OPPORTUNITY, OPPORTUNITY_STAGE, BUYING_GROUP_ROLE, WIN_LOSS_ANSWER)
