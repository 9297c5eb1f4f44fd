"""One batch of staged rows becomes facts in the lake, in one commit.

The rows are written once, keys and digests computed on the way, and the file is looked at: nearly
always it holds no fact that the table has already, and then it is committed as it stands. Otherwise
it is written a second time without the rows that say nothing new, and in two files:

    first-….parquet   rows whose fact was not known before
    again-….parquet   rows that correct a fact, or say it anew after its import was taken back

So a fact stands at most once in the `first` files of a table, and a reader needs to choose between
versions only for the facts that stand in an `again` file too.
"""

# ruff: noqa: S608 - every name is a column of ours, and every text is quoted by duck.text

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from revloop.engine import duck, keys, staged, undone
from revloop.engine.columns import names_of_keys
from revloop.engine.delta import Change, DataFile, Table
from revloop.engine.duck import Scratch, scratch, text
from revloop.engine.errors import cannot_write
from revloop.kit.errors import InvalidInput
from revloop.kit.failpoints import failpoint

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from revloop.facts.columns import Kind

FIRST, AGAIN = "first", "again"
_ANEW = "anew"
"""The fate of a row whose fact stands here only in imports that were taken back."""


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of the rows of one batch: `rows == added + unchanged + corrected`."""

    rows: int = 0
    added: int = 0
    """Facts that were not known before."""
    unchanged: int = 0
    """Rows that say nothing new; they were dropped."""
    corrected: int = 0
    """Rows that say something else of a fact that was known."""
    already: bool = False
    """The transaction was committed before: nothing was read, nothing was done."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows to append, and where they come from."""

    kind: Kind
    rows: str
    """A query that may be read twice."""
    columns: tuple[str, ...]
    provenance: staged.Provenance
    transaction: tuple[str, int]
    undone: tuple[str, ...] = ()
    """The imports that were taken back: what they said is not known."""


def append(table: Table, key_table: Table, batch: Batch, con: Backend) -> Appended:
    """Store a batch that no commit of `table` has yet; the caller holds the writer lock."""
    with scratch(con) as work, _removing_on_failure() as written:
        with cannot_write(table.folder):
            typed = work.view(_typed(batch))
            columns = _columns_of_references(batch)
            references, new_keys = keys.assign(work, key_table, typed, columns)
            written.extend([new_keys] if new_keys else [])
            query = staged.stored(batch.kind, batch.provenance.import_id, typed, references)
            candidate = _write(con, table.folder, FIRST, query)
            written.append(candidate)
            _refuse_missing(con, batch.kind, candidate)
            outcome, files = _sort_out(
                work, table, candidate, written, undone.is_out(batch.kind.name, batch.undone)
            )
        failpoint("lake.append.files_written", batch.kind.name)
        written.clear()  # from here on they may belong to a commit
    if new_keys:
        key_table.commit(Change(added=(new_keys,)))
        failpoint("lake.append.keys_committed", batch.kind.name)
    table.commit(Change(added=files, transaction=batch.transaction))
    failpoint("lake.append.committed", batch.kind.name)
    return outcome


def _typed(batch: Batch) -> str:
    staged.check_columns(batch.kind, batch.columns)
    return staged.typed(batch.kind, batch.columns, batch.provenance, f"({batch.rows})")


def _columns_of_references(batch: Batch) -> dict[str, str]:
    own = batch.kind.key.name if batch.kind.key else ""
    return {
        column: entity
        for column, entity in names_of_keys(batch.kind).items()
        if column == own or column in batch.columns
    }


def _refuse_missing(con: Backend, kind: Kind, file: DataFile) -> None:
    """Refuse rows without what every fact of the kind must have; the file's footer knows."""
    required = ["source_id", "at", *(each.name for each in kind.columns if each.required)]
    listed = ", ".join(map(text, required))
    missing = duck.run(
        con,
        "SELECT path_in_schema, sum(stats_null_count) AS missing "
        f"FROM parquet_metadata({text(file.path)}) WHERE path_in_schema IN ({listed}) "
        "GROUP BY 1 HAVING missing > 0 ORDER BY 1",
    )
    for column, rows in missing:
        raise InvalidInput(
            "lake.missing_value",
            f"{int(rows):,} rows of {kind.name} have no {column}",
            hint="rows without it belong in quarantine; nothing was stored",
        )


def _sort_out(
    work: Scratch,
    table: Table,
    candidate: DataFile,
    written: list[DataFile],
    is_out: str,
) -> tuple[Appended, tuple[DataFile, ...]]:
    """Divide the rows into new facts, corrections, and those that say nothing new.

    What rows say of which `is_out` is true is not known: they were taken back.
    """
    suspects = work.table(_suspects(table, candidate))
    if not duck.one(work.con, f"SELECT count(*) FROM {suspects}"):
        return Appended(candidate.rows, added=candidate.rows), _unless_empty(candidate)
    judged = work.table(_judged(table, candidate, suspects, is_out))
    fates = dict(duck.run(work.con, f"SELECT fate, count(*) FROM {judged} GROUP BY fate"))
    corrected, unchanged, anew = (fates.get(each, 0) for each in (AGAIN, "unchanged", _ANEW))
    outcome = Appended(
        candidate.rows,
        added=candidate.rows - corrected - unchanged,
        unchanged=unchanged,
        corrected=corrected,
    )
    if outcome.added - anew == candidate.rows:  # two facts whose hashes met
        return outcome, _unless_empty(candidate)
    rows = f"SELECT * FROM {duck.parquet([candidate.path], numbered=True)}"
    parts = {
        FIRST: (outcome.added - anew, f"ANTI JOIN (FROM {judged} WHERE fate <> {text(FIRST)})"),
        AGAIN: (
            outcome.corrected + anew,
            f"SEMI JOIN (FROM {judged} WHERE fate IN ({text(AGAIN)}, {text(_ANEW)}))",
        ),
    }
    files = []
    for group, (count, chosen) in parts.items():
        if count:
            query = f"FROM ({rows}) {chosen} USING (file_row_number)"
            query = f"SELECT * EXCLUDE (file_row_number) {query}"
            files.append(_write(work.con, table.folder, group, query))
            written.append(files[-1])
    candidate.path.unlink()
    return outcome, tuple(files)


def _suspects(table: Table, candidate: DataFile) -> str:
    """Hashes of the facts that may stand here or in the table before; a superset is harmless."""
    hashes = f"SELECT hash(source, source_id) AS h FROM {duck.parquet([candidate.path])}"
    repeated = f"SELECT h FROM ({hashes}) GROUP BY h HAVING count(*) > 1"
    present = [file.path for file in table.files()]
    if not present:
        return repeated
    there = f"SELECT hash(source, source_id) AS h FROM {duck.parquet(present)}"
    return f"{repeated} UNION SELECT h FROM ({hashes}) SEMI JOIN ({there}) USING (h)"


def _judged(table: Table, candidate: DataFile, suspects: str, is_out: str) -> str:
    """What becomes of each suspect row: first, again, anew or unchanged."""
    narrow = "source, source_id, digest"
    rows = (
        f"SELECT file_row_number, {narrow} FROM {duck.parquet([candidate.path], numbered=True)} "
        f"WHERE hash(source, source_id) IN (FROM {suspects})"
    )
    present = [file.path for file in table.files()]
    source = duck.parquet(present) if present else f"{duck.parquet([candidate.path])} WHERE false"
    there = f"SELECT DISTINCT {narrow}, {is_out} AS is_out FROM (FROM {source})"
    there += f" WHERE hash(source, source_id) IN (FROM {suspects})"
    return (
        f"WITH given AS ({rows}), there AS MATERIALIZED ({there}), new AS ("
        f" SELECT * FROM given ANTI JOIN (FROM there WHERE NOT is_out) USING ({narrow})"
        f" QUALIFY row_number() OVER (PARTITION BY {narrow} ORDER BY file_row_number) = 1), "
        "facts AS (SELECT source, source_id, bool_or(NOT is_out) AS is_known FROM there "
        " GROUP BY ALL), "
        "kept AS (SELECT file_row_number, is_known, is_known OR row_number() OVER ("
        " PARTITION BY source, source_id ORDER BY digest) > 1 AS corrects"
        " FROM new LEFT JOIN facts USING (source, source_id)) "
        f"SELECT file_row_number, CASE WHEN kept.file_row_number IS NULL THEN 'unchanged' "
        f"WHEN coalesce(corrects, false) THEN {text(AGAIN)} "
        f"WHEN NOT is_known THEN {text(_ANEW)} ELSE {text(FIRST)} END AS fate "
        "FROM given LEFT JOIN kept USING (file_row_number)"
    )


def _write(con: Backend, folder: Path, group: str, query: str) -> DataFile:
    path = folder / f"{group}-{uuid.uuid4().hex}.parquet"
    try:
        return DataFile.written(path, duck.copy(con, query, path))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _unless_empty(file: DataFile) -> tuple[DataFile, ...]:
    if file.rows:
        return (file,)
    file.path.unlink()
    return ()


@contextmanager
def _removing_on_failure() -> Iterator[list[DataFile]]:
    """Files that nobody has committed yet: a failure takes them with it."""
    written: list[DataFile] = []
    try:
        yield written
    except BaseException:
        for file in written:
            file.path.unlink(missing_ok=True)
        raise
