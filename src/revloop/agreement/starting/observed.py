"""What the facts of a company show, so far as a first agreement can use it.

Plain values: `intake.observing` makes them from the facts, `from_data` writes a draft from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from revloop.kit.durations import Duration
from revloop.kit.money import Money

FEWEST_ACTIVITIES = 100
"""Of fewer activities no working hours are read."""
FEWEST_INQUIRIES = 20
"""Of fewer inquiries no promise is read."""
USUALLY = 0.80
"""A proposed promise is one that about this share keeps today."""
ROUND_NUMBERS = (
    *(Duration(minutes, "minute") for minutes in (5, 10, 15, 20, 30, 45)),
    *(
        Duration(hours, "hour", working=True)
        for hours in (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 60, 80, 120, 160, 240, 400)
    ),
)
"""The times that people promise, in order."""


@dataclass(frozen=True, slots=True)
class StageSeen:
    """A stage as the source names it."""

    name: str
    subject: str
    """What enters it: inquiry, contact, account or opportunity."""
    entered: int
    """How many of them did."""
    means: str = ""
    """The word of the loop that says the same; empty where that is not certain."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many keep a time today."""

    within: Duration
    kept: int
    of: int
    """The inquiries that are old enough to tell."""


@dataclass(frozen=True, slots=True)
class Response:
    """How long inquiries waited for a first try by a person, in the working time of their owner.

    An inquiry that was never answered has waited for as long as the facts reach, and counts as one
    that waited longer than that. A share that is never reached has no time.
    """

    inquiries: int
    answered: int
    median: timedelta | None
    eight_of_ten: timedelta | None
    nine_of_ten: timedelta | None
    proposal: Kept | None
    """The round number to promise; none where too few inquiries or no answers are known."""
    not_timed: int = 0
    """Inquiries left out, because of their first answer only the day is known."""

    @property
    def never_answered(self) -> int:
        return self.inquiries - self.answered


@dataclass(frozen=True, slots=True)
class LaneSeen:
    """The inquiries that a lane would take: the first one whose condition is true."""

    id: str
    when: str
    inquiries: int
    response: Response


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """The inquiries with one value in a column that says where they came from."""

    column: str
    value: str
    inquiries: int
    response: Response


@dataclass(frozen=True, slots=True)
class HoursSeen:
    """When the people of one place reached out to leads and customers."""

    name: str
    timezone: str
    people: int
    """Those who did."""
    activities: int
    inside: int
    """How many of the activities lie within the hours."""
    hours: Mapping[str, tuple[str, ...]]
    """As an agreement writes them; empty where there are too few activities."""


@dataclass(frozen=True, slots=True)
class ReasonSeen:
    """A reason that was given, and what was done with the lead or the opportunity."""

    verdict: str
    """disqualify, recycle, reject, or lost"""
    reason: str
    count: int
    return_days: int | None = None
    """The median of the days until the return that was noted."""


@dataclass(frozen=True, slots=True)
class MoneySeen:
    """What opportunities are worth."""

    currencies: Mapping[str, int]
    """Opportunities by currency, the most frequent first."""
    won: int = 0
    """Won opportunities with an amount in the most frequent currency."""
    average_deal: Money | None = None
    """Their mean."""
    quarters: int = 0
    """The whole quarters that the bookings are the mean of."""
    bookings: Money | None = None
    """What was won in a quarter."""

    @property
    def currency(self) -> str | None:
        return next(iter(self.currencies), None)


@dataclass(frozen=True, slots=True)
class Observed:
    """What the facts show, as they stand."""

    inquiries: int
    """Without those of machines and those that repeat another one."""
    stages: tuple[StageSeen, ...]
    """By subject, in their usual order."""
    lanes: tuple[LaneSeen, ...]
    sources: tuple[SourceSeen, ...]
    hours: tuple[HoursSeen, ...]
    """The busiest place first; at least one."""
    zone_from: str
    """What says the zone of the first one: users, calendars, the workspace, or an option."""
    reasons: tuple[ReasonSeen, ...]
    roles: Mapping[str, int]
    """Active users by role."""
    sellers: Mapping[str, int]
    """Those of sales who own inquiries, with how many; the busiest first."""
    money: MoneySeen
    missing: tuple[str, ...]
    """What would have been needed to say more, in sentences."""

    def document(self) -> dict[str, Any]:
        """As `--json` prints it: times in seconds, amounts and durations as people write them."""
        return {
            "inquiries": self.inquiries,
            "stages": [
                {
                    "name": each.name,
                    "subject": each.subject,
                    "entered": each.entered,
                    "means": each.means or None,
                }
                for each in self.stages
            ],
            "lanes": [
                {"lane": each.id, "when": each.when, **_response(each.response, each.inquiries)}
                for each in self.lanes
            ],
            "sources": [
                {
                    "column": each.column,
                    "value": each.value,
                    **_response(each.response, each.inquiries),
                }
                for each in self.sources
            ],
            "working_hours": [
                {
                    "name": each.name,
                    "timezone": each.timezone,
                    "people": each.people,
                    "activities": each.activities,
                    "inside": each.inside,
                    "hours": {days: list(windows) for days, windows in each.hours.items()},
                }
                for each in self.hours
            ],
            "timezone_from": self.zone_from,
            "reasons": [
                {
                    "verdict": each.verdict,
                    "reason": each.reason,
                    "count": each.count,
                    "return_days": each.return_days,
                }
                for each in self.reasons
            ],
            "users_by_role": dict(self.roles),
            "sellers": dict(self.sellers),
            "money": {
                "currencies": dict(self.money.currencies),
                "won": self.money.won,
                "average_deal": self.money.average_deal,
                "quarters": self.money.quarters,
                "bookings_a_quarter": self.money.bookings,
            },
            "missing": list(self.missing),
        }


def _response(response: Response, inquiries: int) -> dict[str, Any]:
    proposal = response.proposal
    return {
        "inquiries": inquiries,
        "measured": response.inquiries,
        "answered": response.answered,
        "never_answered": response.never_answered,
        "not_timed": response.not_timed,
        "median_seconds": _seconds(response.median),
        "eight_of_ten_seconds": _seconds(response.eight_of_ten),
        "nine_of_ten_seconds": _seconds(response.nine_of_ten),
        "proposal": proposal
        and {"within": str(proposal.within), "kept": proposal.kept, "of": proposal.of},
    }


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()
