"""From a Parquet file to a staged table: every value validated, every type kept.

Columns that a table of facts can have no use for are left out by name and with the reason; they are
never decoded. Extension types, which can run code of their own, are not made at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from revloop.sources.reading.headers import column_names
from revloop.sources.reading.limits import Limits
from revloop.sources.reading.results import CannotRead
from revloop.sources.reading.staged_table import StagedTable, Table

_CELLS_TOGETHER = 4_000_000
_MOST_ROWS_TOGETHER = 250_000
_LEAST_ROWS_TOGETHER = 1_000
_EXTENSION = b"ARROW:extension:name"
_DAMAGED = "is damaged: it is cut off or was changed"
_EXPORT_AGAIN = "export it again"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that is read, and as what."""

    path: str
    """In the file."""
    name: str
    """In the table."""
    type: pa.DataType


class _NotText(Exception):
    """A column of bytes that was taken for text holds something else."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def read_parquet(file: BinaryIO, folder: Path, limits: Limits) -> Table:
    """Write the table of a Parquet file to `folder`; `ROW` counts its records from 1."""
    no_text: set[str] = set()
    while True:
        try:
            return _read(file, folder, limits, no_text)
        except _NotText as found:
            no_text.add(found.path)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk, not the file
            raise CannotRead(_DAMAGED, _EXPORT_AGAIN) from error


def _read(file: BinaryIO, folder: Path, limits: Limits, no_text: set[str]) -> Table:
    file.seek(0)
    opened = pq.ParquetFile(file, pre_buffer=False, arrow_extensions_enabled=False)  # type: ignore[call-arg]
    fields = list(opened.schema_arrow)
    if len(fields) > limits.most_columns:
        raise CannotRead(
            f"has {len(fields):,} columns; at most {limits.most_columns:,} are read",
            "export fewer columns",
        )
    columns, found = _columns(fields, no_text)
    if not columns:
        raise CannotRead(f"has no column that can be read: {found['left out']}", _EXPORT_AGAIN)
    schema = pa.schema([(each.name, each.type) for each in columns])
    staged = StagedTable(folder, "table-1", schema)
    for batch in _batches(opened, columns):
        arrays = [
            _converted(array, each) for array, each in zip(batch.columns, columns, strict=True)
        ]
        numbers = np.arange(staged.rows + 1, staged.rows + batch.num_rows + 1)
        staged.add(pa.Table.from_arrays([*arrays, pa.array(numbers)], schema=staged.schema))
    if staged.rows != opened.metadata.num_rows:
        raise CannotRead(
            f"says that it holds {opened.metadata.num_rows:,} rows, but {staged.rows:,} could be "
            "read",
            _EXPORT_AGAIN,
        )
    return staged.finish("", found)


def _batches(opened: pq.ParquetFile, columns: list[_Column]) -> Iterator[pa.RecordBatch]:
    together = max(_LEAST_ROWS_TOGETHER, min(_MOST_ROWS_TOGETHER, _CELLS_TOGETHER // len(columns)))
    paths = [each.path for each in columns]
    for batch in opened.iter_batches(together, columns=paths):
        if batch.schema.names != paths:
            raise CannotRead("names its columns in a way that cannot be read", _EXPORT_AGAIN)
        batch.validate(full=True)
        yield batch


def _columns(
    fields: list[pa.Field[Any]], no_text: set[str]
) -> tuple[list[_Column], dict[str, str]]:
    types: list[tuple[str, pa.DataType]] = []
    left_out: dict[str, list[str]] = {}
    for field in fields:
        reason = _why_left_out(field, fields, no_text)
        if reason:
            left_out.setdefault(reason, []).append(field.name)
        else:
            types.append((field.name, _stored_as(field.type)))
    names, found = column_names([path for path, _ in types], len(types))
    columns = [_Column(path, name, kind) for (path, kind), name in zip(types, names, strict=True)]
    if left_out:
        found["left out"] = "; ".join(
            f"{', '.join(names)}: {reason}" for reason, names in left_out.items()
        )
    return columns, found


def _why_left_out(field: pa.Field[Any], fields: list[pa.Field[Any]], no_text: set[str]) -> str:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    said = ""
    if isinstance(field.type, pa.BaseExtensionType) or _EXTENSION in (field.metadata or {}):
        said = "an extension type"
    elif sum(1 for other in fields if other.name == field.name) > 1:
        said = "two columns of this name"
    elif field.name in no_text:
        said = "bytes that are not text"
    elif not (_is_plain(kind) or _is_list_of_text(field.type)):
        said = f"of type {str(kind)[:60]}, which is not read"
    return said


def _is_plain(kind: pa.DataType) -> bool:
    known = (
        pa.types.is_boolean,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_decimal128,
        pa.types.is_date,
        pa.types.is_timestamp,
        pa.types.is_time,
        pa.types.is_null,
    )
    return _is_textual(kind) or any(test(kind) for test in known)


def _is_textual(kind: pa.DataType) -> bool:
    return any(
        test(kind)
        for test in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_binary,
            pa.types.is_large_binary,
        )
    )


def _is_list_of_text(kind: pa.DataType) -> bool:
    if not isinstance(kind, pa.ListType | pa.LargeListType):
        return False
    return pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type)


def _stored_as(kind: pa.DataType) -> pa.DataType:
    """The type itself, but for a few that few programs read."""
    if pa.types.is_null(kind) or pa.types.is_binary(kind):
        return pa.string()
    if pa.types.is_large_binary(kind):
        return pa.large_string()
    if pa.types.is_float16(kind):
        return pa.float32()
    if pa.types.is_dictionary(kind) and not pa.types.is_string(kind.value_type):
        return _stored_as(kind.value_type)
    return kind


def _converted(array: pa.Array[Any], wanted: _Column) -> pa.Array[Any]:
    if array.type == wanted.type:
        return array
    try:
        return array.cast(wanted.type)
    except pa.ArrowInvalid as error:
        raise _NotText(wanted.path) from error
