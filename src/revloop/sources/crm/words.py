"""What sellers and administrators write, read only where it is clear: kinds, outcomes, roles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

import ibis

from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

Patterns = Sequence[tuple[str, str]]
"""Patterns, searched for in lower case, each with what it means."""

ACTIVITY_KINDS: Patterns = (
    (r"linked ?in|xing|social|in-?mail", "social"),
    (r"\bsms\b|\btext\b|text message|whatsapp", "sms"),
    (r"e-?mail", "email"),
    (r"video|zoom|webex|\bteams\b", "video"),
    (r"\bcalls?\b|phone|dial|\bcold ?call", "call"),
    (r"meeting|\bvisit|\bdemo\b|lunch|dinner|on-?site|presentation", "meeting"),
)

CALL_OUTCOMES: Patterns = (
    (r"meeting (was )?(set|booked|scheduled)|booked|appointment (set|made)", "meeting_set"),
    (r"voice ?mail|\bvm\b|left (a )?(live )?message|answering machine", "voicemail"),
    (r"wrong|bad number|disconnected|not in service|invalid|bounced", "bounced"),
    (
        (
            r"no[- ]?(answer|contact|connect|pick)|not (answered|reached|connected|available)"
            r"|busy|missed|hung up|unavailable"
        ),
        "no_answer",
    ),
    (r"connect|answered|spoke|conversation|talked|reached|interested", "connected"),
)

MEETING_OUTCOMES: Patterns = (
    (r"no[- _]?show", "no_show"),
    (r"completed|held|done|took place", "held"),
)

ROLES: Patterns = (
    (
        r"rev(enue)? ?op(s|erations)|sales ?op(s|erations)|marketing ?op(s|erations)|\bcrm admin",
        "revops",
    ),
    (r"customer success|\bcsm\b|onboarding|renewals? manager", "success"),
    (r"marketing|demand gen|\bcmo\b", "marketing"),
    (
        (
            r"\bsales|account executive|\b[sb]dr\b|business development|\bcro\b|telesales|inside sales"
            r"|pre-?sales|solutions? engineer"
        ),
        "sales",
    ),
    (r"partner|channel|alliance", "partner"),
    (r"\bproduct (manage|owner|team|lead)|chief product", "product"),
    (r"finance|\bcfo\b|controller|accounting", "finance"),
    (r"\bceo\b|chief executive|managing director|geschäftsführer", "executive"),
)
"""Whoever has two of these words, and none of the first, is of no clear role."""
_BEFORE_OTHERS = ("revops",)

OPPORTUNITY_TYPES: Patterns = (
    (r"renew", "renewal"),
    (r"expan|upgrade|up-?sell|cross-?sell|add-?on|existing", "expansion"),
    (r"\bnew\b|newbusiness|new[- _]logo", "new"),
)


def first_of(text: ir.StringValue, patterns: Patterns) -> ir.StringValue:
    """What the first pattern that is found means; null where none is."""
    lowered = text.lower()
    return ibis.cases(
        *((lowered.re_search(pattern), meaning) for pattern, meaning in patterns),
        else_=nothing("string"),
    )


def only_of(text: ir.StringValue, patterns: Patterns) -> ir.StringValue:
    """What the only pattern that is found means; null where none or several are."""
    lowered = text.lower()
    found = [(lowered.re_search(pattern), meaning) for pattern, meaning in patterns]
    count = reduce(lambda left, right: left + right, (each.cast("int64") for each, _ in found))
    return ibis.cases(
        *((each, meaning) for each, meaning in found if meaning in _BEFORE_OTHERS),
        *(((count == 1) & each, meaning) for each, meaning in found),
        else_=nothing("string"),
    )
