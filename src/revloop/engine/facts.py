"""The facts as tables: what was in force at a moment, and who stood for whom.

    facts = engine.open(lake.path, as_of=moment)
    facts["touch"]            one row for each fact, as it was known then
    facts.history("touch")    every version of every fact

Everything is one Ibis expression over a fixed list of files, so an append, a compaction or a vacuum
in another process changes nothing for a reader that is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from revloop.engine import delta, duck, undone
from revloop.engine.columns import KEYS, KEYS_SCHEMA, UNDONE, arrow_schema
from revloop.engine.delta import DataFile
from revloop.engine.errors import snapshot_gone
from revloop.engine.lake import Lake, is_first
from revloop.engine.readers import OnDuckDB, Reader
from revloop.engine.snapshot import Snapshot
from revloop.engine.spark import OnSpark
from revloop.facts.kinds import KINDS
from revloop.kit.errors import InvalidInput

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends import BaseBackend

    from revloop.facts.columns import Kind

IDENTITY = {"contact": "contact_identity", "account": "account_identity"}
"""The entities of which one record may stand for another, and the facts that say so."""

_MATCHED = frozenset({"contact", "inquiry"})
"""The kinds whose unknown company is taken from `contact_account`."""


class Facts:
    """The facts of a lake at one snapshot, as known at one moment; `engine.open` gives it."""

    def __init__(
        self,
        reader: Reader,
        files: Mapping[str, Sequence[DataFile]],
        *,
        snapshot: Snapshot,
        as_of: datetime | None,
    ) -> None:
        self.snapshot = snapshot
        self.as_of = as_of
        self._reader = reader
        self._files = files
        self._undone = undone.by(undone.moments(files.get(UNDONE, ())), as_of)
        self._made: dict[str, ir.Table] = {}
        self._standing: dict[str, ir.Table | None] = {}

    @property
    def con(self) -> BaseBackend:
        """The engine, as Ibis knows it."""
        return self._reader.con

    def __getitem__(self, kind: str) -> ir.Table:
        """The facts in force: one row for each (`source`, `source_id`), deleted ones left out.

        Of the versions that were recorded by `as_of`, the one in force has the latest `updated_at`,
        then the latest `recorded_at`, then the greatest `digest`. Rows of an import that was
        taken back by `as_of` are left out. A contact or an account that is
        named is the record that stands for it; a row of `contact` or `account` keeps its own key.
        """
        if kind not in self._made:
            wanted = KINDS[kind]
            rows = self._in_force(wanted)
            if kind not in IDENTITY.values():
                rows = self._with_standing(wanted, rows)
            if kind in _MATCHED:
                rows = self._with_matched_account(wanted, rows)
            # Measures join one kind with others many times over: Ibis would write it out each time.
            self._made[kind] = self._reader.named(rows.select(arrow_schema(wanted).names))
        return self._made[kind]

    def history(self, kind: str) -> ir.Table:
        """Every version of every fact recorded by `as_of`, as it came, deleted ones included.

        Those of imports that were taken back by then are not among them.
        """
        return self._known(KINDS[kind], self._rows(KINDS[kind], self._files.get(kind, ())))

    def standing(self, entity: str) -> ir.Table:
        """Columns `record` and `stands_for`: the records that another one stands for."""
        standing = self._who_stands(entity)
        if standing is None:
            import pyarrow as pa  # noqa: PLC0415 - as where records were merged

            none = pa.array([], pa.int64())
            return self._reader.held(pa.table({"record": none, "stands_for": none}))
        return standing.select("record", "stands_for")

    def references(self, entity: str) -> ir.Table:
        """The key (`id`) of every `reference` of this kind of fact."""
        table = self._reader.table(_paths(self._files.get(KEYS, ())), KEYS_SCHEMA)
        return table.filter(table.entity == entity).select("id", "reference")

    def arrow(self, table: ir.Table) -> pa.Table:
        """Compute a table of these facts into memory, the same on every engine, instants in UTC."""
        return self._reader.arrow(table)

    def held(self, table: pa.Table) -> ir.Table:
        """A table of ours, to be joined with facts."""
        return self._reader.held(table)

    def kept(self, table: ir.Table) -> ir.Table:
        """The table computed once, for all its uses."""
        return self._reader.kept(table)

    def close(self) -> None:
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _rows(self, kind: Kind, files: Sequence[DataFile]) -> ir.Table:
        return self._reader.table(_paths(files), arrow_schema(kind))

    def _known(self, kind: Kind, rows: ir.Table) -> ir.Table:
        rows = undone.left_in(rows, kind.name, self._undone)
        if self.as_of is None:
            return rows
        import ibis  # noqa: PLC0415 - half a second

        zoned = rows.recorded_at.type().timezone is not None
        moment = self.as_of if zoned else self.as_of.replace(tzinfo=None)
        return rows.filter(rows.recorded_at <= ibis.literal(moment, rows.recorded_at.type()))

    def _in_force(self, kind: Kind) -> ir.Table:
        files = self._files.get(kind.name, ())
        first = self._rows(kind, [file for file in files if is_first(file)])
        corrections = [file for file in files if not is_first(file)]
        if not corrections:
            chosen = self._known(kind, first)
        else:
            again = self._rows(kind, corrections)
            fact = ["source", "source_id"]
            corrected = again.select(fact).distinct()
            once = self._known(kind, first.anti_join(corrected, fact))
            versions = first.semi_join(corrected, fact).union(again)
            # What was taken back and brought again stands there twice, and says the same.
            twice = ("import_id",) if self._files.get(UNDONE) else ()
            instants = ["updated_at", "recorded_at"]
            chosen = once.union(_latest(self._known(kind, versions), fact, instants, *twice))
        return chosen.filter(~chosen.is_deleted)

    def _with_standing(self, kind: Kind, rows: ir.Table) -> ir.Table:
        for column in kind.references:
            standing = self._who_stands(column.of)
            if standing is not None:
                rows = _replaced(rows, column.name, standing)
        return rows

    def _with_matched_account(self, kind: Kind, rows: ir.Table) -> ir.Table:
        if not self._files.get("contact_account"):
            return rows
        matches = self["contact_account"]
        matches = _last_decided(matches, "contact_id")
        matches = matches.select(matched_contact_id="contact_id", matched_account_id="account_id")
        rows = rows.mutate(person_id=rows.contact_id)
        standing = self._who_stands("contact")
        if kind.name == "contact" and standing is not None:
            rows = _replaced(rows, "person_id", standing)
        joined = rows.left_join(matches, rows.person_id == matches.matched_contact_id)
        return joined.mutate(account_id=joined.account_id.coalesce(joined.matched_account_id))

    def _who_stands(self, entity: str) -> ir.Table | None:
        """Records that another one stands for, and which; None where there are none."""
        if entity not in IDENTITY or not self._files.get(IDENTITY[entity]):
            return None
        if entity not in self._standing:
            self._standing[entity] = self._resolved(entity)
        return self._standing[entity]

    def _resolved(self, entity: str) -> ir.Table | None:
        import numpy as np  # noqa: PLC0415 - only where records were merged
        import pyarrow as pa  # noqa: PLC0415 - likewise

        from revloop.engine.identity import stands_for  # noqa: PLC0415 - likewise

        said = _last_decided(self._in_force(KINDS[IDENTITY[entity]]), f"{entity}_id")
        pairs = self.arrow(said.select(record=f"{entity}_id", same_as=f"same_as_{entity}_id"))
        records, stands = stands_for(
            np.asarray(pairs["record"], np.int64),
            np.asarray(pairs["same_as"], np.int64),
            lambda circle: self._first_by_reference(entity, circle),
        )
        if not len(records):
            return None
        return self._reader.held(pa.table({"record": records, "stands_for": stands}))

    def _first_by_reference(self, entity: str, ids: Sequence[int]) -> int:
        """Of these records, the one whose reference comes first: keys depend on what came first."""
        table = self.references(entity)
        found = self.arrow(table.filter(table.id.isin(list(ids)))).to_pylist()
        return int(min(found, key=lambda each: str(each["reference"]))["id"])


def open_facts(
    path: Path,
    *,
    as_of: datetime | None = None,
    snapshot: Snapshot | None = None,
    backend: Literal["duckdb", "spark"] = "duckdb",
    memory_limit: str = duck.MEMORY_LIMIT,
    temp: Path | None = None,
) -> Facts:
    """Open the facts of a lake; a context manager, or to be closed.

    Args:
        path: the folder of the lake.
        as_of: see only what was recorded by then; all of it where it is None.
        snapshot: the versions of the tables to read; the newest ones where it is None.
        backend: the engine to compute on.
        memory_limit: as DuckDB writes it: `1500MB`, `4GB`.
        temp: where what does not fit into memory goes; the machine's own place where it is None.

    Raises:
        InvalidInput: `engine.moment_without_zone`.
        NotAvailable: `engine.no_spark`.
        RevloopError: `lake.broken_log`, `lake.unreadable`, `lake.snapshot_gone`.

    """
    if as_of is not None:
        if as_of.tzinfo is None:
            raise InvalidInput(
                "engine.moment_without_zone",
                f"{as_of} names no time zone, so it is no moment",
                hint="write the zone: 2026-03-31T00:00:00+02:00",
            )
        as_of = as_of.astimezone(UTC)
    lake = Lake(path)
    versions, files = pinned(lake, snapshot)
    reader: Reader
    if backend == "spark":
        reader = OnSpark(memory_limit=memory_limit)
    else:
        reader = OnDuckDB(lake.path, temp, memory_limit=memory_limit)
    return Facts(reader, files, snapshot=versions, as_of=as_of)


def pinned(
    lake: Lake, snapshot: Snapshot | None
) -> tuple[Snapshot, dict[str, tuple[DataFile, ...]]]:
    """The version of every table, and the files that it had then."""
    wanted: Mapping[str, int | None]
    wanted = dict.fromkeys(lake.seen()) if snapshot is None else snapshot.versions
    opened = {kind: delta.open_table(lake.path / kind, at) for kind, at in wanted.items()}
    files = {kind: table.files() for kind, table in opened.items()}
    for kind, table in opened.items():
        if snapshot is not None and not all(file.path.exists() for file in files[kind]):
            raise snapshot_gone(table.folder, table.version)
    # Keys are never taken back, so the newest ones serve every version of the facts.
    if delta.exists(lake.path / KEYS):
        files[KEYS] = delta.open_table(lake.path / KEYS).files()
    return Snapshot({kind: table.version for kind, table in opened.items()}), files


def _paths(files: Sequence[DataFile]) -> list[Path]:
    return [file.path for file in files]


def _latest(rows: ir.Table, of: Sequence[str], instants: Sequence[str], *more: str) -> ir.Table:
    """Of the rows of each key, the one with the latest of these instants; the digest ends a tie.

    Where two rows may have one digest, the first by `more` holds.
    """
    import ibis  # noqa: PLC0415 - half a second

    order = [
        *(ibis.desc(each, nulls_first=False) for each in instants),
        ibis.desc("digest"),
        *more,
    ]
    ranked = rows.mutate(rank_of_version=ibis.row_number().over(group_by=of, order_by=order))
    return ranked.filter(ranked.rank_of_version == 0).drop("rank_of_version")


def _last_decided(rows: ir.Table, record: str) -> ir.Table:
    """Of the decisions on each record the last: their ids are numbers in the order of deciding.

    Instants are not enough: one import decides many times at one instant.
    """
    import ibis  # noqa: PLC0415 - half a second

    numbered = rows.mutate(digits=rows.source_id.length())
    order = [ibis.desc(each) for each in ("digits", "source_id", "at", "digest")]
    last = ibis.row_number().over(group_by=record, order_by=order)
    ranked = numbered.mutate(rank_of_decision=last)
    return ranked.filter(ranked.rank_of_decision == 0).drop("rank_of_decision", "digits")


def _replaced(rows: ir.Table, column: str, standing: ir.Table) -> ir.Table:
    """The rows with each record in this column replaced by the one that stands for it."""
    found = standing.select(found_record="record", found_stands_for="stands_for")
    joined = rows.left_join(found, rows[column] == found.found_record)
    known = joined.found_stands_for.coalesce(joined[column])
    return joined.mutate(**{column: known}).drop("found_record", "found_stands_for")
