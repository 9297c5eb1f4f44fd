"""Which version governed when.

    editions ─┐
    signatures├─► entries: from when each is in force ─► tenures: who governs ─► governing(at)
    disputes ─┘

What is recorded at an instant changes who governs from that instant on and never before it: a
version takes effect only after the signatures and rulings that carry it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from revloop.agreement.versions.disputes import LEADS, Dispute, Outcome, outcome
from revloop.agreement.versions.edition import Edition
from revloop.agreement.versions.signing import (
    Signature,
    consent,
    emergency_consent,
    emergency_ends,
    notice_ends,
)
from revloop.kit.working_time.instants import in_utc


@dataclass(frozen=True)
class Entry:
    """A version that came, or will come, into force."""

    edition: Edition
    meant_from: datetime
    """Which of two versions goes first: the one that was meant to govern from later on."""
    begins: datetime
    """Later than that where a dispute held it up."""
    agreed_at: datetime | None
    """When all had signed it normally; None for an emergency that has not been."""
    expires: datetime | None = None
    """When an emergency that is not signed normally ends."""

    @property
    def precedence(self) -> tuple[datetime, tuple[int, ...], str]:
        return self.meant_from, self.edition.numbers, self.edition.hash


@dataclass(frozen=True, slots=True)
class Tenure:
    """A stretch of time, [begins, ends), in which one version governs."""

    edition: Edition
    begins: datetime
    ends: datetime | None = None
    """None: no end is known yet."""

    def holds(self, at: datetime) -> bool:
        return self.begins <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True)
class History:
    """All versions of one agreement, with what was signed and disputed, in any order."""

    editions: tuple[Edition, ...]
    signatures: tuple[Signature, ...] = ()
    disputes: tuple[Dispute, ...] = ()

    def known_at(self, at: datetime) -> History:
        """The same versions without what was recorded later."""
        signed = tuple(each for each in self.signatures if each.at <= at)
        disputed = tuple(each.known_at(at) for each in self.disputes if each.opened_at <= at)
        return History(self.editions, signed, disputed)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        found = (self.entry(edition) for edition in self.editions)
        return tuple(each for each in found if each is not None)

    @cached_property
    def tenures(self) -> tuple[Tenure, ...]:
        return tenures(self.entries)

    def entry(self, edition: Edition) -> Entry | None:
        """From when a version is in force; None if, as far as is recorded, it never is.

        It enters at `effective_from` if all required roles signed its text and the notice was kept.
        An emergency enters at once when marketing and sales sign, and ends with the tenth working
        day unless all required roles have signed it normally by then. A dispute opened before that
        holds either up until it ends, and for good if it ends against the version.
        """
        agreed = consent(edition, self.signatures, self.upheld_by_ruling(edition)).complete_at
        earliest = notice_ends(edition, agreed) if agreed is not None else None
        if earliest is not None and earliest <= edition.effective_from:
            begins = self._released(edition, edition.effective_from)
            return Entry(edition, edition.effective_from, begins, agreed) if begins else None
        return self._emergency(edition, agreed) if edition.emergency else None

    def disputes_of(self, edition: Edition) -> list[tuple[Dispute, Outcome | None]]:
        """Every dispute about a version, with how it ended, in the order of opening."""
        ruler = ruler_of(edition, self.editions)
        own = [each for each in self.disputes if each.version == edition.version]
        in_order = sorted(own, key=lambda each: (each.opened_at, each.id))
        return [(dispute, outcome(dispute, ruler)) for dispute in in_order]

    def upheld_by_ruling(self, edition: Edition) -> Outcome | None:
        """The first ruling that upholds a version."""
        ends = [end for _, end in self.disputes_of(edition) if end is not None]
        rulings = [end for end in ends if end.upholds and end.by != LEADS]
        return min(rulings, key=lambda end: end.at, default=None)

    def _emergency(self, edition: Edition, agreed: datetime | None) -> Entry | None:
        signed = emergency_consent(edition, self.signatures).complete_at
        if signed is None:
            return None
        meant_from = max(edition.effective_from, signed)
        begins = self._released(edition, meant_from)
        ends = emergency_ends(edition, begins) if begins else None
        if begins is None or ends is None:
            return None
        if agreed is not None and agreed <= ends:
            return Entry(edition, meant_from, begins, agreed)
        return Entry(edition, meant_from, begins, None, expires=ends)

    def _released(self, edition: Edition, from_: datetime) -> datetime | None:
        """When no dispute holds a version up any more."""
        begins = from_
        for dispute, end in self.disputes_of(edition):
            # Against a version in force, a dispute changes nothing: what held keeps holding.
            if dispute.opened_at < begins:
                if end is None or not end.upholds:
                    return None
                begins = max(begins, end.at)
        return begins


def ruler_of(edition: Edition, editions: Iterable[Edition]) -> str | None:
    """The role that rules on a disputed version: as the one that it replaces says.

    A version that nobody has signed yet must not choose its own judge; only the first one does.
    """
    replaced = next((each for each in editions if each.version == edition.supersedes), edition)
    return replaced.tie_break.who if replaced.tie_break else None


def tenures(entries: Sequence[Entry]) -> tuple[Tenure, ...]:
    """Who governs when, in order. Where an emergency expires, the one before it governs again."""
    found: list[Tenure] = []
    changes = {each.begins for each in entries} | {each.expires for each in entries}
    for at in sorted(change for change in changes if change is not None):
        live = [
            each
            for each in entries
            if each.begins <= at and (each.expires is None or at < each.expires)
        ]
        holder = max(live, key=lambda each: each.precedence).edition if live else None
        if found and found[-1].ends is None:
            if found[-1].edition is holder:
                continue
            found[-1] = Tenure(found[-1].edition, found[-1].begins, at)
        if holder is not None:
            found.append(Tenure(holder, at))
    return tuple(found)


def governing(in_order: Sequence[Tenure], at: datetime) -> Edition | None:
    """The version that governs an instant; None before the first, where nothing is judged.

    A version governs from its first instant until before the first one of the next.
    """
    moment = in_utc(at)
    position = bisect_right(in_order, moment, key=lambda tenure: tenure.begins) - 1
    if position < 0 or not in_order[position].holds(moment):
        return None
    return in_order[position].edition


def governs_decision(in_order: Sequence[Tenure], at: datetime) -> Edition | None:
    """A decision is judged by the version in force when it was taken, and never judged again."""
    return governing(in_order, at)


def governs_clock(in_order: Sequence[Tenure], started_at: datetime) -> Edition | None:
    """A clock is judged by the version in force when it started, however late it stops."""
    return governing(in_order, started_at)
