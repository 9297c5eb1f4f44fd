"""Leads in flight when a new version takes effect: what the new rules say of them, and what moves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MQL = "mql"
NURTURE = "nurture"
NOT_YET_QUALIFIED = frozenset({"captured", "identified", "inquiry", NURTURE})


class Finding(StrEnum):
    WOULD_NOW_PASS = "would_now_pass"  # noqa: S105 - a lead passes, nothing secret
    WOULD_NOW_FAIL = "would_now_fail"
    NEEDS_DATA = "needs_data"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class InFlight:
    """A lead at the moment of the change, judged once under the new rules."""

    stage: str
    offered: bool
    """Offered to a seller, or further."""
    enter: bool | None
    """Whether it meets the condition of entry; None is unknown."""
    never: bool | None
    """Whether it must never be qualified."""

    @property
    def passes(self) -> bool | None:
        """`never` blocks only where it is known to be true."""
        return False if self.never else self.enter


@dataclass(frozen=True, slots=True)
class Review:
    finding: Finding
    moves_to: str | None = None
    """The stage it moves to; None: it keeps its stage."""


def review(lead: InFlight) -> Review:
    """What a new version means for a lead in flight: it keeps its stage, with two exceptions.

    A lead in nurture that would now pass becomes an MQL. An MQL that nobody has been offered yet
    goes back to nurture if the new rules say that it never may be one. Whoever a seller has been
    offered or has accepted never moves back because the rules changed.
    """
    if lead.passes is None:
        return Review(Finding.NEEDS_DATA)
    if lead.stage in NOT_YET_QUALIFIED:
        if not lead.passes:
            return Review(Finding.UNCHANGED)
        return Review(Finding.WOULD_NOW_PASS, MQL if lead.stage == NURTURE else None)
    if lead.passes:
        return Review(Finding.UNCHANGED)
    withdrawn = lead.stage == MQL and not lead.offered and lead.never
    return Review(Finding.WOULD_NOW_FAIL, NURTURE if withdrawn else None)
