"""People, companies and private texts go to operations; who is who comes back, for the lake."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from revloop.facts.columns import OWN_SOURCE
from revloop.facts.kinds import KINDS
from revloop.intake.report import PeopleReport
from revloop.intake.staging import cards
from revloop.kit.errors import RevloopError
from revloop.kit.failpoints import failpoint

if TYPE_CHECKING:
    import pyarrow as pa

    from revloop.engine import Lake, Workbench, Writer
    from revloop.intake.staging import Staged
    from revloop.kit.folder import Folder

# What operations keep of each kind: the name it has there, and the column it comes from.
_CONTACT = {
    **{column.name: column.name for column in KINDS["contact"].private},
    "title": "title",
    "country": "country",
    "account": "account_id",
    "became": "became_contact_id",
    **{name: name for name in ("consent_email", "consent_phone", "consent_ads", "updated_at")},
}
_ACCOUNT = {
    **{column.name: column.name for column in KINDS["account"].private},
    **{name: name for name in ("name", "domain", "country", "updated_at")},
    "parent": "parent_account_id",
}
_USER = {column.name: column.name for column in KINDS["user"].private}

PUBLISH = "publish"
"""The kind, and the key, of the job that brings to lake and pages what is new."""


@dataclass(slots=True)
class People:
    """What one import says of people and companies."""

    actor: str
    at: datetime
    batch: str
    report: PeopleReport = field(default_factory=PeopleReport)
    changed: bool = False
    """Whether anything new was said of people or companies."""

    def record(self, staged: Staged, source: str) -> None:
        """Take in what a table says of people, companies, sellers, and its private texts."""
        from revloop.operations.people import actions  # noqa: PLC0415

        match staged.kind:
            case "contact":
                self.record_contacts(cards(staged, source, _CONTACT))
            case "account":
                done = actions.record_accounts(
                    cards(staged, source, _ACCOUNT),
                    actor=self.actor,
                    at=self.at,
                    batch=self.batch,
                )
                self.report.accounts += done.new
                self.report.accounts_merged += done.merged
                self.changed = self.changed or bool(done.new or done.changed)
            case "user":
                actions.record_users(cards(staged, source, _USER), at=self.at, batch=self.batch)
            case kind if KINDS[kind].private:
                texts = {column.name: column.name for column in KINDS[kind].private}
                if "contact_id" in staged.rows.columns:
                    texts["contact"] = "contact_id"
                actions.record_notes(
                    kind, cards(staged, source, texts), at=self.at, batch=self.batch
                )
        if staged.addresses["contact"]:
            self.record_contacts(_known_by_address(staged.addresses["contact"]))
        if staged.addresses["user"]:
            actions.record_users(
                _known_by_address(staged.addresses["user"]), at=self.at, batch=self.batch
            )

    def record_contacts(self, table: pa.Table) -> None:
        from revloop.operations.people import actions  # noqa: PLC0415

        done = actions.record_contacts(table, actor=self.actor, at=self.at, batch=self.batch)
        self.report.contacts += done.new
        self.report.merged += done.merged
        self.changed = self.changed or bool(done.new or done.changed)

    def link(self, scratch: Path) -> None:
        """Look for the same person under two spellings; say so where that cannot be tried."""
        from revloop.operations.people import linkage  # noqa: PLC0415

        try:
            done = linkage.link(actor=self.actor, at=self.at, batch=self.batch, scratch=scratch)
        except RevloopError as error:  # all that was imported is kept, compared or not
            if error.code not in {"people.no_linkage", "people.linkage_failed"}:
                raise
            self.report.linkage = f"{error.message} ({error.hint})"
        else:
            self.report.linked, self.report.proposed = done.merged, done.proposed

    def match(self) -> None:
        from revloop.operations.people import actions  # noqa: PLC0415

        matched = actions.match_accounts(actor=self.actor, at=self.at, batch=self.batch)
        self.report.matched = sum(matched.by_rule.values())
        self.report.unmatched = matched.unmatched


def _known_by_address(references: Mapping[str, str]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415

    return pa.table(
        {"reference": list(references.values()), "email": list(references)},
        schema=pa.schema([("reference", pa.string()), ("email", pa.string())]),
    )


def publish(
    lake: Lake, writer: Writer, bench: Workbench, *, import_id: str, at: datetime
) -> dict[str, int]:
    """Bring the lake up to what operations know of who is who; return the new rows by kind.

    Each row has a sequence number in operations, and the lake remembers the last one it got, so a
    row arrives once however often this is called or killed.
    """
    added = {}
    for kind, rows in waiting(lake).items():
        failpoint("people.publish.before_append", kind)
        sequence = rows.column("sequence")
        facts = rows.drop_columns(["sequence"]).append_column("source_id", sequence.cast("string"))
        appended = writer.append(
            kind,
            bench.read(_written(facts, bench.temp / f"{kind}.parquet")),
            source=OWN_SOURCE,
            import_id=import_id,
            recorded_at=at,
            transaction=(_application(kind), sequence[-1].as_py()),
        )
        added[kind] = appended.added
    return added


def waiting(lake: Lake) -> dict[str, pa.Table]:
    """By kind, what operations know of who is who and the lake does not yet."""
    from revloop.operations.people import queries  # noqa: PLC0415

    known = {
        "contact_identity": queries.contact_identities,
        "account_identity": queries.account_identities,
        "contact_account": queries.contact_accounts,
    }
    found = {
        kind: rows_after(lake.transaction(_application(kind), kind) or 0)
        for kind, rows_after in known.items()
    }
    return {kind: rows for kind, rows in found.items() if rows.num_rows}


def _application(kind: str) -> str:
    return f"operations/{kind}"


def _written(table: pa.Table, file: Path) -> Path:
    import pyarrow.parquet as pq  # noqa: PLC0415

    pq.write_table(table, file)
    return file


def announce(*, actor: str, at: datetime) -> None:
    """Lake and pages hear of what changed by the worker, if the transaction that is open commits."""
    from revloop.operations.queue import actions  # noqa: PLC0415 - its tables need the database

    actions.enqueue(PUBLISH, actor=actor, at=at, key=PUBLISH)


def publish_now(folder: Folder, *, at: datetime) -> dict[str, int]:
    """After a person's decision: the lake follows at once."""
    from revloop import engine  # noqa: PLC0415

    lake = engine.Lake(folder.lake)
    with (
        tempfile.TemporaryDirectory() as temp,
        engine.Workbench(Path(temp), lake=folder.lake) as bench,
        lake.writer() as writer,
    ):
        return publish(lake, writer, bench, import_id="", at=at)
