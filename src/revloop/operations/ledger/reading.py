"""What the record of the agreement says at a moment: each version, where it stands, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from revloop.agreement.contract import Contract
from revloop.agreement.versions import Alert, History, Signature, Status, obstacles, status
from revloop.agreement.versions.edition import version_numbers
from revloop.agreement.versions.signing import consent
from revloop.kit.errors import RevloopError
from revloop.operations.ledger.record import Kept, Record, Upheld


@dataclass(frozen=True)
class Adopted:
    """Where a version stands after an adoption."""

    contract: Contract
    file: Path
    """Where its text is kept."""
    changed: bool
    """False: all of it had been recorded before."""
    status: Status
    missing: tuple[str, ...]
    """Roles whose signature it still lacks."""
    obstacles: tuple[Alert, ...]
    """What keeps it from taking effect, in sentences."""
    takes_effect: datetime | None
    """When it governs from; None while it has obstacles."""


@dataclass(frozen=True)
class VersionRow:
    """One version in the history of an agreement."""

    version: str
    hash: str
    supersedes: str | None
    status: Status | None
    """None where the file of some version cannot be used: then nobody can tell."""
    effective_from: datetime
    """As the file says."""
    governs_from: datetime | None
    governs_until: datetime | None
    """None: it has not begun, or no end is known yet."""
    signatures: tuple[Signature, ...]
    upheld: tuple[Upheld, ...]
    obstacles: tuple[Alert, ...]
    file: Path
    proposed_at: datetime
    recorded_at: datetime
    problem: str
    """Why its file cannot be used; empty if it can."""


def standing(record: Record, version: str, file: Path, at: datetime, *, changed: bool) -> Adopted:
    """Where a recorded version stands at a moment."""
    history = record.history
    kept = next(each for each in record.kept if each.version == version)
    edition = kept.edition
    entry = history.entry(edition)
    lacking = consent(edition, history.signatures, history.upheld_by_ruling(edition)).missing
    return Adopted(
        contract=kept.contract,
        file=file,
        changed=changed,
        status=status(history, edition, at),
        missing=lacking,
        obstacles=obstacles(history, edition, at),
        takes_effect=entry.begins if entry else None,
    )


def rows(record: Record, agreements: Path, at: datetime) -> tuple[VersionRow, ...]:
    """All versions that were proposed by a moment, in the order of their numbers."""
    usable = not any(isinstance(each.read, RevloopError) for each in record.kept)
    history = record.history if usable else None
    known = [each for each in record.kept if each.proposed_at <= at]
    return tuple(
        _row(record, history, each, agreements, at)
        for each in sorted(known, key=lambda each: version_numbers(each.version))
    )


def _row(
    record: Record, history: History | None, kept: Kept, agreements: Path, at: datetime
) -> VersionRow:
    signed = tuple(
        each for each in record.signatures if each.version == kept.version and each.at <= at
    )
    own = (
        [each for each in history.tenures if each.edition.version == kept.version]
        if history
        else []
    )
    return VersionRow(
        version=kept.version,
        hash=kept.hash,
        supersedes=kept.supersedes,
        status=status(history, kept.edition, at) if history else None,
        effective_from=kept.effective_from,
        governs_from=own[0].begins if own else None,
        governs_until=own[-1].ends if own else None,
        signatures=signed,
        upheld=tuple(
            each for each in record.upheld if each.version == kept.version and each.at <= at
        ),
        obstacles=obstacles(history, kept.edition, at) if history else (),
        file=agreements / kept.file,
        proposed_at=kept.proposed_at,
        recorded_at=kept.recorded_at,
        problem=str(kept.read) if isinstance(kept.read, RevloopError) else "",
    )
