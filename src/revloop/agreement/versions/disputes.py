"""Disputes: from the objection to the ruling.

Anyone may open one, about a decision, a clock or a criterion. Both leads then have time to discuss
it; what they do not settle by that deadline goes to the one who breaks ties, who has time to rule.
Until then what held when it was opened keeps holding. A dispute never stops a clock: nothing that
counts working time asks for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from revloop.agreement.form import TieBreak
from revloop.agreement.terms.deadlines import deadline
from revloop.kit.errors import InvalidInput
from revloop.kit.working_time.calendars import Calendar
from revloop.kit.working_time.instants import in_utc

LEADS = "leads"
"""Who ended a dispute that was settled without a ruling."""


@dataclass(frozen=True, slots=True)
class Discussion:
    """Both leads talked."""

    at: datetime
    upholds: bool | None
    """Both uphold what was disputed, both drop it, or None: they still disagree."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", in_utc(self.at))


@dataclass(frozen=True, slots=True)
class Ruling:
    at: datetime
    by: str
    """The role that ruled. It counts only if it is the one that breaks ties."""
    upholds: bool
    """Whether what was disputed stands."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", in_utc(self.at))


@dataclass(frozen=True, slots=True)
class Dispute:
    """The rows of the ledger about one dispute."""

    id: str
    about: str
    """The decision, clock or criterion that is disputed."""
    opened_by: str
    opened_at: datetime
    version: str | None = None
    """The version that it keeps from coming into force, if it is about one."""
    discussion: Discussion | None = None
    ruling: Ruling | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "opened_at", in_utc(self.opened_at))
        for row in (self.discussion, self.ruling):
            if row is not None and row.at < self.opened_at:
                raise InvalidInput(
                    "dispute.ends_before_it_opens",
                    f"dispute {self.id} was opened at {self.opened_at} and has a row of {row.at}",
                    hint="record the discussion and the ruling after the dispute",
                )

    def known_at(self, at: datetime) -> Dispute:
        """The dispute without what was recorded later."""
        talked = self.discussion if self.discussion and self.discussion.at <= at else None
        ruled = self.ruling if self.ruling and self.ruling.at <= at else None
        return replace(self, discussion=talked, ruling=ruled)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a dispute ended."""

    at: datetime
    by: str
    """The role that ruled, or `leads` where they settled it."""
    upholds: bool


class DisputeState(StrEnum):
    OPEN = "open"
    """The leads have not talked yet."""
    DISCUSSED = "discussed"
    """They have, still disagree, and may settle it until the deadline."""
    ESCALATED = "escalated"
    """It lies with the one who breaks ties."""
    SETTLED = "settled"
    """The leads ended it themselves."""
    RULED = "ruled"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a dispute stands at a moment."""

    dispute: Dispute
    state: DisputeState
    deadline: datetime | None
    """The end of the discussion, then of the time to rule; None once it has ended, or if nobody
    breaks ties."""
    overdue: bool
    """The time to rule has passed without a ruling."""
    outcome: Outcome | None = None


def outcome(dispute: Dispute, ruler: str | None) -> Outcome | None:
    """How a dispute ended, if it did: settled by both leads or ruled, whichever came first."""
    endings = []
    if dispute.discussion is not None and dispute.discussion.upholds is not None:
        endings.append(Outcome(dispute.discussion.at, LEADS, dispute.discussion.upholds))
    if dispute.ruling is not None and dispute.ruling.by == ruler:
        endings.append(Outcome(dispute.ruling.at, dispute.ruling.by, dispute.ruling.upholds))
    return min(endings, key=lambda ending: ending.at, default=None)


def standing(
    dispute: Dispute, tie_break: TieBreak | None, calendar: Calendar, at: datetime
) -> Standing | None:
    """Where a dispute stands at a moment; None before it was opened.

    The time to discuss runs from the opening, the time to rule from the end of the time to discuss,
    whether or not the leads talked. A ruling at the very deadline is in time.
    """
    moment = in_utc(at)
    if moment < dispute.opened_at:
        return None
    known = dispute.known_at(moment)
    end = outcome(known, tie_break.who if tie_break else None)
    if end is not None:
        state = DisputeState.SETTLED if end.by == LEADS else DisputeState.RULED
        return Standing(dispute, state, None, overdue=False, outcome=end)
    talking = DisputeState.DISCUSSED if known.discussion else DisputeState.OPEN
    if tie_break is None:
        return Standing(dispute, talking, None, overdue=False)
    discuss_by = deadline(dispute.opened_at, tie_break.discuss, calendar)
    if moment < discuss_by:
        return Standing(dispute, talking, discuss_by, overdue=False)
    rule_by = deadline(discuss_by, tie_break.rule_within, calendar)
    return Standing(dispute, DisputeState.ESCALATED, rule_by, overdue=moment > rule_by)


def docket(
    disputes: Iterable[Dispute], tie_break: TieBreak | None, calendar: Calendar, at: datetime
) -> tuple[Standing, ...]:
    """All disputes opened by a moment: overdue rulings first, then by deadline, ended ones last."""
    standings = [standing(dispute, tie_break, calendar, at) for dispute in disputes]
    return tuple(sorted((each for each in standings if each is not None), key=_urgency))


def _urgency(each: Standing) -> tuple[bool, bool, datetime, str]:
    by = each.deadline or each.dispute.opened_at
    return not each.overdue, each.outcome is not None, by, each.dispute.id
