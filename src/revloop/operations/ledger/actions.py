"""The only writers of the ledger.

Call `append` as the last step inside the transaction of whatever is being recorded: both are
written, or neither. All writers meet at the head of the chain, so the lock is held briefly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from revloop.agreement.check import check
from revloop.agreement.contract import Contract
from revloop.kit import clock
from revloop.kit.failpoints import failpoint
from revloop.kit.files import saying_what_to_do, write_whole
from revloop.kit.working_time.instants import in_utc
from revloop.operations import bulk
from revloop.operations.ledger import queries, rules
from revloop.operations.ledger.chain import Entry, Happened, Head, next_entry
from revloop.operations.ledger.files import content_hash
from revloop.operations.ledger.models import COLUMNS, HEAD_TABLE, TABLE
from revloop.operations.ledger.reading import Adopted, standing
from revloop.operations.ledger.record import Kept
from revloop.operations.ledger.rules import Signing

_AT_ONCE = 10_000
"""Entries that are in memory together."""
_ENDINGS = (".yaml", ".yml", ".json")
_READ_ONLY = 0o444
"""Of the files of versions: an editor then asks before it changes one."""


def append(
    kind: str, subject: str, *, actor: str, at: datetime, data: Mapping[str, Any] | None = None
) -> Entry:
    """Record one thing that happened at `at`; the moment of writing is the clock's, not yours.

    Raises:
        InvalidInput: `ledger.not_plain` or `ledger.not_json`, before anything is written.
    """
    happened = Happened(kind, subject, actor, at, data or {})
    with transaction.atomic(savepoint=False):
        recorded = _write([happened], _locked_head())[0]
        failpoint("ledger.append.before_commit")
    failpoint("ledger.append.after_commit")
    return recorded


def append_many(happened: Iterable[Happened]) -> range:
    """Record things in this order, all or none; return their sequence numbers."""
    rest = iter(happened)
    with transaction.atomic(savepoint=False):
        head = _locked_head()
        first = end = head.sequence + 1
        while batch := list(islice(rest, _AT_ONCE)):
            last = _write(batch, head)[-1]
            head, end = Head(last.sequence, last.hash), last.sequence + 1
            failpoint("ledger.append_many.between")
        failpoint("ledger.append_many.before_commit")
    failpoint("ledger.append_many.after_commit")
    return range(first, end)


def adopt(  # noqa: PLR0913 - who, what and when of a signature are many words
    source: bytes,
    *,
    file_name: str,
    signed_by: Mapping[str, str],
    ruled_by: tuple[str, str] | None = None,
    emergency: bool = False,
    at: datetime,
    actor: str,
    agreements: Path,
) -> Adopted:
    """Record a version of the agreement, and who signed it.

    The same text may be adopted again with further signatures; what is recorded already changes
    nothing. A version that lacks a signature stays proposed. The file is kept as it is in
    `agreements`; it is there before the ledger says so.

    Args:
        source: The bytes of the file.
        file_name: What it was called; shown, and its ending is kept.
        signed_by: The name of who signs, by role.
        ruled_by: Role and name of who upheld the version in a dispute.
        emergency: Whether the signatures put the version in force at once, for ten working days.
        at: When it was signed or ruled.
        actor: Who runs this.
        agreements: The folder of the files.

    Raises:
        NotAnAgreement: the file has errors; it lists them all.
        InvalidInput: the version, its number, its signers or its moment do not fit what is in
            force; the code begins with `adopt.` or `diff.`.
        RevloopError: `agreement.file_unusable` if the file of an earlier version is gone or changed.
    """
    contract = check(source).required()
    signing = Signing(signed_by, in_utc(at), ruled_by, emergency=emergency)
    with transaction.atomic(durable=True):
        head = _locked_head()
        record = queries.record(agreements)
        kept = record.version(contract.version)
        name = kept.file if kept else _free_name(contract, file_name, source, agreements)
        proposed = _as_proposed(contract, source, name, signing.at)
        news = rules.news(record, proposed, signing)
        happened = news.happened(actor)
        if news.version:
            with saying_what_to_do(agreements):
                agreements.mkdir(parents=True, exist_ok=True)
                write_whole(agreements / name, source, mode=_READ_ONLY)
            failpoint("ledger.adopt.file_kept")
        if news:
            _write(happened, head)
            failpoint("ledger.adopt.before_commit")
    failpoint("ledger.adopt.after_commit")
    return standing(
        news.added_to(record),
        contract.version,
        agreements / name,
        max(clock.now(), signing.at),
        changed=bool(news),
    )


def _as_proposed(contract: Contract, source: bytes, name: str, at: datetime) -> Kept:
    return Kept(
        version=contract.version,
        hash=contract.hash,
        supersedes=contract.form.supersedes,
        effective_from=contract.form.effective_from,
        file=name,
        content_hash=content_hash(source),
        proposed_at=at,
        recorded_at=clock.now(),
        read=contract,
    )


def _free_name(contract: Contract, file_name: str, source: bytes, agreements: Path) -> str:
    """Its agreement and version; where another text has that name, its digest too."""
    ending = Path(file_name).suffix.lower()
    ending = ending if ending in _ENDINGS else _ENDINGS[0]
    stem = f"{contract.form.agreement}-{contract.version}"
    with saying_what_to_do(agreements):
        there = agreements / f"{stem}{ending}"
        if not there.exists() or there.read_bytes() == source:
            return there.name
    return f"{stem}-{content_hash(source)[7:19]}{ending}"


def _locked_head() -> Head:
    """The end of the chain, which nobody else moves before this transaction ends."""
    locked = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sequence, hash FROM {HEAD_TABLE}{locked}")  # noqa: S608
        return Head(*cursor.fetchone())


def _write(happened: Sequence[Happened], head: Head) -> list[Entry]:
    """Put entries behind the head, and the head behind them."""
    now = clock.now()
    entries = []
    for each in happened:
        entry = next_entry(head, each, now)
        entries.append(entry)
        head = Head(entry.sequence, entry.hash)
    instant = connection.ops.adapt_datetimefield_value
    written_at = instant(now)
    rows = [
        (
            entry.sequence,
            instant(entry.at),
            written_at,
            entry.actor,
            entry.kind,
            entry.subject,
            entry.data_text,
            entry.previous,
            entry.hash,
        )
        for entry in entries
    ]
    bulk.insert(connection, TABLE, COLUMNS, rows)
    with connection.cursor() as cursor:
        sql = f"UPDATE {HEAD_TABLE} SET sequence = %s, hash = %s"  # noqa: S608
        cursor.execute(sql, (head.sequence, head.hash))
    return entries
