"""Who agreed to the text of a version, and since when all did.

Only a signature under the very text counts: its hash is that of the version. Of several signatures
of one role the earliest counts, so that signing again later changes nothing that has been.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from revloop.agreement.terms.deadlines import deadline
from revloop.agreement.versions.disputes import Outcome
from revloop.agreement.versions.edition import Edition
from revloop.kit.durations import Duration
from revloop.kit.errors import RevloopError
from revloop.kit.working_time.instants import in_utc

EMERGENCY_ROLES = ("marketing", "sales")
EMERGENCY_LASTS = Duration(10, "day", working=True)


@dataclass(frozen=True, slots=True)
class Signature:
    """A row of the ledger: somebody signed a text for a role."""

    version: str
    role: str
    signer: str
    hash: str
    """Of the text that was signed."""
    at: datetime
    emergency: bool = False
    """Signed to put the version in force at once, for ten working days."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", in_utc(self.at))


@dataclass(frozen=True, slots=True)
class Consent:
    """How far a version is signed."""

    complete_at: datetime | None
    """When the last signature that was needed came."""
    missing: tuple[str, ...]
    """Roles that have not signed this text."""
    other_text: tuple[str, ...]
    """Those of them that signed another text of the same version."""


def consent(edition: Edition, signatures: Iterable[Signature], ruling: Outcome | None) -> Consent:
    """Whether all required roles signed, and since when.

    A ruling that upholds the version is the ruler's own signature, and stands in for one other that
    is missing, never for two: one side at least has signed.
    """
    own = [each for each in signatures if each.version == edition.version and not each.emergency]
    signed = _earliest(edition, own)
    if ruling is not None:
        signed[ruling.by] = min(ruling.at, signed.get(ruling.by, ruling.at))
    roles = edition.signatures_required
    missing = tuple(role for role in roles if role not in signed)
    complete_at = _all_signed([signed.get(role) for role in roles], ruling)
    if complete_at is not None:
        return Consent(complete_at, (), ())
    if not roles:
        return Consent(edition.effective_from, (), ())
    return Consent(None, missing, _signed_another_text(missing, own))


def emergency_consent(edition: Edition, signatures: Iterable[Signature]) -> Consent:
    """Whether marketing and sales both signed the version as an emergency."""
    own = [each for each in signatures if each.version == edition.version and each.emergency]
    signed = _earliest(edition, own)
    missing = tuple(role for role in EMERGENCY_ROLES if role not in signed)
    if not missing:
        return Consent(max(signed[role] for role in EMERGENCY_ROLES), (), ())
    return Consent(None, missing, _signed_another_text(missing, own))


def notice_ends(edition: Edition, last_signature: datetime) -> datetime | None:
    """The earliest instant at which a version signed by then may take effect.

    Notice of five working days is over at the close of the fifth open date after the local date of
    the last signature. None if no calendar reaches that far.
    """
    if not edition.signatures_required:
        return last_signature
    return _reached(edition, last_signature, edition.notice)


def emergency_ends(edition: Edition, begins: datetime) -> datetime | None:
    """The close of the tenth working day of an emergency; None if no calendar reaches that far."""
    return _reached(edition, begins, EMERGENCY_LASTS)


def _reached(edition: Edition, start: datetime, granted: Duration) -> datetime | None:
    # A version whose calendar never opens must not keep the others from being resolved.
    try:
        return deadline(start, granted, edition.working_days)
    except RevloopError:
        return None


def _earliest(edition: Edition, signatures: Iterable[Signature]) -> dict[str, datetime]:
    signed: dict[str, datetime] = {}
    for each in signatures:
        if each.hash == edition.hash:
            signed[each.role] = min(each.at, signed.get(each.role, each.at))
    return signed


def _all_signed(signed: list[datetime | None], ruling: Outcome | None) -> datetime | None:
    """The earliest instant at which no signature was missing, or one and the ruling stood in."""
    given = sorted(at for at in signed if at is not None)
    missing = len(signed) - len(given)
    ways = [given[-1]] if given and not missing else []
    if ruling is not None and signed and missing <= 1:
        # Whoever signs after the ruling must not move the day on which it was complete.
        before = given if missing else given[:-1]
        ways.append(max([ruling.at, *before]))
    return min(ways, default=None)


def _signed_another_text(roles: Iterable[str], own: list[Signature]) -> tuple[str, ...]:
    return tuple(role for role in roles if any(each.role == role for each in own))
