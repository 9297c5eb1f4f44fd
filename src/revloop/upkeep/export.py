"""Facts to files, in the form that an import understands: nobody is locked in."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from revloop.facts.columns import Holds, Kind
from revloop.facts.kinds import KINDS
from revloop.kit.errors import InvalidInput
from revloop.kit.files import saying_what_to_do, write_whole
from revloop.kit.spelling import did_you_mean

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from revloop.engine import Facts

# A spreadsheet takes a text that begins like this for a formula and runs it.
_FORMULA = r"^[=+\-@\t\r\n;＝＋－＠]"  # noqa: RUF001 - the wide ones too
_OURS = ("digest", "import_id")


class FileFormat(StrEnum):
    PARQUET = "parquet"
    CSV = "csv"


def export(
    facts: Facts, into: Path, *, kinds: Iterable[str] = (), form: FileFormat = FileFormat.PARQUET
) -> dict[str, int]:
    """Write one file for each kind that has facts; return the rows written, by kind.

    References are text again (`hubspot:123`), so the files can be imported into another workspace.
    In CSV a text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    wanted = list(kinds) or list(KINDS)
    for name in wanted:
        if name not in KINDS:
            raise InvalidInput(
                "export.unknown_kind",
                f"there is no kind of fact called {name!r}",
                hint=did_you_mean(name, KINDS) or "see docs/reference/data-dictionary.md",
            )
    written = {}
    with saying_what_to_do(into):
        into.mkdir(parents=True, exist_ok=True)
        for name in wanted:
            count = _write(staged_form(facts, KINDS[name]), into / f"{name}.{form}", form)
            if count:
                written[name] = count
    return written


def _write(rows: ir.Table, file: Path, form: FileFormat) -> int:
    """Write a table piece by piece, whole or not at all; return its rows. None leave no file."""
    import pyarrow.csv as pc  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    text = form is FileFormat.CSV
    batches = (harmless(rows) if text else rows).to_pyarrow_batches()
    half = file.with_suffix(".half")
    count = 0
    with (pc.CSVWriter if text else pq.ParquetWriter)(half, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            count += batch.num_rows
    if count:
        half.replace(file)
    else:
        half.unlink()
    return count


def write_table(table: pa.Table, file: Path, form: FileFormat) -> None:
    """Write a table in memory, whole or not at all."""
    with saying_what_to_do(file):
        write_whole(file, file_of(table, form))


def file_of(table: pa.Table, form: FileFormat) -> bytes:
    """The content of a file with a table in memory; in CSV no text is a formula."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.csv as pc  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    written = pa.BufferOutputStream()
    if form is FileFormat.CSV:
        pc.write_csv(harmless_table(table), written)
    else:
        pq.write_table(table, written)
    return bytes(written.getvalue())


def harmless_table(table: pa.Table) -> pa.Table:
    """A table in memory whose texts no spreadsheet runs."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    for number, column in enumerate(table.schema):
        if not pa.types.is_string(column.type):
            continue
        texts: Any = table[column.name]
        quoted = pc.binary_join_element_wise("'", texts, "")
        risky = pc.match_substring_regex(texts, _FORMULA)
        table = table.set_column(number, column.name, pc.if_else(risky, quoted, texts))
    return table


def staged_form(facts: Facts, kind: Kind) -> ir.Table:
    """The facts of a kind with references in place of keys."""
    rows = facts[kind.name]
    for column in kind.references:
        names = facts.references(column.of).rename(_key="id", _reference="reference")
        joined = rows.left_join(names, rows[column.name] == names["_key"])
        rows = joined.mutate(**{column.name: joined["_reference"]}).drop("_key", "_reference")
    if kind.key:
        rows = rows.drop(kind.key.name)
    return rows.drop(*_OURS).order_by("at", "source", "source_id")


def harmless(rows: ir.Table) -> ir.Table:
    """Text columns that no spreadsheet runs; lists become text."""
    import ibis  # noqa: PLC0415

    changed: dict[str, Any] = {}
    for name, type_ in rows.schema().items():
        column: Any = rows[name]
        if type_.is_array():
            column = changed[name] = column.join(";")
        if type_.is_string() or type_.is_array():
            changed[name] = ibis.ifelse(
                column.re_search(_FORMULA), ibis.literal("'").concat(column), column
            )
    return rows.mutate(**changed) if changed else rows


__all__ = ["FileFormat", "Holds", "export", "harmless", "staged_form"]
