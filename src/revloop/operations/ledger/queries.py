"""The only readers of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db.models import Max, QuerySet

from revloop.agreement.contract import Contract
from revloop.agreement.versions import governing
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.files import saying_what_to_do
from revloop.kit.spelling import did_you_mean
from revloop.kit.working_time.instants import in_utc
from revloop.operations.ledger import reading
from revloop.operations.ledger import record as agreement
from revloop.operations.ledger.chain import Entry, Head, breaks
from revloop.operations.ledger.files import content_hash, reader
from revloop.operations.ledger.models import COLUMNS, EntryRow, HeadRow
from revloop.operations.ledger.reading import VersionRow
from revloop.operations.ledger.record import Record

_AT_ONCE = 5_000


def entries(
    *, kind: str | None = None, subject: str | None = None, after: int = 0
) -> Iterator[Entry]:
    """Entries in the order of the chain, as they are read; all, or those of a kind or a subject."""
    found = EntryRow.objects.filter(sequence__gt=after)
    if kind is not None:
        found = found.filter(kind=kind)
    if subject is not None:
        found = found.filter(subject=subject)
    return _values(found)


def count() -> int:
    """How many entries there are."""
    return HeadRow.objects.get().sequence


def verify() -> tuple[str, ...]:
    """Where the chain does not hold, in sentences; empty if it does. Reads all of it."""
    head = HeadRow.objects.get()
    end = Head(head.sequence, head.hash)
    problems = list(breaks(_values(EntryRow.objects.filter(sequence__lte=end.sequence)), end))
    # What is written meanwhile is read before the head that it moved.
    last = EntryRow.objects.aggregate(last=Max("sequence"))["last"] or 0
    if last > HeadRow.objects.get().sequence:
        problems.append(f"the ledger has entries after its end, up to {last}")
    return tuple(problems)


def last_change() -> int:
    """The sequence of the last entry on the agreement; 0 before the first. Costs one look-up."""
    found = EntryRow.objects.filter(kind__in=agreement.KINDS)
    return found.aggregate(last=Max("sequence"))["last"] or 0


def record(agreements: Path) -> Record:
    """All that was recorded about versions; with `.history`, what `agreement.versions` takes."""
    found = _values(EntryRow.objects.filter(kind__in=agreement.KINDS))
    return agreement.record_of(found, reader(agreements))


def contract(version: str, *, agreements: Path) -> Contract:
    """The text of a recorded version, as it was signed.

    Raises:
        InvalidInput: `agreement.unknown_version`.
        RevloopError: `agreement.file_unusable`, if its file is gone or another text stands there.
    """
    known = record(agreements)
    kept = known.version(version)
    if kept is None:
        versions = [each.version for each in known.kept]
        raise InvalidInput(
            "agreement.unknown_version",
            f"version {version} of the agreement was never adopted here",
            hint=did_you_mean(version, versions) or "see: revloop agreement history",
        )
    return kept.contract


def history(*, agreements: Path, at: datetime) -> tuple[VersionRow, ...]:
    """Every version, and where it stands at a moment; in the order of their numbers."""
    return reading.rows(record(agreements), agreements, in_utc(at))


def in_force(at: datetime, *, agreements: Path) -> Contract | None:
    """The agreement that governs an instant; None before the first, where nothing is judged.

    Raises:
        RevloopError: `agreement.file_unusable`, if the file of any version is gone or changed.
    """
    known = record(agreements)
    governs = governing(known.history.tenures, at)
    kept = known.version(governs.version) if governs else None
    return kept.contract if kept else None


def file_problems(agreements: Path) -> tuple[str, ...]:
    """What is wrong with the files of the versions, in sentences."""
    problems = []
    for kept in record(agreements).kept:
        if isinstance(kept.read, RevloopError):
            problems.append(f"{kept.read} ({kept.read.hint})")
        elif content_hash((agreements / kept.file).read_bytes()) != kept.content_hash:
            problems.append(
                f"{agreements / kept.file} was edited since it was adopted; "
                "what it says is still what was signed"
            )
    return tuple(problems)


def unreferenced(agreements: Path) -> tuple[str, ...]:
    """Files that belong to no recorded version: a draft, or left by an adoption cut off midway."""
    if not agreements.is_dir():
        return ()
    known = {each.file for each in record(agreements).kept}
    with saying_what_to_do(agreements):
        return tuple(sorted(each.name for each in agreements.iterdir() if each.name not in known))


def _values(found: QuerySet[EntryRow]) -> Iterator[Entry]:
    rows = found.order_by("sequence").values_list(*COLUMNS)
    for row in rows.iterator(chunk_size=_AT_ONCE):
        yield Entry(*row)
