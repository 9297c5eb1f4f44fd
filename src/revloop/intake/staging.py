"""One table of facts on its way: addresses hidden, unfit rows held back, cards of people made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from revloop.facts.kinds import KINDS
from revloop.intake import pseudonyms
from revloop.sources.protocol import PROBLEM, ROW, WITHOUT, FactTable, reference

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from revloop.engine import Workbench


@dataclass(frozen=True, slots=True)
class Staged:
    """Facts of one kind from one raw table, written to disk."""

    kind: str
    of: str
    rows: ir.Table
    """The rows fit for the lake, bound to the workbench."""
    fit: int
    unfit: int
    file: Path
    addresses: Mapping[str, Mapping[str, str]]
    """Of contacts and of users that are named by an address: the reference that stands for each,
    by address."""


def stage(bench: Workbench, table: FactTable, file: Path, secret: bytes) -> Staged:
    """Run the source's expression once and keep what it gives."""
    kind = KINDS[table.kind]
    total = bench.save(table.rows, file)
    rows = bench.read(file)
    footer = _footer(file)
    unfit = total - footer.nulls(PROBLEM) if PROBLEM in rows.columns else 0
    named = {
        of: [
            name
            for name in pseudonyms.reference_columns(kind, of, rows.columns)
            if footer.may_begin(name, pseudonyms.EMAIL)
        ]
        for of in pseudonyms.NAMED_BY_ADDRESS
    }
    found = {of: pseudonyms.addresses(rows, columns) for of, columns in named.items()}
    hidden = {
        address: pseudonyms.of_email(address.removeprefix(pseudonyms.EMAIL), secret)
        for addresses in found.values()
        for address in addresses
    }
    good = rows.filter(rows[PROBLEM].isnull()) if unfit else rows
    if WITHOUT in rows.columns:
        good = good.drop(WITHOUT)
    if hidden:
        known = put(bench, file.with_suffix(".addresses.parquet"), list(hidden.items()))
        good = pseudonyms.replaced(good, [each for all_ in named.values() for each in all_], known)
    by_address = {
        of: {address.removeprefix(pseudonyms.EMAIL): hidden[address] for address in addresses}
        for of, addresses in found.items()
    }
    return Staged(table.kind, table.of, good, total - unfit, unfit, file, by_address)


@dataclass(frozen=True, slots=True)
class _Footer:
    """What the end of a Parquet file says of its columns, so that their rows need no reading."""

    chunks: Mapping[str, Sequence[Any]]
    """The statistics of each column, one for each part of the file."""

    def nulls(self, column: str) -> int:
        return sum(each.null_count for each in self.chunks[column])

    def may_begin(self, column: str, start: str) -> bool:
        """Whether a text of the column may begin so; it is said of long texts that they may."""
        after = start[:-1] + chr(ord(start[-1]) + 1)
        return any(
            each.min < after and each.max >= start if each.has_min_max else each.num_values > 0
            for each in self.chunks[column]
        )


def _footer(file: Path) -> _Footer:
    import pyarrow.parquet as pq  # noqa: PLC0415

    found = pq.read_metadata(file)
    chunks: dict[str, list[Any]] = {name: [] for name in found.schema.names}
    for number in range(found.num_row_groups):
        group = found.row_group(number)
        for place in range(found.num_columns):
            chunk = group.column(place)
            chunks.setdefault(chunk.path_in_schema, []).append(chunk.statistics)
    return _Footer(chunks)


def put(bench: Workbench, file: Path, pairs: list[tuple[str, str]]) -> ir.Table:
    """References and their pseudonyms as a table of the workbench."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = list(zip(*pairs, strict=True))
    pq.write_table(pa.table(dict(zip(("reference", "pseudonym"), columns, strict=True))), file)
    return bench.read(file)


def held_back(staged: Staged, bench: Workbench, raw: ir.Table) -> list[dict[str, Any]]:
    """The rows of a staged table that are no facts, each with the whole row it came from."""
    if not staged.unfit:
        return []
    rows = bench.read(staged.file)
    bad = rows.filter(rows[PROBLEM].notnull()).select(ROW, PROBLEM, _id_of_fact="source_id")
    joined = bad.inner_join(raw, ROW).to_pyarrow().to_pylist()
    held = []
    for row in sorted(joined, key=lambda each: (each[ROW], each[PROBLEM])):
        said = {
            "row_number": row.pop(ROW),
            "kind": staged.kind,
            "reason": row.pop(PROBLEM),
            "source_id": row.pop("_id_of_fact"),
        }
        held.append({**said, "raw": as_text(row)})
    return held


def facts_among(staged: Staged, ids: set[str]) -> set[tuple[str, str]]:
    """Kind and id of the facts that have one of these ids."""
    if not ids:
        return set()
    rows = staged.rows
    found = rows.filter(rows["source_id"].isin(sorted(ids))).select("source_id").distinct()
    return {(staged.kind, each) for each in found.to_pyarrow()["source_id"].to_pylist()}


def as_text(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)


def cards(staged: Staged, source: str, wanted: Mapping[str, str]) -> pa.Table:
    """What operations keep of a table of people or companies; `wanted` are our columns by theirs."""
    rows = staged.rows
    there = {name: rows[column] for name, column in wanted.items() if column in rows.columns}
    own = rows["source"] if "source" in rows.columns else source
    import ibis  # noqa: PLC0415

    named = ibis.literal(own) if isinstance(own, str) else own
    made: pa.Table = rows.select(
        reference=named.concat(":", rows["source_id"]), **there
    ).to_pyarrow()
    return made


__all__ = ["Staged", "as_text", "cards", "facts_among", "held_back", "reference", "stage"]
