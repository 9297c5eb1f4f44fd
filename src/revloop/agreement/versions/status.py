"""How far a version has come, and what keeps it from going on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from revloop.agreement.versions.edition import Edition
from revloop.agreement.versions.history import Entry, History, governing
from revloop.agreement.versions.signing import (
    Consent,
    consent,
    emergency_consent,
    emergency_ends,
    notice_ends,
)
from revloop.kit.working_time.instants import in_utc


class Status(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    """An emergency that was not signed normally in time."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Why a version is not in force though it might be."""

    code: str
    version: str
    sentence: str


def status(history: History, edition: Edition, at: datetime) -> Status:
    """How far a version has come at a moment, by what was recorded until then."""
    moment = in_utc(at)
    return _status(history.known_at(moment), edition, moment)


def obstacles(history: History, edition: Edition, at: datetime) -> tuple[Alert, ...]:
    """What keeps a version from taking effect when it says, by what is known at a moment.

    Empty once nothing does. Before `effective_from` it is what remains to be done.
    """
    moment = in_utc(at)
    known = history.known_at(moment)
    if known.entry(edition) is not None:
        return ()
    return (
        *_unsigned(edition, _needed(known, edition)),
        *_too_soon(known, edition, moment),
        *_disputed(known, edition),
    )


def alerts(history: History, at: datetime) -> tuple[Alert, ...]:
    """What somebody should know at a moment, in the order of the versions.

    A proposed version whose day has come and that is not in force, with every reason; an emergency
    that has expired. Both fall silent once a version that goes before them is in force.
    """
    moment = in_utc(at)
    known = history.known_at(moment)
    begun = [entry for entry in known.entries if entry.begins <= moment]
    newest = max(begun, key=lambda entry: entry.precedence, default=None)
    found: list[Alert] = []
    if newest is not None and newest.expires is not None and newest.expires <= moment:
        found.append(_expired(newest, newest.expires, governing(known.tenures, moment)))
    for edition in sorted(known.editions, key=lambda each: (each.numbers, each.hash)):
        waits = edition.effective_from <= moment and _goes_before(edition, newest)
        if waits and _status(known, edition, moment) is not Status.DRAFT:
            found.extend(obstacles(known, edition, moment))
    return tuple(found)


def _goes_before(edition: Edition, newest: Entry | None) -> bool:
    own = edition.effective_from, edition.numbers, edition.hash
    return newest is None or own > newest.precedence


def _status(known: History, edition: Edition, moment: datetime) -> Status:
    if governing(known.tenures, moment) == edition:
        return Status.IN_FORCE
    entry = known.entry(edition)
    if entry is not None and entry.begins <= moment:
        expired = entry.expires is not None and entry.expires <= moment
        return Status.EXPIRED if expired else Status.SUPERSEDED
    if entry is not None or _needed(known, edition).complete_at is not None:
        return Status.SIGNED
    proposed = edition.proposed_at is not None and edition.proposed_at <= moment
    begun = any(each.version == edition.version for each in known.signatures)
    return Status.PROPOSED if proposed or begun else Status.DRAFT


def _needed(known: History, edition: Edition) -> Consent:
    """The signatures that bring a version into force."""
    normal = consent(edition, known.signatures, known.upheld_by_ruling(edition))
    if edition.emergency and normal.complete_at is None:
        return emergency_consent(edition, known.signatures)
    return normal


def _unsigned(edition: Edition, needed: Consent) -> Iterator[Alert]:
    kind = "emergency signature" if edition.emergency else "signature"
    silent = [role for role in needed.missing if role not in needed.other_text]
    if silent:
        sentence = f"version {edition.version} lacks the {kind} of {' and '.join(silent)}"
        yield Alert("version.signatures_missing", edition.version, sentence)
    if needed.other_text:
        roles = " and ".join(needed.other_text)
        sentence = f"{roles} signed another text of version {edition.version}: sign this one"
        yield Alert("version.signed_text_differs", edition.version, sentence)


def _too_soon(known: History, edition: Edition, at: datetime) -> Iterator[Alert]:
    agreed = consent(edition, known.signatures, known.upheld_by_ruling(edition)).complete_at
    if edition.emergency and agreed is None:
        if emergency_ends(edition, at) is None:
            yield _not_counted(edition, "ten working days")
        return
    # What is not signed yet is signed now at the earliest.
    earliest = notice_ends(edition, at if agreed is None else agreed)
    if earliest is None:
        yield _not_counted(edition, f"notice of {edition.notice}")
    elif earliest > edition.effective_from:
        sentence = (
            f"version {edition.version} would take effect at "
            f"{_shown(edition, edition.effective_from)}, before its notice of {edition.notice} "
            f"ends; the earliest possible is {_shown(edition, earliest)}"
        )
        yield Alert("version.notice_too_short", edition.version, sentence)


def _not_counted(edition: Edition, what: str) -> Alert:
    sentence = (
        f"the {what} of version {edition.version} cannot be counted: "
        "its calendar of working days never opens, or does not reach that far"
    )
    return Alert("version.days_not_countable", edition.version, sentence)


def _disputed(known: History, edition: Edition) -> Iterator[Alert]:
    for dispute, end in known.disputes_of(edition):
        since = f"{dispute.opened_by} since {_shown(edition, dispute.opened_at)}"
        if end is None:
            sentence = f"version {edition.version} is disputed by {since} and waits for a ruling"
            yield Alert("version.dispute_open", edition.version, sentence)
        elif not end.upholds:
            sentence = (
                f"version {edition.version} was dropped by {end.by} at {_shown(edition, end.at)}, "
                f"after a dispute opened by {since}"
            )
            yield Alert("version.dropped_after_dispute", edition.version, sentence)


def _expired(entry: Entry, at: datetime, governs: Edition | None) -> Alert:
    version = entry.edition.version
    instead = f"version {governs.version} governs again" if governs else "no version governs"
    sentence = (
        f"emergency version {version} expired at {_shown(entry.edition, at)}, "
        f"not signed normally by then; {instead}"
    )
    return Alert("version.emergency_expired", version, sentence)


def _shown(edition: Edition, at: datetime) -> str:
    """An instant as the people who count its working days read it."""
    return at.astimezone(edition.working_days.zone).isoformat(" ", "minutes")
