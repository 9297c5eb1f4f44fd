"""The words that a condition may use: each name, its type, and the fact it is read from.

`VOCABULARY` holds what the facts themselves offer. The names that an agreement adds (its scores
and signals, and the closed lists of its tiers, personas and lanes) are joined to it by
`revloop.agreement.names`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from revloop.facts import words


class Type(StrEnum):
    """What a word holds. Each may also be unknown."""

    TEXT = "text"
    INTEGER = "whole number"
    NUMBER = "number"
    BOOLEAN = "true or false"
    MONEY = "money"
    INSTANT = "instant"
    SCORE = "score"
    """A number known only within bounds while some of its parts are unknown."""

    @property
    def is_number(self) -> bool:
        return self in {Type.INTEGER, Type.NUMBER, Type.SCORE}


NONE = "none"
"""What a word holds that is known to be none: somebody who plays no part in buying."""


@dataclass(frozen=True, slots=True)
class Word:
    """One name that a condition may use."""

    name: str
    type: Type
    of: str
    """The fact that the word is read from: account, contact, touch, activity …"""
    means: str
    values: tuple[str, ...] = ()
    """The closed list of its values, where there is one."""
    may_be_none: bool = False
    """Whether it may be known to be none, the value `NONE`, which is not the same as not known."""


def _account(name: str, type_: Type, means: str, values: tuple[str, ...] = ()) -> Word:
    return Word(name, type_, "account", means, values)


def _contact(name: str, means: str, values: tuple[str, ...] = ()) -> Word:
    return Word(name, Type.TEXT, "contact", means, values)


ACCOUNT = (
    _account("industry", Type.TEXT, "industry of the company"),
    _account("sic", Type.TEXT, "SIC code of the industry, two to four digits"),
    _account("naics", Type.TEXT, "NAICS code of the industry"),
    _account("country", Type.TEXT, "country of the company, two letters (ISO 3166)"),
    _account("region", Type.TEXT, "region of the company, as the sources name it"),
    _account("employees", Type.INTEGER, "number of people who work there"),
    _account("locations", Type.INTEGER, "number of its locations"),
    _account("annual_revenue", Type.MONEY, "what the company earns in a year"),
    _account("is_customer", Type.BOOLEAN, "has an open contract with us"),
    _account("is_target", Type.BOOLEAN, "is on the list of target accounts"),
    _account("is_competitor", Type.BOOLEAN, "is on the list of competitors"),
    _account("is_embargoed", Type.BOOLEAN, "is on the list of companies we must not sell to"),
    _account("onboarding_completed", Type.BOOLEAN, "has finished onboarding"),
)
CONTACT = (
    _contact("title", "job title, trimmed and in the source's own spelling"),
    _contact("seniority", "level of the job title", words.SENIORITIES),
    _contact("function", "department that the job title belongs to"),
    _contact("language", "language the person prefers (ISO 639)"),
    _contact("timezone", "time zone the person works in (IANA)"),
    _contact("consent_email", "may we write to them", words.CONSENTS),
    _contact("consent_phone", "may we call them", words.CONSENTS),
    _contact("consent_ads", "may we show them advertising", words.CONSENTS),
)
TOUCH = (
    Word("kind", Type.TEXT, "touch", "what happened", words.TOUCH_KINDS),
    Word("channel", Type.TEXT, "touch", "through which channel it happened"),
    Word("direction", Type.TEXT, "touch", "who reached out to whom", words.DIRECTIONS),
    Word("side", Type.TEXT, "touch", "the team the touch belongs to", words.SIDES),
    Word("form", Type.TEXT, "touch", "the form that was filled in"),
    Word("campaign", Type.TEXT, "touch", "the campaign it belongs to"),
    Word("wants_rep", Type.BOOLEAN, "touch", "the person asked for a representative"),
    Word("is_bot", Type.BOOLEAN, "touch", "made by a machine, not by a person"),
)
ACTIVITY = (
    Word("kind", Type.TEXT, "activity", "how somebody was contacted", words.ACTIVITY_KINDS),
    Word("channel", Type.TEXT, "activity", "through which channel"),
    Word("direction", Type.TEXT, "activity", "who reached out to whom", words.DIRECTIONS),
    Word("automated", Type.BOOLEAN, "activity", "sent by a sequence, not by a person"),
    Word("outcome", Type.TEXT, "activity", "how it ended", words.ACTIVITY_OUTCOMES),
    Word("duration_seconds", Type.NUMBER, "activity", "how long it took, in seconds"),
)
INQUIRY = (
    Word("entry_point", Type.TEXT, "inquiry", "where the loop was entered", words.ENTRY_POINTS),
    Word("value_tier", Type.TEXT, "inquiry", "how much the inquiry may be worth"),
)
OPPORTUNITY = (
    Word("amount", Type.MONEY, "opportunity", "what the opportunity is worth"),
    Word("opportunity_type", Type.TEXT, "opportunity", "what is sold", words.OPPORTUNITY_TYPES),
    Word("stage", Type.TEXT, "opportunity", "its stage in the pipeline"),
    Word("roles_known", Type.INTEGER, "opportunity", "roles of the buying group with a person"),
    Word("roles_engaged", Type.INTEGER, "opportunity", "roles with a two-way talk of late"),
)

# The touch or activity that raised the hand may be of any kind, so its closed lists are joined.
_RAISED_BY_ANY = {"kind": words.TOUCH_KINDS + words.ACTIVITY_KINDS}
RAISE = tuple(
    Word(word.name, word.type, word.of, word.means, _RAISED_BY_ANY.get(word.name, word.values))
    for word in (*TOUCH, *(each for each in ACTIVITY if each.name in {"automated", "outcome"}))
)

VOCABULARY: dict[str, Word] = {
    word.name: word for word in (*ACCOUNT, *CONTACT, *RAISE, *INQUIRY, *OPPORTUNITY)
}

# What a signal may count, and the columns beside the words that it may count distinct values of.
EVENT_SOURCES: dict[str, dict[str, Word]] = {
    "touch": {word.name: word for word in TOUCH},
    "activity": {word.name: word for word in ACTIVITY},
}
DISTINCT_COLUMNS = ("day", "person")
