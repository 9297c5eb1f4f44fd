"""Touches and activities: everything that was said or shown to a person, and by them."""

from __future__ import annotations

from revloop.facts import words
from revloop.facts.columns import Kind, flag, key, money, number, text

TOUCH = Kind(
    "touch",
    "something a person saw, did or was sent; the steps of a journey",
    "when it happened",
    (
        key("contact", "the person, or the visitor who is not known yet: the key of the journey"),
        key("account", "the company"),
        key("opportunity", "the opportunity it was made for"),
        key("campaign", "the campaign it belongs to"),
        key("content_asset", "the content it shows"),
        key("user", "the seller who made it"),
        text("kind", "what happened", words.TOUCH_KINDS, required=True),
        text("channel", "through which channel"),
        text("subchannel", "a finer word for the channel"),
        text("side", "the team it belongs to", words.SIDES),
        text("direction", "who reached out to whom", words.DIRECTIONS),
        text("form", "the form that was filled in"),
        text("campaign", "name of the campaign"),
        text("asset_version", "version of the content"),
        flag("wants_rep", "the person asked for a representative"),
        flag("is_bot", "made by a machine, not by a person"),
        flag("is_anonymous", "the person was not known at that time"),
        flag("is_branded_query", "they searched for our name"),
        text("utm_source", "utm_source of the address"),
        text("utm_medium", "utm_medium of the address"),
        text("utm_campaign", "utm_campaign of the address"),
        text("utm_term", "utm_term of the address"),
        text("utm_content", "utm_content of the address"),
        money("cost", "what this touch alone cost"),
    ),
)

ACTIVITY = Kind(
    "activity",
    "an attempt of ours to reach a person, or a meeting with them",
    "when it began; for a task, when it was done",
    (
        key("inquiry", "the lead it was for"),
        key("opportunity", "the opportunity it was for"),
        key("contact", "the person"),
        key("account", "the company"),
        key("user", "who made it"),
        text("kind", "how", words.ACTIVITY_KINDS, required=True),
        text("channel", "through which channel"),
        text("direction", "who reached out to whom", words.DIRECTIONS),
        text("outcome", "how it ended", words.ACTIVITY_OUTCOMES),
        flag("automated", "sent by a sequence, not by a person"),
        flag("is_planned", "planned and not done"),
        flag("date_only", "the source knows the day, not the time"),
        number("duration_seconds", "how long it took", "seconds"),
    ),
)

KINDS = (TOUCH, ACTIVITY)
