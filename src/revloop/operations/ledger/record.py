"""The versions of the agreement as the ledger tells them, and as their files say.

    agreement.proposed   a text was laid before both sides     subject: its version
    agreement.signed     somebody signed it for a role
    agreement.ruled      whoever breaks ties upheld it in a dispute

What follows from them (status, who governs) is worked out by `agreement.versions`, never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from revloop.agreement.contract import Contract
from revloop.agreement.versions import Dispute, Edition, History, Ruling, Signature
from revloop.kit.errors import RevloopError
from revloop.operations.ledger.chain import Entry, Happened

PROPOSED = "agreement.proposed"
SIGNED = "agreement.signed"
RULED = "agreement.ruled"
KINDS = (PROPOSED, SIGNED, RULED)


@dataclass(frozen=True, slots=True)
class Upheld:
    """Whoever breaks ties ruled in a dispute that a version stands."""

    version: str
    role: str
    name: str
    hash: str
    at: datetime

    def happened(self, actor: str) -> Happened:
        data = {"role": self.role, "name": self.name, "hash": self.hash}
        return Happened(RULED, self.version, actor, self.at, data)


@dataclass(frozen=True)
class Kept:
    """A version that was recorded, with its file if that can still be used."""

    version: str
    hash: str
    """Of the text that was recorded; it is that of the contract."""
    supersedes: str | None
    effective_from: datetime
    file: str
    """Its name in `agreements/`."""
    content_hash: str
    """`sha256:` and the digest of the bytes of the file, comments and all."""
    proposed_at: datetime
    recorded_at: datetime
    read: Contract | RevloopError
    """What its file says, or why it cannot be used."""

    @property
    def contract(self) -> Contract:
        """The contract; raises if its file cannot be used."""
        if isinstance(self.read, RevloopError):
            raise self.read
        return self.read

    @property
    def edition(self) -> Edition:
        return Edition.of(self.contract, self.proposed_at)

    def happened(self, actor: str) -> Happened:
        data = {
            "hash": self.hash,
            "supersedes": self.supersedes,
            "effective_from": self.effective_from.isoformat(),
            "file": self.file,
            "content_hash": self.content_hash,
        }
        return Happened(PROPOSED, self.version, actor, self.proposed_at, data)


@dataclass(frozen=True)
class Record:
    """All that was recorded about the versions of one agreement."""

    kept: tuple[Kept, ...] = ()
    signatures: tuple[Signature, ...] = ()
    upheld: tuple[Upheld, ...] = ()

    def version(self, version: str) -> Kept | None:
        return next((each for each in self.kept if each.version == version), None)

    @property
    def history(self) -> History:
        """What `agreement.versions` works with; raises if the file of any version is unusable.

        A missing version is not left out: another one would seem to be in force.
        """
        editions = tuple(each.edition for each in self.kept)
        return History(editions, self.signatures, tuple(_dispute(each) for each in self.upheld))

    @property
    def latest(self) -> datetime | None:
        """The last moment at which anything was proposed, signed or ruled."""
        moments = [
            *(each.proposed_at for each in self.kept),
            *(each.at for each in self.signatures),
            *(each.at for each in self.upheld),
        ]
        return max(moments, default=None)


def signature_happened(signature: Signature, actor: str) -> Happened:
    data = {
        "role": signature.role,
        "signer": signature.signer,
        "hash": signature.hash,
        "emergency": signature.emergency,
    }
    return Happened(SIGNED, signature.version, actor, signature.at, data)


def record_of(
    entries: Iterable[Entry], read: Callable[[str, str, str], Contract | RevloopError]
) -> Record:
    """What entries of these kinds say; `read` takes version, hash and file of each version."""
    kept: list[Kept] = []
    signatures: list[Signature] = []
    upheld: list[Upheld] = []
    for entry in entries:
        version, at, data = entry.subject, entry.at, entry.data
        match entry.kind:
            case "agreement.proposed":
                kept.append(_kept(entry, read(version, data["hash"], data["file"])))
            case "agreement.signed":
                signatures.append(Signature(version=version, at=at, **data))
            case "agreement.ruled":
                upheld.append(Upheld(version=version, at=at, **data))
    return Record(tuple(kept), tuple(signatures), tuple(upheld))


def _kept(entry: Entry, read: Contract | RevloopError) -> Kept:
    data = entry.data
    return Kept(
        version=entry.subject,
        hash=data["hash"],
        supersedes=data["supersedes"],
        effective_from=datetime.fromisoformat(data["effective_from"]),
        file=data["file"],
        content_hash=data["content_hash"],
        proposed_at=entry.at,
        recorded_at=entry.recorded_at,
        read=read,
    )


def _dispute(upheld: Upheld) -> Dispute:
    """A ruling is told without its dispute: as far as is recorded, it ended when it began."""
    ruling = Ruling(upheld.at, upheld.role, upholds=True)
    name = f"{upheld.version} {upheld.at.isoformat()}"
    return Dispute(name, upheld.version, upheld.role, upheld.at, upheld.version, ruling=ruling)
