"""What may be adopted: pure decisions over what is recorded and the file that is laid before us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from revloop.agreement.contract import Contract
from revloop.agreement.diff import diff
from revloop.agreement.versions import Edition, Signature, Tenure, governing, ruler_of
from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean
from revloop.operations.ledger.chain import Happened
from revloop.operations.ledger.record import (
    Kept,
    Record,
    Upheld,
    signature_happened,
)


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs or rules, and when."""

    signed_by: Mapping[str, str]
    """Names by role."""
    at: datetime
    ruled_by: tuple[str, str] | None = None
    """Role and name."""
    emergency: bool = False


@dataclass(frozen=True)
class News:
    """What an adoption adds to the record."""

    version: Kept | None
    """None: its text is recorded already."""
    signatures: tuple[Signature, ...]
    upheld: tuple[Upheld, ...]

    def __bool__(self) -> bool:
        return bool(self.version or self.signatures or self.upheld)

    def happened(self, actor: str) -> list[Happened]:
        """As entries of the ledger, in order."""
        return [
            *([self.version.happened(actor)] if self.version else []),
            *(signature_happened(each, actor) for each in self.signatures),
            *(each.happened(actor) for each in self.upheld),
        ]

    def added_to(self, record: Record) -> Record:
        kept = (*record.kept, self.version) if self.version else record.kept
        return Record(kept, (*record.signatures, *self.signatures), (*record.upheld, *self.upheld))


def news(record: Record, proposed: Kept, given: Signing) -> News:
    """What is not recorded yet of a version, its signatures and its ruling.

    Raises:
        InvalidInput: what may not be recorded; the code begins with `adopt.` or `diff.`.
    """
    contract = proposed.contract
    _check_signers(contract, given)
    before = record.version(proposed.version)
    if before is not None and before.hash != proposed.hash:
        raise InvalidInput(
            "adopt.signed_text_differs",
            f"version {before.version} was recorded with another text on "
            f"{before.proposed_at:%Y-%m-%d}: the signed text differs",
            hint=f"sign agreements/{before.file} as it is, or give this text a higher version",
        )
    found = News(
        proposed if before is None else None,
        _new_signatures(record, contract, given),
        _new_ruling(record, contract, given),
    )
    if found:
        _check_place(record, contract)
        _check_past(record, found)
    return found


def _check_signers(contract: Contract, given: Signing) -> None:
    roles = contract.form.signatures_required
    for role, name in given.signed_by.items():
        if role not in roles:
            raise InvalidInput(
                "adopt.not_a_signer",
                f"{role} does not sign this agreement",
                hint=did_you_mean(role, roles)
                or f"{' and '.join(roles)} sign it; whoever breaks ties rules: --ruled-by",
            )
        _check_name(role, name)
    if given.ruled_by is not None:
        _check_name(*given.ruled_by)
    if given.emergency and not contract.form.emergency:
        raise InvalidInput(
            "adopt.no_emergency",
            f"version {contract.version} does not call itself an emergency",
            hint="write emergency: true into the file, or sign it normally",
        )


def _check_name(role: str, name: str) -> None:
    if not name.strip() or not name.isprintable():
        raise InvalidInput(
            "adopt.no_name", f"{role} signs without a name", hint=f"write {role}=NAME"
        )


def _new_signatures(record: Record, contract: Contract, given: Signing) -> tuple[Signature, ...]:
    there = {
        (each.role, each.signer, each.hash, each.emergency)
        for each in record.signatures
        if each.version == contract.version
    }
    wanted = [
        Signature(contract.version, role, name.strip(), contract.hash, given.at, given.emergency)
        for role, name in given.signed_by.items()
    ]
    return tuple(
        each for each in wanted if (each.role, each.signer, each.hash, each.emergency) not in there
    )


def _new_ruling(record: Record, contract: Contract, given: Signing) -> tuple[Upheld, ...]:
    if given.ruled_by is None:
        return ()
    role, name = given.ruled_by[0], given.ruled_by[1].strip()
    others = [each.edition for each in record.kept if each.version != contract.version]
    ruler = ruler_of(Edition.of(contract), others)
    if role != ruler:
        says = f"{ruler} does" if ruler else "nobody does: no tie_break is agreed"
        raise InvalidInput(
            "adopt.not_the_ruler",
            f"{role} does not break ties over version {contract.version}; {says}",
            hint=f"--ruled-by {ruler}=NAME" if ruler else "both sides have to sign",
        )
    there = {(each.version, each.role, each.name) for each in record.upheld}
    if (contract.version, role, name) in there:
        return ()
    return (Upheld(contract.version, role, name, contract.hash, given.at),)


def _check_place(record: Record, contract: Contract) -> None:
    """A version replaces the one that governs when it takes effect, and its number says how much."""
    others = replace(
        record, kept=tuple(each for each in record.kept if each.version != contract.version)
    )
    before = _replaced(others, contract)
    says = contract.form.supersedes
    if before is None:
        if says is not None:
            raise InvalidInput(
                "adopt.supersedes_unknown",
                f"version {contract.version} supersedes {says}, which was never adopted here",
                hint=f"adopt {says} first, or take supersedes out of the file",
            )
        return
    in_force, kept = before
    if says != kept.version and (in_force or says is not None):
        names = f"it names {says}" if says else "it names none"
        raise InvalidInput(
            "adopt.supersedes_another",
            f"version {contract.version} replaces {kept.version}, and {names} under supersedes",
            hint=f'write supersedes: "{kept.version}"',
        )
    for problem in diff(kept.contract, contract).problems:
        raise InvalidInput(problem.code, problem.message, hint=problem.hint)


def _replaced(others: Record, contract: Contract) -> tuple[bool, Kept] | None:
    """The version that governs when this one takes effect; where none does, the last before it."""
    governs = governing(others.history.tenures, contract.form.effective_from)
    if governs is not None:
        return True, _found(others, governs)
    earlier = [each for each in others.kept if each.effective_from <= contract.form.effective_from]
    last = max(earlier, key=lambda each: each.edition.numbers, default=None)
    return (False, last) if last else None


def _found(record: Record, edition: Edition) -> Kept:
    return next(each for each in record.kept if each.version == edition.version)


def _check_past(record: Record, found: News) -> None:
    """Nothing that is added may change who governed while the record went on."""
    latest = record.latest
    if latest is None:
        return
    before, after = record.history.tenures, found.added_to(record).history.tenures
    if _until(before, latest) != _until(after, latest):
        raise InvalidInput(
            "adopt.changes_the_past",
            f"this would change who governed before {latest:%Y-%m-%d %H:%M} UTC, when the last "
            "row about the agreement was recorded: what is past stays",
            hint="adopt versions in the order in which they were signed",
        )


def _until(tenures: Sequence[Tenure], latest: datetime) -> list[tuple[str, datetime, datetime]]:
    return [
        (each.edition.version, each.begins, min(each.ends or latest, latest))
        for each in tenures
        if each.begins < latest
    ]
